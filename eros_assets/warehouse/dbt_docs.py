"""Table contracts written into dbt's YAML: ``python -m eros_assets.warehouse.dbt_docs``.

For models whose table has a contract in :mod:`eros_assets.domain.frames` the contract says what the
table and each column mean, which columns are the key, and what every row satisfies; this writes it
into the model's YAML. Models without a contract take the meaning of the columns they share with one
(``SHARED``), sources the meaning of their table. Written by hand and kept: further tests, among
them warnings, tests of single columns, unit tests, and what a model without a contract has alone.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

from eros_assets.domain import frames
from eros_assets.domain.frames import RAW_TABLES, TABLES, Column, Table
from eros_assets.warehouse.dbt_run import PROJECT_DIR

MODELS = {table.name: table for table in TABLES if table.schema in ("intermediate", "performance")}
"""Tables that dbt builds by contract."""
SHARED: dict[str, tuple[Table, ...]] = {
    "int_sends": (frames.FCT_SENDS,),
    "int_creator_elasticity": (frames.CREATOR_HEALTH,),
    "int_creator_fans": (frames.CREATOR_HEALTH,),
    "int_creator_horizons": (frames.CREATOR_HEALTH,),
    "int_creator_weekdays": (frames.CREATOR_HEALTH,),
    "int_sender_means": (frames.CREATOR_HEALTH,),
    "stg_captions": (frames.RAW_CAPTIONS,),
    "stg_creators": (frames.RAW_CREATORS,),
    "stg_page_metrics": (frames.RAW_PAGE_METRICS,),
    "stg_sends": (frames.RAW_SENDS, frames.FCT_SENDS),
    "stg_wall_posts": (frames.RAW_WALL_POSTS, frames.FCT_SENDS),
}
"""Models without a contract, and the contracts whose columns of the same name mean the same; the first that has it."""
OWN_MEANING = {
    "int_sender_means": {"creator_id"},
    "stg_captions": {"suggested_price"},
    "stg_sends": {"earnings"},
    "stg_wall_posts": {"earnings"},
}
"""Columns that mean something else there than the contract's column of that name."""
_CONDITION = "              - "
_COLUMN = "      - name: "
_MEANING = "        description: "


def stale_files() -> dict[Path, str]:
    """YAML files that do not say what the contracts say, with the text they should have."""
    models = PROJECT_DIR / "models"
    sources = models / "staging" / "_sources.yml"
    wanted = {sources: with_sources(sources.read_text(encoding="utf-8"))}
    for table in MODELS.values():
        path = models / table.schema / f"{table.name}.yml"
        wanted[path] = with_contract(path.read_text(encoding="utf-8"), table)
    for name, tables in SHARED.items():
        path = next(models.glob(f"*/{name}.yml"))
        wanted[path] = with_meanings(path.read_text(encoding="utf-8"), shared_columns(name, tables))
    return {path: text for path, text in wanted.items() if path.read_text(encoding="utf-8") != text}


def shared_columns(model: str, tables: tuple[Table, ...]) -> dict[str, Column]:
    """Columns of ``tables`` by name, of the first that has it, without those that mean something else in ``model``."""
    columns = {column.name: column for table in reversed(tables) for column in table.columns}
    return {name: column for name, column in columns.items() if name not in OWN_MEANING.get(model, set())}


def with_contract(text: str, table: Table) -> str:
    """A model's YAML with description, key, conditions and columns of its contract.

    Raises ``ValueError`` when a column with tests of its own is none of the contract's, or when the
    text lacks one of the parts that are replaced.
    """
    lines = text.splitlines()
    begin = _line(lines, "    columns:", table)
    end = next((i for i in range(begin, len(lines)) if not lines[i].strip()), len(lines))
    head = list(_head(lines[:begin], table))
    return "\n".join([*head, "    columns:", *_columns(lines[begin + 1 : end], table), *lines[end:]]) + "\n"


def with_meanings(text: str, columns: dict[str, Column]) -> str:
    """A model's YAML in which every column that ``columns`` names has that meaning."""
    lines = text.splitlines()
    for i, line in enumerate(lines):
        column = columns.get(line.removeprefix(_COLUMN)) if line.startswith(_COLUMN) else None
        if column is not None:
            lines[i + 1] = _MEANING + _quoted(column.description)
    return "\n".join(lines) + "\n"


def with_sources(text: str) -> str:
    """The sources' YAML with the description of each raw table."""
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if line.startswith(_COLUMN):
            lines[i + 1] = f"{_MEANING}{_quoted(RAW_TABLES[line.removeprefix(_COLUMN)].doc)}"
    return "\n".join(lines) + "\n"


def _line(lines: list[str], start: str, table: Table) -> int:
    """Index of the first line that starts so."""
    found = next((i for i, line in enumerate(lines) if line.startswith(start)), None)
    if found is None:
        raise ValueError(f"{table.name}.yml has no line {start.strip()!r}")
    return found


def _head(lines: list[str], table: Table) -> Iterator[str]:
    """What stands before the columns; the first list of conditions is the contract's."""
    about = _line(lines, "    description:", table)
    key = _line(lines, "            columns:", table)
    conditions = _line(lines, "            conditions:", table)
    last = next((i for i in range(conditions + 1, len(lines)) if not lines[i].startswith(_CONDITION)), len(lines))
    for i, line in enumerate(lines):
        if i == about:
            yield f"    description: {_quoted(table.doc)}"
        elif i == key:
            yield f"            columns: [{', '.join(table.key)}]"
        elif i == conditions:
            yield line
            yield from (_CONDITION + _quoted(condition) for condition in table.conditions)
        elif not conditions < i < last:
            yield line


def _columns(lines: list[str], table: Table) -> Iterator[str]:
    """The contract's columns, each with the tests that were written below it."""
    tests: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.startswith(_COLUMN):
            name = line.removeprefix(_COLUMN)
        elif not line.startswith(_MEANING):
            tests.setdefault(name, []).append(line)
    if unknown := sorted(set(tests) - set(table.column_names)):
        raise ValueError(f"{table.name}.yml tests {', '.join(unknown)}, which {table.full_name} does not have")
    for column in table.columns:
        yield _COLUMN + column.name
        yield _MEANING + _quoted(column.description)
        yield from tests.get(column.name, [])


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    """Write the files that are not current and name them."""
    for path, text in stale_files().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(PROJECT_DIR))


if __name__ == "__main__":
    main()
