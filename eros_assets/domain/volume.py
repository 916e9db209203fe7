"""How many sends a week holds, step by step, for all creators at once.

Every step appends its figures and reason to the creator's explanation. Counts are sends per local
day; a week keeps its total when it is spread over the days.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.mix import MixLimits, choose_mix, counted_engagement, outside
from eros_assets.settings import Category, ConfidenceRow, Settings, Volume

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
CATEGORIES: tuple[Category, ...] = ("revenue", "engagement", "retention")
DAYS = 7


@dataclass(frozen=True)
class Sales:
    """What a page's revenue sends of the week are made of: campaigns are planned [4.3], PPV messages fill up."""

    campaigns: int  # flyer campaigns of the week
    ppv_campaigns: int  # those that sell one piece on the wall
    most_messages: int  # PPV messages the week can hold
    message_factor: float  # volume triggers on PPV messages


@dataclass
class _Steps:
    """The explanation of each creator, filled step by step."""

    count: int
    rows: list[list[dict[str, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = [[] for _ in range(self.count)]

    def add(self, step: str, source: str, reason: str, **values: npt.ArrayLike) -> None:
        """Append one step to every creator; each value has shape (n,) or (n, k)."""
        columns = {key: np.asarray(value).tolist() for key, value in values.items()}
        for index, row in enumerate(self.rows):
            figures = {key: _short(column[index]) for key, column in columns.items()}
            row.append({"step": step, "source": source, "reason": reason, **figures})


def plan_volume(
    health: pd.DataFrame,
    creators: pd.DataFrame,
    settings: Settings,
    flags: Mapping[str, frozenset[str]],
    sales: Mapping[str, Sales] | None = None,
) -> pd.DataFrame:
    """Sends per creator, weekday and category: VOLUME_PLAN, seven rows per creator in the order given.

    ``health`` holds one CREATOR_HEALTH row per creator of ``creators`` (RAW_CREATORS); a creator
    without one is a ``ValueError``. ``flags`` names the flags in force per creator; ``sales`` says for
    pages under volume triggers what their revenue sends are made of. With all flags off this is the
    Wave 0 baseline: base volumes, saturation, opportunity, trend, bounds, followups, weekday spread and
    elasticity.
    """
    rows = creators[["creator_id", "content_category", "sub_type"]].merge(
        health, on="creator_id", how="left", validate="one_to_one"
    )
    if rows["as_of_date"].isna().any():
        raise ValueError(f"no creator_health row for {rows.loc[rows['as_of_date'].isna(), 'creator_id'].tolist()}")
    if rows.empty:
        return frames.VOLUME_PLAN.empty()
    damped = np.array(["ENABLE_CONFIDENCE_DAMPENING" in flags[c] for c in rows["creator_id"]])
    mixed = np.array(["ENABLE_PAGE_TYPE_VOLUMES" in flags[c] for c in rows["creator_id"]])
    rule, steps = settings.volume, _Steps(len(rows))

    confidence = _floats(rows["confidence"])
    row_of = [
        rule.confidence_row(c) if on else rule.confidence_rows[0] for c, on in zip(confidence, damped, strict=True)
    ]
    daily = _multiplied(rows, rule, steps, confidence)
    daily = _confidence_volume(daily, row_of, damped, rule, steps)
    weekly = _bounded(daily, rows, rule, steps)
    factors = weekday_factors(rows["weekday_factors"], _bools(rows["is_new"]), rule)
    steps.add("weekday", "weekday factors", "the week's total is kept, rounded by largest remainder", factors=factors)
    cap = elasticity_cap(_floats(rows["elasticity_r0"]), _floats(rows["elasticity_k"]), rule)
    limits = {c: (rule.bounds[c].day_min, rule.bounds[c].day_max) for c in CATEGORIES}

    uncapped = spread_week(weekly["revenue"], factors, *limits["revenue"])
    revenue = np.minimum(uncapped, np.maximum(cap, limits["revenue"][0])[:, None])
    capped = revenue < uncapped
    steps.add(
        "elasticity", "revenue against volume", "lowers revenue sends only", cap_per_day=cap, revenue_per_day=revenue
    )
    week, ppv = _sold(rows, revenue.sum(axis=1), sales or {}, rule, steps)
    followups = _followups(week, row_of, rows["volume_tier"], rule, steps)
    bumps, others = _engagement(rows, week, ppv, weekly, followups, mixed, settings, steps)
    base = np.where(mixed, _base_engagement(rows, rule), bumps + others)
    extra = np.clip(bumps + others - base, 0, bumps)
    week, engagement, extra, retention, followups = _fit_week(
        week, bumps + others - extra, extra, weekly["retention"], followups, rows, settings, steps
    )
    bumps = np.minimum(bumps, engagement + extra)
    least, most = limits["revenue"]
    # Only weeks that changed are spread again, so that no page depends on those planned beside it.
    is_changed = week != revenue.sum(axis=1)
    again = spread_week(week, factors, least, np.clip(cap, max(least, 1), most))
    revenue = np.where(is_changed[:, None], again, revenue)
    held = spread_week(retention, np.ones_like(factors), 0, limits["retention"][1])
    lack = rule.bounds["all_items"].day_min - revenue - held
    days = {
        "revenue": revenue,
        **_engagement_days(bumps, engagement + extra - bumps, base, lack, factors, rule),
        "retention": held,
        "followups_max": spread_week(followups, factors, 0, rule.followups.day_max),
    }
    bumps_of_day = days.pop("bumps")
    days = _fit_days(days, rule)
    explanations = [json.dumps(row) for row in steps.rows]
    frame = pd.DataFrame(
        {
            "creator_id": np.repeat(rows["creator_id"].to_numpy(dtype=object), DAYS),
            "weekday": np.tile(np.arange(DAYS), len(rows)),
            **{name: counts.ravel() for name, counts in days.items()},
            "bumps": np.minimum(bumps_of_day, days["engagement"] + days["bumps_extra"]).ravel(),
            "confidence_name": np.repeat([row.name for row in row_of], DAYS),
            "rest_days": np.repeat([row.rest_days for row in row_of], DAYS),
            "followup_factor": np.repeat([row.followups for row in row_of], DAYS),
            "price_factor": np.repeat([row.price for row in row_of], DAYS),
            "min_types": np.repeat([row.min_types for row in row_of], DAYS),
            "is_elasticity_capped": capped.ravel(),
            "explanation": np.repeat(np.array(explanations, dtype=object), DAYS),
        }
    )
    return frames.VOLUME_PLAN.conform(frame)


def volume_tiers(fan_counts: npt.ArrayLike, rule: Volume) -> npt.NDArray[np.str_]:
    """Volume tier of each fan count."""
    starts = np.array([tier.min_fans for tier in rule.tiers])
    index = np.searchsorted(starts, np.maximum(np.asarray(fan_counts, float), 0), side="right") - 1
    tiers: npt.NDArray[np.str_] = np.array([tier.key for tier in rule.tiers])[index]
    return tiers


def fused_scores(health: pd.DataFrame, rule: Volume) -> pd.DataFrame:
    """Fused saturation and opportunity of CREATOR_HEALTH rows, on the same index.

    Columns saturation, opportunity, fusion_confidence, is_rapid (a horizon moved away),
    direction (of saturation: increasing = declining page) and score_reason.
    """
    fusion = rule.fusion
    parts = {
        name: np.column_stack([_floats(health[f"{name}_{days}d"]) for days in fusion.horizons])
        for name in ("saturation", "opportunity")
    }
    present = ~np.isnan(parts["saturation"]) & ~np.isnan(parts["opportunity"])
    moves = {name: values[:, 0] - values[:, -1] for name, values in parts.items()}
    rapid = np.maximum(np.abs(moves["saturation"]), np.abs(moves["opportunity"])) >= fusion.rapid_difference
    weights = np.where(rapid[:, None], fusion.rapid, fusion.normal) * present
    count = present.sum(axis=1)
    # The weight of a missing horizon is shared equally by the others.
    weights = np.where(present, weights + ((1 - weights.sum(axis=1)) / np.maximum(count, 1))[:, None], 0.0)
    sends = _floats(health["priced_sends_30d"])
    trust = count / len(fusion.horizons)
    trust = trust * np.select(
        [sends < few.below for few in fusion.few_sends], [f.factor for f in fusion.few_sends], 1.0
    )
    usable, is_new = (trust >= fusion.usable_from) & (count > 0), _bools(health["is_new"])
    fused = {
        name: np.where(
            is_new,
            getattr(rule.new_creator, name),
            np.where(usable, (np.nan_to_num(values) * weights).sum(axis=1), fusion.default_score),
        )
        for name, values in parts.items()
    }
    direction = np.select(
        [moves["saturation"] >= fusion.rapid_difference, moves["saturation"] <= -fusion.rapid_difference],
        ["increasing", "decreasing"],
        "stable",
    )
    reason = np.select([is_new, ~usable], ["new creator", "too few horizons or sends"], "weighted horizons")
    return pd.DataFrame(
        {**fused, "fusion_confidence": trust, "is_rapid": rapid, "direction": direction, "score_reason": reason},
        index=health.index,
    )


def saturation_multiplier(saturation: npt.ArrayLike, rule: Volume) -> Floats:
    """Piecewise linear factor between the points given."""
    scores, factors = zip(*rule.multipliers.saturation, strict=True)
    factor: Floats = np.interp(np.asarray(saturation, float), scores, factors)
    return factor


def opportunity_multiplier(saturation: npt.ArrayLike, opportunity: npt.ArrayLike, rule: Volume) -> Floats:
    """Factor of opportunity: none from saturation 50, 1.2 from opportunity 70, up to 1.1 below it when rested."""
    full, room = np.asarray(saturation, float), np.asarray(opportunity, float)
    points, mid = rule.multipliers, rule.multipliers.opportunity_mid
    rising = np.interp(room, [mid.from_, mid.to], [mid.low, mid.high])
    factor: Floats = np.select(
        [
            full >= points.opportunity_gate,
            room >= points.opportunity_high.from_,
            (room >= mid.from_) & (full < mid.below_saturation),
        ],
        [1.0, points.opportunity_high.factor, rising],
        1.0,
    )
    return factor


def damped(multiplier: npt.ArrayLike, confidence: npt.ArrayLike) -> Floats:
    """1 + (m − 1) × confidence."""
    result: Floats = 1.0 + (np.asarray(multiplier, float) - 1.0) * np.asarray(confidence, float)
    return result


def half_up(values: npt.ArrayLike) -> Ints:
    """Rounding of counts: half up on decimals, so that 2.5 is 3 and 0.1 × 25 too."""
    rounded: Ints = np.floor(np.round(np.asarray(values, float), 9) + 0.5).astype(np.int64)
    return rounded


def weekday_factors(lists: pd.Series, is_new: Bools, rule: Volume) -> Floats:
    """Weekday factors of each creator scaled to mean 1, shape (n, 7); new creators get the default."""
    default = list(rule.weekday.default)
    factors = np.array([default if new else json.loads(text) for text, new in zip(lists, is_new, strict=True)], float)
    scaled: Floats = factors / factors.mean(axis=1, keepdims=True)
    return scaled


def spread_week(totals: npt.ArrayLike, factors: Floats, day_min: int, day_max: int | Ints) -> Ints:
    """Each week's total over seven days by largest remainder, shape (n, 7).

    Each day stays within ``day_min`` and ``day_max`` (one for all weeks, or each its own); a total that
    does not fit is clamped to seven times a bound, otherwise kept exactly. Ties go to the earlier day.
    """
    most = np.broadcast_to(day_max, np.shape(totals))
    total = np.clip(np.asarray(totals, np.int64), DAYS * day_min, DAYS * most)
    share = np.round(total[:, None] * factors / factors.sum(axis=1, keepdims=True), 9)
    counts: Ints = np.clip(np.floor(share).astype(np.int64), day_min, most[:, None])
    rows = np.arange(len(total))
    while (open_ := total - counts.sum(axis=1)).any():
        more, fewer = rows[open_ > 0], rows[open_ < 0]
        lack = share - counts
        counts[more, np.where(counts[more] < most[more, None], lack[more], -np.inf).argmax(axis=1)] += 1
        counts[fewer, np.where(counts[fewer] > day_min, lack[fewer], np.inf).argmin(axis=1)] -= 1
    return counts


def elasticity_cap(r0: Floats, k: Floats, rule: Volume) -> Ints:
    """Most revenue sends a day, shape (n,).

    The lower of the volume whose efficiency exp(−k·v) is still enough and the volume whose
    marginal revenue per recipient is still worth a send. The latter threshold is absolute for
    pages at or above the default r0 and the same share of r0 below it: a page with many cheap fans
    earns little per recipient on its first send already, which says nothing about fatigue.
    """
    point = rule.elasticity
    efficient = np.floor(np.round(-np.log(point.min_efficiency) / k, 9))
    threshold = np.minimum(point.least_marginal_rpr, r0 * point.least_marginal_rpr / point.default_r0)
    best = np.floor(np.round(np.log(r0 / threshold) / k, 9))
    cap: Ints = np.clip(np.minimum(efficient, best), 1, point.max_volume).astype(np.int64)
    return cap


def _multiplied(rows: pd.DataFrame, rule: Volume, steps: _Steps, confidence: Floats) -> dict[Category, Ints]:
    """Base volumes times damped saturation and opportunity, plus the trend: sends a day."""
    tier, page = rows["volume_tier"], rows["page_type"].where(rows["page_type"] == "paid", "free")
    base = np.array([rule.base_per_day[p][t] for p, t in zip(page, tier, strict=True)])
    steps.add("tier", "volume tiers", "by fans", tier=tier, fans=rows["fan_count"].fillna(0))
    steps.add("base", "base volume", "sends a day: revenue, engagement, retention", page_type=page, base=base)
    fused = fused_scores(rows, rule)
    saturation, opportunity = _floats(fused["saturation"]), _floats(fused["opportunity"])
    steps.add(
        "scores", "fusion of horizons", "fused over 7, 14 and 30 days", **{str(name): fused[name] for name in fused}
    )
    tired = damped(saturation_multiplier(saturation, rule), confidence)
    room = damped(opportunity_multiplier(saturation, opportunity, rule), confidence)
    both = np.column_stack([tired * room, tired * room, tired])
    daily = half_up(base * both)
    steps.add(
        "multipliers",
        "saturation, opportunity and confidence",
        "damped by confidence; retention by saturation only",
        confidence=confidence,
        saturation=tired,
        opportunity=room,
        per_day=daily,
    )
    change = np.where(_bools(rows["is_new"]), 0.0, np.nan_to_num(_floats(rows["earnings_trend"])))
    step = rule.multipliers.trend_step
    move = np.select([change < -step, change > step], [-1, 1], 0)
    revenue = daily[:, 0] + move
    steps.add(
        "trend",
        "earnings trend",
        "earnings of 14 days against the 14 before",
        trend=change,
        change=move,
        revenue=revenue,
    )
    return {"revenue": revenue, "engagement": daily[:, 1], "retention": daily[:, 2]}


def _confidence_volume(
    daily: dict[Category, Ints], row_of: list[ConfidenceRow], on: Bools, rule: Volume, steps: _Steps
) -> dict[Category, Ints]:
    """Volume of the confidence row [10.15]; never below the least volume of a day."""
    factor = np.array([row.volume for row in row_of])
    result = {
        c: np.where(count > 0, np.maximum(half_up(count * factor), min(1, rule.bounds[c].day_max)), 0)
        for c, count in daily.items()
    }
    steps.add(
        "confidence",
        "confidence rows [10.15]",
        "volume of the confidence row; full when ENABLE_CONFIDENCE_DAMPENING is off",
        name=[row.name for row in row_of],
        is_applied=on,
        factor=factor,
        per_day=np.column_stack([result[c] for c in CATEGORIES]),
    )
    return result


def _bounded(daily: dict[Category, Ints], rows: pd.DataFrame, rule: Volume, steps: _Steps) -> dict[Category, Ints]:
    """Weekly totals inside the volume bounds; retention stays 0 on free pages [9.1]."""
    weekly: dict[Category, Ints] = {}
    for category, count in daily.items():
        bound = rule.bounds[category]
        weekly[category] = np.minimum(np.clip(count, bound.day_min, bound.day_max) * DAYS, bound.week_max)
    weekly["retention"] = np.where(rows["page_type"] == "paid", weekly["retention"], 0)
    steps.add("bounds", "volume bounds", "a week", **{str(c): weekly[c] for c in CATEGORIES})
    return weekly


def _sold(
    rows: pd.DataFrame, revenue: Ints, sales: Mapping[str, Sales], rule: Volume, steps: _Steps
) -> tuple[Ints, Ints]:
    """Revenue and PPV sends of the week: triggers move PPV messages; campaigns and the types'
    own limits bound the whole.

    A page without an entry keeps its revenue; its PPV are the share of the mix.
    """
    mix, bound = rule.category_mix["revenue"], rule.bounds["revenue"]
    wall = np.where(rows["page_type"] == "paid", 0.0, np.mean(mix["campaign"]))
    ppv = half_up(revenue * (np.mean(mix["ppv"]) + wall))
    known = [sales.get(creator) for creator in rows["creator_id"]]
    is_known = np.array([entry is not None for entry in known])
    parts = [(s.campaigns, s.ppv_campaigns, s.most_messages, s.message_factor) if s else (0, 0, 0, 1.0) for s in known]
    campaigns, of_ppv, most, factor = np.array(parts, dtype=float).reshape(-1, 4).T
    messages = half_up((revenue - campaigns) * factor)
    messages = np.clip(messages, DAYS * bound.day_min - campaigns, np.minimum(most, bound.week_max - campaigns))
    messages = np.maximum(messages, 0).astype(np.int64)
    week = np.where(is_known, campaigns + messages, revenue).astype(np.int64)
    ppv = np.where(is_known, messages + of_ppv, ppv).astype(np.int64)
    steps.add(
        "triggers",
        "volume triggers [4.1, 4.3]",
        "PPV messages × their triggers; campaigns of the week and the most messages of a type bound the revenue sends",
        is_applied=is_known,
        campaigns=campaigns,
        message_factor=factor,
        revenue=week,
        ppv=ppv,
    )
    return week, ppv


def _base_engagement(rows: pd.DataFrame, rule: Volume) -> Ints:
    """Base engagement sends a week."""
    page = rows["page_type"].where(rows["page_type"] == "paid", "free")
    return np.array(
        [DAYS * rule.base_per_day[p][t][1] for p, t in zip(page, rows["volume_tier"], strict=True)], dtype=np.int64
    )


def _engagement(
    rows: pd.DataFrame,
    revenue: Ints,
    ppv: Ints,
    weekly: dict[Category, Ints],
    followups: Ints,
    on: Bools,
    settings: Settings,
    steps: _Steps,
) -> tuple[Ints, Ints]:
    """Bumps and other engagement sends a week inside 3.1 and 3.2 where any whole numbers are; revenue stays."""
    rule = settings.volume
    plain = weekly["engagement"]
    inside = half_up(plain * float(np.mean(rule.category_mix["engagement"]["bumps"])))
    wanted, accepted = _wanted_bumps(rows, plain, ppv, rule, steps)
    share = np.array([getattr(rule.revenue_share, tier) for tier in rows["volume_tier"]])
    slack = rule.revenue_share.tolerance
    bound, retention = rule.bounds["engagement"], weekly["retention"]
    least_retention = np.minimum(
        retention, sum(t.weekly_floor for t in settings.send_types if t.category == "retention")
    )
    limits = MixLimits(
        counted=(
            np.ceil(np.round(revenue * (1 / (share + slack) - 1), 9)).astype(np.int64),
            np.floor(np.round(revenue * (1 / (share - slack) - 1), 9)).astype(np.int64),
        ),
        base=_base_engagement(rows, rule),
        bumps=accepted,
        most=rule.bounds["all_items"].week_max - revenue - least_retention - -(-followups // 2),
        kinds=sum(t.category == "engagement" and not t.is_bump and t.weekly_floor > 0 for t in settings.send_types),
    )
    bumps, others = choose_mix(
        limits, wanted, plain - inside, int(bound.week_max_with_bumps or 0), bound.week_max, DAYS * bound.day_min
    )
    bumps, others = np.where(on, bumps, inside), np.where(on, others, plain - inside)
    counted = counted_engagement(bumps, others, limits.base)
    missed = on & ((outside(counted, *limits.counted) > 0) | (outside(bumps, *accepted) > 0))
    steps.add(
        "mix",
        "[3.1, 3.2]",
        "bumps and others chosen together: revenue share first, then bumps ÷ PPV, then the wanted numbers",
        is_applied=on,
        target=share,
        revenue_share=revenue / np.maximum(revenue + counted, 1),
        counted=counted,
        counted_from=limits.counted[0],
        counted_to=limits.counted[1],
        bumps=bumps,
        others=others,
        relaxed=[
            f"no whole numbers keep both 3.1 ({a}–{b} counted engagement sends for {r} revenue sends) and 3.2"
            f" ({c}–{d} bumps for {p} PPV): {n} counted, {m} bumps"
            if miss
            else ""
            for miss, a, b, r, c, d, p, n, m in zip(
                missed, *limits.counted, revenue, *accepted, ppv, counted, bumps, strict=True
            )
        ],
    )
    return bumps, others


def _wanted_bumps(
    rows: pd.DataFrame, engagement: Ints, ppv: Ints, rule: Volume, steps: _Steps
) -> tuple[Ints, tuple[Ints, Ints]]:
    """Bumps a week that the bump ratio asks for, inside the accepted band scaled by the page's PPV; with the least and
    the most accepted."""
    known = rows["content_category"].isin(list(rule.bumps.factor))
    category = rows["content_category"].where(known, rule.bumps.default_category)
    sub_type = rows["sub_type"].fillna(rule.bumps.default_sub_type)
    tier = rows["volume_tier"]
    factor = np.array([rule.bumps.factor[c] for c in category]) + np.where(
        rows["page_type"] == "paid", 0.0, rule.bumps.free_page_extra
    )
    factor = np.where(tier == "LOW", factor, np.minimum(factor, rule.bumps.factor_cap_above_low))
    heads = np.array([rule.bumps.ppv_heads[t] for t in tier], float)
    low, high = np.array(
        [rule.bumps.accepted_range(c, s, t) for c, s, t in zip(category, sub_type, tier, strict=True)], float
    ).T
    # The one row the plan fixes in absolute numbers; all others scale with the page's own PPV.
    fixed = ((category == "commercial") & (tier == "LOW")).to_numpy(dtype=bool)
    scale = np.where(fixed, 1.0, ppv / DAYS / heads.mean(axis=1))
    per_day = np.clip(
        np.clip(engagement / DAYS * factor, low * scale, high * scale), rule.bumps.day_min, rule.bumps.day_max
    )
    least, most = np.array(rule.bumps.ratio_slack)
    bottom = np.ceil(np.round(ppv * low / heads[:, 1] * least, 9)).astype(np.int64)
    top = np.floor(np.round(ppv * high / heads[:, 0] * most, 9)).astype(np.int64)
    bottom = np.where(fixed, np.maximum(bottom, DAYS * low), bottom).astype(np.int64)
    top = np.where(fixed, np.minimum(top, DAYS * high), top).astype(np.int64)
    wanted = half_up(per_day * DAYS)
    steps.add(
        "bumps",
        "bump ratio [3.2]",
        "bumps = engagement × factor inside the accepted range scaled by the page's PPV; accepted by bumps ÷ PPV",
        factor=factor,
        bumps_per_day=per_day,
        wanted_a_week=wanted,
        accepted_from=bottom,
        accepted_to=top,
    )
    return wanted, (bottom, top)


def _engagement_days(
    bumps: Ints, others: Ints, base: Ints, lack: Ints, factors: Floats, rule: Volume
) -> dict[str, Ints]:
    """Engagement, extra bumps and bumps per day, shape (n, 7).

    Days that other sends leave below the least of the bounds (``lack``) are filled first; the rest follows the
    weekday. Enough bumps for the row of commercial pages are spread evenly, fewer follow the day.
    """
    bound = rule.bounds["engagement"]
    most = int(bound.day_max_with_bumps or bound.day_max)
    week = bumps + others
    even = spread_week(bumps, np.ones_like(factors), 0, most)
    is_even = (bumps >= DAYS * rule.bumps.accepted_range("commercial", "commercial", "LOW")[0])[:, None]
    floor = np.clip(np.where(is_even, np.maximum(even, lack), lack), bound.day_min, most)
    # Where the floors are more than the week holds, the busiest days lend first.
    while (over := floor.sum(axis=1) > week).any():
        rows = np.flatnonzero(over)
        rows = rows[floor[rows].max(axis=1) > bound.day_min]
        if not len(rows):
            break
        floor[rows, floor[rows].argmax(axis=1)] -= 1
    total = floor + spread_week(np.maximum(week - floor.sum(axis=1), 0), factors, 0, most)
    total = np.minimum(total, most)
    share = total.astype(float)
    of_day = np.where((bumps >= DAYS)[:, None], spread_week(bumps, share, 1, most), spread_week(bumps, share, 0, most))
    of_day = np.minimum(np.where(is_even, even, of_day), total)
    inside = np.minimum(spread_week(np.minimum(base, total.sum(axis=1)), share, 0, most), total)
    extra = np.minimum(total - inside, of_day)
    return {"engagement": total - extra, "bumps_extra": extra, "bumps": of_day}


def _followups(revenue: Ints, row_of: list[ConfidenceRow], tiers: pd.Series, rule: Volume, steps: _Steps) -> Ints:
    """Most followups a week: a share of the sends that may have one, capped per day."""
    mix = rule.category_mix["revenue"]
    parents = revenue / DAYS * float(np.mean(mix["ppv"]) + np.mean(mix["bundles"]))
    factor = np.array([row.followups for row in row_of])
    limit = np.array([rule.tier_limits["followups_per_day"][tier] for tier in tiers])
    per_day = np.minimum(half_up(rule.followups.share * parents * factor), np.minimum(limit, rule.followups.day_max))
    steps.add(
        "followups", "followup limits [5.1]", "most a day", parents=parents, factor=factor, limit=limit, per_day=per_day
    )
    week: Ints = per_day * DAYS
    return week


def _fit_week(
    revenue: Ints,
    engagement: Ints,
    bumps_extra: Ints,
    retention: Ints,
    followups: Ints,
    rows: pd.DataFrame,
    settings: Settings,
    steps: _Steps,
) -> tuple[Ints, Ints, Ints, Ints, Ints]:
    """All items of a week within the volume bounds, cutting what costs least first; each cut has a floor."""
    rule = settings.volume
    bound = rule.bounds["all_items"]
    share = np.array([getattr(rule.revenue_share, tier) for tier in rows["volume_tier"]])
    least_engagement = np.ceil(np.round(revenue * (1 / (share + rule.revenue_share.tolerance) - 1), 9)).astype(np.int64)
    retention_floor = sum(t.weekly_floor for t in settings.send_types if t.category == "retention")
    counts = {
        "revenue": revenue,
        "engagement": engagement,
        "bumps_extra": bumps_extra,
        "retention": retention,
        "followups": followups,
    }
    floors: list[tuple[str, Ints | int]] = [
        ("followups", -(-followups // 2)),
        ("retention", retention_floor),
        ("engagement", np.maximum(least_engagement, DAYS)),
        ("bumps_extra", 0),
        ("followups", 0),
        ("revenue", DAYS),
    ]
    for name, floor in floors:
        over = np.maximum(sum(counts.values()) - bound.week_max, 0)
        counts[name] = counts[name] - np.minimum(over, np.maximum(counts[name] - floor, 0))
    steps.add("week", "volume bounds", f"at most {bound.week_max} items a week with followups", **counts)
    return (
        counts["revenue"],
        counts["engagement"],
        counts["bumps_extra"],
        counts["retention"],
        counts["followups"],
    )


def _fit_days(days: dict[str, Ints], rule: Volume) -> dict[str, Ints]:
    """Each day within the volume bounds: extra bumps share the engagement maximum, all items have their own."""
    bound, engagement_max = rule.bounds["all_items"], int(rule.bounds["engagement"].day_max_with_bumps or 0)
    days = dict(days)
    days["bumps_extra"] = np.minimum(days["bumps_extra"], engagement_max - days["engagement"])
    lack = bound.day_min - (days["revenue"] + days["engagement"] + days["bumps_extra"] + days["retention"])
    days["engagement"] = days["engagement"] + np.maximum(lack, 0)
    for name in ("followups_max", "bumps_extra", "retention", "engagement"):
        over = np.maximum(sum(days.values()) - bound.day_max, 0)
        days[name] = days[name] - np.minimum(over, days[name])
    return days


def _floats(values: pd.Series) -> Floats:
    return values.to_numpy(dtype=float, na_value=np.nan)


def _bools(values: pd.Series) -> Bools:
    return values.to_numpy(dtype=bool)


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value
