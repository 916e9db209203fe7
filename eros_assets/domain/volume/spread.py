"""A week of sends spread over its days and cut to the volume bounds."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.domain.volume.steps import Steps
from eros_assets.settings import Settings, Volume

DAYS = 7


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


def engagement_days(
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


def fit_week(
    revenue: Ints,
    engagement: Ints,
    bumps_extra: Ints,
    retention: Ints,
    followups: Ints,
    rows: pd.DataFrame,
    settings: Settings,
    steps: Steps,
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


def fit_days(days: dict[str, Ints], rule: Volume) -> dict[str, Ints]:
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
