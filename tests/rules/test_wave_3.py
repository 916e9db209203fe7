"""Wave 3 rules on hand-made weeks: mix, bumps, triggers, campaigns, limits, games."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from eros_assets.rules.wave_3 import planned_games, triggered_types
from tests.rules.agency import (
    MONDAY,
    changed,
    found,
    item_id,
    moved,
    of_type,
    performance,
    reference,
    said,
    week_before,
    without,
)

WAVE_3 = ("3.1", "3.2", "4.1", "4.3", "5.1", "7.1", "7.2")


@pytest.mark.parametrize("gap", WAVE_3)
def test_the_hand_made_week_passes(gap: str):
    assert rule(gap).check(reference()).empty


# ---- 3.1


def _revenue(base, count: int):
    """``base`` with ``count`` revenue items in all."""
    own = base.items[base.items["category"] == "revenue"]
    rest = base.items[base.items["category"] != "revenue"]
    copies = pd.concat([own] * (count // len(own) + 1), ignore_index=True).head(count)
    copies = copies.assign(item_id=[f"r{n}" for n in range(count)])
    return replace(base, items=pd.concat([rest, copies], ignore_index=True))


@pytest.mark.parametrize(
    ("tier", "revenue", "passes"),
    [
        ("MID", 21, True),
        ("MID", 14, True),
        ("MID", 13, False),
        ("MID", 31, True),
        ("MID", 32, False),
        ("LOW", 21, True),
        ("LOW", 20, False),
        ("LOW", 49, True),
        ("LOW", 50, False),
    ],
)
def test_revenue_share_by_tier(tier: str, revenue: int, passes: bool):
    # 38 engagement items, 21 of them above the bumps that [3.2] adds to the base of 3 a day.
    base = _revenue(reference(health={"volume_tier": tier}), revenue)
    assert found(base, "3.1").empty == passes
    assert rule("3.1").measure(base).passes == passes


def test_a_week_without_either_category_is_out_of_balance():
    assert len(found(without(reference(), lambda i: i["category"] == "revenue"), "3.1")) == 1
    assert len(found(without(reference(), lambda i: i["category"] == "engagement"), "3.1")) == 1


# ---- 3.2


@pytest.mark.parametrize(("drop", "level"), [("ppv_unlock", "error"), ("bump", "error")])
def test_one_without_the_other(drop: str, level: str):
    base = without(reference(), lambda i: i["send_type_key"].str.startswith(drop))
    assert found(base, "3.2")["level"].tolist() == [level]


@pytest.mark.parametrize(("bumps", "passes"), [(7, False), (8, True), (25, True), (26, False)])
def test_bumps_per_ppv(bumps: int, passes: bool):
    # MID softcore: 14 PPV, 4–6 bumps for 4–6 PPV: 0.53–1.80 bumps each.
    base = reference()
    rows = base.items[base.items["send_type_key"].str.startswith("bump")]
    copies = pd.concat([rows] * 2, ignore_index=True).head(bumps).assign(item_id=[f"b{n}" for n in range(bumps)])
    others = base.items[~base.items["send_type_key"].str.startswith("bump")]
    assert found(replace(base, items=pd.concat([others, copies], ignore_index=True)), "3.2").empty == passes


@pytest.mark.parametrize(("extra", "broken_days"), [(0, 7), (1, 2), (4, 0), (5, 3)])
def test_commercial_pages_at_low_have_5_to_8_bumps_every_day(extra: int, broken_days: int):
    base = reference(creator={"content_category": "commercial"}, health={"volume_tier": "LOW"})
    rows = base.items[base.items["send_type_key"] == "bump_normal"]
    copies = pd.concat([rows.assign(item_id=rows["item_id"] + str(n)) for n in range(extra)] or [rows.iloc[:0]])
    many = replace(base, items=pd.concat([base.items, copies], ignore_index=True))
    days = found(many, "3.2")["message"].str.contains("commercial page at LOW")
    per_day = many.items[many.items["send_type_key"].str.startswith("bump")].groupby("weekday").size()
    assert days.sum() == (~per_day.between(5, 8)).sum()
    assert (days.sum() == 0) == (broken_days == 0)


# ---- 4.1


def _triggered(**columns):
    base = {
        "uses_30d": [30],
        "rps_30d": [50.0],
        "conversion_30d": [0.01],
        "falling_days": [0],
        "send_count": [30],
        "performance_score": [60.0],
        "performance_tier": ["MID"],
    }
    return performance(reference(), "send_type_performance", send_type_key=["ppv_unlock"], **(base | columns))


@pytest.mark.parametrize(
    ("columns", "triggers", "factor"),
    [
        ({"rps_30d": [200.01], "conversion_30d": [0.0601]}, "HIGH_PERFORMER", 1.2),
        ({"rps_30d": [200.0], "conversion_30d": [0.0601]}, "", 1.0),
        ({"rps_30d": [300.0], "conversion_30d": [0.06]}, "", 1.0),
        ({"rps_last_week": [115.1], "rps_previous_week": [100.0]}, "TRENDING_UP", 1.1),
        ({"rps_last_week": [115.0], "rps_previous_week": [100.0]}, "", 1.0),
        ({"rps_last_week": [115.0], "rps_previous_week": [0.0]}, "", 1.0),
        ({"rps_30d": [151.0], "uses_30d": [2]}, "EMERGING_WINNER", 1.3),
        ({"rps_30d": [151.0], "uses_30d": [3]}, "", 1.0),
        ({"falling_days": [3]}, "SATURATING", 0.85),
        ({"view_rate_7d": [0.179], "view_rate_previous_7d": [0.2]}, "AUDIENCE_FATIGUE", 0.75),
        (
            {"view_rate_7d": [0.179], "view_rate_previous_7d": [0.2], "falling_days": [4]},
            "SATURATING AUDIENCE_FATIGUE",
            0.6375,
        ),
    ],
)
def test_triggers_are_recomputed(columns: dict, triggers: str, factor: float):
    rows = triggered_types(_triggered(**columns))
    assert rows["triggers"].tolist() == ([triggers] if triggers else [])
    assert rows["factor"].tolist() == pytest.approx([factor] if triggers else [])


HIGH = {"rps_30d": [210.0], "conversion_30d": [0.07]}
RISING = {"rps_last_week": [200.0], "rps_previous_week": [100.0]}


def _compared(base, messages: int):
    """``base`` beside the same week planned without triggers, with so many of its 14 PPV messages."""
    ppv = base.items[of_type("ppv_unlock")(base.items)].head(messages)
    return replace(base, untriggered=pd.concat([base.items[~of_type("ppv_unlock")(base.items)], ppv]))


@pytest.mark.parametrize(
    ("columns", "messages", "phrase"),
    [
        (HIGH, 14, None),
        (HIGH, 12, None),
        ({"falling_days": [5]}, 14, None),
        ({"falling_days": [5]}, 10, "should rest (SATURATING"),
    ],
)
def test_volume_against_a_trigger_is_reported_as_information(columns: dict, messages: int, phrase: str | None):
    base = _compared(_triggered(**columns), messages)
    if phrase is None:
        assert rule("4.1").check(base).empty
    else:
        assert said(base, "4.1", phrase)["level"].tolist() == ["info"]


def test_a_raised_type_that_gets_less_is_reported():
    base = _compared(_triggered(**HIGH), 14)
    less = without(base, of_type("ppv_unlock", 0))
    assert said(less, "4.1", "earned more room (HIGH_PERFORMER, ×1.20), 12 planned, 14 without")["level"][0] == "info"


@pytest.mark.parametrize(("messages", "passes"), [(14, False), (13, False), (12, True), (11, True), (10, False)])
def test_the_measure_is_the_change_against_the_week_without_triggers(messages: int, passes: bool):
    measure = rule("4.1").measure(_compared(_triggered(**HIGH), messages))
    assert measure.value == pytest.approx(14 / messages - 1)
    assert measure.passes is passes


def test_a_rise_of_a_tenth_is_outside_the_band_and_stands_in_the_note():
    measure = rule("4.1").measure(_compared(_triggered(**RISING), 13))
    assert measure.n == 0
    assert measure.passes is None
    assert measure.note == "×1.10 +8% (n 1)"


def test_weeks_not_planned_again_are_not_measured():
    assert rule("4.1").measure(_triggered(**HIGH)).passes is None


def test_content_types_count_as_well():
    table = {"content_type_key": ["duo"], "send_count": [30], "performance_score": [60.0], "performance_tier": ["MID"]}
    base = performance(reference(), "content_type_performance", uses_30d=[2], rps_30d=[151.0], **table)
    rows = triggered_types(replace(base, untriggered=base.items.iloc[:20]))
    row = rows[rows["kind"] == "content_type"].iloc[0]
    assert (row["trait_key"], row["triggers"], row["factor"]) == ("duo", "EMERGING_WINNER", 1.3)
    assert row["planned"] == (base.items["content_type_key"] == "duo").sum()
    assert row["without"] == (base.items["content_type_key"].iloc[:20] == "duo").sum()


# ---- 4.3


def _campaigns(count: int):
    """A lone week with ``count`` flyer campaigns: 30 ÷ 7 times as many in 30 days."""
    base = without(reference(), lambda i: i["send_type_key"].isin(["tip_goal", "bundle", "game_post", "first_to_tip"]))
    row = reference().items[of_type("bundle")(reference().items)]
    extra = [row.assign(item_id=f"b{n}") for n in range(count)]
    return replace(base, items=pd.concat([base.items, *extra], ignore_index=True))


@pytest.mark.parametrize(
    ("count", "phrase"), [(4, None), (3, "13 campaigns"), (5, "21 campaigns"), (1, "critical"), (0, "critical")]
)
def test_campaigns_in_thirty_days(count: int, phrase: str | None):
    if phrase is None:
        assert found(_campaigns(count), "4.3").empty
    else:
        assert said(_campaigns(count), "4.3", phrase)["level"].tolist() == ["warning"]
        assert rule("4.3").measure(_campaigns(count)).passes is False


def test_descriptive_wall_posts_are_campaigns_and_history_counts():
    wall = changed(reference(), of_type("bump_descriptive"), channel_key="wall_post")
    assert said(wall, "4.3", "47 campaigns").shape[0] == 1
    with_past = replace(reference(), past_items=week_before())
    assert rule("4.3").measure(with_past).note == "mean 17.1 in 30 days"
    silent = week_before()
    silent = silent[~silent["send_type_key"].isin(["tip_goal", "bundle", "game_post", "first_to_tip"])]
    assert len(said(replace(reference(), past_items=silent), "4.3", "9 campaigns"))


@pytest.mark.parametrize(
    ("worth", "uses", "sends", "named"),
    [
        (9.0, 3, 3, True),
        (9.0, 0, 3, True),
        (9.0, 1, 10, True),
        (9.0, 4, 3, False),
        (9.0, 0, 2, False),
        (1.0, 0, 3, False),
    ],
)
def test_rare_best_earners_get_a_place(worth: float, uses: int, sends: int, named: bool):
    keys = ["bundle", "ppv_unlock", "tip_goal", "dm_farm", "like_farm"]
    table = {
        "send_type_key": keys,
        "shrunk_log_rps": [worth, 5.0, 4.0, 3.0, 2.0],
        "send_count": [sends, 30, 30, 30, 30],
        "uses_30d": [uses, 30, 30, 30, 30],
        "performance_score": [60.0] * 5,
        "performance_tier": ["MID"] * 5,
    }
    base = performance(without(reference(), of_type("bundle")), "send_type_performance", **table)
    assert found(base, "4.3")["message"].str.contains("bundle is among the best").any() == named
    assert (
        not found(performance(reference(), "send_type_performance", **table), "4.3")["message"]
        .str.contains("among")
        .any()
    )


# ---- 5.1


@pytest.mark.parametrize(
    ("tier", "followups", "passes"),
    [("ULTRA", 4, True), ("ULTRA", 5, False), ("MID", 3, True), ("MID", 4, False), ("LOW", 2, True), ("LOW", 3, False)],
)
def test_followups_of_a_day(tier: str, followups: int, passes: bool):
    base = reference(health={"volume_tier": tier})
    row = base.items[of_type("ppv_followup", 0)(base.items)]
    extra = [row.assign(item_id=f"f{n}") for n in range(followups - 1)]
    many = replace(base, items=pd.concat([base.items, *extra], ignore_index=True))
    assert found(many, "5.1").empty == passes
    assert rule("5.1").measure(many).passes == passes


def test_days_are_local():
    base = reference(health={"volume_tier": "LOW"})
    # Two followups on Monday; one more late on Monday in Los Angeles is already Tuesday in UTC.
    row = base.items[of_type("ppv_followup", 0)(base.items)]
    many = replace(
        base, items=pd.concat([base.items, row.assign(item_id="f1"), row.assign(item_id="f2")], ignore_index=True)
    )
    late = moved(many, "f2", "2026-06-01 23:50")
    assert said(late, "5.1", "Mon has 3 followups").shape[0] == 1
    assert found(moved(many, "f2", "2026-06-02 00:10"), "5.1").empty


# ---- 7.1


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


# ---- 7.2


def _games(kinds: list[str], earned: dict[str, list[float]] | None = None, played: list[tuple[str, int]] = ()):
    """The clean week with one game of each kind (Thu, Fri, Sat), and sent games: earnings or (kind, days before)."""
    base = reference()
    places = ["game_post", "first_to_tip", "live_promo"][: len(kinds)]
    base = changed(base, lambda i: i["send_type_key"].isin(places), send_type_key="game_post")
    games = base.items[base.items["send_type_key"] == "game_post"].sort_values("scheduled_at")
    by_hash = dict(zip(games["caption_hash"], kinds, strict=True))
    history = [(kind, money, 20) for kind, values in (earned or {}).items() for money in values]
    history += [(kind, 100.0, days) for kind, days in played]
    known = pd.DataFrame(
        {"caption_hash": [f"h{n}" for n in range(len(history))], "game_kind": [k for k, _, _ in history]}
    )
    features = base.features.assign(game_kind=base.features["caption_hash"].map(by_hash))
    features = pd.concat([features, known.reindex(columns=features.columns)], ignore_index=True)
    sends = base.recent_sends.reindex(range(len(history))).assign(
        send_key=[f"s{n}" for n in range(len(history))],
        creator_id="c1",
        caption_hash=known["caption_hash"],
        send_type_key="game_post",
        earnings=[money for _, money, _ in history],
        is_rated=True,
        send_date=[MONDAY + pd.Timedelta(days=3 - days) for _, _, days in history],
    )
    sends = sends.astype(base.recent_sends.dtypes.to_dict())
    return replace(base, features=features.astype(base.features.dtypes.to_dict()), recent_sends=sends)


@pytest.mark.parametrize(("days", "breaks"), [(14, False), (13, True), (7, True), (4, True)])
def test_card_games_at_most_every_second_week(days: int, breaks: bool):
    base = _games(["card_game"], played=[("card_game", days), ("wheel", 1)])
    assert rule("7.2").check(base)["message"].str.contains("card game").any() == breaks


def test_two_card_games_in_a_week():
    base = _games(["card_game", "card_game"])
    assert said(base, "7.2", "1 days after the last")["level"].tolist() == ["info"]
    assert rule("7.2").measure(base).value == 1


def test_posterior_means_weigh_the_pool_figure_with_ten_games():
    base = _games(["wheel", "scratch_card"], earned={"wheel": [100.0] * 10})
    games = planned_games(base).set_index("game_kind")
    assert games.loc["wheel", "mean"] == pytest.approx((5178 * 10 + 1000) / 20)
    assert games.loc["scratch_card", "mean"] == 1200
    assert set(games["best"]) == {3000.0}
    assert "expected regret $" in rule("7.2").measure(base).note


@pytest.mark.parametrize(("games", "poor"), [(20, True), (40, True), (100, True), (5, False), (0, False)])
def test_games_that_earn_little_here_are_named(games: int, poor: bool):
    base = _games(["wheel"], earned={"wheel": [0.0] * games})
    assert rule("7.2").check(base)["message"].str.contains("of the usual").any() == poor
