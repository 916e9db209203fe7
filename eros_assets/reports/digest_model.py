"""The digest's typed shape: what ``digest.json`` holds and the pages print."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, ConfigDict

AdviceCategory = Literal["content", "caption", "timing", "volume", "price", "data"]
Priority = Literal["HIGH", "MEDIUM", "LOW"]


class Part(BaseModel):
    """Base of every part: immutable, unknown fields refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class DayFigures(Part):
    """One day, or the mean of several; ``rps`` and ``conversion`` over priced sends."""

    sends: float
    priced: float
    earnings: float
    rps: float | None
    conversion: float | None


class Head(Part):
    """Date, age of the data, yesterday against the mean day, and what to know before reading on."""

    digest_date: date
    data_age_days: int | None
    newest_send_date: date | None
    is_stale: bool
    yesterday: DayFigures
    mean_day: DayFigures
    change: dict[str, float | None]
    mean_days: int
    notes: list[str]


class Metric(Part):
    """One headline figure; unit ``$``, ``%`` (a fraction) or ``#``.

    ``label`` names its window of ``horizon_days`` (None: a count of the day), ``basis`` what is divided by what,
    ``missing`` why there is no value.
    """

    key: str
    label: str
    value: float | None
    unit: Literal["$", "%", "#"]
    n: int
    horizon_days: int | None
    basis: str = ""
    missing: str = ""

    @property
    def counted(self) -> str:
        """What ``n`` counts."""
        return "fans" if self.key in ("renew_on_share", "retention") else "sends"


class BestSend(Part):
    """One of the best sends of a timeframe; hour and date are creator-local."""

    send_key: str
    creator_id: str
    sent_date: date
    sent_hour: int
    send_type_key: str
    content_type_key: str | None
    price: float | None
    char_length: int | None
    earnings: float


class Timeframe(Part):
    """Settled priced sends of ``days`` days: ``mean`` is RPS with its interval, ``total`` what was earned.

    ``conversion`` is purchases ÷ views, ``rpr`` dollars per recipient.
    """

    days: int
    count: int
    total: float
    mean: float | None
    low: float | None
    high: float | None
    best: list[BestSend]
    conversion: float | None = None
    rpr: float | None = None


class GroupFigure(Part):
    """Mean earnings of one content type, hour, …, with interval, n and share of the sends."""

    key: str
    n: int
    share: float
    mean: float
    low: float
    high: float


class FrequencyGap(Part):
    """A type that is more frequent among the best sends than overall."""

    kind: Literal["content type", "send type"]
    key: str
    n: int
    best_count: int
    share: float
    best_share: float
    ratio: float


class LowestFifth(Part):
    """The least earning share of the sends: how many, at most and on average how much, and what is frequent in it."""

    count: int
    ceiling: float
    mean: float
    frequent: list[FrequencyGap]


class Patterns(Part):
    """``source`` is ``own``, ``pool`` (agency figures, own data too thin) or ``none``."""

    source: Literal["own", "pool", "none"]
    horizon_days: int | None
    n: int
    best_content_types: list[GroupFigure]
    best_hours: list[GroupFigure]
    optimal_length_share: float | None
    optimal_length_share_best: float | None
    lowest_fifth: LowestFifth | None
    gaps: list[FrequencyGap]


class Recommendation(Part):
    """One thing to do; ``effect`` in dollars a week with its interval, or None for advice about data."""

    recommendation_id: str
    creator_id: str | None
    page_name: str | None
    category: AdviceCategory
    priority: Priority
    action: str
    figure: str
    n: int
    horizon_days: int | None
    effect: float | None
    effect_low: float | None
    effect_high: float | None
    caveat: str | None


class Stop(Part):
    """A type that does not convert: ``AVOID``, or a candidate with too few sends."""

    kind: Literal["AVOID", "candidate"]
    what: Literal["send type", "content type"]
    key: str
    n: int
    rps: float | None
    performance_score: float
    creator_id: str
    page_name: str


class PlannedItem(Part):
    """One item of a schedule in force, creator-local time."""

    item_id: str
    creator_id: str
    scheduled_date: date
    scheduled_time: str
    send_type_key: str
    price: float | None
    expected_revenue: float


class Today(Part):
    """The next ``hours`` of the schedules in force."""

    hours: int
    items: list[PlannedItem]
    expected_revenue: float
    needs_caption: list[PlannedItem]
    links_expiring: list[PlannedItem]
    pins_to_set: list[PlannedItem]
    pins_to_remove: list[PlannedItem]


class CalendarLink(Part):
    """A published week of a page that is not over yet; ``folder`` is relative to the home folder."""

    week_start: date
    folder: str


class CreatorData(Part):
    """How complete one page's data are, longest horizon."""

    missing_fields: list[str]
    sends: int
    caption_matched_share: float | None
    content_type_known_share: float | None


class UnknownPage(Part):
    """A page name in the sends that no creator has."""

    page_name: str
    rows: int
    first_date: date
    last_date: date
    is_new: bool


class DataPart(Part):
    """What the last day's exports brought, and the data quality score with its parts (0–1)."""

    files: int
    files_rejected: int
    rows_read: int
    rows_loaded: int
    rows_updated: int
    rows_duplicate: int
    rows_quarantined: int
    quarantine_open: int
    quarantined_by_rule: dict[str, int]
    quality_score: float
    quality_grade: str
    quality_parts: dict[str, float]
    unknown_page_count: int
    new_unknown_page_count: int
    unknown_pages: list[UnknownPage]


class Section(Part):
    """One page's digest, or the agency's."""

    scope: Literal["agency", "creator"]
    creator_id: str | None
    page_name: str
    display_name: str
    page_type: str | None
    head: Head
    focus: list[Metric]
    timeframes: list[Timeframe]
    patterns: Patterns
    recommendations: list[Recommendation]
    stops: list[Stop]
    today: Today
    data: CreatorData
    calendars: list[CalendarLink] = []


class Digest(Part):
    """The digest of one morning; ``as_of_date`` is the last day of data, ``creators`` go by page name.

    ``interval`` is the coverage of every interval, 0–1; a planned item's own bounds are the planner's.
    ``winsor_quantile`` is the quantile of its page that a send counts for at most in averages, 0–1.
    ``preset``, ``method`` and ``preset_changes`` say how the configuration of that morning plans weeks.
    """

    digest_date: date
    as_of_date: date
    interval: float
    agency: Section
    creators: dict[str, Section]
    data: DataPart
    preset: str = ""
    method: str = ""
    preset_changes: list[str] = []
    winsor_quantile: float | None = None
