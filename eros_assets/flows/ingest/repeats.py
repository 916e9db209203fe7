"""Rows that say the same under different keys: one message sent twice, captions that read alike."""

from __future__ import annotations

import duckdb
import pandas as pd

from eros_assets.domain.frames import RAW_SENDS
from eros_assets.flows.ingest.known_sends import KnownSends, on_pages
from eros_assets.ingest.captions import near_twins
from eros_assets.ingest.faults import Flag
from eros_assets.warehouse.connection import read

_FLAG: Flag = "possible_duplicate"
_SAME_SEND = ["page_name", "minute", "caption_hash"]


def flag_across_files(c: duckdb.DuckDBPyConnection, sends: KnownSends, rows: pd.DataFrame) -> pd.DataFrame:
    """Flag sends of one page, minute and text under different ids, here and in the lake.

    Returns ``rows`` with their flags, and below them the stored rows that have to be flagged now.
    """
    if rows.empty:
        return rows
    ours = rows.assign(minute=rows["sending_time"].dt.floor("min"))
    theirs = _same_sends(c, sends, ours)
    if theirs.empty:
        return rows
    theirs = RAW_SENDS.conform(theirs).assign(minute=lambda f: f["sending_time"].dt.floor("min"))
    is_repeat = pd.MultiIndex.from_frame(ours[_SAME_SEND]).isin(pd.MultiIndex.from_frame(theirs[_SAME_SEND]))
    fresh = theirs[~_has_flag(theirs)].drop(columns="minute")
    rows = rows.assign(_flags=_with_flag(rows, pd.Series(is_repeat, index=rows.index)))
    fresh = fresh.assign(_flags=_with_flag(fresh, pd.Series(True, index=fresh.index)))
    return pd.concat([rows, fresh], ignore_index=True)


def _same_sends(c: duckdb.DuckDBPyConnection, sends: KnownSends, ours: pd.DataFrame) -> pd.DataFrame:
    """Rows of the lake with the page, minute and text of one of ours, but none of our keys."""
    c.register("_ours", ours[["row_key", "sending_time", *_SAME_SEND]].dropna())
    try:
        pages = sends.pages_of_places(c, "_ours")
        if not pages:
            return RAW_SENDS.empty()
        condition, names = on_pages(pages)
        return read(
            c,
            "SELECT t.* FROM raw.sends t SEMI JOIN _ours w ON t.page_name = w.page_name"
            " AND t.caption_hash = w.caption_hash AND date_trunc('minute', t.sending_time) = w.minute"
            f" AND t.row_key <> w.row_key WHERE t.row_key NOT IN (SELECT row_key FROM _ours) AND {condition}",
            names,
        )
    finally:
        c.unregister("_ours")


def _has_flag(frame: pd.DataFrame) -> pd.Series:
    return frame["_flags"].str.split(",").map(lambda flags: _FLAG in flags, na_action="ignore").eq(True)


def _with_flag(frame: pd.DataFrame, mask: pd.Series) -> pd.Series:
    """``_flags`` with the flag added where masked and missing, sorted."""
    todo = mask & ~_has_flag(frame)
    flags = frame["_flags"].copy()
    flags[todo] = [
        ",".join(sorted(filter(None, [*(f.split(",") if isinstance(f, str) else []), _FLAG]))) for f in flags[todo]
    ]
    return flags


def mark_near_duplicates(c: duckdb.DuckDBPyConnection, new: set[str]) -> None:
    """Write into captions whose ``caption_hash`` is new which older caption reads almost the same."""
    captions = read(c, "SELECT caption_hash, plain_text, _exported_at, _row_number FROM raw.captions")
    captions = captions.assign(is_new=captions["caption_hash"].isin(new))
    captions = captions.sort_values(["is_new", "_exported_at", "_row_number", "caption_hash"], kind="stable")
    older = near_twins(captions, captions["is_new"]).dropna()
    if older.empty:
        return
    pairs = pd.DataFrame({"caption_hash": older.index.astype("str"), "older": older.astype("str").to_numpy()})
    c.register("_pairs", pairs)
    try:
        c.execute(
            "UPDATE raw.captions t SET near_duplicate_of = w.older FROM _pairs w WHERE t.caption_hash = w.caption_hash"
        )
    finally:
        c.unregister("_pairs")
