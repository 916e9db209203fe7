"""Gaps 11.1–11.4 and 11.6–11.9: one clean week, and what breaks it."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from eros_assets.rules.always_on import local_to_utc
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

ALWAYS_ON = ("11.1", "11.2", "11.3", "11.4", "11.6", "11.7", "11.8", "11.9")


@pytest.mark.parametrize("gap", ALWAYS_ON)
@pytest.mark.parametrize("monday", ["2026-06-01", "2026-03-02", "2026-10-26"])
def test_the_hand_made_week_passes_on_clock_change_weeks_too(gap: str, monday: str):
    assert found(reference(monday=pd.Timestamp(monday)), gap).empty


@pytest.mark.parametrize(
    ("column", "value", "phrase"),
    [
        ("eros_score", 1.0001, "eros_score is 1.0001, outside 0–1"),
        ("eros_score", -0.1, "eros_score is -0.1"),
        ("eros_score", np.inf, "eros_score is inf"),
        ("eros_score", pd.NA, "no EROS score"),
        ("freshness", 100.5, "outside 0–100"),
        ("slot_score", -1.0, "slot_score is -1"),
        ("expected_revenue", np.inf, "not a number"),
        ("expected_revenue_low", -5.0, "expected_revenue_low is -5"),
        ("score_parts", '{"rps": NaN}', "a score part is not a number"),
        ("score_parts", '{"rps": Infinity}', "a score part is not a number"),
    ],
)
def test_scores_are_numbers_in_their_range(column: str, value: object, phrase: str):
    broken = changed(reference(), of_type("bundle"), **{column: value})
    assert said(broken, "11.1", phrase)["item_id"].tolist() == [item_id(broken, "bundle", 2)]


@pytest.mark.parametrize(
    ("column", "value"), [("eros_score", 0.0), ("eros_score", 1.0), ("freshness", 100.0), ("slot_score", 0.0)]
)
def test_the_ends_of_a_range_belong_to_it(column: str, value: float):
    assert found(changed(reference(), of_type("bundle"), **{column: value}), "11.1").empty


def test_schedule_figures_are_checked_too():
    base = reference()
    wrong = replace(base, schedules=base.schedules.assign(confidence=1.2, expected_revenue=-1.0))
    assert found(wrong, "11.1")["item_id"].tolist() == ["", ""]


def test_vault_must_hold_the_content_of_item_and_caption():
    base = reference()
    bundle = base.items.loc[of_type("bundle")(base.items)].iloc[0]
    sold = replace(base, vault=base.vault[base.vault["content_type_key"] != bundle["content_type_key"]])
    assert item_id(base, "bundle", 2) in said(sold, "11.2", "not in the creator's vault")["item_id"].tolist()
    lied = changed(base, of_type("bundle"), content_type_key="solo")
    pool = base.captions.assign(
        content_type_key=base.captions["content_type_key"].where(
            base.captions["caption_hash"] != bundle["caption_hash"], "couples"
        )
    )
    assert "content type couples" in said(replace(lied, captions=pool), "11.2", "couples")["message"].iloc[0]
    unsure = pool.assign(content_type_confidence=0.49)
    assert found(replace(lied, captions=unsure), "11.2").empty


def test_no_vault_row_and_empty_cells_hold_the_creator():
    base = reference()
    assert said(replace(base, vault=base.vault.iloc[:0]), "11.2", "NO_VAULT_MATRIX")["level"].tolist() == ["error"]
    emptied = replace(base, vault=base.vault.assign(has_content=False))
    with_content = base.items["content_type_key"].notna().sum()
    assert found(emptied, "11.2")["item_id"].nunique() == with_content


def test_media_of_unknown_content_is_an_error():
    base = changed(reference(), of_type("bundle"), content_type_key=pd.NA)
    assert said(base, "11.2", "no known content type").shape[0] == 1
    assert found(changed(base, of_type("bundle"), needs_caption=True), "11.2").empty


@pytest.mark.parametrize(
    "text", ["We were so drunk", "d r u n k tonight", "dr\u200bunk again", "DRUNK!", "we got drun\u043a"]
)
def test_prohibited_terms_are_found_in_any_disguise(text: str):
    bad = changed(reference(), of_type("bundle"), caption_text=text)
    assert "intoxication" in said(bad, "11.3", "prohibited term")["message"].iloc[0]


@pytest.mark.parametrize("text", ["A drunken-free evening", "kidding around", "the minority report"])
def test_words_that_only_contain_a_term_pass(text: str):
    assert found(changed(reference(), of_type("bundle"), caption_text=text), "11.3").empty


def test_prohibited_lists_are_those_of_the_configuration():
    own = settings().model_copy(update={"prohibited": {"topic": ("hello lovely",)}})
    base = replace(reference(), settings=own)
    assert len(found(base, "11.3")) == len(base.items)


def test_a_caption_stands_once_in_a_week():
    base = reference()
    text = base.items.loc[of_type("bundle")(base.items), "caption_text"].iloc[0]
    other = changed(base, of_type("game_post"), caption_text="  " + text.upper())
    assert said(other, "11.4", "the same caption")["item_id"].tolist() == [item_id(base, "game_post", 3)]
    hashes = base.items.set_index("item_id")["caption_hash"]
    older, newer = hashes[item_id(base, "bundle", 2)], hashes[item_id(base, "game_post", 3)]
    twins = base.captions.assign(
        near_duplicate_of=base.captions["near_duplicate_of"].where(base.captions["caption_hash"] != newer, older)
    )
    assert said(replace(base, captions=twins), "11.4", "near-duplicate")["item_id"].tolist() == [
        item_id(base, "game_post", 3)
    ]
    like = changed(base, of_type("game_post"), caption_text=text + " Again, tonight only.")
    reads = said(like, "11.4", "reads like that of bundle on Wed")
    assert reads["item_id"].tolist() == [item_id(base, "game_post", 3)]
    assert reads["level"].tolist() == ["info"]
    again = changed(
        base, lambda i: i["item_id"].isin([item_id(base, "ppv_unlock", d, 0) for d in (0, 1, 2)]), caption_text=text
    )
    assert len(found(again, "11.4")) == 3


def _used(base, send_type: str, day: int, days_before: int):
    """``base`` with the caption of an item sent so many days before the item."""
    item = base.items.set_index("item_id").loc[item_id(base, send_type, day)]
    sends = base.recent_sends.reindex([0])
    sends["creator_id"], sends["caption_hash"], sends["send_key"] = "c1", item["caption_hash"], "s1"
    sends["send_date"] = item["scheduled_date"] - pd.Timedelta(days=days_before)
    return replace(base, recent_sends=sends.astype(base.recent_sends.dtypes.to_dict()))


@pytest.mark.parametrize(
    ("confidence", "days", "breaks"),
    [
        (1.0, 30, False),
        (1.0, 29, True),
        (0.6, 29, True),
        (0.59, 20, False),
        (0.59, 19, True),
        (0.2, 15, False),
        (0.2, 14, True),
    ],
)
def test_captions_rest_as_long_as_the_confidence_asks(confidence: float, days: int, breaks: bool):
    base = _used(reference(health={"confidence": confidence}), "bundle", 2, days)
    assert found(base, "11.4").empty != breaks


def _without_spares(base, *types: str, keep: int = 0):
    """``base`` whose pool holds no unused captions of some types but the first few."""
    spare = base.captions["caption_type"].isin(types) & ~base.captions["caption_hash"].isin(base.items["caption_hash"])
    gone = spare & (spare.cumsum() > keep)
    return replace(base, captions=base.captions.assign(is_active=base.captions["is_active"] & ~gone))


@pytest.mark.parametrize(("days", "level"), [(29, "info"), (15, "info"), (14, "warning"), (5, "warning")])
def test_rest_is_given_up_only_where_nothing_rested_was_left(days: int, level: str):
    base = _used(reference(), "bundle", 2, days)
    # What an item notes about itself counts for nothing, either way.
    for notes, step in (("[]", 1), ('["rest days relaxed"]', 5)):
        base = changed(base, of_type("bundle"), relaxations=notes, fallback_level=step)
        assert said(base, "11.4", "6 rested ones were left")["level"].tolist() == ["error"]
        poor = _without_spares(base, "bundle")
        assert said(poor, "11.4", "no rested one was left")["level"].tolist() == [level]


def test_what_could_not_have_stood_there_is_no_rested_caption():
    base = _used(_without_spares(reference(), "bundle", keep=1), "bundle", 2, 20)
    assert said(base, "11.4", "1 rested ones were left")["level"].tolist() == ["error"]
    taken = base.captions["is_active"] & base.captions["caption_type"].eq("bundle")
    spare = base.captions.loc[taken & ~base.captions["caption_hash"].isin(base.items["caption_hash"])].index
    name = base.captions.loc[spare[0], "caption_hash"]

    def with_spare(**values: object):
        captions = base.captions.copy()
        for column, value in values.items():
            captions.loc[spare, column] = value
        return replace(base, captions=captions)

    weak = base.candidates["performance_score"].mask(base.candidates["caption_hash"] == name, 49.0)
    twin = base.items.loc[of_type("game_post")(base.items), "caption_hash"].iloc[0]
    for other in (
        with_spare(content_type_key="couples"),  # not in the vault
        with_spare(content_type_key=pd.NA),  # nobody knows what it shows
        with_spare(caption_type="ppv_unlock"),  # a single piece's text is no better for a bundle
        with_spare(near_duplicate_of=twin),  # nearly the same stands in the week
        replace(base, candidates=base.candidates.assign(performance_score=weak)),
    ):
        assert set(found(other, "11.4")["level"]) <= {"warning"}
        assert said(other, "11.4", "no rested one was left")["level"].tolist() == ["info"]


def test_a_ppv_needs_a_rested_caption_of_its_style():
    base = _used(reference(), "ppv_unlock", 0, 20)
    assert said(base, "11.4", "rested ones were left")["level"].tolist() == ["error"]
    style = base.items.loc[of_type("ppv_unlock", 0)(base.items), "style"].iloc[0]
    other = base.features["style"].where(
        base.features["caption_hash"].isin(base.items["caption_hash"]), "series" if style != "series" else "solo"
    )
    turned = replace(base, features=base.features.assign(style=other))
    assert said(turned, "11.4", "no rested one was left")["level"].tolist() == ["info"]
    off = replace(turned, settings=turned.settings.with_flags(ENABLE_ROTATION_PATTERNS=False))
    assert said(off, "11.4", "rested ones were left")["level"].tolist() == ["error"]


def test_planned_but_not_yet_sent_uses_count():
    base = reference()
    past = week_before()
    item = base.items.set_index("item_id").loc[item_id(base, "bundle", 2)]
    past.loc[0, "caption_hash"] = item["caption_hash"]
    assert len(found(replace(base, past_items=past), "11.4")) == 1
    past.loc[0, "status"] = "skipped"
    assert found(replace(base, past_items=past), "11.4").empty


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


@pytest.mark.parametrize(("kept", "breaks"), [(3, False), (2, True), (0, True)])
def test_pool_exhaustion_counts_what_is_left_for_the_type(kept: int, breaks: bool):
    base = reference()
    vip = base.captions["caption_type"].eq("live_promo")
    rows = base.captions.index[vip][:kept].union(base.captions.index[~vip])
    thin = replace(base, captions=base.captions.loc[rows])
    assert found(thin, "11.7")["message"].str.contains("live_promo").any() == breaks
    off = replace(base, captions=base.captions.assign(is_active=base.captions["is_active"] & ~vip))
    assert "0 usable" in said(off, "11.7", "live_promo")["message"].iloc[0]


def test_items_that_wait_for_a_caption_are_named():
    waiting = changed(reference(), of_type("bundle"), needs_caption=True)
    assert said(waiting, "11.7", "1 items wait for a caption: bundle")["level"].tolist() == ["warning"]


@pytest.mark.parametrize(("age", "breaks"), [(3, False), (4, True), (30, True), (400, True)])
def test_old_exports_are_said(age: int, breaks: bool):
    assert found(reference(health={"data_age_days": age}), "11.8").empty != breaks


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
