"""A proven upper bound on the value of any plan of the same week.

Stages decide one after another. The bound is on the joint problem, types, hours and captions at once: it follows from
the prices of its linear relaxation. A limit that the plan itself did not keep is widened as far as the plan goes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np

from eros_assets.domain.arrays import Ints
from eros_assets.domain.volume import DAYS
from eros_assets.planning.programs.allocation import ANY_DAY
from eros_assets.planning.programs.places import ANY_HOUR, Places, find_places, hours_open
from eros_assets.planning.programs.relaxation import Relaxation
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.demand import weekly_demands
from eros_assets.planning.week.eligibility import NOTHING_GIVEN_UP, Eligibility
from eros_assets.planning.week.records import Analysis, Filled
from eros_assets.planning.week.spacing import open_hours
from eros_assets.planning.week.value import Values

NO_PLACE = -1
"""Instead of a place: the plan sends at an hour that the places do not hold."""


def upper_bound(
    week: CreatorWeek,
    eligibility: Eligibility,
    values: Values,
    analysis: Analysis,
    filled: Sequence[Filled],
    optimal_demanded: float,
    rounds: int,
    relaxation: Relaxation | None = None,
) -> float | None:
    """Dollars no plan can exceed that has the same counts per day and category and the same limits.

    ``optimal_demanded`` is how many captions of optimal length a plan has to take [2.1]. The bound holds after any
    number of ``rounds``; more of them make it tighter. ``relaxation`` is the one the plan was made with: it is used
    again unless the plan took captions or hours that it leaves out.
    """
    demands = [demand for demand in weekly_demands(week, eligibility, analysis) if demand.per_day.sum()]
    if not filled or {item.timed.slot.key for item in filled} - {kind.key for d in demands for kind in d.kinds}:
        return None
    if relaxation is None or not _is_within(relaxation, filled):
        counts = {kind.key: np.zeros(DAYS, dtype=np.int64) for demand in demands for kind in demand.kinds}
        for item in filled:
            counts[item.timed.slot.key][item.timed.slot.day] += 1
        narrow = open_hours(week, *week.active_hours)
        is_wide = [not all(narrow[i.timed.hour] for i in filled if i.timed.slot.day == day) for day in range(DAYS)]
        places = find_places(week, demands, counts, hours_open(week, is_wide))
        worst = Counter({item.timed.slot.key: NOTHING_GIVEN_UP for item in filled})
        for item in filled:
            if item.caption != NO_CAPTION:
                worst[item.timed.slot.key] = max(worst[item.timed.slot.key], item.grade)
        relaxation = Relaxation(week, eligibility, values, places, optimal_demanded, worst, is_penalised=False)
    captions, spots = np.array([item.caption for item in filled]), _spots(relaxation.places, filled)
    relaxation.allow(captions[spots != NO_PLACE], spots[spots != NO_PLACE])
    relaxation.demand(optimal_demanded)
    own = (captions != NO_CAPTION) & (spots != NO_PLACE)
    relaxation.add(captions[own], spots[own])
    return relaxation.prove(rounds)


def _spots(places: Places, filled: Sequence[Filled]) -> Ints:
    """Place of each item, :data:`NO_PLACE` where it has none."""
    spot = {
        (places.kinds[k].key, int(d), int(h)): n
        for n, (k, d, h) in enumerate(zip(places.kind, places.day, places.hour, strict=True))
    }
    names = [(item.timed.slot.key, item.timed.slot.day, item.timed.hour) for item in filled]
    return np.array(
        [spot.get(name, spot.get((name[0], ANY_DAY, ANY_HOUR), NO_PLACE)) for name in names], dtype=np.int64
    )


def _is_within(relaxation: Relaxation, filled: Sequence[Filled]) -> bool:
    """Whether the plan makes the relaxation's sends, all of them with captions and at hours that it holds."""
    if any(item.caption == NO_CAPTION or item.grade > NOTHING_GIVEN_UP for item in filled):
        return False
    places = relaxation.places
    if (_spots(places, filled) == NO_PLACE).any():
        return False
    revenue = [item.timed.slot.day for item in filled if item.timed.slot.category == "revenue"]
    return len(filled) == places.total and bool((np.bincount(revenue, minlength=DAYS) == places.revenue).all())
