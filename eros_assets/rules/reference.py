"""What validators may read: assembled schedules and the raw tables they are judged against.

A reference holds any number of creators and weeks, one schedule version per creator-week. The key
of everything is (creator_id, week_start); as-of tables carry the ``week_start`` they were read for.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from typing import Any
from zoneinfo import available_timezones

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain import frames
from eros_assets.domain.captions.text import char_length
from eros_assets.domain.flags import enrol
from eros_assets.domain.inputs import PlanInputs
from eros_assets.settings import Settings

KEY = ["creator_id", "week_start"]
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
_CANDIDATES = frames.Table(
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
_DEAD = ("skipped", "expired", "cancelled")
# Below this confidence a classified content type is a guess, which says nothing about the vault.
_CERTAIN = 0.5
_MONTH = 30  # days in which a page may use a text only so often


def numbers(series: pd.Series) -> npt.NDArray[np.float64]:
    """Values as floats, null as NaN."""
    return np.asarray(series.to_numpy(dtype=float, na_value=np.nan))


def words(series: pd.Series) -> pd.Series:
    """Values as text, null as an empty text."""
    return series.astype("str").fillna("")


def truths(series: pd.Series) -> pd.Series:
    """Values as booleans, null as False."""
    return series.astype("boolean").fillna(False).astype(bool)


def minutes_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Minutes from ``start`` to ``end`` as floats, NaN where either is missing."""
    return (end - start).dt.total_seconds() / 60


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
    candidates: pd.DataFrame = field(default_factory=lambda: _CANDIDATES.empty())

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
        typed = {name: _typed(given[name], table) for name, table in _PLAIN.items()}
        week = pd.Timestamp(inputs.week_start).as_unit("us")
        as_of = {name: _typed(given[name], table).assign(week_start=week) for name, table in _AS_OF.items()}
        return cls(settings=settings, candidates=_typed(inputs.caption_scores, _CANDIDATES), **typed, **as_of)

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

        Columns: week_start, creator_id, schedule_id, page_type (unknown = free), timezone,
        content_category, sub_type, tier, confidence (clipped to 0–1), row (index into the confidence rows),
        tolerance (minutes), flags (in force by configuration and lot, whatever the schedule says of
        itself), and the health columns of that week.
        """
        settings = self.settings
        own = self.schedules[["creator_id", "week_start", "schedule_id", "timezone", "version"]]
        seen = self.items[["creator_id", "week_start", "schedule_id"]].sort_values("schedule_id", kind="stable")
        weeks = pd.concat([seen.drop_duplicates(KEY), own.sort_values("version", kind="stable")], ignore_index=True)
        weeks = weeks.drop_duplicates(KEY, keep="last").sort_values(KEY, kind="stable", ignore_index=True)
        facts = self.creators.drop_duplicates("creator_id", keep="last")
        facts = facts[["creator_id", "page_type", "timezone", "content_category", "sub_type", "current_active_fans"]]
        weeks = weeks.merge(facts, on="creator_id", how="left", suffixes=("_planned", ""))
        health = self.health.drop(columns=["page_type", "page_name"]).drop_duplicates(KEY, keep="last")
        weeks = weeks.merge(health, on=KEY, how="left")
        bumps = settings.volume.bumps
        zone = words(weeks["timezone"])
        fans = np.nan_to_num(numbers(weeks["fan_count"].fillna(weeks["current_active_fans"])))
        tier = words(weeks["volume_tier"])
        least = min(settings.volume.confidence.steps, key=lambda step: step.from_).value
        confidence = pd.Series(numbers(weeks["confidence"])).fillna(least).clip(0.0, 1.0)
        rows = sorted(settings.volume.confidence_rows, key=lambda row: row.from_)
        row = np.searchsorted([row.from_ for row in rows], confidence, side="right") - 1
        enrolment = enrol(self.roster, settings)
        own_flags = [enrolment.flags_of(str(creator)) for creator in weeks["creator_id"]]
        return weeks.assign(
            schedule_id=words(weeks["schedule_id"]),
            page_type=np.where(words(weeks["page_type"]) == "paid", "paid", "free"),
            timezone=zone.where(zone != "", words(weeks["timezone_planned"])),
            content_category=words(weeks["content_category"]).replace("", bumps.default_category),
            sub_type=words(weeks["sub_type"]).replace("", bumps.default_sub_type),
            tier=tier.where(tier.isin([t.key for t in settings.volume.tiers]), _tiers(fans, settings)),
            given_confidence=numbers(weeks["confidence"]),
            confidence=confidence.to_numpy(),
            row=row,
            tolerance=np.array([row.spacing_tolerance_minutes for row in rows], dtype=float)[row],
            flags=pd.Series(own_flags, index=weeks.index, dtype=object),
        )

    def in_force(self, flag: str | None) -> pd.Series:
        """Whether ``flag`` is on, per row of :attr:`weeks` (None: always)."""
        if flag is None:
            return pd.Series(True, index=self.weeks.index)
        return self.weeks["flags"].map(lambda flags: flag in flags).astype(bool)

    def confidence_figure(self, name: str) -> pd.Series:
        """A column of the confidence rows (``volume``, ``rest_days`` …) per row of :attr:`weeks`."""
        rows = sorted(self.settings.volume.confidence_rows, key=lambda row: row.from_)
        return pd.Series(np.array([float(getattr(row, name)) for row in rows])[self.weeks["row"]])

    @cached_property
    def send_types(self) -> pd.DataFrame:
        """The send types as a frame, one row per send type, sorted as configured."""
        names = [
            *("key", "page", "media", "money", "link", "expires_hours", "max_per_day", "max_per_week"),
            *("hours_between", "is_bump", "is_campaign", "pin_rank", "weekly_floor", "sort", "followup"),
        ]
        frame = pd.DataFrame([{name: getattr(row, name) for name in names} for row in self.settings.send_types])
        frame["true_category"] = [row.category for row in self.settings.send_types]
        for name in ("is_ppv", "is_sold", "is_selling"):
            frame[name] = [getattr(row, name) for row in self.settings.send_types]
        frame["flyer_paid"] = [row.flyer["paid"] for row in self.settings.send_types]
        frame["flyer_free"] = [row.flyer["free"] for row in self.settings.send_types]
        return frame.rename(columns={"key": "send_type_key"}).sort_values("sort", kind="stable", ignore_index=True)

    @cached_property
    def slots(self) -> pd.DataFrame:
        """Live items under judgement with everything rules ask of an item, in order of time.

        Besides the contract's columns: those of :attr:`weeks` and :attr:`send_types`, ``date``,
        ``minute`` of the day (NaN when the time is not HH:MM), ``local`` and ``at`` (UTC, NaT when
        unusable), ``chars`` (counted, not trusted), and of the caption in the pool, empty when unknown:
        ``caption_type``, ``caption_content`` (its content type where that is certain), ``caption_style``,
        ``game_kind``, ``twin``.
        """
        live = self.items[~words(self.items["status"]).isin(_DEAD)]
        weeks = self.weeks.drop(columns=[c for c in self.weeks if c in live.columns and c not in KEY])
        return self._prepare(live).merge(weeks, on=KEY, how="left")

    @cached_property
    def untriggered_slots(self) -> pd.DataFrame:
        """The items of :attr:`untriggered` with what rules ask of an item."""
        return self._prepare(self.untriggered)

    @cached_property
    def timeline(self) -> pd.DataFrame:
        """Items under judgement and, before them, those of earlier weeks, per creator in order of time.

        ``is_current`` marks the former. Rows without a usable time are left out.
        """
        past = self.past_items[~words(self.past_items["status"]).isin(_DEAD)]
        judged = pd.MultiIndex.from_frame(self.weeks[KEY])
        past = self._prepare(past[~pd.MultiIndex.from_frame(past[KEY]).isin(judged)])
        both = pd.concat([past.assign(is_current=False), self.slots.assign(is_current=True)], ignore_index=True)
        both = both[both["at"].notna()]
        order = ["creator_id", "at", "slot_order", "item_id"]
        return both.sort_values(order, kind="stable", ignore_index=True)

    def _prepare(self, items: pd.DataFrame) -> pd.DataFrame:
        out = items.assign(
            **{name: words(items[name]) for name in _TEXTS},
            date=items["scheduled_date"],
            at=items["scheduled_at"],
            needs_caption=truths(items["needs_caption"]),
            price=numbers(items["price"]),
            goal_amount=numbers(items["goal_amount"]),
            expected_revenue=numbers(items["expected_revenue"]),
            slot_order=numbers(items["slot_order"]),
        )
        clock = out["scheduled_time"].str.extract(r"^([01]\d|2[0-3]):([0-5]\d)$").astype(float)
        out["minute"] = clock[0] * 60 + clock[1]
        out["hour"] = clock[0]
        believable = out["date"].dt.year.between(1970, 2200)
        out["local"] = out["date"].where(believable) + pd.to_timedelta(out["minute"], unit="m")
        out["at"] = out["at"].where(out["at"].dt.year.between(1970, 2200))
        out["chars"] = numbers(char_length(out["caption_text"]))
        out["has_caption"] = ~out["needs_caption"] & (out["chars"] > 0)
        out = out.merge(self.send_types, on="send_type_key", how="left")
        out["is_known_type"] = out["true_category"].notna()
        out["true_category"] = words(out["true_category"]).where(out["is_known_type"], out["category"])
        for name in ("is_bump", "is_ppv", "is_sold", "is_selling", "is_campaign", "link"):
            out[name] = truths(out[name])
        out["is_followup"] = truths(out["is_followup"]) | (out["send_type_key"] == "ppv_followup")
        pool = self.caption_facts
        out = out.merge(pool, on="caption_hash", how="left")
        for name in ("caption_type", "caption_content", "caption_style", "game_kind", "twin"):
            out[name] = words(out[name])
        out["twin"] = out["twin"].where(out["twin"] != "", out["caption_hash"])
        order = ["creator_id", "week_start", "at", "slot_order", "item_id"]
        return out.sort_values(order, kind="stable", ignore_index=True)

    @cached_property
    def caption_facts(self) -> pd.DataFrame:
        """Per caption hash: caption type, certain content type, style, game kind, oldest twin, whether for paid
        pages only."""
        pool = self.captions.drop_duplicates("caption_hash", keep="last")
        certain = pd.Series(numbers(pool["content_type_confidence"]), index=pool.index).ge(_CERTAIN)
        twin = words(pool["near_duplicate_of"])
        facts = pd.DataFrame(
            {
                "caption_hash": words(pool["caption_hash"]),
                "caption_type": words(pool["caption_type"]),
                "caption_content": words(pool["content_type_key"]).where(certain, ""),
                "twin": twin.where(twin != "", words(pool["caption_hash"])),
                "is_paid_page_only": truths(pool["is_paid_page_only"]),
            }
        )
        texts = self.features.drop_duplicates("caption_hash", keep="last")
        style = texts[["caption_hash", "style", "game_kind"]].rename(columns={"style": "caption_style"})
        return facts.merge(style.assign(caption_hash=words(style["caption_hash"])), on="caption_hash", how="outer")

    @cached_property
    def owned(self) -> pd.DataFrame:
        """Distinct (creator_id, content_type_key) the vault holds."""
        rows = self.vault[truths(self.vault["has_content"])]
        return rows[["creator_id", "content_type_key"]].drop_duplicates(ignore_index=True)

    @cached_property
    def avoided_send_types(self) -> pd.DataFrame:
        """(creator_id, week_start, send_type_key, performance_score) in tier AVOID, from the scores."""
        return self._avoided(self.send_type_performance, "send_type_key")

    @cached_property
    def avoided_content_types(self) -> pd.DataFrame:
        """(creator_id, week_start, content_type_key, performance_score) in tier AVOID, from the scores."""
        return self._avoided(self.content_type_performance, "content_type_key")

    def _avoided(self, table: pd.DataFrame, key: str) -> pd.DataFrame:
        limits = self.settings.scoring.tiers
        rows = table.merge(self.weeks[[*KEY, "confidence"]], on=KEY)
        avoided = (
            (numbers(rows["performance_score"]) < limits.LOW)
            & (numbers(rows["send_count"]) >= limits.avoid_min_sends)
            & (rows["confidence"] >= limits.avoid_min_confidence)
        )
        return rows.loc[avoided, [*KEY, key, "performance_score"]].drop_duplicates([*KEY, key], ignore_index=True)

    @cached_property
    def usable_captions(self) -> pd.DataFrame:
        """How many captions of each type a creator may use in each week (pool check): columns creator_id,
        week_start, caption_type, usable."""
        return self.count_usable(self.bank, ["caption_type"], self.unusable_captions)

    @cached_property
    def bank(self) -> pd.DataFrame:
        """The active captions of the pool: caption_facts columns and ``length`` (characters)."""
        pool = self.captions[truths(self.captions["is_active"])].drop_duplicates("caption_hash", keep="last")
        pool = pool[["caption_hash"]].assign(length=numbers(pool["char_length"]))
        bank = pool.merge(self.caption_facts, on="caption_hash")
        for name in ("caption_style", "game_kind"):
            bank[name] = words(bank[name])
        return bank.assign(is_paid_page_only=truths(bank["is_paid_page_only"]))

    @cached_property
    def unusable_captions(self) -> pd.DataFrame:
        """(creator_id, week_start, caption_hash) not rested on Monday, or known to perform badly."""
        used, scored = self.last_uses, self.candidates
        weak = numbers(scored["performance_score"]) < self.settings.volume.pool.min_performance
        resting = used["days"] < used["rest_days"]
        place = [*KEY, "caption_hash"]
        return pd.concat([used.loc[resting, place], scored.loc[weak, place]]).drop_duplicates(ignore_index=True)

    @cached_property
    def spent_captions(self) -> pd.DataFrame:
        """(creator_id, week_start, caption_hash) unusable, used in the week itself (a near-duplicate of it
        too), or as often within 30 days as a page may use a text."""
        place = [*KEY, "caption_hash"]
        slots = self.slots[self.slots["has_caption"] & (self.slots["caption_hash"] != "")]
        twins = slots[[*KEY, "twin"]].drop_duplicates().merge(self.caption_facts[["twin", "caption_hash"]], on="twin")
        often = self.last_uses[self.last_uses["uses_30d"] >= self.settings.scoring.freshness.month_max]
        parts = [self.unusable_captions, slots[place], twins[place], often[place]]
        return pd.concat(parts).drop_duplicates(ignore_index=True)

    def count_usable(self, pool: pd.DataFrame, group: list[str], closed: pd.DataFrame) -> pd.DataFrame:
        """How many captions of ``pool`` (rows of :attr:`bank`) each creator may use in each week, by ``group``.

        Left out are those of content the creator does not own or should avoid, those for paid pages only on
        free ones, and ``closed`` (creator_id, week_start, caption_hash). Captions of unknown content count:
        they serve types without media. Columns: creator_id, week_start, those of ``group``, usable (> 0).
        """
        facts = [*dict.fromkeys([*group, "caption_content", "is_paid_page_only"])]
        counts = pool.groupby(facts, as_index=False, observed=True).agg(usable=("caption_hash", "size"))
        open_ = self.open_to(counts)
        shut = self.open_to(pool[["caption_hash", *facts]].merge(closed, on="caption_hash").assign(usable=-1))
        both = pd.concat([open_, shut], ignore_index=True)
        total = both.groupby([*KEY, *group], as_index=False).agg(usable=("usable", "sum"))
        return total.loc[total["usable"] > 0].reset_index(drop=True)

    def open_to(self, rows: pd.DataFrame) -> pd.DataFrame:
        """``rows`` for every creator-week (their own one where they name it) whose page may show them."""
        weeks = self.weeks[[*KEY, "page_type"]]
        own = [name for name in KEY if name in rows]
        known = rows[rows["caption_content"] != ""].merge(self.allowed_content, on=["caption_content", *own])
        unknown = rows[rows["caption_content"] == ""]
        unknown = unknown if own else unknown.merge(weeks[KEY], how="cross")
        both = pd.concat([known, unknown], ignore_index=True).merge(weeks, on=KEY)
        return both[(both["page_type"] == "paid") | ~both["is_paid_page_only"]]

    @cached_property
    def supply(self) -> pd.DataFrame:
        """Per creator-week and send type its page permits: captions and plan.

        Columns: those of :attr:`send_types`, usable (captions over all fitting types),
        planned (items this week), days (until the pool is dry at that rate, NaN without a plan).
        """
        kinds = [(row.key, kind) for row in self.settings.send_types for kind in row.caption_types]
        fits = pd.DataFrame(kinds, columns=["send_type_key", "caption_type"])
        place = [*KEY, "send_type_key"]
        usable = self.usable_captions.merge(fits, on="caption_type").groupby(place, as_index=False)["usable"].sum()
        grid = self.weeks[[*KEY, "schedule_id", "page_type"]].merge(self.send_types, how="cross")
        grid = grid[(grid["page"] == "both") | (grid["page"] == grid["page_type"])]
        planned = self.slots.groupby(place, as_index=False).agg(planned=("item_id", "size"))
        grid = grid.merge(usable, on=place, how="left").merge(planned, on=place, how="left")
        for name in ("usable", "planned"):
            grid[name] = np.nan_to_num(numbers(grid[name]))
        return grid.assign(days=grid["usable"] / (grid["planned"] / 7).replace(0, np.nan))

    @cached_property
    def allowed_content(self) -> pd.DataFrame:
        """(creator_id, week_start, caption_content) owned and not in tier AVOID."""
        owned = self.owned.merge(self.weeks[KEY], on="creator_id")
        marked = owned.merge(
            self.avoided_content_types[[*KEY, "content_type_key"]],
            on=[*KEY, "content_type_key"],
            how="left",
            indicator=True,
        )
        kept = marked.loc[marked["_merge"] == "left_only", [*KEY, "content_type_key"]]
        return kept.rename(columns={"content_type_key": "caption_content"})

    @cached_property
    def last_uses(self) -> pd.DataFrame:
        """Last use of each caption by each creator before each week.

        Columns: creator_id, week_start, caption_hash, used_on (local date), days (from use to
        Monday), uses_30d (days with a use within 30 days before Monday), rest_days (confidence row of that week).
        """
        sent = self.recent_sends[["creator_id", "caption_hash", "send_date"]].rename(columns={"send_date": "used_on"})
        sent = sent[~truths(self.recent_sends["is_withdrawn"])]
        planned = pd.concat([self.past_items, self.items], ignore_index=True)
        planned = planned[~words(planned["status"]).isin(_DEAD)]
        planned = planned[["creator_id", "caption_hash", "scheduled_date"]].rename(
            columns={"scheduled_date": "used_on"}
        )
        uses = pd.concat([sent, planned], ignore_index=True).dropna().drop_duplicates()
        weeks = self.weeks[KEY].assign(rest_days=self.confidence_figure("rest_days"))
        uses = uses.merge(weeks, on="creator_id")
        uses = uses[uses["used_on"] < uses["week_start"]]
        uses["days"] = (uses["week_start"] - uses["used_on"]).dt.days
        place = [*KEY, "caption_hash"]
        uses["uses_30d"] = uses["days"].le(_MONTH).groupby([uses[name] for name in place]).transform("sum")
        return uses.sort_values([*place, "days"], kind="stable").drop_duplicates(place, ignore_index=True)

    @cached_property
    def day_counts(self) -> pd.DataFrame:
        """Items per creator-week and local day, days without any item included.

        Columns: those of :attr:`weeks`, date, ppv, bumps, followups, parents (items that may have a
        followup by default), revenue, engagement, retention (the last without followups), items.
        """
        weeks = self.weeks
        days = weeks.loc[weeks.index.repeat(7)].reset_index(drop=True)
        days["date"] = days["week_start"] + pd.to_timedelta(np.tile(np.arange(7), len(weeks)), unit="D")
        return self._counted(days, [*KEY, "date"])

    @cached_property
    def week_counts(self) -> pd.DataFrame:
        """The counts of :attr:`day_counts` per row of :attr:`weeks`, same index; items on foreign dates count too."""
        return self._counted(self.weeks, KEY)

    def _counted(self, grid: pd.DataFrame, scope: list[str]) -> pd.DataFrame:
        slots = self.slots
        plain = ~slots["is_followup"]
        counts = {
            "items": plain | True,
            "ppv": slots["is_ppv"],
            "bumps": slots["is_bump"],
            "followups": slots["is_followup"],
            "parents": slots["followup"] == "default",
            **{name: plain & (slots["true_category"] == name) for name in CATEGORIES},
        }
        marks = slots[scope].assign(**counts).groupby(scope, as_index=False)[list(counts)].sum()
        out = grid.merge(marks, on=scope, how="left")
        out[list(counts)] = out[list(counts)].fillna(0).astype(int)
        return out

    @cached_property
    def zones(self) -> frozenset[str]:
        """Names of all time zones."""
        return frozenset(available_timezones())


CATEGORIES = ("revenue", "engagement", "retention")
_TEXTS = (
    *("schedule_id", "item_id", "send_type_key", "category", "channel_key", "target_key", "caption_hash"),
    *("caption_text", "content_type_key", "media_type", "parent_item_id", "linked_item_id", "linked_post_url"),
    *("scheduled_time", "style", "drip_set_id", "tip_goal_mode", "score_parts"),
)


def _tiers(fans: npt.NDArray[np.float64], settings: Settings) -> npt.NDArray[np.object_]:
    """Volume tier of each fan count: the last one whose least number of fans is reached."""
    tier = np.full(len(fans), "", dtype=object)
    for row in sorted(settings.volume.tiers, key=lambda row: row.min_fans):
        tier[fans >= row.min_fans] = row.key
    return tier


def _typed(frame: pd.DataFrame, table: frames.Table) -> pd.DataFrame:
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
