"""Planner speed: milliseconds per creator-week of every planner side by side, and many creators at once.

``python -m benchmarks.planning [--creators 24] [--many 1000] [--captions 1500]``; figures are CPU
time of one process, merged into ``benchmarks/results.json``. *Quick* is the full planner without the
joint relaxation and the bound; *greedy* keeps every rule and lets each stage take the best in turn.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.results import merge
from eros_assets.planning.plan import plan_creator, plan_week
from eros_assets.planning.stages.performance_analyst import analyse
from eros_assets.planning.week.creator_week import creator_weeks
from eros_assets.settings import Settings, load_settings
from tests.planning.synthetic import Page, make_inputs

SIZES = (500, 2500, 9000, 20000)


def pages(count: int) -> list[Page]:
    """A mixed agency: both page types, all tiers, most pages with full confidence."""
    return [
        Page(
            f"page{n:04d}",
            "paid" if n % 3 else "free",
            SIZES[n % len(SIZES)],
            confidence=(1.0, 0.8, 0.6, 0.4)[n % 4] if n % 5 == 0 else 1.0,
        )
        for n in range(count)
    ]


def with_effort(settings: Settings, relaxation_rounds: int, bound_rounds: int) -> Settings:
    """The settings with another effort of the planner."""
    planning = settings.system.planning.model_copy(
        update={"relaxation_rounds": relaxation_rounds, "bound_rounds": bound_rounds}
    )
    return settings.model_copy(update={"system": settings.system.model_copy(update={"planning": planning})})


def milliseconds(settings: Settings, members: Sequence[Page], captions: int) -> list[float]:
    """CPU milliseconds of stages 2–7, bound included, per creator-week."""
    inputs = make_inputs(list(members), settings, captions=captions)
    weeks = list(creator_weeks(inputs, settings))
    analyses = analyse(inputs, weeks, settings)
    found = []
    for week in weeks:
        start = time.process_time()
        plan_creator(week, analyses[week.creator_id], inputs.data_snapshot)
        found.append(1000 * (time.process_time() - start))
    return found


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--creators", type=int, default=24)
    parser.add_argument("--many", type=int, default=0, help="creators of the end-to-end run, 0 = skip")
    parser.add_argument("--captions", type=int, default=1500)
    options = parser.parse_args()
    full = load_settings().with_preset("recommended")
    baseline = full.with_preset("baseline")
    members = pages(options.creators)
    milliseconds(full, members[:2], options.captions)  # imports and caches
    timed = {
        name: milliseconds(settings, members, options.captions)
        for name, settings in (
            ("plan", full),
            ("quick", with_effort(full, relaxation_rounds=0, bound_rounds=0)),
            ("greedy", full.with_method("baseline")),
            ("baseline", baseline),
        )
    }
    figures = {
        f"{name}_p{share}_ms": float(np.percentile(own, share)) for name, own in timed.items() for share in (50, 95)
    }
    figures["plan_creator_weeks_per_second"] = 1000 / float(np.mean(timed["plan"]))
    for name in ("greedy", "baseline"):
        figures[f"plan_to_{name}_time"] = float(np.mean(timed["plan"]) / np.mean(timed[name]))
    if options.many:
        start = time.perf_counter()
        plan = plan_week(make_inputs(pages(options.many), full, captions=options.captions), full)
        figures["many_creators"] = len(plan.schedule)
        figures["many_seconds"] = time.perf_counter() - start
        figures["many_peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    merge(figures)


if __name__ == "__main__":
    main()
