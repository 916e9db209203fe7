"""The candidate captions of a creator as arrays: every text that could be sent, with what is known about it.

Planning touches each caption many times, so the frames of :class:`PlanInputs` become NumPy arrays here. A caption
is known by its position in the arrays, which are in the order of caption hashes. Which captions may stand in a slot
is the subject of ``eligibility``, what they are worth there that of ``value``.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.arrays import Bools, Floats, Ints, Texts
from eros_assets.domain.captions.length import length_buckets
from eros_assets.domain.captions.likeness import Wording, wording
from eros_assets.domain.inputs import PlanInputs
from eros_assets.settings import Settings

NO_CAPTION = -1
"""Instead of a position: the slot has no caption, a person chooses one."""
NEVER = -(10**6)
"""Day number of the last use of a caption that nobody used."""


@dataclass(frozen=True)
class Candidates:
    """Every array has one entry per caption."""

    hashes: Texts
    ids: Texts
    texts: Texts
    length: Ints  # characters
    is_optimal: Bools  # of optimal length [2.1]
    is_priced: Bools  # whether the send type it was written for is priced
    caption_type: Texts
    content_type: Texts  # None when unknown
    tone: Texts
    suggested_price: Floats  # dollars, NaN when unknown
    is_paid_only: Bools
    is_active: Bools
    duplicate_group: Ints  # captions of one number are near-duplicates of each other
    performance: Floats  # 0–100
    freshness: Floats  # 0–100
    last_used: Ints  # day number, NEVER when unused
    uses_30d: Ints
    persona_points: Floats
    eros_score: Floats  # 0–1
    score_parts: Texts
    structure_score: Floats  # 0–1
    style: Texts
    expected_revenue: Floats  # dollars in the send type it was written for
    log_sd: Floats  # standard deviation of the logarithm of that estimate
    is_known: Floats  # 0–1, share of the estimate that comes from this creator's own sends
    bucket: Texts  # length bucket
    offer: Texts  # what the text announces, None for nothing [10.1]
    wording: Wording

    def __len__(self) -> int:
        return len(self.hashes)


def candidates_by_creator(inputs: PlanInputs, settings: Settings) -> Callable[[str], Candidates]:
    """A function creator id → :class:`Candidates`; the join with the captions all creators share is made once."""
    scores = inputs.caption_scores.sort_values(["creator_id", "caption_hash"], kind="stable").reset_index(drop=True)
    captions = inputs.captions
    at = pd.Index(captions["caption_hash"]).get_indexer(scores["caption_hash"])
    scores, at = scores[at >= 0].reset_index(drop=True), at[at >= 0]
    monday = inputs.week_start.toordinal()
    since = scores["days_since_use"].to_numpy(dtype=float, na_value=np.nan)

    def floats(frame: pd.DataFrame, name: str) -> Floats:
        return frame[name].to_numpy(dtype=float, na_value=np.nan)

    def texts(frame: pd.DataFrame, name: str) -> Texts:
        return _objects(frame[name])

    def flags(frame: pd.DataFrame, name: str) -> Bools:
        return frame[name].to_numpy(dtype=bool, na_value=False)

    def offers_of(hashes: pd.Series) -> Texts:
        known = inputs.features.drop_duplicates("caption_hash").set_index("caption_hash")["offer"]
        return _objects(known.reindex(hashes))

    lengths = scores["char_length"].to_numpy(dtype=np.int64)
    arrays: dict[str, npt.NDArray[Any]] = {
        "hashes": texts(scores, "caption_hash"),
        "ids": texts(captions, "caption_id")[at],
        "texts": texts(captions, "caption_text")[at],
        "length": lengths,
        "is_optimal": flags(scores, "is_optimal_length"),
        "is_priced": flags(scores, "is_priced"),
        "caption_type": texts(scores, "caption_type"),
        "content_type": texts(scores, "content_type_key"),
        "tone": texts(captions, "tone")[at],
        "suggested_price": floats(captions, "suggested_price")[at],
        "is_paid_only": flags(captions, "is_paid_page_only")[at],
        "is_active": flags(captions, "is_active")[at],
        "duplicate_group": _duplicate_groups(captions)[at],
        "performance": floats(scores, "performance_score"),
        "freshness": floats(scores, "freshness"),
        "last_used": np.where(np.isnan(since), NEVER, monday - np.nan_to_num(since)).astype(np.int64),
        "uses_30d": scores["uses_30d"].to_numpy(dtype=np.int64),
        "persona_points": floats(scores, "persona_points"),
        "eros_score": floats(scores, "eros_score"),
        "score_parts": texts(scores, "score_parts"),
        "structure_score": floats(scores, "structure_score"),
        "style": texts(scores, "style"),
        "expected_revenue": np.nan_to_num(floats(scores, "value")),
        "log_sd": np.nan_to_num(floats(scores, "expected_log_sd")),
        "is_known": np.nan_to_num(floats(scores, "is_known")),
        "bucket": np.asarray(length_buckets(lengths, settings.scoring), dtype=object),
        "offer": offers_of(scores["caption_hash"]),
    }
    owner = scores["creator_id"].to_numpy(dtype=object)
    starts = {name: (first, last) for name, first, last in _runs(owner)}
    known, text_of = np.unique(at, return_inverse=True)
    worded = wording(captions["plain_text"].iloc[known], settings.scoring.likeness)

    def candidates_of(creator_id: str) -> Candidates:
        first, last = starts.get(creator_id, (0, 0))
        own = {name: values[first:last] for name, values in arrays.items()}
        return Candidates(**own, wording=worded[text_of[first:last]])

    return candidates_of


def _duplicate_groups(captions: pd.DataFrame) -> Ints:
    """A number per caption, equal for near-duplicates."""
    original = _objects(captions["near_duplicate_of"])
    hashes = captions["caption_hash"].to_numpy(dtype=object)
    codes, _ = pd.factorize(np.where([name is None for name in original], hashes, original), sort=True)
    return codes.astype(np.int64)


def _objects(values: pd.Series) -> Texts:
    """Values as Python objects, null as None."""
    array = values.to_numpy(dtype=object)
    return np.where(pd.isna(array), np.full(len(array), None, dtype=object), array)


def _runs(owner: Texts) -> Iterator[tuple[str, int, int]]:
    """Runs of equal values of a sorted array: value, first position, position behind the last."""
    if not len(owner):
        return
    edges = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1], True])
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        yield str(owner[first]), first, last


def with_planned_uses(candidates: Candidates, past: pd.DataFrame) -> Candidates:
    """The candidates with what earlier weeks plan but have not sent yet counted as used.

    ``past`` are SCHEDULE_ITEM rows.
    """
    planned = past.dropna(subset=["caption_hash"]) if len(past) else past
    if not len(planned) or not len(candidates):
        return candidates
    latest = planned.groupby("caption_hash")["scheduled_date"].max()
    days = latest.map(lambda stamp: stamp.date().toordinal())
    at = pd.Index(candidates.hashes).get_indexer(latest.index)
    last_used = candidates.last_used.copy()
    found = at >= 0
    np.maximum.at(last_used, at[found], days.to_numpy(dtype=np.int64)[found])
    return replace(candidates, last_used=last_used)
