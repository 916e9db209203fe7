"""[3.1] Sends that earn and sends that engage stand in the share of the page's tier.

Belongs here: that share per week; followups, retention and bumps above the base are left out.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, share
from eros_assets.settings import Settings


def revenue_shares(reference: Reference) -> pd.DataFrame:
    """Per row of ``weeks``: revenue ÷ (revenue + engagement), with the band ``low``–``high`` of its tier.

    Followups, retention and the bumps above the base engagement are left out.
    """
    rules = reference.settings.volume
    weeks = reference.week_counts
    base = np.array(
        [rules.base_per_day[page][tier][1] * 7 for page, tier in zip(weeks["page_type"], weeks["tier"], strict=True)],
        dtype=float,
    )
    extra = np.clip(weeks["engagement"] - base, 0, weeks["bumps"])
    total = weeks["revenue"] + weeks["engagement"] - extra
    target = weeks["tier"].map(lambda tier: float(getattr(rules.revenue_share, tier))).astype(float)
    return weeks.assign(
        share=weeks["revenue"] / total.where(total > 0),
        low=target - rules.revenue_share.tolerance,
        high=target + rules.revenue_share.tolerance,
    )


def _is_mixed(weeks: pd.DataFrame) -> pd.Series:
    return weeks["share"].between(weeks["low"] - 1e-9, weeks["high"] + 1e-9)


def _find(reference: Reference) -> pd.DataFrame:
    weeks = revenue_shares(reference)
    return finding(
        weeks[~_is_mixed(weeks)],
        "revenue makes {share:.0%} of revenue and engagement; {low:.0%}–{high:.0%} are due on a {tier} page",
        measured="share",
        limit="high",
        whole=True,
    )


def _describe(settings: Settings) -> str:
    rule = settings.volume.revenue_share
    low, above = (f"{share * 100:.0f} : {100 - share * 100:.0f}" for share in (rule.LOW, rule.MID))
    return f"Revenue to engagement {low} at LOW and {above} above, each ± {rule.tolerance * 100:.0f} points a week."


revenue_engagement_mix = Rule(
    gap="3.1",
    name="revenue_engagement_mix",
    wave=3,
    priority="P0",
    flag="ENABLE_PAGE_TYPE_VOLUMES",
    severity="warning",
    stages=("send_type_allocator",),
    description=_describe,
    find=_find,
    measure=lambda r: share(_is_mixed(revenue_shares(r)), 1.0, "share of creator-weeks"),
)
