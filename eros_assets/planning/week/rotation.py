"""PPV styles: which pattern is in force on each day, continued from the weeks before [1.1].

The state is read from the stored items (pattern, its first day, the last style), so a week continues
the one before it and planning a past week again gives the same styles.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import permutations

import pandas as pd

from eros_assets.domain.stable_hash import stable_hash, stable_unit
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.settings import Rotation

Pattern = tuple[str, ...]


@dataclass(frozen=True)
class RotationState:
    """The pattern in force, its first day, the patterns before it, and the last style sent."""

    pattern: Pattern
    start: date
    earlier: tuple[Pattern, ...]
    last_style: str | None


def patterns_of_week(week: CreatorWeek) -> tuple[Pattern, ...]:
    """Pattern in force on each of the seven days."""
    state = _state(week)
    rule = week.settings.timing.rotation
    found = []
    for day in week.days:
        while day >= (end := state.start + timedelta(days=_run_days(week.creator_id, state.start, rule))):
            following = _next_pattern(week.creator_id, state, end, rule)
            state = RotationState(following, end, (state.pattern, *state.earlier)[: rule.memory], state.last_style)
        found.append(state.pattern)
    return tuple(found)


@dataclass(frozen=True)
class Turn:
    """A PPV of the week and the style it has already, if any."""

    minute: int  # local, from Monday 00:00
    day: int
    style: str | None = None


def locked_turns(week: CreatorWeek) -> list[Turn]:
    """PPVs of the week that are queued or sent already, with their styles."""
    kinds = week.settings.send_type
    turns = []
    for row in week.locked_items.to_dict("records"):
        if row["send_type_key"] in kinds and kinds[row["send_type_key"]].is_ppv and not pd.isna(row["style"]):
            hour, minute = map(int, str(row["scheduled_time"]).split(":"))
            day = (row["scheduled_date"].date() - week.week_start).days
            turns.append(Turn((day * 24 + hour) * 60 + minute, day, str(row["style"])))
    return turns


def styles_in_order(
    week: CreatorWeek, turns: Sequence[Turn], available: frozenset[str]
) -> tuple[dict[int, str | None], set[str]]:
    """Style of the PPV at each minute, and the styles skipped for want of captions.

    Styles follow the pattern over midnight; a new pattern starts at its first style that is not the last one sent
    [1.2]. A PPV that has its style already keeps it: the one before it takes another, the pattern goes on behind it.
    With fewer than two styles available a PPV may have to go without: None.
    """
    patterns = patterns_of_week(week)
    order = sorted(turns, key=lambda turn: turn.minute)
    last = _state(week).last_style
    skipped: set[str] = set()
    styles: dict[int, str | None] = {}
    before: Pattern | None = None
    at = 0
    for turn, following in zip(order, [*order[1:], None][: len(order)], strict=True):
        pattern = patterns[turn.day]
        if pattern != before:
            at = (pattern.index(last) + 1) if before is None and last in pattern else 0
        before = pattern
        ahead = [pattern[(at + step) % len(pattern)] for step in range(len(pattern))]
        skipped.update(style for style in ahead if style not in available)
        given = {last, following.style if following else None}
        usable = [style for style in ahead if style in available and style not in given]
        usable = usable or [style for style in ahead if style in available and style != last]
        styles[turn.minute] = turn.style or next(iter(usable), None)
        last = styles[turn.minute] or last
        if last in pattern and styles[turn.minute]:
            at = pattern.index(last) + 1
    return styles, skipped


def first_turns(week: CreatorWeek, available: frozenset[str]) -> list[tuple[dict[str, int], dict[str, int]]]:
    """The turn, from 0, in which each style comes first in every run of days under one pattern: soonest and latest.

    Only ``available`` styles take a turn.

    The first run continues where last week stopped; a later one may skip its first style, because it
    was the last one sent.
    """
    patterns, last = patterns_of_week(week), _state(week).last_style
    runs = [pattern for day, pattern in enumerate(patterns) if not day or pattern != patterns[day - 1]]
    found = []
    for number, pattern in enumerate(runs):
        goes_on = pattern.index(last) + 1 if not number and last in pattern else 0
        turns = []
        for start in {goes_on, goes_on + min(number, 1)}:
            order = [pattern[(start + step) % len(pattern)] for step in range(len(pattern))]
            turns.append([style for style in order if style in available])
        soonest, latest = (
            {style: pick(turn.index(style) for turn in turns) for style in turns[0]} for pick in (min, max)
        )
        found.append((soonest, latest))
    return found


def _state(week: CreatorWeek) -> RotationState:
    """The state at the end of the last stored week; a creator without one starts on this Monday."""
    rule = week.settings.timing.rotation
    past = week.past_items
    known = past.dropna(subset=["structure"]) if len(past) else past
    if not len(known):
        return RotationState(
            rule.patterns[stable_hash("pattern", week.creator_id) % len(rule.patterns)], week.week_start, (), None
        )
    runs: list[tuple[Pattern, date]] = []
    for name, stamp in zip(known["structure"], known["scheduled_date"], strict=True):
        pattern = tuple(str(name).split("-"))
        if not runs or runs[-1][0] != pattern:
            runs.append((pattern, stamp.date()))
    styles = known["style"].dropna()
    earlier = tuple(pattern for pattern, _ in reversed(runs[:-1]))[: rule.memory]
    return RotationState(runs[-1][0], runs[-1][1], earlier, str(styles.iloc[-1]) if len(styles) else None)


def _run_days(creator_id: str, start: date, rule: Rotation) -> int:
    """Days a pattern is in force: the shorter or the longer number, by a stable hash of creator and start."""
    short, long = rule.days
    return short if stable_unit("run", creator_id, start) < 0.5 else long


def _next_pattern(creator_id: str, state: RotationState, start: date, rule: Rotation) -> Pattern:
    """The reverse, a permutation or a starting pattern; none of the last few, nor one that goes round like them."""
    kind = stable_hash("next", creator_id, start) % 3
    reverse = (tuple(reversed(state.pattern)),)
    choices: tuple[Pattern, ...] = (reverse, tuple(permutations(rule.styles)), rule.patterns)[kind]
    used = (state.pattern, *state.earlier)
    # An order that only starts elsewhere in the round goes on unchanged for whoever reads the sends.
    rounds = {_round(pattern) for pattern in used[:2]}
    fresh = [pattern for pattern in choices if pattern not in used and _round(pattern) not in rounds]
    every = permutations(rule.styles)
    fresh = fresh or [pattern for pattern in every if pattern not in used and _round(pattern) not in rounds]
    return fresh[stable_hash("which", creator_id, start) % len(fresh)]


def _round(pattern: Pattern) -> Pattern:
    """The pattern turned so that it starts with its first style by name: equal for patterns that go round alike."""
    start = pattern.index(min(pattern))
    return pattern[start:] + pattern[:start]
