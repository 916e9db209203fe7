"""Wall posts: earnings teach what a type earns, rates go on without them."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from eros_assets.domain import frames
from eros_assets.domain.learning.response import response_curves
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse import connection, dbt_run
from tests.dbt import world
from tests.dbt.conftest import END

TIP, PPV = "first to tip wins the set of day", "unlock this long video of day"
POSTS, MESSAGES = 60, 12


def wall_posts(text: str, count: int, price: float | None, earned: float | None, kind: str) -> pd.DataFrame:
    """``count`` posts of page c0, one a day and the newest eight days old."""
    texts = [f"{text} {n}" for n in range(count)]
    return world.with_provenance(
        frames.RAW_WALL_POSTS,
        pd.DataFrame(
            {
                "post_id": [f"{kind}{n}" for n in range(count)],
                "creator_id": "c0",
                "page_name": "page0",
                "post_date": [pd.Timestamp(END) - pd.Timedelta(days=8 + n % 30, hours=5) for n in range(count)],
                "post_type": "permanent",
                "message_content": texts,
                "caption_hash": [world.digest(one) for one in texts],
                "char_length": [len(one) for one in texts],
                "price": price,
                "views_count": 5000,
                "earnings": earned,
            }
        ),
    )


def tip_messages() -> pd.DataFrame:
    """The page's few tip messages, ten times as good as its posts."""
    texts = [f"{TIP} {n}" for n in range(MESSAGES)]
    return world.with_provenance(
        frames.RAW_SENDS,
        pd.DataFrame(
            {
                "row_key": [f"tip{n}" for n in range(MESSAGES)],
                "creator_id": "c0",
                "page_name": "page0",
                "sending_time": [pd.Timestamp(END) - pd.Timedelta(days=9 + n, hours=4) for n in range(MESSAGES)],
                "message_content": texts,
                "caption_hash": [world.digest(one) for one in texts],
                "char_length": [len(one) for one in texts],
                "price": 0.0,
                "sent_count": 1000,
                "viewed_count": 200,
                "purchased_count": 0,
                "earnings": 400.0,
                "is_unsent": False,
            }
        ),
    )


@pytest.fixture(scope="module")
def walls(fast_dbt: None, dbt_target: None, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Settings]:
    """The small agency without and with the posts of page c0; its tip messages are in both."""
    homes = {}
    for name in ("without", "with"):
        settings = load_settings(tmp_path_factory.mktemp(name))
        tables = world.raw_frames(END)
        tables["sends"] = pd.concat([tables["sends"], tip_messages()], ignore_index=True)
        posts = [
            wall_posts(TIP, POSTS, None, 40.0, "tip"),
            wall_posts(TIP, 5, None, 0.0, "nothing"),
            wall_posts(TIP, 7, None, None, "unknown"),
            wall_posts(PPV, 20, 10.0, 10.0, "ppv"),
            wall_posts("good morning to you", 30, None, 0.0, "free"),
        ]
        tables["wall_posts"] = pd.concat(posts, ignore_index=True) if name == "with" else posts[0].iloc[:0]
        world.load(settings, tables)
        dbt_run.prepare(settings)
        dbt_run.run_dbt(settings, dbt_run.build_args(None, None))
        homes[name] = settings
    return homes


def table(settings: Settings, name: str, where: str = "creator_id = 'c0'") -> pd.DataFrame:
    with connection.connect(settings, read_only=True) as lake:
        return connection.read(lake, f"SELECT * FROM performance.{name} WHERE {where}")


def row(settings: Settings, key: str) -> pd.Series:
    found = table(settings, "send_type_performance", f"creator_id = 'c0' AND send_type_key = '{key}'")
    assert len(found) == 1
    return found.iloc[0]


def test_a_type_that_lives_on_the_wall_is_worth_what_the_wall_earns(walls: dict[str, Settings]) -> None:
    before, after = (row(walls[name], "first_to_tip") for name in ("without", "with"))
    assert (before["send_count"], before["rps"]) == (MESSAGES, pytest.approx(400))
    assert after["send_count"] == MESSAGES + POSTS + 5  # a post with 0 counts, one without a figure does not
    sends = table(walls["with"], "fct_sends", "send_type_key = 'first_to_tip' AND creator_id = 'c0'")
    known = sends[sends["earnings"].notna()]
    assert len(sends) - len(known) == 7
    weight = 0.5 ** ((pd.Timestamp(END) - known["send_date"]).dt.days / 30)
    assert after["rps"] == pytest.approx(np.average(known["earnings"], weights=weight))
    assert after["rps"] < 0.3 * before["rps"]


def test_the_curve_follows(walls: dict[str, Settings]) -> None:
    ratios = []
    for settings in walls.values():
        with connection.connect(settings, read_only=True) as lake:
            sends = connection.read_table(lake, frames.FCT_SENDS)
            health = connection.read_table(lake, frames.CREATOR_HEALTH)
        curves = response_curves(sends, health, settings, END + timedelta(days=1), END)
        types = curves[(curves["creator_id"] == "c0") & (curves["curve"] == "send_type")].set_index("curve_key")[
            "factor"
        ]
        ratios.append(float(types["first_to_tip"] / types["bundle"]))
    assert ratios[1] < 0.75 * ratios[0]


def test_rates_and_windows_do_not_see_the_wall(walls: dict[str, Settings]) -> None:
    columns = ["sent_weighted", "viewed_weighted", "purchased_weighted", "view_rate_7d", "falling_days"]
    for key in ("first_to_tip", "bump_normal", "ppv_unlock"):
        before, after = (row(walls[name], key) for name in ("without", "with"))
        pd.testing.assert_series_equal(before[columns], after[columns], check_names=False)
        assert before["shrunk_view_rate"] == pytest.approx(after["shrunk_view_rate"])
    before, after = (table(walls[name], "creator_health").iloc[0] for name in ("without", "with"))
    unseen = ["rps_7d", "rps_14d", "rps_30d", "priced_sends_30d", "view_rate_30d", "conversion_30d", "elasticity_k"]
    unseen += ["saturation_14d", "opportunity_14d", "volatility", "mean_view_rate", "mean_conversion", "sends_90d"]
    pd.testing.assert_series_equal(before[unseen], after[unseen], check_names=False)
    assert after["mean_rps"] != before["mean_rps"]  # the level of all priced sends, twenty posts among them
    daily = "creator_id = 'c0'"
    sums = [table(walls[n], "fct_creator_daily", daily)[["priced_count", "priced_earnings"]].sum() for n in walls]
    pd.testing.assert_series_equal(sums[0], sums[1])


def test_hours_lengths_and_captions_count_what_sells(walls: dict[str, Settings]) -> None:
    for name in ("hour_performance", "length_performance"):
        counts = [table(walls[home], name)["send_count"].sum() for home in ("without", "with")]
        assert counts[1] - counts[0] == 20, name
    texts = {kind: world.digest(text) for kind, text in {"sold": f"{PPV} 1", "free": "good morning to you 1"}.items()}
    captions = table(walls["with"], "caption_performance").set_index("caption_hash")
    assert captions.loc[texts["sold"], "priced_count"] == captions.loc[texts["sold"], "send_count"] == 1
    assert captions.loc[texts["free"], ["send_count", "uses_60d"]].tolist() == [0, 1]


def test_posts_that_sell_nothing_are_counted_but_not_judged(walls: dict[str, Settings]) -> None:
    before, after = (row(walls[name], "bump_normal") for name in ("without", "with"))
    assert after["send_count"] - before["send_count"] == 30
    assert after["performance_score"] == pytest.approx(before["performance_score"])
    assert after["performance_tier"] == before["performance_tier"]
