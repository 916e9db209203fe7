"""All rules over a reference: the verdicts of a schedule."""

from __future__ import annotations

import pandas as pd

from eros_assets.domain import frames
from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.registry import RULES


def validate(reference: Reference) -> pd.DataFrame:
    """Every finding of every rule as SCHEDULE_VERDICTS, sorted by key.

    A rule whose flag is off for a creator reports ``info``: it still measures but judges nothing.
    """
    parts = []
    for rule in RULES:
        found = rule.check(reference)
        if rule.flag is not None and len(found):
            weeks = reference.weeks[KEY].assign(on=reference.in_force(rule.flag))
            on = found[KEY].merge(weeks, on=KEY, how="left")["on"].to_numpy(dtype=bool)
            found["level"] = found["level"].where(on, "info")
        parts.append(found)
    verdicts = pd.concat([part for part in parts if len(part)] or parts[:1], ignore_index=True)
    return frames.SCHEDULE_VERDICTS.conform(
        verdicts.sort_values(list(frames.SCHEDULE_VERDICTS.key), kind="stable", ignore_index=True)
    )
