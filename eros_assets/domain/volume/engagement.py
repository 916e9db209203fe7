"""Bumps and other engagement sends of a week [3.1, 3.2]."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.domain.arrays import Bools, Ints
from eros_assets.domain.mix import MixLimits, choose_mix, counted_engagement, outside
from eros_assets.domain.volume.factors import half_up
from eros_assets.domain.volume.spread import DAYS
from eros_assets.domain.volume.steps import Steps
from eros_assets.settings import Category, Settings, Volume


def base_engagement(rows: pd.DataFrame, rule: Volume) -> Ints:
    """Base engagement sends a week."""
    page = rows["page_type"].where(rows["page_type"] == "paid", "free")
    return np.array(
        [DAYS * rule.base_per_day[p][t][1] for p, t in zip(page, rows["volume_tier"], strict=True)], dtype=np.int64
    )


def engagement_of_week(
    rows: pd.DataFrame,
    revenue: Ints,
    ppv: Ints,
    weekly: dict[Category, Ints],
    followups: Ints,
    on: Bools,
    settings: Settings,
    steps: Steps,
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
        base=base_engagement(rows, rule),
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
    rows: pd.DataFrame, engagement: Ints, ppv: Ints, rule: Volume, steps: Steps
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
