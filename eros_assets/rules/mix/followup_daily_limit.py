"""[5.1] At most four followups in a local day, fewer on small pages."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, violations


def _find(reference: Reference) -> pd.DataFrame:
    volume = reference.settings.volume
    days = reference.day_counts
    by_tier = days["tier"].map(volume.tier_limits["followups_per_day"]).astype(float)
    days = days.assign(limit=np.minimum(by_tier, volume.followups.day_max))
    return finding(
        days[days["followups"] > days["limit"]],
        "{date:%a} has {followups} followups; {limit:.0f} are allowed on a {tier} page",
        measured="followups",
        limit="limit",
        whole=True,
    )


followup_daily_limit = Rule(
    gap="5.1",
    name="followup_daily_limit",
    wave=3,
    priority="P1",
    flag=None,
    severity="error",
    stages=("followup_generator",),
    description=lambda settings: (
        f"At most {settings.volume.followups.day_max} followups in a local day, fewer on small pages."
    ),
    find=_find,
    measure=lambda r: violations(_find(r), len(r.day_counts), "days above the limit"),
)
