"""The rows of one file on their way to a table: cells, repairs, flags, quarantine.

A row ends in exactly one place: the table, quarantine (its first reason counts), or among the
duplicates.
"""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from eros_assets.domain.frames import RAW_QUARANTINE, Table
from eros_assets.ingest.config import IngestConfig
from eros_assets.ingest.faults import Flag, QuarantineRule, Repair
from eros_assets.ingest.headers import Layout
from eros_assets.ingest.parse import Numbers, Times, blank_nulls, booleans, counts, dates, money, numbers, times
from eros_assets.ingest.readers import Sheet

# Characters of an offending value that are stored, and shown in a reason.
_VALUE_LENGTH = 500
_SHOWN_LENGTH = 80


@dataclass(frozen=True)
class Reference:
    """What is known already: ``creators`` has the columns of ``raw.creators`` (may be empty)."""

    creators: pd.DataFrame

    @property
    def id_of_page(self) -> pd.Series:
        """creator_id by page name."""
        return self.creators.set_index("page_name")["creator_id"]


@dataclass(frozen=True)
class Source:
    """Where rows come from: the file, its export time (UTC) and the page its name speaks of."""

    file_name: str
    file_hash: str
    exported_at: pd.Timestamp
    page_name: str | None
    now: pd.Timestamp
    zone: str

    def columns(self) -> dict[str, Any]:
        """The file's columns of ``raw.quarantine``."""
        return {"file_hash": self.file_hash, "file_name": self.file_name, "exported_at": self.exported_at}


@dataclass
class Rows:
    """Working state of one file's data rows; every Series shares the index of row numbers."""

    sheet: Sheet
    layout: Layout
    source: Source
    config: IngestConfig
    warnings: list[str] = field(default_factory=list)
    duplicates: int = 0

    def __post_init__(self) -> None:
        self.index = self.sheet.cells.index
        self.alive = pd.Series(True, index=self.index)
        self._marks: dict[str, list[tuple[str, pd.Series]]] = {"_fixes": [], "_flags": []}
        self._stopped: list[pd.DataFrame] = []
        self._texts: dict[str, pd.Series] = {}
        self._nothing = pd.Series(pd.NA, index=self.index, dtype="str")

    # --- cells -------------------------------------------------------------------------------

    def has(self, column: str) -> bool:
        """Whether the file has the column."""
        return column in self.layout.columns

    def verbatim(self, column: str) -> pd.Series:
        """Text as exported, blank cells null."""
        if not self.has(column):
            return self._nothing
        texts = self.sheet.cells[self.layout.columns[column]]
        return texts.mask((texts.str.strip() == "").astype(bool))

    def text(self, column: str) -> pd.Series:
        """Trimmed text; words that mean nothing are null."""
        if not self.has(column):
            return self._nothing
        if column not in self._texts:
            self._texts[column] = blank_nulls(self.verbatim(column), self.config)
        return self._texts[column]

    def word(self, column: str) -> pd.Series:
        """Lower-case text with spaces and hyphens as ``_``: the spelling of keys."""
        if not self.has(column):
            return self._nothing
        return self.text(column).str.lower().str.replace(r"[\s-]+", "_", regex=True)

    def count(self, column: str) -> pd.Series:
        """Whole numbers; unreadable ones are quarantined, negative ones kept for the caller."""
        return self._numbers(
            column, counts(self.text(column)), "not_a_count", "count_read_from_text", "is not a whole number"
        )

    def amount(self, column: str) -> pd.Series:
        """Dollars; other currencies and unreadable amounts are quarantined."""
        found = money(self.text(column), self.config)
        self.stop(found.foreign, column, "bad_currency", "is not in dollars")
        rule: QuarantineRule = "bad_price" if "price" in column else "bad_money"
        return self._numbers(column, found, rule, "amount_read_from_text", "is not an amount of money")

    def number(self, column: str, low: float, high: float) -> pd.Series:
        """Decimal numbers; unreadable ones and those outside the range are ignored."""
        found = numbers(self.text(column))
        wrong = found.bad | ~found.values.between(low, high).fillna(True).astype(bool)
        self.fix(wrong, "value_ignored")
        return found.values.mask(wrong)

    def boolean(self, column: str, default: bool | None) -> pd.Series:
        """Booleans; absent and unreadable ones take ``default``."""
        values, bad = booleans(self.text(column), self.config)
        if bad.any():
            self.warn(
                f"{column}: {int(bad.sum())} cells are neither yes nor no, e.g. {self.text(column)[bad].iloc[0]!r}"
            )
        return values if default is None else values.fillna(default)

    def time(self, column: str, *, required: bool) -> pd.Series:
        """UTC times. Unreadable or unbelievable ones stop the row when required, else become null."""
        texts = self.text(column)
        return self._times(column, texts, times(texts, self.source.zone, self.source.now, self.config), required)

    def date(self, column: str) -> pd.Series:
        """Calendar dates; unreadable or unbelievable ones stop the row."""
        texts = self.text(column)
        days: pd.Series = self._times(column, texts, dates(texts, self.source.now, self.config), True).dt.normalize()
        return days

    def _numbers(self, column: str, found: Numbers, rule: QuarantineRule, repair: Repair, why: str) -> pd.Series:
        self.fix(found.fixed, repair)
        self.stop(found.bad, column, rule, why)
        return found.values

    def _times(self, column: str, texts: pd.Series, found: Times, required: bool) -> pd.Series:
        believable = found.values.between(self.config.earliest(), self.config.latest(self.source.now))
        wrong = found.bad | (found.values.notna() & ~believable)
        if found.warning:
            self.warn(f"{column}: {found.warning}")
        self.flag(found.shifted, "dst_shifted")
        self.flag(found.ambiguous, "dst_ambiguous")
        if required:
            self.stop(wrong | texts.isna(), column, "bad_time", "is no time between 2020 and tomorrow")
        else:
            self.fix(wrong, "time_emptied")
        return found.values.mask(wrong)

    # --- verdicts ----------------------------------------------------------------------------

    def fix(self, mask: pd.Series, repair: Repair) -> None:
        """Note a repair in ``_fixes``."""
        self._mark("_fixes", mask, repair)

    def flag(self, mask: pd.Series, name: Flag) -> None:
        """Note a limit of use in ``_flags``."""
        self._mark("_flags", mask, name)

    def _mark(self, column: str, mask: pd.Series, name: str) -> None:
        if mask.any():
            mask = mask.fillna(False).astype(bool)
            self._marks[column].append((name, mask))

    def warn(self, sentence: str) -> None:
        """Add a sentence to the file's warnings."""
        self.warnings.append(sentence)

    def stop(self, mask: pd.Series, column: str, rule: QuarantineRule, why: str, *, is_terminal: bool = False) -> None:
        """Quarantine the masked rows that are still alive."""
        if not mask.any():
            return
        hit = self.index[mask.fillna(False).astype(bool) & self.alive]
        if len(hit):
            self.alive[hit] = False
            values = self.verbatim(column)[hit] if self.has(column) else pd.Series(pd.NA, index=hit, dtype="str")
            self._stopped.append(stopped_rows(hit, column, values, rule, why).assign(is_terminal=is_terminal))

    def drop_duplicates(self, rows: pd.Index) -> None:
        """Count alive rows that say what another row of the file says."""
        rows = rows[self.alive[rows].to_numpy()]
        self.alive[rows] = False
        self.duplicates += len(rows)

    # --- results -----------------------------------------------------------------------------

    def table(self, table: Table, columns: dict[str, object]) -> pd.DataFrame:
        """The alive rows with provenance, conforming to ``table``."""
        frame = pd.DataFrame({**columns, **self.provenance()}, index=self.index)
        return table.conform(frame[self.alive])

    def provenance(self) -> dict[str, object]:
        """The provenance columns of every row, alive or not."""
        return {
            "_fixes": self._joined("_fixes"),
            "_flags": self._joined("_flags"),
            "_file_hash": self.source.file_hash,
            "_file_name": self.source.file_name,
            "_row_number": self.index,
            "_exported_at": self.source.exported_at,
        }

    def _joined(self, column: str) -> pd.Series:
        if not self._marks[column]:
            return self._nothing
        joined = pd.Series("", index=self.index, dtype="str")
        seen: set[str] = set()
        for name in sorted({name for name, _ in self._marks[column]}):
            mask = pd.concat([m for n, m in self._marks[column] if n == name], axis=1).any(axis=1)
            joined = joined.where(~mask, joined + ("," if seen else "") + name)
            seen.add(name)
        joined = joined.str.strip(",").str.replace(",,", ",", regex=False)
        return joined.mask(joined == "")

    def quarantine(self, table_kind: str) -> pd.DataFrame:
        """Rows of ``raw.quarantine``: stopped rows and lines that fit no layout."""
        stopped = pd.concat(self._stopped) if self._stopped else None
        parts = []
        if stopped is not None:
            stopped["row_json"] = row_json(self.sheet, stopped.index)
            parts.append(stopped)
        if self.sheet.unaligned:
            lines = pd.Series(self.sheet.unaligned, dtype="str")
            why = f"the line does not have the header's {len(self.sheet.headers)} cells"
            records = [json.dumps({"line": line}, ensure_ascii=False) for line in lines]
            parts.append(stopped_rows(lines.index, pd.NA, lines, "unaligned_row", why).assign(row_json=records))
        if not parts:
            return RAW_QUARANTINE.empty()
        return quarantine_frame(table_kind, pd.concat(parts).sort_index().assign(**self.source.columns()))


def row_json(sheet: Sheet, rows: pd.Index) -> list[str]:
    """The rows as read, one JSON object by header each; equal headers get a number."""
    names = _unique(sheet.headers)
    records = sheet.cells.loc[rows].astype(object).where(sheet.cells.loc[rows].notna(), None).to_numpy().tolist()
    return [json.dumps(dict(zip(names, record, strict=True)), ensure_ascii=False) for record in records]


def _unique(headers: list[str]) -> list[str]:
    seen: dict[str, int] = {}
    names = []
    for header in headers:
        seen[header] = seen.get(header, 0) + 1
        names.append(header if seen[header] == 1 else f"{header} #{seen[header]}")
    return names


def stopped_rows(rows: pd.Index, column: object, value: object, rule: QuarantineRule, why: str) -> pd.DataFrame:
    """Rows that one rule stops, indexed by row number: the first columns that :func:`quarantine_frame` needs."""
    columns = {"column_name": column, "value": value, "rule": rule, "why": why, "is_terminal": False}
    return pd.DataFrame(columns, index=rows)


def quarantine_frame(kind: str, stopped: pd.DataFrame) -> pd.DataFrame:
    """``raw.quarantine`` rows of stopped rows, which are indexed by row number.

    Columns of ``stopped``: column_name, value, rule, why, is_terminal, row_json, file_hash,
    file_name, exported_at.
    """
    value = stopped["value"].astype("str").str.slice(0, _VALUE_LENGTH)
    shown = value.fillna("(empty)").str.slice(0, _SHOWN_LENGTH)
    column = stopped["column_name"].astype("str")
    reason = "row " + stopped.index.astype("str") + ": " + (column + " " + shown + " ").fillna("") + stopped["why"]
    parts = zip(stopped["file_hash"], stopped.index, column.fillna(""), stopped["rule"], strict=True)
    keys = [hashlib.sha256("|".join(map(str, part)).encode()).hexdigest() for part in parts]
    frame = stopped.drop(columns="why").assign(
        quarantine_key=keys, kind=kind, row_number=stopped.index, column_name=column, value=value, reason=reason
    )
    return RAW_QUARANTINE.conform(frame)
