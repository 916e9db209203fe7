"""One creator-week as arrays: what every stage reads, cut once from the shared frames.

Planning touches each candidate caption many times, so the frames of :class:`PlanInputs` are turned
into NumPy arrays here and nowhere else. Rows are put into key order first: plans do not depend on
the order in which a table was read, nor on which other creators are planned beside.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from typing import Any, cast
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.captions.length import length_buckets
from eros_assets.domain.captions.likeness import Wording, wording
from eros_assets.domain.flags import enrol
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.stable_hash import stable_hash
from eros_assets.domain.volume import volume_tiers
from eros_assets.settings import ConfidenceRow, LadderStep, PlanningCosts, SendType, Settings, Tier

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]

DAYS = 7
UNRELAXED_LEVEL = 2
"""Steps of the fallback ladder up to this one give up nothing."""
NO_CAPTION_LEVEL = 6
"""The step behind the ladder: the slot is kept and people choose the caption."""
NOTHING_GIVEN_UP = 0
"""Grade of a rested caption of the slot's own kind; see :meth:`CreatorWeek.grades`."""
NO_GRADE = 4 * (NO_CAPTION_LEVEL - UNRELAXED_LEVEL)
"""Grade from which a caption is closed to a slot."""
CARD_GAME = "card_game"
"""The game with rest days [7.2]."""
NEVER = -(10**6)
"""Day number of a caption nobody used."""
UNPLANNED_TYPES = ("ppv_followup", "live_promo")
"""Followups come from their parents; live promotions need a known stream, and none is an input."""


@dataclass(frozen=True)
class Pool:
    """Candidate captions of one creator, in caption-hash order; every array has one entry per caption."""

    hashes: Texts
    ids: Texts
    texts: Texts
    length: Ints
    is_optimal: Bools
    is_priced: Bools  # price class of the caption type's first send type
    caption_type: Texts
    content_type: Texts  # None when unknown
    tone: Texts
    suggested_price: Floats  # NaN when unknown
    is_paid_only: Bools
    is_active: Bools
    twins: Ints  # captions of one number are near-duplicates
    performance: Floats
    freshness: Floats
    last_used: Ints  # day number, NEVER when unused
    uses_30d: Ints
    persona_points: Floats
    eros_score: Floats
    score_parts: Texts
    structure_score: Floats
    style: Texts
    expected_revenue: Floats
    log_sd: Floats
    is_known: Floats
    bucket: Texts  # length bucket
    offer: Texts  # what the text announces, None for nothing [10.1]
    wording: Wording

    def __len__(self) -> int:
        return len(self.hashes)


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
    send_type_rows: dict[str, dict[str, Any]]  # SEND_TYPE_PERFORMANCE by key
    content_type_rows: dict[str, dict[str, Any]]  # CONTENT_TYPE_PERFORMANCE by key
    vault: frozenset[str]  # owned content types
    has_vault: bool  # any row of the vault matrix
    pool: Pool
    curves: dict[str, dict[str, float]]  # RESPONSE_CURVES: curve → key → factor
    hour_factor: Floats  # (24,)
    recent_sends: pd.DataFrame  # FCT_SENDS rows of the creator
    past_items: pd.DataFrame  # SCHEDULE_ITEM rows of earlier weeks, by time
    locked_items: pd.DataFrame  # SCHEDULE_ITEM rows of this week that may not change, by time
    game_kinds: dict[str, str]  # caption hash → game the text announces [7.2]
    game: str | None = None  # game the week plays, once it is chosen

    @property
    def page_type(self) -> str:
        """``paid`` or ``free``; anything unknown counts as free [9.1]."""
        return "paid" if self.creator["page_type"] == "paid" else "free"

    @property
    def costs(self) -> PlanningCosts:
        """What planning gives up rather than a limit."""
        return self.settings.system.planning.costs

    @cached_property
    def zone(self) -> ZoneInfo:
        """The page's calendar zone; an unknown name falls back to the agency's."""
        try:
            return ZoneInfo(self.creator["timezone"])
        except (ZoneInfoNotFoundError, ValueError):
            return ZoneInfo(self.settings.system.agency.timezone)

    @property
    def zone_name(self) -> str:
        """IANA name of :attr:`zone`."""
        return str(self.zone.key)

    @property
    def confidence(self) -> float:
        """0–1; a page without history has the lowest step."""
        return float(self.health.get("confidence", self.settings.volume.confidence.steps[-1].value))

    @cached_property
    def confidence_row(self) -> ConfidenceRow:
        """Confidence row in force: the creator's own with 10.15 on, the fully trusted one otherwise."""
        volume = self.settings.volume
        return volume.confidence_row(self.confidence if "ENABLE_CONFIDENCE_DAMPENING" in self.flags else 1.0)

    @cached_property
    def days(self) -> tuple[date, ...]:
        """The seven local dates, Monday first."""
        return tuple(self.week_start + timedelta(days=n) for n in range(DAYS))

    @cached_property
    def utc_offsets(self) -> tuple[int, ...]:
        """Minutes by which local noon of each day is ahead of UTC."""
        noons = [datetime(d.year, d.month, d.day, 12, tzinfo=self.zone).utcoffset() or timedelta() for d in self.days]
        return tuple(int(offset.total_seconds() // 60) for offset in noons)

    @cached_property
    def volume_tier(self) -> Tier:
        """Volume tier of the page."""
        fans = self.creator.get("current_active_fans")
        by_fans = str(volume_tiers([0 if pd.isna(fans) else fans], self.settings.volume)[0])
        return cast(Tier, str(self.health.get("volume_tier", by_fans)))

    @cached_property
    def ppv_styles(self) -> frozenset[str]:
        """PPV styles this page has usable captions of the PPVs' own type for: nothing is borrowed [1.1]."""
        found: set[str] = set()
        for kind in self.types:
            if kind.is_ppv:
                where, _, rank = self.eligible(kind.key)
                usable = (rank == 0) & (self.levels(kind.key, self.days[0]) < NO_CAPTION_LEVEL)
                found.update(self.pool.style[where[usable]])
        return frozenset(found)

    def local_time(self, minute: int) -> datetime:
        """Local wall-clock time, ``minute`` minutes after Monday 00:00."""
        return datetime.combine(self.week_start, datetime.min.time()) + timedelta(minutes=minute)

    @cached_property
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

    def on(self, flag: str) -> bool:
        """Whether ``ENABLE_<flag>`` is in force for this creator."""
        return f"ENABLE_{flag}" in self.flags

    def to_utc(self, local: datetime) -> tuple[datetime, datetime]:
        """UTC and valid local time of a planned local time, both without zone.

        A time in a spring hole moves forward by the hole; one that occurs twice takes the first.
        """
        utc = local.replace(tzinfo=self.zone, fold=0).astimezone(UTC)
        return utc.replace(tzinfo=None), utc.astimezone(self.zone).replace(tzinfo=None)

    @cached_property
    def prime_hours(self) -> tuple[tuple[int, ...], ...]:
        """Prime hours of each weekday, shifted for this creator by a stable hash."""
        timing = self.settings.timing
        shift = timing.prime_shift
        by = shift.hours[stable_hash("prime", self.creator_id) % len(shift.hours)]
        return tuple(tuple(min(max(hour + by, shift.min), shift.max) for hour in day) for day in timing.prime_hours)

    @cached_property
    def active_hours(self) -> tuple[int, int]:
        """First and last hour of the active window, shifted for this creator by a stable hash."""
        window = self.settings.timing.active_window
        start = window.start[stable_hash("start", self.creator_id) % len(window.start)]
        return start, window.end[stable_hash("end", self.creator_id) % len(window.end)]

    @cached_property
    def learned_hours(self) -> Floats:
        """Hour factors on 0–1 over the day's usable hours; 0 throughout when they are all alike."""
        window = self.settings.timing.active_window
        usable = self.hour_factor[window.default_start : window.default_end + 1]
        low, high = float(usable.min()), float(usable.max())
        if high - low < 1e-9:
            return np.zeros(24)
        return np.clip((self.hour_factor - low) / (high - low), 0.0, 1.0)

    @cached_property
    def habit_hours(self) -> tuple[int, ...]:
        """The local hours this creator sends in most, as many as a day has prime hours."""
        hours = self.recent_sends["sent_hour"].dropna().to_numpy(dtype=np.int64)
        counts = np.bincount(hours, minlength=24)
        busiest = np.argsort(-counts, kind="stable")[: len(self.settings.timing.default_prime_hours)]
        return tuple(int(hour) for hour in busiest if counts[hour] > 0)

    # -- captions ---------------------------------------------------------------------------------

    @cached_property
    def _allowed(self) -> tuple[Bools, Bools]:
        """Captions open to this page at all, and those whose content it also owns (never relaxed)."""
        pool = self.pool
        fits = pool.is_active & (~pool.is_paid_only if self.page_type == "free" else True)
        restricted = np.array([kind is not None and kind in self._avoided_content for kind in pool.content_type], bool)
        owned = np.array([kind is not None and kind in self.vault for kind in pool.content_type], bool)
        return fits & ~restricted, fits & ~restricted & owned

    @cached_property
    def _avoided_content(self) -> frozenset[str]:
        return frozenset(k for k, row in self.content_type_rows.items() if row.get("performance_tier") == "AVOID")

    def caption_rank(self, key: str) -> Ints:
        """Place of each caption's type in the send type's list, −1 when it is not in it."""
        order = {name: place for place, name in enumerate(self.settings.send_type[key].caption_types)}
        codes, names = self.caption_types
        return np.array([order.get(name, -1) for name in names], dtype=np.int64)[codes]

    @cached_property
    def type_content_codes(self) -> Ints:
        """A number per caption, equal where caption type and content type are (for the score's diversity)."""
        types, _ = self.caption_types
        contents = pd.factorize(self.pool.content_type, use_na_sentinel=False)[0]
        return np.asarray(types * (int(contents.max(initial=0)) + 1) + contents, dtype=np.int64)

    @cached_property
    def caption_types(self) -> tuple[Ints, list[str]]:
        """Caption type of each caption as a code, and the names the codes stand for."""
        codes, names = pd.factorize(self.pool.caption_type)
        return codes.astype(np.int64), [*map(str, names), ""]

    @cached_property
    def _eligibility(self) -> dict[str, tuple[Ints, Ints, Ints]]:
        return {}

    @cached_property
    def _levels(self) -> dict[tuple[str, date], Ints]:
        return {}

    @cached_property
    def values(self) -> dict[str, Floats]:
        """What ``value.caption_values`` has worked out so far, by send type."""
        return {}

    @cached_property
    def tip_goal_mode(self) -> str:
        """How the week's tip goals pay out: a stable hash chooses among the modes some text is true of."""
        modes = self.settings.volume.tip_goal_modes
        announced = set(self.pool.offer[self._allowed[1] & (self.caption_rank("tip_goal") >= 0)])
        open_ = sorted(name for name, mode in modes.items() if mode.offer in announced) or sorted(modes)
        return open_[stable_hash("tip_goal", self.creator_id, self.week_start) % len(open_)]

    def _is_true(self, kind: SendType) -> Bools:
        """Captions whose offer is the send type's own [10.1]; of a tip goal, the one of the week's mode."""
        codes, names = pd.factorize(self.pool.offer, use_na_sentinel=False)
        offers = [None if pd.isna(name) else str(name) for name in names]
        if kind.key == "tip_goal":
            mode = self.settings.volume.tip_goal_modes[self.tip_goal_mode]
            return np.array([offer == mode.offer for offer in offers], dtype=bool)[codes]
        return np.array([kind.is_true_of(offer) for offer in offers], dtype=bool)[codes]

    @cached_property
    def _alike(self) -> dict[int, Bools]:
        return {}

    def reads_like(self, captions: Iterable[int]) -> Bools:
        """Whether each text of the pool reads like one of ``captions``, themselves included."""
        found = np.zeros(len(self.pool), dtype=bool)
        for caption in captions:
            if caption not in self._alike:
                self._alike[caption] = self.pool.wording.reads_like(caption, self.settings.scoring.likeness)
            found |= self._alike[caption]
        return found

    def grades(self, key: str, day: date) -> Ints:
        """What each caption of ``eligible(key)`` gives up on a day: 0 nothing, 1 the slot's own kind of text;
        then, step by step of the fallback ladder, quality before rest, each with its own kind before another.
        :data:`NO_GRADE` and above are closed."""
        where, _, rank = self.eligible(key)
        level = self.levels(key, day)
        is_rested = day.toordinal() - self.pool.last_used[where] >= self.confidence_row.rest_days
        ladder = 2 * np.maximum(level - UNRELAXED_LEVEL, 0)
        ladder -= (ladder > 0) & (level < NO_CAPTION_LEVEL) & is_rested
        return np.asarray(2 * ladder + (rank != 0))

    def eligible(self, key: str) -> tuple[Ints, Ints, Ints]:
        """Captions a send type may take at some level: positions, level without rest days, rank.

        No level opens a caption whose offer is another than the item's [10.1]. Level is the first step of
        the fallback ladder whose freshness, performance and caption type the caption meets; rest days
        depend on the slot's date and are added by :meth:`levels`.
        """
        if key not in self._eligibility:
            self._eligibility[key] = self._find_eligible(self.settings.send_type[key])
        return self._eligibility[key]

    def _find_eligible(self, kind: SendType) -> tuple[Ints, Ints, Ints]:
        pool, scoring = self.pool, self.settings.scoring
        allowed, owned = self._allowed
        # A text about nothing in particular needs no media of its own; a thing not owned stays out.
        untold = np.array([content is None for content in pool.content_type], dtype=bool)
        usable = owned | (allowed & untold)
        if kind.media == "none":
            usable = allowed
        elif kind.media == "needed" and kind.has_own_media:
            usable = owned
        rank = self.caption_rank(kind.key)
        siblings = {
            name
            for other in self.settings.send_types
            if other.category == kind.category
            for name in other.caption_types
        }
        codes, names = self.caption_types
        in_category = np.array([name in siblings for name in names], dtype=bool)[codes]
        level = np.full(len(pool), NO_CAPTION_LEVEL, dtype=np.int64)
        for step in reversed(scoring.fallback_ladder):
            fits = _fits_type(step, rank, in_category)
            level[fits & (pool.freshness >= step.freshness) & (pool.performance >= step.performance)] = step.level
        closed = ~usable | ~self._is_true(kind) | (pool.uses_30d >= scoring.freshness.month_max)
        level[closed] = NO_CAPTION_LEVEL
        # A followup fits its parent first; its length is a wish of the followup generator.
        if self.on("CHAR_LENGTH_MULTIPLIER") and not kind.is_selling and kind.key not in UNPLANNED_TYPES:
            level[self._out_of_range(kind, level, rank)] = NO_CAPTION_LEVEL
        if kind.key == "game_post" and self.game is not None:
            level[self._of_other_games(level)] = NO_CAPTION_LEVEL
        where = np.flatnonzero(level < NO_CAPTION_LEVEL)
        return where, level[where], rank[where]

    def _out_of_range(self, kind: SendType, level: Ints, rank: Ints) -> Bools:
        """Captions longer or shorter than the send type accepts, where those within are abundant [2.1]."""
        low, high = kind.acceptable
        outside = (self.pool.length < low) | (self.pool.length > high)
        within = int(((level <= UNRELAXED_LEVEL) & (rank == 0) & ~outside).sum())
        return outside if within >= self.settings.volume.pool.sufficient else np.zeros(len(outside), dtype=bool)

    def _of_other_games(self, level: Ints) -> Ints:
        """Captions that announce another game than the week's; of card games all but the best [7.2].

        Without any caption left, other games may be announced, but no card game.
        """
        usable = np.flatnonzero(level < NO_CAPTION_LEVEL)
        announced = np.array([self.game_kinds.get(name) for name in self.pool.hashes[usable]], dtype=object)
        fits = (announced == None) | (announced == self.game)  # noqa: E711
        cards = np.flatnonzero(announced == CARD_GAME)
        if not fits.any():
            fits = announced != CARD_GAME
        elif self.game == CARD_GAME and len(cards):
            best = np.lexsort((-self.pool.expected_revenue[usable[cards]], level[usable[cards]]))
            fits[cards[best[1:]]] = False
        return np.asarray(usable[~fits], dtype=np.int64)

    def levels(self, key: str, day: date) -> Ints:
        """Step of the fallback ladder of each caption of ``eligible(key)`` on a day, with rest days; 6 = blocked."""
        if (key, day) not in self._levels:
            self._levels[key, day] = self._find_levels(key, day)
        return self._levels[key, day]

    def _find_levels(self, key: str, day: date) -> Ints:
        where, level, _ = self.eligible(key)
        rest = day.toordinal() - self.pool.last_used[where]
        least = np.array([self._rest_days(step) for step in self.settings.scoring.fallback_ladder])
        numbers = np.array([step.level for step in self.settings.scoring.fallback_ladder])
        # The first level from the caption's own on whose rest days have passed.
        open_levels = (rest[:, None] >= least[None, :]) & (numbers[None, :] >= level[:, None])
        return np.where(open_levels.any(axis=1), numbers[open_levels.argmax(axis=1)], NO_CAPTION_LEVEL)

    def _rest_days(self, step: LadderStep) -> int:
        row = self.confidence_row.rest_days
        return row if step.rest_days is None else min(row, step.rest_days)

    # -- value ------------------------------------------------------------------------------------

    def factor(self, curve: str, key: object) -> float:
        """Response factor, 1 where nothing is known."""
        return self.curves.get(curve, {}).get(str(key), 1.0)

    @cached_property
    def weekday_factor(self) -> Floats:
        """Revenue factor of each weekday, Monday first."""
        return np.array([self.factor("weekday", day) for day in range(DAYS)])

    @cached_property
    def saturation_k(self) -> float:
        """Loss per further priced send of a day."""
        default = self.health.get("elasticity_k") or self.settings.volume.elasticity.default_k
        return float(self.curves.get("saturation", {}).get("k", default))

    def saturation(self, priced: int) -> float:
        """Mean factor of ``priced`` revenue sends on one day: e⁰ … e^(−k(n−1)) shared evenly.

        Fatigue follows from the day's volume, not from the place of a send in it, so the sends of
        a day share it.
        """
        return float(np.exp(-self.saturation_k * np.arange(priced)).mean()) if priced else 1.0

    def type_ratio(self, key: str) -> Floats:
        """Value of each eligible caption in this send type against its own first send type.

        Response factors part priced types; engagement sends count alike. A text that changes the
        class (a PPV text in a link drop) is worth what its class is to the other.
        """
        where, _, _ = self.eligible(key)
        codes, names = self.caption_types
        is_priced = self.settings.send_type[key].money != "none"
        own = self.factor("send_type", key) if is_priced else 1.0
        firsts = {name: self.factor("send_type", kind) for name, kind in first_send_types(self.settings).items()}
        first = np.array([max(firsts.get(name, 1.0), 1e-9) for name in names])[codes[where]]
        share = self.settings.scoring.engagement_value_share
        ratio = own / np.where(self.pool.is_priced[where], first, 1.0)
        change = np.where(self.pool.is_priced[where] == is_priced, 1.0, 1 / share if is_priced else share)
        return np.asarray(ratio * change)


def first_send_types(settings: Settings) -> dict[str, str]:
    """Caption type → the send type it was written for: the first by ``sort`` that lists it first."""
    first: dict[str, str] = {}
    for kind in sorted(settings.send_types, key=lambda row: row.sort):
        first.setdefault(kind.caption_types[0], kind.key)
    return first


def _fits_type(step: LadderStep, rank: Ints, in_category: Bools) -> Bools:
    if step.caption_types == "first_two":
        return (rank >= 0) & (rank < 2)
    if step.caption_types == "any":
        return rank >= 0
    return (rank >= 0) | in_category


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
    pools = _pools(inputs, settings)
    enrolment = enrol(inputs.pages, settings)
    announced = inputs.features.dropna(subset=["game_kind"])
    games = dict(zip(announced["caption_hash"], announced["game_kind"], strict=True))
    for creator in inputs.creators.sort_values("creator_id").to_dict("records"):
        creator_id = str(creator["creator_id"])

        def rows(name: str, key: str = creator_id) -> pd.DataFrame:
            frame: pd.DataFrame = getattr(inputs, name)
            return cut[name].get(key, frame.iloc[:0])

        past, locked = rows("past_items"), rows("locked_items")
        vault = rows("vault")
        owned = vault["has_content"].to_numpy(dtype=bool, na_value=False) if len(vault) else np.empty(0, bool)
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
            send_type_rows={r["send_type_key"]: _known(r) for r in rows("send_type_performance").to_dict("records")},
            content_type_rows={
                r["content_type_key"]: _known(r) for r in rows("content_type_performance").to_dict("records")
            },
            vault=frozenset(vault["content_type_key"].to_numpy()[owned]) if len(vault) else frozenset(),
            has_vault=len(vault) > 0,
            pool=_with_planned_uses(pools(creator_id), past),
            curves=curves,
            hour_factor=_hour_factor(curves, rows("hour_performance")),
            recent_sends=rows("recent_sends"),
            past_items=past,
            locked_items=locked,
            game_kinds=games,
        )


def _by_creator(frame: pd.DataFrame, keys: tuple[str, ...]) -> dict[str, pd.DataFrame]:
    ordered = frame.sort_values(["creator_id", *keys], kind="stable")
    return {str(name): rows for name, rows in ordered.groupby("creator_id", sort=False)}


def _known(row: Any) -> dict[str, Any]:
    """A record without its nulls."""
    return {name: value for name, value in row.items() if not pd.isna(value)}


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


def _pools(inputs: PlanInputs, settings: Settings) -> Any:
    """A function creator id → :class:`Pool`; the join with the shared caption pool is made once."""
    scores = inputs.caption_scores.sort_values(["creator_id", "caption_hash"], kind="stable").reset_index(drop=True)
    captions = inputs.captions
    place = pd.Index(captions["caption_hash"]).get_indexer(scores["caption_hash"])
    scores, place = scores[place >= 0].reset_index(drop=True), place[place >= 0]
    hashes = captions["caption_hash"].to_numpy(dtype=object)
    twin = _objects(captions["near_duplicate_of"])
    twins = pd.factorize(np.where([t is None for t in twin], hashes, twin), sort=True)[0].astype(np.int64)
    monday = inputs.week_start.toordinal()
    since = scores["days_since_use"].to_numpy(dtype=float, na_value=np.nan)

    def floats(frame: pd.DataFrame, name: str) -> Floats:
        return frame[name].to_numpy(dtype=float, na_value=np.nan)

    def texts(frame: pd.DataFrame, name: str) -> Texts:
        return _objects(frame[name])

    def flags(frame: pd.DataFrame, name: str) -> Bools:
        return frame[name].to_numpy(dtype=bool, na_value=False)

    def offers_of(hashes: pd.Series) -> Texts:
        known = inputs.features.drop_duplicates("caption_hash").set_index("caption_hash")["offer"]
        return _objects(known.reindex(hashes))

    lengths = scores["char_length"].to_numpy(dtype=np.int64)
    arrays: dict[str, npt.NDArray[Any]] = {
        "hashes": texts(scores, "caption_hash"),
        "ids": texts(captions, "caption_id")[place],
        "texts": texts(captions, "caption_text")[place],
        "length": lengths,
        "is_optimal": flags(scores, "is_optimal_length"),
        "is_priced": flags(scores, "is_priced"),
        "caption_type": texts(scores, "caption_type"),
        "content_type": texts(scores, "content_type_key"),
        "tone": texts(captions, "tone")[place],
        "suggested_price": floats(captions, "suggested_price")[place],
        "is_paid_only": flags(captions, "is_paid_page_only")[place],
        "is_active": flags(captions, "is_active")[place],
        "twins": twins[place],
        "performance": floats(scores, "performance_score"),
        "freshness": floats(scores, "freshness"),
        "last_used": np.where(np.isnan(since), NEVER, monday - np.nan_to_num(since)).astype(np.int64),
        "uses_30d": scores["uses_30d"].to_numpy(dtype=np.int64),
        "persona_points": floats(scores, "persona_points"),
        "eros_score": floats(scores, "eros_score"),
        "score_parts": texts(scores, "score_parts"),
        "structure_score": floats(scores, "structure_score"),
        "style": texts(scores, "style"),
        "expected_revenue": np.nan_to_num(floats(scores, "value")),
        "log_sd": np.nan_to_num(floats(scores, "expected_log_sd")),
        "is_known": np.nan_to_num(floats(scores, "is_known")),
        "bucket": np.asarray(length_buckets(lengths, settings.scoring), dtype=object),
        "offer": offers_of(scores["caption_hash"]),
    }
    owner = scores["creator_id"].to_numpy(dtype=object)
    starts = {name: (first, last) for name, first, last in _runs(owner)}
    known, text_of = np.unique(place, return_inverse=True)
    worded = wording(captions["plain_text"].iloc[known], settings.scoring.likeness)

    def pool_of(creator_id: str) -> Pool:
        first, last = starts.get(creator_id, (0, 0))
        own = {name: values[first:last] for name, values in arrays.items()}
        return Pool(**own, wording=worded[text_of[first:last]])

    return pool_of


def _objects(values: pd.Series) -> Texts:
    """Values as Python objects, null as None."""
    array = values.to_numpy(dtype=object)
    return np.where(pd.isna(array), np.full(len(array), None, dtype=object), array)


def _runs(owner: Texts) -> Iterator[tuple[str, int, int]]:
    """Runs of equal values of a sorted array: value, first place, place after the last."""
    if not len(owner):
        return
    edges = np.flatnonzero(np.r_[True, owner[1:] != owner[:-1], True])
    for first, last in zip(edges[:-1].tolist(), edges[1:].tolist(), strict=True):
        yield str(owner[first]), first, last


def _with_planned_uses(pool: Pool, past: pd.DataFrame) -> Pool:
    """The pool with uses that are planned for earlier weeks but not sent yet counted as uses."""
    planned = past.dropna(subset=["caption_hash"]) if len(past) else past
    if not len(planned) or not len(pool):
        return pool
    latest = planned.groupby("caption_hash")["scheduled_date"].max()
    days = latest.map(lambda stamp: stamp.date().toordinal())
    place = pd.Index(pool.hashes).get_indexer(latest.index)
    last_used = pool.last_used.copy()
    found = place >= 0
    np.maximum.at(last_used, place[found], days.to_numpy(dtype=np.int64)[found])
    values = {name: getattr(pool, name) for name in Pool.__dataclass_fields__}
    return Pool(**{**values, "last_used": last_used})
