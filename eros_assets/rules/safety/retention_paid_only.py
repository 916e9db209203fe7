"""[9.1] Types and texts that speak of renewal stay on paid pages, wall PPVs on free ones."""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import truths
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, violations


def _find(reference: Reference) -> pd.DataFrame:
    slots = reference.slots
    wrong = slots["is_known_type"] & (slots["page"] != "both") & (slots["page"] != slots["page_type"])
    caption = truths(slots["is_paid_page_only"]) & slots["has_caption"] & (slots["page_type"] != "paid")
    return gather(
        finding(slots[wrong], "{send_type_key} is not allowed on {page_type} pages"),
        finding(slots[caption], "the caption of {send_type_key} speaks of renewal, which a free page does not have"),
    )


retention_paid_only = Rule(
    gap="9.1",
    name="retention_paid_only",
    wave=1,
    priority="P0",
    flag=None,
    severity="error",
    stages=("send_type_allocator",),
    description="The renewal types and tip_goal never on free pages, ppv_wall never on paid ones; unknown page = free.",
    find=_find,
    measure=lambda r: violations(_find(r), len(r.slots), "items on a wrong page type"),
)
