"""How close plans come to the proven optimum of the joint problem: types, hours and captions at once.

``python -m benchmarks.optimality [--creators 50]``. The bound is the linear relaxation of
``eros_assets.planning.programs.bound``, here solved until it has converged, on the same limits for every
planner. *Greedy* is the full rule set with every stage greedy in dollars: each slot in turn takes the
hour, then the caption, that earns most; *baseline* is Wave 0, greedy in its scores.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, nullcontext
from unittest.mock import patch

import numpy as np

from benchmarks.planning import pages, with_effort
from benchmarks.results import merge
from eros_assets.domain.arrays import Floats, Ints
from eros_assets.planning.plan import plan_creator
from eros_assets.planning.stages.performance_analyst import analyse
from eros_assets.planning.week.creator_week import CreatorWeek, creator_weeks
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.planning.week.value import Values
from eros_assets.settings import SendType, Settings, load_settings
from tests.planning.synthetic import make_inputs

ROUNDS = 60


@contextmanager
def greedy_in_dollars() -> Iterator[None]:
    """The greedy stages judge hours and captions by what they earn instead of by the baseline's scores."""

    def hours(week: CreatorWeek, kind: SendType, day: int, minutes: Ints, campaigns: object) -> Floats:
        return week.hour_factor[minutes % 1440 // 60]

    def captions(week: CreatorWeek, eligibility: Eligibility, analysis: object, key: str) -> Floats:
        return Values(week, eligibility).of_type(key)

    with ExitStack() as stack:
        for name, stand_in in (
            ("timing_optimizer._scores", hours),
            ("content_curator._baseline_scores", captions),
            ("content_curator._diversity", lambda week, eligibility, positions, used: 0.0),
        ):
            stack.enter_context(patch(f"eros_assets.planning.stages.{name}", stand_in))
        yield


def ratios(settings: Settings, creators: int, captions: int) -> list[float]:
    """Objective ÷ converged bound of each creator-week."""
    inputs = make_inputs(pages(creators), settings, captions=captions, seed=11)
    weeks = list(creator_weeks(inputs, settings))
    analyses = analyse(inputs, weeks, settings)
    found = []
    for week in weeks:
        plan = plan_creator(week, analyses[week.creator_id], inputs.data_snapshot, bound_rounds=ROUNDS)
        schedule = plan.assembled.schedule
        found.append(schedule["objective"] / schedule["bound"])
    return found


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--creators", type=int, default=50)
    parser.add_argument("--captions", type=int, default=1500)
    options = parser.parse_args()
    full = load_settings().with_preset("recommended")
    baseline = full.with_preset("baseline")
    # Exploration gives value away on purpose: it is shown apart.
    planning = full.system.planning.model_copy(update={"exploration_share": 0.0})
    exploiting = full.model_copy(update={"system": full.system.model_copy(update={"planning": planning})})
    greedy = full.with_method("baseline")
    figures: dict[str, float] = {"optimality_creator_weeks": options.creators}
    for name, settings in (
        ("optimality", exploiting),
        ("optimality_with_exploration", full),
        ("optimality_quick", with_effort(exploiting, relaxation_rounds=0, bound_rounds=0)),
        ("optimality_greedy", greedy),
        ("optimality_baseline", baseline),
    ):
        with greedy_in_dollars() if settings is greedy else nullcontext():
            found = ratios(settings, options.creators, options.captions)
        figures[f"{name}_median"] = float(np.median(found))
        figures[f"{name}_worst"] = float(np.min(found))
    merge(figures)


if __name__ == "__main__":
    main()
