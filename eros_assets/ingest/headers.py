"""Which kind of export a file is, and which header is which column."""

from __future__ import annotations

import re
from dataclasses import dataclass

import pandas as pd

from eros_assets.ingest.config import CellType, IngestConfig, Kind
from eros_assets.ingest.parse import blank_nulls, booleans, counts, header_name, is_time_like, money, numbers
from eros_assets.ingest.readers import FileError, Sheet
from eros_assets.settings import Settings

# Enough cells to tell a count from a date.
_SAMPLE = 500
_FITS = 0.8


@dataclass(frozen=True)
class FileName:
    """What a file's name says; null where it says nothing."""

    kind: Kind | None
    page: str | None
    date: pd.Timestamp | None


@dataclass(frozen=True)
class Layout:
    """Columns of one file by header position; ``content`` holds the content-type columns of a wide vault file."""

    kind: Kind
    columns: dict[str, int]
    content: dict[str, int]
    warnings: tuple[str, ...]


def read_file_name(name: str, config: IngestConfig) -> FileName:
    """Kind, page and export date by the first pattern of ``file_name_patterns`` that fits."""
    for pattern in config.file_name_patterns:
        found = re.search(pattern, name)
        if found:
            parts = found.groupdict()
            day = pd.to_datetime(str(parts.get("date")), errors="coerce")
            return FileName(
                config.file_kinds.get(parts.get("kind") or ""),
                parts.get("page"),
                None if pd.isna(day) else pd.Timestamp(day),
            )
    return FileName(None, None, None)


def content_names(settings: Settings) -> dict[str, str]:
    """Folded key, label and aliases of every configured content type → its key."""
    return {header_name(name): row.key for row in settings.content_types for name in (*row.aliases, row.label, row.key)}


def lay_out(sheet: Sheet, name: FileName, settings: Settings, config: IngestConfig) -> Layout:
    """Kind and columns of a file.

    The kind is the one that knows most of the headers, the file name settling ties. Raises
    :class:`FileError` for a missing required column or a header whose meaning stays open.
    """
    names = [header_name(header) for header in sheet.headers]
    contents = content_names(settings)
    known = {kind: _candidates(names, kind, config) for kind in config.kinds}
    in_vault = {i: contents[n] for i, n in enumerate(names) if n in contents and not known["vault"][i]}
    has_page = any("page_name" in found or "creator_id" in found for found in known["vault"])

    def rank(kind: Kind) -> tuple[int, bool, bool]:
        found = known[kind]
        score = len({column for columns in found for column in columns[:1]})
        if kind == "vault":
            # Long files are told by has_content: every other column of theirs occurs elsewhere too.
            is_long = any("has_content" in columns for columns in found)
            score = score + len(in_vault) if has_page and (in_vault or is_long) else 0
        covered = {column for columns in found for column in columns}
        return score, kind == name.kind, covered.issuperset(config.kinds[kind].required)

    kind = max(config.kinds, key=rank)
    if not rank(kind)[0]:
        raise FileError(f"no known column among the headers {sheet.headers[:12]}")
    columns, warnings = _settle(sheet, known[kind], kind, config)
    missing = [column for column in config.kinds[kind].required if column not in columns]
    if missing:
        raise FileError(f"missing required column {', '.join(missing)} of a {kind} file; headers: {sheet.headers[:30]}")
    content: dict[str, int] = {}
    if kind == "vault" and "has_content" not in columns:
        for i, key in in_vault.items():
            content.setdefault(key, i)
        unknown = [sheet.headers[i] for i, n in enumerate(names) if n and i not in in_vault and not known[kind][i]]
        warnings += [f"column {header!r} is no configured content type and is left out" for header in unknown]
    return Layout(kind, columns, content, tuple(warnings))


def _candidates(names: list[str], kind: Kind, config: IngestConfig) -> list[list[str]]:
    """Columns each header may mean; several where an alias is shared."""
    rules = config.kinds[kind].columns
    exact = [[name] if name in rules else [] for name in names]
    return [e or [c for c, rule in rules.items() if n in rule.aliases] for e, n in zip(exact, names, strict=True)]


def _settle(
    sheet: Sheet, candidates: list[list[str]], kind: Kind, config: IngestConfig
) -> tuple[dict[str, int], list[str]]:
    rules = config.kinds[kind].columns
    claims: dict[str, list[int]] = {}
    for position, columns in enumerate(candidates):
        if len(columns) == 1:
            claims.setdefault(columns[0], []).append(position)
    for position, columns in enumerate(candidates):
        if len(columns) > 1:
            column = _by_values(sheet, position, columns, set(claims), config, kind)
            claims.setdefault(column, []).append(position)
    warnings = []
    settled = {}
    for column, positions in claims.items():
        ranks = [_preference(column, header_name(sheet.headers[i]), rules[column].aliases) for i in positions]
        best = min(ranks)
        chosen = [i for i, r in zip(positions, ranks, strict=True) if r == best]
        if any(not sheet.cells[i].equals(sheet.cells[chosen[0]]) for i in chosen[1:]):
            raise FileError(f"two columns are headed {sheet.headers[chosen[0]]!r} and differ; which is {column}?")
        settled[column] = chosen[0]
        left = [sheet.headers[i] for i in positions if i != chosen[0]]
        if left:
            warnings.append(f"{column} is read from {sheet.headers[chosen[0]]!r}; {left} left out")
    return settled, warnings


def _preference(column: str, header: str, aliases: tuple[str, ...]) -> int:
    return 0 if header == column else 1 + aliases.index(header)


def _by_values(
    sheet: Sheet, position: int, columns: list[str], claimed: set[str], config: IngestConfig, kind: Kind
) -> str:
    """The one column the cells of an ambiguous header fit; raises when that stays open."""
    rules = config.kinds[kind].columns
    cells = blank_nulls(sheet.cells[position], config).dropna().head(_SAMPLE)
    fitting = [c for c in columns if len(cells) and share_fitting(cells, rules[c].type, config) >= _FITS]
    for choice in (fitting, [c for c in (fitting or columns) if c not in claimed]):
        if len(choice) == 1:
            return choice[0]
    raise FileError(
        f"header {sheet.headers[position]!r} may mean {' or '.join(columns)} and its values settle neither"
        f" (first: {cells.head(3).tolist()})"
    )


def share_fitting(cells: pd.Series, kind: CellType, config: IngestConfig) -> float:
    """Share of non-null ``cells`` that read as ``kind``."""
    if kind in ("time", "date"):
        good = is_time_like(cells)
    elif kind == "count":
        good = ~counts(cells).bad
    elif kind == "money":
        good = ~money(cells, config).bad
    elif kind == "number":
        good = ~numbers(cells).bad
    elif kind == "bool":
        good = ~booleans(cells, config)[1]
    else:
        return 1.0
    return float(good.mean())
