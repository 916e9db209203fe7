"""The harbour agency's pages: who they are, what they own, when their fans look, and their daily statistics."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from eros_assets.sample.agency import fans_on
from eros_assets.sample.harbour.captions import largest_remainder
from eros_assets.sample.harbour.config import HarbourConfig
from eros_assets.settings import Settings

_CATEGORIES = {"amateur": 0.45, "lifestyle": 0.30, "commercial": 0.15, "softcore": 0.10}
_SUB_TYPES = {"personalized": 0.5, "gfe": 0.3, "commercial": 0.2}
_EMOJI_HABITS = {"none": 0.35, "light": 0.40, "moderate": 0.20, "heavy": 0.05}


def page_names(count: int, config: HarbourConfig, rng: np.random.Generator) -> list[str]:
    """``count`` distinct handles of two words."""
    words = config.handle_words
    names = [f"{first}_{second}" for first in words.first for second in words.second]
    order = rng.permutation(len(names))
    return [names[order[k % len(names)]] + (f"_{k // len(names) + 1}" if k >= len(names) else "") for k in range(count)]


def make_pages(
    names: list[str], end: date, days: int, config: HarbourConfig, settings: Settings, rng: np.random.Generator
) -> pd.DataFrame:
    """One row a page.

    Beside the export's columns: tier, language, habit (when its fans look), first_day and last_day
    (0 = first day of the span), growth (log a day), owned (content types of the vault).
    """
    agency, count = config.agency, len(names)
    is_paid = np.zeros(count, dtype=bool)
    is_paid[rng.permutation(count)[: max(1, round(count * agency.paid_share))]] = True
    tier = _dealt(agency.tiers, count, rng)
    first_day = np.where(rng.random(count) < agency.late_start_share, rng.integers(0, max(1, days // 3), count), 0)
    frame = pd.DataFrame(
        {
            "creator_id": [f"H-{number:04d}" for number in 1000 + rng.permutation(9000)[:count]],
            "page_name": names,
            "display_name": [name.replace("_", " ").title() for name in names],
            "page_type": np.where(is_paid, "paid", "free"),
            "subscription_price": np.where(is_paid, rng.choice([4.5, 6.0, 8.0, 11.0, 19.0], count), 0.0),
            "timezone": _dealt(agency.timezones, count, rng),
            "tier": tier,
            "fans": [int(np.exp(rng.uniform(*np.log(agency.fans[t])))) for t in tier],
            "content_category": rng.choice(list(_CATEGORIES), count, p=list(_CATEGORIES.values())),
            "sub_type": rng.choice(list(_SUB_TYPES), count, p=list(_SUB_TYPES.values())),
            "persona_type": rng.choice(list(settings.scoring.persona_tones), count),
            "default_ppv_price": rng.choice([8.0, 11.0, 13.0, 16.0], count),
            "language": _dealt(agency.languages, count, rng),
            "habit": _habits(agency.habits, count, rng),
            "first_day": first_day,
            "last_day": days - 1,
            "growth": rng.normal(0.0002, 0.0006, count),
        }
    )
    start = pd.Timestamp(end) - pd.to_timedelta(days - 1 - frame["first_day"], unit="D")
    frame["created_at"] = (start - pd.Timedelta(days=9)).dt.strftime("%Y-%m-%d")
    narrow = set(rng.permutation(count)[: min(agency.narrow_pages, count // 2)].tolist())
    frame["owned"] = pd.Series([_owned(config, page in narrow, rng) for page in range(count)], dtype=object)
    return frame


def _dealt(shares: Mapping[Any, float], count: int, rng: np.random.Generator) -> np.ndarray:
    """Keys in proportion, to whole pages, in random order."""
    numbers = largest_remainder(list(shares.values()), count)
    dealt: np.ndarray = rng.permutation(np.repeat(np.array(list(shares), dtype=object), numbers))
    return dealt


def _habits(shares: Mapping[Any, float], count: int, rng: np.random.Generator) -> np.ndarray:
    """As :func:`_dealt`, with at least one page of each habit where there are as many."""
    dealt = _dealt(shares, count, rng)
    for position, habit in enumerate(shares):
        if habit not in dealt and count >= len(shares):
            dealt[position] = habit
    return dealt


def _owned(config: HarbourConfig, is_narrow: bool, rng: np.random.Generator) -> frozenset[str]:
    """Content types of a page's vault, the usual ones likelier; few and nothing else on a narrow page."""
    agency = config.agency
    low, high = agency.narrow_types if is_narrow else agency.vault_types
    weights = np.array(list(config.captions.content.values())) ** 0.5
    keys = np.array(list(config.captions.content), dtype=object)
    wanted = min(int(rng.integers(low, high + 1)), len(keys))
    own = set(rng.choice(keys, wanted, replace=False, p=weights / weights.sum()).tolist())
    drawn = {key for key, share in agency.commerce_share.items() if rng.random() < share}
    return frozenset(own if is_narrow else own | drawn)


def make_personas(pages: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Voices, one row a page; a third of them never use emoji."""
    rows = []
    for page in pages.to_dict("records"):
        tones = settings.scoring.persona_tones[page["persona_type"]]
        rows.append(
            {
                "page_name": page["page_name"],
                "primary_tone": tones[0],
                "secondary_tone": tones[1],
                "emoji_frequency": str(rng.choice(list(_EMOJI_HABITS), p=list(_EMOJI_HABITS.values()))),
                "slang_level": str(rng.choice(["none", "light", "rare"])),
                "caption_length_preference": str(rng.choice(["short", "short", "varies", "medium"])),
                "avg_caption_length": int(rng.integers(45, 110)),
            }
        )
    return pd.DataFrame(rows)


def make_metrics(
    pages: pd.DataFrame, sends: pd.DataFrame, end: date, days: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Statistics of each page and day. Message and post earnings are those of the day's sends."""
    lengths = (pages["last_day"] - pages["first_day"] + 1).to_numpy()
    page = np.repeat(np.arange(len(pages)), lengths)
    day = np.concatenate([np.arange(a, b + 1) for a, b in zip(pages["first_day"], pages["last_day"], strict=True)])
    fans = fans_on(pages, page, day, days)
    keys = pd.MultiIndex.from_arrays([page, day])
    is_wall = sends["is_wall"]
    earned = {
        name: sends[mask].groupby(["page", "day"])["earnings"].sum().reindex(keys).fillna(0.0).to_numpy()
        for name, mask in (("messages", ~is_wall), ("posts", is_wall))
    }
    paid = (pages["page_type"] == "paid").to_numpy()[page]
    new = rng.poisson(fans * 0.009 + 0.2)
    tips = np.round(earned["messages"] * rng.uniform(0.0, 0.08, len(page)), 2)
    subscriptions = np.round(new * pages["subscription_price"].to_numpy()[page], 2)
    return pd.DataFrame(
        {
            "page_name": pages["page_name"].to_numpy()[page],
            "day": (pd.Timestamp(end) - pd.to_timedelta(days - 1 - day, unit="D")).strftime("%d.%m.%Y"),
            "fans": fans,
            "renew_on": np.where(paid, np.round(fans * rng.normal(0.52, 0.03, len(page))), 0).astype(int),
            "expired": np.where(paid, np.round(fans * 0.6 + day * 0.3), 0).astype(int),
            "new_fans": new,
            "cancelled": rng.poisson(fans * 0.0085 + 0.15),
            "total": np.round(earned["messages"] + earned["posts"] + tips + subscriptions, 2),
            "messages": np.round(earned["messages"], 2),
            "tips": tips,
            "subscriptions": subscriptions,
            "posts": np.round(earned["posts"], 2),
            "visits": rng.poisson(fans * 0.1 + 3),
        }
    )
