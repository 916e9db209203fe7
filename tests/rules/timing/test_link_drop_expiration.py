"""[1.5] Expiries, and what link drops point to."""

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
    assert found(reference(), "1.5").empty


@pytest.mark.parametrize(
    "shift", [pd.Timedelta(minutes=-1), pd.Timedelta(minutes=1), pd.Timedelta(hours=24), pd.Timedelta(hours=-25)]
)
def test_link_drops_expire_after_exactly_24_hours(shift: pd.Timedelta):
    base = changed(reference(), of_type("link_drop", 1), expires_at=lambda i: i["expires_at"] + shift)
    assert said(base, "1.5", "exactly 24 hours")["item_id"].tolist() == [item_id(base, "link_drop", 1)]
    assert rule("1.5").measure(base).value == pytest.approx(2 / 3)


def test_24_hours_are_real_hours_over_a_clock_change():
    base = reference(monday=pd.Timestamp("2026-03-02"))
    saturday = changed(
        base, of_type("live_promo"), send_type_key="link_drop", linked_item_id=item_id(base, "bundle", 2)
    )
    exact = changed(saturday, of_type("link_drop"), expires_at=lambda i: i["scheduled_at"] + pd.Timedelta(hours=24))
    assert found(exact, "1.5").empty
    wall = changed(exact, of_type("link_drop", 5), expires_at=lambda i: i["expires_at"] - pd.Timedelta(hours=1))
    assert len(found(wall, "1.5")) == 1


@pytest.mark.parametrize(
    ("change", "phrase"),
    [
        ({"linked_item_id": "gone"}, "not scheduled"),
        ({"linked_item_id": "later"}, "starts later"),
        ({"linked_item_id": "bump"}, "sells nothing"),
        ({"expires_at": pd.NaT}, "exactly 24 hours"),
    ],
)
def test_link_drops_need_a_live_campaign(change: dict, phrase: str):
    base = reference()
    ids = {"later": item_id(base, "first_to_tip", 4), "bump": item_id(base, "bump_normal", 1)}
    change = {key: ids.get(value, value) if isinstance(value, str) else value for key, value in change.items()}
    assert len(said(changed(base, of_type("link_drop", 1), **change), "1.5", phrase))


@pytest.mark.parametrize(("hours", "breaks"), [(17, True), (18, False), (24, False)])
def test_the_campaign_is_live_until_it_expires(hours: float, breaks: bool):
    # The tip goal starts Monday 15:52, the drop follows 17 hours and 45 minutes later.
    base = changed(reference(), of_type("tip_goal"), expires_at=lambda i: i["scheduled_at"] + pd.Timedelta(hours=hours))
    assert found(base, "1.5")["message"].str.contains("has expired").any() == breaks


def test_campaigns_of_the_week_before_may_be_linked():
    past = week_before()
    campaign = past.loc[past["send_type_key"] == "bundle", "item_id"].iloc[0]
    base = replace(changed(reference(), of_type("link_drop", 1), linked_item_id=campaign), past_items=past)
    assert found(base, "1.5").empty


@pytest.mark.parametrize(
    ("send_type", "hours", "breaks"),
    [
        ("game_post", 24, False),
        ("game_post", 25, True),
        ("game_post", 23, True),
        ("tip_goal", 72, False),
        ("tip_goal", 23, True),
        ("live_promo", 2, False),
    ],
)
def test_other_expiries(send_type: str, hours: int, breaks: bool):
    base = changed(reference(), of_type(send_type), expires_at=lambda i: i["scheduled_at"] + pd.Timedelta(hours=hours))
    assert found(base, "1.5")["message"].str.contains("should expire").any() == breaks
