"""Which texts were sent before they had rested, and whether a rested one was left.

Belongs here: what the rules on repeated captions [11.4] and on thin data [10.15] both ask. All follows from
captions, their last uses, the vault and the page; what an item notes about itself is not read.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.columns import KEY, numbers
from eros_assets.rules.reference import Reference


def unrested(reference: Reference) -> pd.DataFrame:
    """Slots whose caption rested fewer days than the page's confidence asks.

    Columns besides those of ``slots``: ``days`` since the last use, ``rest_days`` asked for, and ``better``:
    how many rested captions the bank still held for the slot (see :func:`_count_better`).
    """
    weeks = reference.weeks[KEY].assign(rest_days=reference.confidence_figure("rest_days"))
    slots = reference.slots[reference.slots["has_caption"]].merge(weeks, on=KEY)
    uses = reference.last_uses[[*KEY, "caption_hash", "used_on"]]
    slots = slots.merge(uses, on=[*KEY, "caption_hash"])
    slots["days"] = (slots["date"] - slots["used_on"]).dt.days.astype(float)
    slots = slots[slots["days"] < slots["rest_days"]].reset_index(drop=True)
    return slots.assign(better=_count_better(reference, slots))


def _count_better(reference: Reference, slots: pd.DataFrame) -> pd.Series:
    """Rested captions that could have stood in each of ``slots``, in its order.

    They are scored well enough to be taken before any rest is given up, are not used in the week, and are of
    the caption's own type or of one the send type prefers to it; on a PPV also of its style while styles
    rotate [1.1], on a game of its game [7.2].
    """
    if slots.empty:
        return pd.Series(dtype=float)
    slots = slots.reset_index(drop=True)
    rotates = reference.weeks[KEY].assign(rotates=reference.in_force("ENABLE_ROTATION_PATTERNS"))
    slots = slots.merge(rotates, on=KEY, how="left")
    order = {
        (row.key, name): place for row in reference.settings.send_types for place, name in enumerate(row.caption_types)
    }
    own = pd.Series(list(zip(slots["send_type_key"], slots["caption_type"], strict=True))).map(order)
    slots = slots.assign(row=np.arange(len(slots)), place=own.fillna(np.inf))
    kinds = pd.DataFrame([(*key, place) for key, place in order.items()], columns=["send_type_key", "offered", "rank"])
    wanted = slots.merge(kinds, on="send_type_key")
    wanted = wanted[wanted["rank"] <= wanted["place"]]
    left = _rested(reference, slots[KEY].drop_duplicates(), set(kinds["offered"]))
    pairs = wanted[[*KEY, "row", "offered", "media", "is_ppv", "rotates", "caption_style", "game_kind"]].merge(
        left.rename(columns={"caption_type": "offered"}), on=[*KEY, "offered"], suffixes=("", "_left")
    )
    fits = ~(pairs["is_ppv"] & pairs["rotates"]) | (pairs["caption_style"] == pairs["caption_style_left"])
    fits &= (pairs["game_kind"] == "") | (pairs["game_kind"] == pairs["game_kind_left"])
    fits &= (pairs["media"] == "none") | pairs["is_certain"]
    return pairs[fits].groupby("row")["usable"].sum().reindex(slots["row"]).fillna(0.0).reset_index(drop=True)


def _rested(reference: Reference, weeks: pd.DataFrame, types: set[str]) -> pd.DataFrame:
    """Unused rested captions of some creator-weeks that are taken before rest is given up, by type, style and game."""
    ladder = [step for step in reference.settings.scoring.fallback_ladder if step.rest_days is None]
    scored = reference.candidates.merge(weeks, on=KEY)
    good = (numbers(scored["performance_score"]) >= min(step.performance for step in ladder)) & (
        numbers(scored["freshness"]) >= min(step.freshness for step in ladder)
    )
    spent = reference.spent_captions.assign(is_spent=True)
    place = [*KEY, "caption_hash"]
    scored = scored[good][place].merge(spent, on=place, how="left")
    bank = reference.bank[reference.bank["caption_type"].isin(types)]
    rows = scored[scored["is_spent"].isna()][place].merge(bank, on="caption_hash")
    rows = rows.assign(is_certain=rows["caption_content"] != "", usable=1)
    group = [*KEY, "caption_type", "caption_style", "game_kind", "is_certain"]
    return reference.open_to(rows).groupby(group, as_index=False).agg(usable=("usable", "sum"))
