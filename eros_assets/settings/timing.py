"""``config/timing.yaml``: when. Hours are creator-local, weekdays count 0 = Monday."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field, model_validator

from eros_assets.settings.texts import Style
from eros_assets.settings.types import (
    ClockTime,
    Hour,
    Listed,
    MinuteOfHour,
    Name,
    PartialShare,
    Points,
    PositiveCount,
    PositiveDays,
    PositiveHours,
    PositiveMinutes,
    PositiveSends,
    PositiveShare,
    Range,
    Sends,
    Typed,
    Unique,
    Weekday,
)

MeanMinutes = Annotated[float, Field(gt=0, le=1440)]


class ActiveWindow(Typed):
    """First and last hours in which a page may send: those it may choose from, and the usual ones."""

    start: Listed[Hour]
    end: Listed[Hour]
    default_start: Hour
    default_end: Hour

    @model_validator(mode="after")
    def _is_ordered(self) -> ActiveWindow:
        if max(*self.start, self.default_start) >= min(*self.end, self.default_end):
            raise ValueError(f"start {self.start}, end {self.end}; allowed: every start before every end")
        return self


class PrimeShift(Typed):
    """Hours by which a page's prime hours are moved, within bounds."""

    hours: Listed[Annotated[int, Field(ge=-12, le=12)]]
    min: Hour
    max: Hour

    @model_validator(mode="after")
    def _is_ordered(self) -> PrimeShift:
        if self.min >= self.max:
            raise ValueError(f"min {self.min}, max {self.max}; allowed: min before max")
        return self


class Spacing(Typed):
    """Least minutes between two items: of any kind, two PPVs, two bumps."""

    any: PositiveMinutes
    ppv: PositiveMinutes
    bump: PositiveMinutes


class SlotScore(Typed):
    """Points of an hour for a send: what adds to the base and what is taken off.

    From so many preferred hours on (``even_from``) a send type likes all of them alike.
    """

    base: Points
    preferred: Points
    preferred_step: Points
    best_day: Points
    prime_hour: Points
    prime_day: Points
    learned_max: Points
    ppv_evening: Points
    ppv_evening_hours: Listed[Hour]
    habit: Points
    avoid: Points
    even_from: Annotated[int, Field(ge=0, le=24)]


class Jitter(Typed):
    """Minutes by which an item leaves its quarter hour, and those it must not fall on [10.7]."""

    low: Annotated[int, Field(ge=-59, le=0)]
    high: Annotated[int, Field(ge=0, le=59)]
    forbidden_minutes: Unique[MinuteOfHour]


class FollowupBand(Typed):
    """A window of minutes with its mean, for the confidences or the hours it names [1.3]."""

    from_: PositiveShare | None = Field(default=None, alias="from")
    below: PositiveShare | None = None
    from_hour: Annotated[int, Field(ge=12, le=23)] | None = None
    window: Range[PositiveMinutes]
    mean: MeanMinutes

    @model_validator(mode="after")
    def _is_inside(self) -> FollowupBand:
        _check_mean(self.window, self.mean)
        return self


def _check_mean(window: tuple[int, int], mean: float) -> None:
    if not window[0] <= mean <= window[1]:
        raise ValueError(f"mean {mean}; allowed: within the window {window}")


class FollowupTiming(Typed):
    """Minutes from a priced send to its followup: a window, mean and spread, and three bands of their own [1.3]."""

    window: Range[PositiveMinutes]
    mean: MeanMinutes
    sd: MeanMinutes
    high_confidence: FollowupBand
    low_confidence: FollowupBand
    late: FollowupBand

    @model_validator(mode="after")
    def _is_complete(self) -> FollowupTiming:
        _check_mean(self.window, self.mean)
        for name, field in (("high_confidence", "from_"), ("low_confidence", "below"), ("late", "from_hour")):
            band = getattr(self, name)
            if given := [f for f in ("from_", "below", "from_hour") if (getattr(band, f) is not None) != (f == field)]:
                raise ValueError(f"{name}: {', '.join(given)} missing or unknown; needed: {field.rstrip('_')}")
        return self


class LinkDropTiming(Typed):
    """Hours from a campaign to a link that points to it: usual and latest, and minutes kept clear of both ends."""

    window: Range[PositiveHours]
    latest: PositiveHours
    margin_minutes: PositiveMinutes

    @model_validator(mode="after")
    def _is_ordered(self) -> LinkDropTiming:
        if not self.window[1] <= self.latest:
            raise ValueError(f"window {self.window}, latest {self.latest}; allowed: latest after the window")
        return self


class Pins(Typed):
    """How many posts are pinned, for how long, and from which rank of their page on."""

    max: PositiveSends
    hours: PositiveHours
    percentile: PartialShare


class Rotation(Typed):
    """Styles of PPVs and the orders in which they take turns, each for a run of days [1.1].

    The last ``memory`` orders do not return. Of the PPVs that repeat a style on their day at most ``early_ppv`` have to
    go out before noon [1.2].
    """

    styles: Listed[Style]
    patterns: Listed[Listed[Style]]
    days: Range[PositiveDays]
    memory: Annotated[int, Field(ge=2, le=12)]
    early_ppv: Sends

    @model_validator(mode="after")
    def _holds_every_style(self) -> Rotation:
        for pattern in self.patterns:
            if sorted(pattern) != sorted(self.styles):
                raise ValueError(f"pattern {pattern}; needed: each of {self.styles} once")
        return self


def _check_curve(curve: dict[int, float]) -> dict[int, float]:
    if not curve:
        raise ValueError("no hour given; needed: one or more")
    return curve


class Timing(Typed):
    """When. Hours are creator-local, weekdays count 0 = Monday."""

    active_window: ActiveWindow
    avoid_hours: Unique[Hour]
    late_hours: Unique[Hour]
    late_days: Unique[Weekday]
    default_prime_hours: Listed[Hour]
    prime_days: Unique[Weekday]
    prime_hours: tuple[Listed[Hour], Listed[Hour], Listed[Hour], Listed[Hour], Listed[Hour], Listed[Hour], Listed[Hour]]
    prime_shift: PrimeShift
    hour_pool_curve: Annotated[dict[Hour, Annotated[float, Field(gt=0, le=100_000)]], AfterValidator(_check_curve)]
    hour_min_sends: PositiveCount
    last_followup_parent: ClockTime
    spacing_minutes: Spacing
    same_content: tuple[tuple[Name, Name], ...]  # send types that show the same content, whatever their texts
    max_per_hour: PositiveSends
    max_per_four_hours: PositiveSends
    slot_score: SlotScore
    jitter: Jitter
    followup: FollowupTiming
    link_drop_hours_after: LinkDropTiming
    pins: Pins
    rotation: Rotation
