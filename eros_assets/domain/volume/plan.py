"""How many sends a week holds, step by step, for all creators at once.

Every step appends its figures and reason to the creator's explanation. Counts are sends per local
day; a week keeps its total when it is spread over the days.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.arrays import Bools, Floats, Ints, bools, floats
from eros_assets.domain.volume.engagement import base_engagement, engagement_of_week
from eros_assets.domain.volume.factors import (
    damped,
    elasticity_cap,
    fused_scores,
    half_up,
    opportunity_multiplier,
    saturation_multiplier,
    weekday_factors,
)
from eros_assets.domain.volume.spread import DAYS, engagement_days, fit_days, fit_week, spread_week
from eros_assets.domain.volume.steps import Steps
from eros_assets.settings import Category, ConfidenceRow, Settings, Volume

CATEGORIES: tuple[Category, ...] = ("revenue", "engagement", "retention")


@dataclass(frozen=True)
class Sales:
    """What a page's revenue sends of the week are made of: campaigns are planned [4.3], PPV messages fill up."""

    campaigns: int  # flyer campaigns of the week
    ppv_campaigns: int  # those that sell one piece on the wall
    most_messages: int  # PPV messages the week can hold
    message_factor: float  # volume triggers on PPV messages


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
    rule, steps = settings.volume, Steps(len(rows))

    confidence = floats(rows["confidence"])
    row_of = [
        rule.confidence_row(c) if on else rule.confidence_rows[0] for c, on in zip(confidence, damped, strict=True)
    ]
    daily = _multiplied(rows, rule, steps, confidence)
    daily = _confidence_volume(daily, row_of, damped, rule, steps)
    weekly = _bounded(daily, rows, rule, steps)
    factors = weekday_factors(rows["weekday_factors"], bools(rows["is_new"]), rule)
    steps.add("weekday", "weekday factors", "the week's total is kept, rounded by largest remainder", factors=factors)
    cap = elasticity_cap(floats(rows["elasticity_r0"]), floats(rows["elasticity_k"]), rule)
    limits = {c: (rule.bounds[c].day_min, rule.bounds[c].day_max) for c in CATEGORIES}

    uncapped = spread_week(weekly["revenue"], factors, *limits["revenue"])
    revenue = np.minimum(uncapped, np.maximum(cap, limits["revenue"][0])[:, None])
    capped = revenue < uncapped
    steps.add(
        "elasticity", "revenue against volume", "lowers revenue sends only", cap_per_day=cap, revenue_per_day=revenue
    )
    week, ppv = _sold(rows, revenue.sum(axis=1), sales or {}, rule, steps)
    followups = _followups(week, row_of, rows["volume_tier"], rule, steps)
    bumps, others = engagement_of_week(rows, week, ppv, weekly, followups, mixed, settings, steps)
    base = np.where(mixed, base_engagement(rows, rule), bumps + others)
    extra = np.clip(bumps + others - base, 0, bumps)
    week, engagement, extra, retention, followups = fit_week(
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
        **engagement_days(bumps, engagement + extra - bumps, base, lack, factors, rule),
        "retention": held,
        "followups_max": spread_week(followups, factors, 0, rule.followups.day_max),
    }
    bumps_of_day = days.pop("bumps")
    days = fit_days(days, rule)
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


def _multiplied(rows: pd.DataFrame, rule: Volume, steps: Steps, confidence: Floats) -> dict[Category, Ints]:
    """Base volumes times damped saturation and opportunity, plus the trend: sends a day."""
    tier, page = rows["volume_tier"], rows["page_type"].where(rows["page_type"] == "paid", "free")
    base = np.array([rule.base_per_day[p][t] for p, t in zip(page, tier, strict=True)])
    steps.add("tier", "volume tiers", "by fans", tier=tier, fans=rows["fan_count"].fillna(0))
    steps.add("base", "base volume", "sends a day: revenue, engagement, retention", page_type=page, base=base)
    fused = fused_scores(rows, rule)
    saturation, opportunity = floats(fused["saturation"]), floats(fused["opportunity"])
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
    change = np.where(bools(rows["is_new"]), 0.0, np.nan_to_num(floats(rows["earnings_trend"])))
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
    daily: dict[Category, Ints], row_of: list[ConfidenceRow], on: Bools, rule: Volume, steps: Steps
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


def _bounded(daily: dict[Category, Ints], rows: pd.DataFrame, rule: Volume, steps: Steps) -> dict[Category, Ints]:
    """Weekly totals inside the volume bounds; retention stays 0 on free pages [9.1]."""
    weekly: dict[Category, Ints] = {}
    for category, count in daily.items():
        bound = rule.bounds[category]
        weekly[category] = np.minimum(np.clip(count, bound.day_min, bound.day_max) * DAYS, bound.week_max)
    weekly["retention"] = np.where(rows["page_type"] == "paid", weekly["retention"], 0)
    steps.add("bounds", "volume bounds", "a week", **{str(c): weekly[c] for c in CATEGORIES})
    return weekly


def _sold(
    rows: pd.DataFrame, revenue: Ints, sales: Mapping[str, Sales], rule: Volume, steps: Steps
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


def _followups(revenue: Ints, row_of: list[ConfidenceRow], tiers: pd.Series, rule: Volume, steps: Steps) -> Ints:
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
