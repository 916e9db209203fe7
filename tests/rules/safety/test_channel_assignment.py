"""[8.1] Channels, audiences and their limits."""

import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import changed, found, item_id, of_type, reference, said


def test_the_hand_made_week_passes():
    assert found(reference(), "8.1").empty
    assert rule("8.1").measure(reference()).passes


@pytest.mark.parametrize(
    ("send_type", "values", "phrase"),
    [
        ("ppv_unlock", {"channel_key": "wall_post"}, "goes by mass_message, not by wall_post"),
        ("like_farm", {"channel_key": "mass_message"}, "goes by wall_post"),
        ("live_promo", {"channel_key": "live"}, "cannot be scheduled automatically"),
        ("tip_goal", {"target_key": "high_spenders"}, "cannot be reached by wall_post"),
        ("renew_on_message", {"target_key": "all_active", "channel_key": "mass_message"}, "may not go to all_active"),
        ("ppv_followup", {"target_key": "recent_purchasers"}, "may not go to recent_purchasers"),
        ("bundle", {"target_key": "nobody"}, "audience nobody cannot be reached"),
    ],
)
def test_channels_and_audiences(send_type: str, values: dict, phrase: str):
    broken = changed(reference(), of_type(send_type), **values)
    assert len(said(broken, "8.1", phrase))
    assert rule("8.1").measure(broken).passes is False


@pytest.mark.parametrize(
    ("send_type", "channel"),
    [
        ("tip_goal", "mass_message"),
        ("game_post", "mass_message"),
        ("live_promo", "story"),
        ("renew_on_message", "mass_message"),
    ],
)
def test_accepted_channels_pass(send_type: str, channel: str):
    assert found(changed(reference(), of_type(send_type), channel_key=channel), "8.1").empty


def test_audiences_of_paid_pages_and_their_limits():
    free = reference(creator={"page_type": "free"})
    assert set(said(free, "8.1", "on paid pages only")["item_id"]) >= {item_id(free, "renew_on_message", 1)}
    often = changed(reference(), of_type("renew_on_message", 1), send_type_key="bundle", target_key="high_spenders")
    many = changed(often, of_type("ppv_unlock", 1), target_key="high_spenders")
    assert said(many, "8.1", "message 3 of the day to high_spenders")["level"].tolist() == ["warning"]
