"""What plans would truly earn: the sample's response model applied to the planned weeks.

``python -m benchmarks.true_value [--seeds 3] [--creators 8] [--weeks 2] [--ablate]``. Every seed is an agency of
its own with the default sample's volume per page. Its last weeks of history are planned from the
Sunday before each, every planner with its own earlier weeks as its past, and all are valued by
``expected_earnings`` beside what the pages really sent in those weeks:

- *full*: Waves 1–3; *baseline*: all flags off; *greedy*: the full rules with every stage greedy in dollars;
- *no_exploration*: full without exploration slots;
- *oracle_captions*: that, knowing what every caption truly earns in every send type at its price;
- *oracle_hours*: that, knowing the true hours, weekdays and fatigue; *oracle*: both;
- with ``--ablate``, instead of the last four, *without_<flag>*: full with one flag off.

The planners never see the truth otherwise. Intervals are 95%, from resampling seeds and, within each
seed, creators; ``per_send`` compares dollars per earning send, as if both sent equally often. The
factors of a planner are geometric means of the response model's over its priced sends.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Sequence
from contextlib import nullcontext, redirect_stdout
from dataclasses import dataclass, replace
from datetime import date
from functools import partial
from pathlib import Path

import numpy as np
import pandas as pd

from benchmarks.agency import DEFAULT_SIZES, END, last_weeks, planning_time, ready_home, truth_path
from benchmarks.optimality import greedy_in_dollars
from benchmarks.results import merge
from eros_assets.domain.arrays import Floats
from eros_assets.domain.frames import SCHEDULE_ITEM
from eros_assets.domain.inputs import PlanInputs
from eros_assets.flows.scoring import store_curves, store_model, with_scores
from eros_assets.planning.plan import plan_creator
from eros_assets.planning.stages.performance_analyst import analyse
from eros_assets.planning.week.creator_week import CreatorWeek, creator_weeks
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.planning.week.pricing import price_of_captions
from eros_assets.planning.week.value import Values
from eros_assets.sample import expected_earnings, load_truth
from eros_assets.sample.response import Truth
from eros_assets.settings import BUILT_FLAGS, SendType, Settings
from eros_assets.warehouse.connection import connect, read
from eros_assets.warehouse.inputs import load_plan_inputs

DRAWS = 2000
HISTORY = "history"


@dataclass(frozen=True)
class Planner:
    """Settings, and what of the truth the planner knows."""

    settings: Settings
    knows_hours: bool = False
    knows_captions: bool = False


def planners(settings: Settings, *, ablate: bool) -> dict[str, Planner]:
    """The planners to compare, by name."""
    full = settings.with_preset("recommended")
    shared = {
        "full": Planner(full),
        "baseline": Planner(settings.with_preset("baseline")),
        "greedy": Planner(full.with_method("baseline")),
    }
    if ablate:
        without = {f"without_{flag.removeprefix('ENABLE_').lower()}": flag for flag in BUILT_FLAGS}
        return shared | {name: Planner(full.with_flags(**{flag: False})) for name, flag in without.items()}
    planning = full.system.planning.model_copy(update={"exploration_share": 0.0})
    sure = full.model_copy(update={"system": full.system.model_copy(update={"planning": planning})})
    return shared | {
        "no_exploration": Planner(sure),
        "oracle_captions": Planner(sure, knows_captions=True),
        "oracle_hours": Planner(sure, knows_hours=True),
        "oracle": Planner(sure, knows_hours=True, knows_captions=True),
    }


# -- what an oracle knows -----------------------------------------------------------------------------


class TrueValues(Values):
    """The true dollars of every caption in every revenue type, at a mean hour and day."""

    def __init__(self, week: CreatorWeek, eligibility: Eligibility, truth: Truth) -> None:
        super().__init__(week, eligibility)
        self.truth = truth

    def _find(self, kind: SendType) -> Floats:
        week = self.week
        if kind.category != "revenue":
            return super()._find(kind)
        page = self.truth["pages"][week.creator["page_name"]]
        positions, candidates = self.eligibility.eligible(kind.key).positions, week.candidates
        items = pd.DataFrame(
            {
                "page_name": week.creator["page_name"],
                "send_type_key": kind.key,
                "hour": 0,
                "weekday": 0,
                "char_length": candidates.length[positions],
                "price": price_of_captions(week, kind, positions) if kind.money == "price" else np.nan,
                "content_type_key": candidates.content_type[positions],
                "caption_hash": candidates.hashes[positions],
                "priced_rank": 1.0,
                "week": _weeks_after_end(pd.Series([pd.Timestamp(week.week_start)] * len(positions))),
            }
        )
        one, mean_hour = page["hour"][0] * page["weekday"][0], float(np.mean(page["hour"][8:]))
        return expected_earnings(self.truth, items).to_numpy() / one * mean_hour


def with_true_hours(week: CreatorWeek, truth: Truth) -> CreatorWeek:
    """The week with the page's true hours, weekdays and fatigue."""
    page = truth["pages"][week.creator["page_name"]]
    hours = np.array(page["hour"])
    weekdays = {str(day): factor for day, factor in enumerate(page["weekday"])}
    curves = {**week.curves, "weekday": weekdays, "saturation": {"k": page["fatigue"]}}
    return replace(week, hour_factor=hours / hours[8:].mean(), curves=curves)


# -- planning and valuing -----------------------------------------------------------------------------


def plan_all(inputs: Sequence[PlanInputs], planner: Planner, truth: Truth) -> pd.DataFrame:
    """Items of all weeks and creators, each week planned with the items of the weeks before as its past."""
    value_captions = partial(TrueValues, truth=truth) if planner.knows_captions else Values
    past: list[pd.DataFrame] = []
    for week_inputs in inputs:
        known = replace(week_inputs, past_items=pd.concat([week_inputs.past_items, *past], ignore_index=True))
        weeks = list(creator_weeks(known, planner.settings))
        analyses = analyse(known, weeks, planner.settings)
        rows = []
        for week in weeks:
            analysis = analyses[week.creator_id]
            if planner.knows_hours:
                week = with_true_hours(week, truth)
            plan = plan_creator(week, analysis, known.data_snapshot, bound_rounds=1, value_captions=value_captions)
            rows += [item.row() for item in plan.assembled.items]
        past.append(SCHEDULE_ITEM.conform(pd.DataFrame(rows, columns=SCHEDULE_ITEM.column_names)))
    items = pd.concat(past, ignore_index=True)
    names = inputs[0].creators.set_index("creator_id")["page_name"]
    local = items["scheduled_time"].str.split(":", n=1, expand=True).astype(int)
    return pd.DataFrame(
        {
            "page_name": items["creator_id"].map(names),
            "send_type_key": items["send_type_key"],
            "date": pd.to_datetime(items["scheduled_date"]),
            "minute": local[0] * 60 + local[1],
            "char_length": items["char_length"].astype(float),
            "price": items["price"].astype(float),
            "content_type_key": items["content_type_key"],
            "caption_hash": items["caption_hash"],
            "believed": items["expected_revenue"].astype(float),
        }
    )


def history_of(settings: Settings, weeks: Sequence[date], names: Sequence[str]) -> pd.DataFrame:
    """What the pages really sent in those weeks, withdrawn sends aside, in the columns of :func:`plan_all`."""
    with connect(settings, read_only=True) as connection:
        return read(
            connection,
            "SELECT page_name, send_type_key, send_date::TIMESTAMP AS date,"
            " 60 * sent_hour + date_part('minute', sent_local) AS minute, char_length, price, content_type_key,"
            " caption_hash, NULL::DOUBLE AS believed FROM performance.fct_sends"
            " WHERE send_date BETWEEN ? AND ? AND list_contains(?, page_name) AND NOT is_withdrawn"
            " ORDER BY send_key",
            [weeks[0], END, list(names)],
        )


def valued(items: pd.DataFrame, truth: Truth) -> pd.DataFrame:
    """Items with ``value`` ($, true expectation) and the model's factors of priced ones."""
    items = items.sort_values(["page_name", "date", "minute"], kind="stable", ignore_index=True)
    priced = items[items["price"] > 0]
    items["priced_rank"] = priced.groupby(["page_name", "date"]).cumcount() + 1.0
    items["hour"], items["weekday"] = items["minute"].astype(int) // 60, items["date"].dt.day_of_week
    items["week"] = _weeks_after_end(items["date"])
    items["value"] = expected_earnings(truth, items)
    return items.assign(**_factors(items, truth))


def _weeks_after_end(days: pd.Series) -> Floats:
    return np.asarray((days - pd.Timestamp(END)).dt.days / 7, dtype=float)


def _factors(items: pd.DataFrame, truth: Truth) -> dict[str, Floats]:
    """Factors of the true value that a planner decides on; ``price`` is what the others leave (price and fit)."""
    pages = items["page_name"].map(truth["pages"])
    starts, multipliers = zip(*truth["length"], strict=True)
    length = items["char_length"].fillna(0).to_numpy(dtype=float)
    cells = zip(pages, items["hour"], items["weekday"], items["content_type_key"], items["priced_rank"], strict=True)
    rows = [
        (p["hour"][h], p["weekday"][w], p["content_type"].get(c, 1.0), np.exp(-p["fatigue"] * (r - 1)), p["level"])
        for p, h, w, c, r in cells
    ]
    hour, weekday, content, fatigue, level = np.array(rows, dtype=float).T
    factors = {
        "hour": hour,
        "weekday": weekday,
        "content_type": content,
        "caption": items["caption_hash"].map(truth["caption_quality"]).fillna(1.0).to_numpy(dtype=float),
        "length": np.array(multipliers)[np.searchsorted(starts, length, side="right") - 1],
        "fatigue": fatigue,
        "send_type": items["send_type_key"].map(truth["send_type"]).fillna(0.0).to_numpy(dtype=float),
    }
    trend = np.exp(pages.map(lambda page: page["trend_per_week"]).to_numpy(dtype=float) * items["week"].to_numpy())
    rest = truth["level_scale"] * level * trend * np.prod(list(factors.values()), axis=0)
    with np.errstate(divide="ignore", invalid="ignore"):
        factors["price"] = items["value"].to_numpy() / rest
    return factors


FACTORS = ("hour", "weekday", "content_type", "caption", "length", "fatigue", "send_type", "price")


def seed_items(
    home: Path, seed: int, sizes: dict[str, int], weeks: Sequence[date], *, ablate: bool
) -> dict[str, pd.DataFrame]:
    """Valued items of every planner and of history for one seed."""
    with redirect_stdout(sys.stderr):  # Dagster and dbt talk; standard output is for the figures
        settings = ready_home(home, weeks, sizes, seed)
    truth = load_truth(truth_path(home))
    for week in weeks:
        store_curves(settings, week, planning_time(week).replace(tzinfo=None))
        store_model(settings, week)
    found = {}
    scored: dict[frozenset[str], list[PlanInputs]] = {}
    for name, planner in planners(settings, ablate=ablate).items():
        flags = planner.settings.flags_on
        if flags not in scored:
            scored[flags] = [_inputs(planner.settings, week) for week in weeks]
        with greedy_in_dollars() if name == "greedy" else nullcontext():
            found[name] = valued(plan_all(scored[flags], planner, truth), truth)
        print(f"seed {seed}: {name} ${found[name]['value'].sum():,.0f}", file=sys.stderr, flush=True)
    names = sorted(found["full"]["page_name"].unique())
    found[HISTORY] = valued(history_of(settings, weeks, names), truth)
    return found


def _inputs(settings: Settings, week: date) -> PlanInputs:
    now = planning_time(week).replace(tzinfo=None)
    with connect(settings, read_only=True) as connection:
        return with_scores(connection, load_plan_inputs(connection, settings, week, now), settings)


# -- figures ------------------------------------------------------------------------------------------


def by_page(found: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """True dollars and earning sends of each page (rows); columns (planner, ``value`` or ``count``)."""
    sums = {}
    for name, items in found.items():
        earning = items[items["value"] > 0].groupby("page_name")["value"]
        sums[name, "value"], sums[name, "count"] = earning.sum(), earning.size()
    return pd.DataFrame(sums).fillna(0.0)


def uplift(seeds: Sequence[pd.DataFrame], one: str, other: str, *, per_send: bool = False) -> dict[str, float]:
    """Percent by which ``one`` earns more than ``other`` over all seeds, with interval and spread over seeds.

    Pages that ``other`` left without any earning send are not compared.
    """
    columns = [(one, "value"), (one, "count"), (other, "value"), (other, "count")]
    arrays = [table.loc[table[other, "value"] > 0, columns].to_numpy() for table in seeds]

    def percent(sums: Floats) -> float:
        counts = sums[1] / sums[3] if per_send else 1.0
        return float(100 * (sums[0] / sums[2] / counts - 1))

    rng = np.random.default_rng(0)
    draws = np.empty(DRAWS)
    for n in range(DRAWS):
        chosen = rng.integers(0, len(arrays), len(arrays))
        parts = [arrays[k][rng.integers(0, len(arrays[k]), len(arrays[k]))] for k in chosen]
        draws[n] = percent(np.concatenate(parts).sum(axis=0))
    each = [percent(array.sum(axis=0)) for array in arrays]
    low, high = np.percentile(draws, [2.5, 97.5])
    return {
        "percent": percent(np.concatenate(arrays).sum(axis=0)),
        "low": float(low),
        "high": float(high),
        "seed_least": min(each),
        "seed_most": max(each),
    }


def profile(items: pd.DataFrame, creator_weeks_count: int) -> dict[str, float]:
    """Volume and quality of a planner's sends: counts a creator-week, dollars a priced send, mean factors."""
    earning = items[items["value"] > 0]
    priced = items[items["price"] > 0]
    return {
        "dollars_per_creator_week": float(items["value"].sum() / creator_weeks_count),
        "sends_per_creator_week": len(items) / creator_weeks_count,
        "earning_sends_per_creator_week": len(earning) / creator_weeks_count,
        "dollars_per_earning_send": float(earning["value"].mean()),
        "without_caption": float(items["caption_hash"].isna().mean()),
        "believed_over_true": float(items["believed"].sum() / items["value"].sum()),
        **{f"factor_{name}": float(np.exp(np.log(priced.loc[priced[name] > 0, name]).mean())) for name in FACTORS},
    }


def main() -> None:
    """Plan, value and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--creators", type=int, default=8)
    parser.add_argument("--weeks", type=int, default=2)
    parser.add_argument("--ablate", action="store_true", help="plan with each flag off in turn, instead of oracles")
    parser.add_argument("--home", type=Path, help="folder that keeps the seeds' homes; default a temporary one")
    options = parser.parse_args()
    weeks = last_weeks(options.weeks)
    share = options.creators / DEFAULT_SIZES["creators"]
    sizes = {name: round(size * share) if name != "days" else size for name, size in DEFAULT_SIZES.items()}
    seeds = []
    with tempfile.TemporaryDirectory() as scratch:
        for number in range(options.seeds):
            seed = 1 + number
            home = (options.home or Path(scratch)) / f"seed_{seed}"
            seeds.append(seed_items(home, seed, sizes, weeks, ablate=options.ablate))
    tables = [by_page(found) for found in seeds]
    count = sum(len(table) for table in tables) * len(weeks)
    pairs = [("full", HISTORY), ("full", "baseline"), ("full", "greedy"), ("baseline", HISTORY)]
    pairs += [(name, "full") for name in seeds[0] if name not in ("full", "baseline", "greedy", HISTORY)]
    merge(
        {
            "true_value_ablation" if options.ablate else "true_value": {
                "seeds": options.seeds,
                "creators_per_seed": options.creators,
                "weeks": len(weeks),
                "creator_weeks": count,
                "uplift_percent": {f"{one}_over_{other}": uplift(tables, one, other) for one, other in pairs},
                "uplift_percent_per_send": {
                    f"{one}_over_{other}": uplift(tables, one, other, per_send=True) for one, other in pairs[:4]
                },
                "planners": {
                    name: profile(pd.concat([found[name] for found in seeds]), count) for name in (*seeds[0],)
                },
            }
        }
    )


if __name__ == "__main__":
    main()
