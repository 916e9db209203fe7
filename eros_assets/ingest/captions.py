"""Caption bank and caption logger: unusable texts stopped or switched off, one row per distinct text."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable

import numpy as np
import pandas as pd

from eros_assets.domain.captions.text import (
    caption_hash,
    char_length,
    near_duplicates,
    plain_text,
    repair_mojibake,
    undisguised,
)
from eros_assets.domain.frames import RAW_CAPTIONS
from eros_assets.ingest.attribution import canonical_pages
from eros_assets.ingest.config import IngestConfig, ingest_config
from eros_assets.ingest.faults import Flag
from eros_assets.ingest.headers import content_names
from eros_assets.ingest.parse import header_name
from eros_assets.ingest.rows import Reference, Rows
from eros_assets.settings import Settings

# Flags that switch a caption off.
_OFF: tuple[Flag, ...] = ("short", "concatenated", "garbled", "foreign_link", "switched_off")
_HOST = re.compile(r"(?:https?://|www\.)([^/\s?#:]+)", re.IGNORECASE)


def build_captions(rows: Rows, _reference: Reference, settings: Settings) -> pd.DataFrame:
    """``raw.captions`` rows of one file."""
    config, limits = rows.config, rows.config.limits
    text = rows.verbatim("caption_text")
    rows.stop(text.isna(), "caption_text", "empty_caption", "is blank")
    text, repaired, garbled = repair_mojibake(text)
    rows.fix(repaired, "encoding_repaired")
    plain = plain_text(text)
    length = char_length(text)
    rows.stop(
        length > limits.max_caption,
        "caption_text",
        "too_long",
        f"is longer than {limits.max_caption} characters",
    )
    _stop_unusable(rows, plain, settings.prohibited)
    price = rows.amount("price")
    rows.stop((price < 0) | (price > limits.max_price), "price", "bad_price", f"lies outside 0–{limits.max_price:g}")
    hashes = caption_hash(text)
    columns: dict[str, object] = {
        "caption_hash": hashes,
        "caption_text": text,
        "plain_text": plain,
        "char_length": length,
        "caption_type": _caption_types(rows, settings),
        "content_type": _content_types(rows, settings),
        "price": price,
        **{name: _suggested(rows, name) for name in ("suggested_price", "price_range_min", "price_range_max")},
        "schedulable_type": rows.word("schedulable_type"),
        "page_name": canonical_pages(rows.text("page_name")),
        "times_used": _counter(rows.count("times_used")),
        "total_earnings": _counter(rows.amount("total_earnings")),
        "last_used_date": rows.time("last_used_date", required=False),
        "tone": rows.word("tone"),
        "emoji_style": rows.word("emoji_style"),
        "slang_level": rows.word("slang_level").replace(config.levels),
        "classification_confidence": rows.number("classification_confidence", 0, 1),
        "classification_method": rows.word("classification_method"),
    }
    merged = _merge_repeats(rows, hashes, columns)
    paid_only = rows.boolean("is_paid_page_only", None)
    merged["is_paid_page_only"] = paid_only.fillna(merged["caption_type"].isin(config.paid_only_caption_types))
    off = _flag_inactive(rows, merged, garbled)
    merged["is_active"] = ~off
    is_logger = any(rows.has(name) for name in config.caption_logger_columns)
    merged["source"] = "caption_logger" if is_logger or "caption_logger" in rows.source.file_name else "caption_bank"
    return rows.table(RAW_CAPTIONS, {str(name): values for name, values in merged.items()})


def _stop_unusable(rows: Rows, plain: pd.Series, prohibited: dict[str, tuple[str, ...]]) -> None:
    """Quarantine placeholders and prohibited texts."""
    words = "|".join(re.escape(word) for word in rows.config.placeholders)
    placeholder = plain.str.lower().str.contains(rf"^\W*(?:{words})\W*\d*\W*$|^\W*lorem ipsum", regex=True)
    rows.stop(placeholder, "caption_text", "placeholder", "is a placeholder")
    bare = undisguised(plain[rows.alive]).reindex(rows.index)
    every = _terms_pattern(term for terms in prohibited.values() for term in terms)
    bare = bare.where(bare.str.contains(every, regex=True).fillna(False).astype(bool))
    for group, terms in prohibited.items():
        rows.stop(
            bare.str.contains(_terms_pattern(terms), regex=True),
            "caption_text",
            "prohibited",
            f"uses a prohibited term of the group {group}",
            is_terminal=True,
        )


def _terms_pattern(terms: Iterable[str]) -> str:
    """Any of the terms as whole words."""
    return r"\b(?:" + "|".join(re.escape(term).replace(r"\ ", r"[\s-]+") for term in terms) + r")\b"


def _caption_types(rows: Rows, settings: Settings) -> pd.Series:
    """Caption types; old names mapped, unknown ones null and left to classification."""
    written = rows.word("caption_type")
    mapped = written.replace(settings.type_aliases)
    known = {name for row in settings.send_types for name in (row.key, *row.caption_types)}
    unknown = mapped.notna() & ~mapped.isin(known)
    rows.fix(written.notna() & ((mapped != written) | unknown), "caption_type_replaced")
    return mapped.mask(unknown)


def _content_types(rows: Rows, settings: Settings) -> pd.Series:
    """The label as written; an unconfigured one is flagged and left to classification."""
    label = rows.text("content_type")
    names = {text: header_name(text) in content_names(settings) for text in label.dropna().unique()}
    rows.flag(label.notna() & ~label.map(names).eq(True), "unknown_content_type")
    return label


def _suggested(rows: Rows, column: str) -> pd.Series:
    """A suggested price; outside its range it is ignored."""
    low, high = rows.config.limits.suggested_price
    values = rows.amount(column)
    wrong = values.notna() & ~values.between(low, high).fillna(False).astype(bool)
    rows.fix(wrong, "value_ignored")
    return values.mask(wrong)


def _counter(values: pd.Series) -> pd.Series:
    return values.mask((values < 0).fillna(False).astype(bool))


def _merge_repeats(rows: Rows, hashes: pd.Series, columns: dict[str, object]) -> pd.DataFrame:
    """Rows of one text in one file become one: sums of use, first known metadata, every id; the first row stands."""
    frame = pd.DataFrame(columns, index=rows.index)
    frame["caption_id"] = rows.text("caption_id")
    frame["alias_ids"] = _id_lists(frame["caption_id"])
    frame["performance_score"] = rows.number("performance_score", 0, 100)
    alive = hashes[rows.alive]
    repeated = alive.index[alive.duplicated(keep=False)]
    if len(repeated):
        groups = frame.loc[repeated].groupby("caption_hash", sort=False)
        best = groups.first()
        best["times_used"] = groups["times_used"].sum(min_count=1)
        best["total_earnings"] = groups["total_earnings"].sum(min_count=1)
        best["last_used_date"] = groups["last_used_date"].max()
        best["alias_ids"] = groups["caption_id"].agg(lambda ids: json.dumps(sorted(set(ids.dropna()))))
        firsts = repeated[~alive[repeated].duplicated()]
        standing = best.loc[alive[firsts]].set_axis(firsts)
        for name in standing.columns:
            frame.loc[firsts, name] = standing[name]
        rows.fix(pd.Series(rows.index.isin(firsts), index=rows.index), "repeats_merged")
        rows.drop_duplicates(repeated.difference(firsts))
    frame["caption_id"] = frame["caption_id"].fillna(frame["caption_hash"].str.slice(0, 12))
    return frame


def _id_lists(ids: pd.Series) -> pd.Series:
    return ids.map(lambda one: json.dumps([one]), na_action="ignore").astype("str").fillna("[]")


def _flag_inactive(rows: Rows, merged: pd.DataFrame, garbled: pd.Series) -> pd.Series:
    """Flag captions not to be scheduled; returns who is off and takes the helper column out of ``merged``.

    Too short and not proven, several texts in one, garbled, linking elsewhere, or switched off in the bank.
    """
    limits = rows.config.limits
    uses = merged["times_used"].fillna(0)
    earned = merged["total_earnings"].fillna(0)
    score = merged.pop("performance_score")
    length = merged["char_length"].fillna(0)
    tiny = (length < limits.min_caption) | ~merged["plain_text"].str.contains(r"[^\W_]", regex=True).fillna(True)
    short = (length < limits.short_caption) & ~tiny
    often = uses >= limits.proven_uses
    proven = earned >= limits.proven_earnings
    proven_short = (often & (score >= limits.proven_performance)) | (
        earned >= limits.proven_per_use * uses.mask(uses == 0)
    )
    unproven = (tiny & ~(proven | often)) | (short & ~(proven | proven_short.fillna(False)))
    masks: dict[Flag, pd.Series] = {
        "short": unproven,
        "concatenated": length > limits.long_caption,
        "garbled": garbled,
        "foreign_link": foreign_links(merged["caption_text"], rows.config),
        "switched_off": ~rows.boolean("is_active", True),
    }
    off = pd.Series(False, index=rows.index)
    for name, mask in masks.items():
        mask = mask.fillna(False).astype(bool)
        rows.flag(mask, name)
        off |= mask
    return off


def foreign_links(texts: pd.Series, config: IngestConfig) -> pd.Series:
    """Whether a text links to a host that is not the platform's."""
    linked = texts.str.contains(r"https?://|www\.", regex=True, case=False).fillna(False).astype(bool)
    foreign = pd.Series(False, index=texts.index)
    own = tuple(config.platform_hosts)
    foreign[linked] = np.array(
        [
            any(
                not (host := h.lower().removeprefix("www.")).endswith(own) or not _is_host(host, own)
                for h in _HOST.findall(t)
            )
            for t in texts[linked]
        ],
        dtype=bool,
    )
    return foreign


def _is_host(host: str, own: tuple[str, ...]) -> bool:
    return any(host == name or host.endswith("." + name) for name in own)


def combine_captions(existing: pd.DataFrame, incoming: pd.DataFrame) -> pd.DataFrame:
    """One text in two exports: the row that stands for each text, both frames on the same index and order.

    The newer export's metadata wins where it has any; counters are the larger ones, because a
    re-export repeats its counters; ids unite. A logger never switches a caption on or off.
    """
    newer = incoming["_exported_at"] >= existing["_exported_at"]
    first, second = incoming.where(newer, existing), existing.where(newer, incoming)
    out = first.combine_first(second)[RAW_CAPTIONS.column_names]
    for name in ("times_used", "total_earnings", "last_used_date"):
        out[name] = pd.concat([existing[name], incoming[name]], axis=1).max(axis=1).astype(out[name].dtype)
    both = zip(existing["alias_ids"], incoming["alias_ids"], strict=True)
    out["alias_ids"] = [a if a == b else json.dumps(sorted({*json.loads(a), *json.loads(b)})) for a, b in both]
    out["caption_id"] = existing["caption_id"].where(existing["source"] == "caption_bank", incoming["caption_id"])
    is_bank = (existing["source"] == "caption_bank") | (incoming["source"] == "caption_bank")
    out["source"] = is_bank.map({True: "caption_bank", False: "caption_logger"})
    out["near_duplicate_of"] = existing["near_duplicate_of"]
    bank_flags = first["_flags"].where(
        (first["source"] == "caption_bank") | (second["source"] != "caption_bank"), second["_flags"]
    )
    out["_flags"] = [
        _joined_flags(*flags)
        for flags in zip(existing["_flags"], incoming["_flags"], bank_flags, first["_flags"], strict=True)
    ]
    out["is_active"] = ~out["_flags"].str.contains("|".join(_OFF), regex=True).fillna(False).astype(bool)
    return RAW_CAPTIONS.conform(out)


def _joined_flags(existing: object, incoming: object, bank: object, newest: object) -> str | None:
    """Flags of the newest row; ``short`` only if both say so, ``switched_off`` as the bank says."""
    old, new, by_bank, flags = (
        set(f.split(",")) if isinstance(f, str) else set() for f in (existing, incoming, bank, newest)
    )
    flags = (flags - {"short", "switched_off"}) | ({"short"} & old & new) | ({"switched_off"} & by_bank)
    return ",".join(sorted(flags)) or None


def near_twins(captions: pd.DataFrame, is_new: pd.Series) -> pd.Series:
    """caption_hash of the older near twin of each new caption, null where none; oldest first."""
    texts = captions.set_index("caption_hash")["plain_text"]
    return near_duplicates(
        texts, pd.Series(is_new.to_numpy(), index=texts.index), ingest_config().limits.near_duplicate
    )
