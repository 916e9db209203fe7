"""Wave 1, foundation and scoring: gaps 2.1, 10.15, 3.3, 8.1, 9.1, 4.2."""

from __future__ import annotations

import json

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from eros_assets.domain import volume
from eros_assets.domain.length import is_optimal_length
from eros_assets.rules.always_on import unrested
from eros_assets.rules.reference import CATEGORIES, KEY, Reference, numbers, truths, words
from eros_assets.rules.rule import Measure, Rule, finding, gather, share, violations
from eros_assets.rules.triggered import raised_rows

# ---- 2.1 character_length


def length_shares(reference: Reference) -> pd.DataFrame:
    """Per creator-week with captions: captioned items, ``optimal`` of them in 250–449, ``share``, ``ppv_share``.

    ``limit`` is the least share asked for: 60%, or the highest the usable pool allows when that is less.
    """
    target = reference.settings.scoring.optimal_length_share
    slots = reference.slots[reference.slots["has_caption"]]
    marks = slots.assign(captioned=1, optimal=is_optimal_length(slots["chars"], reference.settings.scoring))
    marks["ppv_optimal"] = marks["optimal"] & marks["is_ppv"]
    names = ["captioned", "optimal", "is_ppv", "ppv_optimal"]
    weeks = marks.groupby([*KEY, "schedule_id"], as_index=False)[names].sum()
    weeks["share"] = weeks["optimal"] / weeks["captioned"]
    weeks["limit"] = target
    short = weeks["share"] < target
    if short.any():
        bound = best_optimal_counts(reference, weeks.loc[short, KEY])
        weeks.loc[short, "limit"] = np.minimum(target, bound / weeks.loc[short, "captioned"].to_numpy())
    return weeks


def best_optimal_counts(reference: Reference, weeks: pd.DataFrame) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Most items of each creator-week that could carry a caption of 250–449 characters.

    A maximum flow per creator-week from send types (captioned items) to caption types (usable
    captions, each once), along T3.8. Shape (len(weeks),).
    """
    settings = reference.settings
    types = [row.key for row in settings.send_types]
    kinds = sorted({kind for row in settings.send_types for kind in row.caption_types})
    size = len(types) + len(kinds) + 2
    slots = reference.slots[reference.slots["has_caption"]]
    keys = pd.MultiIndex.from_frame(weeks[KEY])
    wanted = _grid(slots.assign(items=1), "send_type_key", "items").reindex(index=keys, columns=types)
    offered = _grid(reference.usable_captions, "caption_type", "usable_optimal").reindex(index=keys, columns=kinds)
    links = [(t, k) for t, row in enumerate(settings.send_types) for k in map(kinds.index, row.caption_types)]
    starts = [0] * len(types) + [1 + t for t, _ in links] + [1 + len(types) + k for k in range(len(kinds))]
    ends = list(range(1, 1 + len(types))) + [1 + len(types) + k for _, k in links] + [size - 1] * len(kinds)
    counts = []
    for need, stock in zip(wanted.fillna(0).to_numpy(), offered.fillna(0).to_numpy(), strict=True):
        capacity = np.concatenate([need, [need[t] for t, _ in links], stock]).astype(np.int32)
        graph = csr_array((capacity, (starts, ends)), shape=(size, size))
        counts.append(float(maximum_flow(graph, 0, size - 1).flow_value))
    return np.array(counts)


def _grid(rows: pd.DataFrame, column: str, value: str) -> pd.DataFrame:
    """Sum of ``value`` per creator-week (rows) and ``column`` (columns)."""
    return rows.pivot_table(index=KEY, columns=column, values=value, aggfunc="sum")


def _find_length(reference: Reference) -> pd.DataFrame:
    weeks = length_shares(reference)
    short = weeks[weeks["share"] < weeks["limit"] - 1e-9]
    low, high = reference.settings.scoring.optimal_length
    return finding(
        short,
        f"{{share:.0%}} of the captioned items have {low}–{high} characters; the pool allows {{limit:.0%}}",
        measured="share",
        limit="limit",
        whole=True,
    )


def _measure_length(reference: Reference) -> Measure:
    weeks = length_shares(reference)
    captioned, ppv = int(weeks["captioned"].sum()), int(weeks["is_ppv"].sum())
    value = float(weeks["optimal"].sum() / captioned) if captioned else float("nan")
    pool = reference.captions[truths(reference.captions["is_active"])]
    own = is_optimal_length(numbers(pool["char_length"]), reference.settings.scoring).mean() if len(pool) else np.nan
    of_ppv = weeks["ppv_optimal"].sum() / ppv if ppv else float("nan")
    note = f"PPV only {of_ppv:.1%}, pool {own:.1%}"
    return Measure(value, reference.settings.scoring.optimal_length_share, ">=", captioned, "share of captions", note)


character_length = Rule(
    gap="2.1",
    name="character_length",
    wave=1,
    priority="P0",
    flag="ENABLE_CHAR_LENGTH_MULTIPLIER",
    severity="warning",
    stages=("content_curator",),
    description="At least 60% of a week's captioned items have 250–449 characters, or the most the pool allows.",
    find=_find_length,
    measure=_measure_length,
)

# ---- 10.15 confidence_allocation


def granted_revenue_sends(reference: Reference) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    """Revenue sends a week that 5.2–5.10 and T5.7 grant each row of ``weeks``, triggers apart, shape (n,)."""
    rule = reference.settings.volume
    weeks = reference.weeks
    if weeks.empty:
        return np.empty(0, dtype=np.int64)
    confidence = weeks["confidence"].to_numpy()
    is_new = truths(weeks["is_new"]).to_numpy()
    base = np.array(
        [rule.base_per_day[page][tier][0] for page, tier in zip(weeks["page_type"], weeks["tier"], strict=True)],
        dtype=float,
    )
    fused = volume.fused_scores(weeks.assign(is_new=is_new), rule)
    tired = volume.damped(volume.saturation_multiplier(fused["saturation"], rule), confidence)
    room = volume.damped(volume.opportunity_multiplier(fused["saturation"], fused["opportunity"], rule), confidence)
    change = np.where(is_new, 0.0, np.nan_to_num(numbers(weeks["earnings_trend"])))
    step, bound = rule.multipliers.trend_step, rule.bounds["revenue"]
    daily = volume.half_up(base * tired * room) + (change > step).astype(int) - (change < -step).astype(int)
    daily = np.where(daily > 0, np.maximum(volume.half_up(daily * reference.confidence_figure("volume")), 1), 0)
    total = np.minimum(np.clip(daily, bound.day_min, bound.day_max) * volume.DAYS, bound.week_max)
    factors = volume.weekday_factors(weeks["weekday_factors"].fillna(json.dumps(rule.weekday.default)), is_new, rule)
    point = rule.elasticity
    r0, k = (
        np.where(np.isnan(values := numbers(weeks[name])), default, values)
        for name, default in (("elasticity_r0", point.default_r0), ("elasticity_k", point.default_k))
    )
    cap = volume.elasticity_cap(r0, k, rule)
    days = np.minimum(volume.spread_week(total, factors, bound.day_min, bound.day_max), cap[:, None])
    granted: np.ndarray[tuple[int], np.dtype[np.int64]] = days.sum(axis=1)
    return granted


def _find_confidence(reference: Reference) -> pd.DataFrame:
    weeks = reference.week_counts
    given = weeks["given_confidence"]
    outside = weeks[given.notna() & ~given.between(0, 1)]
    return gather(
        finding(
            outside, "confidence {given_confidence} is outside 0–1", measured="given_confidence", limit=1.0, whole=True
        ),
        _find_volume(reference),
        finding(
            unrested(reference).pipe(lambda s: s[s["days"] < s["ladder_rest"]]),
            "caption of {send_type_key} rested {days:.0f} days; confidence {confidence:.2f} asks for {rest_days:.0f}",
            measured="days",
            limit="rest_days",
        ),
        _find_excess_followups(reference),
        _find_prices(reference),
    )


def revenue_agreement(reference: Reference) -> pd.DataFrame:
    """Per row of ``weeks``: revenue sends, and the ``least`` and ``most`` that agree with the page's row.

    Under volume triggers PPV messages, granted sends less the week's campaigns, are multiplied by their
    factor; planning may also leave it out where the mix rules would break [3.1, 3.2]. A day with as many
    messages as T3.1 permits may lack one: nothing else can take its place.
    """
    settings = reference.settings
    ppv = settings.send_type["ppv_unlock"]
    granted = granted_revenue_sends(reference)
    slots = reference.slots[~reference.slots["is_followup"]]
    campaigns = slots[slots["is_campaign"]].groupby(KEY, as_index=False).size().rename(columns={"size": "campaigns"})
    messages = slots[slots["send_type_key"] == ppv.key].groupby([*KEY, "date"], as_index=False).size()
    full = messages[messages["size"] >= ppv.max_per_day].groupby(KEY, as_index=False).agg(full=("date", "size"))
    factor = message_factors(reference)
    weeks = reference.week_counts.merge(campaigns, on=KEY, how="left").merge(full, on=KEY, how="left")
    weeks[["campaigns", "full"]] = weeks[["campaigns", "full"]].fillna(0)
    triggered = reference.in_force("ENABLE_VOLUME_TRIGGERS").to_numpy()
    held = np.where(triggered, weeks["campaigns"], 0)
    room = np.where(triggered, volume.DAYS * ppv.max_per_day, granted)
    ways = [held + np.clip(volume.half_up((granted - held) * f), 0, room) for f in (factor, np.ones(len(factor)))]
    ways = [np.maximum(way, np.minimum(granted, volume.DAYS)) for way in ways]
    return weeks.assign(granted=granted, least=np.minimum(*ways) - weeks["full"], most=np.maximum(*ways), exact=ways[0])


def message_factors(reference: Reference) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Triggers of T5.11 on PPV messages per row of ``weeks``, 1 where the flag is off, shape (n,)."""
    rows = raised_rows(reference.send_type_performance, reference.settings)
    rows = rows[rows["send_type_key"] == "ppv_unlock"]
    factor = reference.weeks[KEY].merge(rows[[*KEY, "factor"]], on=KEY, how="left")["factor"].fillna(1.0)
    return np.where(reference.in_force("ENABLE_VOLUME_TRIGGERS"), factor, 1.0)


def _find_volume(reference: Reference) -> pd.DataFrame:
    weeks = revenue_agreement(reference)
    return finding(
        weeks[(weeks["revenue"] > weeks["most"]) | (weeks["revenue"] < weeks["least"])],
        "{revenue} revenue sends; confidence {confidence:.2f} and triggers grant {exact:.0f} a week",
        measured="revenue",
        limit="exact",
        whole=True,
    )


def _find_excess_followups(reference: Reference) -> pd.DataFrame:
    rules = reference.settings.volume.followups
    days = reference.day_counts
    factor = reference.weeks[KEY].assign(factor=reference.confidence_figure("followups"))
    days = days.merge(factor, on=KEY)
    days["limit"] = np.floor(rules.share * days["parents"] * days["factor"] + 0.5)
    return finding(
        days[days["followups"] > days["limit"]],
        "{date:%a} has {followups} followups for {parents} parents; confidence {confidence:.2f} grants {limit:.0f}",
        measured="followups",
        limit="limit",
        whole=True,
    )


def due_prices(reference: Reference) -> pd.DataFrame:
    """Pending captioned items with a price, and the price that is ``due``.

    The caption's price, else the page's or the type's, inside T3.12, times T5.7's factor; with
    ENABLE_PRICING_OPTIMIZATION the nearest price in use [10.12].
    """
    priced = [row for row in reference.settings.send_types if row.money == "price" and row.price]
    rows = pd.DataFrame(
        [(row.key, row.price.min, row.price.default, row.price.max) for row in priced if row.price],
        columns=["send_type_key", "low", "base", "high"],
    )
    pool = reference.captions.drop_duplicates("caption_hash", keep="last")[["caption_hash", "suggested_price"]]
    pages = reference.creators.drop_duplicates("creator_id", keep="last")[["creator_id", "default_ppv_price"]]
    factor = reference.weeks[KEY].assign(
        factor=reference.confidence_figure("price"), is_rounded=reference.in_force("ENABLE_PRICING_OPTIMIZATION")
    )
    slots = reference.slots[reference.slots["has_caption"] & (words(reference.slots["status"]) == "pending")]
    slots = slots.merge(rows, on="send_type_key").merge(factor, on=KEY)
    slots = slots.merge(pool, on="caption_hash", how="left").merge(pages, on="creator_id", how="left")
    own = numbers(slots["default_ppv_price"])
    is_own = (slots["send_type_key"] == "ppv_unlock") & ~np.isnan(own)
    base = pd.Series(numbers(slots["suggested_price"])).fillna(pd.Series(np.where(is_own, own, slots["base"])))
    exact = np.clip(base, slots["low"], slots["high"]) * slots["factor"]
    points = np.array(reference.settings.scoring.price_points)
    fits = (points >= slots["low"].to_numpy()[:, None]) & (points <= slots["high"].to_numpy()[:, None])
    apart = np.where(fits, np.abs(exact.to_numpy()[:, None] - points), np.inf)
    nearest = points[apart.argmin(axis=1)] if len(slots) else np.empty(0)
    rounded = slots["is_rounded"].to_numpy(dtype=bool) & np.asarray(fits.any(axis=1))
    return slots.assign(due=np.where(rounded, nearest, np.clip(exact.round(2), slots["low"], slots["high"])))


def _find_prices(reference: Reference) -> pd.DataFrame:
    slots = due_prices(reference)
    return finding(
        slots[(slots["price"] - slots["due"]).abs() > 0.005],
        "{send_type_key} costs {price:.2f}; at confidence {confidence:.2f} {due:.2f} is due",
        measured="price",
        limit="due",
    )


def _measure_confidence(reference: Reference) -> Measure:
    bad = _find_confidence(reference)[KEY].drop_duplicates()
    agrees = ~pd.MultiIndex.from_frame(reference.weeks[KEY]).isin(pd.MultiIndex.from_frame(bad))
    return share(pd.Series(agrees), 1.0, "share of creator-weeks")


confidence_allocation = Rule(
    gap="10.15",
    name="confidence_allocation",
    wave=1,
    priority="P0",
    flag="ENABLE_CONFIDENCE_DAMPENING",
    severity="warning",
    stages=("performance_analyst", "send_type_allocator"),
    description="Volume (1.00, 1.00, 0.85, 0.70), rest days, followups and prices follow the creator's confidence.",
    find=_find_confidence,
    measure=_measure_confidence,
)

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
    """Segments that get more messages in a day or week than T3.6 allows."""
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
