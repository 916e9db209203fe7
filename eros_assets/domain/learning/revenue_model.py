"""Gradient boosting of log earnings per earning send on what is known before it leaves.

The model predicts how far a send departs from its creator's level. Levels and caption histories are
running decayed means that use only sends settled by then, so training rows look like rows of the
week to come. Intervals are split-conformal: residual quantiles of the newest fifth of the
training sends, predicted by a model that has not seen them.
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from datetime import date
from functools import cached_property
from typing import Any

import lightgbm
import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.arrays import Floats
from eros_assets.domain.codes import codes_of
from eros_assets.domain.learning.caption_effects import effects_of
from eros_assets.domain.learning.evidence import earning_sends
from eros_assets.domain.learning.pool_fit import fit_pool
from eros_assets.domain.learning.response import curves_of, log_product
from eros_assets.settings import Settings

FEATURES = (
    "send_type",
    "content_type",
    "tone",
    "hour",
    "weekday",
    "day_rank",
    "price",
    "char_length",
    "structure_score",
    "emoji_count",
    "page_is_paid",
    "creator_level",
    "creator_n",
    "creator_content",
    "creator_type",
    "caption_lift",
    "caption_n",
    "days_since_use",
    "expected_log",
)
CATEGORICAL = ("send_type", "content_type", "tone")
INTERVAL = 0.90
INTERVALS = (0.50, 0.80, INTERVAL)
_CALIBRATION_SHARE = 0.2
_LEAST_SENDS = 500
_ROUNDS = 100
_PARAMETERS: dict[str, Any] = {
    "objective": "regression",
    "learning_rate": 0.06,
    "num_leaves": 23,
    "min_data_in_leaf": 60,
    "lambda_l2": 5.0,
    "feature_fraction": 0.8,
    "bagging_fraction": 0.8,
    "bagging_freq": 1,
    "cat_smooth": 20.0,
    "num_threads": 1,
    "deterministic": True,
    "force_row_wise": True,
    "verbosity": -1,
}


class TooFewSends(ValueError):  # noqa: N818 - reads as the sentence it is
    """Not enough settled earning sends to train on."""


@dataclass(frozen=True)
class RevenueModel:
    """A trained model with the state it needs to predict; made by :func:`train`.

    ``blend`` is the share of the variance around the creators' levels that the model explains on
    sends it has not seen: how far its word counts beside the hierarchical estimate.
    """

    booster: str
    trained_until: str
    intervals: dict[str, tuple[float, float]]
    smear: float
    blend: float
    codes: dict[str, list[str]]
    creators: dict[str, dict[str, float]]
    creator_content: dict[str, float]
    creator_type: dict[str, float]
    captions: dict[str, tuple[float, float]]
    pool_level: float
    metrics: dict[str, float]

    def predict(self, rows: pd.DataFrame) -> pd.DataFrame:
        """Expected earnings of sends not yet sent: columns log_revenue, revenue, low, high; dollars.

        ``rows`` has creator_id, caption_hash, send_type_key, content_type_key, tone, hour, weekday,
        day_rank (0 = first), price, char_length, structure_score, emoji_count, page_type,
        days_since_use and expected_log (:func:`expected_log`); the interval holds 90% of single sends.
        """
        features, level = self._features(rows)
        departure = np.asarray(self._trees.predict(features, num_threads=1))
        log = level + departure
        dollars = np.maximum(np.exp(log) * self.smear - 1.0, 0.0)
        low, high = self.interval(log, INTERVAL)
        return pd.DataFrame({"log_revenue": log, "revenue": dollars, "low": low, "high": high}, index=rows.index)

    def interval(self, log_revenue: npt.ArrayLike, share: float) -> tuple[Floats, Floats]:
        """Bounds that hold ``share`` (one of ``INTERVALS``) of single sends around a prediction, dollars."""
        log = np.asarray(log_revenue, dtype=float)
        low, high = self.intervals[f"{share:g}"]
        return np.maximum(np.expm1(log + low), 0.0), np.maximum(np.expm1(log + high), 0.0)

    def caption_lift(self, creator_id: str, captions: pd.DataFrame, expected_log: Floats) -> Floats:
        """Log departure of each caption in the creator's usual slot, shape (n,).

        ``captions`` has the columns of POOL_CAPTIONS and CAPTION_FEATURES; each is taken as the
        send type it was written for, at the creator's usual price (the planner prices it later).
        ``expected_log`` is what curves and caption effects say of each, up to a constant.
        """
        usual = self.creators.get(creator_id, {})
        rows = pd.DataFrame(
            {
                "creator_id": creator_id,
                "caption_hash": captions["caption_hash"].to_numpy(dtype=object),
                "send_type_key": captions["caption_type"].to_numpy(dtype=object),
                "content_type_key": captions["content_type_key"].to_numpy(dtype=object),
                "tone": captions["tone"].to_numpy(dtype=object),
                "hour": usual.get("hour", np.nan),
                "weekday": np.nan,
                "day_rank": 0,
                "price": usual.get("price", np.nan),
                "char_length": captions["char_length"].to_numpy(dtype=float),
                "structure_score": captions["structure_score"].to_numpy(dtype=float),
                "emoji_count": captions["emoji_count"].to_numpy(dtype=float),
                "page_type": "paid" if usual.get("page_is_paid", 1.0) else "free",
                "days_since_use": np.nan,
                "expected_log": expected_log,
            }
        )
        features, _ = self._features(rows)
        return np.asarray(self._trees.predict(features, num_threads=1), dtype=float)

    def to_json(self) -> str:
        """The whole model as JSON; :meth:`from_json` gives it back."""
        return json.dumps(asdict(self), sort_keys=True)

    @classmethod
    def from_json(cls, text: str) -> RevenueModel:
        """The model written by :meth:`to_json`."""
        data = json.loads(text)
        for name in ("captions", "intervals"):
            data[name] = {key: tuple(value) for key, value in data[name].items()}
        return cls(**data)

    @cached_property
    def _trees(self) -> lightgbm.Booster:
        return lightgbm.Booster(model_str=self.booster)

    @cached_property
    def _caption_table(self) -> pd.DataFrame:
        """Lift and weight of each caption with sends."""
        return pd.DataFrame.from_dict(self.captions, orient="index", columns=["lift", "n"])

    def _features(self, rows: pd.DataFrame) -> tuple[Floats, Floats]:
        creator = rows["creator_id"].astype(object)
        level = creator.map({k: v["level"] for k, v in self.creators.items()}).fillna(self.pool_level).to_numpy(float)
        pair = {
            name: (creator + "|" + rows[f"{name}_key"].astype(object).fillna("")).map(table).to_numpy(dtype=float)
            for name, table in (("content_type", self.creator_content), ("send_type", self.creator_type))
        }
        caption = self._caption_table.reindex(rows["caption_hash"].to_numpy(dtype=object))
        columns = {
            "send_type": _codes(rows["send_type_key"], self.codes["send_type"]),
            "content_type": _codes(rows["content_type_key"], self.codes["content_type"]),
            "tone": _codes(rows["tone"], self.codes["tone"]),
            **{name: rows[name].to_numpy(dtype=float) for name in ("hour", "weekday", "day_rank", "price")},
            **{name: rows[name].to_numpy(dtype=float) for name in ("char_length", "structure_score", "emoji_count")},
            "page_is_paid": (rows["page_type"] == "paid").to_numpy(dtype=float),
            "creator_level": level,
            "creator_n": creator.map({k: v["n"] for k, v in self.creators.items()}).fillna(0.0).to_numpy(float),
            "creator_content": pair["content_type"],
            "creator_type": pair["send_type"],
            "caption_lift": caption["lift"].to_numpy(dtype=float),
            "caption_n": caption["n"].fillna(0.0).to_numpy(dtype=float),
            "days_since_use": rows["days_since_use"].to_numpy(dtype=float),
            "expected_log": rows["expected_log"].to_numpy(dtype=float),
        }
        return np.column_stack([columns[name] for name in FEATURES]), np.asarray(level, dtype=float)


def train(sends: pd.DataFrame, features: pd.DataFrame, settings: Settings, as_of: date, seed: int) -> RevenueModel:
    """Train on FCT_SENDS settled by ``as_of``; ``features`` is CAPTION_FEATURES of the pool.

    Raises :class:`TooFewSends` below 500 earning sends. Same inputs and seed, same model.
    """
    rows = earning_sends(sends, as_of, settings, settings.scoring.decay["length"].window)
    if len(rows) < _LEAST_SENDS:
        raise TooFewSends(f"{len(rows)} settled earning sends up to {as_of}, at least {_LEAST_SENDS} are needed")
    rows = rows.merge(features[["caption_hash", "structure_score", "emoji_count"]], on="caption_hash", how="left")
    codes = {
        "send_type": [t.key for t in settings.send_types],
        "content_type": [t.key for t in settings.content_types],
        "tone": list(settings.scoring.tones),
    }
    history = _History(rows, settings)
    table = _training_table(rows.assign(expected_log=expected_log(sends, rows, settings, as_of)), history, codes)
    target = rows["log_earned"].to_numpy(dtype=float) - history.level
    order = np.argsort(rows["sent_at"].to_numpy(), kind="stable")
    cut = int(len(order) * (1 - _CALIBRATION_SHARE))
    early, late = order[:cut], order[cut:]
    # The trial may know of the newest sends no more than a model of that day would.
    known = expected_log(sends, rows, settings, rows["sent_at"].iloc[order[cut]].date())
    before = _training_table(rows.assign(expected_log=known), history, codes)
    trial = _fit(before[early], target[early], seed)
    residual = target[late] - np.asarray(trial.predict(before[late], num_threads=1))
    level_error = target[late] - target[early].mean()
    final = _fit(table, target, seed)
    settled = np.expm1(rows["log_earned"].to_numpy(dtype=float))
    fitted = history.level + np.asarray(final.predict(table, num_threads=1))
    explained = 1 - float(np.mean(residual**2) / max(np.mean(level_error**2), 1e-12))
    return RevenueModel(
        booster=final.model_to_string(),
        trained_until=as_of.isoformat(),
        intervals={
            f"{share:g}": (float(np.quantile(residual, (1 - share) / 2)), float(np.quantile(residual, (1 + share) / 2)))
            for share in INTERVALS
        },
        smear=float((settled + 1).sum() / np.exp(fitted).sum()),
        blend=float(np.clip(explained, 0.0, 0.9)),
        codes=codes,
        **history.state(rows),
        metrics={
            "train_sends": float(len(rows)),
            "calibration_rmse_log": float(np.sqrt(np.mean(residual**2))),
            "calibration_rmse_log_creator_mean": float(np.sqrt(np.mean(level_error**2))),
            "calibration_explained": explained,
        },
    )


def expected_log(sends: pd.DataFrame, rows: pd.DataFrame, settings: Settings, as_of: date) -> Floats:
    """What response curves and caption effects learned from ``sends`` up to ``as_of`` expect of each row, log scale.

    ``rows`` are FCT_SENDS with ``day_rank`` (``earning_sends``); the creator's level is not in it.
    """
    fit = fit_pool(sends, settings, as_of)
    curves = curves_of(fit, rows[["creator_id"]], settings, as_of)
    effect = effects_of(fit, settings).pool.set_index("caption_hash")["log_effect"]
    of_caption: Floats = rows["caption_hash"].astype(object).map(effect).fillna(0.0).to_numpy(dtype=float)
    return log_product(curves, rows, settings) + of_caption


class _History:
    """What was known of creator and caption before each send: running decayed means of settled sends."""

    def __init__(self, rows: pd.DataFrame, settings: Settings) -> None:
        decay = settings.scoring.decay
        self.kappa = settings.scoring.shrinkage_kappa
        self.lag = pd.Timedelta(hours=settings.scoring.maturity_hours)
        self.end = rows["sent_at"].max() + self.lag
        self.creator_half_life, self.caption_half_life = decay["creator"].half_life, decay["caption"].half_life
        y = rows["log_earned"]
        self.pool_level = float(y.mean())
        creator = rows["creator_id"].astype(object)
        mean, n = self._running(rows, creator, y, self.creator_half_life)
        self.level = (n * np.nan_to_num(mean) + self.kappa * self.pool_level) / (n + self.kappa)
        self.creator_n = n
        self.departure = y - self.level
        self.keys = {
            "creator_content": creator + "|" + rows["content_type_key"].astype(object).fillna(""),
            "creator_type": creator + "|" + rows["send_type_key"].astype(object),
            "caption": rows["caption_hash"].astype(object).fillna(""),
        }
        self.means: dict[str, Floats] = {}
        self.counts: dict[str, Floats] = {}
        for name, key in self.keys.items():
            value, count = self._running(rows, key, self.departure, self.caption_half_life)
            self.means[name] = np.where(count > 0, np.nan_to_num(value) * count / (count + self.kappa), np.nan)
            self.counts[name] = count

    def _running(self, rows: pd.DataFrame, key: pd.Series, value: pd.Series, half_life: float) -> tuple[Floats, Floats]:
        """Decayed mean and weight of earlier settled sends of the same key, at each send's time."""
        # Weights grow from the first send on; the ratio of two running sums is the decayed mean.
        start = rows["sent_at"].min()
        growth = 2.0 ** ((rows["sent_at"] - start).dt.total_seconds() / 86400 / half_life)
        sums = pd.DataFrame({"key": key, "known_at": rows["sent_at"] + self.lag, "w": growth, "wy": growth * value})
        sums = sums.sort_values("known_at", kind="stable")
        sums[["w", "wy"]] = sums.groupby("key", sort=False)[["w", "wy"]].cumsum()
        asked = pd.DataFrame({"key": key, "at": rows["sent_at"], "row": np.arange(len(rows))}).sort_values(
            "at", kind="stable"
        )
        found = pd.merge_asof(asked, sums, left_on="at", right_on="known_at", by="key", allow_exact_matches=False)
        found = found.sort_values("row")
        weight = np.nan_to_num(found["w"].to_numpy(dtype=float))
        mean = np.where(weight > 0, found["wy"].to_numpy(dtype=float) / np.maximum(weight, 1e-12), np.nan)
        return mean, weight / growth.to_numpy(dtype=float)

    def _now(self, rows: pd.DataFrame, key: pd.Series, value: pd.Series, half_life: float) -> pd.DataFrame:
        """Decayed mean and weight per key when training ends."""
        weight = 0.5 ** ((self.end - rows["sent_at"]).dt.total_seconds() / 86400 / half_life)
        sums = pd.DataFrame({"w": weight, "wy": weight * value}).groupby(key.to_numpy(dtype=object)).sum()
        return pd.DataFrame({"mean": sums["wy"] / sums["w"], "n": sums["w"]})

    def state(self, rows: pd.DataFrame) -> dict[str, Any]:
        """The running means as of the end of training, as the model stores them."""
        creator = rows["creator_id"].astype(object)
        level = self._now(rows, creator, rows["log_earned"], self.creator_half_life)
        shrunk = (level["n"] * level["mean"] + self.kappa * self.pool_level) / (level["n"] + self.kappa)
        usual = pd.DataFrame(
            {
                "level": shrunk,
                "n": level["n"],
                "hour": rows["sent_hour"].astype(float).groupby(creator).median(),
                "price": rows["price"].astype(float).groupby(creator).median().fillna(0.0),
                "page_is_paid": (rows["page_type"] == "paid").astype(float).groupby(creator).first(),
            }
        )
        tables = {name: self._now(rows, key, self.departure, self.caption_half_life) for name, key in self.keys.items()}
        lifts = {name: table["mean"] * table["n"] / (table["n"] + self.kappa) for name, table in tables.items()}
        return {
            "creators": usual.to_dict("index"),
            "creator_content": lifts["creator_content"].to_dict(),
            "creator_type": lifts["creator_type"].to_dict(),
            "captions": {
                key: (lift, n)
                for key, lift, n in zip(
                    lifts["caption"].index, lifts["caption"].tolist(), tables["caption"]["n"].tolist(), strict=True
                )
            },
            "pool_level": self.pool_level,
        }


def _training_table(rows: pd.DataFrame, history: _History, codes: dict[str, list[str]]) -> Floats:
    use = rows["caption_hash"].astype(object).fillna("")
    before = rows.groupby([rows["creator_id"].astype(object), use], sort=False)["sent_at"].shift()
    columns = {
        "send_type": _codes(rows["send_type_key"], codes["send_type"]),
        "content_type": _codes(rows["content_type_key"], codes["content_type"]),
        "tone": _codes(rows["tone"], codes["tone"]),
        "hour": rows["sent_hour"].to_numpy(dtype=float),
        "weekday": rows["sent_weekday"].to_numpy(dtype=float),
        "day_rank": rows["day_rank"].to_numpy(dtype=float),
        "price": rows["price"].to_numpy(dtype=float, na_value=np.nan),
        "char_length": rows["char_length"].to_numpy(dtype=float, na_value=np.nan),
        "structure_score": rows["structure_score"].to_numpy(dtype=float, na_value=np.nan),
        "emoji_count": rows["emoji_count"].to_numpy(dtype=float, na_value=np.nan),
        "page_is_paid": (rows["page_type"] == "paid").to_numpy(dtype=float),
        "creator_level": history.level,
        "creator_n": history.creator_n,
        "creator_content": history.means["creator_content"],
        "creator_type": history.means["creator_type"],
        "caption_lift": history.means["caption"],
        "caption_n": history.counts["caption"],
        "days_since_use": (rows["sent_at"] - before).dt.total_seconds().to_numpy(dtype=float) / 86400,
        "expected_log": rows["expected_log"].to_numpy(dtype=float),
    }
    return np.column_stack([columns[name] for name in FEATURES])


def _fit(table: Floats, target: Floats, seed: int) -> lightgbm.Booster:
    data = lightgbm.Dataset(
        table,
        target,
        feature_name=list(FEATURES),
        categorical_feature=list(CATEGORICAL),
        params={"verbosity": -1},
    )
    return lightgbm.train({**_PARAMETERS, "seed": seed}, data, num_boost_round=_ROUNDS)


def _codes(values: pd.Series, known: list[str]) -> Floats:
    """Category codes as floats, NaN where unknown."""
    code = codes_of(values, known).astype(float)
    return np.where(code >= 0, code, np.nan)
