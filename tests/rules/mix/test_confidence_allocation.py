"""[10.15] Volume, followups and prices of pages with thin data."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    changed,
    found,
    item_id,
    of_type,
    reference,
    said,
    without,
)


def test_the_hand_made_week_passes():
    assert found(reference(), "10.15").empty
    assert rule("10.15").measure(reference()).passes


@pytest.mark.parametrize("confidence", [-0.01, 1.01, 7.0])
def test_confidence_outside_0_1_is_said(confidence: float):
    assert len(said(reference(health={"confidence": confidence}), "10.15", "outside 0–1"))


def _with_bundles(base, revenue: int):
    """``base`` with bundles added up to ``revenue`` revenue sends."""
    row = base.items[base.items["send_type_key"] == "bundle"]
    lack = revenue - int((base.items["category"] == "revenue").sum())
    return replace(
        base, items=pd.concat([base.items, *(row.assign(item_id=f"x{n}") for n in range(lack))], ignore_index=True)
    )


@pytest.mark.parametrize(
    ("confidence", "granted"), [(1.0, 28), (0.8, 28), (0.6, 28), (0.59, 21), (0.4, 21), (0.39, 21), (0.2, 21)]
)
@pytest.mark.parametrize("change", [-1, 0, 1])
def test_volume_is_that_of_the_confidence_row(confidence: float, granted: int, change: int):
    # A rested MID paid page: 4 revenue sends a day, × 0.85 = 3.4, × 0.70 = 2.8.
    health = {"confidence": confidence} | {f"saturation_{days}d": 20.0 for days in (7, 14, 30)}
    base = reference(flags=("ENABLE_CONFIDENCE_DAMPENING",), health=health)
    findings = found(_with_bundles(base, granted + change), "10.15")
    volume = findings[findings["message"].str.contains("revenue sends")]
    assert volume["limit_value"].tolist() == ([] if change == 0 else [granted])


@pytest.mark.parametrize(("trend", "granted"), [(0.16, 28), (0.15, 21), (-0.15, 21), (-0.16, 14)])
def test_the_trend_moves_the_volume(trend: float, granted: int):
    base = reference(flags=(), health={"earnings_trend": trend})
    measured = rule("10.15").check(_with_bundles(base, 35))
    assert measured.loc[measured["message"].str.contains("revenue sends"), "limit_value"].tolist() == [granted]


def test_elasticity_lowers_the_volume():
    base = reference(flags=(), health={"elasticity_r0": 0.15, "elasticity_k": 0.8})
    measured = rule("10.15").check(base)
    assert measured.loc[measured["message"].str.contains("revenue sends"), "limit_value"].tolist() == [7]


@pytest.mark.parametrize(("falling", "agrees"), [(3, True), (0, False)])
def test_triggers_on_messages_move_the_volume(falling: int, agrees: bool):
    # 21 granted less 4 campaigns are 17 messages; × 0.85 are the 14 of the week.
    base = reference()
    rows = base.send_type_performance.assign(falling_days=falling)
    messages = found(replace(base, send_type_performance=rows), "10.15")["message"]
    assert messages.str.contains("revenue sends").any() != agrees


@pytest.mark.parametrize(
    ("confidence", "parents", "allowed"),
    [(1.0, 1, True), (0.6, 1, True), (0.5, 1, False), (0.3, 1, False), (1.0, 2, True)],
)
def test_followups_follow_the_confidence_row(confidence: float, parents: int, allowed: bool):
    # round(0.8 × parents × factor): one parent grants 1, 1, 0, 0.
    base = reference(health={"confidence": confidence})
    if parents == 1:
        base = without(
            base,
            lambda i: (
                i["item_id"].isin([item_id(base, "ppv_unlock", d, 0) for d in (0, 2, 4, 6)]) | of_type("bundle")(i)
            ),
        )
    assert found(base, "10.15")["message"].str.contains("followups").any() != allowed


@pytest.mark.parametrize(("confidence", "due"), [(0.8, 15.0), (0.7, 12.75), (0.5, 10.5), (0.2, 9.0)])
@pytest.mark.parametrize("change", [-0.01, 0.0, 0.01])
def test_prices_are_those_of_the_confidence_row(confidence: float, due: float, change: float):
    # The page's own price is 15; only 10.12 rounds to a price in use, and then judges it.
    base = reference(flags=("ENABLE_CONFIDENCE_DAMPENING",), health={"confidence": confidence})
    base = changed(base, of_type("ppv_unlock"), price=due + change)
    costs = found(base, "10.15")["message"].str.contains("ppv_unlock costs")
    assert costs.sum() == (0 if change == 0 else 14)
    both = replace(base, settings=base.settings.with_flags(ENABLE_PRICING_OPTIMIZATION=True))
    assert not found(both, "10.15")["message"].str.contains("ppv_unlock costs").any()


def test_a_captions_own_price_comes_first_and_stays_inside_the_types_range():
    base = reference(flags=("ENABLE_CONFIDENCE_DAMPENING",), health={"confidence": 0.7})
    dear = replace(base, captions=base.captions.assign(suggested_price=80.0))
    assert said(dear, "10.15", "ppv_unlock costs 14.99")["limit_value"].unique().tolist() == [42.5]
    assert said(dear, "10.15", "game_post costs")["limit_value"].tolist() == [21.25]
