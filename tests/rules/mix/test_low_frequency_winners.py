"""[4.3] Campaigns in thirty days, and best earners that are rare."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    changed,
    found,
    of_type,
    performance,
    reference,
    said,
    week_before,
    without,
)


def test_the_hand_made_week_passes():
    assert rule("4.3").check(reference()).empty


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
