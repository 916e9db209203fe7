"""[3.3] Different send types in a week, in all and per category."""

from dataclasses import replace

import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    changed,
    found,
    performance,
    reference,
    said,
    settings,
    without,
)


def test_the_hand_made_week_passes():
    assert found(reference(), "3.3").empty
    assert rule("3.3").measure(reference()).passes


def _retyped(base, keep: int):
    """``base`` with only ``keep`` different types: the others become bump_normal."""
    kinds = sorted(base.items["send_type_key"].unique(), key=lambda key: settings().send_type[key].sort)
    kinds = ["bump_normal", *[key for key in kinds if key != "bump_normal"]][:keep]
    return changed(base, lambda i: ~i["send_type_key"].isin(kinds), send_type_key="bump_normal")


@pytest.mark.parametrize(
    ("confidence", "types", "passes"),
    [(1.0, 10, True), (1.0, 9, False), (0.6, 9, False), (0.59, 8, True), (0.59, 7, False), (1.0, 1, False)],
)
def test_ten_types_or_eight(confidence: float, types: int, passes: bool):
    base = _retyped(reference(health={"confidence": confidence}), types)
    errors = found(base, "3.3")
    assert (errors["level"] == "error").any() != passes


def test_the_message_names_three_types_that_fit():
    message = said(_retyped(reference(), 5), "3.3", "different send types")["message"].iloc[0]
    assert message.endswith("would fit: vip_program, flash_bundle, snapchat_bundle")
    scores = {
        "send_type_key": ["flash_bundle"],
        "performance_score": [10.0],
        "send_count": [60],
        "performance_tier": ["AVOID"],
    }
    avoided = performance(_retyped(reference(), 5), "send_type_performance", **scores)
    assert (
        said(avoided, "3.3", "different")["message"].iloc[0].endswith("fit: vip_program, snapchat_bundle, first_to_tip")
    )
    free = _retyped(reference(creator={"page_type": "free"}), 5)
    assert "tip_goal" not in said(free, "3.3", "different")["message"].iloc[0]
    empty = replace(_retyped(reference(), 5), captions=reference().captions.iloc[:0])
    assert "the caption pool is empty" in said(empty, "3.3", "different")["message"].iloc[0]


def test_an_empty_schedule_has_no_types():
    base = reference()
    assert said(replace(base, items=base.items.iloc[:0]), "3.3", "only 0 different")["level"].tolist() == ["error"]


@pytest.mark.parametrize(
    ("category", "keep", "level"),
    [("revenue", 3, "warning"), ("engagement", 3, "warning"), ("retention", 1, "warning")],
)
def test_few_kinds_of_a_category_cost_points(category: str, keep: int, level: str):
    base = reference()
    kinds = sorted(base.items.loc[base.items["category"] == category, "send_type_key"].unique())
    thin = without(base, lambda i: i["send_type_key"].isin(kinds[keep:]))
    assert said(thin, "3.3", f"only {keep} kinds of {category}")["level"].tolist() == [level]
