"""What the week has used up so far: captions with their near-duplicates, and kinds of content."""

from __future__ import annotations

from collections import Counter

import numpy as np

from eros_assets.domain.arrays import Bools
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import Eligibility


class Used:
    """Counts what is used while the week is filled."""

    def __init__(self, week: CreatorWeek, eligibility: Eligibility) -> None:
        self._groups, self._codes = week.candidates.duplicate_group, eligibility.type_content_codes
        self.captions: set[int] = set()
        self.is_spent: Bools = np.zeros(len(week.candidates), dtype=bool)  # used, or a near-duplicate of one that is
        self.pairs: Counter[int] = Counter()  # uses by code of caption type and content type

    def take(self, caption: int) -> None:
        """Mark a caption used."""
        self.captions.add(caption)
        self.is_spent |= self._groups == self._groups[caption]
        self.pairs[int(self._codes[caption])] += 1


def locked_use(week: CreatorWeek, eligibility: Eligibility) -> Used:
    """What items that are already queued or sent this week have used up."""
    used = Used(week, eligibility)
    position = {name: number for number, name in enumerate(week.candidates.hashes)}
    for name in week.locked_items["caption_hash"].dropna():
        if name in position:
            used.take(position[name])
    return used
