"""Limits that captions and places of the joint program share: near-duplicates, content types, PPV styles."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from eros_assets.planning.programs.places import Places
from eros_assets.planning.programs.prices import CONTENT_COST, RELAXED_COST
from eros_assets.planning.week.creator_week import DAYS, CreatorWeek, Floats, Ints
from eros_assets.planning.week.rotation import first_turns, patterns_of_week


@dataclass(frozen=True)
class Side:
    """Rows of one kind: captions of class a in places of class b at most ``most[a, b]`` times.

    Classes of −1 are free. A row grows with the sends in its places: by ``share`` of each.
    With ``sign`` −1 it says at least: −most[a, b] beyond that share. ``cost`` is paid, in best captions,
    per caption beyond a row; without one it is never passed.
    """

    of_caption: Ints  # (pool + 1,); the last is −1, for no caption (−1)
    of_place: Ints  # (places,)
    most: Floats  # (caption classes, place classes)
    share: Floats  # (places,)
    sign: float = 1.0
    cost: float = 0.0

    def used(self, caption: Ints, place: Ints) -> Floats:
        """What sends take up of each row: captions (−1 = none) in places; shaped like ``most``."""
        used = np.zeros(self.most.shape)
        b = self.of_place[place]
        np.add.at(used.T, b[b >= 0], -self.share[place[b >= 0], None])
        a = self.of_caption[caption]
        both = (a >= 0) & (b >= 0)
        np.add.at(used, (a[both], b[both]), 1.0)
        return self.sign * used


def shared_limits(week: CreatorWeek, places: Places) -> list[Side]:
    """Near-duplicates once a week, content types as often as 4.3 allows, PPV styles in turn [1.1]."""
    pool, limits = week.pool, week.settings.volume.content_limits
    _, twins = np.unique(pool.twins, return_inverse=True)
    everywhere = np.zeros(len(places.kind), dtype=np.int64)
    once = np.ones((int(twins.max(initial=0)) + 1, 1))
    content = pd.factorize(pool.content_type)[0].astype(np.int64)
    classes = int(content.max(initial=0)) + 1
    has_media = np.array([kind.has_own_media for kind in places.kinds])[places.kind]
    of_week = np.where(has_media, 0, -1)
    of_day = np.where(has_media, places.day, -1)
    fixed = np.zeros(len(places.kind))
    sides = [
        Side(np.append(twins, -1), everywhere, once, fixed),
        Side(
            np.append(content, -1), of_week, np.full((classes, 1), float(limits.max_per_week)), fixed, cost=CONTENT_COST
        ),
        Side(
            np.append(content, -1),
            of_day,
            np.full((classes, DAYS), float(limits.max_per_day)),
            fixed,
            cost=CONTENT_COST,
        ),
    ]
    if week.on("ROTATION_PATTERNS") and len(week.ppv_styles) > 1:
        sides += _style_sides(week, places)
    return sides


def _style_sides(week: CreatorWeek, places: Places) -> list[Side]:
    """Of n PPVs that take k styles in turn, the one whose turn is j-th has ⌈(n − j) ÷ k⌉ [1.1].

    In a run of days under one pattern that is between (n − j) ÷ k and (n − j + k − 1) ÷ k; a later
    run may skip its first style, so j is known within one. Of a day's n only that much is known:
    at most ⌈n ÷ k⌉.
    """
    patterns = patterns_of_week(week)
    starts = first_turns(week)
    styles = [style for style in patterns[0] if style in week.ppv_styles]
    k = len(styles)
    style = np.append(pd.Index(styles).get_indexer(pd.Index(week.pool.style)).astype(np.int64), -1)
    run = np.cumsum([0] + [patterns[day] != patterns[day - 1] for day in range(1, DAYS)])
    is_ppv = np.array([kind.is_ppv for kind in places.kinds])[places.kind]
    of_run = np.where(is_ppv, run[places.day], -1)
    soonest, latest = (
        np.array([[turns[name] for turns in starts] for name in styles], dtype=float)
        for starts in zip(*starts, strict=True)
    )
    of_day = np.where(is_ppv, places.day, -1)
    caps = sum(week.settings.send_type[kind.key].max_per_day for kind in places.kinds if kind.is_ppv)
    a_day = np.ceil(np.minimum(caps, places.revenue) / k)
    # The commonest PPV fills one round of styles at most: each of the others may repeat a style.
    often = max((kind for kind in places.kinds if kind.is_ppv), key=lambda kind: kind.max_per_day)
    is_other = is_ppv & (np.array([kind.key != often.key for kind in places.kinds])[places.kind])
    each, fixed = np.full(len(places.kind), 1 / k), np.zeros(len(places.kind))
    return [
        Side(style, of_run, (k - 1 - soonest) / k, each),
        Side(style, of_run, latest / k, each, sign=-1.0, cost=RELAXED_COST),
        Side(style, of_day, np.tile(a_day, (k, 1)), fixed),
        Side(style, of_day, np.full((k, DAYS), np.ceil(often.max_per_day / k)), is_other.astype(float)),
    ]
