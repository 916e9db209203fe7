"""Mass messages and wall posts: figures that cannot be are mended, flagged or stopped, and rows keyed."""

from __future__ import annotations

import hashlib

import numpy as np
import pandas as pd

from eros_assets.domain.captions.text import caption_hash, char_length, repair_mojibake
from eros_assets.domain.frames import RAW_SENDS, RAW_WALL_POSTS
from eros_assets.ingest.attribution import attribute
from eros_assets.ingest.headers import content_names
from eros_assets.ingest.parse import header_name, is_time_like
from eros_assets.ingest.rows import Reference, Rows
from eros_assets.settings import Settings

_COUNTS = ("sent_count", "viewed_count", "purchased_count", "media_count")


def build_sends(rows: Rows, reference: Reference, settings: Settings) -> pd.DataFrame:
    """``raw.sends`` rows of one file."""
    limits = rows.config.limits
    creator, page = attribute(rows, reference)
    rows.stop(
        creator.isna() & page.isna(),
        "page_name",
        "unattributable_send",
        "and creator_id are empty: whose send is it?",
    )
    text = _message(rows)
    sent_at = rows.time("sending_time", required=True)
    price, earnings = rows.amount("price"), rows.amount("earnings")
    rows.stop((price < 0) | (price > limits.max_price), "price", "bad_price", f"lies outside 0–{limits.max_price:g}")
    status = rows.text("status").str.lower()
    refunded = status.isin(rows.config.refund_words).astype(bool)
    rows.flag(refunded & (earnings < 0), "refund")
    rows.stop((earnings < 0) & ~refunded, "earnings", "negative_earnings", "is negative and no refund is marked")
    count = _audience_counts(rows)
    _flag_money(rows, price, earnings, count["purchased_count"])
    content = rows.text("content_type")
    unknown = content.notna() & ~content.dropna().map(header_name).reindex(rows.index).isin(content_names(settings))
    rows.flag(unknown, "unknown_content_type")
    hashes = caption_hash(text)
    message_id = rows.text("message_id")
    key = _row_keys(message_id, page.fillna(creator), sent_at, text, count["sent_count"])
    columns: dict[str, object] = {
        "row_key": key,
        "message_id": message_id,
        "creator_id": creator,
        "page_name": page,
        "sending_time": sent_at,
        "message_content": text,
        "caption_hash": hashes,
        "char_length": char_length(text),
        "message_type": rows.word("message_type").fillna((price > 0).fillna(False).map({True: "ppv", False: "free"})),
        "send_type": rows.word("send_type"),
        "caption_id": rows.text("caption_id"),
        "price": price,
        **count,
        "earnings": earnings,
        "content_type": content,
        "media_type": rows.word("media_type"),
        "channel": rows.word("channel").fillna("mass_message"),
        "target": rows.word("target").fillna("all_active"),
        "sender": rows.text("sender"),
        "is_unsent": _unsent(rows, status),
        "canceled_at": rows.time("canceled_at", required=False),
    }
    owner = creator.fillna(page)
    _stop_conflicts(rows, key, owner)
    _drop_repeats(rows, key)
    flag_possible_duplicates(rows, owner, sent_at, hashes)
    return rows.table(RAW_SENDS, columns)


def build_wall_posts(rows: Rows, reference: Reference, _settings: Settings) -> pd.DataFrame:
    """``raw.wall_posts`` rows of one file; posts without an id are keyed like sends without one."""
    creator, page = attribute(rows, reference)
    rows.stop(
        creator.isna() & page.isna(),
        "page_name",
        "unattributable_send",
        "and creator_id are empty: whose post is it?",
    )
    text = _message(rows)
    posted_at = rows.time("post_date", required=True)
    amounts = {name: rows.amount(name) for name in ("price", "tip_goal", "tips_total", "earnings")}
    price = amounts["price"]
    limit = rows.config.limits.max_price
    rows.stop((price < 0) | (price > limit), "price", "bad_price", f"lies outside 0–{limit:g}")
    rows.stop(amounts["earnings"] < 0, "earnings", "negative_earnings", "is negative and no refund is marked")
    counts = {name: _not_negative(rows, name) for name in ("views_count", "likes_count", "comments_count")}
    nothing = pd.Series(pd.NA, index=rows.index, dtype="Int64")
    post_id = rows.text("post_id")
    key = _row_keys(post_id, page.fillna(creator), posted_at, text, nothing)
    _stop_conflicts(rows, key, creator.fillna(page))
    _drop_repeats(rows, key)
    columns: dict[str, object] = {
        "post_id": key,
        "creator_id": creator,
        "page_name": page,
        "post_date": posted_at,
        "post_type": rows.word("post_type"),
        "message_content": text,
        "caption_hash": caption_hash(text),
        "char_length": char_length(text),
        **amounts,
        **counts,
        "expires_at": rows.time("expires_at", required=False),
        "is_pinned": rows.boolean("is_pinned", None),
    }
    return rows.table(RAW_WALL_POSTS, columns)


def _message(rows: Rows) -> pd.Series:
    text, repaired, garbled = repair_mojibake(rows.verbatim("message_content"))
    rows.fix(repaired, "encoding_repaired")
    rows.flag(garbled, "garbled")
    return text


def _not_negative(rows: Rows, column: str) -> pd.Series:
    """A count; negative ones become null."""
    values = rows.count(column)
    negative = (values < 0).fillna(False).astype(bool)
    if negative.any():
        rows.fix(negative, "negative_count_emptied")
        rows.warn(f"{column}: {int(negative.sum())} negative counts set to empty")
    return values.mask(negative)


def _audience_counts(rows: Rows) -> dict[str, pd.Series]:
    """Counts by column, such that purchases ≤ views ≤ fans reached; sends that reached nobody are flagged."""
    sent = rows.count("sent_count")
    negative = (sent < 0).fillna(False).astype(bool)
    rows.fix(negative, "negative_sent_zeroed")
    sent = sent.mask(negative, 0)
    rows.flag(sent.isna() | (sent == 0), "no_recipients")
    viewed, purchased, media = (_not_negative(rows, name) for name in _COUNTS[1:])
    over = ((viewed > sent) & (sent > 0)).fillna(False).astype(bool)
    rows.fix(over, "views_capped_at_sent")
    viewed = viewed.mask(over, sent)
    ceiling = viewed.fillna(sent.mask((sent == 0).fillna(False).astype(bool)))
    over = (purchased > ceiling).fillna(False).astype(bool)
    rows.fix(over, "purchases_capped_at_views")
    purchased = purchased.mask(over, ceiling)
    return dict(zip(_COUNTS, (sent, viewed, purchased, media), strict=True))


def _flag_money(rows: Rows, price: pd.Series, earnings: pd.Series, purchased: pd.Series) -> None:
    """Money that does not add up is kept and flagged."""
    limits = rows.config.limits
    priced = (price > 0).fillna(False).astype(bool)
    rows.flag((earnings > 0) & ~priced, "unpriced_earnings")
    expected = price * purchased
    drift = (earnings - expected).abs() > expected * limits.drift_share + limits.drift_dollars
    rows.flag(drift.fillna(False).astype(bool) & priced, "price_drift")
    rows.flag(earnings > limits.large_earnings, "large_earnings")


def _unsent(rows: Rows, status: pd.Series) -> pd.Series:
    """Withdrawn by any sign: a status word, who withdrew it, when, or a yes."""
    said = rows.text("is_unsent").str.lower()
    words = rows.config.unsent_words
    yes = said.isin((*rows.config.true_words, *words)) | is_time_like(said)
    unsent = status.isin(words) | rows.text("withdrawn_by").notna() | rows.text("canceled_at").notna() | yes
    return unsent.fillna(False).astype(bool)


def _row_keys(ids: pd.Series, page: pd.Series, at: pd.Series, text: pd.Series, sent: pd.Series) -> pd.Series:
    """Platform id, else SHA-256 of page, time, text and recipients."""
    keys = ids.copy()
    missing = ids.isna()
    parts = pd.DataFrame({"page": page, "at": at, "text": text, "sent": sent})[missing]
    joined = (
        parts["page"].astype("str").fillna("")
        + "|"
        + parts["at"].astype("str").fillna("")
        + "|"
        + parts["text"].astype("str").fillna("")
        + "|"
        + parts["sent"].astype("str").fillna("")
    )
    keys[missing] = np.array(
        [hashlib.sha256(part.encode("utf-8", "replace")).hexdigest() for part in joined], dtype=object
    )
    return keys.astype("str")


def _stop_conflicts(rows: Rows, keys: pd.Series, owner: pd.Series) -> None:
    """One id under two creators; all of its rows are quarantined."""
    alive = rows.alive
    owners = owner[alive].groupby(keys[alive]).transform("nunique").reindex(rows.index)
    column = "message_id" if rows.has("message_id") else "post_id"
    rows.stop(owners > 1, column, "key_conflict", "occurs under two creators")


def _drop_repeats(rows: Rows, keys: pd.Series) -> None:
    """Of rows with one key the last in the file stands."""
    alive = keys[rows.alive]
    rows.drop_duplicates(alive.index[alive.duplicated(keep="last")])


def flag_possible_duplicates(rows: Rows, owner: pd.Series, at: pd.Series, hashes: pd.Series) -> None:
    """Flag sends of the same creator, minute and text under different ids."""
    twin = pd.DataFrame({"owner": owner, "minute": at.dt.floor("min"), "text": hashes})[rows.alive & hashes.notna()]
    rows.flag(twin.duplicated(keep=False).reindex(rows.index, fill_value=False), "possible_duplicate")
