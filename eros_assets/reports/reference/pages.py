"""Pages of ``docs/reference/``: prose by hand, tables written from the configuration and the table contracts.

Belongs here: how a page is filled, how a table and its cells are written. A page holds
``<!-- table: NAME -->`` and, further down, ``<!-- end of table -->``; what stands between them is written anew by
``make docs`` (:mod:`eros_assets.flows.reference_pages`).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from eros_assets.domain.frames import Column, Table
from eros_assets.settings import Settings, Tier

END = "<!-- end of table -->"
_MARK = re.compile(rf"<!-- table: ([^>]+?) -->\n(.*?){END}", re.DOTALL)
_OPEN = re.compile(r"<!-- table: ")
WEEKDAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_TYPES = {"VARCHAR": "text", "BIGINT": "whole number", "DOUBLE": "number", "BOOLEAN": "yes or no", "TIMESTAMP": "time"}
NOTHING = "–"


class PageError(ValueError):
    """A page whose marks cannot be filled; the message names the mark."""


def filled(page: str, tables: Mapping[str, str]) -> str:
    """The page with every marked table written anew; ``tables`` are Markdown by name."""

    def written(found: re.Match[str]) -> str:
        name = found.group(1)
        if name not in tables:
            raise PageError(f"no table is called {name!r}; there are {', '.join(sorted(tables))}")
        return f"<!-- table: {name} -->\n{tables[name]}\n{END}"

    if len(_MARK.findall(page)) != len(_OPEN.findall(page)) or len(_OPEN.findall(page)) != page.count(END):
        raise PageError(f"a mark of a table lacks its {END!r}, or stands inside another table")
    return _MARK.sub(written, page)


def markdown_table(header: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A Markdown table; None becomes a dash, whole floats lose their point."""
    lines = [header, ["---"] * len(header), *rows]
    return "\n".join(f"| {' | '.join(_cell(cell) for cell in line)} |" for line in lines)


def column_tables(contracts: Iterable[Table]) -> dict[str, str]:
    """Of each layer of the lake: ``tables <schema>``, what its tables hold; ``columns <schema>``, a section for each.

    What every raw table ends with stands once, under ``provenance``: the columns whose names begin with ``_``.
    """
    known = list(contracts)
    found = {
        "provenance": _columns({c.name: c for table in known for c in table.columns if _is_provenance(c)}.values())
    }
    for schema in dict.fromkeys(table.schema for table in known):
        own = [table for table in known if table.schema == schema]
        rows = [(f"[{table.name}](#{table.name})", table.doc, codes(table.key)) for table in own]
        found[f"tables {schema}"] = markdown_table(("table", "holds", "one row per"), rows)
        found[f"columns {schema}"] = sections(
            (t.name, _columns(c for c in t.columns if not _is_provenance(c))) for t in own
        )
    return found


def sections(parts: Iterable[tuple[str, str]]) -> str:
    """A heading and a table each."""
    return "\n" + "\n\n".join(f"### {name}\n\n{table}" for name, table in parts) + "\n"


def export_columns(names: Sequence[str], contracts: Sequence[Table]) -> str:
    """Columns of an export file with the meaning that the first contract knowing them gives.

    Exports leave out the suffix ``_key`` of a contract's column.
    """
    meaning = {column.name.removesuffix("_key"): column.doc for table in contracts[::-1] for column in table.columns}
    return markdown_table(("column", "means"), [(f"`{name}`", meaning[name]) for name in names])


def _cell(value: object) -> str:
    if value is None:
        return NOTHING
    return f"{value:g}" if isinstance(value, float) else str(value).replace("|", "/")


def _is_provenance(column: Column) -> bool:
    return column.name.startswith("_")


def _columns(columns: Iterable[Column]) -> str:
    rows = [(f"`{c.name}`", _TYPES.get(c.type, c.type.lower()), "" if c.required else "yes", c.doc) for c in columns]
    return markdown_table(("column", "type", "may be empty", "means"), rows)


def codes(names: Iterable[str]) -> str:
    """Names as code, a comma between."""
    return ", ".join(f"`{name}`" for name in names)


def span(pair: Sequence[float]) -> str:
    """The first and the last number."""
    return f"{pair[0]:g}–{pair[-1]:g}"


def percent(value: float) -> str:
    """A fraction in percent, three digits."""
    return f"{100 * value:.3g}%"


def dollars(value: float) -> str:
    """Dollars, cents where there are any."""
    return f"${value:,.2f}" if value % 1 else f"${value:,.0f}"


def clock_hours(hours: Iterable[int]) -> str:
    """Hours of a day, runs of three and more as a span."""
    known = sorted(hours)
    runs: list[list[int]] = []
    for hour in known:
        if runs and hour == runs[-1][-1] + 1:
            runs[-1].append(hour)
        else:
            runs.append([hour])
    parts = [span(run) if len(run) > 2 else ", ".join(map(str, run)) for run in runs]
    return ", ".join(parts) or NOTHING


def weekdays(days: Iterable[int]) -> str:
    """Names of weekdays, 0 = Monday."""
    return ", ".join(WEEKDAYS[day] for day in days) or NOTHING


def by_tier(rows: Iterable[tuple[str, Mapping[Tier, object]]], settings: Settings) -> str:
    """A table with a column for each volume tier."""
    tiers = [tier.key for tier in settings.volume.tiers]
    return markdown_table(("", *tiers), [(label, *(by[tier] for tier in tiers)) for label, by in rows])
