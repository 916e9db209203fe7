"""Wave 1, foundation and scoring: gaps 3.3, 8.1, 9.1, 4.2."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.reference import CATEGORIES, KEY, Reference, truths, words
from eros_assets.rules.rule import Measure, Rule, finding, gather, share, violations

# ---- 3.3 send_type_diversity


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


def _find_diversity(reference: Reference) -> pd.DataFrame:
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


def _measure_diversity(reference: Reference) -> Measure:
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
    description="At least 10 different send types a week (8 with confidence below 0.6), 18 on paid pages as the aim.",
    find=_find_diversity,
    measure=_measure_diversity,
)

# ---- 8.1 channel_assignment


def _find_channel(reference: Reference) -> pd.DataFrame:
    settings = reference.settings
    slots = reference.slots[reference.slots["is_known_type"]]
    accepted = {(row.key, channel) for row in settings.send_types for channel in row.channels}
    required = {row.key: row.targets for row in settings.send_types if row.is_target_required}
    needed = {(key, target) for key, targets in required.items() for target in targets}
    automatic = {row.key for row in settings.audiences.channels if row.auto_schedule}
    reached = {(row.key, channel) for row in settings.audiences.targets for channel in row.channels}
    paid_only = {row.key for row in settings.audiences.targets if row.page == "paid"}
    choices = {row.key: " or ".join(row.channels) for row in settings.send_types}
    slots = slots.assign(choices=slots["send_type_key"].map(choices))
    by_type = _pairs(slots, "send_type_key", "channel_key").isin(accepted)
    by_target = _pairs(slots, "target_key", "channel_key").isin(reached)
    must = slots["send_type_key"].isin(list(required)) & ~_pairs(slots, "send_type_key", "target_key").isin(needed)
    closed = slots["target_key"].isin(paid_only) & (slots["page_type"] != "paid")
    return gather(
        finding(slots[~by_type], "{send_type_key} goes by {choices}, not by {channel_key}"),
        finding(
            slots[~slots["channel_key"].isin(automatic)], "channel {channel_key} cannot be scheduled automatically"
        ),
        finding(slots[~by_target], "audience {target_key} cannot be reached by {channel_key}"),
        finding(slots[must], "{send_type_key} may not go to {target_key}"),
        finding(slots[closed], "audience {target_key} exists on paid pages only"),
        *_find_crowded_targets(reference),
    )


def _pairs(frame: pd.DataFrame, left: str, right: str) -> pd.Series:
    return pd.Series(list(zip(frame[left], frame[right], strict=True)), index=frame.index, dtype=object)


def _find_crowded_targets(reference: Reference) -> list[pd.DataFrame]:
    """Segments that get more messages in a day or week than their audience allows."""
    limits = pd.DataFrame(
        [(row.key, row.max_per_day, row.max_per_week) for row in reference.settings.audiences.targets],
        columns=["target_key", "most_day", "most_week"],
    )
    slots = reference.slots.merge(limits, on="target_key")
    parts = []
    for scope, limit, name in (([*KEY, "date"], "most_day", "day"), (KEY, "most_week", "week")):
        slots["rank"] = slots.groupby([*scope, "target_key"]).cumcount() + 1
        slots["limit"] = slots[limit].astype(float)
        text = f"message {{rank}} of the {name} to {{target_key}}; {{limit:.0f}} are allowed"
        over = slots[slots["rank"] > slots["limit"]]
        parts.append(finding(over, text, measured="rank", limit="limit", level="warning"))
    return parts


def _measure_channel(reference: Reference) -> Measure:
    found = _find_channel(reference)
    wrong = found.loc[found["level"] == "", "item_id"]
    return share(~reference.slots["item_id"].isin(wrong), 1.0, "share of items")


channel_assignment = Rule(
    gap="8.1",
    name="channel_assignment",
    wave=1,
    priority="P0",
    flag=None,
    severity="error",
    stages=("audience_targeter",),
    description="Every item goes by one of the 5 channels its send type accepts, to an audience that channel reaches.",
    find=_find_channel,
    measure=_measure_channel,
)

# ---- 9.1 retention_paid_only


def _find_page(reference: Reference) -> pd.DataFrame:
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
    description="3 renewal types and tip_goal never on free pages, ppv_wall never on paid ones; unknown page = free.",
    find=_find_page,
    measure=lambda r: violations(_find_page(r), len(r.slots), "items on a wrong page type"),
)

# ---- 4.2 non_converter_elimination


def _find_avoided(reference: Reference) -> pd.DataFrame:
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
    description="Send and content types in tier AVOID (score below 30 over 50 sends, confidence 0.7) get no slot.",
    find=_find_avoided,
    measure=lambda r: violations(_find_avoided(r), len(r.slots), "items of AVOID types"),
)
