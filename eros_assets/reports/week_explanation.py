"""How a whole week was planned, in sentences: preset, method, the proof, and volume step by step."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from eros_assets.reports.explanation import flag_words, in_sentence, plain_words
from eros_assets.reports.rendering import change, number, percent
from eros_assets.reports.values import parse_json
from eros_assets.settings import Settings

METHODS = {
    "exact": "exact method: everything in the week is decided together",
    "baseline": "baseline method: one choice after another",
}
_CATEGORIES = ("revenue", "engagement", "retention")
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")


@dataclass(frozen=True)
class PlannedAs:
    """What a plan follows: ``preset`` and ``method`` by name, ``changes`` one sentence per departure.

    ``is_known`` is False for a schedule stored before this was recorded.
    """

    preset: str
    method: str
    changes: tuple[str, ...]

    @staticmethod
    def of(preset: str | None, method: str | None, changes: Sequence[object]) -> PlannedAs:
        """With flags in ``changes`` named in words; None and empty mean that it was not recorded."""
        return PlannedAs(preset or "", method or "", tuple(_change_words(str(text)) for text in changes))

    @property
    def is_known(self) -> bool:
        """Whether it was recorded at all."""
        return bool(self.preset)

    @property
    def method_words(self) -> str:
        """The method in words."""
        return METHODS.get(self.method, f"{self.method} method")

    @property
    def changes_words(self) -> str:
        """What differs from the preset, or that nothing does."""
        if not self.changes:
            return "nothing differs from the preset"
        return "differs from the preset: " + "; ".join(self.changes)

    @property
    def line(self) -> str:
        """All of it in one line."""
        return f"preset {self.preset} · {self.method_words} · {self.changes_words}"


def planned_as(schedule: Mapping[str, Any]) -> PlannedAs:
    """What a SCHEDULE row (plain values) was planned as; columns an old row lacks count as unknown."""
    changes = parse_json(schedule.get("preset_changes"))
    return PlannedAs.of(schedule.get("preset"), schedule.get("method"), changes if isinstance(changes, list) else [])


def configured_as(settings: Settings) -> PlannedAs:
    """What the configuration in force plans new weeks as."""
    return PlannedAs.of(settings.system.preset, settings.method, settings.preset_changes)


def bound_words(schedule: Mapping[str, Any]) -> str:
    """How near the week is to the best possible one; empty when that was not asked.

    Only the exact method aims at its bound: for a week of the baseline the distance would read as a
    grade of the page, which it is not.
    """
    gap = schedule.get("bound_gap")
    if schedule.get("method") != "exact" or gap is None:
        return ""
    return (
        "within " + (f"{max(gap, 0):.1%}" if gap >= 0.0005 else "0.1%") + " of the best possible week under these rules"
    )


def volume_lines(schedule: Mapping[str, Any], settings: Settings) -> list[str]:
    """How many sends the week got and why, one sentence a step; steps that changed nothing are left out."""
    steps = parse_json(schedule["volume_explanation"])
    windows = {"horizons": settings.volume.fusion.horizons}
    found = [
        _step_line({**step, **windows} if isinstance(step, Mapping) else step)
        for step in (steps if isinstance(steps, list) else [steps])
    ]
    return [line for line in found if line]


def _step_line(step: Any) -> str:
    if not isinstance(step, Mapping):
        return plain_words(str(step or ""))
    say = _STEPS.get(str(step.get("step")))
    try:
        return say(step) if say else plain_words(str(step.get("reason") or ""))
    except (KeyError, TypeError, ValueError, IndexError):
        # A step as an older or newer planner wrote it: its own reason still says something.
        return plain_words(str(step.get("reason") or ""))


def _days(values: Sequence[float], digits: int = 0) -> str:
    return ", ".join(f"{day} {number(value, digits)}" for day, value in zip(_DAYS, values, strict=True))


def _three(values: Sequence[int]) -> str:
    revenue, engagement, retention = values
    return f"{revenue} revenue, {engagement} engagement and {retention} retention sends"


def _trend(step: Mapping[str, Any]) -> str:
    move = {1: "one revenue send a day more", -1: "one revenue send a day less"}.get(step["change"], "no change")
    days = step["horizons"][1]
    return f"Earnings of the last {days} days against the {days} before: {change(step['trend'])}, so {move}."


def _confidence(step: Mapping[str, Any]) -> str:
    if not step["is_applied"]:
        return ""
    if step["factor"] == 1:
        return "The page's own data are enough for its full volume."
    return f"Little is known of this page: {percent(step['factor'])} of the volume, {_three(step['per_day'])} a day."


def _triggers(step: Mapping[str, Any]) -> str:
    if not step["is_applied"]:
        return ""
    moved = (
        ""
        if step["message_factor"] == 1
        else f"What sold best lately makes PPV messages × {step['message_factor']:g}. "
    )
    return (
        f"{moved}{step['campaigns']:.0f} campaigns are due. Together with the most a type may have:"
        f" {step['revenue']} revenue sends, {step['ppv']} of them PPV."
    )


def _mix(step: Mapping[str, Any]) -> str:
    said = ""
    if step["is_applied"]:
        said = (
            f"Revenue makes {percent(step['revenue_share'])} of revenue and engagement (aim {percent(step['target'])}):"
            f" {step['bumps']} bumps and {step['others']} other engagement sends."
        )
    return " ".join(filter(None, (said, _rules_words(step.get("relaxed") or ""))))


def _rules_words(text: str) -> str:
    """A note on two rules that cannot both hold, with the rules named instead of numbered."""
    text = re.sub(r"\bboth 3\.1\b", "both the revenue and engagement mix", text)
    return plain_words(re.sub(r"\band 3\.2\b", "and the bump ratio", text))


def _week(step: Mapping[str, Any]) -> str:
    extra = f" (with {step['bumps_extra']} bumps beside the PPV)" if step["bumps_extra"] else ""
    return (
        f"The week: {step['revenue']} revenue, {step['engagement']} engagement{extra}, {step['retention']} retention"
        f" and up to {step['followups']} followups."
    )


_STEPS: dict[str, Callable[[Mapping[str, Any]], str]] = {
    "tier": lambda s: f"{number(s['fans'])} fans: volume tier {s['tier']}.",
    "base": lambda s: f"A {s['page_type']} page of this tier starts from {_three(s['base'])} a day.",
    "scores": lambda s: (
        f"Tiredness of the audience {s['saturation']:.0f} of 100, room for more {s['opportunity']:.0f} of 100"
        f" ({', '.join(map(str, s['horizons']))} days together)."
    ),
    "multipliers": lambda s: (
        f"Tiredness × {s['saturation']:.2f}, room × {s['opportunity']:.2f}: {_three(s['per_day'])} a day."
    ),
    "trend": _trend,
    "confidence": _confidence,
    "bounds": lambda s: f"Within the least and most of a week: {_three([s[n] for n in _CATEGORIES])}.",
    "weekday": lambda s: f"Days by what they earn, 1 is average: {_days(s['factors'], 2)}.",
    "elasticity": lambda s: (
        "Each further revenue send of a day earns less than the one before; revenue sends by day:"
        f" {_days(s['revenue_per_day'])}."
    ),
    "triggers": _triggers,
    "followups": lambda s: f"At most {s['per_day']} followups a day.",
    "bumps": lambda s: (
        f"{s['wanted_a_week']} bumps wanted in the week; {s['accepted_from']}–{s['accepted_to']} suit its PPV."
    ),
    "mix": _mix,
    "week": _week,
}


def _change_words(text: str) -> str:
    """``ENABLE_TIMING_RULES off`` → ``timing rules off``."""
    return re.sub(r"ENABLE_[A-Z_]+", lambda found: flag_words(found.group()), text)


def strategy_words(strategy: str | None) -> str:
    """A day's emphasis: ``retention_first`` → ``retention first``."""
    return in_sentence(strategy) if strategy else ""
