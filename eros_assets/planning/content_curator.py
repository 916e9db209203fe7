"""Stage 4: which text, content and price each slot takes (T8.5).

The baseline fills slots in order of time by the weights of §6.6; with ENABLE_CHAR_LENGTH_MULTIPLIER
one program assigns the whole week. Both relax along T6.8 and say so on the item; vault, AVOID, page
type and prohibition never relax.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from eros_assets.planning.caption_program import Choice, assign_captions
from eros_assets.planning.creator_week import NO_CAPTION_LEVEL, CreatorWeek, Floats, Ints
from eros_assets.planning.pricing import price_reason, tip_amounts
from eros_assets.planning.pricing import prices as caption_prices
from eros_assets.planning.stages import Analysis, Filled, Timed
from eros_assets.planning.timing_optimizer import tip_goal_mode
from eros_assets.planning.value import caption_values, day_factors, interval, slot_factor
from eros_assets.settings import SendType

RUNNERS_UP = 3


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
        choices, demanded = _greedy(week, timed, used), 0.0
    goals = _goals(week, timed)
    filled = [
        _filled(week, slot, choice, float(factors[slot.slot.day]), goals.get(slot.slot.slot_id))
        for slot, choice in zip(timed, choices, strict=True)
    ]
    return filled, demanded


def locked_use(week: CreatorWeek) -> Used:
    """Captions of items that are already queued or sent this week."""
    used = Used()
    places = {name: place for place, name in enumerate(week.pool.hashes)}
    for name in week.locked_items["caption_hash"].dropna():
        if name in places:
            used.take(week, places[name])
    return used


# -- baseline: slot by slot (§6.6) -------------------------------------------------------------------


def _greedy(week: CreatorWeek, timed: Sequence[Timed], used: Used) -> list[Choice]:
    base: dict[str, Floats] = {}
    choices = []
    for slot in timed:
        key = slot.slot.key
        where, _, rank = week.eligible(key)
        if key not in base:
            base[key] = _baseline_scores(week, key, where, rank)
        level = _open_levels(week, slot, where, used)
        if not len(where) or level.min() >= NO_CAPTION_LEVEL:
            choices.append(Choice(-1, NO_CAPTION_LEVEL))
            continue
        best_level = int(level.min())
        score = np.where(level == best_level, base[key] + _diversity(week, where, used), -np.inf)
        order = np.argsort(-score, kind="stable")[: RUNNERS_UP + 1]
        order = order[np.isfinite(score[order])]
        chosen = int(where[order[0]])
        used.take(week, chosen)
        others = tuple((int(where[place]), float(score[place])) for place in order[1:])
        choices.append(Choice(chosen, best_level, score=float(score[order[0]]), others=others))
    return choices


def _baseline_scores(week: CreatorWeek, key: str, where: Ints, rank: Ints) -> Floats:
    """0.40 freshness + 0.35 performance + 0.15 type priority + 0.05 persona, each 0–100."""
    scoring, pool = week.settings.scoring, week.pool
    weights, priority = scoring.baseline_weights, scoring.type_priority
    places = max(len(week.settings.send_type[key].caption_types) - 1, 1)
    fit = np.where(
        rank < 0, priority["none"], priority["first"] - (priority["first"] - priority["last"]) * rank / places
    )
    return (
        weights["freshness"] * pool.freshness[where]
        + weights["performance"] * pool.performance[where]
        + weights["type_priority"] * fit
        + weights["persona"] * 10.0 * pool.persona_points[where]
    )


def _diversity(week: CreatorWeek, where: Ints, used: Used) -> Floats:
    """0.05 × 100 × the diversity part of T6.1 for the uses of the same caption and content type so far."""
    rule = week.settings.scoring.diversity
    counts = np.zeros(int(week.type_content_codes.max(initial=0)) + 1, dtype=np.int64)
    counts[list(used.pairs.keys())] = list(used.pairs.values())
    uses = counts[week.type_content_codes[where]]
    part = np.where(uses < rule.steep_from, 1 - rule.step * uses, np.maximum(rule.floor, 1 - rule.steep_step * uses))
    return week.settings.scoring.baseline_weights["diversity"] * 100.0 * part


def _open_levels(week: CreatorWeek, slot: Timed, where: Ints, used: Used) -> Ints:
    """T6.8 level of each eligible caption for this slot; 6 = blocked or used."""
    pool = week.pool
    level = week.levels(slot.slot.key, week.days[slot.slot.day]).copy()
    if used.captions and len(where):
        level[np.isin(where, list(used.captions)) | np.isin(pool.twins[where], list(used.twins))] = NO_CAPTION_LEVEL
    if slot.slot.style is not None:
        level[pool.style[where] != slot.slot.style] = NO_CAPTION_LEVEL
    return level


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
            mode = tip_goal_mode(week, slot.slot.slot_id)
            goals[slot.slot.slot_id] = (week.settings.volume.tip_goal_modes[mode].goal, mode)
        elif kind.money == "goal" and kind.price is not None:
            goals.setdefault(slot.slot.slot_id, (kind.price.default, None))
    return goals


def _filled(
    week: CreatorWeek, slot: Timed, choice: Choice, day_factor: float, goal: tuple[float, str | None] | None
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
        note = f"no usable caption for {kind.key}: a person chooses (T6.8 level {NO_CAPTION_LEVEL})"
        return Filled(slot, -1, NO_CAPTION_LEVEL, None, 0.0, 0.0, 0.0, None, relaxations=(note,), **money)
    where, _, _ = week.eligible(kind.key)
    place = int(np.searchsorted(where, position))
    base = float(caption_values(week, kind.key)[place])
    factor = slot_factor(week, kind, day_factor, slot.hour)
    expected = base * factor
    low, high = interval(expected, float(pool.log_sd[position]))
    return Filled(
        slot,
        position,
        choice.level,
        None if kind.media == "none" else pool.content_type[position],
        expected,
        low,
        high,
        float(pool.eros_score[position]),
        is_exploration=choice.is_exploration,
        runners_up=_runners_up(week, kind, choice, factor),
        relaxations=_relaxed(week, kind, slot, choice),
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


def _runners_up(week: CreatorWeek, kind: SendType, choice: Choice, factor: float) -> tuple[dict[str, Any], ...]:
    where, _, _ = week.eligible(kind.key)
    values = caption_values(week, kind.key) if choice.others else np.empty(0)
    found = []
    for position, score in choice.others[:RUNNERS_UP]:
        value = float(values[int(np.searchsorted(where, position))]) * factor
        reason = choice.reasons.get(position)
        if reason is None:
            reason = f"score {score:.2f} against {choice.score:.2f}" if choice.score is not None else "worth less"
        found.append({"caption_id": week.pool.ids[position], "expected_revenue": round(value, 2), "reason": reason})
    return tuple(found)


def _relaxed(week: CreatorWeek, kind: SendType, slot: Timed, choice: Choice) -> tuple[str, ...]:
    """What T6.8 gave up for this caption; levels 1 and 2 give up nothing."""
    step = next(row for row in week.settings.scoring.fallback_ladder if row.level == choice.level)
    notes = list(choice.notes)
    if step.note is not None:
        pool, position = week.pool, choice.caption
        used = int(pool.last_used[position])
        rest = week.days[slot.slot.day].toordinal() - used
        said = "never used before" if used < 0 else f"{rest} days since its last use"
        notes.append(
            f"caption of level {choice.level} (T6.8): freshness {pool.freshness[position]:.0f},"
            f" performance {pool.performance[position]:.0f}, {said}"
            + (
                ""
                if pool.caption_type[position] in kind.caption_types
                else f", written for {pool.caption_type[position]}"
            )
        )
    return tuple(notes)
