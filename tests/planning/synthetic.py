"""Small, realistic planning inputs made from the frame contracts: invented pages, neutral texts, seeded."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.captions.length import length_buckets, length_multipliers
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.learning.performance_evidence import with_evidence
from eros_assets.settings import Settings

MONDAY = date(2026, 6, 1)
TYPE_SHARES = {  # caption types of the pool, roughly as in real banks
    "bump_normal": 0.27, "ppv_unlock": 0.28, "bump_descriptive": 0.16, "renew_on_message": 0.06, "dm_farm": 0.05,
    "bump_text_only": 0.04, "first_to_tip": 0.03, "bundle": 0.03, "vip_program": 0.01, "game_post": 0.01,
    "link_drop": 0.02, "ppv_followup": 0.03, "expired_winback": 0.005, "bump_flyer": 0.005,
}  # fmt: skip
STYLES = ("solo", "bundle", "winner", "series")


@dataclass(frozen=True)
class Page:
    """One invented page; the fields a test wants to vary."""

    creator_id: str
    page_type: str = "paid"
    fans: int = 3000
    confidence: float = 1.0
    timezone: str = "America/Los_Angeles"
    category: str = "softcore"
    sub_type: str = "gfe"
    has_health: bool = True


def make_inputs(
    pages: list[Page],
    settings: Settings,
    captions: int = 1500,
    seed: int = 7,
    week_start: date = MONDAY,
    content_types: int | None = None,
    owned_share: float = 0.9,
    type_shares: dict[str, float] | None = None,
    optimal_share: float = 0.25,
) -> PlanInputs:
    """Inputs for one week: a shared pool of ``captions`` texts and everything the contracts ask for."""
    rng = np.random.default_rng(seed)
    as_of = week_start - timedelta(days=1)
    pool = _pool(rng, settings, captions, content_types, type_shares or TYPE_SHARES, optimal_share)
    keys = [row.key for row in settings.content_types][: content_types or None]
    per_page = [_page(rng, settings, page, pool, keys, owned_share, as_of, week_start) for page in pages]
    tables: dict[str, pd.DataFrame] = {}
    for name, table in _PER_PAGE.items():
        rows = [part[name] for part in per_page if len(part[name])]
        tables[name] = table.conform(pd.concat(rows, ignore_index=True)) if rows else table.empty()
    inputs = PlanInputs(
        week_start=week_start,
        as_of_date=as_of,
        data_snapshot="1",
        now=datetime(week_start.year, week_start.month, week_start.day) - timedelta(days=3),
        captions=frames.POOL_CAPTIONS.conform(pool.drop(columns=["style", "base"])),
        features=_features(pool, settings),
        **tables,
    )
    return with_evidence(inputs, settings)


_PER_PAGE = {
    "creators": frames.RAW_CREATORS,
    "personas": frames.RAW_PERSONAS,
    "vault": frames.RAW_VAULT,
    "health": frames.CREATOR_HEALTH,
    "caption_performance": frames.CAPTION_PERFORMANCE,
    "send_type_performance": frames.SEND_TYPE_PERFORMANCE,
    "content_type_performance": frames.CONTENT_TYPE_PERFORMANCE,
    "hour_performance": frames.HOUR_PERFORMANCE,
    "length_performance": frames.LENGTH_PERFORMANCE,
    "caption_scores": frames.CAPTION_SCORES,
    "response_curves": frames.RESPONSE_CURVES,
    "recent_sends": frames.FCT_SENDS,
}


def _pool(
    rng: np.random.Generator,
    settings: Settings,
    n: int,
    content_types: int | None,
    shares: dict[str, float],
    optimal_share: float,
) -> pd.DataFrame:
    keys = [row.key for row in settings.content_types][: content_types or None]
    kinds = rng.choice(list(shares), n, p=np.array(list(shares.values())) / sum(shares.values()))
    length = np.where(rng.random(n) < optimal_share, rng.integers(250, 450, n), rng.integers(30, 600, n))
    texts = [_neutral_text(number, int(size)) for number, size in enumerate(length)]
    hashes = [hashlib.sha256(text.encode()).hexdigest() for text in texts]
    twin = [hashes[n - 1] if n and rng.random() < 0.02 else None for n in range(n)]
    return pd.DataFrame(
        {
            "caption_hash": hashes,
            "caption_id": [f"c{n}" for n in range(n)],
            "caption_text": texts,
            "plain_text": texts,
            "char_length": [len(text.strip()) for text in texts],
            "length_bucket": length_buckets(length, settings.scoring),
            "caption_type": kinds,
            "caption_type_confidence": 0.9,
            "content_type_key": rng.choice(keys, n),
            "content_type_confidence": 0.9,
            "suggested_price": np.where(rng.random(n) < 0.5, rng.choice([9.99, 14.99, 19.69, 24.99], n), np.nan),
            "is_paid_page_only": np.isin(kinds, ["renew_on_message", "expired_winback"]),
            "is_active": rng.random(n) < 0.98,
            "tone": "playful",
            "slang_level": "light",
            "near_duplicate_of": twin,
            "style": rng.choice(STYLES, n),
            "base": rng.normal(0.0, 0.5, n),
        }
    )


def _neutral_text(number: int, size: int) -> str:
    """A text of ``size`` characters that reads like no other."""
    word = f"{number:06d}".translate(str.maketrans("0123456789", "aeiouklmnr"))
    return (f"{word} " * size)[:size].rstrip().ljust(size, "x")


def _features(pool: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    offer = pool["caption_type"].map(settings.text_features.offers.by_caption_type).astype(object)
    # As in real banks, a part of the texts filed under "first to tip" speak of a goal.
    offer = offer.mask((offer == "race") & (pool.index % 2 == 0), "goal")
    for turn, narrower in ((1, "flash"), (2, "throwback")):
        offer = offer.mask((offer == "bundle") & (pool.index % 3 == turn), narrower)
    return frames.CAPTION_FEATURES.conform(
        pd.DataFrame(
            {
                "caption_hash": pool["caption_hash"],
                "emoji_count": 2,
                "emoji_share": 0.05,
                "tone": "playful",
                "slang_level": "light",
                "style": pool["style"],
                "game_kind": np.where(pool["caption_type"] == "game_post", "wheel", None),
                "offer": offer,
                "energy": 5,
                "structure_score": 0.75,
                "structure_missing": "[]",
                "rules_version": "test",
            }
        )
    )


def _page(
    rng: np.random.Generator,
    settings: Settings,
    page: Page,
    pool: pd.DataFrame,
    keys: list[str],
    owned_share: float,
    as_of: date,
    week_start: date,
) -> dict[str, pd.DataFrame]:
    stamp = pd.Timestamp(as_of)
    level = float(rng.lognormal(4.6, 0.4))
    creator: dict[str, Any] = {
        "creator_id": page.creator_id,
        "page_name": f"page_{page.creator_id}",
        "display_name": page.creator_id,
        "page_type": page.page_type,
        "subscription_price": 9.99 if page.page_type == "paid" else 0.0,
        "is_active": True,
        "timezone": page.timezone,
        "current_active_fans": page.fans,
        "content_category": page.category,
        "sub_type": page.sub_type,
        "default_ppv_price": 15.0,
        **_PROVENANCE,
    }
    persona = {
        "creator_id": page.creator_id, "primary_tone": "playful", "tone_confidence": 0.8,
        "emoji_frequency": "moderate", "slang_level": "light", "avg_sentiment": 0.5, **_PROVENANCE,
    }  # fmt: skip
    vault = pd.DataFrame(
        {"creator_id": page.creator_id, "content_type_key": keys, "has_content": rng.random(len(keys)) < owned_share}
    ).assign(**_PROVENANCE)
    hours = np.array([settings.timing.hour_pool_curve.get(hour, 0) for hour in range(24)], dtype=float)
    known = hours > 0
    curve = np.interp(np.arange(24), np.flatnonzero(known), hours[known]) * rng.lognormal(0, 0.15, 24)
    curve /= curve[8:].mean()
    tiers = {"creator_id": page.creator_id, "as_of_date": stamp, **_TYPE_EVIDENCE}
    return {
        "creators": pd.DataFrame([creator]),
        "personas": pd.DataFrame([persona]),
        "vault": vault,
        "health": pd.DataFrame([_health(settings, page, stamp, level)] if page.has_health else []),
        "caption_performance": frames.CAPTION_PERFORMANCE.empty(),
        "send_type_performance": pd.DataFrame([{**tiers, "send_type_key": row.key} for row in settings.send_types]),
        "content_type_performance": pd.DataFrame([{**tiers, "content_type_key": key} for key in keys]),
        "hour_performance": pd.DataFrame(
            {
                "as_of_date": stamp,
                "creator_id": page.creator_id,
                "sent_hour": range(24),
                **_EVIDENCE,
                "hour_factor": curve,
            }
        ),
        "length_performance": frames.LENGTH_PERFORMANCE.empty(),
        "caption_scores": _scores(rng, settings, page, pool, level, stamp, week_start),
        "response_curves": _curves(rng, settings, page, curve, week_start),
        "recent_sends": frames.FCT_SENDS.empty(),
    }


_PROVENANCE = {
    "_file_hash": "0" * 64, "_file_name": "synthetic.csv", "_row_number": 2, "_exported_at": pd.Timestamp("2026-01-01"),
}  # fmt: skip
_EVIDENCE = {
    "send_count": 80, "n_eff": 40.0, "rps": 120.0, "log_rps": 4.5,
    "sent_weighted": 1000.0, "viewed_weighted": 200.0, "purchased_weighted": 5.0,
}  # fmt: skip
_TYPE_EVIDENCE = {
    **_EVIDENCE, "uses_30d": 10, "rps_30d": 120.0, "conversion_30d": 0.03, "rps_last_week": 120.0,
    "rps_previous_week": 120.0, "view_rate_7d": 0.2, "view_rate_previous_7d": 0.2, "falling_days": 0,
    "shrunk_log_rps": 4.5, "shrunk_view_rate": 0.2, "shrunk_conversion": 0.03,
    "performance_score": 50.0, "performance_tier": "MID",
}  # fmt: skip


def _health(settings: Settings, page: Page, stamp: pd.Timestamp, level: float) -> dict[str, Any]:
    tier = [row.key for row in settings.volume.tiers if page.fans >= row.min_fans][-1]
    scores = {
        f"{name}_{days}d": value
        for name, value in (("saturation", 30.0), ("opportunity", 60.0))
        for days in (7, 14, 30)
    }
    return {
        "as_of_date": stamp, "creator_id": page.creator_id, "page_name": f"page_{page.creator_id}",
        "page_type": page.page_type, "fan_count": page.fans, "renew_on_count": int(page.fans * 0.6),
        "expired_count": page.fans // 2, "fan_growth": 0.0, "volume_tier": tier, "creator_tier": 2,
        "sends_90d": int(200 * page.confidence), "confidence": page.confidence,
        "first_send_date": stamp - pd.Timedelta(days=300),
        "last_send_date": stamp, "data_age_days": 1, "is_new": False, **scores, "priced_sends_7d": 20,
        "priced_sends_14d": 40, "priced_sends_30d": 90, "rps_7d": level, "rps_14d": level, "rps_30d": level,
        "conversion_30d": 0.03, "view_rate_30d": 0.2, "earnings_trend": 0.0, "view_rate_trend": 0.0,
        "conversion_trend": 0.0, "volatility": 0.3, "mean_log_rps": float(np.log1p(level)), "mean_rps": level,
        "mean_view_rate": 0.2, "mean_conversion": 0.03, "elasticity_r0": 0.15, "elasticity_k": 0.08,
        "elasticity_r2": 0.6,
        "is_elasticity_fitted": True, "weekday_factors": json.dumps([1.0, 1.0, 1.0, 1.0, 1.05, 1.1, 1.1]),
        "data_quality": "excellent",
    }  # fmt: skip


def _scores(
    rng: np.random.Generator,
    settings: Settings,
    page: Page,
    pool: pd.DataFrame,
    level: float,
    stamp: pd.Timestamp,
    week_start: date,
) -> pd.DataFrame:
    n = len(pool)
    used = rng.random(n) < 0.4
    since = np.where(used, rng.integers(1, 200, n), np.nan)
    priced = pool["caption_type"].isin(["ppv_unlock", "bundle", "game_post", "first_to_tip", "vip_program"])
    length = pool["char_length"].to_numpy()
    multiplier = length_multipliers(length, settings.scoring)
    worth = np.exp(pool["base"].to_numpy() + rng.normal(0, 0.3, n)) * (0.6 + 0.4 * multiplier)
    fresh = np.where(used, 100 * (1 - 0.5 ** (np.nan_to_num(since) / 13)), 100.0)
    low, high = settings.scoring.optimal_length
    score = np.clip(50 + 15 * pool["base"].to_numpy() + rng.normal(0, 8, n), 5, 95)
    return pd.DataFrame(
        {
            "week_start": pd.Timestamp(week_start),
            "as_of_date": stamp,
            "creator_id": page.creator_id,
            "caption_hash": pool["caption_hash"],
            "caption_type": pool["caption_type"],
            "content_type_key": pool["content_type_key"],
            "char_length": length,
            "is_optimal_length": (length >= low) & (length <= high),
            "is_priced": priced,
            "length_multiplier": multiplier,
            "performance_score": score,
            "freshness": np.clip(fresh, 5, 100),
            "days_since_use": since,
            "uses_30d": (used & (np.nan_to_num(since, nan=999) <= 30)).astype(int),
            "persona_factor": 1.0,
            "persona_points": 5.0,
            "eros_score": np.clip(score / 100, 0, 1),
            "score_parts": json.dumps(
                {"rps": 0.5, "conversion": 0.5, "execution": 0.7, "diversity": 1.0, "length": 1.0}
            ),
            "structure_score": 0.75,
            "style": pool["style"],
            "expected_revenue": np.where(priced, level, 0.0) * worth,
            "value": np.where(priced, level, 6.0) * worth,
            "expected_log_sd": np.where(used, 0.3, 0.6),
            "n_eff": np.where(used, 5.0, 0.0),
            "is_known": np.where(used, 0.6, 0.1),
        }
    )


def _curves(
    rng: np.random.Generator, settings: Settings, page: Page, hours: np.ndarray[Any, Any], week_start: date
) -> pd.DataFrame:
    rows = [("hour", str(hour), value) for hour, value in enumerate(hours)]
    rows += [("weekday", str(day), float(rng.lognormal(0, 0.1))) for day in range(7)]
    rows += [("send_type", row.key, float(rng.lognormal(0, 0.2))) for row in settings.send_types]
    rows += [("saturation", "k", 0.08)]
    frame = pd.DataFrame(rows, columns=["curve", "curve_key", "factor"])
    return frame.assign(week_start=pd.Timestamp(week_start), creator_id=page.creator_id, log_sd=0.1, n_eff=50.0)
