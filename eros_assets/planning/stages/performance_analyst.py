"""Stage 1: how the page is doing, how far its data may be trusted, and how much to send."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.frames import GAME_PERFORMANCE, LOW_FREQUENCY_WINNERS, VOLUME_TRIGGERS
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.volume import DAYS, Sales, fused_scores, plan_volume, volume_tiers
from eros_assets.planning.week.campaigns import plan_campaigns
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.planning.week.games import choose_game
from eros_assets.planning.week.records import Analysis
from eros_assets.settings import Settings


def analyse(inputs: PlanInputs, weeks: Sequence[CreatorWeek], settings: Settings) -> dict[str, Analysis]:
    """Analysis of each creator, by creator id; a page without a health row counts as new."""
    if not weeks:
        return {}
    creators = inputs.creators.sort_values("creator_id", kind="stable").reset_index(drop=True)
    health = _with_new_pages(inputs, creators, settings)
    evidence = {week.creator_id: _evidence(inputs, week) for week in weeks}
    flags = {week.creator_id: week.flags for week in weeks}
    sales = {week.creator_id: _sales(week, evidence[week.creator_id]) for week in weeks if week.on("VOLUME_TRIGGERS")}
    volume = _volume(health, creators, settings, flags, sales)
    counts = {str(name): rows for name, rows in volume.groupby("creator_id", sort=False)}
    fused = fused_scores(health, settings.volume).set_index(health["creator_id"])
    rows = {str(row["creator_id"]): {str(k): v for k, v in row.items()} for row in health.to_dict("records")}
    return {
        week.creator_id: _analysis(
            week,
            rows[week.creator_id],
            {str(k): v for k, v in fused.loc[week.creator_id].items()},
            counts[week.creator_id],
            evidence[week.creator_id],
        )
        for week in weeks
    }


def _volume(
    health: pd.DataFrame,
    creators: pd.DataFrame,
    settings: Settings,
    flags: dict[str, frozenset[str]],
    sales: dict[str, Sales],
) -> pd.DataFrame:
    """VOLUME_PLAN; a trigger on PPV messages that makes rules [3.1] and [3.2] contradict each other does not count."""
    volume = plan_volume(health, creators, settings, flags, sales)
    first = volume.drop_duplicates("creator_id").set_index("creator_id")["explanation"]
    torn = [key for key, entry in sales.items() if entry.message_factor != 1.0 and _relaxations(first[key])]
    if not torn:
        return volume
    calm = {key: replace(sales[key], message_factor=1.0) for key in torn}
    again = [frame[frame["creator_id"].isin(torn)].reset_index(drop=True) for frame in (health, creators)]
    other = plan_volume(again[0], again[1], settings, flags, calm)
    solved = other[~other["explanation"].map(lambda text: bool(_relaxations(text)))]
    kept = volume[~volume["creator_id"].isin(solved["creator_id"])]
    return pd.concat([kept, solved], ignore_index=True)


@dataclass(frozen=True)
class _Evidence:
    """What the weekly tables say about one creator, as far as the flag lets it count."""

    triggers: pd.DataFrame  # VOLUME_TRIGGERS rows that are applied
    winners: tuple[str, ...]
    games: pd.DataFrame  # GAME_PERFORMANCE rows
    factors: dict[str, dict[str, float]]  # kind → key → triggers together, clamped
    campaigns: dict[str, int]  # flyer campaigns of the week by send type


def _evidence(inputs: PlanInputs, week: CreatorWeek) -> _Evidence:
    triggers, winners, games = (
        rows[rows["creator_id"] == week.creator_id].sort_values(list(table.key), kind="stable")
        for table, rows in (
            (VOLUME_TRIGGERS, inputs.volume_triggers),
            (LOW_FREQUENCY_WINNERS, inputs.low_frequency_winners),
            (GAME_PERFORMANCE, inputs.game_performance),
        )
    )
    if not week.on("VOLUME_TRIGGERS"):
        return _Evidence(triggers.iloc[:0], (), games.iloc[:0], {}, {})
    applied = triggers[triggers["is_applied"]]
    factors = _combined(applied, week.settings)
    rare = tuple(sorted(winners.loc[winners["is_winner"], "send_type_key"]))
    return _Evidence(
        applied, rare, games, factors, plan_campaigns(week, Eligibility(week), factors.get("send_type", {}), rare)
    )


def _combined(triggers: pd.DataFrame, settings: Settings) -> dict[str, dict[str, float]]:
    """Product of the triggers on each key, clamped, by kind and key."""
    product = triggers["factor"].astype(float).groupby([triggers["kind"], triggers["trait_key"]]).prod()
    factors: dict[str, dict[str, float]] = {}
    clamped = product.clip(*settings.volume.trigger_clamp).reset_index()
    for kind, key, factor in clamped.itertuples(index=False):
        factors.setdefault(kind, {})[key] = float(factor)
    return factors


def _sales(week: CreatorWeek, evidence: _Evidence) -> Sales:
    """What the week's revenue sends are made of: its planned campaigns, and PPV messages for the rest."""
    ppv, kinds = week.settings.send_type["ppv_unlock"], week.settings.send_type
    return Sales(
        campaigns=sum(evidence.campaigns.values()),
        ppv_campaigns=sum(count for key, count in evidence.campaigns.items() if kinds[key].is_ppv),
        most_messages=DAYS * ppv.max_per_day if ppv in week.types else 0,
        message_factor=evidence.factors.get("send_type", {}).get(ppv.key, 1.0),
    )


def _analysis(
    week: CreatorWeek, health: dict[str, Any], fused: dict[str, Any], counts: pd.DataFrame, evidence: _Evidence
) -> Analysis:
    volume = week.settings.volume
    days = {
        name: counts[name].to_numpy(dtype=np.int64)
        for name in ("revenue", "engagement", "bumps", "bumps_extra", "retention", "followups_max")
    }
    engagement = days["engagement"] + days["bumps_extra"]
    game = choose_game(week, evidence.games) if week.on("VOLUME_TRIGGERS") else None
    by_type = evidence.factors.get("send_type", {})
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
            "volume_triggers": json.dumps(evidence.triggers[_TRIGGER_FIELDS].to_dict("records")),
            "low_frequency_winners": json.dumps(list(evidence.winners)),
            "game_choice": game,
            "game_performance": json.dumps(
                dict(zip(evidence.games["game_kind"], evidence.games["verdict"], strict=True))
            ),
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
        type_factor={
            key: by_type.get(key, 1.0) * volume.tier_factor[week.send_type_tier(key)] for key in week.settings.send_type
        },
        winners=evidence.winners,
        game=game,
        trait_factor={kind: factors for kind, factors in evidence.factors.items() if kind != "send_type"},
        campaigns=evidence.campaigns,
        notes=_relaxations(str(counts["explanation"].iloc[0])),
    )


def _relaxations(explanation: str) -> tuple[str, ...]:
    """Sentences about volume rules that could not be kept in whole numbers."""
    return tuple(step["relaxed"] for step in json.loads(explanation) if step.get("relaxed"))


_TRIGGER_FIELDS = ["kind", "trait_key", "trigger_name", "factor", "reason", "confidence"]
_COPIED = (
    *("creator_tier", "earnings_trend", "view_rate_trend", "conversion_trend"),
    *("volatility", "data_quality", "is_new", "data_age_days"),
)


def _tiers(rows: dict[str, dict[str, Any]]) -> str:
    return json.dumps({key: row.get("performance_tier", "MID") for key, row in sorted(rows.items())})


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
