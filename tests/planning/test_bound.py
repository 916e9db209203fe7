"""The bound is one: no lawful rearrangement of a plan passes it, and more effort only tightens it."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from eros_assets.domain.volume import DAYS
from eros_assets.planning.plan import CreatorPlan, plan_creator
from eros_assets.planning.programs.bound import upper_bound
from eros_assets.planning.stages.content_curator import fill
from eros_assets.planning.stages.performance_analyst import analyse
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import creator_weeks
from eros_assets.planning.week.records import Filled
from eros_assets.planning.week.value import Values
from eros_assets.settings import Settings
from tests.planning.synthetic import Page, make_inputs

PAGES = [Page("paid_low", "paid", 700), Page("free_mid", "free", 3000), Page("paid_ultra", "paid", 30000)]


@pytest.fixture(scope="module")
def plans(full: Settings) -> list[CreatorPlan]:
    inputs = make_inputs(PAGES, full, captions=900)
    weeks = list(creator_weeks(inputs, full))
    analyses = analyse(inputs, weeks, full)
    return [plan_creator(week, analyses[week.creator_id], "1") for week in weeks]


def value(filled: list[Filled]) -> float:
    return sum(item.expected for item in filled)


def demanded(plan: CreatorPlan) -> float:
    revenue = [
        sum(i.timed.slot.day == d and i.timed.slot.category == "revenue" for i in plan.filled) for d in range(DAYS)
    ]
    return fill(plan.week, plan.eligibility, plan.values, plan.analysis, [item.timed for item in plan.filled], revenue)[
        1
    ]


def swapped(values: Values, filled: list[Filled], rng: np.random.Generator) -> list[Filled]:
    """The plan with captions of one type and style exchanged between slots: as lawful as before."""
    items = list(filled)
    for _ in range(20):
        a, b = rng.integers(0, len(items), 2)
        one, other = items[a], items[b]
        alike = one.timed.slot.key == other.timed.slot.key and one.timed.slot.style == other.timed.slot.style
        if a == b or not alike or NO_CAPTION in (one.caption, other.caption):
            continue
        both = np.array([one.caption, other.caption])
        own = dict(zip(both.tolist(), values.of_captions(one.timed.slot.key, both).tolist(), strict=True))
        factor = {n: items[n].expected / own[items[n].caption] for n in (a, b)}
        items[a] = replace(one, caption=other.caption, expected=own[other.caption] * factor[a])
        items[b] = replace(other, caption=one.caption, expected=own[one.caption] * factor[b])
    return items


def test_no_rearrangement_passes_the_bound(plans: list[CreatorPlan]) -> None:
    rng = np.random.default_rng(1)
    for plan in plans:
        bound = plan.assembled.schedule["bound"]
        assert value(plan.filled) <= bound
        tried = [value(swapped(plan.values, plan.filled, rng)) for _ in range(20)]
        assert len({round(v, 6) for v in tried}) > 1
        assert max(tried) <= bound


def test_rounds_tighten_and_a_fresh_relaxation_agrees(plans: list[CreatorPlan]) -> None:
    for plan in plans:
        need = demanded(plan)
        rough, fine, finest = (
            upper_bound(plan.week, plan.eligibility, plan.values, plan.analysis, plan.filled, need, rounds)
            for rounds in (1, 8, 60)
        )
        assert rough is not None and fine is not None and finest is not None
        assert rough >= fine >= finest >= value(plan.filled)
        # The plan's own bound comes from the relaxation that decided types and days.
        assert plan.assembled.schedule["bound"] == pytest.approx(finest, rel=0.01)


def test_the_bound_counts_what_the_plan_relaxed(plans: list[CreatorPlan]) -> None:
    """A plan with a send less is held against a week with that send less."""
    plan = next(p for p in plans if p.week.creator_id == "paid_ultra")
    revenue = [item for item in plan.filled if item.timed.slot.category == "revenue"]
    fewer = [item for item in plan.filled if item is not max(revenue, key=lambda item: item.expected)]
    bound = upper_bound(plan.week, plan.eligibility, plan.values, plan.analysis, fewer, 0.0, 60)
    assert bound is not None
    assert value(fewer) <= bound < plan.assembled.schedule["bound"] * 1.05
