"""What validators may read: assembled schedules and the raw tables they are judged against.

A reference holds any number of creators and weeks, one schedule version per creator-week. The key
of everything is (creator_id, week_start); as-of tables carry the ``week_start`` they were read for.

Belongs here: the tables, how they come together, and the list of what a rule can ask for. How it is worked out
stands in :mod:`~eros_assets.rules.creator_weeks`, :mod:`~eros_assets.rules.judged_items` and
:mod:`~eros_assets.rules.caption_bank`.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from zoneinfo import available_timezones

import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.inputs import PlanInputs
from eros_assets.rules import caption_bank, creator_weeks, judged_items
from eros_assets.rules.columns import KEY
from eros_assets.settings import Settings

_AS_OF = {
    "health": frames.CREATOR_HEALTH,
    "send_type_performance": frames.SEND_TYPE_PERFORMANCE,
    "content_type_performance": frames.CONTENT_TYPE_PERFORMANCE,
}
_PLAIN = {
    "items": frames.SCHEDULE_ITEM,
    "schedules": frames.SCHEDULE,
    "creators": frames.RAW_CREATORS,
    "roster": frames.RAW_CREATORS,
    "vault": frames.RAW_VAULT,
    "captions": frames.POOL_CAPTIONS,
    "features": frames.CAPTION_FEATURES,
    "recent_sends": frames.FCT_SENDS,
    "past_items": frames.SCHEDULE_ITEM,
    "untriggered": frames.SCHEDULE_ITEM,
}
CANDIDATES = frames.Table(
    "rules",
    "candidates",
    ("creator_id", "week_start", "caption_hash"),
    tuple(
        c
        for c in frames.CAPTION_SCORES.columns
        if c.name in ("creator_id", "week_start", "caption_hash", "performance_score", "freshness")
    ),
    "What is known of the captions a page could choose from.",
)
"""Contract of :attr:`Reference.candidates`."""


@dataclass(frozen=True)
class Reference:
    """Schedules under judgement and the raw reference tables.

    Frames follow the contracts of :mod:`eros_assets.domain.frames`; ``health`` and the two
    performance tables have a ``week_start`` column besides. ``untriggered`` holds the items that some
    creator-weeks would have had without volume triggers [4.1]; ``candidates`` hold performance score and
    freshness of the captions scored for a page (creator_id, week_start, caption_hash). ``schedules`` may lack
    quality figures and whole rows: an item without its schedule row is judged all the same.
    """

    settings: Settings
    items: pd.DataFrame
    schedules: pd.DataFrame
    creators: pd.DataFrame
    roster: pd.DataFrame  # every active page: shares of pages are drawn among them
    vault: pd.DataFrame
    captions: pd.DataFrame
    features: pd.DataFrame
    health: pd.DataFrame
    send_type_performance: pd.DataFrame
    content_type_performance: pd.DataFrame
    recent_sends: pd.DataFrame
    past_items: pd.DataFrame
    untriggered: pd.DataFrame = field(default_factory=frames.SCHEDULE_ITEM.empty)
    candidates: pd.DataFrame = field(default_factory=lambda: CANDIDATES.empty())

    @classmethod
    def from_inputs(
        cls,
        inputs: PlanInputs,
        items: pd.DataFrame,
        schedules: pd.DataFrame,
        settings: Settings,
        untriggered: pd.DataFrame | None = None,
    ) -> Reference:
        """The reference of one planning run: its assembled items and schedules, and what it was planned from."""
        given = {name: getattr(inputs, name) for name in (*_AS_OF, *_PLAIN) if hasattr(inputs, name)}
        given |= {"items": items, "schedules": schedules, "roster": inputs.pages}
        given["untriggered"] = frames.SCHEDULE_ITEM.empty() if untriggered is None else untriggered
        plain = {name: typed(given[name], table) for name, table in _PLAIN.items()}
        week = pd.Timestamp(inputs.week_start).as_unit("us")
        as_of = {name: typed(given[name], table).assign(week_start=week) for name, table in _AS_OF.items()}
        return cls(settings=settings, candidates=typed(inputs.caption_scores, CANDIDATES), **plain, **as_of)

    @classmethod
    def join(cls, parts: Sequence[Reference]) -> Reference:
        """One reference over several weeks or shards; the newest row wins where tables overlap."""
        keys = {
            "creators": ["creator_id"],
            "roster": ["creator_id"],
            "vault": ["creator_id", "content_type_key"],
            "captions": ["caption_hash"],
            "features": ["caption_hash"],
            "recent_sends": ["send_key"],
            "past_items": ["item_id"],
            "items": ["item_id"],
            "untriggered": [*KEY, "scheduled_at", "send_type_key"],
            "candidates": [*KEY, "caption_hash"],
        }
        ordered = sorted(parts, key=lambda part: str(part.items["week_start"].max()))
        joined = {}
        for name in (*_PLAIN, *_AS_OF, "candidates"):
            whole = pd.concat([getattr(part, name) for part in ordered], ignore_index=True)
            joined[name] = whole.drop_duplicates(keys.get(name), keep="last", ignore_index=True)
        return cls(settings=ordered[-1].settings, **joined)

    def for_creators(self, creator_ids: Iterable[str]) -> Reference:
        """The same reference cut to some creators; pool and roster stay whole."""
        wanted = set(creator_ids)
        cut: dict[str, Any] = {
            name: frame[frame["creator_id"].isin(wanted)].reset_index(drop=True)
            for name in (*_PLAIN, *_AS_OF, "candidates")
            if name != "roster" and "creator_id" in (frame := getattr(self, name))
        }
        return replace(self, **cut)

    @cached_property
    def weeks(self) -> pd.DataFrame:
        """One row per creator-week, sorted by key: what the rules need to know about page and creator.

        Columns: those of :func:`~eros_assets.rules.creator_weeks.named_weeks` and
        :func:`~eros_assets.rules.creator_weeks.with_facts`.
        """
        weeks = creator_weeks.named_weeks(self.items, self.schedules)
        return creator_weeks.with_facts(weeks, self.creators, self.health, self.roster, self.settings)

    def in_force(self, flag: str | None) -> pd.Series:
        """Whether ``flag`` is on, per row of :attr:`weeks` (None: always)."""
        if flag is None:
            return pd.Series(True, index=self.weeks.index)
        return self.weeks["flags"].map(lambda flags: flag in flags).astype(bool)

    def confidence_figure(self, name: str) -> pd.Series:
        """A column of the confidence rows (``volume``, ``rest_days`` …) per row of :attr:`weeks`."""
        return creator_weeks.confidence_figure(self.weeks, name, self.settings)

    @cached_property
    def send_types(self) -> pd.DataFrame:
        """The send types as a frame, one row per send type, sorted as configured."""
        return judged_items.send_type_table(self.settings)

    @cached_property
    def slots(self) -> pd.DataFrame:
        """Live items under judgement with everything rules ask of an item, in order of time.

        Besides the contract's columns: those of :attr:`weeks` and :attr:`send_types`, ``date``,
        ``minute`` of the day (NaN when the time is not HH:MM), ``local`` and ``at`` (UTC, NaT when
        unusable), ``chars`` (counted, not trusted), and of the caption in the pool, empty when unknown:
        ``caption_type``, ``caption_content`` (its content type where that is certain), ``caption_style``,
        ``game_kind``, ``twin``.
        """
        live = judged_items.live(self.items)
        weeks = self.weeks.drop(columns=[c for c in self.weeks if c in live.columns and c not in KEY])
        return self._prepared(live).merge(weeks, on=KEY, how="left")

    @cached_property
    def untriggered_slots(self) -> pd.DataFrame:
        """The items of :attr:`untriggered` with what rules ask of an item."""
        return self._prepared(self.untriggered)

    @cached_property
    def timeline(self) -> pd.DataFrame:
        """Items under judgement and, before them, those of earlier weeks, per creator in order of time.

        ``is_current`` marks the former. Rows without a usable time are left out.
        """
        past = judged_items.past_of(self.past_items, self.weeks)
        return judged_items.timeline(self.slots, self._prepared(past))

    def _prepared(self, items: pd.DataFrame) -> pd.DataFrame:
        return judged_items.prepared(items, self.send_types, self.caption_facts)

    @cached_property
    def day_counts(self) -> pd.DataFrame:
        """Items per creator-week and local day, days without any item included.

        Columns: those of :attr:`weeks`, date, and the counts of :func:`~eros_assets.rules.judged_items.counted`.
        """
        return judged_items.counted(judged_items.days_of(self.weeks), [*KEY, "date"], self.slots)

    @cached_property
    def week_counts(self) -> pd.DataFrame:
        """The counts of :attr:`day_counts` per row of :attr:`weeks`, same index; items on foreign dates count too."""
        return judged_items.counted(self.weeks, KEY, self.slots)

    @cached_property
    def caption_facts(self) -> pd.DataFrame:
        """Per caption hash: caption type, certain content type, style, game kind, oldest twin, whether for paid
        pages only."""
        return caption_bank.caption_facts(self.captions, self.features)

    @cached_property
    def bank(self) -> pd.DataFrame:
        """The active captions of the pool: caption_facts columns and ``length`` (characters)."""
        return caption_bank.active_captions(self.captions, self.caption_facts)

    @cached_property
    def owned(self) -> pd.DataFrame:
        """Distinct (creator_id, content_type_key) the vault holds."""
        return caption_bank.owned_content(self.vault)

    @cached_property
    def avoided_send_types(self) -> pd.DataFrame:
        """(creator_id, week_start, send_type_key, performance_score) in tier AVOID, from the scores."""
        return caption_bank.avoided(self.send_type_performance, "send_type_key", self.weeks, self.settings)

    @cached_property
    def avoided_content_types(self) -> pd.DataFrame:
        """(creator_id, week_start, content_type_key, performance_score) in tier AVOID, from the scores."""
        return caption_bank.avoided(self.content_type_performance, "content_type_key", self.weeks, self.settings)

    @cached_property
    def allowed_content(self) -> pd.DataFrame:
        """(creator_id, week_start, caption_content) owned and not in tier AVOID."""
        return caption_bank.allowed_content(self.owned, self.avoided_content_types, self.weeks)

    @cached_property
    def last_uses(self) -> pd.DataFrame:
        """Last use of each caption by each creator before each week, sent or planned.

        Columns: creator_id, week_start, caption_hash, used_on (local date), days (from use to
        Monday), uses_30d (days with a use within 30 days before Monday), rest_days (confidence row of that week).
        """
        weeks = self.weeks[KEY].assign(rest_days=self.confidence_figure("rest_days"))
        planned = pd.concat([self.past_items, self.items], ignore_index=True)
        return caption_bank.last_uses(self.recent_sends, planned, weeks)

    @cached_property
    def unusable_captions(self) -> pd.DataFrame:
        """(creator_id, week_start, caption_hash) not rested on Monday, or known to perform badly."""
        return caption_bank.unusable(self.last_uses, self.candidates, self.settings.volume.pool.min_performance)

    @cached_property
    def spent_captions(self) -> pd.DataFrame:
        """(creator_id, week_start, caption_hash) unusable, used in the week itself (a near-duplicate of it
        too), or as often within 30 days as a page may use a text."""
        month_max = self.settings.scoring.freshness.month_max
        return caption_bank.spent(self.unusable_captions, self.slots, self.caption_facts, self.last_uses, month_max)

    @cached_property
    def usable_captions(self) -> pd.DataFrame:
        """How many captions of each type a creator may use in each week (pool check): columns creator_id,
        week_start, caption_type, usable."""
        return self.count_usable(self.bank, ["caption_type"], self.unusable_captions)

    def count_usable(self, pool: pd.DataFrame, group: list[str], closed: pd.DataFrame) -> pd.DataFrame:
        """How many captions of ``pool`` (rows of :attr:`bank`) each creator may use in each week, by ``group``.

        ``closed`` (creator_id, week_start, caption_hash) are left out, and what the page may not show; see
        :func:`~eros_assets.rules.caption_bank.count_usable`. Columns: creator_id, week_start, those of ``group``,
        usable (> 0).
        """
        return caption_bank.count_usable(pool, group, closed, self.weeks, self.allowed_content)

    def open_to(self, rows: pd.DataFrame) -> pd.DataFrame:
        """``rows`` for every creator-week (their own one where they name it) whose page may show them."""
        return caption_bank.open_to(rows, self.weeks, self.allowed_content)

    @cached_property
    def supply(self) -> pd.DataFrame:
        """Per creator-week and send type its page permits: captions and plan.

        Columns: those of :attr:`send_types`, usable (captions over all fitting types),
        planned (items this week), days (until the pool is dry at that rate, NaN without a plan).
        """
        return caption_bank.supply(self.usable_captions, self.weeks, self.slots, self.send_types, self.settings)

    @cached_property
    def zones(self) -> frozenset[str]:
        """Names of all time zones."""
        return frozenset(available_timezones())


def typed(frame: pd.DataFrame, table: frames.Table) -> pd.DataFrame:
    """``frame`` with the contract's columns and types; absent columns become null, order of rows is kept."""
    return pd.DataFrame(
        {
            c.name: frame[c.name].astype(frames.PANDAS_TYPES[c.type])
            if c.name in frame
            else pd.Series(pd.NA, index=frame.index, dtype=frames.PANDAS_TYPES[c.type])
            for c in table.columns
        },
        index=frame.index,
    ).reset_index(drop=True)
