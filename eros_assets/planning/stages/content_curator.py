"""Stage 4: which text, content and price each slot takes.

The exact method assigns the whole week at once; the baseline fills slots in order of time by its score.
For both the kind of text comes first: a slot takes the texts written for its send type while there are any, then what
the fallback ladder allows, and the item says so. Content that the creator does not own or that does badly, texts closed
to the page and texts that promise something else are never taken.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import numpy as np

from eros_assets.domain.arrays import Bools, Floats, Ints
from eros_assets.domain.captions.length import length_multipliers
from eros_assets.planning.programs.alternatives import Alternatives
from eros_assets.planning.programs.captions import Choice, assign_captions
from eros_assets.planning.programs.content_apart import ContentCalendar, Options
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import NO_GRADE, NO_RANK, Eligibility
from eros_assets.planning.week.pricing import price_of_captions, price_reason, tip_amounts
from eros_assets.planning.week.records import Analysis, Filled, Timed
from eros_assets.planning.week.traits import trait_triggers
from eros_assets.planning.week.used import Used, locked_use
from eros_assets.planning.week.value import Values, day_factors, interval, slot_factor
from eros_assets.settings import SendType


def fill(
    week: CreatorWeek,
    eligibility: Eligibility,
    values: Values,
    analysis: Analysis,
    timed: Sequence[Timed],
    revenue_per_day: Sequence[int],
) -> tuple[list[Filled], float]:
    """Caption, content and money of each slot, in order of time; and how many captions of optimal length
    the week demands [2.1]."""
    factors = day_factors(week, revenue_per_day)
    used = locked_use(week, eligibility)
    if week.is_exact:
        choices, demanded = assign_captions(week, eligibility, values, analysis, timed, factors, used)
    else:
        choices, demanded = _greedy(week, eligibility, analysis, timed, used), 0.0
    goals = _goals(week, eligibility, timed)
    others = Alternatives(week, eligibility, analysis, timed, [choice.caption for choice in choices])
    filled = []
    for number, (slot, choice) in enumerate(zip(timed, choices, strict=True)):
        day_factor, goal = float(factors[slot.slot.day]), goals.get(slot.slot.slot_id)
        runners_up = _runners_up(week, values, slot, choice, day_factor, others, number)
        filled.append(_filled(week, eligibility, values, slot, choice, day_factor, goal, runners_up))
    return _linked_scenes(week, filled), demanded


def _linked_scenes(week: CreatorWeek, filled: Sequence[Filled]) -> list[Filled]:
    """The items, links with media with the content type of what they point to: they show its scene."""
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


# -- baseline: slot by slot ---------------------------------------------------------------------------


def _greedy(
    week: CreatorWeek, eligibility: Eligibility, analysis: Analysis, timed: Sequence[Timed], used: Used
) -> list[Choice]:
    base: dict[str, Floats] = {}
    captions = [NO_CAPTION] * len(timed)
    calendar = ContentCalendar(week, timed, captions)
    share = _LengthShare(week)
    choices = []
    for number, slot in enumerate(timed):
        kind = week.settings.send_type[slot.slot.key]
        positions = eligibility.eligible(kind.key).positions
        if kind.key not in base:
            base[kind.key] = _baseline_scores(week, eligibility, analysis, kind.key)
        grade = _open_grades(week, eligibility, slot, used)
        if not len(positions) or grade.min() >= NO_GRADE:
            choices.append(Choice(NO_CAPTION, NO_GRADE))
            continue
        best = narrowed(grade == grade.min(), ~eligibility.reads_like(used.captions)[positions])
        if calendar.has_media[number]:
            best = narrowed(best, ~np.isin(calendar.codes[positions], list(calendar.closed(number))))
        if share.is_short(kind):
            best = narrowed(best, week.candidates.is_optimal[positions])
        score = base[kind.key] + _diversity(week, eligibility, positions, used)
        at = int(np.where(best, score, -np.inf).argmax())
        chosen = int(positions[at])
        used.take(chosen)
        share.count(kind, chosen)
        calendar.captions[number] = chosen
        open_ = grade < NO_GRADE
        options = Options(positions[open_], grade[open_], score[open_])
        choices.append(Choice(chosen, int(grade[at]), options, score=float(score[at])))
    return choices


class _LengthShare:
    """Counts the texts that sell, and those of optimal length, of which the week needs a share [2.1]."""

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
        self.optimal += kind.is_selling and bool(self.week.candidates.is_optimal[caption])


def narrowed(open_: Bools, wish: Bools) -> Bools:
    """Of what is open that which is wished for too; all of it where nothing is."""
    both = open_ & wish
    return both if both.any() else open_


def _baseline_scores(week: CreatorWeek, eligibility: Eligibility, analysis: Analysis, key: str) -> Floats:
    """Weighted sum of freshness, performance, fit of the caption's type and persona, each 0–100.

    The length multiplier [2.1] and volume triggers on traits [4.1] multiply it where they are in force.
    """
    scoring, candidates = week.settings.scoring, week.candidates
    weights, priority = scoring.baseline_weights, scoring.type_priority
    positions, _, rank = eligibility.eligible(key)
    last = max(len(week.settings.send_type[key].caption_types) - 1, 1)
    listed = priority["first"] - (priority["first"] - priority["last"]) * rank / last
    fit = np.where(rank == NO_RANK, priority["none"], listed)
    score = (
        weights["freshness"] * candidates.freshness[positions]
        + weights["performance"] * candidates.performance[positions]
        + weights["type_priority"] * fit
        + weights["persona"] * 10.0 * candidates.persona_points[positions]
    )
    if week.on("CHAR_LENGTH_MULTIPLIER") and week.settings.send_type[key].is_selling:
        multiplier = length_multipliers(candidates.length[positions], scoring)
        score = score * (scoring.length_floor + (1 - scoring.length_floor) * multiplier)
    for trigger in trait_triggers(week, analysis):
        score = np.where(trigger.members[positions], score * trigger.factor, score)
    return score


def _diversity(week: CreatorWeek, eligibility: Eligibility, positions: Ints, used: Used) -> Floats:
    """Diversity part of the score, 0–100 × its weight: less the oftener caption type and content type were used."""
    rule = week.settings.scoring.diversity
    codes = eligibility.type_content_codes
    counts = np.zeros(int(codes.max(initial=0)) + 1, dtype=np.int64)
    counts[list(used.pairs.keys())] = list(used.pairs.values())
    uses = counts[codes[positions]]
    part = np.where(uses < rule.steep_from, 1 - rule.step * uses, np.maximum(rule.floor, 1 - rule.steep_step * uses))
    return week.settings.scoring.baseline_weights["diversity"] * 100.0 * part


def _open_grades(week: CreatorWeek, eligibility: Eligibility, slot: Timed, used: Used) -> Ints:
    """Grade of each eligible caption in this slot; :data:`NO_GRADE` and above when it is closed or used."""
    positions, _, rank = eligibility.eligible(slot.slot.key)
    grade = eligibility.grades(slot.slot.key, week.days[slot.slot.day]).copy()
    grade[used.is_spent[positions]] = NO_GRADE
    if slot.slot.style is not None:
        grade[(week.candidates.style[positions] != slot.slot.style) | (rank != 0)] = NO_GRADE
    return grade


# -- one filled slot ----------------------------------------------------------------------------------


def _goals(week: CreatorWeek, eligibility: Eligibility, timed: Sequence[Timed]) -> dict[str, tuple[float, str | None]]:
    """Goal amount and tip goal mode of every tip slot, by slot id."""
    goals: dict[str, tuple[float, str | None]] = {}
    races = [slot for slot in timed if slot.slot.key == "first_to_tip"]
    if races:
        amounts = tip_amounts(week, week.settings.send_type["first_to_tip"], len(races))
        goals |= {slot.slot.slot_id: (amount, None) for slot, amount in zip(races, amounts, strict=True)}
    for slot in timed:
        kind = week.settings.send_type[slot.slot.key]
        if kind.key == "tip_goal":
            mode = eligibility.tip_goal_mode
            goals[slot.slot.slot_id] = (week.settings.volume.tip_goal_modes[mode].goal, mode)
        elif kind.money == "goal" and kind.price is not None:
            goals.setdefault(slot.slot.slot_id, (kind.price.default, None))
    return goals


def _filled(
    week: CreatorWeek,
    eligibility: Eligibility,
    values: Values,
    timed: Timed,
    choice: Choice,
    day_factor: float,
    goal: tuple[float, str | None] | None,
    runners_up: tuple[dict[str, Any], ...],
) -> Filled:
    kind, position = week.settings.send_type[timed.slot.key], choice.caption
    money = _money(week, kind, position, goal)
    if position == NO_CAPTION:
        note = f"no text is left that is true of {kind.key}: a person chooses one"
        return Filled(timed, relaxations=(note,), **money)
    candidates, earns = week.candidates, kind.category == "revenue"
    factor = slot_factor(week, kind, day_factor, timed.hour)
    base = float(values.of_captions(kind.key, np.array([position]))[0])
    expected = base * factor if earns else 0.0
    low, high = interval(expected, float(candidates.log_sd[position])) if earns else (0.0, 0.0)
    level = _level(week, eligibility, kind, timed, position)
    return Filled(
        timed,
        caption=position,
        level=level,
        grade=choice.grade,
        content_type=None if kind.media == "none" else candidates.content_type[position],
        value=base * factor,
        expected=expected,
        low=low,
        high=high,
        eros_score=float(candidates.eros_score[position]),
        is_exploration=choice.is_exploration,
        runners_up=runners_up,
        relaxations=_relaxed(week, kind, timed, choice, level),
        explanation={
            "chosen_by": choice.chosen_by,
            "caption_value": round(base, 2),
            "day_factor": round(day_factor, 4),
            "hour_factor": round(float(week.hour_factor[timed.hour]), 4),
            "slot_factor": round(factor, 4),
            "own_evidence": round(float(candidates.is_known[position]), 4),
            "binding": list(choice.binding),
            **({} if choice.score is None else {"score": round(choice.score, 4)}),
        },
        **money,
    )


def _money(week: CreatorWeek, kind: SendType, position: int, goal: tuple[float, str | None] | None) -> dict[str, Any]:
    """The fields of :class:`Filled` that say what people pay: a price, or the goal they tip towards."""
    if goal is not None:
        return {"goal": goal[0], "goal_mode": goal[1]}
    if kind.money != "price" or kind.price is None:
        return {}
    price = kind.price.default
    if position != NO_CAPTION:
        price = float(price_of_captions(week, kind, np.array([position]))[0])
    return {"price": price, "price_reason": price_reason(week, kind, position, price)}


def _level(week: CreatorWeek, eligibility: Eligibility, kind: SendType, slot: Timed, position: int) -> int:
    """Step of the fallback ladder at which a caption is taken on the slot's day."""
    at = int(np.searchsorted(eligibility.eligible(kind.key).positions, position))
    return int(eligibility.levels(kind.key, week.days[slot.slot.day])[at])


def _runners_up(
    week: CreatorWeek,
    values: Values,
    timed: Timed,
    choice: Choice,
    day_factor: float,
    others: Alternatives,
    number: int,
) -> tuple[dict[str, Any], ...]:
    """The best texts the slot could have had instead, with what they would earn and the true reason against each."""
    if choice.options is None:
        return ()
    kind = week.settings.send_type[timed.slot.key]
    factor = slot_factor(week, kind, day_factor, timed.hour)
    dollars = values.of_captions(kind.key, choice.options.captions) * factor
    by = dollars if week.is_exact else choice.options.weight
    found = others.of(number, choice.options, by, is_score=not week.is_exact)
    earns = kind.category == "revenue"
    worth = dict(zip(choice.options.captions.tolist(), dollars.tolist(), strict=True))
    return tuple(
        {
            "caption_id": week.candidates.ids[position],
            "caption_text": week.candidates.texts[position],
            "expected_revenue": round(worth[position], 2) if earns else 0.0,
            "reason": reason,
        }
        for position, reason in found
    )


def _relaxed(week: CreatorWeek, kind: SendType, slot: Timed, choice: Choice, level: int) -> tuple[str, ...]:
    """What was given up for this caption: its own kind of text, its rest, its quality."""
    candidates, position = week.candidates, choice.caption
    notes = []
    if candidates.caption_type[position] != kind.caption_types[0]:
        notes.append(
            f"text written for {candidates.caption_type[position]}: no rested text of {kind.caption_types[0]} was left"
        )
    step = next(row for row in week.settings.scoring.fallback_ladder if row.level == level)
    if step.note is not None:
        used = int(candidates.last_used[position])
        rest = week.days[slot.slot.day].toordinal() - used
        said = "never used before" if used < 0 else f"{rest} days since its last use"
        notes.append(
            f"fallback ladder step {level}: freshness {candidates.freshness[position]:.0f},"
            f" performance {candidates.performance[position]:.0f}, {said}"
        )
    return tuple(notes)
