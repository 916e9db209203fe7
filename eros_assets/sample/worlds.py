"""The worlds behind the samples: given a truth file, what a send is truly expected to earn.

Each world's response is a module of its own, with a form and figures of its own; this one only
chooses. A truth file names its world; the first agency's file is older than the names and has none.
No pipeline code may read a truth: tests and benchmarks use it to judge plans and learning.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd

from eros_assets.sample import response as studio
from eros_assets.sample.harbour import response as harbour
from eros_assets.sample.response import Truth, load_truth, write_truth

__all__ = ["COLUMNS", "Truth", "dated", "expected_earnings", "load_truth", "world_of", "write_truth"]

COLUMNS = ("page_name", "send_type_key", "local", "char_length", "price", "content_type_key", "caption_hash")
"""What every world can value items by: ``local`` is the page's own time, naive; ``price`` is $, null = unpriced.

``channel_key`` may be added (null = a message); :func:`dated` adds what single worlds want besides.
"""


def world_of(truth: Truth) -> str:
    """Name of the world that a truth file describes."""
    return str(truth.get("world", "studio"))


def dated(items: pd.DataFrame, end: date) -> pd.DataFrame:
    """``items`` with hour, weekday, priced_rank (nth priced item of the page's day) and week after ``end``.

    ``items`` needs page_name, local and price; index and order are kept. ``end`` is the last day of
    the sample's history: weeks within it count below zero.
    """
    local = items["local"]
    day = local.dt.normalize()
    priced = items[items["price"] > 0].sort_values("local", kind="stable")
    rank = priced.groupby([priced["page_name"], day[priced.index]]).cumcount() + 1.0
    return items.assign(
        hour=local.dt.hour,
        weekday=local.dt.day_of_week,
        priced_rank=rank.reindex(items.index),
        week=np.asarray((day - pd.Timestamp(end)).dt.days / 7, dtype=float),
    )


def expected_earnings(truth: Truth, items: pd.DataFrame, past: pd.DataFrame | None = None) -> pd.Series:
    """True expected final earnings of each item, $ (before noise), on the items' index.

    ``items`` has :data:`COLUMNS` and, for the world ``studio``, those of :func:`dated` (it needs no
    ``local``). In worlds whose fans remember, items are valued together in time order, and ``past``,
    sends before them with the same columns, says what the fans have had already; in others it plays
    no part. An unknown page raises ``KeyError``, an unknown world ``ValueError``.
    """
    world = world_of(truth)
    if world == "studio":
        return studio.expected_earnings(truth, items)
    if world == harbour.WORLD:
        return harbour.expected_earnings(truth, items, past)
    raise ValueError(f"the truth file describes the unknown world {world!r}")
