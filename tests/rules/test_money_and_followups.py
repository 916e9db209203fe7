"""[10.12], [7.4] and [2.4]: prices in use, tip amounts, followups that fit their parent."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import changed, found, item_id, of_type, reference, said, styled, week_before


@pytest.mark.parametrize("gap", ["10.12", "7.4", "2.4"])
def test_the_hand_made_week_passes(gap: str):
    assert found(reference(), gap).empty
    assert rule(gap).measure(reference()).passes


# ---- 10.12


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


# ---- 7.4


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


# ---- 2.4


def test_a_followup_fits_its_parents_text():
    base = reference()
    followup = base.items[of_type("ppv_followup", 0)(base.items)].iloc[0]
    parent = base.items.set_index("item_id").loc[followup["parent_item_id"]]
    other = "winner" if parent["style"] != "winner" else "solo"
    wrong = styled(base, pd.Series({followup["item_id"]: other}))
    hits = said(wrong, "2.4", f"is of style {other}; its ppv_unlock is of style {parent['style']}")
    assert hits["item_id"].tolist() == [followup["item_id"]]
    assert rule("2.4").measure(wrong).value == pytest.approx(3 / 4)
    spare = base.captions["caption_type"].eq("ppv_followup") & ~base.captions["caption_hash"].isin(
        base.items["caption_hash"]
    )
    poor = replace(wrong, captions=base.captions.assign(is_active=base.captions["is_active"] & ~spare))
    assert found(poor, "2.4").empty
    assert (rule("2.4").measure(poor).n, rule("2.4").measure(poor).note) == (3, "1 without such a text in the bank")


def test_a_bundles_followup_speaks_of_the_bundle():
    base = reference()
    parent = base.items[of_type("ppv_followup", 4)(base.items)]["parent_item_id"].iloc[0]
    bundled = changed(base, lambda i: i["item_id"] == parent, send_type_key="bundle")
    hits = said(bundled, "2.4", "its bundle is of style bundle")
    assert hits["item_id"].tolist() == [item_id(base, "ppv_followup", 4)]
