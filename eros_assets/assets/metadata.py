"""Metadata every table asset shows: row count, column schema, where it is."""

from __future__ import annotations

from typing import Any

import dagster as dg
import pandas as pd

from eros_assets.domain.frames import Table

OWNERS = ["team:data"]


def column_schema(table: Table) -> dg.TableSchema:
    """Column names, types and descriptions of a contract."""
    return dg.TableSchema(
        columns=[
            dg.TableColumn(
                c.name, c.type, c.description, constraints=dg.TableColumnConstraints(nullable=not c.required)
            )
            for c in table.columns
        ]
    )


def table_spec(table: Table, *, deps: Any = None, kinds: set[str] | None = None, **options: Any) -> dg.AssetSpec:
    """Asset spec of a contract table: key and group are its schema and name."""
    return dg.AssetSpec(
        key=[table.schema, table.name],
        group_name=options.pop("group_name", table.schema),
        description=table.doc,
        owners=OWNERS,
        kinds=kinds or {"python", "duckdb"},
        deps=deps,
        metadata={
            "dagster/column_schema": column_schema(table),
            "dagster/table_name": f"lake.{table.full_name}",
            **options.pop("metadata", {}),
        },
        **options,
    )


def row_count(rows: int) -> dict[str, Any]:
    """The standard key the UI charts."""
    return {"dagster/row_count": rows}


def preview(frame: pd.DataFrame, rows: int = 20) -> dg.MarkdownMetadataValue:
    """The first rows as a Markdown table."""
    head = ["| " + " | ".join(frame.columns) + " |", "|" + "---|" * len(frame.columns)]
    body = ["| " + " | ".join(map(_cell, row)) + " |" for row in frame.head(rows).to_numpy(dtype=object)]
    return dg.MetadataValue.md("\n".join(head + body))


def _cell(value: object) -> str:
    """One line of at most 80 characters without the table's own sign."""
    text = "" if value is None or value is pd.NA else " ".join(str(value).replace("|", "/").split())
    return text if len(text) <= 80 else text[:79] + "…"
