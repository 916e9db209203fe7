"""The response model behind the sample: what a send is truly expected to earn.

The parameters go to the truth file. No pipeline code may read it; tests use
:func:`expected_earnings` to score plans and to prove that learning recovers the effects.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from eros_assets.sample.config import DemoConfig
from eros_assets.settings import Settings

Truth = dict[str, Any]

TIP_TYPES = ("first_to_tip", "tip_goal", "vip_program")


def make_truth(
    creators: pd.DataFrame, captions: pd.DataFrame, config: DemoConfig, settings: Settings, rng: np.random.Generator
) -> Truth:
    """Draw every true effect. ``level_scale`` is 1 until :func:`calibrate` sets it.

    ``creators`` needs page_name, page_type, fans; ``captions`` caption_hash and quality.
    """
    model = config.response
    hours = {**model.other_hours, **settings.timing.hour_pool_curve}
    known = sorted(hours)
    pool_curve = np.interp(np.arange(24), known, [hours[hour] for hour in known])
    pool_curve = pool_curve / pool_curve[8:].mean()
    content_keys = [ct.key for ct in settings.content_types]
    pages: dict[str, Any] = {}
    for index, page in enumerate(creators.to_dict("records")):
        curve = pool_curve * np.exp(_smooth(rng.normal(0, model.hour_sd, 24)))
        if index in model.midday_pages:
            first, last = model.midday_hours
            curve[first : last + 1] *= model.midday_factor
        content = {
            ct.key: ct.price_factor * float(np.exp(rng.normal(0, model.content_sd))) for ct in settings.content_types
        }
        luck = rng.random(len(content_keys))
        planted = {}
        for key, u in zip(content_keys, luck, strict=True):
            if key == "teaser":
                continue
            if u < model.content_winner.share:
                planted[key] = model.content_winner.factor
            elif u > 1 - model.content_loser.share:
                planted[key] = model.content_loser.factor
        trend = model.declining_trend if index in model.declining_pages else float(rng.normal(0, model.trend_sd))
        pages[page["page_name"]] = {
            "level": float(page["fans"] ** model.level_fans_power)
            * (model.paid_factor if page["page_type"] == "paid" else 1.0)
            * float(np.exp(rng.normal(0, model.level_sd))),
            "hour": [float(x) for x in curve],
            "weekday": [float(x * np.exp(rng.normal(0, model.weekday_sd))) for x in model.weekday],
            "fatigue": float(model.fatigue * np.exp(rng.normal(0, model.fatigue_sd))),
            "trend_per_week": trend,
            "price_shift": float(np.exp(rng.normal(0, model.price_shift_sd))),
            "view_rate": float(rng.uniform(*model.view_rate)),
            "content_type": {key: value * planted.get(key, 1.0) for key, value in content.items()},
            "planted_content": planted,
        }
    return {
        "level_scale": 1.0,
        "noise_sd": model.noise_sd,
        "pages": pages,
        "send_type": dict(model.send_type),
        "tip_types": list(TIP_TYPES),
        "price_peak": dict(model.price_peak),
        "price_width": model.price_width,
        "fit_types": ["ppv_unlock", "ppv_wall"],
        "fit_strength": model.fit_strength,
        "fit": [row.model_dump() for row in model.fit],
        "length": [[row.from_, row.multiplier] for row in settings.scoring.length_buckets],
        "view_fall": model.view_fall,
        "view_quality": model.view_quality,
        "maturity": [list(point) for point in model.maturity],
        "caption_quality": dict(zip(captions["caption_hash"], captions["quality"].round(5).tolist(), strict=True)),
    }


def calibrate(truth: Truth, expected: pd.Series, mean_earnings: float) -> None:
    """Scale every page's level so that ``expected`` (drawn with this truth) would have the given mean, $."""
    truth["level_scale"] = float(truth["level_scale"] * mean_earnings / expected.mean())


def expected_earnings(truth: Truth, items: pd.DataFrame) -> pd.Series:
    """True expected final earnings of each item, $ (before noise).

    Columns of ``items``: page_name, send_type_key, hour (local, 0–23), weekday (0 = Monday),
    char_length, price ($; the goal amount of tip types plays no part), content_type_key,
    caption_hash, priced_rank (1 = first priced send of the page's local day; null = 1), and
    optionally week (weeks after the sample's last day, ≤ 0 inside the sample; default 0).
    Unpriced types that ask for no tip earn 0. An unknown caption has quality 1, an unknown content
    type effect 1; an unknown page raises ``KeyError``.
    """
    pages = truth["pages"]
    names = items["page_name"].astype(object)
    missing = sorted(set(names) - set(pages))
    if missing:
        raise KeyError(f"pages not in the truth file: {missing}")
    order = {name: k for k, name in enumerate(pages)}
    page = names.map(order).to_numpy(dtype=int)

    def per_page(field: str) -> np.ndarray:
        values: np.ndarray = np.array([effects[field] for effects in pages.values()])[page]
        return values

    rows = np.arange(len(items))
    kind = items["send_type_key"].astype(object)
    price = items["price"].to_numpy(dtype=float, na_value=np.nan)
    length = items["char_length"].to_numpy(dtype=float, na_value=0)
    rank = items["priced_rank"].to_numpy(dtype=float, na_value=1.0)
    week = items["week"].to_numpy(dtype=float) if "week" in items else np.zeros(len(items))
    content_keys = list(next(iter(pages.values()))["content_type"])
    content_effect = np.array([[values["content_type"][key] for key in content_keys] for values in pages.values()])
    content = items["content_type_key"].astype(object).map({key: k for k, key in enumerate(content_keys)})
    is_tip = kind.isin(truth["tip_types"]).to_numpy()

    value = truth["level_scale"] * per_page("level")
    value = value * np.exp(per_page("trend_per_week") * week)
    value = value * per_page("hour")[rows, items["hour"].to_numpy(dtype=int)]
    value = value * per_page("weekday")[rows, items["weekday"].to_numpy(dtype=int)]
    value = value * _length_effect(truth, length)
    value = value * np.where(content.isna(), 1.0, content_effect[page, content.fillna(0).to_numpy(dtype=int)])
    value = value * kind.map(truth["send_type"]).fillna(0.0).to_numpy(dtype=float)
    value = value * items["caption_hash"].astype(object).map(truth["caption_quality"]).fillna(1.0).to_numpy(dtype=float)
    priced = np.exp(-per_page("fatigue") * (rank - 1)) * _price_effect(
        truth, kind, price, length, per_page("price_shift")
    )
    return pd.Series(
        value * np.where(is_tip, 1.0, np.where(price > 0, priced, 0.0)), index=items.index, name="expected_earnings"
    )


def write_truth(truth: Truth, path: Path) -> None:
    """Write the truth file, JSON."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(truth, sort_keys=True, separators=(",", ":")) + "\n", encoding="utf-8")


def load_truth(path: Path) -> Truth:
    """Read what :func:`write_truth` wrote."""
    truth: Truth = json.loads(path.read_text(encoding="utf-8"))
    return truth


def _length_effect(truth: Truth, length: np.ndarray) -> np.ndarray:
    starts, multipliers = zip(*truth["length"], strict=True)
    return np.array(multipliers)[np.searchsorted(starts, length, side="right") - 1]


def _price_effect(
    truth: Truth, kind: pd.Series, price: np.ndarray, length: np.ndarray, shift: np.ndarray
) -> np.ndarray:
    """Demand over price around the type's best price, and the price–length fit of PPV messages [10.11]."""
    peak = kind.map(truth["price_peak"]).fillna(1.0).to_numpy(dtype=float) * shift
    safe = np.where(price > 0, price, peak)
    demand = np.exp(-0.5 * (np.log(safe / peak) / truth["price_width"]) ** 2)
    points = pd.DataFrame(truth["fit"])
    nearest = np.abs(safe[:, None] - points["price"].to_numpy()[None, :]).argmin(axis=1)
    row = points.iloc[nearest].reset_index(drop=True)
    fit = np.select([length < row["low"], length > row["high"]], [row["short"], row["long"]], 1.0)
    effect: np.ndarray = demand * np.where(kind.isin(truth["fit_types"]), fit ** truth["fit_strength"], 1.0)
    return effect


def _smooth(noise: np.ndarray) -> np.ndarray:
    """Neighbouring hours move together; the spread stays that of ``noise``."""
    smoothed: np.ndarray = (np.roll(noise, 1) + 2 * noise + np.roll(noise, -1)) / np.sqrt(6)
    return smoothed
