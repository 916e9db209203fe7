"""What learning recovers of the sample's truth, and how well the revenue model foresees later sends.

``python -m benchmarks.learning [--home PATH]``: the home of a default sample run (``eros run --demo``).
As-of tables of the two past days the time split needs are added to its lake when missing.

*Effects*: Spearman correlation of estimated and true log effects of each creator, both with the
creator's mean taken out. ``ceiling`` is the same figure for an oracle that reads the same sends
undecayed, knows every other effect and the pool's means, and has only the noise of the sends and the
quality of their captions against it: what the data can tell at most.
Cells count with at least κ (10) effective sends, where own evidence outweighs the prior; ``_all``
takes every cell with a send. *Intervals*: share of true effects inside the 50, 80 and 90% interval.
*Revenue model*: trained up to eight weeks before the end, tested on the earning sends after it.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from inspect import signature
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.optimize import isotonic_regression
from scipy.stats import norm

from benchmarks.results import merge
from eros_assets.domain import frames
from eros_assets.domain.captions.length import length_buckets
from eros_assets.domain.captions.scores import caption_scores
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.learning.caption_effects import caption_effects
from eros_assets.domain.learning.evaluation import coverage, rank_agreement, rank_agreement_within
from eros_assets.domain.learning.evidence import earning_sends
from eros_assets.domain.learning.mixed import Block, creator_deviations
from eros_assets.domain.learning.pool_fit import price_key, purchase_moments
from eros_assets.domain.learning.response import log_product, response_curves
from eros_assets.domain.learning.revenue_model import RevenueModel, expected_log, train
from eros_assets.domain.learning.shrinkage import learned_spread, posterior_mean
from eros_assets.flows.scoring import history
from eros_assets.pipeline import Pipeline
from eros_assets.sample.agency import make_creators, page_names
from eros_assets.sample.captions import make_captions
from eros_assets.sample.config import load_demo_config
from eros_assets.sample.history import make_sends
from eros_assets.sample.response import Truth, expected_earnings, load_truth, make_truth
from eros_assets.sample.sample import write_demo
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse.connection import connect, read, read_table
from eros_assets.warehouse.inputs import load_plan_inputs

Floats = npt.NDArray[np.float64]

TEST_DAYS = 56
FIT_DAYS = 28
LEVELS = (0.5, 0.8, 0.9)
REPEATS = 1000
LABELS = ("send_type_key", "content_type_key")
"""What exports do not say and the pipeline has to tell from texts and prices."""
TIP_STEP = 5.0
"""Tips come in steps of this many dollars, as purchases come in steps of the price."""


@dataclass(frozen=True)
class World:
    """Settled earning sends of all creators with what is true of each, and the true effects per cell.

    ``rows`` is ``earning_sends`` over a year with added columns ``expected`` (true dollars), ``error``
    (log error of the send as an oracle sees it that knows all but the caption's quality) and
    ``information`` (1 ÷ its variance).
    ``factors`` has creator_id, curve, curve_key and the true ``log_factor``, one row per cell with sends.
    """

    rows: pd.DataFrame
    factors: pd.DataFrame


def world(sends: pd.DataFrame, truth: Truth, settings: Settings, as_of: date) -> World:
    """What the truth file says of the settled sends up to ``as_of``; pages without truth are left out.

    ``sends`` is FCT_SENDS; columns true_send_type_key and true_content_type_key, where given, tell what
    each send really was.
    """
    rows = earning_sends(sends[sends["page_name"].isin(list(truth["pages"]))], as_of, settings, 365)
    labels = {name: rows.get(f"true_{name}", rows[name]).astype(object) for name in LABELS}
    items = pd.DataFrame(
        {
            "page_name": rows["page_name"].astype(object),
            **labels,
            "hour": rows["sent_hour"],
            "weekday": rows["sent_weekday"],
            "char_length": rows["char_length"],
            "price": rows["price"],
            "caption_hash": rows["caption_hash"],
            "priced_rank": rows["day_rank"] + 1,
            "week": -rows["age_days"].floordiv(1) / 7,
        }
    )
    expected = expected_earnings(truth, items)
    rows, items, expected = (f[expected > 0] for f in (rows, items, expected))
    price = rows["price"].to_numpy(dtype=float, na_value=np.nan)
    unit = np.where(price > 0, price, TIP_STEP)
    plain = expected_earnings(truth, items.assign(caption_hash="")).to_numpy()
    mean, slope, variance = purchase_moments(np.log(plain / unit), truth["noise_sd"])
    bought = np.log1p(np.expm1(rows["log_earned"].to_numpy(dtype=float)) / unit)
    rows = rows.assign(
        expected=expected,
        error=(bought - mean) / slope,
        information=slope**2 / variance,
        type_effect=np.log(_type_and_price(truth, items)),
        curve_hour=rows["sent_hour"].astype(str),
        curve_weekday=rows["sent_weekday"].astype(str),
        curve_send_type=rows["send_type_key"].astype(object),
        curve_content_type=rows["content_type_key"].astype(object),
        curve_length=rows["length_bucket"].astype(object),
    )
    return World(rows, _true_factors(rows, truth))


def _type_and_price(truth: Truth, items: pd.DataFrame) -> Floats:
    """True effect of send type and price together: earnings ÷ those of the same send asking for a tip."""
    first = items.assign(priced_rank=1)
    tip = truth["tip_types"][0]
    ratio = expected_earnings(truth, first) / expected_earnings(truth, first.assign(send_type_key=tip))
    return np.asarray(ratio * truth["send_type"][tip], dtype=float)


def _true_factors(rows: pd.DataFrame, truth: Truth) -> pd.DataFrame:
    """True log factors of the cells that have sends; a send type counts at the prices it was sent at."""
    lengths = sorted((start, multiplier) for start, multiplier in truth["length"])
    starts, multipliers = (np.array(column) for column in zip(*lengths, strict=True))
    of_page: dict[str, Callable[[dict[str, Any], str], float]] = {
        "hour": lambda page, key: page["hour"][int(key)],
        "weekday": lambda page, key: page["weekday"][int(key)],
        "content_type": lambda page, key: page["content_type"][key],
    }
    parts = []
    for curve in ("hour", "weekday", "send_type", "content_type", "length"):
        cells = rows.dropna(subset=[f"curve_{curve}"]).groupby(["creator_id", f"curve_{curve}"], sort=True)
        cell = cells.agg(
            page_name=("page_name", "first"), chars=("char_length", "median"), kind=("type_effect", "mean")
        )
        cell = cell.reset_index(names=["creator_id", "curve_key"])
        if curve == "send_type":
            log = cell["kind"].to_numpy(dtype=float)
        elif curve == "length":
            log = np.log(multipliers[np.searchsorted(starts, cell["chars"].to_numpy(dtype=float), side="right") - 1])
        else:
            effect = of_page[curve]
            pairs = zip(cell["page_name"], cell["curve_key"], strict=True)
            log = np.log([effect(truth["pages"][page], key) for page, key in pairs])
        parts.append(cell[["creator_id", "curve_key"]].assign(curve=curve, log_factor=log))
    first = rows.groupby("creator_id")["page_name"].first()
    k = pd.DataFrame({"creator_id": first.index, "curve_key": "k", "curve": "saturation"})
    k["log_factor"] = [truth["pages"][page]["fatigue"] for page in first]
    return pd.concat([*parts, k], ignore_index=True)


def compared(learned: pd.DataFrame, real: World, curve: str) -> pd.DataFrame:
    """Cells of one curve known on both sides: columns creator_id, curve_key, n_eff, estimate, true, log_sd, ceiling.

    Factors are scaled to mean 1 over the creator's sends on both sides, as the curves are.
    """
    cells = learned[(learned["curve"] == curve) & (learned["n_eff"] > 0)].merge(
        real.factors[real.factors["curve"] == curve], on=["creator_id", "curve", "curve_key"]
    )
    cells = cells.astype({"factor": float, "n_eff": float, "log_sd": float})
    if curve == "saturation":
        return cells.assign(estimate=cells["factor"], true=cells["log_factor"], ceiling=_ceiling(cells, real, curve))
    true = np.exp(cells["log_factor"])
    by = cells["creator_id"]
    mean = (true * cells["n_eff"]).groupby(by).transform("sum") / cells["n_eff"].groupby(by).transform("sum")
    cells = cells.assign(estimate=np.log(cells["factor"]), true=np.log(true / mean))
    return cells.assign(ceiling=_ceiling(cells, real, curve))


def _ceiling(cells: pd.DataFrame, real: World, curve: str) -> pd.Series:
    """The oracle's estimate of each cell: the creator's own deviations measured with all else known, shrunk."""
    rows = real.rows
    names, creator = np.unique(rows["creator_id"].astype(str), return_inverse=True)
    pool = cells["log_factor"].groupby(cells["curve_key"]).mean()
    own = (cells["log_factor"] - cells["curve_key"].map(pool)).set_axis(
        pd.MultiIndex.from_frame(cells[["creator_id", "curve_key"]])
    )
    error, information = (rows[name].to_numpy(dtype=float) for name in ("error", "information"))
    precision = information / np.average(error**2, weights=information) / information.mean()
    count, start = len(names), float(own.var())
    if curve == "saturation":
        rank = np.where(rows["is_priced"].to_numpy(dtype=bool), rows["day_rank"].to_numpy(dtype=float), 0.0)
        deviation = np.nan_to_num(rows["creator_id"].map(own.droplevel("curve_key")).to_numpy(dtype=float))
        seen = creator_deviations(
            error - deviation * rank, precision, creator, creator, count, {}, {"k": rank}, start
        ).mean["k"]
        estimate = pd.Series(-seen[:, 0], names)
        return pool["k"] + cells["creator_id"].astype(str).map(estimate)
    keys = pool.index.tolist()
    label = rows[f"curve_{curve}"]
    level = pd.Categorical(label, categories=keys).codes.astype(np.int64)
    index = pd.MultiIndex.from_arrays([rows["creator_id"].astype(object), label.astype(object)])
    deviation = np.nan_to_num(own.reindex(index).to_numpy(dtype=float))
    blocks = {curve: Block(level, len(keys), ring=curve == "hour")}
    mean = creator_deviations(error + deviation, precision, creator, creator, count, blocks, {}, start).mean[curve]
    at = cells["creator_id"].astype(str).map({name: i for i, name in enumerate(names)}).to_numpy()
    column = cells["curve_key"].map({key: i for i, key in enumerate(keys)}).to_numpy()
    return cells["curve_key"].map(pool) + mean[at, column]


def effect_figures(learned: pd.DataFrame, real: World, least: float) -> dict[str, float]:
    """Correlation, ceiling and number of cells of each curve, and the coverage of its intervals."""
    figures: dict[str, float] = {}
    for curve in ("hour", "weekday", "send_type", "content_type", "length", "saturation"):
        cells = compared(learned, real, curve)
        enough = cells[cells["n_eff"] >= least]
        for suffix, part in (("", enough), ("_all", cells)):
            by = part["creator_id"] if curve != "saturation" else pd.Series(0, part.index)
            figures[f"{curve}{suffix}"] = rank_agreement_within(part["estimate"], part["true"], by)
            figures[f"{curve}{suffix}_ceiling"] = rank_agreement_within(part["ceiling"], part["true"], by)
            figures[f"{curve}{suffix}_n"] = len(part)
        for level in LEVELS:
            figures[f"{curve}_coverage_{level:.0%}"] = _covered(cells, level)
    return figures


def _covered(cells: pd.DataFrame, level: float) -> float:
    reach = norm.ppf(0.5 + level / 2) * cells["log_sd"].to_numpy(dtype=float)
    estimate = cells["estimate"].to_numpy(dtype=float)
    return coverage(estimate - reach, estimate + reach, cells["true"])


def with_true_labels(sends: pd.DataFrame, truth: Truth, settings: Settings, end: date) -> pd.DataFrame:
    """FCT_SENDS of the default sample with what each send really was, by drawing the sample again.

    Raises ``ValueError`` when the truth file is of another sample.
    """
    config = load_demo_config()
    streams = iter(np.random.default_rng([config.seed, part]) for part in range(5))
    sizes = {name: option.default for name, option in signature(write_demo).parameters.items()}
    names = page_names(sizes["creators"] + config.agency.former_creators, next(streams))[: sizes["creators"]]
    pages = make_creators(names, end, sizes["days"], config, settings, next(streams))
    pool = make_captions(sizes["captions"], config, settings, next(streams))
    drawn = make_truth(pages, pool, config, settings, next(streams))
    sent = make_sends(
        pages,
        pool,
        drawn,
        sends=sizes["sends"],
        days=sizes["days"],
        end=pd.Timestamp(end),
        config=config,
        settings=settings,
        rng=next(streams),
    )
    if drawn["level_scale"] != truth["level_scale"]:
        raise ValueError("the home holds another sample than `eros run --demo` writes by default")
    key = ["page_name", "sent_at", "caption_hash"]
    sent = sent.rename(columns={"utc": "sent_at", **{name: f"true_{name}" for name in LABELS}})
    sent = sent[[*key, *(f"true_{name}" for name in LABELS)]].drop_duplicates(key)
    found = sends.astype({"page_name": object, "caption_hash": object}).merge(sent, on=key, how="left")
    for name in LABELS:
        found[f"true_{name}"] = found[f"true_{name}"].where(found[f"true_{name}"].notna(), found[name])
    return found


def creator_figures(real: World, health: pd.DataFrame) -> dict[str, float]:
    """Level of the creators: estimated mean revenue per priced send against the true one of the same sends."""
    rows = real.rows[real.rows["is_priced"].astype(bool)]
    age = rows["age_days"].to_numpy(dtype=float)
    weight = pd.Series(np.where(age <= 180, 0.5 ** (age / 30), 0.0), rows.index)
    by = rows["creator_id"]
    true = (weight * rows["expected"]).groupby(by).sum() / weight.groupby(by).sum()
    own = health.set_index("creator_id")["mean_rps"].astype(float).reindex(true.index)
    return {"creators": rank_agreement(own, true), "creators_n": int((own.notna() & true.notna()).sum())}


def _price_length(fitting: pd.Series, creator: pd.Series, price: float, bucket: npt.NDArray[np.str_]) -> Floats:
    keys = [price_key(price, one) for one in bucket]
    return fitting.reindex(pd.MultiIndex.from_arrays([creator, keys])).fillna(1.0).to_numpy()


def caption_figures(
    scored: pd.DataFrame, curves: pd.DataFrame, real: World, truth: Truth, settings: Settings
) -> dict[str, float]:
    """Order of PPV candidates within a creator: estimated against true worth at the prices in use."""
    rows = real.rows
    captions = scored[scored["caption_type"] == "ppv_unlock"]
    pages = rows.groupby("creator_id")["page_name"].first()
    captions = captions[captions["creator_id"].isin(pages.index)].reset_index(drop=True)
    sold = rows.loc[rows["send_type_key"] == "ppv_unlock", "price"].astype(float).value_counts(normalize=True)
    items = pd.DataFrame(
        {
            "page_name": captions["creator_id"].map(pages),
            "send_type_key": "ppv_unlock",
            "hour": 14,
            "weekday": 2,
            "char_length": captions["char_length"],
            "content_type_key": captions["content_type_key"],
            "caption_hash": captions["caption_hash"],
            "priced_rank": 1,
        }
    )
    true = sum(share * expected_earnings(truth, items.assign(price=price)) for price, share in sold.items())
    known = captions["caption_hash"].map(truth["caption_quality"]).fillna(1.0)
    by_caption = rows["caption_hash"].astype(object)
    n = rows["information"].groupby(by_caption).sum()
    error = (rows["error"] * rows["information"]).groupby(by_caption).sum() / n
    spread = learned_spread(error, n / rows["information"].mean(), 10, 30)
    guess = pd.Series(posterior_mean(error, n / rows["information"].mean(), 0.0, spread.kappa), n.index)
    ceiling = np.log(true / known) + captions["caption_hash"].map(guess).fillna(0.0)
    fitting = curves[curves["curve"] == "price_length"].set_index(["creator_id", "curve_key"])["factor"].astype(float)
    bucket = length_buckets(captions["char_length"], settings.scoring)
    points = np.array(settings.scoring.price_points)
    factor = sum(
        share * _price_length(fitting, captions["creator_id"], points[np.abs(points - price).argmin()], bucket)
        for price, share in sold.items()
    )
    estimate = np.log(captions["expected_revenue"].astype(float) * factor)
    by = captions["creator_id"]
    sent = captions["caption_hash"].isin(n.index)
    figures: dict[str, float] = {}
    for name, part in (("captions", sent | ~sent), ("captions_sent", sent)):
        figures[name] = rank_agreement_within(estimate[part], np.log(true)[part], by[part])
        figures[f"{name}_ceiling"] = rank_agreement_within(ceiling[part], np.log(true)[part], by[part])
        figures[f"{name}_n"] = int(part.sum())
    off = estimate - np.log(true)
    cells = pd.DataFrame(
        {"estimate": off - off.groupby(by).transform("median"), "true": 0.0, "log_sd": captions["expected_log_sd"]}
    )
    for level in LEVELS:
        figures[f"captions_coverage_{level:.0%}"] = _covered(cells, level)
    top = captions.assign(true=true, estimate=np.exp(estimate)).groupby("creator_id")
    figures["captions_top30_true_to_mean"] = float(
        top.apply(lambda g: g.nlargest(30, "estimate")["true"].mean() / g["true"].mean()).median()
    )
    figures["captions_top30_true_to_best"] = float(
        top.apply(lambda g: g.nlargest(30, "estimate")["true"].mean() / g.nlargest(30, "true")["true"].mean()).median()
    )
    return figures


@dataclass(frozen=True)
class Known:
    """What was known at the end of one day: curves, model, and ``eros``, the score by creator and caption."""

    curves: pd.DataFrame
    model: RevenueModel
    eros: pd.Series

    def level(self, rows: pd.DataFrame) -> Floats:
        """Log level of each send's creator."""
        levels = {key: value["level"] for key, value in self.model.creators.items()}
        return rows["creator_id"].map(levels).fillna(self.model.pool_level).to_numpy(dtype=float)

    def eros_of(self, rows: pd.DataFrame) -> Floats:
        """EROS score of each send's caption; a caption without one takes its creator's mean."""
        index = pd.MultiIndex.from_arrays([rows["creator_id"].astype(object), rows["caption_hash"].astype(object)])
        score = pd.Series(self.eros.reindex(index).to_numpy(dtype=float), rows.index)
        return score.fillna(score.groupby(rows["creator_id"]).transform("mean")).fillna(score.mean()).to_numpy()


def split_figures(
    early: Known, late: Known, between: pd.DataFrame, after: pd.DataFrame, expected: Floats, settings: Settings
) -> dict[str, float]:
    """Errors on the sends ``after`` a day, of the model and of what it has to beat.

    EROS score and product of curves are no log earnings: a monotone fit on the sends ``between`` the
    days of ``early`` and ``late`` makes them so beside the creator's level, and is then read with what
    is known at ``late``. ``expected`` are the true dollars of ``after``: what no model can beat, up to
    the monotone fit, which here may see the answers.
    """
    actual = after["log_earned"].to_numpy(dtype=float)
    predicted = late.model.predict(after)
    level, departure = late.level(after), between["log_earned"].to_numpy(dtype=float) - early.level(between)
    logs = {
        "model": predicted["log_revenue"].to_numpy(dtype=float),
        "creator_mean": level,
        "eros_score": level + monotone(early.eros_of(between), departure, late.eros_of(after)),
        "curves": level
        + monotone(log_product(early.curves, between, settings), departure, log_product(late.curves, after, settings)),
        "truth": monotone(np.log(expected), actual, np.log(expected)),
    }
    dollars = np.expm1(actual)
    week = after["creator_id"].astype(str) + after["sent_local"].dt.strftime("%G-%V")
    creator, _ = pd.factorize(after["creator_id"])
    figures: dict[str, float] = {"split_sends": len(after)}
    squares = {name: (log - actual) ** 2 for name, log in logs.items()}
    for name, log in logs.items():
        smear = (dollars + 1).sum() / np.exp(log).sum()
        figures[f"split_rmse_{name}"] = float(np.sqrt(squares[name].mean()))
        figures[f"split_mae_dollars_{name}"] = float(np.abs(np.exp(log) * smear - 1 - dollars).mean())
        if name != "creator_mean":  # it says nothing within a creator's week
            figures[f"split_rank_{name}"] = rank_within(log, actual, week)
    for name in ("creator_mean", "eros_score", "curves"):
        low, high = gain_interval(squares["model"], squares[name], creator)
        figures[f"split_gain_over_{name}"] = 1 - figures["split_rmse_model"] / figures[f"split_rmse_{name}"]
        figures[f"split_gain_over_{name}_low"], figures[f"split_gain_over_{name}_high"] = low, high
    for share in LEVELS:
        bounds = late.model.interval(predicted["log_revenue"], share)
        figures[f"split_coverage_{share:.0%}"] = coverage(*bounds, dollars)
    return figures


def monotone(x: Floats, y: Floats, asked: Floats) -> Floats:
    """Least-squares increasing fit of ``y`` on ``x``, read at ``asked``."""
    order = np.argsort(x, kind="stable")
    return np.interp(asked, x[order], isotonic_regression(y[order]).x)


def rank_within(log: Floats, actual: Floats, group: pd.Series) -> float:
    """Mean over groups of ten sends or more of the rank correlation inside the group."""
    frame = pd.DataFrame({"p": log, "a": actual, "g": group.to_numpy()})
    found = [rank_agreement(part["p"], part["a"]) for _, part in frame.groupby("g") if len(part) >= 10]
    return float(np.nanmean(found))


def gain_interval(model: Floats, other: Floats, creator: npt.NDArray[np.intp]) -> tuple[float, float]:
    """95% interval of the gain in RMSE over ``other``, creators drawn with replacement; squared errors."""
    rng = np.random.default_rng(1)
    sums = np.stack([np.bincount(creator, values) for values in (model, other)])
    drawn = rng.integers(0, sums.shape[1], (REPEATS, sums.shape[1]))
    ours, theirs = sums[:, drawn].sum(axis=2)
    return tuple(np.quantile(1 - np.sqrt(ours / theirs), (0.025, 0.975)).tolist())


def main() -> None:
    """Run the benchmark and print its figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, help="EROS_HOME of a sample run; default as `eros` has it")
    settings = load_settings(parser.parse_args().home)
    settings = settings.with_preset("recommended")
    truth = load_truth(settings.paths.home / "truth" / "truth.json")
    with connect(settings, read_only=True) as lake:
        as_of = read(lake, f"SELECT max(as_of_date) AS day FROM {frames.CREATOR_HEALTH.full_name}")["day"].iloc[0]
    as_of = pd.Timestamp(as_of).date()
    cut = as_of - timedelta(days=TEST_DAYS)
    for day in (cut, cut - timedelta(days=FIT_DAYS)):
        add_as_of_tables(settings, day, as_of)

    inputs, sends, pool = read_home(settings, as_of)
    sends = with_true_labels(sends, truth, settings, as_of)
    real = world(sends, truth, settings, as_of)
    curves = response_curves(sends, inputs.health, settings, inputs.week_start, as_of)
    model = train(sends, inputs.features, settings, as_of, settings.system.planning.seed)
    effects = caption_effects(sends, settings, as_of)
    scored = caption_scores(replace(inputs, response_curves=curves), pool, effects, settings, model)
    figures = effect_figures(curves, real, settings.scoring.shrinkage_kappa)
    figures |= creator_figures(real, inputs.health) | caption_figures(scored, curves, real, truth, settings)

    early, late = (known(settings, day) for day in (cut - timedelta(days=FIT_DAYS), cut))
    between = with_features(earning_sends(sends, cut, settings, FIT_DAYS), inputs.features)
    after = with_features(earning_sends(sends, as_of, settings, TEST_DAYS), inputs.features)
    after["expected_log"] = expected_log(sends, after, settings, cut)
    between, after = (rows[rows["page_name"].isin(list(truth["pages"]))] for rows in (between, after))
    expected = after["send_key"].map(real.rows.set_index("send_key")["expected"]).to_numpy(dtype=float)
    has_truth = np.isfinite(expected)
    figures |= split_figures(
        early, late, between, after[has_truth].reset_index(drop=True), expected[has_truth], settings
    )
    merge({f"learning_{name}": value for name, value in figures.items()})


def add_as_of_tables(settings: Settings, day: date, newest: date) -> None:
    """Make the lake's as-of tables of a past day unless they stand there."""
    with connect(settings, read_only=True) as lake:
        known_days = read(lake, f"SELECT DISTINCT as_of_date FROM {frames.CREATOR_HEALTH.full_name}")["as_of_date"]
    if pd.Timestamp(day) not in set(pd.to_datetime(known_days)):
        now = datetime.combine(newest + timedelta(days=1), time(18), tzinfo=UTC)
        Pipeline(settings, now=now).backfill(day, day)


def read_home(settings: Settings, as_of: date) -> tuple[PlanInputs, pd.DataFrame, pd.DataFrame]:
    """Inputs without scores of the day after ``as_of``, a year of sends, and the pool's performance."""
    week = as_of + timedelta(days=1)
    now = datetime.combine(week, time(18), tzinfo=UTC)
    with connect(settings, read_only=True) as lake:
        inputs = load_plan_inputs(lake, settings, week, now, with_scores=False)
        pool = read_table(lake, frames.POOL_PERFORMANCE, "as_of_date = ?", [as_of])
        return inputs, history(lake, as_of, settings), pool


def known(settings: Settings, day: date) -> Known:
    """Learn from what was settled by the end of ``day``."""
    inputs, sends, pool = read_home(settings, day)
    curves = response_curves(sends, inputs.health, settings, inputs.week_start, day)
    model = train(sends, inputs.features, settings, day, settings.system.planning.seed)
    inputs, effects = replace(inputs, response_curves=curves), caption_effects(sends, settings, day)
    everything = settings.system.planning.model_copy(update={"candidates_per_type": len(inputs.captions)})
    complete = settings.model_copy(update={"system": settings.system.model_copy(update={"planning": everything})})
    parts = []
    for creator in inputs.creators["creator_id"]:
        scored = caption_scores(inputs.for_creators([creator]), pool, effects, complete)
        sent = scored[scored["caption_hash"].isin(sends["caption_hash"])]
        parts.append(sent.set_index(["creator_id", "caption_hash"])["eros_score"])
    return Known(curves, model, pd.concat(parts))


def with_features(rows: pd.DataFrame, features: pd.DataFrame) -> pd.DataFrame:
    """Sends as the revenue model's ``predict`` wants them."""
    rows = rows.merge(features[["caption_hash", "structure_score", "emoji_count"]], on="caption_hash", how="left")
    return rows.assign(hour=rows["sent_hour"], weekday=rows["sent_weekday"], days_since_use=np.nan)


if __name__ == "__main__":
    main()
