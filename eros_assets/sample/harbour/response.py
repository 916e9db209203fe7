"""What the harbour agency's fans truly pay: purses that empty and fill again, not a product of factors.

A page's fans are of a few segments. For each send a segment *wants* to spend

    fans · rate · attention(hour, weekday) · appeal · demand(price) · price · strength ÷ weariness

dollars, where attention and appeal are sums (appeal = 1 + taste for the content type + the text's own
appeal + what its length adds − satiation), demand over price has a kink beyond which it falls steeply,
and weariness grows with the sends of the last days. Of what it wants it *spends* what its purse allows,
purse · (1 − exp(−want ÷ purse)); the purse fills again day by day, faster after paydays. Earnings are
the sum over segments. Load, satiation and purses carry over from send to send, so a send's worth
depends on what stands before it: items are valued together, page by page, in time order.

Nothing of this form and none of its figures occur in the planner or in its configuration.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import pandas as pd

from eros_assets.sample.harbour.config import Attention, HarbourConfig

Truth = dict[str, Any]
WORLD = "harbour"
COLUMNS = ("page_name", "send_type_key", "local", "char_length", "price", "content_type_key", "caption_hash")
"""Columns of items; ``channel_key`` may be added (wall posts reach fewer, and earn tips)."""
_DAY = 86_400.0


def make_truth(pages: pd.DataFrame, captions: pd.DataFrame, config: HarbourConfig, rng: np.random.Generator) -> Truth:
    """Draw every true effect. ``level_scale`` is 1 until :func:`calibrate` sets it.

    ``pages`` needs page_name, fans, habit, owned; ``captions`` caption_hash and quality.
    """
    model = config.response
    content = [*config.captions.content, *config.agency.commerce_share]
    drawn: dict[str, Any] = {}
    for page in pages.to_dict("records"):
        shift = float(rng.normal(0.0, model.peak_sd))
        parts = np.array([row.share * np.exp(rng.normal(0.0, row.spread)) for row in model.segments.values()])
        drawn[page["page_name"]] = {
            "level": float(page["fans"] ** model.fans_power * np.exp(rng.normal(0.0, model.level_sd))),
            "segments": dict(zip(model.segments, (parts / parts.sum()).tolist(), strict=True)),
            "hour": [round(float(x), 5) for x in _tents(model.hours[page["habit"]], shift)],
            "taste": {key: round(float(rng.normal(0.0, model.taste_sd)), 5) for key in content},
            "view_rate": float(rng.uniform(*model.view_rate)),
        }
    return {
        "world": WORLD,
        "level_scale": 1.0,
        "pages": drawn,
        "segments": {name: row.model_dump() for name, row in model.segments.items()},
        "weekday": list(model.weekday),
        "payday": model.payday.model_dump(),
        "length": [list(point) for point in model.length],
        "satiation": model.satiation.model_dump(),
        "fatigue": model.fatigue.model_dump(),
        "least_appeal": model.least_appeal,
        "wall_reach": model.wall_reach,
        "types": {key: row.model_dump() for key, row in model.types.items()},
        "tips": {key: row.model_dump() for key, row in model.tips.items()},
        "noise": model.noise.model_dump(),
        "maturity": [list(point) for point in model.maturity],
        "caption_appeal": dict(zip(captions["caption_hash"], captions["quality"].tolist(), strict=True)),
    }


def calibrate(truth: Truth, expected: pd.Series, mean_earnings: float) -> None:
    """Scale every page's fans so that ``expected`` (found with this truth) would have the given mean, $.

    Earnings are proportional to the fans: purses and wants grow alike.
    """
    truth["level_scale"] = float(truth["level_scale"] * mean_earnings / expected.mean())


def expected_earnings(truth: Truth, items: pd.DataFrame, past: pd.DataFrame | None = None) -> pd.Series:
    """True expected final earnings of each item, $ (before noise), on the items' index.

    ``items`` and ``past`` (sends before them, valued for their load only) have :data:`COLUMNS`:
    page_name, send_type_key, local (page-local time, naive), char_length, price ($; null or 0 =
    unpriced), content_type_key, caption_hash, and optionally channel_key (null = a message). Sends
    that were withdrawn are left out by the caller. Without ``past`` a page begins rested and with
    full purses. An unknown caption has appeal 0, an unknown content type taste 0; unpriced messages
    that ask for no tip earn 0; an unknown page raises ``KeyError``.
    """
    missing = sorted(set(items["page_name"].astype(object)) - set(truth["pages"]))
    if missing:
        raise KeyError(f"pages not in the truth file: {missing}")
    everything = pd.concat([part for part in (past, items) if part is not None], ignore_index=True)
    is_item = np.arange(len(everything)) >= len(everything) - len(items)
    values = np.zeros(len(everything))
    everything = everything[everything["page_name"].isin(items["page_name"])]
    # Items of the same minute in an order of their own, so that the rows' order plays no part.
    ordered = everything.sort_values(["page_name", "local", "send_type_key", "caption_hash", "price"], kind="stable")
    for name, own in ordered.groupby("page_name", sort=False):
        values[own.index.to_numpy()] = _page_earnings(truth, truth["pages"][name], own)
    return pd.Series(values[is_item], index=items.index, name="expected_earnings")


def noise(truth: Truth, count: int, rng: np.random.Generator) -> np.ndarray:
    """``count`` ratios of outcome to expectation: mean 1, a heavy upper tail."""
    own = truth["noise"]
    usual = rng.gamma(own["shape"], 1 / own["shape"], count)
    jackpot = (rng.pareto(own["tail"], count) + 1) * (own["tail"] - 1) / own["tail"]
    ratios: np.ndarray = np.where(rng.random(count) < own["jackpot_share"], jackpot, usual)
    return ratios


def attention(truth: Truth, page: dict[str, Any], local: pd.Series) -> np.ndarray:
    """How far a page's fans look at a send at these local times: hour and weekday add up."""
    added = np.array(truth["weekday"])[local.dt.day_of_week.to_numpy()]
    looked: np.ndarray = np.maximum(0.05, np.array(page["hour"])[local.dt.hour.to_numpy()] + added)
    return looked


def demand(segment: dict[str, float], price: np.ndarray, stretch: np.ndarray) -> np.ndarray:
    """Share of a segment that would pay ``price``: a gentle fall up to the kink, a steep one to nothing beyond."""
    kink, choke = segment["kink"] * stretch, segment["choke"] * stretch
    before = 1 - segment["gentle"] * price / kink
    after = (1 - segment["gentle"]) * (choke - price) / (choke - kink)
    share: np.ndarray = np.maximum(0.0, np.where(price <= kink, before, after))
    return share


def _page_earnings(truth: Truth, page: dict[str, Any], own: pd.DataFrame) -> np.ndarray:
    """Earnings of one page's sends, given in time order."""
    fans = truth["level_scale"] * page["level"] * np.array([page["segments"][name] for name in truth["segments"]])
    wants = _wants(truth, page, own) * fans
    seconds = (own["local"] - pd.Timestamp(0)).dt.total_seconds().to_numpy()
    appeal = _appeal(truth, page, own)
    content = own["content_type_key"].astype(object).where(own["content_type_key"].notna(), None).to_numpy()
    weight = _weights(truth, own)
    segments = truth["segments"].values()
    most = np.array([row["purse"] for row in segments]) * fans
    refill = np.array([row["refill_per_day"] for row in segments]) * fans / _DAY
    income = _income(truth, own["local"])
    limit, power = truth["fatigue"]["limit"], truth["fatigue"]["power"]
    tire = np.log(2) / (truth["fatigue"]["half_life_hours"] * 3600)
    forget = np.log(2) / (truth["satiation"]["half_life_days"] * _DAY)
    step = truth["satiation"]["step"]
    purse, load, before, income_before = most.copy(), 0.0, seconds[0], income[0]
    seen: dict[str, tuple[float, float]] = {}
    out = np.zeros(len(own))
    for n, now in enumerate(seconds):
        purse = np.minimum(most, purse + refill * (income[n] - income_before))
        load *= np.exp(-tire * (now - before))
        key = content[n]
        level, since = seen.get(key, (0.0, now)) if key is not None else (0.0, now)
        level *= np.exp(-forget * (now - since))
        pull = max(truth["least_appeal"], appeal[n] - step * level) / (1 + (load / limit) ** power)
        spent = purse * -np.expm1(-wants[n] * pull / purse)
        out[n] = spent.sum()
        purse = np.maximum(purse - spent, 1e-9 * most)
        load += weight[n]
        if key is not None:
            seen[key] = (float(level) + 1, float(now))
        before, income_before = now, income[n]
    return out


def _wants(truth: Truth, page: dict[str, Any], own: pd.DataFrame) -> np.ndarray:
    """Dollars a fan of each segment (columns) wants to spend on each send (rows) at an appeal of 1, rested."""
    kind = own["send_type_key"].astype(object)
    price = own["price"].to_numpy(dtype=float, na_value=np.nan)
    is_priced = price > 0
    is_wall = _on_wall(own)
    offers = {key: (row["factor"], row["stretch"]) for key, row in truth["types"].items()}
    strength, stretch = np.array([offers.get(key, (1.0, 1.0)) for key in kind]).T
    tips, other = truth["tips"], {"size": 0.0, "factor": 0.0}
    asked = [tips.get(key, tips["wall"] if wall else other) for key, wall in zip(kind, is_wall, strict=True)]
    tip = np.array([row["size"] * row["factor"] for row in asked])
    look = attention(truth, page, own["local"]) * np.where(is_wall, truth["wall_reach"], 1.0)
    paid = np.where(is_priced, price, 0.0)
    columns = [
        row["rate"] * look * np.where(is_priced, strength * paid * demand(row, paid, stretch), tip)
        for row in truth["segments"].values()
    ]
    return np.column_stack(columns)


def _appeal(truth: Truth, page: dict[str, Any], own: pd.DataFrame) -> np.ndarray:
    """1 + taste + the text's own appeal + what its length adds."""
    lengths, added = zip(*truth["length"], strict=True)
    taste = own["content_type_key"].astype(object).map(page["taste"]).fillna(0.0).to_numpy(dtype=float)
    text = own["caption_hash"].astype(object).map(truth["caption_appeal"]).fillna(0.0).to_numpy(dtype=float)
    length = own["char_length"].to_numpy(dtype=float, na_value=0.0)
    appeal: np.ndarray = 1 + taste + text + np.interp(length, lengths, added)
    return appeal


def _weights(truth: Truth, own: pd.DataFrame) -> np.ndarray:
    """How much each send tires the fans."""
    weight = truth["fatigue"]["weight"]
    priced = own["price"].to_numpy(dtype=float, na_value=0.0) > 0
    tiring: np.ndarray = np.where(_on_wall(own), weight["wall"], np.where(priced, weight["priced"], weight["unpriced"]))
    return tiring


def _on_wall(own: pd.DataFrame) -> np.ndarray:
    if "channel_key" not in own:
        return np.zeros(len(own), dtype=bool)
    on_wall: np.ndarray = own["channel_key"].eq("wall_post").fillna(False).to_numpy(dtype=bool)
    return on_wall


def _income(truth: Truth, local: pd.Series) -> np.ndarray:
    """Seconds of refill up to each time: seconds after a payday count several times."""
    payday = truth["payday"]
    days = pd.date_range(local.iloc[0].normalize(), local.iloc[-1].normalize(), freq="D")
    rich = np.isin(days.day, [first + k for first in payday["days"] for k in range(payday["lasts"])])
    rate = np.where(rich, payday["refill"], 1.0)
    until = np.concatenate([[0.0], np.cumsum(rate) * _DAY])
    day = (local.dt.normalize() - days[0]).dt.days.to_numpy()
    in_day = (local - local.dt.normalize()).dt.total_seconds().to_numpy()
    income: np.ndarray = until[day] + rate[day] * in_day
    return income


def _tents(shape: Attention, shift: float) -> np.ndarray:
    """Attention by hour of the day (24): the floor and a tent over each peak, around the clock."""
    hours = np.arange(24) + 0.5
    out = np.full(24, shape.floor)
    for peak, width, height in shape.peaks:
        away = np.abs((hours - peak - shift + 12) % 24 - 12)
        out = out + height * np.maximum(0.0, 1 - away / width)
    return out
