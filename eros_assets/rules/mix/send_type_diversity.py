"""[3.3] A week holds at least ten different send types, eight where data are thin.

Belongs here: different types in all and per category, and which types would fit where some lack.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.columns import CATEGORIES, KEY, truths, words
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather


def distinct_types(reference: Reference) -> pd.DataFrame:
    """Per row of ``weeks`` (same order): distinct ``types``, those per category, and the least allowed."""
    variety = reference.settings.volume.variety
    seen = reference.slots[reference.slots["is_known_type"]].drop_duplicates([*KEY, "send_type_key"])
    kinds = seen.assign(types=1, **{name: seen["true_category"] == name for name in CATEGORIES})
    names = ["types", *CATEGORIES]
    weeks = reference.weeks.merge(kinds.groupby(KEY, as_index=False)[names].sum(), on=KEY, how="left")
    weeks[names] = weeks[names].fillna(0).astype(int)
    unsure = weeks["confidence"] < variety.low_confidence
    return weeks.assign(least=np.where(unsure, variety.min_types_low_confidence, variety.min_types))


def _find(reference: Reference) -> pd.DataFrame:
    variety = reference.settings.volume.variety
    weeks = distinct_types(reference)
    least = {
        "revenue": variety.min_revenue_types,
        "engagement": variety.min_engagement_types,
        "retention": variety.min_retention_types,
    }
    # Naming what would fit is the costly part: only for weeks that lack something.
    weeks = weeks[(weeks["types"] < weeks["least"]) | (weeks[list(least)] < pd.Series(least)).any(axis=1)]
    if weeks.empty:
        return finding(weeks, "")
    weeks = weeks.merge(_fitting_types(reference), on=KEY, how="left")
    weeks["fitting"] = words(weeks["fitting"]).replace("", "nothing: the caption pool is empty")
    parts = [
        finding(
            weeks[weeks["types"] < weeks["least"]],
            "only {types} different send types, at least {least} are due; would fit: {fitting}",
            measured="types",
            limit="least",
            whole=True,
        )
    ]
    # With few types in all the kinds per category cannot all be met, so they cost points but hold nothing.
    paid = weeks["page_type"] == "paid"
    for name, count in least.items():
        text = f"only {{{name}}} kinds of {name} sends, at least {count} are due; would fit: {{fitting}}"
        few = weeks[(weeks[name] < count) & (paid | (name != "retention"))]
        parts.append(finding(few, text, measured=name, limit=count, level="warning", whole=True))
    return gather(*parts)


def _fitting_types(reference: Reference) -> pd.DataFrame:
    """Per creator-week the first three send types it lacks that page, tiers and caption pool permit."""
    types = reference.supply
    avoided = reference.avoided_send_types.assign(is_avoided=True)
    types = types.merge(avoided, on=[*KEY, "send_type_key"], how="left")
    # A followup needs its parent and a live promotion its stream: neither can simply be added.
    addable = ~types["send_type_key"].isin(["ppv_followup", "live_promo"])
    open_types = types[addable & (types["planned"] == 0) & (types["usable"] > 0) & ~truths(types["is_avoided"])]
    first = open_types.sort_values([*KEY, "sort"], kind="stable").groupby(KEY).head(3)
    return first.groupby(KEY, as_index=False).agg(fitting=("send_type_key", ", ".join))


def _measure(reference: Reference) -> Measure:
    variety = reference.settings.volume.variety
    weeks = distinct_types(reference)
    paid = weeks[weeks["page_type"] == "paid"]["types"]
    free = weeks[weeks["page_type"] == "free"]["types"]
    # One figure for both kinds of page: distinct types as a share of the page's own target.
    target = np.where(weeks["page_type"] == "paid", variety.target_types_paid, variety.target_types_free)
    ratio = float((weeks["types"] / target).groupby(weeks["page_type"]).mean().min()) if len(weeks) else float("nan")
    short = int((weeks["types"] < weeks["least"]).sum())
    means = (
        f"paid {paid.mean():.1f} of {variety.target_types_paid}, free {free.mean():.1f} of {variety.target_types_free}"
    )
    return Measure(
        ratio, 1.0, ">=", len(weeks), "mean types ÷ target, worse page type", f"{means}; {short} below the minimum"
    )


send_type_diversity = Rule(
    gap="3.3",
    name="send_type_diversity",
    wave=1,
    priority="P0",
    flag=None,
    severity="error",
    stages=("send_type_allocator",),
    description=lambda settings: (
        f"At least {settings.volume.variety.min_types} different send types a week"
        f" ({settings.volume.variety.min_types_low_confidence} with confidence below"
        f" {settings.volume.variety.low_confidence:g}),"
        f" {settings.volume.variety.target_types_paid} on paid pages as the aim."
    ),
    find=_find,
    measure=_measure,
)
