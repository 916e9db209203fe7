"""[10.15] The rules' own derivation of a page's volume: it agrees with the planner, and sees the planner's faults."""

import json
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eros_assets.domain import frames
from eros_assets.domain.volume import plan as planner
from eros_assets.rules.mix.granted_volume import granted_revenue_sends, rounded
from eros_assets.rules.reference import Reference, typed
from eros_assets.rules.registry import rule
from eros_assets.settings import Volume
from tests.rules.agency import MONDAY, _with_flags, settings

FLAG = "ENABLE_CONFIDENCE_DAMPENING"
HORIZONS = settings().volume.fusion.horizons


def _tables(rows: list[dict[str, Any]]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """CREATOR_HEALTH and RAW_CREATORS of the given pages."""
    names = [f"c{place:03d}" for place in range(len(rows))]  # in the order in which rules sort them
    health = pd.DataFrame(rows).assign(creator_id=names, page_name=names, as_of_date=MONDAY - pd.Timedelta(days=2))
    tiers = [max(t.min_fans for t in settings().volume.tiers if t.min_fans <= row["fan_count"]) for row in rows]
    by_fans = {tier.min_fans: tier.key for tier in settings().volume.tiers}
    health["volume_tier"] = [by_fans[least] for least in tiers]
    creators = pd.DataFrame(
        {
            "creator_id": names,
            "page_name": names,
            "page_type": health["page_type"],
            "is_active": True,
            "timezone": "America/Los_Angeles",
            "current_active_fans": health["fan_count"],
            "content_category": "softcore",
            "sub_type": "gfe",
        }
    )
    return typed(health, frames.CREATOR_HEALTH), typed(creators, frames.RAW_CREATORS)


def _planned(health: pd.DataFrame, creators: pd.DataFrame) -> np.ndarray:
    """Revenue sends a week of each page as the planner has them."""
    flags = dict.fromkeys(creators["creator_id"], frozenset({FLAG}))
    plan = planner.plan_volume(health, creators, _with_flags((FLAG,)), flags)
    return plan.groupby("creator_id", sort=False)["revenue"].sum().reindex(creators["creator_id"]).to_numpy()


def _reference(health: pd.DataFrame, creators: pd.DataFrame, revenue: np.ndarray) -> Reference:
    """A week of so many bundles per page."""
    owner = np.repeat(creators["creator_id"].to_numpy(), revenue)
    place = pd.Series(owner).groupby(owner).cumcount()
    items = pd.DataFrame(
        {
            "item_id": [f"{name}-{number}" for name, number in zip(owner, place, strict=True)],
            "creator_id": owner,
            "schedule_id": owner,
            "week_start": MONDAY,
            "scheduled_date": MONDAY + pd.to_timedelta(place % 7, unit="D"),
            "send_type_key": "bundle",
            "category": "revenue",
            "status": "pending",
        }
    )
    week = MONDAY.as_unit("us")
    empty = {"week_start": pd.Series(dtype="datetime64[us]")}
    return Reference(
        settings=_with_flags((FLAG,)),
        items=typed(items, frames.SCHEDULE_ITEM),
        schedules=frames.SCHEDULE.empty(),
        creators=creators,
        roster=creators,
        vault=frames.RAW_VAULT.empty(),
        captions=frames.POOL_CAPTIONS.empty(),
        features=frames.CAPTION_FEATURES.empty(),
        health=health.assign(week_start=week),
        send_type_performance=frames.SEND_TYPE_PERFORMANCE.empty().assign(**empty),
        content_type_performance=frames.CONTENT_TYPE_PERFORMANCE.empty().assign(**empty),
        recent_sends=frames.FCT_SENDS.empty(),
        past_items=frames.SCHEDULE_ITEM.empty(),
    )


def _wrong_pages(rows: list[dict[str, Any]]) -> int:
    """Pages whose planned volume the validator finds wrong."""
    health, creators = _tables(rows)
    base = _reference(health, creators, _planned(health, creators))
    found = rule("10.15").check(base)
    return int(found["message"].str.contains("revenue sends").sum())


def _random_pages(count: int) -> list[dict[str, Any]]:
    lot = np.random.default_rng(11)
    return [
        {
            "page_type": str(lot.choice(["paid", "free"])),
            "fan_count": int(lot.integers(0, 30_000)),
            "confidence": float(lot.choice([0.2, 0.4, 0.6, 0.8, 1.0])),
            "is_new": bool(lot.random() < 0.1),
            "priced_sends_30d": int(lot.integers(0, 120)),
            "earnings_trend": float(lot.normal(0, 0.2)),
            "weekday_factors": json.dumps(np.round(lot.uniform(0.7, 1.3, 7), 3).tolist()),
            "elasticity_r0": float(lot.uniform(0.03, 0.3)),
            "elasticity_k": float(lot.uniform(0.05, 0.8)),
            **{f"{name}_{days}d": float(lot.uniform(0, 100)) for name in _SCORES for days in HORIZONS},
        }
        for _ in range(count)
    ]


_SCORES = ("saturation", "opportunity")


def test_planner_and_validator_agree_on_many_pages():
    assert _wrong_pages(_random_pages(300)) == 0


def _unweighted(health: pd.DataFrame, rule_: Volume) -> pd.DataFrame:
    return _FUSED(health, rule_).assign(saturation=health["saturation_7d"].astype(float))


_FUSED, _SPREAD, _FACTORS, _CAP = (
    planner.fused_scores,
    planner.spread_week,
    planner.weekday_factors,
    planner.elasticity_cap,
)


@pytest.mark.parametrize(
    ("where", "name", "fault"),
    [
        (planner, "half_up", lambda values: np.floor(np.asarray(values, float)).astype(np.int64)),
        (planner, "spread_week", lambda *args: np.maximum(_SPREAD(*args) - np.eye(7, dtype=int)[6], 0)),
        (planner, "elasticity_cap", lambda r0, k, rule_: _CAP(r0, k, rule_) + 2),
        (planner, "weekday_factors", lambda lists, is_new, rule_: np.ones((len(lists), 7))),
        (planner, "saturation_multiplier", lambda saturation, rule_: np.ones(len(saturation))),
        (planner, "opportunity_multiplier", lambda saturation, opportunity, rule_: np.ones(len(saturation))),
        (planner, "damped", lambda multiplier, confidence: np.asarray(multiplier, float)),
        (planner, "fused_scores", _unweighted),
        (Volume, "confidence_row", lambda self, confidence: self.confidence_rows[0]),
    ],
)
def test_a_fault_in_the_planner_is_seen(monkeypatch: pytest.MonkeyPatch, where: object, name: str, fault: Any):
    monkeypatch.setattr(where, name, fault)
    assert _wrong_pages(_random_pages(300)) > 0


_score = st.none() | st.floats(0, 100).map(lambda value: round(value, 2))
_page = st.fixed_dictionaries(
    {
        "page_type": st.sampled_from(["paid", "free"]),
        "fan_count": st.integers(0, 40_000),
        "confidence": st.sampled_from([0.2, 0.4, 0.6, 0.8, 1.0]) | st.floats(0, 1),
        "is_new": st.booleans(),
        "priced_sends_30d": st.integers(0, 200),
        "earnings_trend": st.none() | st.floats(-1, 3),
        "weekday_factors": st.lists(st.floats(0.7, 1.3), min_size=7, max_size=7).map(json.dumps),
        "elasticity_r0": st.floats(0.01, 0.6),
        "elasticity_k": st.floats(0.01, 1.5),
    }
)


@st.composite
def _pages(draw: st.DrawFn) -> list[dict[str, Any]]:
    rows = draw(st.lists(_page, min_size=1, max_size=20))
    for row in rows:
        for days in HORIZONS:  # a horizon is known for both scores or for none
            saturation = draw(_score)
            row[f"saturation_{days}d"] = saturation
            row[f"opportunity_{days}d"] = None if saturation is None else draw(st.floats(0, 100))
    return rows


@hypothesis_settings(max_examples=50, deadline=None)
@given(_pages())
def test_planner_and_validator_agree_on_any_page(rows: list[dict[str, Any]]):
    health, creators = _tables(rows)
    base = _reference(health, creators, np.ones(len(rows), dtype=int))
    assert granted_revenue_sends(base).tolist() == _planned(health, creators).tolist()


@pytest.mark.parametrize(
    ("value", "whole"), [(0.0, 0), (0.49, 0), (0.5, 1), (2.5, 3), (0.1 * 25, 3), (2.4999999999, 3), (2.49, 2)]
)
def test_half_is_rounded_up_on_decimals(value: float, whole: int):
    assert rounded([value]).tolist() == [whole]
