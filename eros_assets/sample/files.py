"""Writing a sample's export files: delimiters, encodings, spreadsheets, always the same bytes; what was written."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

import pandas as pd
import xlsxwriter


@dataclass(frozen=True)
class Dialect:
    """How a tool writes text files."""

    encoding: str = "utf-8"
    delimiter: str = ","
    newline: str = "\r\n"


DIALECTS = (
    Dialect(),
    Dialect("utf-8-sig"),
    Dialect("utf-8", ";", "\n"),
    Dialect("utf-16", "\t"),
    Dialect("utf-8", "\t", "\n"),
    Dialect("utf-8", ",", "\n"),
)
WINDOWS = Dialect("cp1252", ";")


@dataclass(frozen=True)
class DemoFile:
    """One file of the sample: its table kind, data rows, and planted faults by kind."""

    name: str
    kind: str
    rows: int
    faults: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Sizes:
    """How large a sample is: pages, distinct texts, mass messages, days of history."""

    creators: int
    captions: int
    sends: int
    days: int


@dataclass(frozen=True)
class DemoReport:
    """What the sample holds: files with kind, rows and planted faults, and the sizes drawn."""

    files: tuple[DemoFile, ...]
    truth_path: Path
    creators: int
    captions: int
    sends: int
    wall_posts: int

    @property
    def rows(self) -> int:
        """Data rows over all files."""
        return sum(file.rows for file in self.files)

    @property
    def faults(self) -> dict[str, int]:
        """Planted faults by kind over all files."""
        total: Counter[str] = Counter()
        for file in self.files:
            total.update(file.faults)
        return dict(sorted(total.items()))


def write_csv(
    frame: pd.DataFrame,
    path: Path,
    dialect: Dialect = DIALECTS[0],
    *,
    blank_before: frozenset[int] = frozenset(),
    widened: frozenset[int] = frozenset(),
) -> None:
    """Write ``frame`` as delimited text.

    ``blank_before``: row positions with an empty line before them. ``widened``: rows with two
    cells more than the header has.
    """
    text = frame.to_csv(index=False, sep=dialect.delimiter, lineterminator="\r\n")
    if blank_before or widened:
        header, *lines = text.split("\r\n")[:-1]  # texts hold no carriage return, so this splits rows only
        extra = f"{dialect.delimiter}see note{dialect.delimiter}x"
        out = [header]
        for number, line in enumerate(lines):
            if number in blank_before:
                out.append("")
            out.append(line + extra if number in widened else line)
        text = "\r\n".join(out) + "\r\n"
    if dialect.newline != "\r\n":
        text = text.replace("\r\n", dialect.newline)
    path.write_bytes(text.encode(dialect.encoding))


def write_xlsx(frame: pd.DataFrame, path: Path, created: date) -> None:
    """Write ``frame`` to the first sheet; numbers stay numbers, texts stay texts."""
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    with xlsxwriter.Workbook(str(path), options) as book:
        book.set_properties({"created": datetime(created.year, created.month, created.day)})
        sheet = book.add_worksheet("export")
        for column, name in enumerate(frame.columns):
            sheet.write_string(0, column, str(name))
        for row, values in enumerate(frame.itertuples(index=False), start=1):
            for column, value in enumerate(values):
                if isinstance(value, str):
                    if value:
                        sheet.write_string(row, column, value)
                elif not pd.isna(value):
                    sheet.write_number(row, column, value)
