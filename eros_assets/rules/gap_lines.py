"""The gap table as lines of text that fit a terminal.

Belongs here: the words and the layout. One line per rule with what was measured; its remarks follow indented and
wrapped between words.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pandas as pd

from eros_assets.settings import Settings

_NARROWEST = 60
_WIDEST = 110
_INDENT = " " * 7


@dataclass(frozen=True)
class Line:
    """One line and how a terminal shows it (a style of Rich, empty = plain)."""

    text: str
    style: str = ""


def gap_lines(table: pd.DataFrame, settings: Settings, width: int) -> Iterator[Line]:
    """``table`` as :func:`eros_assets.rules.gaps.gap_table` makes it, at most ``width`` characters a line."""
    wide = min(max(width, _NARROWEST), _WIDEST)
    yield from _head(settings, wide)
    names = max(table["name"].str.len().max(), len("rule"))
    form = f"{{:<6}} {{:<{names}}} {{:>9}} {{:>9}}  {{}}"
    yield Line("")
    yield Line(form.format("gap", "rule", "measured", "target", "holds"), "bold")
    heading = ""
    for row in table.to_dict("records"):
        before, heading = heading, "no wave" if pd.isna(row["wave"]) else f"wave {row['wave']}"
        if heading != before:
            yield Line(heading, "dim")
        holds, style = _verdict(row)
        measured = "–" if pd.isna(row["measured"]) else f"{row['measured']:.4g}"
        text = form.format(row["gap"], row["name"], measured, row["target"] or "–", holds)
        yield Line(text, style)
        for remark in _remarks(row):
            yield from _wrapped(remark, wide, _INDENT, "dim")
    yield Line("")
    yield from _wrapped(summary(table), wide, "", "bold")


def _head(settings: Settings, width: int) -> Iterator[Line]:
    planning = settings.system.planning
    share = "" if settings.method == "baseline" or planning.method_share >= 1 else f" on {planning.method_share:.0%}"
    yield from _wrapped(f"preset {settings.system.preset} · method {settings.method}{share}", width, "", "bold")
    changes = settings.preset_changes
    differs = f"differs from {settings.base_preset}: " + "; ".join(changes) if changes else "nothing differs from it"
    yield from _wrapped(differs, width, "")


def _wrapped(text: str, width: int, indent: str, style: str = "") -> Iterator[Line]:
    for line in textwrap.wrap(
        text, width, initial_indent=indent, subsequent_indent=indent, break_long_words=False, break_on_hyphens=False
    ):
        yield Line(line, style)


def _verdict(row: dict[Any, Any]) -> tuple[str, str]:
    """What stands in the last column, and its style."""
    if row["state"] == "not_built":
        return "not built", "dim"
    if row["state"] == "off":
        return "off", "dim"
    if pd.isna(row["passes"]):
        return "–", ""
    return ("yes", "green") if row["passes"] else ("no", "red")


def _remarks(row: dict[Any, Any]) -> Iterator[str]:
    if row["state"] == "not_built":
        return
    if row["state"] == "off":
        yield f"off: {row['flag']}"
    elif row["state"] == "partly":
        yield f"on for {row['in_force']:.0%} of pages ({row['flag']}), measured on those"
    if row["n"]:
        yield f"{row['unit']}, n {row['n']}" + (f"; {row['note']}" if row["note"] else "")
    elif row["state"] != "off":
        yield "nothing to measure"


def summary(table: pd.DataFrame) -> str:
    """How many rules are on and hold, are off, and are not built."""
    built = table[table["state"] != "not_built"]
    on = built[built["state"] != "off"]
    holds, fails = int(on["passes"].eq(True).sum()), int(on["passes"].eq(False).sum())
    parts = [f"{len(on)} on: {holds} hold, {fails} do not, {len(on) - holds - fails} had nothing to measure"]
    partly = int((built["state"] == "partly").sum())
    parts += [f"{partly} of them on some pages only"] if partly else []
    off = built[built["state"] == "off"]
    if len(off):
        parts.append(f"{len(off)} off ({', '.join(dict.fromkeys(off['flag']))})")
    parts.append(f"{len(table) - len(built)} not built")
    return f"{len(table)} rules; " + "; ".join(parts) + "."
