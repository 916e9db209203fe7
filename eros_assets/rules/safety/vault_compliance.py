"""[11.2] Nothing is sent that the creator does not own.

Belongs here: the content type an item names and the one its caption is of, each against the vault.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, violations


def _find(reference: Reference) -> pd.DataFrame:
    slots = reference.slots
    owners = reference.vault["creator_id"].unique()
    weeks = reference.weeks
    bare = weeks[~weeks["creator_id"].isin(owners)]
    slots = slots[slots["creator_id"].isin(owners)]
    with_media = (slots["media_type"] != "none") & (slots["media_type"] != "")
    claims = pd.concat(
        [
            slots.assign(claim=slots["content_type_key"]),
            slots[with_media & slots["has_caption"]].assign(claim=lambda s: s["caption_content"]),
        ],
        ignore_index=True,
    )
    claims = claims[claims["claim"] != ""].drop_duplicates([*KEY, "item_id", "claim"])
    owned = reference.owned.rename(columns={"content_type_key": "claim"})
    foreign = claims.merge(owned, on=["creator_id", "claim"], how="left", indicator=True)
    foreign = foreign[foreign["_merge"] == "left_only"]
    unknown = slots[
        (slots["media"] == "needed") & slots["has_caption"] & (slots["content_type_key"] == "") & ~slots["is_followup"]
    ]
    return gather(
        finding(bare, "NO_VAULT_MATRIX: no vault row for this creator; nothing may be scheduled", whole=True),
        finding(foreign, "content type {claim} of {send_type_key} is not in the creator's vault"),
        finding(unknown, "{send_type_key} carries media of no known content type"),
    )


vault_compliance = Rule(
    gap="11.2",
    name="vault_compliance",
    wave=None,
    priority="P0",
    flag=None,
    severity="error",
    stages=("content_curator",),
    description="Every content type used is owned by the creator (vault matrix), at every fallback level.",
    find=_find,
    measure=lambda r: violations(_find(r), len(r.slots), "items with content the creator does not own"),
)
