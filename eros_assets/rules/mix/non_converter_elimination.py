"""[4.2] Types that never earn on a page get no slot on it.

Belongs here: items whose send type or content type is in tier AVOID by the figures, whatever tier is stored.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, violations


def _find(reference: Reference) -> pd.DataFrame:
    slots = reference.slots
    low = reference.settings.scoring.tiers.LOW
    by_type = slots.merge(reference.avoided_send_types, on=[*KEY, "send_type_key"], suffixes=("_planned", ""))
    content = reference.avoided_content_types.rename(columns={"content_type_key": "avoided"})
    claims = pd.concat(
        [slots.assign(avoided=slots["content_type_key"]), slots.assign(avoided=slots["caption_content"])],
        ignore_index=True,
    )
    claims = claims[claims["avoided"] != ""].drop_duplicates([*KEY, "item_id", "avoided"])
    by_content = claims.merge(content, on=[*KEY, "avoided"])
    return gather(
        finding(
            by_type,
            "send type {send_type_key} is in tier AVOID (score {performance_score:.0f})",
            measured="performance_score",
            limit=low,
        ),
        finding(
            by_content,
            "content type {avoided} of {send_type_key} is in tier AVOID (score {performance_score:.0f})",
            measured="performance_score",
            limit=low,
        ),
    )


non_converter_elimination = Rule(
    gap="4.2",
    name="non_converter_elimination",
    wave=1,
    priority="P0",
    flag=None,
    severity="error",
    stages=("send_type_allocator", "content_curator"),
    description=lambda settings: (
        f"Send and content types in tier AVOID (score below {settings.scoring.tiers.LOW:g} over"
        f" {settings.scoring.tiers.avoid_min_sends} sends, confidence {settings.scoring.tiers.avoid_min_confidence:g})"
        " get no slot."
    ),
    find=_find,
    measure=lambda r: violations(_find(r), len(r.slots), "items of AVOID types"),
)
