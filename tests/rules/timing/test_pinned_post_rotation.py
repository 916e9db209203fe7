"""[1.6] Pins: how long, how many, and for which posts."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    MONDAY,
    changed,
    found,
    item_id,
    of_type,
    reference,
    said,
    week_before,
)


def test_the_hand_made_week_passes():
    assert found(reference(), "1.6").empty


def _pinned(base, send_types: list[str], hours: float = 72):
    rows = lambda i: i["send_type_key"].isin(send_types)  # noqa: E731
    pinned = changed(base, rows, channel_key="wall_post", expires_at=pd.NaT, expected_revenue=500.0)
    return changed(
        pinned,
        rows,
        pin_at=lambda i: i["scheduled_at"],
        unpin_at=lambda i: i["scheduled_at"] + pd.Timedelta(hours=hours),
    )


@pytest.mark.parametrize(("hours", "breaks"), [(72, False), (72.01, True), (0, True), (-3, True), (96, True)])
def test_a_pin_lasts_up_to_72_hours(hours: float, breaks: bool):
    base = _pinned(reference(), ["tip_goal"], hours)
    assert found(base, "1.6").empty != breaks


@pytest.mark.parametrize(("count", "breaks"), [(5, False), (6, True), (7, True)])
def test_five_pins_at_a_time(count: int, breaks: bool):
    base = reference()
    bumps = base.items[base.items["send_type_key"] == "bump_normal"]["item_id"].tolist()[:count]
    rows = lambda i: i["item_id"].isin(bumps)  # noqa: E731
    turned = changed(base, rows, send_type_key="tip_goal", channel_key="wall_post", expected_revenue=500.0)
    start = MONDAY + pd.Timedelta(days=2)
    same = changed(turned, rows, pin_at=start, unpin_at=start + pd.Timedelta(hours=24))
    assert len(found(same, "1.6")) == (count - 5 if breaks else 0)
    assert rule("1.6").measure(same).value == (count - 5 if breaks else 0)


def test_pins_that_follow_each_other_and_pins_of_the_week_before():
    base = _pinned(reference(), ["tip_goal", "game_post"])
    assert found(base, "1.6").empty
    past = week_before(pin_at=MONDAY, unpin_at=MONDAY + pd.Timedelta(hours=72))
    crowded = replace(base, past_items=past.iloc[:5])
    assert said(crowded, "1.6", "pin number 6")["item_id"].tolist() == [item_id(base, "tip_goal", 0)]
    over = past.assign(unpin_at=MONDAY + pd.Timedelta(hours=22.8))
    assert found(replace(base, past_items=over.iloc[:5]), "1.6").empty


def _crowded(pins: int, worth: float):
    """Monday's tip goal at $``worth`` without a pin, ``pins`` others of $500 live when it starts."""
    base = changed(reference(), of_type("tip_goal"), pin_at=pd.NaT, unpin_at=pd.NaT, expected_revenue=worth)
    posts = base.items.loc[base.items["send_type_key"] == "bump_normal", "item_id"].tolist()[:pins]
    rows = lambda i: i["item_id"].isin(posts)  # noqa: E731
    turned = changed(base, rows, send_type_key="tip_goal", channel_key="wall_post", expected_revenue=500.0)
    return changed(turned, rows, pin_at=MONDAY, unpin_at=MONDAY + pd.Timedelta(hours=30))


@pytest.mark.parametrize(
    ("pins", "worth", "is_missed"),
    [(5, 400.0, False), (5, 500.0, False), (5, 501.0, True), (4, 501.0, True), (0, 60.0, True), (4, 1.0, False)],
)
def test_a_better_post_does_not_stay_unpinned(pins: int, worth: float, is_missed: bool):
    findings = found(_crowded(pins, worth), "1.6")
    assert findings["message"].str.contains("tip_goal on Mon at .* is not pinned").any() == is_missed


def test_what_may_be_pinned():
    assert len(said(_pinned(reference(), ["bump_flyer"]), "1.6", "cannot be pinned"))
    cheap = changed(_pinned(reference(), ["tip_goal"]), of_type("tip_goal"), expected_revenue=1.0)
    assert len(said(cheap, "1.6", "pinned at $1"))
    expired = changed(
        _pinned(reference(), ["tip_goal"]),
        of_type("tip_goal"),
        expires_at=lambda i: i["unpin_at"] - pd.Timedelta(hours=1),
    )
    assert len(said(expired, "1.6", "after it expired"))
    message = changed(_pinned(reference(), ["tip_goal"]), of_type("tip_goal"), channel_key="mass_message")
    assert len(said(message, "1.6", "by mass_message cannot be pinned"))
