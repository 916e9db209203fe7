"""One creator-week as plain facts: what every stage reads, cut once from the shared frames.

Nothing here is cached, so ``dataclasses.replace`` gives another week that is right in every respect: what is dear to
work out is worked out when the week is cut and is a field, the rest are properties. Rows are put into key order
first: plans do not depend on the order in which a table was read, nor on which other creators are planned beside.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import pandas as pd

from eros_assets.domain.arrays import Floats
from eros_assets.domain.flags import enrol
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.stable_hash import stable_hash
from eros_assets.domain.volume import DAYS, volume_tiers
from eros_assets.planning.week.candidates import Candidates, candidates_by_creator, with_planned_uses
from eros_assets.settings import ConfidenceRow, PageType, PlanningCosts, SendType, Settings, Tier

UNPLANNED_TYPES = ("ppv_followup", "live_promo")
"""Followups come from their parents; live promotions need a known stream, and none is an input."""


@dataclass(frozen=True)
class CreatorWeek:
    """Everything the stages read about one creator and week."""

    settings: Settings
    flags: frozenset[str]
    is_exact: bool  # planned by the joint programs, else slot by slot (planning.method)
    week_start: date
    as_of_date: date
    now: datetime
    creator_id: str
    creator: dict[str, Any]  # row of RAW_CREATORS
    health: dict[str, Any]  # row of CREATOR_HEALTH, empty for a page without one
    zone: ZoneInfo  # the page's calendar zone, the agency's where its name is unknown
    send_type_rows: dict[str, dict[str, Any]]  # SEND_TYPE_PERFORMANCE by key
    content_type_rows: dict[str, dict[str, Any]]  # CONTENT_TYPE_PERFORMANCE by key
    vault: frozenset[str]  # owned content types
    candidates: Candidates
    curves: dict[str, dict[str, float]]  # RESPONSE_CURVES: curve → key → factor
    hour_factor: Floats  # (24,)
    habit_hours: tuple[int, ...]  # local hours this creator sends in most, as many as a day has prime hours
    past_items: pd.DataFrame  # SCHEDULE_ITEM rows of earlier weeks, by time
    locked_items: pd.DataFrame  # SCHEDULE_ITEM rows of this week that may not change, by time
    game_kinds: dict[str, str]  # caption hash → game the text announces [7.2]
    game: str | None = None  # game the week plays, once it is chosen

    @property
    def page_type(self) -> PageType:
        """Anything unknown counts as free [9.1]."""
        return "paid" if self.creator["page_type"] == "paid" else "free"

    @property
    def costs(self) -> PlanningCosts:
        """What planning gives up rather than a limit."""
        return self.settings.system.planning.costs

    def on(self, flag: str) -> bool:
        """Whether ``ENABLE_<flag>`` is in force for this creator."""
        return f"ENABLE_{flag}" in self.flags

    # -- the page --

    @property
    def confidence(self) -> float:
        """How far the page's figures may be trusted, 0–1; a page without history has the lowest step."""
        return float(self.health.get("confidence", self.settings.volume.confidence.steps[-1].value))

    @property
    def confidence_row(self) -> ConfidenceRow:
        """Confidence row in force: the creator's own with 10.15 on, the fully trusted one otherwise."""
        volume = self.settings.volume
        return volume.confidence_row(self.confidence if self.on("CONFIDENCE_DAMPENING") else 1.0)

    @property
    def volume_tier(self) -> Tier:
        """Volume tier of the page: that of its health row, else by its fans."""
        tier = self.health.get("volume_tier")
        if tier is None:
            fans = self.creator.get("current_active_fans")
            tier = volume_tiers([0 if pd.isna(fans) else fans], self.settings.volume)[0]
        return cast(Tier, str(tier))

    @property
    def types(self) -> tuple[SendType, ...]:
        """Send types the allocator may use: open to the page [9.1] and not AVOID [4.2]."""
        return tuple(
            kind
            for kind in self.settings.send_types
            if kind.key not in UNPLANNED_TYPES
            and kind.allowed_on(self.page_type)
            and self.send_type_tier(kind.key) != "AVOID"
        )

    def send_type_tier(self, key: str) -> str:
        """Performance tier of a send type; MID without sends."""
        return str(self.send_type_rows.get(key, {}).get("performance_tier") or "MID")

    def factor(self, curve: str, key: object) -> float:
        """Factor of a response curve, 1 where nothing is known."""
        return self.curves.get(curve, {}).get(str(key), 1.0)

    # -- days and hours --

    @property
    def days(self) -> tuple[date, ...]:
        """The seven local dates, Monday first."""
        return tuple(self.week_start + timedelta(days=n) for n in range(DAYS))

    @property
    def zone_name(self) -> str:
        """IANA name of :attr:`zone`."""
        return str(self.zone.key)

    @property
    def utc_offsets(self) -> tuple[int, ...]:
        """Minutes by which local noon of each day is ahead of UTC."""
        noons = [datetime(d.year, d.month, d.day, 12, tzinfo=self.zone).utcoffset() or timedelta() for d in self.days]
        return tuple(int(offset.total_seconds() // 60) for offset in noons)

    def local_time(self, minute: int) -> datetime:
        """Local wall-clock time, ``minute`` minutes after Monday 00:00."""
        return datetime.combine(self.week_start, datetime.min.time()) + timedelta(minutes=minute)

    def to_utc(self, local: datetime) -> tuple[datetime, datetime]:
        """UTC and valid local time of a planned local time, both without zone.

        A time in a spring hole moves forward by the hole; one that occurs twice takes the first.
        """
        utc = local.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        return utc.replace(tzinfo=None), utc.astimezone(self.zone).replace(tzinfo=None)

    def prime_hours(self, day: int) -> tuple[int, ...]:
        """Prime hours of a weekday, shifted for this creator by a stable hash."""
        timing = self.settings.timing
        shift = timing.prime_shift
        by = shift.hours[stable_hash("prime", self.creator_id) % len(shift.hours)]
        return tuple(min(max(hour + by, shift.min), shift.max) for hour in timing.prime_hours[day])

    @property
    def active_hours(self) -> tuple[int, int]:
        """First and last hour of the active window, shifted for this creator by a stable hash."""
        window = self.settings.timing.active_window
        start = window.start[stable_hash("start", self.creator_id) % len(window.start)]
        return start, window.end[stable_hash("end", self.creator_id) % len(window.end)]

    @property
    def learned_hours(self) -> Floats:
        """Hour factors on 0–1 over the day's usable hours; 0 throughout when they are all alike."""
        window = self.settings.timing.active_window
        usable = self.hour_factor[window.default_start : window.default_end + 1]
        low, high = float(usable.min()), float(usable.max())
        if high - low < 1e-9:
            return np.zeros(24)
        return np.clip((self.hour_factor - low) / (high - low), 0.0, 1.0)


def creator_weeks(inputs: PlanInputs, settings: Settings) -> Iterator[CreatorWeek]:
    """One :class:`CreatorWeek` per creator of the inputs, by creator id."""
    cut = {
        name: _by_creator(getattr(inputs, name), keys)
        for name, keys in {
            "health": ("creator_id",),
            "vault": ("content_type_key",),
            "send_type_performance": ("send_type_key",),
            "content_type_performance": ("content_type_key",),
            "hour_performance": ("sent_hour",),
            "response_curves": ("curve", "curve_key"),
            "recent_sends": ("sent_at", "send_key"),
            "past_items": ("scheduled_at", "item_id"),
            "locked_items": ("scheduled_at", "item_id"),
        }.items()
    }
    candidates_of = candidates_by_creator(inputs, settings)
    enrolment = enrol(inputs.pages, settings)
    announced = inputs.features.dropna(subset=["game_kind"])
    games = dict(zip(announced["caption_hash"], announced["game_kind"], strict=True))
    for creator in inputs.creators.sort_values("creator_id").to_dict("records"):
        creator_id = str(creator["creator_id"])

        def rows(name: str, key: str = creator_id) -> pd.DataFrame:
            frame: pd.DataFrame = getattr(inputs, name)
            return cut[name].get(key, frame.iloc[:0])

        past = rows("past_items")
        curves = _curves(rows("response_curves"))
        yield CreatorWeek(
            settings=settings,
            flags=enrolment.flags_of(creator_id),
            is_exact=enrolment.is_exact(creator_id),
            week_start=inputs.week_start,
            as_of_date=inputs.as_of_date,
            now=inputs.now,
            creator_id=creator_id,
            creator={str(name): value for name, value in creator.items()},
            health=_known(next(iter(rows("health").to_dict("records")), {})),
            zone=_zone(creator["timezone"], settings),
            send_type_rows=_by_key(rows("send_type_performance"), "send_type_key"),
            content_type_rows=_by_key(rows("content_type_performance"), "content_type_key"),
            vault=_owned(rows("vault")),
            candidates=with_planned_uses(candidates_of(creator_id), past),
            curves=curves,
            hour_factor=_hour_factor(curves, rows("hour_performance")),
            habit_hours=_habit_hours(rows("recent_sends"), len(settings.timing.default_prime_hours)),
            past_items=past,
            locked_items=rows("locked_items"),
            game_kinds=games,
        )


def _by_creator(frame: pd.DataFrame, keys: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    ordered = frame.sort_values(["creator_id", *keys], kind="stable")
    return {str(name): rows for name, rows in ordered.groupby("creator_id", sort=False)}


def _by_key(rows: pd.DataFrame, key: str) -> dict[str, dict[str, Any]]:
    return {row[key]: _known(row) for row in rows.to_dict("records")}


def _known(row: Any) -> dict[str, Any]:
    """A record without its nulls."""
    return {name: value for name, value in row.items() if not pd.isna(value)}


def _zone(name: str, settings: Settings) -> ZoneInfo:
    """The page's calendar zone; an unknown name falls back to the agency's."""
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        return ZoneInfo(settings.system.agency.timezone)


def _owned(vault: pd.DataFrame) -> frozenset[str]:
    """Content types of the vault's rows that the creator has."""
    if not len(vault):
        return frozenset()
    return frozenset(vault["content_type_key"].to_numpy()[vault["has_content"].to_numpy(dtype=bool, na_value=False)])


def _curves(rows: pd.DataFrame) -> dict[str, dict[str, float]]:
    curves: dict[str, dict[str, float]] = {}
    for curve, key, factor in zip(rows["curve"], rows["curve_key"], rows["factor"], strict=True):
        curves.setdefault(str(curve), {})[str(key)] = float(factor)
    return curves


def _hour_factor(curves: dict[str, dict[str, float]], rows: pd.DataFrame) -> Floats:
    """Revenue factor of the 24 local hours: the response curve, else the hour table, else 1."""
    factor = np.ones(24)
    if len(rows):
        factor[rows["sent_hour"].to_numpy(dtype=int)] = rows["hour_factor"].to_numpy(dtype=float)
    for key, value in curves.get("hour", {}).items():
        factor[int(key)] = value
    return factor


def _habit_hours(sends: pd.DataFrame, count: int) -> tuple[int, ...]:
    """The ``count`` local hours of most sends, busiest first; fewer where fewer were ever used."""
    hours = sends["sent_hour"].dropna().to_numpy(dtype=np.int64)
    sent = np.bincount(hours, minlength=24)
    busiest = np.argsort(-sent, kind="stable")[:count]
    return tuple(int(hour) for hour in busiest if sent[hour] > 0)
