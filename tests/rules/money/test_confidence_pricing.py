"""[10.12] Prices in use."""

import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import changed, found, of_type, reference


def test_the_hand_made_week_passes():
    assert found(reference(), "10.12").empty
    assert rule("10.12").measure(reference()).passes


@pytest.mark.parametrize(("confidence", "due"), [(0.8, 14.99), (0.7, 14.99), (0.5, 9.99), (0.2, 9.99)])
@pytest.mark.parametrize("change", [-0.01, 0.0, 0.01])
def test_a_ppv_costs_the_nearest_price_in_use(confidence: float, due: float, change: float):
    base = changed(reference(health={"confidence": confidence}), of_type("ppv_unlock"), price=due + change)
    hits = found(base, "10.12")
    assert hits["limit_value"].tolist() == ([] if change == 0 else [due] * 14)
    assert rule("10.12").measure(base).value == (1.0 if change == 0 else 0.0)


def test_without_10_15_prices_do_not_follow_confidence():
    base = changed(
        reference(flags=("ENABLE_PRICING_OPTIMIZATION",), health={"confidence": 0.2}),
        of_type("ppv_unlock"),
        price=14.99,
    )
    assert found(base, "10.12").empty
