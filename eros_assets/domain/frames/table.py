"""What a table contract is: columns with type and meaning, a key, and frames held to both."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

import pandas as pd


class FrameError(ValueError):
    """A frame that does not match its contract; names table and columns."""


_RANGE = re.compile(r"(?P<low>-?[\d.]+)–(?P<high>-?[\d.]+)")
_LEAST = re.compile(r"(?P<sign>[≥>]) (?P<low>-?[\d.]+)")
_LINE = re.compile(r"(?P<name>\w+) (?P<type>\w+)(?P<required>!?) (\[(?P<allowed>[^]]+)\] )?(?P<doc>[^[].*)")


@dataclass(frozen=True)
class Column:
    """One column: ``type`` is a DuckDB type; ``required`` means never null.

    ``allowed`` says which values may stand there: ``0–1`` (both ends included), ``≥ 0``, ``> 0`` or ``paid | free``.
    """

    name: str
    type: str
    doc: str
    required: bool = False
    allowed: str = ""

    @property
    def description(self) -> str:
        """Meaning and allowed values as a sentence; a column's or table's name at its start stays as it is."""
        text = f"{self.doc} ({self.allowed.replace(' |', ',')})" if self.allowed else self.doc
        first = text.split(None, 1)[0]
        return (text if "_" in first else text[0].upper() + text[1:]).rstrip(".") + "."

    @property
    def condition(self) -> str:
        """``allowed`` as SQL, unknown for null; empty where every value may stand."""
        if not self.allowed:
            return ""
        if found := _RANGE.fullmatch(self.allowed):
            return f"{self.name} between {found['low']} and {found['high']}"
        if found := _LEAST.fullmatch(self.allowed):
            return f"{self.name} {found['sign'].replace('≥', '>=')} {found['low']}"
        return f"{self.name} in ({', '.join(repr(value) for value in self.allowed.split(' | '))})"


@dataclass(frozen=True)
class Table:
    """One table: schema-qualified name, key columns and columns in order.

    ``checks`` are conditions over several columns, as SQL, that every row satisfies or leaves unknown.
    """

    schema: str
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    doc: str
    checks: tuple[str, ...] = ()

    @property
    def full_name(self) -> str:
        """``schema.name``."""
        return f"{self.schema}.{self.name}"

    @property
    def conditions(self) -> list[str]:
        """What every row satisfies, as SQL: never-null columns, allowed values, ``checks``."""
        return [
            *(f"{column.name} is not null" for column in self.columns if column.required),
            *(column.condition for column in self.columns if column.allowed),
            *self.checks,
        ]

    @property
    def column_names(self) -> list[str]:
        """Names in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """A frame of zero rows with every column."""
        return pd.DataFrame({column.name: pd.Series(dtype=PANDAS_TYPES[column.type]) for column in self.columns})

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """``frame`` with exactly the contract's columns and types, in order.

        Columns the frame lacks become null; raises :class:`FrameError` for unknown columns,
        nulls in a required column, or duplicate keys.
        """
        unknown = [name for name in frame.columns if name not in self.column_names]
        if unknown:
            raise FrameError(f"{self.full_name}: unknown columns {unknown}")
        out = pd.DataFrame(
            {
                c.name: (
                    frame[c.name].astype(PANDAS_TYPES[c.type])
                    if c.name in frame
                    else pd.Series(pd.NA, index=frame.index, dtype=PANDAS_TYPES[c.type])
                )
                for c in self.columns
            },
            index=frame.index,
        ).reset_index(drop=True)
        for column in self.columns:
            if column.required and out[column.name].isna().any():
                raise FrameError(f"{self.full_name}.{column.name}: {int(out[column.name].isna().sum())} nulls")
        if self.key and out.duplicated(list(self.key)).any():
            rows = out.loc[out.duplicated(list(self.key)), list(self.key)].head(3).to_dict("records")
            raise FrameError(f"{self.full_name}: duplicate key {rows}")
        return out


PANDAS_TYPES: dict[str, Any] = {
    "VARCHAR": "str",
    "BIGINT": "Int64",
    "INTEGER": "Int64",
    "DOUBLE": "Float64",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "datetime64[us]",
    "DATE": "datetime64[us]",
}


def columns(text: str) -> tuple[Column, ...]:
    """Columns from lines ``name TYPE[!] [allowed] meaning``; ``!`` marks a required column.

    The brackets of ``allowed`` are written, and left out where every value is. Raises ``ValueError`` for another line.
    """
    parsed = []
    for line in filter(str.strip, text.splitlines()):
        found = _LINE.fullmatch(line.strip())
        if not found:
            raise ValueError(f"not a column: {line.strip()!r}")
        required = bool(found["required"])
        parsed.append(Column(found["name"], found["type"], found["doc"], required, found["allowed"] or ""))
    return tuple(parsed)
