"""Recommendations of the digest: computed from the page's own sends, never canned.

Every advice moves a small share of the week's priced sends toward what earned more. Its effect is
that many sends times the shrunk difference to the page's mean, dollars a week, with the interval of
the mean; advice without a positive effect is not given.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Iterable
from datetime import datetime

import pandas as pd

from eros_assets.reports.digest_model import (
    AdviceCategory,
    DataPart,
    Head,
    Patterns,
    Priority,
    Recommendation,
)
from eros_assets.reports.digest_statistics import CONTENT, DAY_VOLUME, HOUR, LENGTH, PRICE, SEND_TYPE, Group, Statistics
from eros_assets.reports.rendering import money, percent, words
from eros_assets.reports.values import Row
from eros_assets.settings import Settings

_GAP_KINDS = {"content type": CONTENT, "send type": SEND_TYPE}
_COMING_DAYS = 7
"""How far ahead missing captions are told of."""
_PRIORITIES: dict[Priority, int] = {"HIGH": 0, "MEDIUM": 1, "LOW": 2}


def for_creator(
    settings: Settings, statistics: Statistics, creator: Row, patterns: Patterns, items: pd.DataFrame, now: datetime
) -> list[Recommendation]:
    """One page's advice, by expected revenue; ``items`` are its planned items, ``now`` is UTC."""
    found = _missing_captions(settings, creator, items, now)
    if patterns.source == "own" and patterns.horizon_days is not None:
        adviser = _Adviser(settings, statistics, creator, patterns.horizon_days)
        found += adviser.gaps(patterns)
        found += adviser.best_content(patterns)
        found += adviser.length(patterns)
        found += adviser.hours(patterns)
        found += adviser.price()
        found += adviser.day_volume()
    return ranked(found)


def about_data(settings: Settings, head: Head, data: DataPart) -> list[Recommendation]:
    """Advice about the agency's data; its effect in dollars is not known."""
    found = []
    if head.is_stale:
        age = "unknown" if head.data_age_days is None else f"{head.data_age_days} days"
        found.append(_data_advice("HIGH", "Export and drop new message reports", f"data age {age}", 0))
    if data.rows_quarantined:
        share = data.rows_quarantined / max(1, data.rows_read)
        rules = ", ".join(f"{rule} {n}" for rule, n in data.quarantined_by_rule.items())
        priority: Priority = "HIGH" if share > settings.system.ingest.max_quarantined_share else "MEDIUM"
        found.append(
            _data_advice(
                priority,
                f"Look at {data.rows_quarantined:,} quarantined rows",
                f"{percent(share, 1)} of the rows read: {rules}",
                data.rows_read,
            )
        )
    if data.files_rejected:
        found.append(
            _data_advice("HIGH", f"Repair {data.files_rejected} rejected files", "nothing of them is loaded", 0)
        )
    if data.new_unknown_page_count:
        names = ", ".join(page.page_name for page in data.unknown_pages if page.is_new)
        rows = sum(page.rows for page in data.unknown_pages if page.is_new)
        found.append(
            _data_advice("LOW", f"Name the owner of new pages: {names}", f"{rows:,} sends without a creator", rows)
        )
    return found


def ranked(found: Iterable[Recommendation]) -> list[Recommendation]:
    """By expected revenue, then priority; urgent advice about data comes first, the rest of unknown effect last."""
    return sorted(
        found,
        key=lambda advice: (
            not (advice.category == "data" and advice.priority == "HIGH"),
            -(advice.effect or 0.0),
            _PRIORITIES[advice.priority],
            advice.page_name or "",
            advice.recommendation_id,
        ),
    )


class _Adviser:
    """One creator's figures over its horizon."""

    def __init__(self, settings: Settings, statistics: Statistics, creator: Row, horizon: int) -> None:
        self.settings, self.statistics, self.creator, self.horizon = settings, statistics, creator, horizon
        self.entity = creator["creator_id"]
        self.overall = statistics.overall[self.entity, horizon]
        self.weekly = statistics.weekly[self.entity]
        self.moved = self.weekly * settings.digest.shift_share

    def gaps(self, patterns: Patterns) -> list[Recommendation]:
        """Types that are frequent among the best sends and rare overall: send more of them, HIGH."""
        found = []
        for gap in patterns.gaps:
            kind = _GAP_KINDS[gap.kind]
            group = self._group(kind, gap.key)
            name = self._content_name(gap.key) if kind == CONTENT else words(gap.key)
            figure = (
                f"{gap.best_count} of the {self.settings.digest.best_sends} best sends, {percent(gap.share)} of all; "
                f"{money(group.mean)} a send against {money(self.overall.mean)}"
            )
            found += self._advice("content", "HIGH", f"Send more {name}", figure, kind, [group], self.moved)
        return found

    def best_content(self, patterns: Patterns) -> list[Recommendation]:
        """The best content type, where no gap names it already."""
        named = {gap.key for gap in patterns.gaps if gap.kind == "content type"}
        for best in patterns.best_content_types[:1]:
            if best.key not in named:
                group = self._group(CONTENT, best.key)
                figure = (
                    f"{money(group.mean)} a send against {money(self.overall.mean)}, {percent(best.share)} of sends"
                )
                action = f"Plan {self._content_name(best.key)} more often"
                return self._advice("content", None, action, figure, CONTENT, [group], self.moved)
        return []

    def length(self, patterns: Patterns) -> list[Recommendation]:
        """Captions outside the optimal range: HIGH below ``length_share_high``; says so when it does not pay here."""
        share, target = patterns.optimal_length_share, self.settings.scoring.optimal_length_share
        if share is None or share >= target:
            return []
        low, high = self.settings.scoring.optimal_length
        priority: Priority | None = "HIGH" if share < self.settings.digest.length_share_high else None
        inside = [g for g in self.statistics.frequent_enough(self.entity, LENGTH, self.horizon) if g.key == "optimal"]
        action = f"Write captions of {low}–{high} characters"
        moved = self.weekly * (target - share)
        figure = f"{percent(share)} of captions in range, target {percent(target)}"
        if inside:
            figure += f"; {money(inside[0].mean)} a send against {money(self.overall.mean)}"
            found = self._advice("caption", priority, action, figure, LENGTH, inside, moved)
            if found:
                return found
            caveat = "This page's own sends show no gain from the length yet: try it on a few sends first."
        else:
            caveat = "Too few own sends in the range to put a figure on the effect."
        return [
            _recommendation(
                self.creator, "caption", priority or "LOW", action, figure, self.overall.n, self.horizon, None, caveat
            )
        ]

    def hours(self, patterns: Patterns) -> list[Recommendation]:
        """Move sends into the best hours that beat the mean, unless most are there already."""
        hours = [self._group(HOUR, best.key) for best in patterns.best_hours if best.mean > self.overall.mean]
        share = sum(group.n for group in hours) / self.overall.n
        if not hours or share > 1 - self.settings.digest.shift_share:
            return []
        names = ", ".join(f"{int(group.key):02d}:00" for group in sorted(hours, key=lambda group: int(group.key)))
        mean = sum(group.mean * group.n for group in hours) / sum(group.n for group in hours)
        figure = f"{money(mean)} a send against {money(self.overall.mean)}, {percent(share)} of sends there now"
        return self._advice("timing", None, f"Move PPV to {names}", figure, HOUR, hours, self.moved)

    def price(self) -> list[Recommendation]:
        """The price point that earned most, when it is not the usual one."""
        points = self.statistics.frequent_enough(self.entity, PRICE, self.horizon)
        if len(points) < 2 or points[0].n > self.overall.n / 2:
            return []
        best = points[0]
        figure = (
            f"{money(best.mean)} a send against {money(self.overall.mean)}, {percent(best.n / self.overall.n)} of sends"
        )
        return self._advice("price", None, f"Use ${best.key} more often", figure, PRICE, [best], self.moved)

    def day_volume(self) -> list[Recommendation]:
        """Priced sends a day: the count whose days earned most, when the usual day differs."""
        days = self.statistics.frequent_enough(self.entity, DAY_VOLUME, self.horizon)
        every = self.statistics.groups.get((self.entity, DAY_VOLUME, self.horizon), [])
        total = sum(group.n for group in every)
        if len(days) < 2:
            return []
        usual = max(every, key=lambda group: (group.n, -int(group.key)))
        best = days[0]
        if best.key == usual.key:
            return []
        mean = sum(group.mean * group.n for group in every) / total
        more = "more" if int(best.key) > int(usual.key) else "fewer"
        figure = f"days with {best.key} earned {money(best.mean)}, the mean day {money(mean)}, usual are {usual.key}"
        action = f"Send {more} PPV: {best.key} a day on {self.settings.digest.volume_days} days a week"
        overall = Group("all", total, mean, 0.0)
        return self._advice(
            "volume", None, action, figure, DAY_VOLUME, [best], self.settings.digest.volume_days, overall
        )

    def _advice(
        self,
        category: AdviceCategory,
        priority: Priority | None,
        action: str,
        figure: str,
        kind: str,
        groups: list[Group],
        moved: float,
        overall: Group | None = None,
    ) -> list[Recommendation]:
        """Advice to move ``moved`` units a week into ``groups``; nothing when that would not earn more.

        Without ``priority`` it is MEDIUM when the whole interval is a gain, else LOW.
        """
        base = overall or self.overall
        n = sum(group.n for group in groups)
        kappa = self.settings.scoring.shrinkage_kappa
        effect = sum(group.n / n * group.n / (group.n + kappa) * (group.mean - base.mean) for group in groups) * moved
        if effect <= 0:
            return []
        variance = sum((group.n / n * group.n / (group.n + kappa) * group.sd) ** 2 / group.n for group in groups)
        error = self.statistics.z * math.sqrt(variance) * moved
        interval = (effect, effect - error, effect + error)
        chosen: Priority = priority or ("MEDIUM" if effect > error else "LOW")
        keys = {group.key for group in groups}
        caveat = None if kind == DAY_VOLUME else self._disagreement(kind, keys)
        return [_recommendation(self.creator, category, chosen, action, figure, n, self.horizon, interval, caveat)]

    def _disagreement(self, kind: str, keys: set[str]) -> str | None:
        """The horizons whose figures point the other way [10.3]."""
        against = []
        for horizon in self.settings.digest.horizons:
            groups = [g for g in self.statistics.frequent_enough(self.entity, kind, horizon) if g.key in keys]
            if horizon == self.horizon or not groups:
                continue
            mean = sum(group.mean * group.n for group in groups) / sum(group.n for group in groups)
            if mean < self.statistics.overall[self.entity, horizon].mean:
                against.append(f"{horizon}")
        return f"The last {' and '.join(against)} days point the other way." if against else None

    def _group(self, kind: str, key: str) -> Group:
        return next(g for g in self.statistics.groups[self.entity, kind, self.horizon] if g.key == key)

    def _content_name(self, key: str) -> str:
        content = self.settings.content_type.get(key)
        return content.label if content else words(key)


def _missing_captions(settings: Settings, creator: Row, items: pd.DataFrame, now: datetime) -> list[Recommendation]:
    """Planned items of the coming week that wait for a caption; their expected revenue is the effect."""
    start = pd.Timestamp(now)
    coming = (items["scheduled_at"] >= start) & (items["scheduled_at"] < start + pd.Timedelta(days=_COMING_DAYS))
    waiting = items.loc[coming & items["needs_caption"].astype(bool)]
    if waiting.empty:
        return []
    soon = (waiting["scheduled_at"] < start + pd.Timedelta(hours=settings.digest.today_hours)).any()
    kinds = ", ".join(
        f"{words(str(key))} {n}" for key, n in waiting["send_type_key"].value_counts().sort_index().items()
    )
    expected = float(waiting["expected_revenue"].sum())
    bounds = [float(waiting[name].fillna(waiting["expected_revenue"]).sum()) for name in _BOUNDS]
    return [
        _recommendation(
            creator,
            "caption",
            "HIGH" if soon else "MEDIUM",
            f"Choose captions for {len(waiting)} planned items",
            f"{kinds} in the next {_COMING_DAYS} days",
            len(waiting),
            _COMING_DAYS,
            (expected, bounds[0], bounds[1]),
            None,
        )
    ]


_BOUNDS = ("expected_revenue_low", "expected_revenue_high")


def _data_advice(priority: Priority, action: str, figure: str, n: int) -> Recommendation:
    return _recommendation(None, "data", priority, action, figure, n, 1, None, None)


def _recommendation(
    creator: Row | None,
    category: AdviceCategory,
    priority: Priority,
    action: str,
    figure: str,
    n: int,
    horizon: int,
    effect: tuple[float, float, float] | None,
    caveat: str | None,
) -> Recommendation:
    owner = creator["creator_id"] if creator else ""
    return Recommendation(
        recommendation_id=hashlib.sha256(f"{owner}\x1f{category}\x1f{action}".encode()).hexdigest()[:16],
        creator_id=owner or None,
        page_name=creator["page_name"] if creator else None,
        category=category,
        priority=priority,
        action=action,
        figure=figure,
        n=n,
        horizon_days=horizon,
        effect=None if effect is None else round(effect[0], 2),
        effect_low=None if effect is None else round(effect[1], 2),
        effect_high=None if effect is None else round(effect[2], 2),
        caveat=caveat,
    )
