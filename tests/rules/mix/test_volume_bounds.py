"""[11.9] Bounds a day and a week."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.rules.agency import (
    MONDAY,
    found,
    of_type,
    reference,
    said,
    without,
)


@pytest.mark.parametrize("monday", ["2026-06-01", "2026-03-02", "2026-10-26"])
def test_the_hand_made_week_passes_on_clock_change_weeks_too(monday: str):
    assert found(reference(monday=pd.Timestamp(monday)), "11.9").empty


@pytest.mark.parametrize(
    ("send_types", "phrase"),
    [
        (["ppv_unlock", "tip_goal"], "Mon has 0 revenue items; at least 1 are due"),
        (
            ["bump_normal", "like_farm", "bump_descriptive", "bump_flyer", "bump_text_only"],
            "Mon has 0 engagement items",
        ),
        (
            [
                "bump_normal",
                "like_farm",
                "bump_descriptive",
                "bump_flyer",
                "bump_text_only",
                "expired_winback",
                "ppv_followup",
                "tip_goal",
            ],
            "Mon has 2 items in all; at least 3",
        ),
    ],
)
def test_too_little_on_a_day(send_types: list[str], phrase: str):
    base = without(reference(), lambda i: i["weekday"].eq(0) & i["send_type_key"].isin(send_types))
    assert said(base, "11.9", phrase)["item_id"].tolist() == [""]


def _copies(base, send_type: str, count: int, days=(0,)):
    row = base.items[of_type(send_type)(base.items)].iloc[[0]]
    extra = pd.concat([row] * (count * len(days)), ignore_index=True)
    dates = [MONDAY + pd.Timedelta(days=d) for d in days for _ in range(count)]
    extra = extra.assign(
        item_id=[f"x{n}" for n in range(len(extra))], scheduled_date=pd.Series(dates).astype("datetime64[us]")
    )
    return replace(base, items=pd.concat([base.items, extra], ignore_index=True))


@pytest.mark.parametrize(
    ("send_type", "count", "breaks"),
    [
        ("bundle", 5, False),
        ("bundle", 6, True),
        ("expired_winback", 3, False),
        ("expired_winback", 4, True),
        ("bump_normal", 7, False),
        ("bump_normal", 8, True),
    ],
)
def test_daily_maxima(send_type: str, count: int, breaks: bool):
    # Monday holds 3 revenue, 5 engagement, 1 retention item and a followup.
    assert found(_copies(reference(), send_type, count), "11.9").empty != breaks


def test_engagement_stays_at_six_while_the_bump_multiplier_is_off():
    six = found(_copies(reference(flags=()), "bump_normal", 1), "11.9")
    assert not six["message"].str.startswith("Mon").any()
    assert (
        "at most 6" in said(_copies(reference(flags=()), "bump_normal", 2), "11.9", "7 engagement")["message"].iloc[0]
    )


def test_weekly_maxima():
    base = _copies(reference(), "bundle", 4, days=range(7))
    revenue = int((base.items["category"] == "revenue").sum())
    assert f"the week has {revenue} revenue items; at most 45" in said(base, "11.9", "the week has")["message"].iloc[0]
    full = _copies(reference(), "bump_normal", 5, days=range(7))
    assert (
        f"the week has {len(full.items)} items in all; at most 100" in said(full, "11.9", "in all")["message"].iloc[0]
    )
