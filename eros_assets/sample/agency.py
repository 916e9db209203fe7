"""The invented agency: pages, personas, vault and daily page statistics."""

from __future__ import annotations

import json
import uuid
from datetime import date

import numpy as np
import pandas as pd

from eros_assets.sample.config import DemoConfig
from eros_assets.sample.phrases import EMOJI
from eros_assets.settings import Settings

_FIRST = (
    "amber",
    "nova",
    "luna",
    "ivy",
    "ruby",
    "zoe",
    "maya",
    "cleo",
    "freya",
    "iris",
    "juno",
    "opal",
    "skye",
    "wren",
    "esme",
    "talia",
)
_SECOND = ("fox", "lark", "vale", "moss", "reef", "storm", "dune", "quill", "frost", "bloom", "ember", "rook")
_SURNAMES = ("Marín", "Lövgren", "Añez", "Dupré", "Keller", "Nørgaard", "Ortiz", "Sánchez")
_CATEGORIES = ("lifestyle", "softcore", "amateur", "commercial")
_SUB_TYPES = ("gfe", "commercial", "personalized")


def make_creators(
    names: list[str], end: date, days: int, config: DemoConfig, settings: Settings, rng: np.random.Generator
) -> pd.DataFrame:
    """One row per page, in the order of ``names``.

    Beside the export's columns: fans, tier, first_day and last_day (0 = first day of the span),
    owned (content types of the vault), in_agency_report, is_new, is_plain, growth (log a day).
    """
    agency = config.agency
    count = len(names)
    page_type = np.array(["free"] * count, dtype=object)
    page_type[rng.permutation(count)[: max(1, round(count * agency.paid_share))]] = "paid"
    tier = rng.permutation(
        np.repeat(list(agency.tiers), _largest_remainder(np.array(list(agency.tiers.values())), count))
    )
    fans = np.array([int(np.exp(rng.uniform(*np.log(agency.fans[t])))) for t in tier])
    first_day = np.zeros(count, dtype=int)
    late = rng.random(count) < agency.late_start_share
    first_day[late] = rng.integers(0, max(1, days // 2), late.sum())
    last_day = np.full(count, days - 1)
    is_new = np.zeros(count, dtype=bool)
    is_active = np.ones(count, dtype=bool)
    in_agency = np.zeros(count, dtype=bool)
    in_agency[count - max(1, round(count * config.agency_share)) :] = True
    if count >= config.small_agency:
        new, inactive = 4, 5
        is_new[new], first_day[new] = True, days - 3
        is_active[inactive], first_day[inactive] = False, 0
        last_day[inactive] = max(10, days - agency.inactive_days)
    frame = pd.DataFrame(
        {
            "creator_id": [str(uuid.UUID(bytes=rng.bytes(16), version=4)) for _ in range(count)],
            "page_name": names,
            "page_type": page_type,
            "subscription_price": np.where(
                page_type == "paid", rng.choice([5.99, 7.99, 9.99, 12.99, 14.99], count), 0.0
            ),
            "is_active": is_active,
            "timezone": rng.choice(agency.timezones, count, p=np.array(agency.timezone_shares)),
            "current_active_fans": fans,
            "content_category": rng.choice(_CATEGORIES, count, p=[0.2, 0.4, 0.25, 0.15]),
            "sub_type": rng.choice(_SUB_TYPES, count, p=[0.5, 0.25, 0.25]),
            "persona_type": rng.choice(list(settings.scoring.persona_tones), count),
            "default_ppv_price": rng.choice([12.0, 15.0, 18.0, 20.0], count),
            "fans": fans,
            "tier": tier,
            "first_day": first_day,
            "last_day": last_day,
            "is_new": is_new,
            "in_agency_report": in_agency,
            "is_plain": (np.arange(count) == agency.plain_page) & ~in_agency,
            "growth": rng.normal(0.0004, 0.0008, count),
        }
    )
    for index, zone in enumerate(agency.timezones[: min(count, len(agency.timezones))]):
        frame.loc[frame.index[-1 - index], "timezone"] = zone  # every zone occurs
    frame["display_name"] = [
        f"{name.title()} {_SURNAMES[k % len(_SURNAMES)]}" for k, name in enumerate(frame["page_name"])
    ]
    frame["creator_group"] = [f"person_{k // 2:02d}" if k < count // 3 else "" for k in range(count)]
    frame["current_total_earnings"] = (frame["fans"] ** 0.8 * rng.uniform(20, 60, count)).round(2)
    frame["creator_tier"] = rng.integers(1, 6, count)
    frame["vault_notes"] = np.where(rng.random(count) < 0.2, "no outdoor shoots in winter", "")
    start = pd.Timestamp(end) - pd.to_timedelta(days - 1 - frame["first_day"], unit="D")
    frame["created_at"] = (start - pd.Timedelta(days=3)).dt.strftime("%Y-%m-%dT10:00:00Z")
    frame["owned"] = pd.Series([_owned(config, settings, rng) for _ in range(count)], dtype=object)
    return frame


def make_personas(creators: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Personas, one row per page but the last, which has none."""
    tones = settings.scoring.persona_tones
    rows = []
    for page in creators.iloc[: max(1, len(creators) - 1)].to_dict("records"):
        fitting = tones[page["persona_type"]]
        emoji = "none" if page["is_plain"] else str(rng.choice(["light", "moderate", "heavy"], p=[0.25, 0.45, 0.3]))
        faces = [EMOJI[k] for k in rng.permutation(len(EMOJI))[:5]]
        rows.append(
            {
                "creator_id": page["creator_id"],
                "primary_tone": fitting[0],
                "secondary_tone": fitting[1],
                "tone_confidence": round(float(rng.uniform(0.4, 0.95)), 2),
                "emoji_frequency": emoji,
                "emoji_per_message": round(
                    float({"none": 0, "light": 1, "moderate": 2, "heavy": 4}[emoji] + rng.random() / 2), 2
                ),
                "favorite_emojis": json.dumps(faces[:3], ensure_ascii=False),
                "forbidden_emojis": json.dumps(faces[3:4], ensure_ascii=False),
                "slang_level": str(rng.choice(["none", "low", "medium", "high", "rare"])),
                "avg_sentiment": round(float(rng.uniform(0.4, 0.8)), 2),
                "avg_caption_length": int(rng.integers(70, 220)),
                "caption_length_preference": str(rng.choice(["short", "medium", "long", "varies"])),
            }
        )
    return pd.DataFrame(rows)


def make_vault(creators: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """Vault matrix, wide; inactive pages have no row, cells are written in every accepted way."""
    yes = np.array(["1", "1", "1", "yes", "x", "TRUE"], dtype=object)
    no = np.array(["0", "0", "", "no"], dtype=object)
    pages = creators[creators["is_active"]]
    out = pd.DataFrame({"page_name": pages["page_name"].to_numpy()})
    for ct in settings.content_types:
        owned = np.array([ct.key in types for types in pages["owned"]])
        cells = np.where(owned, rng.choice(yes, len(pages)), rng.choice(no, len(pages)))
        counts = rng.integers(2, 60, len(pages)).astype(str).astype(object)
        out[ct.key] = np.where(owned & (rng.random(len(pages)) < 0.25), counts, cells)
    out["vault_notes"] = pages["vault_notes"].to_numpy()
    return out


def make_page_metrics(
    creators: pd.DataFrame, sends: pd.DataFrame, end: date, days: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Page metrics, one row per page and day it was active; message earnings are the day's sends."""
    lengths = (creators["last_day"] - creators["first_day"] + 1).to_numpy()
    page = np.repeat(np.arange(len(creators)), lengths)
    day = np.concatenate(
        [np.arange(a, b + 1) for a, b in zip(creators["first_day"], creators["last_day"], strict=True)]
    )
    fans = fans_on(creators, page, day, days)
    earned = sends.groupby(["page", "day"])["earnings"].sum()
    messages = earned.reindex(pd.MultiIndex.from_arrays([page, day])).fillna(0.0).to_numpy()
    paid = (creators["page_type"] == "paid").to_numpy()[page]
    new = rng.poisson(fans * 0.012 + 0.3)
    tips = np.round(messages * rng.uniform(0.02, 0.2, len(page)), 2)
    subscriptions = np.round(new * creators["subscription_price"].to_numpy()[page], 2)
    posts = np.round(messages * rng.uniform(0, 0.05, len(page)), 2)
    return pd.DataFrame(
        {
            "page_name": creators["page_name"].to_numpy()[page],
            "date": (pd.Timestamp(end) - pd.to_timedelta(days - 1 - day, unit="D")).strftime("%Y-%m-%d"),
            "fan_count": fans,
            "renew_on_count": np.where(paid, np.round(fans * rng.normal(0.6, 0.02, len(page))), 0).astype(int),
            "expired_count": np.where(paid, np.round(fans * 0.4 + day * 0.5), 0).astype(int),
            "new_subscribers": new,
            "cancelled_subscribers": rng.poisson(fans * 0.011 + 0.2),
            "total_earnings": np.round(messages + tips + subscriptions + posts, 2),
            "message_earnings": np.round(messages, 2),
            "tips_earnings": tips,
            "subscription_earnings": subscriptions,
            "post_earnings": posts,
            "profile_visits": rng.poisson(fans * 0.15 + 5),
        }
    )


def fans_on(creators: pd.DataFrame, page: np.ndarray, day: np.ndarray, days: int) -> np.ndarray:
    """Fans of each page on each day of the span; the last day has ``creators.fans``."""
    growth = creators["growth"].to_numpy()[page]
    fans: np.ndarray = np.round(creators["fans"].to_numpy()[page] * np.exp(-growth * (days - 1 - day))).astype(int)
    fans[fans < 1] = 1
    return fans


def _owned(config: DemoConfig, settings: Settings, rng: np.random.Generator) -> frozenset[str]:
    agency = config.agency
    owned = set(agency.vault_always) | {key for key, p in agency.vault_likely.items() if rng.random() < p}
    rest = [ct.key for ct in settings.content_types if ct.key not in owned and ct.key not in agency.vault_likely]
    wanted = int(rng.integers(agency.vault_types[0], agency.vault_types[1] + 1))
    return frozenset(owned | {rest[k] for k in rng.permutation(len(rest))[: max(0, wanted - len(owned))]})


def page_names(count: int, rng: np.random.Generator) -> list[str]:
    """``count`` distinct invented handles."""
    names = [f"{a}{b}" for a in _FIRST for b in _SECOND]
    shuffled = [names[k] for k in rng.permutation(len(names))]
    return [shuffled[k % len(names)] + (f"_{k // len(names) + 1}" if k >= len(names) else "") for k in range(count)]


def _largest_remainder(weights: np.ndarray, total: int) -> np.ndarray:
    """Integers in proportion to ``weights`` that sum to ``total``."""
    exact = weights / weights.sum() * total
    counts: np.ndarray = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: total - counts.sum()]] += 1
    return counts
