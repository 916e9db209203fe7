"""Stage 8: verdicts per rule and item, quality score and status.

The rules judge the assembled items against the raw reference tables read again, never the planner's
own marks; this stage only puts their verdicts on the schedules.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.domain.frames import SCHEDULE
from eros_assets.domain.inputs import PlanInputs
from eros_assets.rules.quality import quality
from eros_assets.rules.reference import Reference
from eros_assets.rules.validate import validate
from eros_assets.settings import Settings


def judge(
    inputs: PlanInputs, schedules: pd.DataFrame, items: pd.DataFrame, settings: Settings
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Schedules with ``quality_score`` and ``status``, and the verdicts (SCHEDULE_VERDICTS)."""
    reference = Reference.from_inputs(inputs, items, schedules, settings)
    verdicts = validate(reference)
    scores = quality(reference, verdicts).set_index("creator_id")
    judged = schedules.assign(
        quality_score=schedules["creator_id"].map(scores["quality_score"]).fillna(0.0),
        status=schedules["creator_id"].map(scores["status"]).fillna("held"),
    )
    return SCHEDULE.conform(judged), verdicts
