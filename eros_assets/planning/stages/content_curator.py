"""Stage 4: which text, content and price each slot takes.

The exact method assigns the whole week at once; the baseline fills slots in order of time by its score.
For both the kind of text comes first: a slot takes the texts written for its send type while there are
any, then relaxes and says so on the item; vault, AVOID, page type, prohibition and a false offer never
relax.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np

from eros_assets.domain.captions.length import length_multipliers
from eros_assets.planning.programs.alternatives import Alternatives
from eros_assets.planning.programs.captions import Choice, assign_captions
from eros_assets.planning.programs.content_apart import ContentCalendar, Options
from eros_assets.planning.week.creator_week import NO_CAPTION_LEVEL, NO_GRADE, Bools, CreatorWeek, Floats, Ints
from eros_assets.planning.week.pricing import price_reason, tip_amounts
from eros_assets.planning.week.pricing import prices as caption_prices
from eros_assets.planning.week.records import Analysis, Filled, Timed
from eros_assets.planning.week.traits import trait_triggers
from eros_assets.planning.week.value import caption_values, day_factors, interval, slot_factor
from eros_assets.settings import SendType


@dataclass
class Used:
    """What the week has used up so far: captions, their near-duplicates, and content types by day."""

    captions: set[int] = field(default_factory=set)
    twins: set[int] = field(default_factory=set)
    pairs: Counter[int] = field(default_factory=Counter)  # by code of caption type and content type

    def take(self, week: CreatorWeek, caption: int) -> None:
        """Mark a caption used."""
        self.captions.add(caption)
        self.twins.add(int(week.pool.twins[caption]))
        self.pairs[int(week.type_content_codes[caption])] += 1


def fill(
    week: CreatorWeek, analysis: Analysis, timed: Sequence[Timed], revenue_per_day: Sequence[int]
) -> tuple[list[Filled], float]:
    """Caption, content and money of each slot, in order of time; and how many captions of optimal length
    the week demands [2.1]."""
    factors = day_factors(week, revenue_per_day)
    used = locked_use(week)
    if week.is_exact:
        choices, demanded = assign_captions(week, analysis, timed, factors, used.captions, used.twins)
    else:
        choices, demanded = _greedy(week, analysis, timed, used), 0.0
    goals = _goals(week, timed)
    others = Alternatives(week, analysis, timed, [choice.caption for choice in choices])
    filled = [
        _filled(week, slot, choice, float(factors[slot.slot.day]), goals.get(slot.slot.slot_id), others, number)
        for number, (slot, choice) in enumerate(zip(timed, choices, strict=True))
    ]
    return _linked_scenes(week, filled), demanded


def _linked_scenes(week: CreatorWeek, filled: Sequence[Filled]) -> list[Filled]:
    """Links with media show the scene of what they point to; its content type is theirs, where it has one."""
    past = week.past_items
    scenes = dict(zip(past["item_id"], past["content_type_key"], strict=True)) if len(past) else {}
    scenes |= {item.timed.slot.slot_id: item.content_type for item in filled}
    shown = []
    for item in filled:
        kind = week.settings.send_type[item.timed.slot.key]
        scene = scenes.get(item.timed.linked_slot_id or item.timed.linked_item_id)
        if kind.is_campaign_link and kind.media != "none" and isinstance(scene, str):
            item = replace(item, content_type=scene)
        shown.append(item)
    return shown


def locked_use(week: CreatorWeek) -> Used:
    """Captions of items that are already queued or sent this week."""
    used = Used()
    places = {name: place for place, name in enumerate(week.pool.hashes)}
    for name in week.locked_items["caption_hash"].dropna():
        if name in places:
            used.take(week, places[name])
    return used


# -- baseline: slot by slot ---------------------------------------------------------------------------


def _greedy(week: CreatorWeek, analysis: Analysis, timed: Sequence[Timed], used: Used) -> list[Choice]:
    base: dict[str, Floats] = {}
    captions = [-1] * len(timed)
    calendar = ContentCalendar(week, timed, captions)
    share = _LengthShare(week)
    choices = []
    for number, slot in enumerate(timed):
        kind = week.settings.send_type[slot.slot.key]
        where, _, rank = week.eligible(kind.key)
        if kind.key not in base:
            base[kind.key] = _baseline_scores(week, analysis, kind.key, where, rank)
        grade = _open_grades(week, slot, where, rank, used)
        if not len(where) or grade.min() >= NO_GRADE:
            choices.append(Choice(-1, NO_GRADE))
            continue
        best = narrowed(grade == grade.min(), ~week.reads_like(used.captions)[where])
        if calendar.has_media[number]:
            best = narrowed(best, ~np.isin(calendar.codes[where], list(calendar.closed(number))))
        if share.is_short(kind):
            best = narrowed(best, week.pool.is_optimal[where])
        score = base[kind.key] + _diversity(week, where, used)
        place = int(np.where(best, score, -np.inf).argmax())
        chosen = int(where[place])
        used.take(week, chosen)
        share.count(kind, chosen)
        calendar.captions[number] = chosen
        open_ = grade < NO_GRADE
        options = Options(where[open_], grade[open_], score[open_])
        choices.append(Choice(chosen, int(grade[place]), options, score=float(score[place])))
    return choices


class _LengthShare:
    """How far texts that sell have reached their share of optimal length so far [2.1]."""

    def __init__(self, week: CreatorWeek) -> None:
        self.week, self.texts, self.optimal = week, 0, 0

    def is_short(self, kind: SendType) -> bool:
        """Whether the next text of this type must be of optimal length for the share to hold."""
        share = self.week.settings.scoring.optimal_length_share
        is_asked = self.week.on("CHAR_LENGTH_MULTIPLIER") and kind.is_selling
        return is_asked and self.optimal < share * (self.texts + 1) - 1e-9

    def count(self, kind: SendType, caption: int) -> None:
        """Take note of a text."""
        self.texts += kind.is_selling
        self.optimal += kind.is_selling and bool(self.week.pool.is_optimal[caption])


def narrowed(open_: Bools, wish: Bools) -> Bools:
    """What is open and wished for, or what is open where nothing is both."""
    both = open_ & wish
    return both if both.any() else open_


def _baseline_scores(week: CreatorWeek, analysis: Analysis, key: str, where: Ints, rank: Ints) -> Floats:
    """0.40 freshness + 0.35 performance + 0.15 type priority + 0.05 persona, each 0–100.

    The length multiplier [2.1] and volume triggers on traits [4.1] multiply it where they are in force.
    """
    scoring, pool = week.settings.scoring, week.pool
    weights, priority = scoring.baseline_weights, scoring.type_priority
    places = max(len(week.settings.send_type[key].caption_types) - 1, 1)
    fit = np.where(
        rank < 0, priority["none"], priority["first"] - (priority["first"] - priority["last"]) * rank / places
    )
    score = (
        weights["freshness"] * pool.freshness[where]
        + weights["performance"] * pool.performance[where]
        + weights["type_priority"] * fit
        + weights["persona"] * 10.0 * pool.persona_points[where]
    )
    if week.on("CHAR_LENGTH_MULTIPLIER") and week.settings.send_type[key].is_selling:
        multiplier = length_multipliers(pool.length[where], scoring)
        score = score * (scoring.length_floor + (1 - scoring.length_floor) * multiplier)
    for trigger in trait_triggers(week, analysis):
        score = np.where(trigger.members[where], score * trigger.factor, score)
    return score


def _diversity(week: CreatorWeek, where: Ints, used: Used) -> Floats:
    """0.05 × 100 × the diversity part of the score for the uses of the same caption and content type so far."""
    rule = week.settings.scoring.diversity
    counts = np.zeros(int(week.type_content_codes.max(initial=0)) + 1, dtype=np.int64)
    counts[list(used.pairs.keys())] = list(used.pairs.values())
    uses = counts[week.type_content_codes[where]]
    part = np.where(uses < rule.steep_from, 1 - rule.step * uses, np.maximum(rule.floor, 1 - rule.steep_step * uses))
    return week.settings.scoring.baseline_weights["diversity"] * 100.0 * part


def _open_grades(week: CreatorWeek, slot: Timed, where: Ints, rank: Ints, used: Used) -> Ints:
    """What each eligible caption gives up in this slot; :data:`NO_GRADE` and above = blocked or used."""
    pool = week.pool
    grade = week.grades(slot.slot.key, week.days[slot.slot.day]).copy()
    if used.captions and len(where):
        grade[np.isin(where, list(used.captions)) | np.isin(pool.twins[where], list(used.twins))] = NO_GRADE
    if slot.slot.style is not None:
        grade[(pool.style[where] != slot.slot.style) | (rank != 0)] = NO_GRADE
    return grade


# -- one filled slot ----------------------------------------------------------------------------------


def _goals(week: CreatorWeek, timed: Sequence[Timed]) -> dict[str, tuple[float, str | None]]:
    """Goal amount and tip goal mode of every tip slot, by slot id."""
    goals: dict[str, tuple[float, str | None]] = {}
    races = [slot for slot in timed if slot.slot.key == "first_to_tip"]
    if races:
        amounts = tip_amounts(week, week.settings.send_type["first_to_tip"], len(races))
        goals |= {slot.slot.slot_id: (amount, None) for slot, amount in zip(races, amounts, strict=True)}
    for slot in timed:
        kind = week.settings.send_type[slot.slot.key]
        if kind.key == "tip_goal":
            mode = week.tip_goal_mode
            goals[slot.slot.slot_id] = (week.settings.volume.tip_goal_modes[mode].goal, mode)
        elif kind.money == "goal" and kind.price is not None:
            goals.setdefault(slot.slot.slot_id, (kind.price.default, None))
    return goals


def _filled(
    week: CreatorWeek,
    slot: Timed,
    choice: Choice,
    day_factor: float,
    goal: tuple[float, str | None] | None,
    others: Alternatives,
    number: int,
) -> Filled:
    kind = week.settings.send_type[slot.slot.key]
    pool, position = week.pool, choice.caption
    money: dict[str, Any] = {}
    if kind.money == "price" and kind.price is not None:
        price = float(caption_prices(week, kind, np.array([position]))[0]) if position >= 0 else kind.price.default
        money = {"price": price, "price_reason": price_reason(week, kind, position, price)}
    if goal is not None:
        money = {"goal": goal[0], "goal_mode": goal[1]}
    if position < 0:
        note = f"no text is left that is true of {kind.key}: a person chooses one"
        return Filled(
            slot, -1, NO_CAPTION_LEVEL, NO_GRADE, None, 0.0, 0.0, 0.0, 0.0, None, relaxations=(note,), **money
        )
    factor = slot_factor(week, kind, day_factor, slot.hour)
    base = float(_dollars(week, kind.key, np.array([position]))[0])
    earns = kind.category == "revenue"
    expected = base * factor if earns else 0.0
    low, high = interval(expected, float(pool.log_sd[position])) if earns else (0.0, 0.0)
    level = _level(week, kind, slot, position)
    return Filled(
        slot,
        position,
        level,
        choice.grade,
        None if kind.media == "none" else pool.content_type[position],
        base * factor,
        expected,
        low,
        high,
        float(pool.eros_score[position]),
        is_exploration=choice.is_exploration,
        runners_up=_runners_up(week, kind, choice, factor, others, number),
        relaxations=_relaxed(week, kind, slot, choice, level),
        explanation={
            "chosen_by": choice.chosen_by,
            "caption_value": round(base, 2),
            "day_factor": round(day_factor, 4),
            "hour_factor": round(float(week.hour_factor[slot.hour]), 4),
            "slot_factor": round(factor, 4),
            "own_evidence": round(float(pool.is_known[position]), 4),
            "binding": list(choice.binding),
            **({} if choice.score is None else {"score": round(choice.score, 4)}),
        },
        **money,
    )


def _level(week: CreatorWeek, kind: SendType, slot: Timed, position: int) -> int:
    """Step of the fallback ladder at which a caption is taken on the slot's day."""
    where, _, _ = week.eligible(kind.key)
    return int(week.levels(kind.key, week.days[slot.slot.day])[int(np.searchsorted(where, position))])


def _dollars(week: CreatorWeek, key: str, positions: Ints) -> Floats:
    """Value of captions in a send type at a mean hour of a mean day."""
    where, _, _ = week.eligible(key)
    return caption_values(week, key)[np.searchsorted(where, positions)]


def _runners_up(
    week: CreatorWeek, kind: SendType, choice: Choice, factor: float, others: Alternatives, number: int
) -> tuple[dict[str, Any], ...]:
    """The best texts the slot could have had instead, in the unit of the item, with the true reason."""
    if choice.options is None:
        return ()
    dollars = _dollars(week, kind.key, choice.options.captions) * factor
    by = dollars if week.is_exact else choice.options.weight
    found = others.of(number, choice.options, by, is_score=not week.is_exact)
    earns = kind.category == "revenue"
    worth = dict(zip(choice.options.captions.tolist(), dollars.tolist(), strict=True))
    return tuple(
        {
            "caption_id": week.pool.ids[position],
            "caption_text": week.pool.texts[position],
            "expected_revenue": round(worth[position], 2) if earns else 0.0,
            "reason": reason,
        }
        for position, reason in found
    )


def _relaxed(week: CreatorWeek, kind: SendType, slot: Timed, choice: Choice, level: int) -> tuple[str, ...]:
    """What was given up for this caption: its own kind of text, its rest, its quality."""
    pool, position = week.pool, choice.caption
    notes = []
    if pool.caption_type[position] != kind.caption_types[0]:
        notes.append(
            f"text written for {pool.caption_type[position]}: no rested text of {kind.caption_types[0]} was left"
        )
    step = next(row for row in week.settings.scoring.fallback_ladder if row.level == level)
    if step.note is not None:
        used = int(pool.last_used[position])
        rest = week.days[slot.slot.day].toordinal() - used
        said = "never used before" if used < 0 else f"{rest} days since its last use"
        notes.append(
            f"fallback ladder step {level}: freshness {pool.freshness[position]:.0f},"
            f" performance {pool.performance[position]:.0f}, {said}"
        )
    return tuple(notes)
