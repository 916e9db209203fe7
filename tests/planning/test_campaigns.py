"""Campaigns taking turns, traits sent oftener, and the week's game [4.1, 4.3, 7.2]."""

from __future__ import annotations

import math
from collections import Counter
from dataclasses import replace
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from eros_assets.domain import frames
from eros_assets.planning.plan import plan_creator
from eros_assets.planning.stages.performance_analyst import analyse
from eros_assets.planning.week.campaigns import campaign_rates, plan_campaigns
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import CreatorWeek, creator_weeks
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.planning.week.games import choose_game
from eros_assets.settings import load_settings
from tests.planning.synthetic import MONDAY, Page, make_inputs

SETTINGS = load_settings()
KINDS = [kind for kind in SETTINGS.send_types if kind.is_campaign]


@pytest.fixture(scope="module")
def week() -> CreatorWeek:
    inputs = make_inputs([Page("c1")], SETTINGS, captions=300)
    (one,) = creator_weeks(inputs, SETTINGS)
    return one


def _weeks(week: CreatorWeek, count: int, factor: dict[str, float] | None = None, winners=()) -> list[dict[str, int]]:
    """Campaigns of ``count`` weeks in a row, each planned from the stored ones before it, a campaign a day."""
    past: list[dict[str, object]] = []
    plans = []
    for number in range(count):
        monday = MONDAY + timedelta(weeks=number)
        items = pd.DataFrame(past) if past else week.past_items
        own = replace(week, week_start=monday, past_items=items)
        plan = plan_campaigns(own, Eligibility(own), factor or {}, winners)
        plans.append(plan)
        for day, key in enumerate(Counter(plan).elements()):
            stamp = pd.Timestamp(monday + timedelta(days=day))
            past.append({"send_type_key": key, "week_start": pd.Timestamp(monday), "scheduled_date": stamp})
        past.append({"send_type_key": "ppv_unlock", "week_start": pd.Timestamp(monday), "scheduled_date": stamp})
    return plans


def test_every_kind_has_its_turn_and_no_month_holds_too_many(week: CreatorWeek):
    plans = _weeks(week, 8)
    total = Counter()
    for plan in plans:
        total.update(plan)
        assert set(plan.values()) == {1}
        assert 4 <= len(plan) <= 5
    assert set(total) == {kind.key for kind in KINDS if kind.allowed_on("paid")}
    for last in range(4, 9):
        assert sum(sum(plan.values()) for plan in plans[last - 4 : last]) <= 20


def test_rates_are_the_rhythm_of_the_table_and_leave_room_for_all():
    kinds = [kind for kind in KINDS if kind.allowed_on("free")]
    rates = campaign_rates(kinds, SETTINGS)
    assert set(rates) == {kind.key for kind in kinds}
    assert sum(rates.values()) == pytest.approx(20 * 7 / 30)
    assert max(rates.values()) <= 1
    assert rates["first_to_tip"] == pytest.approx(3 * 7 / 30)


def test_a_trigger_earns_turns_over_the_weeks(week: CreatorWeek):
    plain = sum(plan.get("vip_program", 0) for plan in _weeks(week, 8))
    raised = sum(plan.get("vip_program", 0) for plan in _weeks(week, 8, {"vip_program": 1.5}))
    lowered = sum(plan.get("vip_program", 0) for plan in _weeks(week, 8, {"vip_program": 0.5}))
    assert lowered < plain < raised


def test_winners_come_every_week(week: CreatorWeek):
    assert all(plan["first_to_tip"] == 1 for plan in _weeks(week, 4, winners=("first_to_tip",)))


def test_planning_a_week_again_gives_the_same(week: CreatorWeek):
    assert _weeks(week, 5) == _weeks(week, 5)


@pytest.mark.parametrize("factor", [1.25, 0.7])
def test_a_trait_with_a_trigger_is_sent_so_much_oftener_or_less(factor: float):
    full = SETTINGS.with_preset("recommended")
    inputs = make_inputs([Page("c1", fans=9000)], full, captions=900)
    week = next(creator_weeks(inputs, full))
    analysis = replace(analyse(inputs, [week], full)["c1"], trait_factor={})

    def sends(trait_factor: dict[str, dict[str, float]]) -> Counter[str]:
        plan = plan_creator(week, replace(analysis, trait_factor=trait_factor), "1", bound_rounds=0)
        taken = [item.caption for item in plan.filled if item.caption != NO_CAPTION and not item.is_exploration]
        return Counter(str(name) for name in week.candidates.content_type[taken])

    plain = sends({})
    name, by_itself = plain.most_common(1)[0]
    assert by_itself >= 4
    changed = sends({"content_type": {name: factor}})[name]
    assert math.floor(by_itself * factor) <= changed <= math.ceil(by_itself * factor)
    assert changed != by_itself


def _games(**verdicts: str) -> pd.DataFrame:
    kinds = SETTINGS.volume.games
    return frames.GAME_PERFORMANCE.conform(
        pd.DataFrame(
            {
                "week_start": pd.Timestamp(MONDAY), "as_of_date": pd.Timestamp(MONDAY), "creator_id": "c1",
                "game_kind": list(kinds), "n": 5, "benchmark": [g.mean for g in kinds.values()],
                "posterior_mean": [g.mean for g in kinds.values()], "posterior_sd": 1.0, "degrees": 10.0,
                "low": 0.0, "high": 1.0, "ratio": 1.0, "verdict": [verdicts.get(kind, "keep") for kind in kinds],
            }
        )
    )  # fmt: skip


def test_the_week_plays_a_kind_that_earns_and_none_to_avoid(week: CreatorWeek):
    best = max(SETTINGS.volume.games, key=lambda kind: SETTINGS.volume.games[kind].mean)
    assert choose_game(week, _games()) == best
    assert choose_game(week, _games(**{best: "avoid"})) != best
    assert choose_game(week, _games().iloc[:0]) == "wheel"


def test_a_card_game_rests_two_weeks(week: CreatorWeek):
    others = {kind: "avoid" for kind in SETTINGS.volume.games if kind != "card_game"}
    games = _games(**others)
    assert choose_game(week, games) == "card_game"
    played = np.where(games["game_kind"] == "card_game", pd.Timestamp(MONDAY - timedelta(days=13)), pd.NaT)
    assert choose_game(week, games.assign(last_played=pd.to_datetime(played))) == "wheel"
    long_ago = np.where(games["game_kind"] == "card_game", pd.Timestamp(MONDAY - timedelta(days=14)), pd.NaT)
    assert choose_game(week, games.assign(last_played=pd.to_datetime(long_ago))) == "card_game"
