"""What the bank of captions holds for each creator-week, and what its page may not use.

Belongs here: facts of each caption, what a creator owns and should avoid, last uses, and how many captions are
left for a slot. Whether one rested long enough for its item is judged in :mod:`eros_assets.rules.caption_rest`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.columns import KEY, numbers, truths, words
from eros_assets.rules.judged_items import live
from eros_assets.settings import Settings

# Below this confidence a classified content type is a guess, which says nothing about the vault.
_CERTAIN = 0.5
_MONTH = 30  # days in which a page may use a text only so often
PLACE = [*KEY, "caption_hash"]
"""What names one caption on one page in one week."""


def caption_facts(captions: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """One row per caption hash of the pool or its features.

    Columns: caption_hash, caption_type, caption_content (its content type where that is certain, else empty), twin
    (the oldest near-duplicate, itself if none), is_paid_page_only, caption_style, game_kind.
    """
    pool = captions.drop_duplicates("caption_hash", keep="last")
    certain = pd.Series(numbers(pool["content_type_confidence"]), index=pool.index).ge(_CERTAIN)
    twin = words(pool["near_duplicate_of"])
    facts = pd.DataFrame(
        {
            "caption_hash": words(pool["caption_hash"]),
            "caption_type": words(pool["caption_type"]),
            "caption_content": words(pool["content_type_key"]).where(certain, ""),
            "twin": twin.where(twin != "", words(pool["caption_hash"])),
            "is_paid_page_only": truths(pool["is_paid_page_only"]),
        }
    )
    texts = features.drop_duplicates("caption_hash", keep="last")
    style = texts[["caption_hash", "style", "game_kind"]].rename(columns={"style": "caption_style"})
    return facts.merge(style.assign(caption_hash=words(style["caption_hash"])), on="caption_hash", how="outer")


def active_captions(captions: pd.DataFrame, facts: pd.DataFrame) -> pd.DataFrame:
    """The active captions of the pool: columns of :func:`caption_facts` and ``length`` (characters)."""
    pool = captions[truths(captions["is_active"])].drop_duplicates("caption_hash", keep="last")
    pool = pool[["caption_hash"]].assign(length=numbers(pool["char_length"]))
    bank = pool.merge(facts, on="caption_hash")
    for name in ("caption_style", "game_kind"):
        bank[name] = words(bank[name])
    return bank.assign(is_paid_page_only=truths(bank["is_paid_page_only"]))


def owned_content(vault: pd.DataFrame) -> pd.DataFrame:
    """Distinct (creator_id, content_type_key) the vault holds."""
    rows = vault[truths(vault["has_content"])]
    return rows[["creator_id", "content_type_key"]].drop_duplicates(ignore_index=True)


def avoided(table: pd.DataFrame, key: str, weeks: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """(creator_id, week_start, ``key``, performance_score) in tier AVOID, from the figures of a performance table."""
    limits = settings.scoring.tiers
    rows = table.merge(weeks[[*KEY, "confidence"]], on=KEY)
    is_avoided = (
        (numbers(rows["performance_score"]) < limits.LOW)
        & (numbers(rows["send_count"]) >= limits.avoid_min_sends)
        & (rows["confidence"] >= limits.avoid_min_confidence)
    )
    return rows.loc[is_avoided, [*KEY, key, "performance_score"]].drop_duplicates([*KEY, key], ignore_index=True)


def allowed_content(owned: pd.DataFrame, avoided_types: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """(creator_id, week_start, caption_content) owned and not in tier AVOID."""
    every = owned.merge(weeks[KEY], on="creator_id")
    marked = every.merge(
        avoided_types[[*KEY, "content_type_key"]],
        on=[*KEY, "content_type_key"],
        how="left",
        indicator=True,
    )
    kept = marked.loc[marked["_merge"] == "left_only", [*KEY, "content_type_key"]]
    return kept.rename(columns={"content_type_key": "caption_content"})


def last_uses(recent_sends: pd.DataFrame, planned: pd.DataFrame, weeks: pd.DataFrame) -> pd.DataFrame:
    """Last use of each caption by each creator before each week, sent or ``planned`` (items of any week).

    ``weeks``: creator_id, week_start, rest_days. Columns: creator_id, week_start, caption_hash, used_on (local
    date), days (from use to Monday), uses_30d (days with a use within 30 days before Monday), rest_days.
    """
    sent = recent_sends[["creator_id", "caption_hash", "send_date"]].rename(columns={"send_date": "used_on"})
    sent = sent[~truths(recent_sends["is_withdrawn"])]
    planned = live(planned)
    planned = planned[["creator_id", "caption_hash", "scheduled_date"]].rename(columns={"scheduled_date": "used_on"})
    uses = pd.concat([sent, planned], ignore_index=True).dropna().drop_duplicates()
    uses = uses.merge(weeks, on="creator_id")
    uses = uses[uses["used_on"] < uses["week_start"]]
    uses["days"] = (uses["week_start"] - uses["used_on"]).dt.days
    uses["uses_30d"] = uses["days"].le(_MONTH).groupby([uses[name] for name in PLACE]).transform("sum")
    return uses.sort_values([*PLACE, "days"], kind="stable").drop_duplicates(PLACE, ignore_index=True)


def unusable(uses: pd.DataFrame, candidates: pd.DataFrame, min_performance: float) -> pd.DataFrame:
    """(creator_id, week_start, caption_hash) not rested on Monday, or known to perform badly."""
    weak = numbers(candidates["performance_score"]) < min_performance
    resting = uses["days"] < uses["rest_days"]
    return pd.concat([uses.loc[resting, PLACE], candidates.loc[weak, PLACE]]).drop_duplicates(ignore_index=True)


def spent(
    unusable_captions: pd.DataFrame, slots: pd.DataFrame, facts: pd.DataFrame, uses: pd.DataFrame, month_max: int
) -> pd.DataFrame:
    """(creator_id, week_start, caption_hash) of ``unusable_captions`` and what else the week may not take.

    Else are the texts used in the week itself, their near-duplicates, and those that had ``month_max`` uses within
    30 days.
    """
    slots = slots[slots["has_caption"] & (slots["caption_hash"] != "")]
    twins = slots[[*KEY, "twin"]].drop_duplicates().merge(facts[["twin", "caption_hash"]], on="twin")
    often = uses[uses["uses_30d"] >= month_max]
    parts = [unusable_captions, slots[PLACE], twins[PLACE], often[PLACE]]
    return pd.concat(parts).drop_duplicates(ignore_index=True)


def open_to(rows: pd.DataFrame, weeks: pd.DataFrame, allowed: pd.DataFrame) -> pd.DataFrame:
    """``rows`` for every creator-week (their own one where they name it) whose page may show them.

    ``allowed``: see :func:`allowed_content`; captions of unknown content are open to all. ``weeks`` tells paid
    pages from free ones.
    """
    weeks = weeks[[*KEY, "page_type"]]
    own = [name for name in KEY if name in rows]
    known = rows[rows["caption_content"] != ""].merge(allowed, on=["caption_content", *own])
    unknown = rows[rows["caption_content"] == ""]
    unknown = unknown if own else unknown.merge(weeks[KEY], how="cross")
    both = pd.concat([known, unknown], ignore_index=True).merge(weeks, on=KEY)
    return both[(both["page_type"] == "paid") | ~both["is_paid_page_only"]]


def count_usable(
    pool: pd.DataFrame, group: list[str], closed: pd.DataFrame, weeks: pd.DataFrame, allowed: pd.DataFrame
) -> pd.DataFrame:
    """How many captions of ``pool`` each creator may use in each week, by ``group``.

    Left out are those of content the creator does not own or should avoid, those for paid pages only on
    free ones, and ``closed`` (creator_id, week_start, caption_hash). Captions of unknown content count:
    they serve types without media. Columns: creator_id, week_start, those of ``group``, usable (> 0).
    """
    facts = [*dict.fromkeys([*group, "caption_content", "is_paid_page_only"])]
    counts = pool.groupby(facts, as_index=False, observed=True).agg(usable=("caption_hash", "size"))
    shut = pool[["caption_hash", *facts]].merge(closed, on="caption_hash").assign(usable=-1)
    both = pd.concat([open_to(counts, weeks, allowed), open_to(shut, weeks, allowed)], ignore_index=True)
    total = both.groupby([*KEY, *group], as_index=False).agg(usable=("usable", "sum"))
    return total.loc[total["usable"] > 0].reset_index(drop=True)


def supply(
    usable_captions: pd.DataFrame,
    weeks: pd.DataFrame,
    slots: pd.DataFrame,
    send_types: pd.DataFrame,
    settings: Settings,
) -> pd.DataFrame:
    """Per creator-week and send type its page permits: captions and plan.

    Columns: those of ``send_types``, usable (captions over all fitting types), planned (items this week), days
    (until the pool is dry at that rate, NaN without a plan).
    """
    kinds = [(row.key, kind) for row in settings.send_types for kind in row.caption_types]
    fits = pd.DataFrame(kinds, columns=["send_type_key", "caption_type"])
    place = [*KEY, "send_type_key"]
    usable = usable_captions.merge(fits, on="caption_type").groupby(place, as_index=False)["usable"].sum()
    grid = weeks[[*KEY, "schedule_id", "page_type"]].merge(send_types, how="cross")
    grid = grid[(grid["page"] == "both") | (grid["page"] == grid["page_type"])]
    planned = slots.groupby(place, as_index=False).agg(planned=("item_id", "size"))
    grid = grid.merge(usable, on=place, how="left").merge(planned, on=place, how="left")
    for name in ("usable", "planned"):
        grid[name] = np.nan_to_num(numbers(grid[name]))
    return grid.assign(days=grid["usable"] / (grid["planned"] / 7).replace(0, np.nan))
