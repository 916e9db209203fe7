"""[7.4] Tip amounts from game to game."""

from dataclasses import replace

import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    changed,
    found,
    of_type,
    reference,
    said,
    week_before,
)


def test_the_hand_made_week_passes():
    assert found(reference(), "7.4").empty
    assert rule("7.4").measure(reference()).passes


def _tipped(amounts: list[float], this: float):
    """This week's first-to-tip amount after a week with some others."""
    past = week_before()
    places = past.index[past["send_type_key"] == "like_farm"][: len(amounts)]
    past.loc[places, "send_type_key"] = "first_to_tip"
    past.loc[places, "goal_amount"] = amounts
    past.loc[~past.index.isin(places) & past["send_type_key"].eq("first_to_tip"), "send_type_key"] = "like_farm"
    past["send_type_key"] = past["send_type_key"].astype("str")
    return changed(replace(reference(), past_items=past), of_type("first_to_tip"), goal_amount=this)


@pytest.mark.parametrize(
    ("before", "this", "breaks"),
    [([25.0, 30.0], 35.0, False), ([25.0, 30.0], 30.0, True), ([25.0, 30.0], 25.0, True), ([], 60.0, False)],
)
def test_an_amount_does_not_return_within_three_games(before: list[float], this: float, breaks: bool):
    hits = found(_tipped(before, this), "7.4")
    assert hits["message"].str.contains("games before").any() == breaks


@pytest.mark.parametrize(
    ("confidence", "amount", "phrase"),
    [(1.0, 45.0, "no amount of the rotation"), (0.59, 40.0, "is the most"), (0.6, 40.0, ""), (0.59, 35.0, "")],
)
def test_amounts_come_from_the_rotation_its_lower_half_with_thin_data(confidence: float, amount: float, phrase: str):
    base = changed(reference(health={"confidence": confidence}), of_type("first_to_tip"), goal_amount=amount)
    if phrase:
        assert said(base, "7.4", phrase)["level"].tolist() == ["warning"]
    else:
        assert found(base, "7.4").empty
