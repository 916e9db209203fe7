"""What one stage hands to the next, one record per slot; the frames of ``tables`` are made from them."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, datetime
from typing import Any

from eros_assets.domain.arrays import Ints
from eros_assets.domain.frames import SCHEDULE_ITEM
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.eligibility import NO_CAPTION_LEVEL, NO_GRADE


@dataclass(frozen=True)
class Analysis:
    """Stage 1 for one creator: how much to send, and which types to favour."""

    row: dict[str, Any]  # PERFORMANCE_ANALYSIS columns but week and creator
    revenue: Ints  # (7,) sends per day, Monday first
    bumps: Ints  # (7,)
    others: Ints  # (7,) engagement without bumps
    retention: Ints  # (7,)
    followups: Ints  # (7,) most followups of the day
    min_types: int
    type_factor: dict[str, float]  # send type → tier factor × volume triggers
    winners: tuple[str, ...]  # send types to add toward their monthly minimum [4.3]
    game: str | None  # game kind of the week [7.2]
    trait_factor: dict[str, dict[str, float]] = field(default_factory=dict)  # trait of a caption → key → triggers
    campaigns: dict[str, int] = field(default_factory=dict)  # flyer campaigns of the week by send type [4.3]
    notes: tuple[str, ...] = ()  # volume rules that no whole numbers could keep


@dataclass(frozen=True)
class Slot:
    """Stage 2: one send to make on one day."""

    slot_id: str
    day: int
    order: int
    key: str
    category: str
    strategy: str
    flavor: str
    structure: str | None = None
    style: str | None = None
    campaign_kind: str | None = None
    is_forced: bool = False
    relaxations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Timed:
    """Stage 3: when a slot goes out; ``minute`` counts from local Monday 00:00."""

    slot: Slot
    minute: int
    local: datetime
    utc: datetime
    slot_score: float
    is_prime: bool
    jitter: int
    expires_at: datetime | None
    linked_slot_id: str | None
    linked_item_id: str | None  # a campaign of an earlier week
    reason: dict[str, Any]
    relaxations: tuple[str, ...] = ()
    drip_window_id: str | None = None

    def with_slot(self, slot: Slot) -> Timed:
        """The same time for the slot with its style."""
        return replace(self, slot=slot)

    @property
    def planned(self) -> int:
        """The minute before jitter, on the quarter hour."""
        return self.minute - self.jitter

    @property
    def hour(self) -> int:
        """Local hour of the day."""
        return self.local.hour


@dataclass(frozen=True)
class Filled:
    """Stage 4: the text and the money of a slot; ``caption`` is a position, NO_CAPTION for none.

    ``value`` is what the objective counts; ``expected`` and its interval are dollars, 0 for sends that
    earn nothing themselves.
    """

    timed: Timed
    caption: int = NO_CAPTION
    level: int = NO_CAPTION_LEVEL  # step of the fallback ladder
    grade: int = NO_GRADE  # what the caption gives up, NOTHING_GIVEN_UP for nothing
    content_type: str | None = None
    value: float = 0.0
    expected: float = 0.0
    low: float = 0.0
    high: float = 0.0
    eros_score: float | None = None
    price: float | None = None
    price_reason: str | None = None
    goal: float | None = None
    goal_mode: str | None = None
    is_exploration: bool = False
    runners_up: tuple[dict[str, Any], ...] = ()
    relaxations: tuple[str, ...] = ()
    explanation: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Aimed:
    """Stage 5: channel and audience of a slot."""

    channel: str
    target: str
    recipients: int
    reason: str
    relaxations: tuple[str, ...] = ()


@dataclass(frozen=True)
class Followup:
    """Stage 6: the second message after ``parent``."""

    slot_id: str
    parent: Filled
    priority: float
    delay: int
    local: datetime
    utc: datetime
    caption: int
    level: int
    parent_style: str | None  # style of the parent that the text should fit [2.4]
    recipients: int
    channel: str
    target: str
    relaxations: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Item:
    """Stage 7: one planned send, its columns under the names of SCHEDULE_ITEM.

    ``filled`` are the columns that this kind of item fills, null or not: the content hash covers them and no others.
    """

    slot_id: str
    parent_slot_id: str | None  # of a followup
    linked_slot_id: str | None  # of a link: the slot it points to
    filled: frozenset[str]
    creator_id: str
    week_start: date
    scheduled_date: date
    scheduled_time: str
    scheduled_at: datetime
    weekday: int
    send_type_key: str
    category: str
    channel_key: str
    target_key: str
    needs_caption: bool
    fallback_level: int
    media_type: str
    flyer_required: bool
    is_followup: bool
    flavor: str
    strategy: str
    expected_revenue: float
    expected_recipients: int
    slot_score: float
    is_prime: bool
    is_exploration: bool
    relaxations: str
    explanation: str
    runners_up: str
    status: str
    # Given once the whole week stands.
    item_id: str | None = None
    schedule_id: str | None = None
    slot_order: int | None = None
    # Not filled by every item.
    caption_id: str | None = None
    caption_hash: str | None = None
    caption_text: str | None = None
    char_length: int | None = None
    content_type_key: str | None = None
    price: float | None = None
    price_reason: str | None = None
    goal_amount: float | None = None
    tip_goal_mode: str | None = None
    parent_item_id: str | None = None
    delay_minutes: int | None = None
    linked_item_id: str | None = None
    linked_post_url: str | None = None
    expires_at: datetime | None = None
    pin_at: datetime | None = None
    unpin_at: datetime | None = None
    drip_set_id: str | None = None
    drip_position: int | None = None
    drip_window_id: str | None = None
    outfit_id: str | None = None
    structure: str | None = None
    style: str | None = None
    structure_score: float | None = None
    label: str | None = None
    eros_score: float | None = None
    score_parts: str | None = None
    expected_revenue_low: float | None = None
    expected_revenue_high: float | None = None
    freshness: float | None = None
    performance_tier: str | None = None
    experiment_id: str | None = None
    variant: str | None = None
    notes: str | None = None

    @classmethod
    def of(cls, columns: dict[str, Any], slot_id: str, parent: str | None = None, linked: str | None = None) -> Item:
        """The item of a slot; columns that SCHEDULE_ITEM does not have are left out."""
        own = {name: columns[name] for name in SCHEDULE_ITEM.column_names if name in columns}
        return cls(slot_id=slot_id, parent_slot_id=parent, linked_slot_id=linked, filled=frozenset(own), **own)

    def row(self) -> dict[str, Any]:
        """The item as a row of SCHEDULE_ITEM."""
        return {name: getattr(self, name) for name in SCHEDULE_ITEM.column_names}
