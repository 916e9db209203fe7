"""Limits that captions and places of the joint program share: near-duplicates, content types, PPV styles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.domain.volume import DAYS
from eros_assets.planning.programs.places import Places
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.rotation import first_turns, patterns_of_week

NO_CLASS = -1
"""Class of a caption or place that is in no row of a limit."""


@dataclass(frozen=True)
class SharedLimit:
    """One row for each class a of captions and class b of places.

    sign × (Σ pairs of a caption of a in a place of b − Σ share × sends in places of b) ≤ most[a, b]

    A pair is a caption in a place. With ``sign`` 1 the row allows so many pairs at most, and ``share`` more for each
    send in its places; with −1 it asks for so many at least. ``cost`` is that of one pair beyond the row, in best
    captions; at 0 the row is never passed.
    """

    name: str
    of_caption: Ints  # (candidates + 1,); the last is NO_CLASS, for a place without a caption
    of_place: Ints  # (places,)
    most: Floats  # (caption classes, place classes)
    share: Floats  # (places,)
    sign: float = 1.0
    cost: float = 0.0

    @property
    def grows(self) -> bool:
        """Whether sends in the places make room."""
        return bool(self.share.any())

    def used(self, caption: Ints, place: Ints) -> Floats:
        """What a plan takes up of each row, given by its captions in their places; shaped like ``most``."""
        used = np.zeros(self.most.shape)
        b = self.of_place[place]
        np.add.at(used.T, b[b != NO_CLASS], -self.share[place[b != NO_CLASS], None])
        a = self.of_caption[caption]
        both = (a != NO_CLASS) & (b != NO_CLASS)
        np.add.at(used, (a[both], b[both]), 1.0)
        return self.sign * used


def shared_limits(week: CreatorWeek, places: Places, ppv_styles: frozenset[str]) -> list[SharedLimit]:
    """Every limit of the week that captions and places share; ``ppv_styles`` are those the page has captions of."""
    limits = [_near_duplicates_once(week, places), _content_of_a_week(week, places), _content_of_a_day(week, places)]
    if week.on("ROTATION_PATTERNS") and len(ppv_styles) > 1:
        limits += _styles_in_turn(week, places, ppv_styles)
    return limits


def _near_duplicates_once(week: CreatorWeek, places: Places) -> SharedLimit:
    """Σ pairs of a group of near-duplicates ≤ 1 (sends a week)."""
    _, group = np.unique(week.candidates.duplicate_group, return_inverse=True)
    once = np.ones((int(group.max(initial=0)) + 1, 1))
    everywhere = np.zeros(len(places.kind), dtype=np.int64)
    return SharedLimit("near-duplicates", np.append(group, NO_CLASS), everywhere, once, _nothing(places))


def _content_of_a_week(week: CreatorWeek, places: Places) -> SharedLimit:
    """Σ pairs of a content type in sends with media − excess ≤ the most a week holds (sends)."""
    most = float(week.settings.volume.content_limits.max_per_week)
    content, has_media = _contents(week), _has_media(places)
    rows = np.full((int(content.max(initial=0)) + 1, 1), most)
    of_place = np.where(has_media, 0, NO_CLASS)
    return SharedLimit("content type's week", content, of_place, rows, _nothing(places), cost=week.costs.content)


def _content_of_a_day(week: CreatorWeek, places: Places) -> SharedLimit:
    """Σ pairs of a content type in a day's sends with media − excess ≤ the most a day holds (sends)."""
    most = float(week.settings.volume.content_limits.max_per_day)
    content, has_media = _contents(week), _has_media(places)
    rows = np.full((int(content.max(initial=0)) + 1, DAYS), most)
    of_place = np.where(has_media, places.day, NO_CLASS)
    return SharedLimit("content type's day", content, of_place, rows, _nothing(places), cost=week.costs.content)


def _styles_in_turn(week: CreatorWeek, places: Places, available: frozenset[str]) -> list[SharedLimit]:
    """How many PPVs may take each style, where k styles come in turn [1.1].

    In a run of days under one pattern with n PPVs, the style whose first turn is the j-th (from 0) is taken by
    ⌈(n − j) ÷ k⌉ of them: at least (n − j) ÷ k and at most (n − j + k − 1) ÷ k, which grow with the sends. j is known
    only between ``soonest`` and ``latest``, because a run may skip the style that was the last one sent. On a single
    day with n PPVs a style is taken by ⌈n ÷ k⌉ at most.
    """
    patterns = patterns_of_week(week)
    styles = [style for style in patterns[0] if style in available]
    k = len(styles)
    style = np.append(pd.Index(styles).get_indexer(pd.Index(week.candidates.style)).astype(np.int64), NO_CLASS)
    run = np.cumsum([0] + [patterns[day] != patterns[day - 1] for day in range(1, DAYS)])
    is_ppv = np.array([kind.is_ppv for kind in places.kinds])[places.kind]
    of_run = np.where(is_ppv, run[places.day], NO_CLASS)
    soonest, latest = (
        np.array([[turns[name] for turns in starts] for name in styles], dtype=float)
        for starts in zip(*first_turns(week, available), strict=True)
    )
    of_day = np.where(is_ppv, places.day, NO_CLASS)
    caps = sum(week.settings.send_type[kind.key].max_per_day for kind in places.kinds if kind.is_ppv)
    a_day = np.ceil(np.minimum(caps, places.revenue) / k)
    # The commonest PPV fills one round of styles at most: each of the others may repeat a style.
    often = max((kind for kind in places.kinds if kind.is_ppv), key=lambda kind: kind.max_per_day)
    is_other = is_ppv & (np.array([kind.key != often.key for kind in places.kinds])[places.kind])
    each, round_of_often = np.full(len(places.kind), 1 / k), np.full((k, DAYS), np.ceil(often.max_per_day / k))
    return [
        SharedLimit("most of a style in a run", style, of_run, (k - 1 - soonest) / k, each),
        SharedLimit("least of a style in a run", style, of_run, latest / k, each, sign=-1.0, cost=week.costs.relaxed),
        SharedLimit("most of a style in a day", style, of_day, np.tile(a_day, (k, 1)), _nothing(places)),
        SharedLimit("one round of the commonest PPV", style, of_day, round_of_often, is_other.astype(float)),
    ]


def _contents(week: CreatorWeek) -> Ints:
    """Number of each caption's content type, and none for no caption."""
    return np.append(pd.factorize(week.candidates.content_type)[0].astype(np.int64), NO_CLASS)


def _has_media(places: Places) -> Ints:
    return np.array([kind.has_own_media for kind in places.kinds])[places.kind]


def _nothing(places: Places) -> Floats:
    return np.zeros(len(places.kind))
