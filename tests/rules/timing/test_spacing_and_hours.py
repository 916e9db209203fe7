"""[11.5] Every limit at its boundary, over midnight, week borders and clock changes."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.settings import FLAG_NAMES
from tests.rules.agency import (
    MONDAY,
    changed,
    found,
    item_id,
    moved,
    of_type,
    reference,
    said,
    settings,
    week_before,
    without,
)


def test_the_hand_made_week_is_spaced_well():
    assert found(reference(), "11.5").empty


@pytest.mark.parametrize(("time", "breaks"), [("08:52", False), ("08:51", True), ("08:12", True)])
def test_two_items_are_45_minutes_apart(time: str, breaks: bool):
    base = moved(reference(), item_id(reference(), "like_farm", 0), f"2026-06-01 {time}")
    close = found(base, "11.5")
    assert close["message"].str.contains("45 are the least").any() == breaks


def test_an_item_behind_a_followup_is_still_held_against_the_parent():
    base = reference()
    # Parent 19:07, followup 19:35: an item at 19:49 is 14 minutes from one and 42 from the other.
    near = moved(base, item_id(base, "bump_text_only", 0), "2026-06-01 19:49")
    assert (
        "bump_text_only at Mon 19:49 comes 14 minutes after ppv_followup"
        in said(near, "11.5", "14 minutes")["message"].iloc[0]
    )
    alone = without(near, of_type("ppv_followup"))
    assert said(alone, "11.5", "42 minutes after ppv_unlock")["item_id"].tolist() == [
        item_id(base, "bump_text_only", 0)
    ]


def test_a_followup_is_exempt_from_its_own_parent_only():
    base = reference()
    stranger = changed(base, of_type("ppv_followup", 0), parent_item_id="someone else")
    assert said(stranger, "11.5", "28 minutes after ppv_unlock").shape[0] == 1


def test_drip_pieces_of_one_set_may_stand_close():
    base = moved(reference(), item_id(reference(), "like_farm", 0), "2026-06-01 08:27")
    assert not found(base, "11.5").empty
    pair = [item_id(base, "bump_normal", 0), item_id(base, "like_farm", 0)]
    assert found(changed(base, lambda items: items["item_id"].isin(pair), drip_set_id="set-1"), "11.5").empty


@pytest.mark.parametrize(("time", "breaks"), [("14:52", False), ("14:51", True), ("13:40", True)])
def test_two_ppv_are_120_minutes_apart(time: str, breaks: bool):
    base = without(
        reference(), lambda items: items["weekday"].eq(1) & items["send_type_key"].isin(["bump_descriptive", "dm_farm"])
    )
    base = moved(base, item_id(base, "ppv_unlock", 1, 1), f"2026-06-02 {time}")
    assert found(base, "11.5")["message"].str.contains("120 are the least").any() == breaks


@pytest.mark.parametrize("kind", ["bundle", "flash_bundle", "snapchat_bundle"])
@pytest.mark.parametrize(("time", "breaks"), [("14:52", False), ("14:51", True)])
def test_what_is_sold_keeps_the_distance_of_two_ppv(kind: str, time: str, breaks: bool):
    near = item_id(reference(), "ppv_unlock", 1, 1)
    base = without(
        reference(), lambda items: items["weekday"].eq(1) & items["send_type_key"].isin(["bump_descriptive", "dm_farm"])
    )
    base = moved(base, near, f"2026-06-02 {time}")
    sold = changed(base, lambda i: i["item_id"] == near, send_type_key=kind)
    hits = found(sold, "11.5")
    assert hits["message"].str.contains("after ppv_unlock; 120 are the least").any() == breaks
    game = changed(base, lambda i: i["item_id"] == near, send_type_key="game_post")
    assert not found(game, "11.5")["message"].str.contains("120 are the least").any()


@pytest.mark.parametrize(("time", "says"), [("16:52", False), ("16:51", True)])
def test_the_same_content_within_four_hours_is_a_warning(time: str, says: bool):
    # The PPV of 12:52 and the bump after it show the same, on Saturday.
    base = without(reference(), lambda items: items["weekday"].eq(5) & (items["send_type_key"] != "ppv_unlock"))
    first, second = item_id(base, "ppv_unlock", 5, 0), item_id(base, "ppv_unlock", 5, 1)
    base = moved(base, second, f"2026-06-06 {time}")
    kinds = base.items["item_id"].map({first: "duo", second: "duo"}).fillna("fitness")
    alone = base.items["item_id"].isin([first, second])
    base = replace(base, items=base.items.assign(content_type_key=kinds.where(alone)))
    hits = found(base, "11.5")
    hits = hits[hits["message"].str.contains("less than 4 hours before")]
    assert (hits["level"].tolist() == ["warning"]) == says
    silent = changed(base, lambda i: i["item_id"] == second, media_type="none")
    assert not found(silent, "11.5")["message"].str.contains("less than 4 hours").any()


@pytest.mark.parametrize(("time", "breaks"), [("16:52", False), ("16:51", True), ("15:08", True)])
def test_two_bumps_are_60_minutes_apart(time: str, breaks: bool):
    # Saturday holds bump_flyer at 15:52; the 14:22 bump moves behind it.
    base = without(reference(), lambda items: items["weekday"].eq(5) & (items["send_type_key"] == "live_promo"))
    base = moved(base, item_id(base, "bump_descriptive", 5), f"2026-06-06 {time}")
    assert found(base, "11.5")["message"].str.contains("; 60 are the least").any() == breaks


@pytest.mark.parametrize(
    ("confidence", "time", "breaks"),
    [(0.7, "08:47", False), (0.7, "08:46", True), (0.5, "08:42", False), (0.2, "08:37", False), (0.2, "08:36", True)],
)
def test_thin_data_tolerate_a_few_minutes_less(confidence: float, time: str, breaks: bool):
    base = reference(health={"confidence": confidence})
    base = moved(base, item_id(base, "like_farm", 0), f"2026-06-01 {time}")
    close = found(base, "11.5")
    assert close["message"].str.contains("after bump_normal").any() == breaks


@pytest.mark.parametrize(("time", "breaks"), [("09:37", False), ("09:36", True), ("08:58", True)])
def test_like_farms_keep_24_hours_over_midnight(time: str, breaks: bool):
    base = without(reference(), lambda i: of_type("like_farm")(i) & ~i["weekday"].isin([0, 1]))
    base = without(
        base,
        lambda i: i["weekday"].eq(1) & i["send_type_key"].isin(["link_drop", "wall_link_drop", "renew_on_message"]),
    )
    base = moved(base, item_id(base, "like_farm", 1), f"2026-06-02 {time}")
    assert found(base, "11.5")["message"].str.contains("1440 are the least").any() == breaks


def test_spacing_reaches_into_the_week_before():
    late = week_before()
    sunday = late["send_type_key"].eq("like_farm") & late["weekday"].eq(6)
    close = replace(reference(), past_items=late)
    assert found(close, "11.5").empty
    shifted = late.copy()
    shifted.loc[sunday, "scheduled_at"] = shifted.loc[sunday, "scheduled_at"] + pd.Timedelta(hours=10)
    hits = said(replace(reference(), past_items=shifted), "11.5", "minutes after like_farm")
    assert hits["item_id"].tolist() == [item_id(reference(), "like_farm", 0)]
    cancelled = shifted.assign(status="cancelled")
    assert found(replace(reference(), past_items=cancelled), "11.5").empty


def test_distances_are_real_minutes_when_the_clock_changes():
    # 2026-11-01: 00:37 and 02:07 local are 150 real minutes apart, 00:37 and 01:07 only 30.
    monday = pd.Timestamp("2026-10-26")
    base = reference(monday=monday)
    first = item_id(base, "ppv_unlock", 6, 0)
    second = item_id(base, "tip_goal", 0)
    base = moved(base, first, "2026-11-01 00:37")
    far = moved(base, second, "2026-11-01 02:07")
    assert not found(far, "11.5")["message"].str.contains("after ppv_unlock").any()
    near = moved(base, second, "2026-11-01 01:07")
    assert "30 minutes" in said(near, "11.5", "after ppv_unlock")["message"].iloc[0]


@pytest.mark.parametrize("hour", [3, 5, 7])
def test_avoid_hours_are_never_used(hour: int):
    base = moved(reference(), item_id(reference(), "bump_normal", 2), f"2026-06-03 {hour:02}:07")
    assert said(base, "11.5", "never used")["measured"].tolist() == [hour]


@pytest.mark.parametrize(
    ("send_type", "day", "breaks"),
    [("ppv_unlock", 5, False), ("bump_flyer", 5, True), ("bundle", 2, True), ("ppv_unlock", 0, True)],
)
def test_hours_after_midnight_are_for_weekend_sends_that_earn(send_type: str, day: int, breaks: bool):
    date = MONDAY + pd.Timedelta(days=day)
    base = moved(reference(), item_id(reference(), send_type, day), f"{date:%Y-%m-%d} 01:07")
    assert found(base, "11.5")["message"].str.contains("after midnight").any() == breaks


def test_a_third_item_in_a_clock_hour_and_a_crowded_block():
    base = reference()
    # 19:07 PPV, 19:35 followup; a third item at 19:55 is too many for the hour.
    third = moved(base, item_id(base, "bump_text_only", 0), "2026-06-01 19:55")
    assert said(third, "11.5", "number 3 of its hour")["item_id"].tolist() == [item_id(base, "bump_text_only", 0)]
    crowded = moved(base, item_id(base, "expired_winback", 0), "2026-06-01 15:07")
    assert said(crowded, "11.5", "1 blocks of four hours")["level"].tolist() == ["warning"]


def test_neighbours_of_one_type_within_a_day_and_behind_a_followup():
    base = reference()
    swapped = without(
        base, lambda i: i["weekday"].eq(1) & i["send_type_key"].isin(["bump_descriptive", "dm_farm", "like_farm"])
    )
    assert said(swapped, "11.5", "follows another ppv_unlock")["item_id"].tolist() == [
        item_id(base, "ppv_unlock", 1, 1)
    ]
    followed = without(
        base, lambda i: i["weekday"].eq(0) & i["send_type_key"].isin(["bump_descriptive", "tip_goal", "bump_flyer"])
    )
    assert said(followed, "11.5", "follows another ppv_unlock").shape[0] == 1
    assert found(without(base, of_type("bump_text_only", 1)), "11.5").empty


@pytest.mark.parametrize(("send_type", "day"), [("tip_goal", 0), ("game_post", 3), ("first_to_tip", 4)])
def test_more_of_a_type_a_day_than_its_table_row_allows(send_type: str, day: int):
    base = reference()
    most = settings().send_type[send_type].max_per_day
    rows = lambda i: i["weekday"].eq(day) & ~i["is_followup"].astype(bool)  # noqa: E731
    many = changed(base, rows, send_type_key=send_type)
    assert said(many, "11.5", f"{most} are allowed")["measured"].min() == most + 1


def test_the_rule_has_no_flag():
    base = moved(reference(flags=()), item_id(reference(), "bump_normal", 2), "2026-06-03 04:07")
    assert "ENABLE_TIMING_RULES" in FLAG_NAMES
    assert set(said(base, "11.5", "never used")["level"]) == {"error"}
