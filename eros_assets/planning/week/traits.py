"""Which captions a volume trigger on a trait speaks of, and how many of them it asks for [4.1]."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from eros_assets.domain.arrays import Bools, Texts
from eros_assets.domain.stable_hash import stable_unit
from eros_assets.planning.week.candidates import Candidates
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.records import Analysis

KINDS = ("content_type", "length_bucket", "tone", "price")
"""Traits of a caption that a trigger may speak of."""


@dataclass(frozen=True)
class TraitTrigger:
    """A trait whose captions are to be sent ``factor`` times as often as the plan would by itself."""

    kind: str  # one of KINDS
    key: str
    factor: float
    members: Bools  # (candidates,) captions that have the trait


def trait_triggers(week: CreatorWeek, analysis: Analysis) -> list[TraitTrigger]:
    """The creator's triggers on traits of captions, by kind and key."""
    return [
        TraitTrigger(kind, key, factor, np.asarray(_traits(week.candidates, kind) == key, dtype=bool))
        for kind, factors in sorted(analysis.trait_factor.items())
        for key, factor in sorted(factors.items())
        if kind in KINDS and factor != 1.0
    ]


def _traits(candidates: Candidates, kind: str) -> Texts:
    """Key of each candidate's trait of a kind."""
    if kind == "price":
        return np.array([f"{price:.2f}" for price in candidates.suggested_price], dtype=object)
    return {"content_type": candidates.content_type, "length_bucket": candidates.bucket, "tone": candidates.tone}[kind]


def wanted_sends(week: CreatorWeek, trigger: TraitTrigger, by_itself: int) -> int:
    """Sends with the trait that the trigger asks for, where the plan makes so many ``by_itself``.

    A stable hash decides in which weeks a fraction counts as one.
    """
    luck = stable_unit("trigger", week.creator_id, week.week_start, trigger.kind, trigger.key)
    return int(np.floor(by_itself * trigger.factor + luck))
