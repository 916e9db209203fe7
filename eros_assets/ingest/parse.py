"""Text cells → values: money, counts, times, booleans. Vectorised; nothing raises on bad cells.

Every parser takes text (null words already nulled by :func:`blank_nulls`) and returns values with
masks on the same index, so that callers decide what a bad cell means.
"""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from datetime import UTC
from zoneinfo import ZoneInfo, available_timezones

import numpy as np
import pandas as pd

from eros_assets.ingest.config import IngestConfig

_SPACES = re.compile(r"[\s\u00a0\u202f\u2009']+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CLOCK = (
    r"(?:[\sT,]+(?:at\s+)?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2})(?:[.,]\d+)?)?"
    r"\s*(?P<half>[ap]\.?m\.?)?)?"
)
_ZONE = r"\s*(?P<zone>z|[+-]\d{2}:?\d{2}|[a-z]{2,4}|[a-z]+/[a-z_]+)?$"
_WEEKDAY = r"^(?:[a-z]{3,9},?\s+)?"
_ISO = re.compile(r"^(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})" + _CLOCK + _ZONE, re.IGNORECASE)
_NAMED = (
    re.compile(
        _WEEKDAY + r"(?P<month>[a-z]{3,9})\.?\s+(?P<day>\d{1,2})(?:st|nd|rd|th)?,?\s+(?P<year>\d{4})" + _CLOCK + _ZONE,
        re.I,
    ),
    re.compile(
        _WEEKDAY
        + r"(?P<day>\d{1,2})(?:st|nd|rd|th)?[\s-]+(?P<month>[a-z]{3,9})\.?,?[\s-]+(?P<year>\d{4})"
        + _CLOCK
        + _ZONE,
        re.I,
    ),
)
_NUMERIC = re.compile(
    r"^(?P<first>\d{1,2})[-/.](?P<other>\d{1,2})[-/.](?P<year>\d{4}|\d{2})" + _CLOCK + _ZONE, re.IGNORECASE
)
_PARTS = ("year", "month", "day", "hour", "minute", "second", "half", "zone")
# Excel counts days from here; serials between these bounds are 1982–2119.
_EXCEL_EPOCH = pd.Timestamp("1899-12-30")
_EXCEL_RANGE = (30_000, 80_000)
_EPOCH_SECONDS = (1e9, 1e10)
_EPOCH_MILLIS = (1e12, 1e13)
_LARGEST_EXACT = 2**53


@dataclass(frozen=True)
class Numbers:
    """Parsed numbers: ``values`` Float64; ``fixed`` cells that needed repair; ``bad`` unreadable ones."""

    values: pd.Series
    fixed: pd.Series
    bad: pd.Series
    foreign: pd.Series


@dataclass(frozen=True)
class Times:
    """Parsed times: ``values`` UTC, naive datetime64; ``bad`` cells are unreadable (not yet range-checked)."""

    values: pd.Series
    bad: pd.Series
    shifted: pd.Series
    ambiguous: pd.Series
    warning: str | None


def blank_nulls(texts: pd.Series, config: IngestConfig) -> pd.Series:
    """Trimmed text; the words that mean nothing become null."""
    trimmed = texts.str.strip()
    return trimmed.mask(trimmed.str.lower().isin(config.null_words).astype(bool))


def header_name(text: str) -> str:
    """A header folded for matching: lower-case, spaces and punctuation to ``_``."""
    return re.sub(r"[^0-9a-z]+", "_", unicodedata.normalize("NFKC", text).lower()).strip("_")


def _over_distinct(texts: pd.Series) -> tuple[np.ndarray, pd.Series]:
    """Codes of each row and the distinct non-null texts: parsing touches a text once."""
    codes, distinct = pd.factorize(texts)
    return codes, pd.Series(distinct, dtype="str")


def _spread(values: pd.Series, codes: np.ndarray, index: pd.Index, fill: object) -> pd.Series:
    taken = values.reindex(codes)
    taken.index = index
    return taken if fill is None else taken.where(codes >= 0, fill).astype(bool)


def counts(texts: pd.Series) -> Numbers:
    """Whole numbers: ``1,234``, ``1 234``, ``1.234``, ``1.2k``, ``3412.0``; percent is bad."""
    codes, distinct = _over_distinct(texts)
    if distinct.empty:
        return _no_numbers(texts.index)
    if distinct.str.fullmatch(r"-?\d{1,15}").all():
        return _simple_numbers(distinct, distinct, codes, texts.index)
    tight = distinct.str.replace(_SPACES, "", regex=True).str.lower()
    plain = tight.str.fullmatch(r"[+-]?\d+(?:\.0*)?")
    grouped = tight.str.fullmatch(r"[+-]?\d{1,3}(?:,\d{3})+(?:\.0*)?|[+-]?\d{1,3}(?:\.\d{3})+")
    short = tight.str.fullmatch(r"[+-]?\d+(?:[.,]\d+)?[km]")
    scientific = tight.str.fullmatch(r"[+-]?\d+(?:\.\d+)?e\+?\d{1,2}")
    number = tight.where(~grouped, tight.str.replace(r"\.0*$|,", "", regex=True).str.replace(".", "", regex=False))
    dotted = grouped & tight.str.fullmatch(r"[+-]?\d{1,3}(?:\.\d{3})+")
    number = number.where(~dotted, tight.str.replace(".", "", regex=False))
    factor = tight.str[-1:].map({"k": 1e3, "m": 1e6}).fillna(1.0).astype(float)
    number = number.where(~short, tight.str[:-1].str.replace(",", ".", regex=False))
    known = plain | grouped | short | scientific
    values = pd.to_numeric(number.where(known), errors="coerce").astype(float) * factor.where(short, 1.0)
    whole = (values - values.round()).abs() < 1e-6
    bad = ~known | ~whole | ~(values.abs() < _LARGEST_EXACT)
    values = values.round().where(~bad).astype("Float64")
    fixed = ~bad & ~plain
    false = pd.Series(False, index=distinct.index)
    return _numbers(values, fixed, bad, false, codes, texts.index)


def money(texts: pd.Series, config: IngestConfig) -> Numbers:
    """Dollars: ``$14.99``, ``14,99 $``, ``1.299,00``, ``(12.00)``, ``Free``; other currencies are foreign.

    The decimal mark is one per column: comma when cells end in a comma and one or two digits and
    none in a dot and one or two digits.
    """
    codes, distinct = _over_distinct(texts)
    if distinct.empty:
        return _no_numbers(texts.index)
    if distinct.str.fullmatch(r"\$?\d{1,12}(?:\.\d{1,2})?").all():
        return _simple_numbers(distinct, distinct.str.lstrip("$"), codes, texts.index)
    tight = distinct.str.replace(_SPACES, "", regex=True).str.lower()
    free = tight.isin(config.free_words)
    for word in config.dollar_words:
        tight = tight.str.replace(word, "", regex=False)
    negative = tight.str.fullmatch(r"\(.*\)|-.*|.*-")
    digits = tight.str.replace(r"^[(+-]+|[)-]+$", "", regex=True)
    foreign = digits.str.contains(r"[^\d.,e+-]", regex=True) & digits.str.contains(r"\d", regex=True)
    foreign &= digits.str.fullmatch(r"(?:[a-z]{3}|\D{1,3})?[\d.,]+(?:[a-z]{3}|\D{1,3})?") & ~digits.str.contains(
        "%", regex=False
    )
    decimal_comma = digits.str.fullmatch(r"[\d.]*,\d{1,2}")
    comma = bool(decimal_comma.any()) and not bool(digits.str.fullmatch(r"[\d,]*\.\d{1,2}").any())
    dotted = digits.str.replace(",", "", regex=False)
    swapped = digits.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    european = decimal_comma | (digits.str.fullmatch(r"\d{1,3}(?:\.\d{3})+") if comma else False)
    number = dotted.where(~european, swapped)
    valid = digits.str.fullmatch(
        r"\d+(?:\.\d*)?(?:e[+-]?\d{1,2})?|\.\d+|\d{1,3}(?:,\d{3})+(?:\.\d*)?|\d{1,3}(?:\.\d{3})+(?:,\d*)?|\d*,\d{1,2}"
    )
    values = pd.to_numeric(number.where(valid), errors="coerce").astype(float)
    values = values.where(~negative, -values).where(~free, 0.0)
    bad = values.isna() | ~(values.abs() < _LARGEST_EXACT)
    plain = distinct.str.fullmatch(r"-?\d+(?:\.\d*)?")
    return _numbers(values.where(~bad).astype("Float64"), ~bad & ~plain, bad, foreign & bad & ~free, codes, texts.index)


def _no_numbers(index: pd.Index) -> Numbers:
    false = pd.Series(False, index=index)
    return Numbers(pd.Series(pd.NA, index=index, dtype="Float64"), false, false, false)


def _simple_numbers(distinct: pd.Series, digits: pd.Series, codes: np.ndarray, index: pd.Index) -> Numbers:
    """The common case, worth its short cut: every cell is plain digits but for a dollar sign."""
    false = pd.Series(False, index=index)
    fixed = _spread(digits != distinct, codes, index, False)
    return Numbers(_spread(pd.to_numeric(digits).astype("Float64"), codes, index, None), fixed, false, false)


def _numbers(
    values: pd.Series, fixed: pd.Series, bad: pd.Series, foreign: pd.Series, codes: np.ndarray, index: pd.Index
) -> Numbers:
    return Numbers(
        _spread(values, codes, index, None),
        _spread(fixed, codes, index, False),
        _spread(bad, codes, index, False),
        _spread(foreign, codes, index, False),
    )


def numbers(texts: pd.Series) -> Numbers:
    """Plain decimal numbers; a percentage becomes a fraction."""
    percent = texts.str.endswith("%").fillna(False).astype(bool)
    values = pd.to_numeric(texts.str.rstrip("%").str.replace(",", ".", regex=False), errors="coerce").astype("Float64")
    values = values.mask(~np.isfinite(values.to_numpy(dtype=float, na_value=np.nan))).where(~percent, values / 100)
    return Numbers(values, percent, texts.notna() & values.isna(), pd.Series(False, index=texts.index))


def booleans(texts: pd.Series, config: IngestConfig) -> tuple[pd.Series, pd.Series]:
    """Nullable booleans and the mask of unreadable cells."""
    word = texts.str.lower()
    values = pd.Series(pd.NA, index=texts.index, dtype="boolean")
    values = values.mask(word.isin(config.true_words).astype(bool), True)
    values = values.mask(word.isin(config.false_words).astype(bool), False)
    return values, texts.notna() & values.isna()


def page_names(texts: pd.Series) -> pd.Series:
    """Handles normalised: URL, ``@``, spaces and trailing dots gone, case folded."""
    codes, distinct = _over_distinct(texts)
    handle = distinct.str.strip().str.replace(
        r"^(?:https?://)?(?:www\.)?[^/\s]+\.[a-z]{2,}/", "", regex=True, case=False
    )
    handle = handle.str.replace(r"[?#].*$", "", regex=True).str.replace(r"\s+", "", regex=True)
    handle = handle.str.strip("@/.").str.lower()
    return _spread(handle.mask(handle == ""), codes, texts.index, None)


def zone_name(name: str | None, config: IngestConfig) -> str | None:
    """IANA name of a zone name or alias; null when unknown."""
    if not name:
        return None
    if name in config.zone_aliases or name.upper() in config.zone_aliases:
        return config.zone_aliases.get(name) or config.zone_aliases[name.upper()]
    return name if name in available_timezones() else None


def is_time_like(texts: pd.Series) -> pd.Series:
    """Whether each cell is written as a date or time (plain numbers are not)."""
    codes, distinct = _over_distinct(texts)
    matches = pd.Series(False, index=distinct.index)
    for pattern in (_ISO, *_NAMED, _NUMERIC):
        left = distinct[~matches]
        matches[left.index] = left.str.match(pattern)
    return _spread(matches, codes, texts.index, False)


def times(texts: pd.Series, zone: str, now: pd.Timestamp, config: IngestConfig) -> Times:
    """Timestamps → UTC; naive ones are read in ``zone``.

    Reads ISO, ``Aug 22, 2025 at 11:07 PM``, ``22 Aug 2025``, ``08/22/2025``, Excel serials and epoch
    seconds or milliseconds. Day-first or month-first is settled once per column: the order under
    which more cells lie in the believable range; when both read all cells alike well and differ,
    the configured order with a warning.
    """
    codes, distinct = _over_distinct(texts)
    if distinct.empty:
        false = pd.Series(False, index=texts.index)
        return Times(pd.Series(pd.NaT, index=texts.index, dtype="datetime64[us]"), false, false, false, None)
    utc = pd.Series(pd.NaT, index=distinct.index, dtype="datetime64[us]")
    shifted = pd.Series(False, index=distinct.index)
    ambiguous = shifted.copy()
    warning = None
    number = pd.to_numeric(distinct.where(distinct.str.fullmatch(r"\d+(?:\.\d+)?")), errors="coerce").astype(float)
    for bounds, unit in ((_EPOCH_SECONDS, 1e6), (_EPOCH_MILLIS, 1e3)):
        mask = number.between(*bounds)
        utc[mask] = (number[mask] * unit).round().astype("int64").astype("datetime64[us]")
    local = pd.Series(pd.NaT, index=distinct.index, dtype="datetime64[us]")
    serial = number.between(*_EXCEL_RANGE)
    local[serial] = (_EXCEL_EPOCH + pd.to_timedelta((number[serial] * 86400).round(), unit="s")).astype(
        "datetime64[us]"
    )
    zones = pd.Series(pd.NA, index=distinct.index, dtype="str")
    for pattern in (_ISO, *_NAMED, _NUMERIC):
        left = distinct[local.isna() & number.isna()]
        if left.empty:
            break
        parts = left.str.extract(pattern).dropna(subset=["year"])
        if len(parts):
            local[parts.index], warning = (
                _ordered(parts, now, config) if pattern is _NUMERIC else (_assemble(parts), None)
            )
            zones[parts.index] = parts["zone"]
    for name, rows in local.dropna().groupby(zones[local.notna()].fillna("").str.upper()):
        utc[rows.index], shifted[rows.index], ambiguous[rows.index] = _to_utc(rows, str(name), zone, config)
    values = _spread(utc, codes, texts.index, None)
    return Times(
        values,
        texts.notna() & values.isna(),
        _spread(shifted, codes, texts.index, False),
        _spread(ambiguous, codes, texts.index, False),
        warning,
    )


def dates(texts: pd.Series, now: pd.Timestamp, config: IngestConfig) -> Times:
    """Calendar dates: the date part as written, no zone applied."""
    return times(texts.str.replace(r"(?:z|[+-]\d{2}:?\d{2})$", "", regex=True, case=False), "UTC", now, config)


def _assemble(parts: pd.DataFrame) -> pd.Series:
    """Naive timestamps of date and clock parts; impossible ones are null."""
    month = parts["month"].str[:3].str.lower()
    named = month.map({name: i + 1 for i, name in enumerate(_MONTHS)})
    whole = pd.DataFrame(
        {
            "year": pd.to_numeric(parts["year"]),
            "month": named.where(named.notna(), pd.to_numeric(parts["month"], errors="coerce")),
            "day": pd.to_numeric(parts["day"]),
            "hour": pd.to_numeric(parts["hour"]).fillna(0),
            "minute": pd.to_numeric(parts["minute"]).fillna(0),
            "second": pd.to_numeric(parts["second"]).fillna(0),
        }
    ).astype(float)
    half = parts["half"].str[:1].str.lower()
    wrong = half.notna() & ((whole["hour"] > 12) | (whole["hour"] < 1))
    hour = whole["hour"].where(half.isna(), whole["hour"] % 12) + 12.0 * (half == "p").fillna(False)
    whole["hour"] = hour
    whole["year"] = whole["year"].where(whole["year"] >= 100, whole["year"] + 2000)
    valid = whole.notna().all(axis=1) & ~wrong & (whole["hour"] < 24) & (whole["minute"] < 60) & (whole["second"] < 60)
    day = pd.to_datetime(whole.loc[valid, ["year", "month", "day"]], errors="coerce").astype("datetime64[us]")
    clock = whole.loc[valid, "hour"] * 3600 + whole.loc[valid, "minute"] * 60 + whole.loc[valid, "second"]
    return (day + pd.to_timedelta(clock, unit="s")).astype("datetime64[us]").reindex(parts.index)


def _ordered(parts: pd.DataFrame, now: pd.Timestamp, config: IngestConfig) -> tuple[pd.Series, str | None]:
    """Times of ``08/09/2025``-like cells under the better order of day and month."""
    month_first = _assemble(parts.rename(columns={"first": "month", "other": "day"}))
    day_first = _assemble(parts.rename(columns={"first": "day", "other": "month"}))
    fits_month = month_first.between(config.earliest(), config.latest(now)).sum()
    fits_day = day_first.between(config.earliest(), config.latest(now)).sum()
    if fits_month != fits_day:
        return (month_first if fits_month > fits_day else day_first), None
    chosen = day_first if config.is_day_first else month_first
    if month_first.equals(day_first):
        return chosen, None
    order = "day first" if config.is_day_first else "month first"
    return chosen, f"dates such as {parts['first'].iloc[0]}/{parts['other'].iloc[0]} read both ways; read {order}"


def _to_utc(local: pd.Series, suffix: str, zone: str, config: IngestConfig) -> tuple[pd.Series, pd.Series, pd.Series]:
    """UTC of naive times under one zone suffix, with the masks shifted (hole) and ambiguous."""
    none = pd.Series(False, index=local.index)
    offset = re.fullmatch(r"([+-])(\d{2}):?(\d{2})", suffix)
    if offset:
        minutes = int(offset.group(2)) * 60 + int(offset.group(3))
        delta = pd.Timedelta(minutes=minutes if offset.group(1) == "+" else -minutes)
        return local - delta, none, none
    name = zone_name(suffix, config) or zone_name(suffix.title(), config) if suffix else zone
    if suffix in ("Z", "UTC", "GMT") or name == "UTC":
        return local, none, none
    if name is None:
        return local.mask(local.notna()), none, none
    sure = local.dt.tz_localize(name, ambiguous="NaT", nonexistent="NaT")
    utc = sure.dt.tz_convert("UTC").dt.tz_localize(None).astype("datetime64[us]")
    doubtful = local[utc.isna()]
    if doubtful.empty:
        return utc, none, none
    hole = doubtful.dt.tz_localize(name, ambiguous=True, nonexistent="NaT").isna()
    # fold=0 is the first of two occurrences, and inside a hole the time moved forward by its length.
    exact = [
        t.to_pydatetime().replace(tzinfo=ZoneInfo(name), fold=0).astimezone(UTC).replace(tzinfo=None) for t in doubtful
    ]
    utc[doubtful.index] = pd.Series(exact, index=doubtful.index, dtype="datetime64[us]")
    shifted, ambiguous = none.copy(), none.copy()
    shifted[doubtful.index] = hole
    ambiguous[doubtful.index] = ~hole
    return utc, shifted, ambiguous
