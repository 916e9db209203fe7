"""The week's captions as one assignment with side constraints (T8.5).

Slots that are alike (type, day, style and what the slot makes of a value) form a cell. A variable
gives a caption to a cell. Each caption, with its near-duplicates, is used once; at least 60% of the
captioned items lie in 250–449 characters where the pool allows [2.1]; content types stay within
their daily and weekly limits where they can (4.3); relaxed captions (T6.8, levels 3–5) and empty
slots come only where nothing else is left.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.sparse import csr_array
from scipy.stats import norm

from eros_assets.domain.stable_hash import stable_unit, stable_units
from eros_assets.planning.creator_week import DAYS, NO_CAPTION_LEVEL, UNRELAXED_LEVEL, CreatorWeek, Floats, Ints
from eros_assets.planning.programs import Program, tilted
from eros_assets.planning.stages import Analysis, Timed
from eros_assets.planning.value import caption_values, demand_weights, slot_factor

SHORT_COST = 2.0
"""Best captions given up rather than one of optimal length too few [2.1]."""
CONTENT_COST = 3.0
"""Best captions given up rather than a content type once too often (4.3)."""
RELAXED_COST = 4.0
"""Best captions given up rather than one level of T6.8."""
EMPTY_COST = 40.0
"""Best captions given up rather than one empty slot."""
SPARE = 12
"""Candidates kept per type, style and length class beyond the number of slots: side constraints rarely need more."""


@dataclass(frozen=True)
class Choice:
    """A caption for a slot: pool position (−1 = none) and T6.8 level, with what it was held against."""

    caption: int
    level: int
    score: float | None = None
    others: tuple[tuple[int, float], ...] = ()
    reasons: dict[int, str] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    binding: tuple[str, ...] = ()
    is_exploration: bool = False
    chosen_by: str = "baseline score (6.6)"


@dataclass
class _Cell:
    """Slots of one kind: their places in the week's list and the candidates they may take."""

    key: str
    day: int
    style: str | None
    factor: float
    slots: list[int]
    captions: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    level: Ints = field(default_factory=lambda: np.empty(0, np.int64))
    value: Floats = field(default_factory=lambda: np.empty(0))


def assign_captions(
    week: CreatorWeek,
    analysis: Analysis,
    timed: Sequence[Timed],
    factors: Floats,
    used: set[int],
    used_twins: set[int],
) -> tuple[list[Choice], float]:
    """One choice per slot of ``timed``, of greatest expected revenue under the limits above.

    With them comes how many captions of optimal length the week demands and gets [2.1].

    ``factors`` are the day factors of revenue sends, ``used`` and ``used_twins`` captions and
    near-duplicate groups the week has spent already.
    """
    used, used_twins = set(used), set(used_twins)
    choices: list[Choice | None] = [None] * len(timed)
    for place, choice in _explored(week, timed, factors, used, used_twins).items():
        choices[place] = choice
        used.add(choice.caption)
        used_twins.add(int(week.pool.twins[choice.caption]))
    cells = _cells(week, timed, factors, choices)
    _add_candidates(week, cells, used, used_twins)
    taken, demanded, is_length_bound = _solve(week, analysis, cells, choices)
    where_used = {
        int(c): f"{week.days[cell.day]:%a} {cell.key}" for cell, own in zip(cells, taken, strict=True) for c in own
    }
    for cell, own in zip(cells, taken, strict=True):
        for number, place in enumerate(cell.slots):
            choices[place] = _choice(
                week, cell, int(own[number]) if number < len(own) else -1, where_used, is_length_bound
            )
    return [choice for choice in choices if choice is not None], demanded


def _cells(week: CreatorWeek, timed: Sequence[Timed], factors: Floats, choices: Sequence[Choice | None]) -> list[_Cell]:
    cells: dict[tuple[str, int, str | None, float], _Cell] = {}
    for place, slot in enumerate(timed):
        if choices[place] is None:
            kind = week.settings.send_type[slot.slot.key]
            factor = slot_factor(week, kind, float(factors[slot.slot.day]), slot.hour)
            name = (kind.key, slot.slot.day, slot.slot.style, factor)
            cells.setdefault(name, _Cell(*name, [])).slots.append(place)
    return list(cells.values())


def candidates(week: CreatorWeek, key: str, day: int, style: str | None) -> tuple[Ints, Ints, Floats]:
    """Captions a slot may take: pool positions, T6.8 levels on that day, values at a mean slot."""
    where, _, _ = week.eligible(key)
    level = week.levels(key, week.days[day])
    open_ = level < NO_CAPTION_LEVEL
    if style is not None:
        open_ &= week.pool.style[where] == style
    return where[open_], level[open_], caption_values(week, key)[open_]


def _add_candidates(week: CreatorWeek, cells: Sequence[_Cell], used: set[int], used_twins: set[int]) -> None:
    """Each cell's best candidates: enough of either length class for all slots that compete for them."""
    wanted: dict[tuple[str, str | None], int] = {}
    for cell in cells:
        wanted[cell.key, cell.style] = wanted.get((cell.key, cell.style), 0) + len(cell.slots)
    rivals = {key: sum(n for (other, _), n in wanted.items() if _compete(week, key, other)) for key, _ in wanted}
    for cell in cells:
        where, level, value = candidates(week, cell.key, cell.day, cell.style)
        free = ~np.isin(where, list(used)) & ~np.isin(week.pool.twins[where], list(used_twins))
        where, level, value = where[free], level[free], value[free]
        keep = min(wanted[cell.key, cell.style] + SPARE, rivals[cell.key]) + SPARE
        strict = level <= UNRELAXED_LEVEL
        picked = []
        for part in (strict & week.pool.is_optimal[where], strict & ~week.pool.is_optimal[where]):
            place = np.flatnonzero(part)
            picked.append(place[np.argsort(-value[place], kind="stable")[:keep]])
        if int(strict.sum()) < keep:
            place = np.flatnonzero(~strict)
            picked.append(place[np.lexsort((-value[place], level[place]))[:keep]])
        chosen = np.sort(np.concatenate(picked))
        cell.captions, cell.level, cell.value = where[chosen], level[chosen], value[chosen] * cell.factor


def _compete(week: CreatorWeek, key: str, other: str) -> bool:
    kinds = week.settings.send_type
    return bool(set(kinds[key].caption_types) & set(kinds[other].caption_types))


def _solve(
    week: CreatorWeek, analysis: Analysis, cells: Sequence[_Cell], choices: Sequence[Choice | None]
) -> tuple[list[Ints], float, bool]:
    """Captions of each cell, best first; how many of optimal length were demanded, and whether that decided."""
    if not cells:
        return [], 0.0, False
    size = np.array([len(cell.captions) for cell in cells])
    cell_of = np.repeat(np.arange(len(cells)), size)
    caption = np.concatenate([cell.captions for cell in cells])
    level = np.concatenate([cell.level for cell in cells])
    value = np.concatenate([cell.value for cell in cells])
    if not len(caption):
        return [np.empty(0, np.int64) for _ in cells], 0.0, False
    weight = value * demand_weights(week, analysis)[caption]
    unit = float(value.max()) + 1.0
    weight = weight - np.maximum(level - UNRELAXED_LEVEL, 0) * RELAXED_COST * unit

    n = len(caption)
    rows: list[Ints] = []
    columns: list[Ints] = []
    entries: list[Floats] = []
    lows: list[float] = []
    highs: list[float] = []
    costs: list[float] = []

    def add(
        where: Ints, factor: Floats | float, low: float, high: float, slack: tuple[float, float] | None = None
    ) -> None:
        """One row low ≤ Σ factor·x (+ slack) ≤ high; slack is its coefficient and its cost per unit."""
        number = len(lows)
        rows.append(np.full(len(where), number))
        columns.append(where)
        entries.append(np.broadcast_to(np.asarray(factor, dtype=float), where.shape))
        if slack is not None:
            rows.append(np.array([number]))
            columns.append(np.array([n + len(costs)]))
            entries.append(np.array([slack[0]]))
            costs.append(slack[1])
        lows.append(low)
        highs.append(high)

    for number, cell in enumerate(cells):
        need = float(len(cell.slots))
        add(np.flatnonzero(cell_of == number), 1.0, need, need, (1.0, EMPTY_COST * unit))
    twins = week.pool.twins[caption]
    for group in np.unique(twins):
        add(np.flatnonzero(twins == group), 1.0, -np.inf, 1.0)
    optimal = week.pool.is_optimal[caption]
    explored = [choice.caption for choice in choices if choice is not None]
    short = optimal_demanded(week, analysis, sum(len(cell.slots) for cell in cells), explored)
    length_row = len(lows)
    add(np.flatnonzero(optimal), 1.0, short, np.inf, (1.0, SHORT_COST * unit))
    _add_content_limits(week, cells, caption, cell_of, add, unit)
    matrix = csr_array(
        (np.concatenate(entries), (np.concatenate(rows), np.concatenate(columns))), shape=(len(lows), n + len(costs))
    )
    program = Program(
        tilted(np.concatenate([-weight, costs])),
        matrix,
        np.array(lows),
        np.array(highs),
        np.concatenate([np.ones(n), np.full(len(costs), np.inf)]),
    )
    solved = program.whole(np.arange(n + len(costs)) < n)
    if solved is None:
        raise RuntimeError(f"caption assignment of {week.creator_id}, {week.week_start} found no solution")
    x, duals = solved
    taken = x[:n] > 0.5
    met = float(x[:n][optimal].sum())
    out = []
    for number in range(len(cells)):
        own = np.flatnonzero(taken & (cell_of == number))
        out.append(caption[own[np.argsort(-value[own], kind="stable")]])
    return out, min(short, met), bool(duals[length_row] > 1e-6)


def optimal_demanded(week: CreatorWeek, analysis: Analysis, slots: int, explored: Sequence[int] = ()) -> float:
    """Captions of optimal length that open slots must take so that the week reaches its share [2.1].

    Followups and captions already ``explored`` count towards it.
    """
    scoring, pool = week.settings.scoring, week.pool
    followups = int(analysis.followups.sum())
    where, _, _ = week.eligible("ppv_followup")
    where = where[week.levels("ppv_followup", week.days[0]) <= UNRELAXED_LEVEL]
    from_followups = min(followups, int(pool.is_optimal[where].sum()))
    share = scoring.optimal_length_share * (slots + len(explored) + followups)
    short = math.ceil(share) - from_followups - int(pool.is_optimal[list(explored)].sum())
    return float(min(max(short, 0), slots))


def _add_content_limits(
    week: CreatorWeek,
    cells: Sequence[_Cell],
    caption: Ints,
    cell_of: Ints,
    add: Callable[..., None],
    unit: float,
) -> None:
    """A content type at most so often a day and a week (4.3), unless only relaxed captions were left."""
    limits = week.settings.volume.content_limits
    with_media = np.array([week.settings.send_type[cell.key].media != "none" for cell in cells])[cell_of]
    content = week.pool.content_type[caption].copy()
    content[~with_media] = None
    day = np.array([cell.day for cell in cells])[cell_of]
    per_day = np.array([sum(len(c.slots) for c in cells if c.day == d) for d in range(DAYS)])
    for name in sorted({str(c) for c in content if c is not None}):
        own = content == name
        add(np.flatnonzero(own), 1.0, -np.inf, float(limits.max_per_week), (-1.0, CONTENT_COST * unit))
        for number in range(DAYS):
            where = np.flatnonzero(own & (day == number))
            if len(where) > limits.max_per_day and per_day[number] > limits.max_per_day:
                add(where, 1.0, -np.inf, float(limits.max_per_day), (-1.0, CONTENT_COST * unit))


def _choice(week: CreatorWeek, cell: _Cell, chosen: int, where_used: dict[int, str], is_length_bound: bool) -> Choice:
    if chosen < 0:
        return Choice(-1, NO_CAPTION_LEVEL, chosen_by="assignment of the week")
    place = int(np.flatnonzero(cell.captions == chosen)[0])
    order = [int(n) for n in np.argsort(-cell.value, kind="stable") if n != place][:3]
    optimal = week.pool.is_optimal
    reasons = {}
    for other in order:
        caption = int(cell.captions[other])
        if caption in where_used:
            reasons[caption] = f"used on {where_used[caption]}"
        elif cell.level[other] > cell.level[place] and cell.level[other] > UNRELAXED_LEVEL:
            reasons[caption] = f"needs relaxation level {cell.level[other]}"
        elif cell.value[other] > cell.value[place] and optimal[chosen] and not optimal[caption]:
            reasons[caption] = "outside 250–449 characters: the length share decides [2.1]"
        elif cell.value[other] > cell.value[place]:
            reasons[caption] = "a near-duplicate or its content type is used up (4.3)"
        else:
            reasons[caption] = "worth less"
    return Choice(
        chosen,
        int(cell.level[place]),
        others=tuple((int(cell.captions[n]), float(cell.value[n])) for n in order),
        reasons=reasons,
        binding=("length share 2.1",) if is_length_bound else (),
        chosen_by="assignment of the week",
    )


def _explored(
    week: CreatorWeek, timed: Sequence[Timed], factors: Floats, used: set[int], used_twins: set[int]
) -> dict[int, Choice]:
    """Slots given to promising, uncertain captions: by place in ``timed`` (Thompson sampling, seeded).

    Slots are drawn by stable hash; each takes the caption whose drawn value is highest among those
    that are known less from this creator's own sends than from its prior.
    """
    planning = week.settings.system.planning
    prefix = ("explore", planning.seed, week.creator_id, week.week_start)
    revenue = [n for n, slot in enumerate(timed) if slot.slot.category == "revenue"]
    count = math.floor(planning.exploration_share * len(revenue) + stable_unit(*prefix))
    luck = [stable_unit(*prefix, slot.slot.slot_id) for slot in timed]
    normal = norm.ppf(np.clip(stable_units(week.pool.hashes, *prefix, "draw"), 1e-9, 1 - 1e-9))
    draw = np.exp(week.pool.log_sd * normal - week.pool.log_sd**2 / 2)
    spent, twins = set(used), set(used_twins)
    found: dict[int, Choice] = {}
    for place in sorted(revenue, key=lambda n: (luck[n], n)):
        if len(found) >= count:
            break
        slot = timed[place].slot
        where, level, value = candidates(week, slot.key, slot.day, slot.style)
        open_ = (level <= UNRELAXED_LEVEL) & (week.pool.is_known[where] < 0.5)
        open_ &= ~np.isin(where, list(spent)) & ~np.isin(week.pool.twins[where], list(twins))
        if not open_.any():
            continue
        drawn = np.where(open_, value * draw[where], -np.inf)
        best = int(drawn.argmax())
        chosen = int(where[best])
        spent.add(chosen)
        twins.add(int(week.pool.twins[chosen]))
        found[place] = Choice(
            chosen,
            int(level[best]),
            chosen_by="exploration: best Thompson draw among uncertain captions",
            is_exploration=True,
        )
    return found
