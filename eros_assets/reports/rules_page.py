"""``docs/rules.md``: every rule of the contract in one table, written from the rules themselves.

``python -m eros_assets.reports.rules_page docs/rules.md`` (``make docs``) writes the page.
"""

from __future__ import annotations

import sys
from collections.abc import Hashable, Mapping, Sequence
from datetime import date, datetime
from itertools import groupby
from pathlib import Path
from typing import Any

import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.inputs import PlanInputs
from eros_assets.rules.gaps import gap_table
from eros_assets.rules.reference import Reference
from eros_assets.settings import Settings, load_settings

_HEAD = """# Rules

Written by `make docs` from the rules themselves; do not edit by hand.

Each rule closes one *gap* between how schedules were made by hand and how they should be made. Its number is how
code, configuration, messages and `eros gaps` name it. A rule that is built judges every finished schedule: an
**error** holds the schedule back, a **warning** costs quality points, **info** is only told. Rules of a *wave* are
switched by a *flag* of `config/system_config.yaml`; those without a flag are always on. The *target* is what
`eros gaps` measures a week against, in the unit behind it. A rule that is not built has no target yet.
"""
_COLUMNS = ("rule", "name", "asks", "flag", "severity", "target", "built")


def rules_page(settings: Settings) -> str:
    """The page as Markdown: a table per wave, then the rules that are always on."""
    rows = gap_table(_nothing_planned(settings)).to_dict("records")
    parts = [_HEAD]
    for title, own in groupby(rows, _wave):
        parts += [f"## {title}", "", _line(_COLUMNS), _line(["---"] * len(_COLUMNS))]
        parts += [*(_line(_cells(row)) for row in own), ""]
    built = sum(row["state"] != "not_built" for row in rows)
    parts.append(f"{len(rows)} rules, {built} built.\n")
    return "\n".join(parts)


def _wave(row: Mapping[Hashable, Any]) -> str:
    return "No wave" if pd.isna(row["wave"]) else f"Wave {row['wave']}"


def _cells(row: Mapping[Hashable, Any]) -> list[str]:
    is_built = row["state"] != "not_built"
    flag = "always on" if pd.isna(row["flag"]) else f"`{row['flag']}`"
    target = f"{row['target']} {row['unit']}" if is_built else ""
    what = [f"[{row['gap']}]", row["name"], row["description"], flag, row["severity"], target]
    return [*what, "yes" if is_built else "no"]


def _line(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cell.replace('|', '/') for cell in cells)} |"


def _nothing_planned(settings: Settings) -> Reference:
    """No page and no schedule: rules still know their targets."""
    day = date(2000, 1, 3)
    inputs = PlanInputs(
        week_start=day,
        as_of_date=day,
        data_snapshot="",
        now=datetime(2000, 1, 3),
        creators=frames.RAW_CREATORS.empty(),
        personas=frames.RAW_PERSONAS.empty(),
        vault=frames.RAW_VAULT.empty(),
        captions=frames.POOL_CAPTIONS.empty(),
        features=frames.CAPTION_FEATURES.empty(),
        health=frames.CREATOR_HEALTH.empty(),
        caption_performance=frames.CAPTION_PERFORMANCE.empty(),
        send_type_performance=frames.SEND_TYPE_PERFORMANCE.empty(),
        content_type_performance=frames.CONTENT_TYPE_PERFORMANCE.empty(),
        hour_performance=frames.HOUR_PERFORMANCE.empty(),
        length_performance=frames.LENGTH_PERFORMANCE.empty(),
        caption_scores=frames.CAPTION_SCORES.empty(),
        response_curves=frames.RESPONSE_CURVES.empty(),
        recent_sends=frames.FCT_SENDS.empty(),
    )
    return Reference.from_inputs(inputs, frames.SCHEDULE_ITEM.empty(), frames.SCHEDULE.empty(), settings)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(rules_page(load_settings()), encoding="utf-8")
