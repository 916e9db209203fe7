"""A week is plain facts: another week made from it by ``replace`` is right in everything asked of it."""

from __future__ import annotations

from dataclasses import fields, replace
from datetime import timedelta
from typing import Any

import numpy as np
import pytest

from eros_assets.planning.week.creator_week import CreatorWeek, creator_weeks
from eros_assets.planning.week.eligibility import UNRELAXED_LEVEL, Eligibility
from eros_assets.planning.week.value import Values, day_factors
from eros_assets.settings import Settings
from tests.planning.synthetic import MONDAY, Page, make_inputs

KEY = "ppv_unlock"


@pytest.fixture
def week(full: Settings) -> CreatorWeek:
    return next(creator_weeks(make_inputs([Page("c1", fans=3000)], full, captions=300), full))


def properties(week: CreatorWeek) -> dict[str, Any]:
    return {name: getattr(week, name) for name, own in vars(CreatorWeek).items() if isinstance(own, property)}


def test_a_week_holds_nothing_but_its_fields(week: CreatorWeek) -> None:
    properties(week)
    Values(week, Eligibility(week)).of_type(KEY)
    assert set(vars(week)) == {field.name for field in fields(week)}


def test_a_replaced_week_answers_from_its_own_fields(week: CreatorWeek) -> None:
    before = properties(week)
    later = replace(week, week_start=MONDAY + timedelta(weeks=20))
    assert later.days[0] == MONDAY + timedelta(weeks=20) != before["days"][0]
    doubtful = replace(week, health={**week.health, "confidence": 0.2, "volume_tier": "LOW"})
    assert doubtful.volume_tier == "LOW" != before["volume_tier"]
    assert doubtful.confidence_row.name != replace(doubtful, flags=frozenset()).confidence_row.name
    free = replace(week, creator={**week.creator, "page_type": "free"})
    assert "ppv_wall" in {kind.key for kind in free.types} - {kind.key for kind in before["types"]}
    sunny = replace(week, hour_factor=np.linspace(0.5, 1.5, 24), curves={"weekday": {"4": 2.0}})
    assert sunny.learned_hours.argmax() == 23
    assert day_factors(sunny, [1] * 7)[4] == 2.0


def test_eligibility_and_values_follow_the_week_they_are_made_of(week: CreatorWeek) -> None:
    first = Eligibility(week)
    values = Values(week, first).of_type(KEY)
    positions = first.eligible(KEY).positions
    used = week.candidates.last_used.copy()
    used[positions] = week.week_start.toordinal()
    rested = week.candidates
    dearer = replace(rested, last_used=used, expected_revenue=2 * rested.expected_revenue)
    other = replace(week, candidates=dearer)
    second = Eligibility(other)
    assert (first.levels(KEY, week.days[0]) <= UNRELAXED_LEVEL).any()
    assert (second.levels(KEY, week.days[0]) > UNRELAXED_LEVEL).all()
    assert np.allclose(Values(other, second).of_type(KEY), 2 * values)
