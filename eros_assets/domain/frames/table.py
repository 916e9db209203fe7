"""What a table contract is: columns with type and meaning, a key, and frames held to both."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


class FrameError(ValueError):
    """A frame that does not match its contract; names table and columns."""


@dataclass(frozen=True)
class Column:
    """One column: ``type`` is a DuckDB type; ``required`` means never null."""

    name: str
    type: str
    doc: str
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table: schema-qualified name, key columns and columns in order."""

    schema: str
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    doc: str

    @property
    def full_name(self) -> str:
        """``schema.name``."""
        return f"{self.schema}.{self.name}"

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
    """Columns from lines ``name TYPE[!] meaning``; ``!`` marks a required column."""
    parsed = []
    for line in filter(str.strip, text.splitlines()):
        name, kind, doc = line.strip().split(None, 2)
        parsed.append(Column(name, kind.rstrip("!"), doc, kind.endswith("!")))
    return tuple(parsed)
