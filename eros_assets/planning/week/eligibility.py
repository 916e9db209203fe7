"""Which captions may stand in which slot, and what each gives up there.

Nothing opens a caption that is untrue of the send [10.1], closed to the page, or shows what the creator does not own.
The rest is the fallback ladder: steps of configuration that accept staler, weaker and more distant texts one after
the other. Captions are named by their position among the week's candidates.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from functools import cached_property
from typing import NamedTuple

import numpy as np
import pandas as pd

from eros_assets.domain.arrays import Bools, Ints
from eros_assets.domain.stable_hash import stable_hash
from eros_assets.planning.week.creator_week import UNPLANNED_TYPES, CreatorWeek
from eros_assets.planning.week.games import CARD_GAME
from eros_assets.settings import LadderStep, SendType

UNRELAXED_LEVEL = 2
"""Steps of the fallback ladder up to this one give up nothing."""
NO_CAPTION_LEVEL = 6
"""The step behind the ladder: the slot is kept and people choose the caption."""
NOTHING_GIVEN_UP = 0
"""Grade of a rested caption of the slot's own kind; see :meth:`Eligibility.grades`."""
NO_GRADE = 4 * (NO_CAPTION_LEVEL - UNRELAXED_LEVEL)
"""Grade from which a caption is closed to a slot."""
NO_RANK = -1
"""Rank of a caption whose type is not in the send type's list."""


def is_of_other_kind(grade: int) -> bool:
    """Whether a grade gives up the slot's own kind of text; see :meth:`Eligibility.grades`."""
    return grade % 2 == 1


class Eligible(NamedTuple):
    """Captions a send type may take on some day of the week; one entry each, in the order of positions."""

    positions: Ints
    level: Ints  # first step of the fallback ladder that accepts the caption, rest days aside
    rank: Ints  # number of its type in the send type's list, 0 for the slot's own kind, NO_RANK when not in it


class Eligibility:
    """Answers for one week; what was worked out once is kept for the next question."""

    def __init__(self, week: CreatorWeek) -> None:
        self.week = week
        self._type_codes, self._type_names = _caption_types(week)
        self._open, self._owned = _open_to_page(week)
        self._eligible: dict[str, Eligible] = {}
        self._levels: dict[tuple[str, date], Ints] = {}
        self._alike: dict[int, Bools] = {}

    # -- one send type --

    def eligible(self, key: str) -> Eligible:
        """Captions that some step of the fallback ladder accepts for the send type.

        Rest days depend on the slot's date and are added by :meth:`levels`.
        """
        if key not in self._eligible:
            self._eligible[key] = self._find_eligible(self.week.settings.send_type[key])
        return self._eligible[key]

    def levels(self, key: str, day: date) -> Ints:
        """Step of the fallback ladder that accepts each caption of ``eligible(key)`` on a day, rest days included;
        :data:`NO_CAPTION_LEVEL` when none does."""
        if (key, day) not in self._levels:
            self._levels[key, day] = self._find_levels(key, day)
        return self._levels[key, day]

    def grades(self, key: str, day: date) -> Ints:
        """What each caption of ``eligible(key)`` gives up on a day, from :data:`NOTHING_GIVEN_UP` to :data:`NO_GRADE`.

        Grade 1 gives up the slot's own kind of text alone. Then every step of the fallback ladder has four grades:
        staler or weaker but rested texts first, then those that have not rested, of each the slot's own kind before
        another.
        """
        positions, _, rank = self.eligible(key)
        level = self.levels(key, day)
        rest = day.toordinal() - self.week.candidates.last_used[positions]
        ladder = 2 * np.maximum(level - UNRELAXED_LEVEL, 0)
        ladder -= (ladder > 0) & (level < NO_CAPTION_LEVEL) & (rest >= self.week.confidence_row.rest_days)
        return np.asarray(2 * ladder + (rank != 0))

    def has_any(self, key: str) -> bool:
        """Whether any caption may be used for the type on some day of the week."""
        return bool((self.grades(key, self.week.days[-1]) < NO_GRADE).any())

    def own_texts(self, key: str) -> set[int]:
        """Rested captions written for a type by the end of the week, near-duplicates as one: their groups."""
        rested = self.grades(key, self.week.days[-1]) == NOTHING_GIVEN_UP
        return set(self.week.candidates.duplicate_group[self.eligible(key).positions[rested]].tolist())

    # -- the week --

    @cached_property
    def ppv_styles(self) -> frozenset[str]:
        """PPV styles this page has usable captions of the PPVs' own type for: nothing is borrowed [1.1]."""
        found: set[str] = set()
        for kind in self.week.types:
            if kind.is_ppv:
                positions, _, rank = self.eligible(kind.key)
                usable = (rank == 0) & (self.levels(kind.key, self.week.days[0]) < NO_CAPTION_LEVEL)
                found.update(self.week.candidates.style[positions[usable]])
        return frozenset(found)

    @cached_property
    def tip_goal_mode(self) -> str:
        """How the week's tip goals pay out: a stable hash chooses among the modes some text is true of."""
        week, modes = self.week, self.week.settings.volume.tip_goal_modes
        announced = set(week.candidates.offer[self._owned & (self._rank("tip_goal") != NO_RANK)])
        open_ = sorted(name for name, mode in modes.items() if mode.offer in announced) or sorted(modes)
        return open_[stable_hash("tip_goal", week.creator_id, week.week_start) % len(open_)]

    @cached_property
    def type_content_codes(self) -> Ints:
        """A number per candidate, equal where caption type and content type are (for the score's diversity)."""
        contents = pd.factorize(self.week.candidates.content_type, use_na_sentinel=False)[0]
        return np.asarray(self._type_codes * (int(contents.max(initial=0)) + 1) + contents, dtype=np.int64)

    def reads_like(self, captions: Iterable[int]) -> Bools:
        """Whether each candidate reads like one of ``captions``, themselves included."""
        candidates, likeness = self.week.candidates, self.week.settings.scoring.likeness
        found = np.zeros(len(candidates), dtype=bool)
        for caption in captions:
            if caption not in self._alike:
                self._alike[caption] = candidates.wording.reads_like(caption, likeness)
            found |= self._alike[caption]
        return found

    # -- inside --

    def _rank(self, key: str) -> Ints:
        """Number of each candidate's type in the send type's list, :data:`NO_RANK` when it is not in it."""
        order = {name: number for number, name in enumerate(self.week.settings.send_type[key].caption_types)}
        return np.array([order.get(name, NO_RANK) for name in self._type_names], dtype=np.int64)[self._type_codes]

    def _find_eligible(self, kind: SendType) -> Eligible:
        week, candidates, scoring = self.week, self.week.candidates, self.week.settings.scoring
        rank = self._rank(kind.key)
        siblings = {
            name
            for other in week.settings.send_types
            if other.category == kind.category
            for name in other.caption_types
        }
        in_category = np.array([name in siblings for name in self._type_names], dtype=bool)[self._type_codes]
        level = np.full(len(candidates), NO_CAPTION_LEVEL, dtype=np.int64)
        for step in reversed(scoring.fallback_ladder):
            fits = _fits_type(step, rank, in_category)
            fits &= (candidates.freshness >= step.freshness) & (candidates.performance >= step.performance)
            level[fits] = step.level
        spent = candidates.uses_30d >= scoring.freshness.month_max
        level[~self._has_media_for(kind) | ~self._is_true_of(kind) | spent] = NO_CAPTION_LEVEL
        # A followup fits its parent first; its length is a wish of the followup generator.
        if week.on("CHAR_LENGTH_MULTIPLIER") and not kind.is_selling and kind.key not in UNPLANNED_TYPES:
            level[self._out_of_range(kind, level, rank)] = NO_CAPTION_LEVEL
        if kind.key == "game_post" and week.game is not None:
            level[self._of_other_games(level)] = NO_CAPTION_LEVEL
        positions = np.flatnonzero(level < NO_CAPTION_LEVEL)
        return Eligible(positions, level[positions], rank[positions])

    def _has_media_for(self, kind: SendType) -> Bools:
        """Captions open to the page whose content the send can show: a thing not owned stays out."""
        if kind.media == "none":
            return self._open
        if kind.media == "needed" and kind.has_own_media:
            return self._owned
        # A text about nothing in particular needs no media of its own.
        is_about_nothing = np.array([content is None for content in self.week.candidates.content_type], dtype=bool)
        return np.asarray(self._owned | (self._open & is_about_nothing))

    def _is_true_of(self, kind: SendType) -> Bools:
        """Captions whose offer is the send type's own [10.1]; of a tip goal, the one of the week's mode."""
        codes, names = pd.factorize(self.week.candidates.offer, use_na_sentinel=False)
        offers = [None if pd.isna(name) else str(name) for name in names]
        if kind.key == "tip_goal":
            mode = self.week.settings.volume.tip_goal_modes[self.tip_goal_mode]
            is_true = [offer == mode.offer for offer in offers]
        else:
            is_true = [kind.is_true_of(offer) for offer in offers]
        return np.asarray(np.array(is_true, dtype=bool)[codes])

    def _out_of_range(self, kind: SendType, level: Ints, rank: Ints) -> Bools:
        """Captions longer or shorter than the send type accepts, where those within are abundant [2.1]."""
        low, high = kind.acceptable
        length = self.week.candidates.length
        outside = (length < low) | (length > high)
        within = int(((level <= UNRELAXED_LEVEL) & (rank == 0) & ~outside).sum())
        enough = self.week.settings.volume.pool.sufficient
        return outside if within >= enough else np.zeros(len(outside), dtype=bool)

    def _of_other_games(self, level: Ints) -> Ints:
        """Captions that announce another game than the week's; of card games all but the best [7.2].

        Without any caption left, other games may be announced, but no card game.
        """
        week = self.week
        usable = np.flatnonzero(level < NO_CAPTION_LEVEL)
        announced = np.array([week.game_kinds.get(name) for name in week.candidates.hashes[usable]], dtype=object)
        fits = (announced == None) | (announced == week.game)  # noqa: E711
        cards = np.flatnonzero(announced == CARD_GAME)
        if not fits.any():
            fits = announced != CARD_GAME
        elif week.game == CARD_GAME and len(cards):
            best = np.lexsort((-week.candidates.expected_revenue[usable[cards]], level[usable[cards]]))
            fits[cards[best[1:]]] = False
        return np.asarray(usable[~fits], dtype=np.int64)

    def _find_levels(self, key: str, day: date) -> Ints:
        positions, level, _ = self.eligible(key)
        ladder = self.week.settings.scoring.fallback_ladder
        rest = day.toordinal() - self.week.candidates.last_used[positions]
        least = np.array([self._rest_days(step) for step in ladder])
        numbers = np.array([step.level for step in ladder])
        # The first level from the caption's own on whose rest days have passed.
        open_levels = (rest[:, None] >= least[None, :]) & (numbers[None, :] >= level[:, None])
        return np.where(open_levels.any(axis=1), numbers[open_levels.argmax(axis=1)], NO_CAPTION_LEVEL)

    def _rest_days(self, step: LadderStep) -> int:
        row = self.week.confidence_row.rest_days
        return row if step.rest_days is None else min(row, step.rest_days)


def _caption_types(week: CreatorWeek) -> tuple[Ints, list[str]]:
    """Caption type of each candidate as a code, and the names the codes stand for."""
    codes, names = pd.factorize(week.candidates.caption_type)
    return codes.astype(np.int64), [*map(str, names), ""]


def _open_to_page(week: CreatorWeek) -> tuple[Bools, Bools]:
    """Captions open to this page at all, and those whose content it also owns (never relaxed)."""
    candidates = week.candidates
    avoided = {key for key, row in week.content_type_rows.items() if row.get("performance_tier") == "AVOID"}
    is_avoided = np.array([content is not None and content in avoided for content in candidates.content_type], bool)
    is_owned = np.array([content is not None and content in week.vault for content in candidates.content_type], bool)
    fits = candidates.is_active & ~is_avoided
    if week.page_type == "free":
        fits &= ~candidates.is_paid_only
    return fits, fits & is_owned


def _fits_type(step: LadderStep, rank: Ints, in_category: Bools) -> Bools:
    if step.caption_types == "first_two":
        return (rank >= 0) & (rank < 2)
    if step.caption_types == "any":
        return rank >= 0
    return (rank >= 0) | in_category
