"""Stage 1: how the page is doing, how far its data may be trusted, and how much to send (T8.2)."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.volume import fused_scores, plan_volume, volume_tiers
from eros_assets.planning.creator_week import CreatorWeek
from eros_assets.planning.games import choose_game
from eros_assets.planning.stages import Analysis
from eros_assets.planning.triggers import Trigger, find_triggers, low_frequency_winners
from eros_assets.settings import Settings


def analyse(inputs: PlanInputs, weeks: Sequence[CreatorWeek], settings: Settings) -> dict[str, Analysis]:
    """Analysis of each creator, by creator id; a page without a health row counts as new (T5.8)."""
    if not weeks:
        return {}
    creators = inputs.creators.sort_values("creator_id", kind="stable").reset_index(drop=True)
    health = _with_new_pages(inputs, creators, settings)
    volume = plan_volume(health, creators, settings, {week.creator_id: week.flags for week in weeks})
    counts = {str(name): rows for name, rows in volume.groupby("creator_id", sort=False)}
    fused = fused_scores(health, settings.volume).set_index(health["creator_id"])
    rows = {str(row["creator_id"]): {str(k): v for k, v in row.items()} for row in health.to_dict("records")}
    return {
        week.creator_id: _analysis(
            week,
            rows[week.creator_id],
            {str(k): v for k, v in fused.loc[week.creator_id].items()},
            counts[week.creator_id],
        )
        for week in weeks
    }


def _analysis(week: CreatorWeek, health: dict[str, Any], fused: dict[str, Any], counts: pd.DataFrame) -> Analysis:
    volume = week.settings.volume
    days = {
        name: counts[name].to_numpy(dtype=np.int64)
        for name in ("revenue", "engagement", "bumps", "bumps_extra", "retention", "followups_max")
    }
    engagement = days["engagement"] + days["bumps_extra"]
    triggers = find_triggers(week) if week.on("VOLUME_TRIGGERS") else []
    winners = low_frequency_winners(week) if week.on("VOLUME_TRIGGERS") else ()
    game = choose_game(week) if week.on("VOLUME_TRIGGERS") else None
    row = volume.confidence_row(week.confidence)
    return Analysis(
        row={
            "as_of_date": week.as_of_date,
            "flag_set": json.dumps(sorted(week.flags)),
            **{name: health[name] for name in _COPIED},
            "volume_tier": str(health["volume_tier"]),
            "confidence": week.confidence,
            "confidence_name": row.name,
            "saturation_score": float(fused["saturation"]),
            "opportunity_score": float(fused["opportunity"]),
            "rps": health["rps_30d"],
            "conversion_rate": health["conversion_30d"],
            "send_count": int(health["priced_sends_30d"]),
            "send_type_tiers": _tiers(week.send_type_rows),
            "content_type_tiers": _tiers(week.content_type_rows),
            "volume_triggers": json.dumps([trigger.as_dict() for trigger in triggers]),
            "low_frequency_winners": json.dumps(list(winners)),
            "game_choice": game.kind if game else None,
            "game_performance": json.dumps(game.evidence if game else {}),
            "revenue_per_day": json.dumps(days["revenue"].tolist()),
            "engagement_per_day": json.dumps(engagement.tolist()),
            "retention_per_day": json.dumps(days["retention"].tolist()),
            "bumps_per_day": json.dumps(days["bumps"].tolist()),
            "followups_per_day": json.dumps(days["followups_max"].tolist()),
            "volume_explanation": str(counts["explanation"].iloc[0]),
        },
        revenue=days["revenue"],
        bumps=days["bumps"],
        others=np.maximum(engagement - days["bumps"], 0),
        retention=days["retention"],
        followups=days["followups_max"],
        min_types=int(counts["min_types"].iloc[0]),
        type_factor=_combined(week, triggers, "send_type"),
        content_factor=_combined(week, triggers, "content_type"),
        winners=winners,
        game=game.kind if game else None,
    )


_COPIED = (
    *("creator_tier", "earnings_trend", "view_rate_trend", "conversion_trend"),
    *("volatility", "data_quality", "is_new", "data_age_days"),
)


def _tiers(rows: dict[str, dict[str, Any]]) -> str:
    return json.dumps({key: row.get("performance_tier", "MID") for key, row in sorted(rows.items())})


def _combined(week: CreatorWeek, triggers: Sequence[Trigger], kind: str) -> dict[str, float]:
    """Factor per key: tier factor of 5.11 (send types only) × the triggers, clamped (5.12)."""
    volume = week.settings.volume
    low, high = volume.trigger_clamp
    factors: dict[str, float] = {}
    for trigger in triggers:
        if trigger.kind == kind:
            factors[trigger.key] = factors.get(trigger.key, 1.0) * trigger.factor
    factors = {key: float(np.clip(factor, low, high)) for key, factor in factors.items()}
    if kind == "send_type":
        for key in week.settings.send_type:
            factors[key] = factors.get(key, 1.0) * volume.tier_factor[week.send_type_tier(key)]
    return factors


def _with_new_pages(inputs: PlanInputs, creators: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Health rows in the order of ``creators``; pages without one get that of a new creator."""
    volume = settings.volume
    missing = creators[~creators["creator_id"].isin(inputs.health["creator_id"])]
    fans = missing["current_active_fans"].fillna(0)
    rows = pd.DataFrame(
        {
            "as_of_date": pd.Timestamp(inputs.as_of_date),
            "creator_id": missing["creator_id"],
            "page_name": missing["page_name"],
            "page_type": missing["page_type"],
            "fan_count": fans,
            "fan_growth": 0.0,
            "volume_tier": volume_tiers(fans.to_numpy(dtype=float), volume),
            "creator_tier": 5,
            "sends_90d": 0,
            "confidence": volume.confidence.steps[-1].value,
            "is_new": True,
            "priced_sends_7d": 0,
            "priced_sends_14d": 0,
            "priced_sends_30d": 0,
            "elasticity_r0": volume.elasticity.default_r0,
            "elasticity_k": volume.elasticity.default_k,
            "is_elasticity_fitted": False,
            "weekday_factors": json.dumps(list(volume.weekday.default)),
            "data_quality": "insufficient",
        }
    )
    known = frames.CREATOR_HEALTH.conform(inputs.health)
    parts = [part for part in (known, frames.CREATOR_HEALTH.conform(rows)) if len(part)]
    both = pd.concat(parts, ignore_index=True)
    return both.set_index("creator_id").loc[creators["creator_id"]].reset_index()[frames.CREATOR_HEALTH.column_names]
