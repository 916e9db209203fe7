"""[7.1] Types that come once a week."""

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
    week_before,
)


def test_the_hand_made_week_passes():
    assert rule("7.1").check(reference()).empty


@pytest.mark.parametrize("send_type", ["vip_program", "snapchat_bundle"])
def test_once_a_week(send_type: str):
    base = changed(reference(), of_type("bundle"), send_type_key=send_type)
    assert found(base, "7.1").empty
    twice = changed(base, of_type("first_to_tip"), send_type_key=send_type)
    assert said(twice, "7.1", "number 2 of its week")["item_id"].tolist() == [item_id(twice, send_type, 4)]
    thrice = changed(twice, of_type("game_post"), send_type_key=send_type)
    assert len(found(thrice, "7.1")) == 2
    assert rule("7.1").measure(thrice).value == 2


@pytest.mark.parametrize(("hours", "breaks"), [(24, False), (23.9, True), (12, True), (2, True)])
def test_a_day_apart_across_weeks(hours: float, breaks: bool):
    base = changed(reference(), of_type("tip_goal"), send_type_key="vip_program")
    start = base.items.loc[of_type("vip_program")(base.items), "scheduled_at"].iloc[0]
    past = week_before()
    row = past.index[past["send_type_key"] == "dm_farm"][-1]
    past.loc[row, ["send_type_key", "scheduled_at"]] = ["vip_program", start - pd.Timedelta(hours=hours)]
    assert found(replace(base, past_items=past), "7.1").empty != breaks
