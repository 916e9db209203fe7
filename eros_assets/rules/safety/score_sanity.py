"""[11.1] Every score is a number within its range."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.columns import numbers
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, violations

_ITEM_SCORES = {  # column: lowest, highest
    "eros_score": (0.0, 1.0),
    "structure_score": (0.0, 1.0),
    "freshness": (0.0, 100.0),
    "slot_score": (0.0, 100.0),
    "expected_revenue": (0.0, np.inf),
    "expected_revenue_low": (0.0, np.inf),
    "expected_revenue_high": (0.0, np.inf),
    "expected_recipients": (0.0, np.inf),
    "char_length": (0.0, np.inf),
}
_SCHEDULE_SCORES = {
    "confidence": (0.0, 1.0),
    "optimal_length_share": (0.0, 1.0),
    "pool_used_share": (0.0, 1.0),
    "expected_revenue": (0.0, np.inf),
}
_NOT_A_NUMBER = r"\b(?:NaN|Infinity|nan|inf)\b"


def _find(reference: Reference) -> pd.DataFrame:
    slots, schedules = reference.slots, reference.schedules
    parts = []
    for frame, columns, whole in ((slots, _ITEM_SCORES, False), (schedules, _SCHEDULE_SCORES, True)):
        for column, (low, high) in columns.items():
            value = numbers(frame[column])
            given = frame[column].notna().to_numpy() if whole or column != "expected_revenue" else np.isfinite(value)
            wrong = given & ~(np.isfinite(value) & (value >= low) & (value <= high))
            rows = frame[wrong].assign(figure=value[wrong])
            text = f"{column} is {{figure}}, outside {low:g}–{high:g}"
            parts.append(finding(rows, text, measured="figure", limit=high, whole=whole))
    unknown = slots[~np.isfinite(slots["expected_revenue"])]
    parts.append(finding(unknown, "expected_revenue of {send_type_key} is not a number"))
    # Followups are chosen by tag and hash, not by score [2.4].
    unscored = slots[slots["has_caption"] & ~slots["is_followup"] & slots["eros_score"].isna()]
    parts.append(finding(unscored, "the caption of {send_type_key} has no EROS score"))
    broken = slots[slots["score_parts"].str.contains(_NOT_A_NUMBER, regex=True)]
    parts.append(finding(broken, "a score part is not a number: {score_parts}"))
    return gather(*parts)


score_sanity = Rule(
    gap="11.1",
    name="score_sanity",
    wave=None,
    priority="P0",
    flag=None,
    severity="error",
    stages=("performance_analyst", "content_curator"),
    description="Every score is a number within its range; no NaN and no infinity anywhere.",
    find=_find,
    measure=lambda r: violations(_find(r), len(r.slots), "scores that are no number in range"),
)
