"""A small invented agency as raw frames, built to the contracts (no ingest, no demo)."""

from __future__ import annotations

import hashlib
from datetime import date, timedelta

import numpy as np
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.frames import Table
from eros_assets.settings import Settings
from eros_assets.warehouse import connection

ZONES = ("America/Los_Angeles", "America/New_York", "Europe/London", "Australia/Sydney")
LABELLED = ("ppv_unlock", "bump_normal", "bump_descriptive", "bundle", "dm_farm", "renew_on_message", None)
PHRASES = (
    "good morning from the beach set",
    "unlock this new dance routine",
    "bundle deal 12 pics only tonight",
    "spin the wheel and win a prize",
    "turn on auto-renew for a gift",
    "tell me about your day",
    "just a quiet walk",
)


def raw_frames(
    end: date, *, creators: int = 4, captions: int = 120, sends: int = 1500, days: int = 60, seed: int = 7
) -> dict[str, pd.DataFrame]:
    """Raw frames by table name; sends lie in the ``days`` days up to ``end`` (UTC)."""
    rng = np.random.default_rng(seed)
    return {
        "creators": _creators(creators),
        "captions": _captions(rng, captions),
        "sends": _sends(rng, end, creators, captions, sends, days),
        "wall_posts": _wall_posts(end, creators),
        "page_metrics": _metrics(end, creators, days),
    }


def load(settings: Settings, tables: dict[str, pd.DataFrame]) -> None:
    """Replace the given raw tables in the lake by the frames."""
    with connection.connect(settings) as lake:
        for name, frame in tables.items():
            table = frames.RAW_TABLES[name]
            connection.transaction(settings, lake, lambda c, table=table: connection.ensure_table(c, table))
            lake.execute(f"DELETE FROM {table.full_name}")
            connection.insert(lake, table, frame)


def digest(text: str) -> str:
    """Stand-in for the text hash of ingest: any stable key of a text does."""
    return hashlib.sha256(text.encode()).hexdigest()


def with_provenance(table: Table, frame: pd.DataFrame, **defaults: object) -> pd.DataFrame:
    """The frame with provenance filled in and conformed to its contract."""
    provenance = {
        "_file_hash": "f",
        "_file_name": "export.csv",
        "_row_number": np.arange(2, len(frame) + 2),
        "_exported_at": pd.Timestamp("2026-01-01"),
    }
    return table.conform(frame.assign(**{k: v for k, v in (provenance | defaults).items() if k not in frame}))


def _text(index: int) -> str:
    filler = " and then some more words" * (index % 12)
    return f"{PHRASES[index % len(PHRASES)]} no {index}{filler}"


def _creators(count: int) -> pd.DataFrame:
    index = np.arange(count)
    return with_provenance(
        frames.RAW_CREATORS,
        pd.DataFrame(
            {
                "creator_id": [f"c{i}" for i in index],
                "page_name": [f"page{i}" for i in index],
                "page_type": np.where(index % 2, "free", "paid"),
                "timezone": [ZONES[i % len(ZONES)] for i in index],
                "current_active_fans": 500 + 4000 * index,
                "is_active": index != count - 1,
                "content_category": "softcore",
                "sub_type": "gfe",
                "default_ppv_price": 15.0,
            }
        ),
    )


def _captions(rng: np.random.Generator, count: int) -> pd.DataFrame:
    texts = [_text(i) for i in range(count)]
    return with_provenance(
        frames.RAW_CAPTIONS,
        pd.DataFrame(
            {
                "caption_hash": [digest(text) for text in texts],
                "caption_id": [str(i) for i in range(count)],
                "caption_text": texts,
                "plain_text": texts,
                "char_length": [len(text) for text in texts],
                "caption_type": [LABELLED[i % len(LABELLED)] for i in range(count)],
                "price": np.where(np.arange(count) % 3 == 0, 14.99, np.nan),
                "tone": rng.choice(["playful", "casual"], count),
                "is_paid_page_only": False,
                "is_active": True,
            }
        ),
    )


def _sends(rng: np.random.Generator, end: date, creators: int, captions: int, count: int, days: int) -> pd.DataFrame:
    minutes = np.sort(rng.integers(0, days * 1440, count))
    start = pd.Timestamp(end - timedelta(days=days - 1))
    creator = rng.integers(0, creators + 1, count)  # the last is a page nobody manages
    caption = rng.integers(0, captions + captions // 10, count)  # some texts are not in the pool
    priced = rng.random(count) < 0.6
    sent = np.where(np.arange(count) % 97 == 0, 0, rng.integers(200, 5000, count))
    viewed = (sent * rng.uniform(0.15, 0.25, count)).astype(int)
    bought = np.where(priced, (viewed * rng.uniform(0, 0.02, count)).astype(int), 0)
    price = np.where(priced, rng.choice([9.99, 14.99, 19.69], count), 0.0)
    texts = [_text(i) for i in caption]
    return with_provenance(
        frames.RAW_SENDS,
        pd.DataFrame(
            {
                "row_key": [f"m{i:06d}" for i in range(count)],
                "creator_id": [f"c{i}" if i < creators else None for i in creator],
                "page_name": [f"page{i}" for i in creator],
                "sending_time": start + pd.to_timedelta(minutes, unit="min"),
                "message_content": texts,
                "caption_hash": [digest(text) for text in texts],
                "char_length": [len(text) for text in texts],
                "price": price,
                "sent_count": sent,
                "viewed_count": viewed,
                "purchased_count": bought,
                "earnings": np.round(bought * price * rng.lognormal(0, 0.5, count), 2),
                "is_unsent": np.arange(count) % 61 == 0,
                "_flags": np.where(np.arange(count) % 89 == 0, "price_drift, possible_duplicate", None),
            }
        ),
    )


def _wall_posts(end: date, creators: int) -> pd.DataFrame:
    count = creators * 2
    texts = [_text(i) for i in range(count)]
    return with_provenance(
        frames.RAW_WALL_POSTS,
        pd.DataFrame(
            {
                "post_id": [f"w{i}" for i in range(count)],
                "creator_id": [f"c{i % creators}" for i in range(count)],
                "page_name": [f"page{i % creators}" for i in range(count)],
                "post_date": [pd.Timestamp(end) - pd.Timedelta(days=i) for i in range(count)],
                "post_type": "permanent",
                "message_content": texts,
                "caption_hash": [digest(text) for text in texts],
                "char_length": [len(text) for text in texts],
                "price": np.where(np.arange(count) % 2, 12.0, np.nan),
                "views_count": 100,
                "earnings": 24.0,
            }
        ),
    )


def _metrics(end: date, creators: int, days: int) -> pd.DataFrame:
    grid = pd.MultiIndex.from_product(
        [[f"c{i}" for i in range(creators)], [end - timedelta(days=d) for d in range(days)]],
        names=["creator_id", "metric_date"],
    ).to_frame(index=False)
    position = np.arange(len(grid))
    return with_provenance(
        frames.RAW_PAGE_METRICS,
        grid.assign(fan_count=1000 + position, renew_on_count=600 + position, expired_count=position),
    )
