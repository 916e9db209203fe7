"""[11.6] Fields by send type, and times by zone."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.safety.required_fields import local_to_utc
from tests.rules.agency import (
    MONDAY,
    changed,
    found,
    item_id,
    moved,
    of_type,
    reference,
    said,
)


@pytest.mark.parametrize("monday", ["2026-06-01", "2026-03-02", "2026-10-26"])
def test_the_hand_made_week_passes_on_clock_change_weeks_too(monday: str):
    assert found(reference(monday=pd.Timestamp(monday)), "11.6").empty


@pytest.mark.parametrize(
    ("send_type", "values", "phrase"),
    [
        ("bundle", {"price": pd.NA}, "needs a price"),
        ("bundle", {"price": 0.0}, "needs a price"),
        ("tip_goal", {"goal_amount": pd.NA}, "needs a goal"),
        ("first_to_tip", {"goal_amount": -5.0}, "needs a goal"),
        ("ppv_followup", {"price": 9.99}, "is not priced"),
        ("bundle", {"flyer_required": False}, "needs a flyer"),
        ("bundle", {"media_type": "none"}, "needs media"),
        ("link_drop", {"linked_item_id": pd.NA}, "links to no campaign"),
        ("bundle", {"caption_text": "   "}, "has no caption text"),
        ("bundle", {"send_type_key": "mystery"}, "no configured send type"),
        ("bundle", {"category": "retention"}, "is revenue, not retention"),
        ("tip_goal", {"expires_at": pd.Timestamp("2026-06-01 12:00")}, "expires before it starts"),
        ("bundle", {"scheduled_time": "24:00"}, "no time of day"),
        ("bundle", {"scheduled_time": "9:05"}, "no time of day"),
        ("bundle", {"scheduled_date": MONDAY + pd.Timedelta(days=7)}, "outside the week"),
        ("bundle", {"scheduled_date": MONDAY - pd.Timedelta(days=1)}, "outside the week"),
        ("bundle", {"weekday": 3}, "weekday 3 does not fit"),
        ("bundle", {"scheduled_at": pd.Timestamp("2026-06-03 22:53")}, "UTC, not 2026-06-03 22:53"),
    ],
)
def test_required_fields_and_times(send_type: str, values: dict, phrase: str):
    assert len(said(changed(reference(), of_type(send_type), **values), "11.6", phrase))


def test_link_by_address_or_waiting_for_a_caption_is_enough():
    base = changed(reference(), of_type("link_drop"), linked_item_id=pd.NA, linked_post_url="https://example.org/p/1")
    assert found(base, "11.6").empty
    waiting = changed(reference(), of_type("bundle"), caption_text=pd.NA, needs_caption=True)
    assert found(waiting, "11.6").empty


def test_a_time_in_the_spring_hole_is_none_and_the_autumn_hour_is_the_first():
    spring = reference(monday=pd.Timestamp("2026-03-02"))
    place = item_id(spring, "ppv_unlock", 6, 0)
    hole = changed(spring, lambda i: i["item_id"] == place, scheduled_time="02:30")
    assert "does not exist in America/Los_Angeles" in said(hole, "11.6", "does not exist")["message"].iloc[0]
    autumn = reference(monday=pd.Timestamp("2026-10-26"))
    first = moved(autumn, item_id(autumn, "ppv_unlock", 6, 0), "2026-11-01 01:07")
    assert found(first, "11.6").empty
    second = changed(
        first,
        lambda i: i["item_id"] == item_id(autumn, "ppv_unlock", 6, 0),
        scheduled_at=pd.Timestamp("2026-11-01 09:07"),
    )
    assert len(said(second, "11.6", "UTC, not 2026-11-01 09:07"))


def test_unknown_zone_and_a_week_that_starts_on_tuesday():
    base = reference()
    odd = replace(base, creators=base.creators.assign(timezone="Mars/Olympus"))
    assert said(odd, "11.6", "“Mars/Olympus” is unknown")["item_id"].tolist() == [""]
    shifted = base.items.assign(week_start=MONDAY + pd.Timedelta(days=1))
    assert len(said(replace(base, items=shifted, schedules=base.schedules.iloc[:0]), "11.6", "no Monday"))


def test_local_to_utc_by_zone():
    local = pd.Series(
        pd.to_datetime(["2026-03-08 02:30", "2026-11-01 01:30", "2026-06-01 12:00", "2026-06-01 12:00"])
    ).astype("datetime64[us]")
    zones = pd.Series(["America/New_York", "America/New_York", "Europe/Berlin", "Nowhere"])
    known = frozenset({"America/New_York", "Europe/Berlin"})
    utc = local_to_utc(local, zones, known)
    assert utc.isna().tolist() == [True, False, False, True]
    assert utc.tolist()[1:3] == [pd.Timestamp("2026-11-01 05:30"), pd.Timestamp("2026-06-01 10:00")]
