"""How many sends of each type a week wants: targets and limits, before any day is chosen."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import numpy as np

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.domain.volume import DAYS
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.planning.week.records import Analysis
from eros_assets.planning.week.spacing import may_link
from eros_assets.settings import SendType

BUNDLES = ("bundle", "flash_bundle", "snapchat_bundle")
GROUPS = {  # the groups whose shares the mix fixes
    "ppv": ("ppv_unlock",),
    "campaign": ("ppv_wall", "tip_goal"),
    "bundles": BUNDLES,
    "games": ("game_post", "vip_program", "first_to_tip"),
    "links": ("link_drop", "wall_link_drop"),
    "farms": ("dm_farm", "like_farm"),
}


@dataclass(frozen=True)
class Demand:
    """One pot: send types that share a number of sends a day, with their weekly targets and limits."""

    name: str  # revenue, bumps, others, retention
    category: str
    kinds: tuple[SendType, ...]
    per_day: Ints  # (7,)
    target: Floats  # (types,) wanted sends a week, sum = week's total
    week_cap: Ints  # (types,) most sends a week as far as own texts go, or its target where that is more
    hard_cap: Ints  # (types,) most sends a week by the limits of type, tier and audience
    day_cap: Ints  # (types, 7)


def weekly_demands(week: CreatorWeek, eligibility: Eligibility, analysis: Analysis) -> list[Demand]:
    """The week's pots with targets that respect every weekly limit."""
    kinds = [kind for kind in week.types if eligibility.has_any(kind.key)] or list(week.types)
    locked = locked_counts(week)
    pots = {
        "revenue": ("revenue", analysis.revenue, [k for k in kinds if k.category == "revenue"]),
        "bumps": ("engagement", analysis.bumps, [k for k in kinds if k.is_bump]),
        "others": ("engagement", analysis.others, [k for k in kinds if k.category == "engagement" and not k.is_bump]),
        "retention": ("retention", analysis.retention, [k for k in kinds if k.category == "retention"]),
    }
    return [
        _demand(week, eligibility, analysis, name, category, per_day, members, locked)
        for name, (category, per_day, members) in pots.items()
        if members
    ]


def _demand(
    week: CreatorWeek,
    eligibility: Eligibility,
    analysis: Analysis,
    name: str,
    category: str,
    per_day: Ints,
    kinds: list[SendType],
    locked: Counter[tuple[str, int]],
) -> Demand:
    kinds = sorted(kinds, key=lambda kind: kind.sort)
    done = np.array([[locked[kind.key, day] for day in range(DAYS)] for kind in kinds])
    per_day = np.maximum(per_day - done.sum(axis=0), 0)
    day_cap = np.maximum(np.array([[_day_cap(week, kind)] * DAYS for kind in kinds]) - done, 0)
    most = np.array([week_cap(week, kind) for kind in kinds]) - done.sum(axis=1)
    most = np.clip(most, 0, day_cap.sum(axis=1))
    total = int(per_day.sum())
    share = _shares(week, kinds, name)
    weight = share * np.array([max(analysis.type_factor.get(kind.key, 1.0), 1e-6) for kind in kinds])
    for row, kind in enumerate(kinds):
        if kind.key in analysis.winners:
            weight[row] *= week.settings.volume.triggers["EMERGING_WINNER"].factor
    own = _own_text_caps(eligibility, kinds, share, most)
    target = _poured(total, weight, own.astype(float))
    if name == "revenue" and week.on("VOLUME_TRIGGERS"):
        target = _with_campaigns(analysis, kinds, total, weight, own)
    target = _beyond_own_texts(kinds, total, weight, target, most)
    cap = np.minimum(np.maximum(own, np.ceil(target - 1e-9).astype(np.int64)), most)
    return Demand(name, category, tuple(kinds), per_day, target, cap, most, day_cap)


def _own_text_caps(eligibility: Eligibility, kinds: Sequence[SendType], share: Floats, most: Ints) -> Ints:
    """Most sends a week of each type by its own rested texts, within ``most``.

    Types that are written the same texts divide them by ``share``.
    """
    own = [eligibility.own_texts(kind.key) for kind in kinds]
    groups: dict[str, list[int]] = {}
    for row, kind in enumerate(kinds):
        groups.setdefault(kind.caption_types[0], []).append(row)
    capped = most.copy()
    for members in groups.values():
        supply = len(set().union(*(own[row] for row in members)))
        limit = np.array([min(len(own[row]), most[row]) for row in members])
        capped[members] = np.floor(_poured(supply, share[members], limit.astype(float)) + 1e-9).astype(np.int64)
        left = supply - int(capped[members].sum())
        for row in sorted(members, key=lambda row: -share[row]):
            if left > 0 and capped[row] < min(len(own[row]), most[row]):
                capped[row] += 1
                left -= 1
    return capped


def _beyond_own_texts(kinds: Sequence[SendType], total: int, weight: Floats, target: Floats, most: Ints) -> Floats:
    """Targets raised beyond own texts until the pot's number is reached: a shortage of texts lowers no volume.

    First types that sell nothing, for which neutral texts will do; then all, though a person may have to write.
    """
    takes_neutral = np.array([kind.money == "none" for kind in kinds])
    for may in (takes_neutral, np.ones(len(kinds), dtype=bool)):
        lack = total - float(target.sum())
        if lack > 1e-6:
            target = target + _poured(lack, weight, np.where(may, np.maximum(most - target, 0.0), 0.0))
    return target


def _with_campaigns(analysis: Analysis, kinds: Sequence[SendType], total: int, weight: Floats, most: Ints) -> Floats:
    """Targets of revenue types: the week's campaigns as planned [4.3], PPV messages take the rest."""
    is_campaign = np.array([kind.is_campaign for kind in kinds])
    planned = np.minimum([analysis.campaigns.get(kind.key, 0) if kind.is_campaign else 0 for kind in kinds], most)
    rest = max(total - int(planned.sum()), 0)
    return planned + _poured(rest, weight, np.where(is_campaign, 0.0, most))


def campaign_budget(week: CreatorWeek) -> int:
    """Flyer campaigns this week may add so that no 30 days hold more than the campaign rhythm allows [4.3].

    A page without stored weeks gets the month's share of a week.
    """
    rule = week.settings.volume.campaigns
    share = int(rule.total[1] * DAYS / rule.window_days)
    past = week.past_items
    if not len(past):
        return share
    keys = [kind.key for kind in week.settings.send_types if kind.is_campaign]
    since = week.days[-1].toordinal() - rule.window_days
    days = past.loc[past["send_type_key"].isin(keys), "scheduled_date"]
    recent = int(sum(stamp.date().toordinal() > since for stamp in days))
    covered = min(
        rule.window_days, week.days[-1].toordinal() - int(past["scheduled_date"].min().date().toordinal()) + 1
    )
    return max(min(int(rule.total[1] * covered / rule.window_days) - recent, share + 1), 0)


def _shares(week: CreatorWeek, kinds: Sequence[SendType], pot: str) -> Floats:
    """Share of each type in its pot before limits: the mix between groups, inside a group the types' weekly floors."""
    mix = week.settings.volume.category_mix
    of_group = {key: group for group, keys in GROUPS.items() for key in keys}
    groups = [of_group.get(kind.key, pot) for kind in kinds]
    middles = {group: float(np.mean(band)) for bands in mix.values() for group, band in bands.items()}
    floors = np.array([max(kind.weekly_floor, 1) for kind in kinds], dtype=float)
    inside = {group: sum(f for f, g in zip(floors, groups, strict=True) if g == group) for group in set(groups)}
    return np.array([middles.get(g, 1.0) * f / inside[g] for f, g in zip(floors, groups, strict=True)])


def _poured(total: float, weight: Floats, cap: Floats) -> Floats:
    """``total`` shared out by weight, no share above its cap, each at least 1 as far as the total reaches [3.3]."""
    least = np.minimum(cap, 1.0)
    order = np.argsort(-weight, kind="stable")
    target = np.zeros(len(weight))
    target[order] = np.where(np.cumsum(least[order]) <= total, least[order], 0.0)
    goal = min(total, float(cap.sum()))
    for _ in range(len(weight) + 1):
        # Types below their proportional share rise to it, those at a cap or floor stay.
        free = target < cap - 1e-9
        rest = goal - target[~free].sum()
        wanted = weight * rest / max(weight[free].sum(), 1e-12)
        raised = np.where(free, np.clip(wanted, np.minimum(least, target), cap), target)
        low = free & (wanted < np.minimum(least, target))
        if low.any():
            spare = rest - raised[low].sum()
            others = free & ~low
            raised[others] = np.minimum(weight[others] * spare / max(weight[others].sum(), 1e-12), cap[others])
        if np.allclose(raised, target) and abs(raised.sum() - goal) < 1e-6:
            break
        target = np.where(raised >= cap - 1e-9, cap, raised)
        if abs(target.sum() - goal) < 1e-6:
            break
    lack = goal - target.sum()
    if lack > 1e-6:
        room = cap - target
        target = target + room * min(1.0, lack / max(room.sum(), 1e-12))
    return target


def _day_cap(week: CreatorWeek, kind: SendType) -> int:
    """Most sends of a type a day: its own limit, variety, hours between, and its required audience's cap."""
    volume = week.settings.volume
    is_free_of_variety = kind.key in ("ppv_unlock", "link_drop") or kind.is_bump
    cap = kind.max_per_day if is_free_of_variety else min(kind.max_per_day, volume.variety.default_max_per_day)
    window = week.settings.timing.active_window
    open_hours = window.default_end + 1 - window.default_start
    cap = min(cap, (open_hours - 1) // kind.hours_between + 1)
    return min([cap, *(most for most in _target_caps(week, kind, "max_per_day"))])


def week_cap(week: CreatorWeek, kind: SendType) -> int:
    """Most sends of a type a week: its own limit [7.1], its tier's, and its required audience's cap."""
    volume = week.settings.volume
    tier = week.volume_tier
    caps = [DAYS * _day_cap(week, kind), *_target_caps(week, kind, "max_per_week")]
    if kind.max_per_week is not None:
        caps.append(kind.max_per_week)
    if kind.key == "bundle":
        caps.append(volume.tier_limits["bundles_per_week"][tier])
    if kind.key == "game_post":
        caps.append(volume.tier_limits["game_posts_per_week"][tier])
    return min(caps)


def _target_caps(week: CreatorWeek, kind: SendType, name: str) -> list[int]:
    """Limit of the audience that a type cannot do without; none for other types."""
    if not kind.is_target_required:
        return []
    target = next(row for row in week.settings.audiences.targets if row.key == kind.targets[0])
    cap = getattr(target, name)
    return [] if cap is None else [int(cap)]


def locked_counts(week: CreatorWeek) -> Counter[tuple[str, int]]:
    """Items already queued or sent, by type and weekday: they use up the week's limits."""
    locked = week.locked_items
    return (
        Counter(zip(locked["send_type_key"], locked["weekday"].astype(int), strict=True)) if len(locked) else Counter()
    )


def first_running_day(kind: SendType, day: int, latest: int) -> int:
    """The first day of the week from which a campaign of this type may still be linked to at some time of ``day``."""
    hours = latest if kind.expires_hours is None else min(kind.expires_hours, latest)
    return max(day - math.ceil(hours / 24), 0)


def has_live_campaign(week: CreatorWeek, link: SendType) -> bool:
    """Whether something of an earlier week that such a link may point to is still live on Monday."""
    past = week.past_items
    if not len(past):
        return False
    keys = [kind.key for kind in week.settings.send_types if may_link(link, kind)]
    monday, _ = week.to_utc(week.local_time(week.settings.timing.active_window.default_end * 60))
    since = monday - timedelta(hours=week.settings.timing.link_drop_hours_after.latest)
    live = past["send_type_key"].isin(keys) & (past["expires_at"].isna() | (past["expires_at"] > monday))
    live &= past["scheduled_at"] >= since
    return bool(live.any())
