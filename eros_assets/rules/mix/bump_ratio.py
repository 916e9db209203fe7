"""[3.2] Bumps for each PPV lie in the band that the page's kind and tier accept.

Belongs here: the ratio of each week, and the daily bumps of commercial pages at LOW.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather, share


def bump_ratios(reference: Reference) -> pd.DataFrame:
    """Per row of ``weeks``: bumps ÷ PPV and the accepted band ``low``–``high``."""
    rules = reference.settings.volume.bumps
    weeks = reference.week_counts
    bands = [
        (*rules.accepted_range(category, sub_type, tier), *rules.ppv_heads[tier])
        for category, sub_type, tier in zip(weeks["content_category"], weeks["sub_type"], weeks["tier"], strict=True)
    ]
    bump_low, bump_high, ppv_low, ppv_high = np.array(bands, dtype=float).reshape(-1, 4).T
    return weeks.assign(
        ratio=weeks["bumps"] / weeks["ppv"].where(weeks["ppv"] > 0),
        low=bump_low / ppv_high * rules.ratio_slack[0],
        high=bump_high / ppv_low * rules.ratio_slack[1],
    )


def low_commercial_days(reference: Reference) -> pd.DataFrame:
    """Days of commercial pages at LOW with their bumps and the accepted ``least`` and ``most`` (5–8)."""
    days = reference.day_counts
    days = days[(days["content_category"] == "commercial") & (days["tier"] == "LOW")]
    least, most = reference.settings.volume.bumps.accepted_range("commercial", "commercial", "LOW")
    return days.assign(least=least, most=most, inside=days["bumps"].between(least, most))


def _is_in_ratio(weeks: pd.DataFrame) -> pd.Series:
    return weeks["ratio"].between(weeks["low"] - 1e-9, weeks["high"] + 1e-9) | ((weeks["ppv"] + weeks["bumps"]) == 0)


def _find(reference: Reference) -> pd.DataFrame:
    weeks = bump_ratios(reference)
    days = low_commercial_days(reference)
    both = (weeks["ppv"] > 0) & (weeks["bumps"] > 0)
    return gather(
        finding(
            weeks[(weeks["ppv"] > 0) & (weeks["bumps"] == 0)], "{ppv} PPV and not one bump", level="error", whole=True
        ),
        finding(
            weeks[(weeks["bumps"] > 0) & (weeks["ppv"] == 0)],
            "{bumps} bumps and not one PPV",
            level="error",
            whole=True,
        ),
        finding(
            weeks[both & ~_is_in_ratio(weeks)],
            "{bumps} bumps for {ppv} PPV, a ratio of {ratio:.2f}; {low:.2f}–{high:.2f} are accepted on a {tier} page",
            measured="ratio",
            limit="high",
            whole=True,
        ),
        finding(
            days[~days["inside"]],
            "{date:%a} has {bumps} bumps; a commercial page at LOW has {least}–{most} a day",
            measured="bumps",
            limit="most",
            whole=True,
        ),
    )


def _measure(reference: Reference) -> Measure:
    days = low_commercial_days(reference)
    note = f"LOW commercial days inside {days['inside'].mean():.1%} of {len(days)}" if len(days) else ""
    # The plan's own tolerance: one page in seven may lie outside.
    return share(_is_in_ratio(bump_ratios(reference)), 0.85, "share of creator-weeks", note)


bump_ratio = Rule(
    gap="3.2",
    name="bump_ratio",
    wave=3,
    priority="P1",
    flag="ENABLE_PAGE_TYPE_VOLUMES",
    severity="warning",
    stages=("send_type_allocator",),
    description=lambda settings: (
        "Bumps ÷ PPV inside the page's accepted band; commercial pages at LOW have {}–{} bumps every day.".format(
            *settings.volume.bumps.accepted_range("commercial", "commercial", "LOW")
        )
    ),
    find=_find,
    measure=_measure,
)
