"""[11.8] A week planned from old exports is looked at by a person."""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import numbers
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding


def _find(reference: Reference) -> pd.DataFrame:
    limit = reference.settings.scoring.stale_days
    weeks = reference.weeks.assign(age=numbers(reference.weeks["data_age_days"]))
    return finding(
        weeks[weeks["age"] > limit],
        f"stale_data: the newest export is {{age:.0f}} days old; {limit} are allowed",
        measured="age",
        limit=limit,
        whole=True,
    )


def _measure(reference: Reference) -> Measure:
    ages = reference.weeks["data_age_days"].dropna()
    oldest = float(ages.max()) if len(ages) else float("nan")
    return Measure(oldest, float(reference.settings.scoring.stale_days), "<=", len(ages), "days, oldest data")


data_freshness = Rule(
    gap="11.8",
    name="data_freshness",
    wave=None,
    priority="P2",
    flag=None,
    severity="warning",
    stages=("performance_analyst",),
    description=lambda settings: (
        f"Exports older than {settings.scoring.stale_days} days make a schedule at best needs_review."
    ),
    find=_find,
    measure=_measure,
)
