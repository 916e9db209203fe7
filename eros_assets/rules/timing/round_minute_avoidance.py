"""[10.7] No item sits on a quarter hour, where a person would see a machine."""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding


def _is_round(reference: Reference) -> pd.Series:
    return (reference.slots["minute"] % 60).isin(reference.settings.timing.jitter.forbidden_minutes)


round_minute_avoidance = Rule(
    gap="10.7",
    name="round_minute_avoidance",
    wave=2,
    priority="P1",
    flag="ENABLE_TIMING_RULES",
    severity="error",
    stages=("timing_optimizer",),
    description=lambda settings: (
        f"No item at {', '.join(f':{minute:02d}' for minute in settings.timing.jitter.forbidden_minutes)}."
    ),
    find=lambda r: finding(
        r.slots[_is_round(r)],
        "{send_type_key} on {date:%a} sits on a round minute: {scheduled_time}",
        measured="minute",
    ),
    measure=lambda r: Measure(
        float(_is_round(r).mean()) if len(r.slots) else float("nan"), 0.0, "<=", len(r.slots), "share of items"
    ),
)
