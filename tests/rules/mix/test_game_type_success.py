"""[7.2] Card games, and what a kind of game earns on a page."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.mix.game_type_success import planned_games
from eros_assets.rules.registry import rule
from tests.rules.agency import (
    MONDAY,
    changed,
    reference,
    said,
)


def test_the_hand_made_week_passes():
    assert rule("7.2").check(reference()).empty


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
