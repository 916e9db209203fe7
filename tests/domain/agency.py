"""A small sample agency in memory: its sends as FCT_SENDS, its as-of tables and the truth behind it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

import numpy as np
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.captions.features import caption_features
from eros_assets.domain.captions.length import length_buckets
from eros_assets.domain.inputs import PlanInputs
from eros_assets.sample.agency import make_creators, make_personas, page_names
from eros_assets.sample.captions import make_captions
from eros_assets.sample.config import load_demo_config
from eros_assets.sample.history import make_sends
from eros_assets.sample.response import make_truth
from eros_assets.settings import Settings, load_settings
from tests.domain import samples

END = date(2026, 1, 4)
SETTINGS = load_settings()


@dataclass(frozen=True)
class Agency:
    """Inputs of planning, all sends, the pool's performance and the truth file's content."""

    inputs: PlanInputs
    sends: pd.DataFrame
    pool_performance: pd.DataFrame
    truth: dict[str, Any]


@cache
def agency(creators: int = 12, captions: int = 4000, sends: int = 24_000, days: int = 365, seed: int = 7) -> Agency:
    """A seeded agency; ``creator_id`` is the page name, as_of is ``END``."""
    config = load_demo_config()
    rng = [np.random.default_rng([seed, part]) for part in range(10)]
    pages = make_creators(page_names(creators, rng[0]), END, days, config, SETTINGS, rng[1])
    drawn = make_captions(captions, config, SETTINGS, rng[2])
    truth = make_truth(pages, drawn, config, SETTINGS, rng[3])
    history = make_sends(
        pages,
        drawn,
        truth,
        sends=sends,
        days=days,
        end=pd.Timestamp(END),
        config=config,
        settings=SETTINGS,
        rng=rng[4],
    )
    pool = _pool(drawn)
    fct = _fct_sends(history, pages, pool)
    features = caption_features(pool, SETTINGS)
    planned = samples.creators(
        *[
            {
                "creator_id": page["page_name"],
                "page_name": page["page_name"],
                "page_type": page["page_type"],
                "current_active_fans": int(page["fans"]),
            }
            for page in pages.to_dict("records")
        ]
    )
    tables = as_of_tables(fct, planned, SETTINGS)
    pool_performance = tables.pop("pool_performance")
    inputs = PlanInputs(
        week_start=date(2026, 1, 5),
        as_of_date=END,
        data_snapshot="0",
        now=pd.Timestamp("2026-01-05").to_pydatetime(),
        creators=planned,
        personas=_personas(make_personas(pages, SETTINGS, rng[6]), pages),
        vault=_vault(pages),
        captions=pool,
        features=features,
        send_type_performance=frames.SEND_TYPE_PERFORMANCE.empty(),
        hour_performance=frames.HOUR_PERFORMANCE.empty(),
        length_performance=frames.LENGTH_PERFORMANCE.empty(),
        caption_scores=frames.CAPTION_SCORES.empty(),
        response_curves=frames.RESPONSE_CURVES.empty(),
        recent_sends=fct,
        **tables,
    )
    return Agency(inputs, fct, pool_performance, truth)


def _pool(drawn: pd.DataFrame) -> pd.DataFrame:
    return samples.captions(
        [
            {
                "caption_hash": row["caption_hash"],
                "caption_id": row["caption_hash"][:12],
                "caption_text": row["text"],
                "char_length": int(row["char_length"]),
                "caption_type": row["caption_type"],
                "content_type_key": row["content_type_key"],
                "suggested_price": row["price"],
                "is_paid_page_only": row["caption_type"] in ("renew_on_message", "expired_winback"),
            }
            for row in drawn.drop_duplicates("caption_hash").to_dict("records")
        ]
    )


def _fct_sends(history: pd.DataFrame, pages: pd.DataFrame, pool: pd.DataFrame) -> pd.DataFrame:
    sent = history[history["group"] != "wall"].reset_index(drop=True)
    price = sent["price"].astype(float)
    return frames.FCT_SENDS.conform(
        pd.DataFrame(
            {
                "send_key": [f"s{i:07d}" for i in range(len(sent))],
                "creator_id": sent["page_name"],
                "page_name": sent["page_name"],
                "page_type": pages["page_type"].to_numpy()[sent["page"]],
                "sent_at": sent["utc"],
                "sent_local": sent["local"],
                "send_date": sent["local"].dt.normalize(),
                "sent_hour": sent["hour"],
                "sent_weekday": sent["weekday"],
                "send_type_key": sent["send_type_key"],
                "send_type_confidence": 1.0,
                "channel_key": "mass_message",
                "target_key": "all_active",
                "is_priced": price > 0,
                "price": price,
                "sent_count": sent["sent_count"].astype(float).round(),
                "viewed_count": sent["viewed_count"].astype(float).round(),
                "purchased_count": sent["purchased_count"].astype(float).round(),
                "earnings": sent["earnings"].astype(float),
                "caption_hash": sent["caption_hash"],
                "is_caption_matched": True,
                "char_length": sent["char_length"],
                "length_bucket": sent["caption_hash"].map(_buckets(pool)),
                "content_type_key": sent["content_type_key"],
                "content_type_confidence": 0.9,
                "is_rated": ~sent["is_withdrawn"] & (sent["sent_count"] > 0),
                "is_withdrawn": sent["is_withdrawn"],
            }
        )
    )


def _buckets(pool: pd.DataFrame) -> dict[str, str]:
    return dict(zip(pool["caption_hash"], length_buckets(pool["char_length"], SETTINGS.scoring).tolist(), strict=True))


def as_of_tables(sends: pd.DataFrame, creators: pd.DataFrame, settings: Settings) -> dict[str, pd.DataFrame]:
    """The as-of tables scoring reads, in pandas: what the dbt models compute, without their edge cases."""
    rated = sends[sends["is_rated"].astype(bool)].copy()
    end = pd.Timestamp(END) + pd.Timedelta(days=1)
    age = (end - rated["sent_at"]).dt.total_seconds() / 86400
    rated = rated[age >= 3].assign(age=age[age >= 3])
    rated["log"] = np.log1p(rated["earnings"].astype(float))
    priced = rated[rated["is_priced"].astype(bool)]
    mean = _health(rated, priced, creators)
    rated = rated.merge(mean[["creator_id", "mean_log_rps", "mean_view_rate"]], on="creator_id")
    rated["w"] = 0.5 ** (rated["age"] / 60)
    rated["lift"] = (rated["log"] - rated["mean_log_rps"].astype(float)).where(rated["is_priced"].astype(bool))
    return {
        "health": mean,
        "caption_performance": _evidence(
            rated, ["creator_id", "caption_hash"], frames.CAPTION_PERFORMANCE, total_earnings="sum"
        ),
        "pool_performance": _evidence(rated, ["caption_hash"], frames.POOL_PERFORMANCE),
        "content_type_performance": frames.CONTENT_TYPE_PERFORMANCE.empty(),
    }


def _health(rated: pd.DataFrame, priced: pd.DataFrame, creators: pd.DataFrame) -> pd.DataFrame:
    w = 0.5 ** (priced["age"] / 30)
    by = priced["creator_id"]
    sums = (
        pd.DataFrame(
            {
                "w": w,
                "log": w * priced["log"],
                "rps": w * priced["earnings"].astype(float),
                "viewed": w * priced["viewed_count"].astype(float),
                "bought": w * priced["purchased_count"].astype(float),
            }
        )
        .groupby(by)
        .sum()
        .reindex(creators["creator_id"])
    )
    free = rated[~rated["is_priced"].astype(bool)]
    views = (
        free.groupby("creator_id")[["viewed_count", "sent_count"]].sum().astype(float).reindex(creators["creator_id"])
    )
    rows = []
    for page in creators.to_dict("records"):
        key = page["creator_id"]
        one = sums.loc[key]
        rows.append(
            {
                "creator_id": key,
                "page_name": key,
                "page_type": page["page_type"],
                "as_of_date": pd.Timestamp(END),
                "mean_log_rps": one["log"] / one["w"],
                "mean_rps": one["rps"] / one["w"],
                "mean_conversion": one["bought"] / one["viewed"],
                "mean_view_rate": views.loc[key, "viewed_count"] / views.loc[key, "sent_count"],
                "priced_sends_30d": int((priced.loc[by == key, "age"] <= 30).sum()),
                "sends_90d": int((rated.loc[rated["creator_id"] == key, "age"] <= 90).sum()),
            }
        )
    return samples.health(*rows)


def _evidence(rated: pd.DataFrame, keys: list[str], table: frames.Table, **extra: str) -> pd.DataFrame:
    grouped = rated.groupby(keys, sort=True)
    w = rated["w"]
    weighted = (
        pd.DataFrame(
            {
                "n_eff": w,
                "log_rps": w * rated["log"],
                "rps": w * rated["earnings"].astype(float),
                "sent_weighted": w * rated["sent_count"].astype(float),
                "viewed_weighted": w * rated["viewed_count"].astype(float),
                "purchased_weighted": w * rated["purchased_count"].astype(float).fillna(0),
                "lift_w": w * rated["lift"].notna(),
                "lift_log": w * rated["lift"].fillna(0),
                "expected_views": w * rated["sent_count"].astype(float) * rated["mean_view_rate"].astype(float),
            }
        )
        .groupby([rated[k] for k in keys])
        .sum()
    )
    result = pd.DataFrame(
        {
            "as_of_date": pd.Timestamp(END),
            "send_count": grouped.size(),
            "priced_count": grouped["is_priced"].sum().astype(int),
            "n_eff": weighted["n_eff"],
            "log_rps": weighted["log_rps"] / weighted["n_eff"],
            "rps": weighted["rps"] / weighted["n_eff"],
            **{c: weighted[c] for c in ("sent_weighted", "viewed_weighted", "purchased_weighted")},
            "total_earnings": grouped["earnings"].sum(),
            "last_used_date": grouped["send_date"].max(),
            "uses_30d": (rated["age"] <= 30).groupby([rated[k] for k in keys]).sum(),
            "uses_60d": (rated["age"] <= 60).groupby([rated[k] for k in keys]).sum(),
            "lift_log": (weighted["lift_log"] / weighted["lift_w"]).where(weighted["lift_w"] > 0),
            "view_lift": weighted["viewed_weighted"] / weighted["expected_views"],
            "creator_count": grouped["creator_id"].nunique() if "creator_id" not in keys else 1,
        }
    ).reset_index()
    return table.conform(result[[c for c in table.column_names if c in result]])


def _personas(personas: pd.DataFrame, pages: pd.DataFrame) -> pd.DataFrame:
    rows = personas.assign(
        creator_id=personas["creator_id"].map(pages.set_index("creator_id")["page_name"]), **samples.PROVENANCE
    )
    return frames.RAW_PERSONAS.conform(rows)


def _vault(pages: pd.DataFrame) -> pd.DataFrame:
    rows = [
        {"creator_id": page["page_name"], "content_type_key": key, "has_content": True, **samples.PROVENANCE}
        for page in pages.to_dict("records")
        for key in sorted(page["owned"])
    ]
    return frames.RAW_VAULT.conform(pd.DataFrame(rows))
