"""Wave 2 rules on hand-made weeks: styles, followups, link drops, pins, minutes."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    MONDAY,
    STYLES,
    captioned,
    changed,
    following,
    found,
    item_id,
    moved,
    of_type,
    reference,
    said,
    styled,
    week_before,
    week_items,
)

WAVE_2 = ("1.1", "1.2", "1.3", "1.5", "1.6", "10.7")
THIRD_PATTERN = "winner-solo-series-bundle"
PPV = of_type("ppv_unlock")


@pytest.mark.parametrize("gap", WAVE_2)
def test_the_hand_made_week_passes(gap: str):
    assert found(reference(), gap).empty


# ---- 1.2


def _styled(styles: dict[tuple[int, int], str]):
    """The clean week with the caption styles of some PPVs (day, place) replaced."""
    base = reference()
    named = {item_id(base, "ppv_unlock", day, place): style for (day, place), style in styles.items()}
    return styled(base, pd.Series(named))


@pytest.mark.parametrize(
    ("styles", "item"),
    [
        ({(0, 1): "solo"}, (0, 1)),
        ({(1, 0): "bundle"}, (1, 0)),
        ({(6, 1): "bundle", (6, 0): "bundle"}, (6, 1)),
        ({(3, 0): "series"}, (3, 1)),
    ],
)
def test_two_ppv_in_a_row_never_share_a_style(styles: dict, item: tuple[int, int]):
    base = _styled(styles)
    hits = said(base, "1.2", "the style of the one before")
    assert item_id(base, "ppv_unlock", *item) in hits["item_id"].tolist()
    assert set(hits["level"]) == {"error"}


def test_followups_between_do_not_part_two_styles_and_captions_speak_louder_than_marks():
    base = _styled({(0, 1): "solo"})
    lied = changed(base, lambda i: i["item_id"] == item_id(base, "ppv_unlock", 0, 1), style="bundle")
    assert len(said(lied, "1.2", "the style of the one before")) == 1


def test_another_kinds_texts_are_no_choice_of_style():
    # Only games are left in another style, and no PPV takes its text from a game.
    base = reference()
    ppv = base.captions["caption_type"].eq("ppv_unlock")
    hashes = base.captions.loc[ppv, "caption_hash"]
    alone = base.features.assign(
        style=base.features["style"].where(~base.features["caption_hash"].isin(hashes), "solo")
    )
    assert set(said(replace(base, features=alone), "1.2", "style are missing")["level"]) == {"warning"}


def test_one_style_in_the_pool_is_a_warning():
    base = reference()
    alone = replace(base, features=base.features.assign(style="solo"))
    hits = said(alone, "1.2", "captions of another style are missing")
    assert set(hits["level"]) == {"warning"}


def test_the_week_border_counts():
    past = week_before()
    # The week before ends with the style the second pattern reaches; make its caption a known "solo".
    assert found(following(reference(), past), "1.2").empty
    last = past.index[PPV(past) & past["weekday"].eq(6)][-1]
    past.loc[last, "style"] = "solo"
    base = following(reference(), past)
    assert said(base, "1.2", "one before: solo")["item_id"].tolist() == [item_id(base, "ppv_unlock", 0, 0)]


@pytest.mark.parametrize(
    ("first", "second", "breaks"),
    [("11:37", "19:07", False), ("12:52", "19:07", True), ("08:07", "11:59", True), ("11:59", "14:07", False)],
)
def test_the_same_style_twice_a_day_stands_on_both_sides_of_noon(first: str, second: str, breaks: bool):
    base = _styled({(1, 1): "winner"})
    base = moved(base, item_id(base, "ppv_unlock", 1, 0), f"2026-06-02 {first}")
    other = [i for i in base.items.loc[of_type("ppv_unlock", 1)(base.items), "item_id"] if "1252" not in i]
    base = moved(base, other[0], f"2026-06-02 {second}")
    assert found(base, "1.2")["message"].str.contains("same side of noon").any() == breaks


# ---- 1.3


@pytest.mark.parametrize(
    ("time", "breaks"), [("19:22", False), ("19:52", False), ("19:21", True), ("19:53", True), ("18:50", True)]
)
def test_followups_come_15_to_45_minutes_after_the_parent(time: str, breaks: bool):
    base = moved(reference(), item_id(reference(), "ppv_followup", 0), f"2026-06-01 {time}")
    hits = found(base, "1.3")
    assert hits["message"].str.contains("15–45 are allowed").any() == breaks
    assert (rule("1.3").measure(base).value < 1) == breaks


def test_the_stated_delay_must_be_the_real_one():
    assert len(
        said(changed(reference(), of_type("ppv_followup", 0), delay_minutes=30), "1.3", "says 30 minutes and comes 28")
    )


@pytest.mark.parametrize(
    ("parent", "phrase"),
    [(pd.NA, "has no parent"), ("nobody", "has no parent")],
)
def test_orphans(parent: object, phrase: str):
    assert said(changed(reference(), of_type("ppv_followup", 0), parent_item_id=parent), "1.3", phrase).shape[0] == 1


def test_parents_must_sell_once_and_be_no_followup():
    base = reference()
    first = item_id(base, "ppv_followup", 0)
    bump = changed(base, of_type("ppv_followup", 0), parent_item_id=item_id(base, "bump_flyer", 0))
    assert len(said(bump, "1.3", "bump_flyer on Mon may not have a followup"))
    chain = changed(base, of_type("ppv_followup", 2), parent_item_id=first)
    assert len(said(chain, "1.3", "ppv_followup on Wed may not have a followup"))
    twice = changed(
        base,
        of_type("bump_text_only", 0),
        send_type_key="ppv_followup",
        is_followup=True,
        parent_item_id=item_id(base, "ppv_unlock", 0, 1),
    )
    assert len(said(twice, "1.3", "a second followup"))


@pytest.mark.parametrize(
    ("parent", "followup", "phrase"),
    [
        ("2026-06-01 23:01", "2026-06-01 23:29", "starts after 23:00"),
        ("2026-06-01 23:40", "2026-06-02 00:05", "crosses midnight"),
        ("2026-06-01 23:00", "2026-06-01 23:28", None),
    ],
)
def test_late_parents(parent: str, followup: str, phrase: str | None):
    base = reference()
    late = moved(moved(base, item_id(base, "ppv_unlock", 0, 1), parent), item_id(base, "ppv_followup", 0), followup)
    if phrase:
        assert len(said(late, "1.3", phrase))
    else:
        assert found(changed(late, of_type("ppv_followup", 0), delay_minutes=28), "1.3").empty


# ---- 1.5


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


# ---- 1.6


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


# ---- 10.7


@pytest.mark.parametrize(
    ("minute", "breaks"),
    [("00", True), ("15", True), ("30", True), ("45", True), ("01", False), ("14", False), ("59", False)],
)
def test_no_round_minutes(minute: str, breaks: bool):
    base = moved(reference(), item_id(reference(), "bump_normal", 2), f"2026-06-03 08:{minute}")
    assert found(base, "10.7").empty != breaks
    assert (rule("10.7").measure(base).value > 0) == breaks


def test_styles_of_the_helper_are_those_of_the_configuration():
    assert set(STYLES) == set(reference().settings.timing.rotation.styles)
    assert len(captioned(week_items())[0]) == len(reference().items)
