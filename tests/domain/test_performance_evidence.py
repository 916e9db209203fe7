"""Volume triggers, low-frequency winners and game results as tables [4.1, 4.3, 7.2]."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from scipy.stats import fisher_exact

from eros_assets.domain import frames
from eros_assets.domain.learning.game_performance import game_performance
from eros_assets.domain.learning.low_frequency_winners import low_frequency_winners
from eros_assets.domain.learning.volume_triggers import volume_triggers
from eros_assets.settings import load_settings
from tests.planning.synthetic import MONDAY, Page, make_inputs

SETTINGS = load_settings()
AS_OF = pd.Timestamp(MONDAY - timedelta(days=1))


@pytest.fixture(scope="module")
def inputs():
    return make_inputs([Page("c1"), Page("c2", page_type="free")], SETTINGS, captions=60)


def _with_sends(inputs, rows):
    """``inputs`` with sends of c1: settled, priced and rated unless told otherwise."""
    plain = {
        "creator_id": "c1", "page_name": "page_c1", "sent_at": AS_OF - pd.Timedelta(days=10),
        "sent_local": AS_OF - pd.Timedelta(days=10), "send_date": AS_OF - pd.Timedelta(days=10), "sent_hour": 12,
        "sent_weekday": 0, "send_type_key": "ppv_unlock", "send_type_confidence": 0.9, "channel_key": "mass_message",
        "target_key": "all_active", "is_priced": True, "price": 14.99, "earnings": 10.0, "is_caption_matched": True,
        "length_bucket": "150-249", "content_type_key": "solo", "tone": "playful", "is_rated": True,
        "is_withdrawn": False,
    }  # fmt: skip
    sends = pd.DataFrame([plain | {"send_key": f"s{n:03d}"} | row for n, row in enumerate(rows)])
    return replace(inputs, recent_sends=frames.FCT_SENDS.conform(sends))


# ---- volume triggers


def _sends(best_with, other_with, n=100, **trait):
    """The ten best of n sends, ``best_with`` of them with a trait, and ``other_with`` of the rest."""
    varied = {"content_type_key": None, "tone": None, "length_bucket": None}
    rows = []
    for place in range(n):
        has = place < best_with if place < 10 else place - 10 < other_with
        base = varied | {"price": 5.0 + place / 100, "earnings": 1000.0 - place}
        rows.append(base | (trait if has else {}))
    return rows


@pytest.mark.parametrize(
    ("best", "other", "n", "is_applied"),
    [(6, 9, 100, True), (10, 10, 100, True), (6, 60, 100, False), (8, 5, 45, False)],
)
def test_a_trait_of_most_of_the_best_sends_is_a_trigger(inputs, best, other, n, is_applied):
    rows = volume_triggers(_with_sends(inputs, _sends(best, other, n, length_bucket="250-449")), SETTINGS)
    row = rows[rows["trigger_name"] == "TRAIT_SHARE"].iloc[0]
    p = fisher_exact([[best, 10 - best], [other, n - 10 - other]], alternative="greater")[1]
    assert (row["kind"], row["trait_key"], row["n"]) == ("length_bucket", "250-449", n)
    assert (row["best_count"], row["other_count"], row["share"]) == (best, other, best / 10)
    assert row["p_value"] == pytest.approx(p)
    assert row["is_applied"] == is_applied
    assert (1.20 <= row["factor"] <= 1.30) if is_applied else row["factor"] == 1.0
    assert row["decision"].startswith("applied" if is_applied else "not applied: ")


def test_five_of_ten_are_not_tested_and_tests_are_corrected_for_their_number(inputs):
    assert "TRAIT_SHARE" not in set(volume_triggers(_with_sends(inputs, _sends(5, 0)), SETTINGS)["trigger_name"])
    one = volume_triggers(_with_sends(inputs, _sends(6, 9, tone="playful")), SETTINGS)
    two = volume_triggers(_with_sends(inputs, _sends(6, 9, tone="playful", content_type_key="duo")), SETTINGS)
    share = [rows[(rows["kind"] == "tone")]["p_value"].iloc[0] for rows in (one, two)]
    assert share[1] == pytest.approx(2 * share[0])
    assert one.loc[one["kind"] == "tone", "factor"].tolist() == [1.2]


def test_unsettled_and_old_sends_prove_nothing(inputs):
    rows = _sends(10, 5, length_bucket="250-449")
    fresh = [row | {"send_date": AS_OF} for row in rows]
    old = [row | {"send_date": AS_OF - pd.Timedelta(days=31)} for row in rows]
    for sends in (fresh, old):
        assert "TRAIT_SHARE" not in set(volume_triggers(_with_sends(inputs, sends), SETTINGS)["trigger_name"])


def test_planted_traits_are_found_and_others_are_not(inputs):
    # 40 pages' worth of months: 30% of the sends have the trait; planted ones earn 4 × as much.
    rng = np.random.default_rng(5)
    found = {1.0: 0, 4.0: 0}
    for factor in found:
        for _ in range(40):
            has = rng.random(120) < 0.3
            earned = rng.lognormal(4, 1.1, 120) * np.where(has, factor, 1.0)
            rows = [
                {"earnings": float(e), "content_type_key": "duo" if h else "solo", "tone": None, "length_bucket": None,
                 "price": 5 + n / 10}
                for n, (h, e) in enumerate(zip(has, earned, strict=True))
            ]  # fmt: skip
            table = volume_triggers(_with_sends(inputs, rows), SETTINGS)
            found[factor] += bool((table["is_applied"] & (table["trait_key"] == "duo")).any())
    assert found[4.0] >= 24
    assert found[1.0] <= 2


def test_thresholds_of_performance_rows(inputs):
    table = inputs.send_type_performance.copy()
    is_bundle = (table["creator_id"] == "c1") & (table["send_type_key"] == "bundle")
    table.loc[is_bundle, ["rps_30d", "conversion_30d", "uses_30d", "falling_days"]] = [201.0, 0.07, 2, 3]
    rows = volume_triggers(replace(inputs, send_type_performance=table), SETTINGS)
    rows = rows[rows["trait_key"] == "bundle"].set_index("trigger_name")
    assert sorted(rows.index) == ["EMERGING_WINNER", "HIGH_PERFORMER", "SATURATING"]
    assert rows["factor"].to_dict() == {"EMERGING_WINNER": 1.3, "HIGH_PERFORMER": 1.2, "SATURATING": 0.85}
    assert set(rows["confidence"]) == {"low"}
    assert json.loads(rows.loc["HIGH_PERFORMER", "metrics"]) == {"conversion_30d": 0.07, "rps_30d": 201.0}
    lives = (rows["expires_on"] - rows["detected_on"]).dt.days.to_dict()
    assert lives == {"EMERGING_WINNER": 7, "HIGH_PERFORMER": 7, "SATURATING": 14}


# ---- low-frequency winners


def test_rare_best_earners_are_winners_and_every_row_says_why(inputs):
    table = inputs.send_type_performance.copy()
    own = table["creator_id"] == "c1"
    best = {"bundle": (6.0, 1), "game_post": (6.0, 9), "ppv_unlock": (6.0, 1), "first_to_tip": (3.0, 0)}
    for key, (worth, uses) in best.items():
        table.loc[own & (table["send_type_key"] == key), ["shrunk_log_rps", "uses_30d"]] = [worth, uses]
    rows = low_frequency_winners(replace(inputs, send_type_performance=table), SETTINGS)
    decision = rows[rows["creator_id"] == "c1"].set_index("send_type_key")["decision"]
    assert decision[list(best)].tolist() == [
        "among the best and too rare", "sent often enough", "no rhythm of its own", "not among the best quarter",
    ]  # fmt: skip
    assert rows.loc[rows["is_winner"], ["creator_id", "send_type_key"]].to_numpy().tolist() == [["c1", "bundle"]]


def test_types_the_page_may_not_send_or_should_avoid_are_not_judged(inputs):
    table = inputs.send_type_performance.copy()
    table.loc[table["send_type_key"] == "bundle", "performance_tier"] = "AVOID"
    table.loc[table["send_type_key"] == "game_post", "send_count"] = 2
    rows = low_frequency_winners(replace(inputs, send_type_performance=table), SETTINGS)
    assert not {"bundle", "game_post"} & set(rows["send_type_key"])
    free = set(rows.loc[rows["creator_id"] == "c2", "send_type_key"])
    assert "ppv_wall" in free
    assert not {"tip_goal", "renew_on_post"} & free


# ---- games


def _games(inputs, kind, earned, **columns):
    sends = [
        {"send_type_key": "game_post", "caption_hash": inputs.features["caption_hash"].iloc[0], "earnings": money}
        | columns
        for money in earned
    ]
    features = inputs.features.assign(game_kind=None).astype({"game_kind": "str"})
    features.loc[0, "game_kind"] = kind
    rows = game_performance(replace(_with_sends(inputs, sends), features=features), SETTINGS)
    return rows[rows["creator_id"] == "c1"].set_index("game_kind")


def test_every_creator_has_every_kind_and_no_games_leave_the_prior(inputs):
    rows = game_performance(inputs, SETTINGS)
    assert len(rows) == 2 * len(SETTINGS.volume.games)
    assert (rows["n"] == 0).all()
    assert (rows["posterior_mean"] == rows["benchmark"]).all()
    assert (rows["verdict"] == "recommend").all()


def test_the_posterior_weighs_the_pool_with_ten_games(inputs):
    earned = [100.0, 300.0]
    row = _games(inputs, "scratch_card", earned).loc["scratch_card"]
    game = SETTINGS.volume.games["scratch_card"]
    assert row["mean"] == 200.0
    assert row["sd"] == 100.0
    assert row["posterior_mean"] == pytest.approx((10 * game.mean + sum(earned)) / 12)
    beta = 10 / 2 * game.sd**2 + 20_000 / 2 + 10 * 2 * (200 - game.mean) ** 2 / (2 * 12)
    assert row["posterior_sd"] == pytest.approx(np.sqrt(beta / (6 * 12)))
    assert row["degrees"] == 12
    assert row["low"] < row["posterior_mean"] < row["high"]
    assert row["last_played"] == AS_OF - pd.Timedelta(days=10)


@pytest.mark.parametrize(("games", "verdict"), [(1, "recommend"), (5, "keep"), (20, "avoid")])
def test_games_that_earn_nothing_are_avoided_in_the_end(inputs, games, verdict):
    assert _games(inputs, "wheel", [0.0] * games).loc["wheel", "verdict"] == verdict


def test_games_that_do_not_count_in_rates_only_date_the_last_play(inputs):
    row = _games(inputs, "wheel", [9000.0], is_rated=False).loc["wheel"]
    assert row["n"] == 0
    assert pd.notna(row["last_played"])


@pytest.mark.parametrize(("earned", "n"), [(0.0, 1), (500.0, 1), (None, 0)])
def test_a_game_on_the_wall_counts_when_its_earnings_are_known(inputs, earned, n):
    on_wall = {"channel_key": "wall_post", "is_rated": False, "sent_count": None}
    row = _games(inputs, "wheel", [earned], **on_wall).loc["wheel"]
    assert row["n"] == n
    assert (row["mean"] == earned) if n else pd.isna(row["mean"])


def test_wall_posts_are_among_the_sends_compared_for_traits(inputs):
    rows = _sends(10, 10, length_bucket="250-449")
    posts = [
        {"channel_key": "wall_post", "is_rated": False, "earnings": money, "length_bucket": "1-49"}
        for money in [*[1.0] * 40, None]
    ]
    tested = volume_triggers(_with_sends(inputs, rows + posts), SETTINGS)
    row = tested[(tested["trigger_name"] == "TRAIT_SHARE") & (tested["trait_key"] == "250-449")].iloc[0]
    assert (row["n"], row["best_count"], row["other_count"]) == (140, 10, 10)
