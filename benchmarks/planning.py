"""Planner speed: milliseconds per creator-week of the full planner and the baseline, and many creators at once.

``python -m benchmarks.planning [--creators 12] [--many 1000] [--captions 1500]``; figures are CPU
time of one process, merged into ``benchmarks/results.json``.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Sequence

import numpy as np

from benchmarks.results import merge
from eros_assets.planning.creator_week import creator_weeks
from eros_assets.planning.performance_analyst import analyse
from eros_assets.planning.plan import plan_creator, plan_week
from eros_assets.settings import Settings, load_settings
from tests.planning.conftest import WAVES_1_TO_3
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
    baseline = load_settings()
    full = baseline.with_flags(**dict.fromkeys(WAVES_1_TO_3, True))
    members = pages(options.creators)
    milliseconds(full, members[:2], options.captions)  # imports and caches
    mine = milliseconds(full, members, options.captions)
    base = milliseconds(baseline, members, options.captions)
    figures = {
        "plan_p50_ms": float(np.percentile(mine, 50)),
        "plan_p95_ms": float(np.percentile(mine, 95)),
        "plan_creator_weeks_per_second": 1000 / float(np.mean(mine)),
        "baseline_p50_ms": float(np.percentile(base, 50)),
        "baseline_p95_ms": float(np.percentile(base, 95)),
        "plan_to_baseline_time": float(np.mean(mine) / np.mean(base)),
    }
    if options.many:
        start = time.perf_counter()
        plan = plan_week(make_inputs(pages(options.many), full, captions=options.captions), full)
        figures["many_creators"] = len(plan.schedule)
        figures["many_seconds"] = time.perf_counter() - start
        figures["many_peak_mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    merge(figures)


if __name__ == "__main__":
    main()
