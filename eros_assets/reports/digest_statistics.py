"""Figures of the digest for all creators and the agency at once [10.3].

The population is rated sends; everything but "yesterday" uses settled priced sends. What RPS and the other
figures are stands in ``domain/figures.py``. Aggregation is vectorised; only the finished aggregates, a few
thousand rows, become Python objects.
"""

from __future__ import annotations

import math
from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from statistics import NormalDist
from typing import Any, NamedTuple

import pandas as pd

from eros_assets.domain.figures import SendFigures, capped_earnings, counts, ratio, send_figures, settled_age
from eros_assets.reports.digest_model import (
    BestSend,
    DayFigures,
    FrequencyGap,
    GroupFigure,
    LowestFifth,
    Patterns,
    Timeframe,
)
from eros_assets.reports.values import rows_of
from eros_assets.settings import Settings

AGENCY = "agency"
CONTENT, SEND_TYPE, HOUR, LENGTH, PRICE, DAY_VOLUME = "content", "send_type", "hour", "length", "price", "day_volume"
_KINDS = {CONTENT: "content_type_key", SEND_TYPE: "send_type_key", HOUR: "sent_hour", LENGTH: "optimal", PRICE: "price"}
_GAP_KINDS = {CONTENT: "content type", SEND_TYPE: "send type"}
_OPTIMAL, _OTHER = "optimal", "other"
_BEST_COLUMNS = [
    "send_key",
    "creator_id",
    "send_date",
    "sent_hour",
    "send_type_key",
    "content_type_key",
    "price",
    "char_length",
    "earnings",
]


class Group(NamedTuple):
    """Winsorised earnings of one group: count, mean, sample SD (0 below two)."""

    key: str
    n: int
    mean: float
    sd: float

    def interval(self, z: float) -> tuple[float, float]:
        """Mean ∓ z standard errors."""
        error = z * self.sd / math.sqrt(self.n)
        return self.mean - error, self.mean + error


@dataclass(frozen=True)
class Statistics:
    """Aggregates per entity: a creator id, or :data:`AGENCY`."""

    settings: Settings
    days: dict[str, tuple[DayFigures, DayFigures]]
    newest_date: dict[str, date]
    best: dict[tuple[str, int], list[BestSend]]
    chosen: dict[str, int]
    groups: dict[tuple[str, str, int], list[Group]]
    overall: dict[tuple[str, int], Group]
    frequencies: dict[str, list[FrequencyGap]]
    low_frequencies: dict[str, list[FrequencyGap]]
    lowest: dict[str, tuple[int, float, float]]
    length_shares: dict[str, tuple[float | None, float | None]]
    rates: dict[tuple[str, int], SendFigures]
    weekly: dict[str, float]
    linkages: dict[str, dict[str, Any]]

    @property
    def z(self) -> float:
        """Standard errors on each side of a mean, for the configured interval."""
        return NormalDist().inv_cdf(0.5 + self.settings.digest.interval / 2)

    def yesterday(self, entity: str) -> DayFigures:
        """Figures of the as-of date."""
        return self.days[entity][0] if entity in self.days else _NO_DAY

    def mean_day(self, entity: str) -> DayFigures:
        """Mean day of the days before it."""
        return self.days[entity][1] if entity in self.days else _NO_DAY

    def newest(self, entity: str) -> date | None:
        """Date of the newest send, rated or not."""
        return self.newest_date.get(entity)

    def linkage(self, entity: str) -> dict[str, Any]:
        """Arguments of ``CreatorData``: sends, and the shares with a known caption and content type."""
        empty = {"sends": 0, "caption_matched_share": None, "content_type_known_share": None}
        return self.linkages.get(entity, empty)

    def timeframes(self, entity: str) -> list[Timeframe]:
        """Every horizon side by side."""
        return [self._timeframe(entity, horizon) for horizon in self.settings.digest.horizons]

    def horizon_figures(self, entity: str) -> tuple[int | None, SendFigures]:
        """The horizon in use for the entity, None with too few sends, and its figures."""
        horizon = self.chosen.get(entity)
        return horizon, SendFigures() if horizon is None else self.rates[entity, horizon]

    def patterns(self, entity: str) -> Patterns:
        """What works, over the shortest horizon with enough sends; the agency's figures when the page has too few."""
        if entity in self.chosen:
            return self._patterns(entity, "own")
        if AGENCY in self.chosen and entity != AGENCY:
            return self._patterns(AGENCY, "pool")
        return Patterns(
            source="none",
            horizon_days=None,
            n=0,
            best_content_types=[],
            best_hours=[],
            optimal_length_share=None,
            optimal_length_share_best=None,
            lowest_fifth=None,
            gaps=[],
        )

    def frequent_enough(self, entity: str, kind: str, horizon: int) -> list[Group]:
        """Groups with enough sends for a pattern, best mean first."""
        least = self.settings.digest.pattern_min_sends
        groups = [group for group in self.groups.get((entity, kind, horizon), []) if group.n >= least]
        return sorted(groups, key=lambda group: (-group.mean, -group.n, group.key))

    def _timeframe(self, entity: str, horizon: int) -> Timeframe:
        found = self.rates.get((entity, horizon), SendFigures())
        low, high = self.overall[entity, horizon].interval(self.z) if found.n > 1 else (None, None)
        return Timeframe(
            days=horizon,
            count=found.n,
            total=round(found.earned, 2),
            mean=found.rps,
            low=low,
            high=high,
            best=self.best.get((entity, horizon), []),
            conversion=found.conversion,
            rpr=found.rpr,
        )

    def _patterns(self, entity: str, source: Any) -> Patterns:
        rules = self.settings.digest
        horizon = self.chosen[entity]
        share, share_best = self.length_shares[entity]
        low = self.lowest.get(entity)
        return Patterns(
            source=source,
            horizon_days=horizon,
            n=self.overall[entity, horizon].n,
            best_content_types=self._figures(entity, CONTENT, horizon)[: rules.best_content_types],
            best_hours=self._figures(entity, HOUR, horizon)[: rules.best_hours],
            optimal_length_share=share,
            optimal_length_share_best=share_best,
            lowest_fifth=None
            if low is None
            else LowestFifth(count=low[0], ceiling=low[1], mean=low[2], frequent=self.low_frequencies.get(entity, [])),
            gaps=self.frequencies.get(entity, []),
        )

    def _figures(self, entity: str, kind: str, horizon: int) -> list[GroupFigure]:
        n = self.overall[entity, horizon].n
        figures = []
        for group in self.frequent_enough(entity, kind, horizon):
            low, high = group.interval(self.z)
            figures.append(
                GroupFigure(key=group.key, n=group.n, share=group.n / n, mean=group.mean, low=low, high=high)
            )
        return figures


_NO_DAY = DayFigures(sends=0, priced=0, earnings=0, rps=None, conversion=None)


def compute(sends: pd.DataFrame, as_of: pd.Timestamp, settings: Settings) -> Statistics:
    """All aggregates of FCT_SENDS rows that belong to a managed page and end on ``as_of``."""
    rules = settings.digest
    newest = sends.groupby("creator_id")["send_date"].max()
    frame = _prepare(sends, as_of, settings)
    settled = frame.loc[frame["settled"]].sort_values(
        ["earnings", "sent_at", "send_key"], ascending=[False, True, True], kind="stable"
    )
    ages = {horizon: settled.loc[settled["settled_age"] < horizon] for horizon in rules.horizons}
    rates: dict[tuple[str, int], SendFigures] = {}
    best: dict[tuple[str, int], list[BestSend]] = {}
    groups: dict[tuple[str, str, int], list[Group]] = defaultdict(list)
    overall: dict[tuple[str, int], Group] = {}
    for horizon, part in ages.items():
        rates |= {(entity, horizon): found for entity, found in send_figures(part, "entity").items()}
        for entity, top in part.groupby("entity").head(rules.best_sends).groupby("entity"):
            best[str(entity), horizon] = _best_sends(top)
        for entity, _, group in _group_table(part.assign(all="all"), "all"):
            overall[entity, horizon] = group
        for kind, column in _KINDS.items():
            for entity, _, group in _group_table(part, column):
                groups[entity, kind, horizon].append(group)
        daily = part.groupby(["entity", "send_date"]).agg(sends=("value", "size"), value=("value", "sum")).reset_index()
        for entity, _, group in _group_table(daily, "sends"):
            groups[entity, DAY_VOLUME, horizon].append(group)
    chosen = _choose_horizons(overall, settings)
    reach = settled["entity"].astype(object).map(chosen).astype("float64")
    rows = settled.loc[settled["settled_age"] < reach.fillna(0)]
    ranked = _rank(rows, settings)
    dates = {str(entity): value.date() for entity, value in newest.items()}
    return Statistics(
        settings=settings,
        days=_days(frame, settings),
        newest_date=dates | ({AGENCY: max(dates.values())} if dates else {}),
        best=best,
        chosen=chosen,
        groups=dict(groups),
        overall=overall,
        frequencies=_frequencies(ranked, "is_best", settings),
        low_frequencies=_frequencies(ranked, "is_low", settings),
        lowest=_lowest(ranked),
        length_shares=_length_shares(ranked),
        rates=rates,
        weekly=_weekly(rows, chosen),
        linkages=_linkages(frame.loc[frame["age"] < max(rules.horizons)]),
    )


def _prepare(sends: pd.DataFrame, as_of: pd.Timestamp, settings: Settings) -> pd.DataFrame:
    """Rated sends of the longest horizon with plain dtypes, once per creator and once for the agency."""
    age = (as_of - sends["send_date"]).dt.days
    settled_days = settled_age(sends["send_date"], as_of, settings)
    rated = sends["is_rated"].astype(bool) & (settled_days < max(settings.digest.horizons))
    # One order whatever the input's: sums of floats depend on it.
    kept = sends.loc[rated].sort_values(["sent_at", "send_key"], kind="stable")
    low, high = settings.scoring.optimal_length
    length = kept["char_length"].astype("float64")
    frame = pd.DataFrame(
        {
            "entity": kept["creator_id"].astype(object),
            **{name: kept[name].astype(object) for name in ("send_key", "creator_id", "send_type_key")},
            "content_type_key": kept["content_type_key"].astype(object).where(kept["content_type_key"].notna(), None),
            "send_date": kept["send_date"],
            "sent_at": kept["sent_at"],
            "age": age.loc[kept.index],
            "settled_age": settled_days.loc[kept.index],
            "sent_hour": kept["sent_hour"].astype("int64"),
            "price": kept["price"].astype("float64").round(2),
            "char_length": length,
            "optimal": length.between(low, high).map({True: _OPTIMAL, False: _OTHER}).where(length.notna(), None),
            "earnings": kept["earnings"].astype("float64"),
            "value": capped_earnings(kept, as_of, settings),
            "priced": kept["is_priced"].astype(bool),
            "settled": counts(kept, as_of, settings),
            "matched": kept["is_caption_matched"].astype(bool),
            **{
                name: kept[name].astype("float64").fillna(0.0)
                for name in ("sent_count", "viewed_count", "purchased_count")
            },
        }
    )
    both = pd.concat([frame, frame.assign(entity=AGENCY)], ignore_index=True)
    both["entity"] = both["entity"].astype("category")
    return both


def _group_table(part: pd.DataFrame, column: str) -> list[tuple[str, str, Group]]:
    """(entity, key, figures) of each value of ``column``; rows without a value are left out."""
    table = part.groupby(["entity", column], observed=True)["value"].agg(["size", "mean", "std"])
    return [
        (str(entity), _key(key), Group(_key(key), int(n), float(mean), _number(sd)))
        for (entity, key), n, mean, sd in table.itertuples(name=None)
    ]


def _choose_horizons(overall: dict[tuple[str, int], Group], settings: Settings) -> dict[str, int]:
    """The shortest horizon with enough sends per entity, else the longest that can carry a pattern [10.3]."""
    rules = settings.digest
    chosen: dict[str, int] = {}
    for entity in sorted({entity for entity, _ in overall}):
        counts = {horizon: overall[entity, horizon].n for horizon in rules.horizons if (entity, horizon) in overall}
        enough = [horizon for horizon, n in counts.items() if n >= rules.horizon_min_sends]
        longest = max(rules.horizons)
        if enough:
            chosen[entity] = min(enough)
        elif counts.get(longest, 0) >= rules.pattern_min_sends:
            chosen[entity] = longest
    return chosen


def _rank(rows: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Marks of the best sends and the lowest fifth per entity; ``rows`` come best first."""
    rules = settings.digest
    by_entity = rows.groupby("entity", observed=True)
    place = by_entity.cumcount()
    size = by_entity["value"].transform("size")
    low = (size * rules.lowest_share).astype("int64")
    return rows.assign(is_best=place < rules.best_sends, is_low=place >= size - low)


def _frequencies(ranked: pd.DataFrame, mark: str, settings: Settings) -> dict[str, list[FrequencyGap]]:
    """Types more than ``frequency_gap`` times as frequent among the marked sends as overall, strongest first."""
    rules = settings.digest
    found: dict[str, list[FrequencyGap]] = defaultdict(list)
    whole = ranked.groupby("entity", observed=True)[mark].agg(["size", "sum"])
    for kind, name in _GAP_KINDS.items():
        table = ranked.groupby(["entity", _KINDS[kind]], observed=True)[mark].agg(["size", "sum"])
        for (entity, key), n, marked in table.itertuples(name=None):
            all_n, all_marked = whole.loc[entity]
            if n < rules.pattern_min_sends or not marked:
                continue
            share, best_share = n / all_n, marked / all_marked
            if best_share / share > rules.frequency_gap:
                gap = FrequencyGap(
                    kind=name,
                    key=str(key),
                    n=int(n),
                    best_count=int(marked),
                    share=float(share),
                    best_share=float(best_share),
                    ratio=float(best_share / share),
                )
                found[str(entity)].append(gap)
    return {entity: sorted(gaps, key=lambda gap: (-gap.ratio, gap.kind, gap.key)) for entity, gaps in found.items()}


def _lowest(ranked: pd.DataFrame) -> dict[str, tuple[int, float, float]]:
    low = ranked.loc[ranked["is_low"]].groupby("entity", observed=True)["earnings"].agg(["size", "max", "mean"])
    return {str(entity): (int(n), float(top), float(mean)) for entity, n, top, mean in low.itertuples(name=None)}


def _length_shares(ranked: pd.DataFrame) -> dict[str, tuple[float | None, float | None]]:
    """Share of captions in the optimal range: of all sends with a text, and of the best ones."""
    known = ranked.loc[ranked["optimal"].notna()]
    inside = known.assign(inside=known["optimal"] == _OPTIMAL)
    overall = inside.groupby("entity", observed=True)["inside"].mean()
    among = inside.loc[inside["is_best"]].groupby("entity", observed=True)["inside"].mean()
    return {
        str(entity): (_optional(overall.get(entity)), _optional(among.get(entity)))
        for entity in ranked["entity"].unique()
    }


def _weekly(rows: pd.DataFrame, chosen: dict[str, int]) -> dict[str, float]:
    """Priced sends a week over the entity's horizon; a new page counts from its first send."""
    spans = rows.groupby("entity", observed=True)["settled_age"].agg(["size", "max"])
    return {
        str(entity): float(n) / max(7.0, min(chosen[str(entity)], oldest + 1)) * 7
        for entity, n, oldest in spans.itertuples(name=None)
    }


def _days(frame: pd.DataFrame, settings: Settings) -> dict[str, tuple[DayFigures, DayFigures]]:
    """Yesterday, and the mean day of the days before it; days without sends count as zero."""
    span = settings.digest.mean_days
    recent = frame.loc[frame["age"] <= span]
    priced = recent["priced"]
    sums = (
        recent.assign(
            is_yesterday=recent["age"] == 0,
            priced_value=recent["value"].where(priced, 0.0),
            viewed=recent["viewed_count"].where(priced, 0.0),
            bought=recent["purchased_count"].where(priced, 0.0),
        )
        .groupby(["entity", "is_yesterday"], observed=True)
        .agg(
            sends=("value", "size"),
            priced=("priced", "sum"),
            earnings=("earnings", "sum"),
            priced_value=("priced_value", "sum"),
            viewed=("viewed", "sum"),
            bought=("bought", "sum"),
        )
    )
    figures: dict[str, dict[bool, DayFigures]] = defaultdict(dict)
    for (entity, is_yesterday), n, count, earnings, priced_value, viewed, bought in sums.itertuples(name=None):
        days = 1 if is_yesterday else span
        figures[str(entity)][bool(is_yesterday)] = DayFigures(
            sends=n / days,
            priced=count / days,
            earnings=round(earnings / days, 2),
            rps=ratio(priced_value, count),
            conversion=ratio(bought, viewed),
        )
    return {entity: (found.get(True, _NO_DAY), found.get(False, _NO_DAY)) for entity, found in figures.items()}


def _linkages(frame: pd.DataFrame) -> dict[str, dict[str, Any]]:
    table = (
        frame.assign(known=frame["content_type_key"].notna())
        .groupby("entity", observed=True)
        .agg(sends=("value", "size"), matched=("matched", "mean"), known=("known", "mean"))
    )
    return {
        str(entity): {
            "sends": int(n),
            "caption_matched_share": float(matched),
            "content_type_known_share": float(known),
        }
        for entity, n, matched, known in table.itertuples(name=None)
    }


def _best_sends(top: pd.DataFrame) -> list[BestSend]:
    rows = rows_of(top[_BEST_COLUMNS].rename(columns={"send_date": "sent_date"}))
    return [
        BestSend(
            **row
            | {
                "sent_date": row["sent_date"].date(),
                "char_length": None if row["char_length"] is None else int(row["char_length"]),
            }
        )
        for row in rows
    ]


def _key(value: Any) -> str:
    return f"{value:.2f}" if isinstance(value, float) else str(value)


def _number(value: float) -> float:
    """0 for the undefined spread of a single send."""
    return 0.0 if math.isnan(value) else float(value)


def _optional(value: Any) -> float | None:
    return None if value is None else float(value)
