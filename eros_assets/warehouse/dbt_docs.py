"""Table contracts written into dbt's YAML: ``python -m eros_assets.warehouse.dbt_docs``.

For models whose table has a contract in :mod:`eros_assets.domain.frames` the contract says what the
table and each column mean, which columns are the key and which are never null; this writes it into
the model's YAML. Written by hand there and kept: further conditions, tests of single columns, unit
tests, and the whole YAML of models without a contract. Sources take their description alike.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path

from eros_assets.domain.frames import RAW_TABLES, TABLES, Table
from eros_assets.warehouse.dbt_run import PROJECT_DIR

MODELS = {table.name: table for table in TABLES if table.schema in ("intermediate", "performance")}
"""Tables that dbt builds by contract."""
_CONDITION = "              - "
_NOT_NULL = re.compile(_CONDITION + r'"\w+ is not null"')
_COLUMN = "      - name: "


def stale_files() -> dict[Path, str]:
    """YAML files that do not say what the contracts say, with the text they should have."""
    models = PROJECT_DIR / "models"
    sources = models / "staging" / "_sources.yml"
    wanted = {sources: with_sources(sources.read_text(encoding="utf-8"))}
    for table in MODELS.values():
        path = models / table.schema / f"{table.name}.yml"
        wanted[path] = with_contract(path.read_text(encoding="utf-8"), table)
    return {path: text for path, text in wanted.items() if path.read_text(encoding="utf-8") != text}


def with_contract(text: str, table: Table) -> str:
    """A model's YAML with description, key, never-null conditions and columns of its contract.

    Raises ``ValueError`` when a column with tests of its own is none of the contract's, or when the
    text lacks one of the parts that are replaced.
    """
    lines = text.splitlines()
    begin = _line(lines, "    columns:", table)
    end = next((i for i in range(begin, len(lines)) if not lines[i].strip()), len(lines))
    head = list(_head(lines[:begin], table))
    return "\n".join([*head, "    columns:", *_columns(lines[begin + 1 : end], table), *lines[end:]]) + "\n"


def with_sources(text: str) -> str:
    """The sources' YAML with the description of each raw table."""
    lines = text.splitlines()
    for i, line in enumerate(lines):
        if line.startswith(_COLUMN):
            lines[i + 1] = f"        description: {_quoted(RAW_TABLES[line.removeprefix(_COLUMN)].doc)}"
    return "\n".join(lines) + "\n"


def _line(lines: list[str], start: str, table: Table) -> int:
    """Index of the first line that starts so."""
    found = next((i for i, line in enumerate(lines) if line.startswith(start)), None)
    if found is None:
        raise ValueError(f"{table.name}.yml has no line {start.strip()!r}")
    return found


def _head(lines: list[str], table: Table) -> Iterator[str]:
    """What stands before the columns; of the conditions the first list holds the never-null ones."""
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
            yield from (f'{_CONDITION}"{column.name} is not null"' for column in table.columns if column.required)
        elif not (conditions < i < last and _NOT_NULL.fullmatch(line)):
            yield line


def _columns(lines: list[str], table: Table) -> Iterator[str]:
    """The contract's columns, each with the tests that were written below it."""
    tests: dict[str, list[str]] = {}
    name = ""
    for line in lines:
        if line.startswith(_COLUMN):
            name = line.removeprefix(_COLUMN)
        elif not line.startswith("        description:"):
            tests.setdefault(name, []).append(line)
    if unknown := sorted(set(tests) - set(table.column_names)):
        raise ValueError(f"{table.name}.yml tests {', '.join(unknown)}, which {table.full_name} does not have")
    for column in table.columns:
        yield _COLUMN + column.name
        yield f"        description: {_quoted(_sentence(column.doc))}"
        yield from tests.get(column.name, [])


def _sentence(meaning: str) -> str:
    """A meaning as a sentence; a column's or table's name at its start stays as it is."""
    first = meaning.split(None, 1)[0]
    return (meaning if "_" in first else meaning[0].upper() + meaning[1:]).rstrip(".") + "."


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def main() -> None:
    """Write the files that are not current and name them."""
    for path, text in stale_files().items():
        path.write_text(text, encoding="utf-8")
        print(path.relative_to(PROJECT_DIR))


if __name__ == "__main__":
    main()
