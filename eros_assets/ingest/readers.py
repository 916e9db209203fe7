"""Export files → text cells: CSV, XLSX, JSON lines and Parquet, told apart by content.

A reader knows nothing about columns: it gives every cell as text or null, with the row's number in
the file (header = 1), and the lines that fit no column layout.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

DELIMITERS = (",", ";", "\t", "|")
_MULTIBYTE = re.compile(rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}")
_HIGH_BYTE = re.compile(rb"[\x80-\xff]")
csv.field_size_limit(1 << 30)


class FileError(ValueError):
    """A file that cannot be read as a table; the message is for a person."""


@dataclass(frozen=True)
class Sheet:
    """A file as read: ``cells`` has one text column per header position, indexed by row number.

    ``unaligned`` maps the row number of each line that fits no column layout to its raw text.
    """

    headers: list[str]
    cells: pd.DataFrame
    unaligned: dict[int, str] = field(default_factory=dict)

    @property
    def rows_read(self) -> int:
        """Data rows of the file, aligned or not."""
        return len(self.cells) + len(self.unaligned)


def content_hash(path: Path) -> str:
    """Hex SHA-256 of the file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def read_sheet(path: Path, max_unpacked_mb: float, max_record_lines: int) -> Sheet:
    """Read any supported file; raises :class:`FileError` when it is no table or too large.

    Rows without any content are no rows. ``max_unpacked_mb`` bounds the bytes of the file and of
    everything packed in it; ``max_record_lines`` bounds one CSV record.
    """
    limit = int(max_unpacked_mb * 1024 * 1024)
    try:
        if path.stat().st_size > limit:
            raise FileError(f"{path.name} is larger than the {max_unpacked_mb:g} MB that may be read")
        with path.open("rb") as stream:
            head = stream.read(8)
        if head.startswith(b"PK\x03\x04"):
            sheet = _read_xlsx(path, limit)
        elif head.startswith(b"PAR1"):
            sheet = _read_parquet(path, limit)
        elif head.startswith(b"\xd0\xcf\x11\xe0"):
            raise FileError(f"{path.name} is an old binary workbook or is password-protected; save it as .xlsx or .csv")
        else:
            text = _decode(path)
            is_json = text.lstrip().startswith("{")
            sheet = _read_json_lines(text) if is_json else _read_csv(text, max_record_lines)
    except (OSError, zipfile.BadZipFile, pa.ArrowException, KeyError, ValueError, EOFError) as error:
        if isinstance(error, FileError):
            raise
        raise FileError(f"{path.name} cannot be read: {error}") from error
    if not sheet.rows_read:
        raise FileError(f"{path.name} holds no data rows")
    return sheet


def _sheet(headers: list[str], records: list[list[str | None]], rows: list[int], unaligned: dict[int, str]) -> Sheet:
    width = len(headers)
    columns = list(zip(*records, strict=True)) if records else [()] * width
    cells = pd.DataFrame({i: pd.array(list(columns[i]), dtype="str") for i in range(width)}, index=pd.Index(rows))
    return Sheet(headers, cells, unaligned)


def _decode(path: Path) -> str:
    data = path.read_bytes()
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data.decode("utf-16", "replace")
    nulls = data[:4096].count(0)
    if nulls > len(data[:4096]) // 4:
        return data.decode("utf-16-le" if data[1:2] == b"\0" else "utf-16-be", "replace")
    if nulls:
        data = data.replace(b"\0", b"")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        in_sequences = sum(map(len, _MULTIBYTE.findall(data)))
        is_utf8 = in_sequences * 2 > len(_HIGH_BYTE.findall(data))
        return data.decode("utf-8-sig" if is_utf8 else "cp1252", "replace")


# --- CSV ---------------------------------------------------------------------------------------


def _read_csv(text: str, max_record_lines: int) -> Sheet:
    lines = _physical_lines(text)
    first = 0
    separator = None
    if lines and (declared := re.match(r"sep=(.)\s*$", lines[0], re.IGNORECASE)):
        separator, first = declared.group(1), 1
    start = next((i for i in range(first, len(lines)) if lines[i].strip()), None)
    if start is None:
        raise FileError("the file is empty")
    delimiter = separator or _delimiter(lines[start])
    records = _records(lines, start, delimiter, max_record_lines)
    header = next(records)[2]
    if header is None:
        raise FileError(f"the header line cannot be read: {lines[start][:200]!r}")
    headers = [cell.strip() for cell in header]
    while len(headers) > 1 and not headers[-1]:
        headers.pop()
    return _align(headers, records, lines)


def _physical_lines(text: str) -> list[str]:
    """Lines with their ends; only CR and LF end a line, other separators belong to the text."""
    return list(io.StringIO(text, newline=""))


def _delimiter(line: str) -> str:
    """The delimiter under which the header has the most cells."""
    return max(DELIMITERS, key=lambda mark: len(next(csv.reader([line], delimiter=mark), [])))


class _Unbalanced(Exception):  # noqa: N818  a signal between two generators, never seen outside
    """A quoted field ran past the allowed number of lines."""


def _records(
    lines: list[str], start: int, delimiter: str, max_record_lines: int
) -> Iterator[tuple[int, int, list[str] | None]]:
    """Records as (first line, line after, fields), RFC 4180.

    A record with an unbalanced quote is given up after its first line, which is read again
    without quotes' power to join lines, so one stray quote costs one row and not the file.
    """
    position = start
    while position < len(lines):
        begin = position
        state = {"next": begin, "record": begin}

        def feed(state: dict[str, int] = state) -> Iterator[str]:
            while state["next"] < len(lines):
                if state["next"] - state["record"] >= max_record_lines:
                    raise _Unbalanced
                state["next"] += 1
                yield lines[state["next"] - 1]

        try:
            for fields in csv.reader(feed(), delimiter=delimiter, strict=True):
                first = state["record"]
                state["record"] = state["next"]
                yield first, state["next"], fields
            return
        except (_Unbalanced, csv.Error):
            broken = state["record"]
            yield broken, broken + 1, _single_line(lines[broken], delimiter)
            position = broken + 1


def _single_line(line: str, delimiter: str) -> list[str] | None:
    """Fields of one physical line with lenient quotes, or null when a quote stays open."""
    body = line.rstrip("\r\n")
    try:
        fields = next(csv.reader([body], delimiter=delimiter), [])
    except csv.Error:
        return None
    return None if body.count('"') % 2 else fields


def _align(headers: list[str], records: Iterator[tuple[int, int, list[str] | None]], lines: list[str]) -> Sheet:
    width = len(headers)
    kept: list[list[str | None]] = []
    rows: list[int] = []
    unaligned: dict[int, str] = {}
    number = 1
    for first, after, fields in records:
        if fields is not None and not any(cell.strip() for cell in fields):
            continue
        number += 1
        if fields is not None and len(fields) > width and not any(cell.strip() for cell in fields[width:]):
            fields = fields[:width]
        if fields is not None and len(fields) == width:
            kept.append(list(fields))
            rows.append(number)
            continue
        unaligned[number] = "".join(lines[first:after]).rstrip("\r\n")
    return _sheet(headers, kept, rows, unaligned)


# --- JSON lines --------------------------------------------------------------------------------


def _read_json_lines(text: str) -> Sheet:
    objects: list[dict[str, object]] = []
    rows: list[int] = []
    unaligned: dict[int, str] = {}
    headers: dict[str, int] = {}
    number = 1
    for line in _physical_lines(text):
        if not line.strip():
            continue
        number += 1
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            value = None
        if not isinstance(value, dict):
            unaligned[number] = line.rstrip("\r\n")
            continue
        for name in value:
            headers.setdefault(name, len(headers))
        objects.append(value)
        rows.append(number)
    records = [[_text(item.get(name)) for name in headers] for item in objects]
    return _sheet(list(headers), records, rows, unaligned)


# --- XLSX --------------------------------------------------------------------------------------


def _read_xlsx(path: Path, limit: int) -> Sheet:
    with zipfile.ZipFile(path) as archive:
        unpacked = sum(entry.file_size for entry in archive.infolist())
        if unpacked > limit:
            raise FileError(f"{path.name} unpacks to {unpacked / 1e6:,.0f} MB, more than may be read")
        if not any(name.startswith("xl/") for name in archive.namelist()):
            raise FileError(f"{path.name} is a zip archive but no workbook")
    rows, records = _xlsx_grid(path, formulas=True)
    if any(isinstance(cell, str) and cell.startswith("=") for record in records for cell in record):
        # A formula counts as its last computed value, and as its text where it has none.
        _, computed = _xlsx_grid(path, formulas=False)
        records = [
            [
                other[i]
                if isinstance(cell, str) and cell.startswith("=") and i < len(other) and other[i] is not None
                else cell
                for i, cell in enumerate(record)
            ]
            for record, other in zip(records, computed, strict=True)
        ]
    if not records:
        raise FileError(f"{path.name} holds no data rows")
    headers = [(cell or "").strip() for cell in records[0]]
    while len(headers) > 1 and not headers[-1]:
        headers.pop()
    return _grid_sheet(headers, rows[1:], records[1:])


def _grid_sheet(headers: list[str], rows: list[int], records: list[list[str | None]]) -> Sheet:
    width = len(headers)
    kept: list[list[str | None]] = []
    numbers: list[int] = []
    unaligned: dict[int, str] = {}
    for number, record in zip(rows, records, strict=True):
        if any(cell and cell.strip() for cell in record[width:]):
            unaligned[number] = json.dumps(record, ensure_ascii=False)
            continue
        kept.append(record[:width] + [None] * (width - len(record)))
        numbers.append(number)
    return _sheet(headers, kept, numbers, unaligned)


def _xlsx_grid(path: Path, *, formulas: bool) -> tuple[list[int], list[list[str | None]]]:
    """Non-empty rows of the first sheet that has any: sheet row numbers and text cells."""
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=not formulas, keep_links=False)
    except Exception as error:  # openpyxl raises whatever its XML meets
        raise FileError(f"{path.name} cannot be read as a workbook: {error}") from error
    try:
        for sheet in book.worksheets:
            if hasattr(sheet, "reset_dimensions"):
                sheet.reset_dimensions()
            rows: list[int] = []
            records: list[list[str | None]] = []
            for number, values in enumerate(sheet.iter_rows(values_only=True), start=1):
                record = [_text(value) for value in values]
                if any(cell is not None and cell.strip() for cell in record):
                    rows.append(number)
                    records.append(record)
            if records:
                return rows, records
    except Exception as error:
        raise FileError(f"{path.name} cannot be read as a workbook: {error}") from error
    finally:
        book.close()
    return [], []


# --- Parquet -----------------------------------------------------------------------------------


def _read_parquet(path: Path, limit: int) -> Sheet:
    source = pq.ParquetFile(path)
    unpacked = sum(source.metadata.row_group(i).total_byte_size for i in range(source.metadata.num_row_groups))
    if unpacked > limit:
        raise FileError(f"{path.name} unpacks to {unpacked / 1e6:,.0f} MB, more than may be read")
    table = source.read()
    columns = [[_text(value) for value in column.to_pylist()] for column in table.columns]
    records = [list(record) for record in zip(*columns, strict=True)]
    return _sheet(list(table.column_names), records, list(range(2, len(records) + 2)), {})


def _text(value: object) -> str | None:
    """A typed cell as the text a CSV export would hold."""
    if value is None or (isinstance(value, float) and np.isnan(value)):
        return None
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
        return str(int(value))
    if isinstance(value, datetime | date | time):
        return value.isoformat(sep=" ") if isinstance(value, datetime) else value.isoformat()
    if isinstance(value, dict | list):
        return json.dumps(value, ensure_ascii=False, default=str)
    return str(value)
