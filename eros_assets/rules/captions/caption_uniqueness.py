"""[11.4] A text at most once a week, and not again before it has rested.

Belongs here: which texts were sent twice or too soon and, for a person to know, which read like another of the
week. Whether a rested text was left is worked out in :mod:`eros_assets.rules.caption_rest`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.domain.captions.likeness import first_alike
from eros_assets.domain.captions.text import caption_hash
from eros_assets.rules.caption_rest import unrested
from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, violations


def _find(reference: Reference) -> pd.DataFrame:
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
    find=_find,
    measure=lambda r: violations(_find(r), int(r.slots["has_caption"].sum()), "captions repeated or unrested"),
)
