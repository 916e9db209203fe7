"""The texts a slot could have had instead, each with the true reason why it has not."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from eros_assets.domain.arrays import Floats
from eros_assets.planning.programs.content_apart import ContentCalendar, Options
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import Eligibility, is_of_other_kind
from eros_assets.planning.week.records import Analysis, Timed
from eros_assets.planning.week.traits import trait_triggers

SHOWN = 3


class Alternatives:
    """Says why captions were passed over, once every slot of the week is filled."""

    def __init__(
        self,
        week: CreatorWeek,
        eligibility: Eligibility,
        analysis: Analysis,
        timed: Sequence[Timed],
        captions: Sequence[int],
    ) -> None:
        self.week, self.eligibility, self.timed = week, eligibility, timed
        self.calendar = ContentCalendar(week, timed, captions)
        self.triggers = trait_triggers(week, analysis)
        self.slot_of = {caption: slot for slot, caption in enumerate(captions) if caption != NO_CAPTION}
        groups = week.candidates.duplicate_group
        self.slot_of_group = {int(groups[caption]): slot for caption, slot in self.slot_of.items()}

    def of(self, slot: int, options: Options, value: Floats, is_score: bool) -> tuple[tuple[int, str], ...]:
        """The best other captions of a slot by ``value``, with the reason against each.

        ``value`` is what the slot was filled by, one per option: dollars, or the baseline's score.
        """
        chosen = int(self.calendar.captions[slot])
        own = int(np.flatnonzero(options.captions == chosen)[0])
        closed = self.calendar.closed(slot) if self.calendar.has_media[slot] else set()
        order = [int(n) for n in np.argsort(-value, kind="stable")[: SHOWN + 1] if n != own][:SHOWN]
        return tuple(
            (
                int(options.captions[n]),
                self._used(int(options.captions[n]), slot)
                or self._given_up(options, n, own)
                or self._content(int(options.captions[n]), closed)
                or self._length(int(options.captions[n]), chosen, slot)
                or self._trigger(int(options.captions[n]), chosen)
                or self._worth(float(value[n]), float(value[own]), is_score),
            )
            for n in order
        )

    def _worth(self, other: float, own: float, is_score: bool) -> str:
        if is_score:
            return f"baseline score {other:.0f} against {own:.0f}"
        return "worth less here" if other < own else "as good: the whole week earns the same with it"

    def _used(self, caption: int, slot: int) -> str | None:
        where = self.slot_of.get(caption)
        if where is not None and where != slot:
            return f"goes out {self._when(where)}, where the week needs it more"
        where = self.slot_of_group.get(int(self.week.candidates.duplicate_group[caption]))
        if where is not None and where != slot:
            return f"nearly the same text goes out {self._when(where)}"
        alike = self.eligibility.reads_like([caption])
        where = next((at for used, at in self.slot_of.items() if alike[used] and at != slot), None)
        return None if where is None else f"a text that reads alike goes out {self._when(where)}"

    def _given_up(self, options: Options, other: int, own: int) -> str | None:
        if options.grade[other] <= options.grade[own]:
            return None
        if is_of_other_kind(int(options.grade[other])):
            return "written for another kind of send"
        return "has not rested long enough, or performs too poorly"

    def _content(self, caption: int, closed: set[int]) -> str | None:
        if int(self.calendar.codes[caption]) not in closed:
            return None
        name = self.week.settings.content_type.get(str(self.week.candidates.content_type[caption]))
        return f"{name.label if name else 'its content'} is shown within four hours or often enough already"

    def _length(self, caption: int, chosen: int, slot: int) -> str | None:
        kind = self.week.settings.send_type[self.timed[slot].slot.key]
        optimal = self.week.candidates.is_optimal
        if self.week.on("CHAR_LENGTH_MULTIPLIER") and kind.is_selling and optimal[chosen] and not optimal[caption]:
            low, high = self.week.settings.scoring.optimal_length
            return f"not {low}–{high} characters long, the week's share of such texts decides"
        return None

    def _trigger(self, caption: int, chosen: int) -> str | None:
        for trigger in self.triggers:
            if trigger.members[chosen] != trigger.members[caption] and trigger.members[chosen] == (trigger.factor > 1):
                more = "more" if trigger.factor > 1 else "less"
                return f"the week sends {more} of {trigger.kind.replace('_', ' ')} {trigger.key}"
        return None

    def _when(self, slot: int) -> str:
        timed = self.timed[slot]
        return f"{timed.local:%a %H:%M}"
