"""[11.4] A text at most once a week, and not again before it has rested.

Belongs here: which texts were sent too soon, whether the bank had a rested one to offer instead, and, for a person
to know, which texts read like another of the week. All follow
from captions, their last uses, the vault and the page; what an item notes about itself is not read.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.domain.captions.likeness import first_alike
from eros_assets.domain.captions.text import caption_hash
from eros_assets.rules.reference import KEY, Reference, numbers
from eros_assets.rules.rule import Rule, finding, gather, violations

_PLACE = [*KEY, "send_type_key"]


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


def _find_repeated(reference: Reference) -> pd.DataFrame:
    slots = reference.slots[reference.slots["has_caption"]].copy()
    slots["text_key"] = caption_hash(slots["caption_text"])
    # A text is itself whatever its stored hash says; a twin is another text with nearly the same words.
    repeats = []
    for key, what in (("text_key", "the same caption"), ("twin", "a near-duplicate caption")):
        named = slots[slots[key] != ""]
        again = named[named.duplicated([*KEY, key])]
        repeats.append(finding(again, f"{what} stands earlier in this week ({{send_type_key}} on {{date:%a}})"))
    return gather(*repeats, _find_alike(reference), _find_unrested(reference))


def _find_alike(reference: Reference) -> pd.DataFrame:
    """Texts that are not the same, but read as if they were; said, not judged: a bank may hold nothing else."""
    slots = reference.slots[reference.slots["has_caption"] & (reference.slots["caption_text"] != "")]
    slots = slots.drop_duplicates([*KEY, "twin"]).reset_index(drop=True)
    earlier = first_alike(slots["caption_text"], slots.groupby(KEY).ngroup(), reference.settings.scoring.likeness)
    again, first = slots[earlier.notna()], slots.loc[earlier.dropna().astype(int)].reset_index(drop=True)
    again = again.assign(first_type=first["send_type_key"].to_numpy(), first_date=first["date"].to_numpy())
    text = "the text of {send_type_key} on {date:%a} reads like that of {first_type} on {first_date:%a}"
    return finding(again, text, level="info")


def _find_unrested(reference: Reference) -> pd.DataFrame:
    """Captions used again too soon: an error where the bank held a rested one, else as far as the ladder goes."""
    slots = unrested(reference)
    ladder = [step.rest_days for step in reference.settings.scoring.fallback_ladder if step.rest_days]
    slots["relaxed"] = np.minimum(slots["rest_days"], min(ladder, default=0))
    is_needless = slots["better"] > 0
    is_short = slots["days"] < slots["relaxed"]
    text = "caption of {send_type_key} was used {days:.0f} days before; {rest_days:.0f} are the least, "
    nothing = text + "and no rested one was left"
    return gather(
        finding(
            slots[is_needless],
            text + "and {better:.0f} rested ones were left",
            measured="days",
            limit="rest_days",
        ),
        finding(slots[~is_needless & is_short], nothing, measured="days", limit="rest_days", level="warning"),
        finding(slots[~is_needless & ~is_short], nothing, measured="days", limit="rest_days", level="info"),
    )


caption_uniqueness = Rule(
    gap="11.4",
    name="caption_uniqueness",
    wave=None,
    priority="P1",
    flag=None,
    severity="error",
    stages=("content_curator", "followup_generator"),
    description="A text at most once a creator-week, near-duplicates too, and rested unless no rested one was left.",
    find=_find_repeated,
    measure=lambda r: violations(_find_repeated(r), int(r.slots["has_caption"].sum()), "captions repeated or unrested"),
)
