"""Plain Python values out of frames, and names and texts that any file can carry."""

from __future__ import annotations

import hashlib
import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

import pandas as pd

Row = dict[str, Any]

# Control characters, lone surrogates and non-characters: no XML, HTML or iCalendar file may hold them.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
_LINE_ENDS = re.compile("\r\n?|[\x85\u2028\u2029]")
_UNSAFE_NAME = re.compile(r"[^A-Za-z0-9._-]+")


def clean_text(text: str) -> str:
    """``text`` without characters a file format forbids; every line end becomes one newline."""
    return _FORBIDDEN.sub("", _LINE_ENDS.sub("\n", text))


def plain(value: Any) -> Any:
    """``value`` as None, bool, int, finite float, clean text, date or datetime."""
    if value is None or value is pd.NA or value is pd.NaT:
        return None
    if isinstance(value, str):
        return clean_text(value)
    if hasattr(value, "item"):  # numpy scalar
        value = value.item()
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    return value.to_pydatetime() if isinstance(value, pd.Timestamp) else value


def row_of(record: Mapping[Any, Any] | pd.Series) -> Row:
    """One frame row as a dict of plain values."""
    return {str(name): plain(value) for name, value in record.items()}


def rows_of(frame: pd.DataFrame) -> list[Row]:
    """Every row of ``frame`` as a dict of plain values, in order."""
    return [row_of(record) for record in frame.astype(object).to_dict("records")]


def in_time_order(items: pd.DataFrame) -> pd.DataFrame:
    """SCHEDULE_ITEM rows by time, then slot, then id."""
    return items.sort_values(["scheduled_at", "slot_order", "item_id"], kind="stable").reset_index(drop=True)


def parse_json(text: str | None) -> Any:
    """The object in a JSON column; None when empty, the text itself when it is no JSON."""
    if not text:
        return None
    try:
        return json.loads(text, parse_constant=lambda _: None)
    except ValueError:
        return text


def strict_json(data: Any) -> bytes:
    """UTF-8 JSON for files: indented, dates in ISO form, UTC times with Z, never NaN."""
    text = json.dumps(data, ensure_ascii=False, allow_nan=False, indent=2, default=_json_default)
    return (text + "\n").encode("utf-8", "replace")


def utc_text(moment: datetime) -> str:
    """``2026-11-30T17:05:00Z`` of a UTC time, naive or aware."""
    aware = moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    return aware.strftime("%Y-%m-%dT%H:%M:%SZ")


def safe_name(page_name: str) -> str:
    """A page name as a file name; a name that had to change gets a short hash, so no two meet."""
    name = _UNSAFE_NAME.sub("_", page_name).lstrip(".")[:100]
    if name == page_name and name:
        return name
    return f"{name}_{hashlib.sha256(page_name.encode('utf-8', 'replace')).hexdigest()[:8]}"


def _json_default(value: Any) -> str:
    if isinstance(value, datetime):
        return utc_text(value)
    return str(value.isoformat())
