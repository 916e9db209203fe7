"""Every rule of Waves 1–3 measured on consecutive planned weeks of the default sample, all their flags on.

``python -m benchmarks.gap_weeks [--weeks 8] [--home PATH]``. The last weeks of the sample's history
are planned one after the other by the weekly job, each from the Sunday before it and with the
published weeks before it as its past; then every gap is measured over all of them together, as
``eros gaps --weeks 8`` does. A home whose weeks are planned already is only measured.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import redirect_stdout
from dataclasses import fields, replace
from datetime import date
from pathlib import Path

import pandas as pd

from benchmarks.agency import DEFAULT_SIZES, NOW, last_weeks, planning_time, ready_home
from benchmarks.results import merge
from eros_assets.flows.gaps import reference_of
from eros_assets.pipeline import Pipeline
from eros_assets.rules.gaps import gap_table
from eros_assets.rules.reference import Reference
from eros_assets.rules.registry import rule
from eros_assets.rules.rule import Rule
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, read

WORST = 5
"""Offending creators shown per missed gap."""


def plan_weeks(settings: Settings, weeks: Sequence[date]) -> None:
    """Run the weekly job for each week in order; one planned on the same inputs before is left alone."""
    for week in weeks:
        pipeline = Pipeline(settings, now=planning_time(week))
        pipeline.plan(week)
        if pipeline.summary.failed_runs:
            raise RuntimeError(f"{pipeline.summary.failed_runs}: {pipeline.summary.errors}")


def verdicts_of(settings: Settings, weeks: Sequence[date]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Newest schedules of the weeks, and their error and warning verdicts with the page they concern."""
    with connect(settings, read_only=True) as connection:
        schedules = read(
            connection,
            "SELECT * FROM planning.schedule WHERE list_contains(?, week_start) QUALIFY"
            " row_number() OVER (PARTITION BY creator_id, week_start ORDER BY version DESC) = 1",
            [list(weeks)],
        )
        verdicts = read(
            connection,
            "SELECT v.*, s.page_name FROM planning.schedule_verdicts v JOIN planning.schedule s USING (schedule_id)"
            " WHERE v.level <> 'info' AND list_contains(?, schedule_id)"
            " ORDER BY v.rule, s.page_name, v.week_start, v.item_id",
            [schedules["schedule_id"].tolist()],
        )
    return schedules, verdicts


def creator_measures(one: Rule, reference: Reference) -> pd.DataFrame:
    """The rule's figure of each creator alone that misses the target, farthest first.

    Columns: page_name, value, n, short (distance to the target).
    """
    pages = reference.creators.drop_duplicates("creator_id", keep="last").set_index("creator_id")["page_name"]
    rows = []
    for creator_id, page in pages.items():
        measured = one.measure(_of_creator(reference, str(creator_id)))
        if measured.passes is False:
            limits = [measured.target] + [measured.target_high] * (measured.comparison == "between")
            short = min(abs(measured.value - limit) for limit in limits)
            rows.append({"page_name": page, "value": measured.value, "n": measured.n, "short": short})
    frame = pd.DataFrame(rows, columns=["page_name", "value", "n", "short"])
    return frame.sort_values(["short", "page_name"], ascending=[False, True], ignore_index=True)


def _of_creator(reference: Reference, creator_id: str) -> Reference:
    cut = {
        field.name: frame[frame["creator_id"] == creator_id].reset_index(drop=True)
        for field in fields(reference)
        if isinstance(frame := getattr(reference, field.name), pd.DataFrame) and "creator_id" in frame
    }
    return replace(reference, **cut)


def offenders(gaps: pd.DataFrame, reference: Reference, verdicts: pd.DataFrame) -> str:
    """For each missed gap the creators that miss it most, each with its first findings."""
    lines = []
    for row in gaps[gaps["passes"].eq(False)].to_dict("records"):
        one = rule(row["gap"])
        lines.append(f"\n{row['gap']} {row['name']}: {row['measured']:.4g}, target {row['target']} ({row['note']})")
        worst = creator_measures(one, reference)
        found = verdicts[verdicts["rule"] == row["gap"]]
        lines.append(f"  {len(worst)} creators miss it alone; {len(found)} findings")
        names = [*worst["page_name"], *found["page_name"].value_counts().index]
        values = dict(zip(worst["page_name"], worst["value"], strict=True))
        for page in list(dict.fromkeys(names))[:WORST]:
            own = found[found["page_name"] == page]
            lines.append(f"  {page}: {values.get(page, float('nan')):.4g} alone, {len(own)} findings")
            for verdict in own.head(WORST).to_dict("records"):
                what = f"{verdict['week_start']:%Y-%m-%d} {verdict['level']} {verdict['item_id'] or ''}"
                lines.append(f"    {what}: {verdict['message']}")
    return "\n".join(lines)


def gap_lines(gaps: pd.DataFrame) -> str:
    """The table as text."""
    shown = gaps[["gap", "name", "wave", "measured", "target", "unit", "passes", "n", "note"]]
    return shown.to_string(index=False, max_colwidth=90, float_format=lambda value: f"{value:.4g}")


def measure(settings: Settings, weeks: Sequence[date]) -> None:
    """Measure planned weeks, print table and offenders, merge the figures."""
    with connect(settings, read_only=True) as connection:
        reference = reference_of(connection, settings, list(weeks), NOW.replace(tzinfo=None))
    gaps = gap_table(reference)
    schedules, verdicts = verdicts_of(settings, weeks)
    in_waves = gaps[gaps["wave"].le(3).fillna(False)]
    print(gap_lines(gaps))
    print(offenders(gaps, reference, verdicts))
    errors = verdicts[verdicts["level"] == "error"]
    held = schedules[schedules["status"] == "held"]
    print(f"\nverdicts by rule:\n{verdicts.groupby(['rule', 'name', 'level']).size().to_string()}")
    print(f"\nstatus: {schedules['status'].value_counts().to_dict()}")
    for row in held.sort_values(["page_name", "week_start"]).to_dict("records"):
        why = sorted(set(errors.loc[errors["schedule_id"] == row["schedule_id"], "rule"]))
        print(f"held: {row['page_name']} {row['week_start']:%Y-%m-%d} quality {row['quality_score']:.0f} errors {why}")
    merge(
        {
            "gap_weeks": {
                "weeks": len(weeks),
                "creator_weeks": len(schedules),
                "error_verdicts": len(errors),
                "held_creator_weeks": len(held),
                "gaps_met": int(in_waves["passes"].eq(True).sum()),
                "gaps_missed": int(in_waves["passes"].eq(False).sum()),
                "gaps": {
                    row["gap"]: {
                        "name": row["name"],
                        "target": row["target"],
                        "measured": row["measured"],
                        "unit": row["unit"],
                        "n": row["n"],
                        "passes": None if pd.isna(row["passes"]) else bool(row["passes"]),
                    }
                    for row in in_waves.to_dict("records")
                },
            }
        }
    )


def main() -> None:
    """Plan the weeks and print the figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--weeks", type=int, default=8)
    parser.add_argument("--home", type=Path, help="where the sample lives or is made; default a temporary folder")
    options = parser.parse_args()
    weeks = last_weeks(options.weeks)
    with tempfile.TemporaryDirectory() as scratch:
        home = options.home or Path(scratch) / "home"
        with redirect_stdout(sys.stderr):  # Dagster and dbt talk; standard output is for the figures
            settings = ready_home(home, weeks, DEFAULT_SIZES)
            plan_weeks(settings, weeks)
        measure(settings, weeks)


if __name__ == "__main__":
    main()
