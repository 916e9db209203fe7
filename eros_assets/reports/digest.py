"""The daily digest [10.2, 10.3, 4.4]: what happened, what works, what to do today.

Seven steps: statistics → best → frequency → gaps → increases → stops → actions. Figures rest on
settled (older than the maturity window), rated, priced sends, each with its n, its interval and the
horizon it comes from. Averages are winsorised; advice is shrunk toward the page's own mean,
so that five lucky sends do not beat a hundred good ones. Statistics are computed for all creators
and the agency at once.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

import pandas as pd

from eros_assets.domain.figures import NO_FANS, FanFigures
from eros_assets.reports import advice, digest_statistics
from eros_assets.reports.digest_focus import cancelled_fans, fans_by_entity, focus
from eros_assets.reports.digest_model import (
    CalendarLink,
    CreatorData,
    DataPart,
    DayFigures,
    Digest,
    Head,
    Metric,
    PlannedItem,
    Section,
    Stop,
    Today,
    UnknownPage,
)
from eros_assets.reports.digest_statistics import AGENCY, Statistics
from eros_assets.reports.explanation import in_sentence
from eros_assets.reports.rendering import change, money, number, render, shown
from eros_assets.reports.values import Row, rows_of, safe_name, strict_json
from eros_assets.reports.week_explanation import PlannedAs
from eros_assets.settings import Settings

COMPLETE_FIELDS = ("display_name", "page_type", "timezone", "content_category", "sub_type", "persona_type")


def build_digest(
    settings: Settings,
    *,
    as_of_date: date,
    now: datetime,
    creators: pd.DataFrame,
    sends: pd.DataFrame,
    health: pd.DataFrame,
    send_types: pd.DataFrame,
    content_types: pd.DataFrame,
    schedules: pd.DataFrame,
    items: pd.DataFrame,
    page_metrics: pd.DataFrame,
    ledger: pd.DataFrame,
    quarantine: pd.DataFrame,
    contradictions: int,
) -> Digest:
    """The digest of the morning after ``as_of_date``, for the agency and every active creator.

    ``sends`` is FCT_SENDS of at least the longest horizon, including pages nobody manages;
    ``health``, ``send_types`` and ``content_types`` are CREATOR_HEALTH, SEND_TYPE_PERFORMANCE and
    CONTENT_TYPE_PERFORMANCE of ``as_of_date``; ``schedules`` and ``items`` the schedules in force and
    their items; ``page_metrics``, ``ledger`` and ``quarantine`` RAW tables; ``contradictions`` how often
    figures of a send had to be mended because they contradicted each other. ``now`` is UTC. Sends after
    ``as_of_date`` are ignored.
    """
    rules = settings.digest
    as_of = pd.Timestamp(as_of_date)
    seen = sends.loc[sends["send_date"] <= as_of]
    active = creators.loc[creators["is_active"]].sort_values(["page_name"], kind="stable")
    own = seen.loc[seen["creator_id"].isin(active["creator_id"])]
    statistics = digest_statistics.compute(own, as_of, settings)
    planned = items.loc[items["schedule_id"].isin(schedules["schedule_id"])]
    managed = health.loc[health["creator_id"].isin(active["creator_id"])]
    fans = fans_by_entity(managed, cancelled_fans(page_metrics, as_of, settings))
    stops = _stops(
        send_types, content_types, dict(zip(active["creator_id"], active["page_name"], strict=True)), settings
    )
    calendars = _calendars(schedules, as_of + pd.Timedelta(days=1))
    sections = [
        _creator_section(
            row, settings, statistics, fans.get(row["creator_id"], NO_FANS), stops, planned, now, as_of
        ).model_copy(update={"calendars": calendars.get(row["creator_id"], [])})
        for row in rows_of(active)
    ]
    agency = _agency_section(settings, statistics, sections, planned, now, as_of, fans[AGENCY])
    data = _data_part(
        settings, seen, creators, send_types, content_types, items, ledger, quarantine, contradictions, now, as_of
    )
    data_advice = advice.about_data(settings, agency.head, data)
    ranked = advice.ranked([*data_advice, *(r for s in sections for r in s.recommendations)])
    agency = agency.model_copy(update={"recommendations": ranked[: rules.max_recommendations]})
    return Digest(
        digest_date=as_of_date + timedelta(days=1),
        as_of_date=as_of_date,
        interval=rules.interval,
        agency=agency,
        creators={section.page_name: section for section in sections},
        data=data,
        preset=settings.system.preset,
        method=settings.method,
        preset_changes=list(settings.preset_changes),
        winsor_quantile=settings.scoring.winsor_quantile,
    )


def digest_json(digest: Digest) -> bytes:
    """The whole digest as strict JSON."""
    return strict_json(digest.model_dump(mode="python"))


def digest_html(digest: Digest, section: Section | None = None) -> bytes:
    """The agency's page, or with ``section`` one creator's."""
    names = {each.creator_id: each.page_name for each in digest.creators.values()}
    return render(
        "digest.html.j2",
        root="../../../" if section else "../../",
        plan=digest_plan(digest),
        digest=digest,
        section=section or digest.agency,
        names=names,
        interval=digest.interval,
        file_of=safe_name,
    )


def digest_plan(digest: Digest) -> PlannedAs:
    """How the configuration of the digest's morning plans weeks."""
    return PlannedAs.of(digest.preset, digest.method, digest.preset_changes)


def digest_text(digest: Digest, page_name: str | None = None) -> str:
    """The digest in a few lines for a terminal: the agency's, or one page's."""
    section = digest.creators[page_name] if page_name else digest.agency
    head = section.head
    plan = digest_plan(digest)
    lines = [
        f"{section.display_name} · {head.digest_date} · data up to {digest.as_of_date}",
        *(f"{metric.label}: {metric_text(metric)}" for metric in section.focus),
        _yesterday_line(head),
        *head.notes,
        f"next {section.today.hours} hours: {len(section.today.items)} sends, "
        f"{len(section.today.needs_caption)} need a caption, {len(section.today.links_expiring)} links expire",
        *([f"weeks are planned as {plan.line}"] if plan.is_known else []),
        "",
    ]
    for item in section.recommendations:
        owner = f"{item.page_name}: " if item.page_name and page_name is None else ""
        effect = "" if item.effect is None else f", {money(item.effect)} a week"
        sends = "" if item.category == "data" else f"; {number(item.n)} sends"
        lines.append(f"{item.priority:6} {owner}{item.action}{effect} ({item.figure}{sends})")
    if not section.recommendations:
        lines.append("Nothing to change today.")
    stops = [f"{in_sentence(stop.key)} ({stop.kind}, {stop.n} sends)" for stop in section.stops if page_name]
    if stops:
        lines.append("stop: " + ", ".join(stops))
    return "\n".join(lines)


def metric_text(metric: Metric) -> str:
    """A headline figure with what it is of: ``$57.13 (earnings ÷ priced sends, 747 sends)``."""
    if metric.value is None:
        return f"{shown(None, metric.unit)} ({metric.missing})"
    return f"{shown(metric.value, metric.unit)} ({metric.basis}, {number(metric.n)} {metric.counted})"


def _yesterday_line(head: Head) -> str:
    day, name = head.yesterday, f"yesterday, {head.digest_date - timedelta(days=1)}:"
    if head.is_stale:
        return f"{name} no data"
    against = f"{change(head.change['earnings'])} against the {head.mean_days}-day mean"
    return (
        f"{name} {number(day.sends)} sends, {money(day.earnings)} ({against}), RPS of the day {shown(day.rps, '$')},"
        f" conversion of the day {shown(day.conversion, '%')}"
    )


def digest_files(digest: Digest) -> dict[str, bytes]:
    """Relative path → bytes: ``index.html``, ``digest.json`` and per creator ``creators/<page>.{html,json}``."""
    files = {"index.html": digest_html(digest), "digest.json": digest_json(digest)}
    for section in digest.creators.values():
        name = safe_name(section.page_name)
        files[f"creators/{name}.html"] = digest_html(digest, section)
        files[f"creators/{name}.json"] = strict_json(section.model_dump(mode="python"))
    return files


def _creator_section(
    creator: Row,
    settings: Settings,
    statistics: Statistics,
    fans: FanFigures,
    stops: dict[str, list[Stop]],
    planned: pd.DataFrame,
    now: datetime,
    as_of: pd.Timestamp,
) -> Section:
    creator_id = creator["creator_id"]
    mine = planned.loc[planned["creator_id"] == creator_id]
    patterns = statistics.patterns(creator_id)
    today = _today(mine, now, settings)
    recommendations = advice.for_creator(settings, statistics, creator, patterns, mine, now)
    return Section(
        scope="creator",
        creator_id=creator_id,
        page_name=creator["page_name"],
        display_name=creator["display_name"] or creator["page_name"],
        page_type=creator["page_type"],
        head=_head(statistics, creator_id, as_of, settings),
        focus=focus(creator_id, creator["page_type"], statistics, fans),
        timeframes=statistics.timeframes(creator_id),
        patterns=patterns,
        recommendations=recommendations[: settings.digest.max_recommendations],
        stops=stops.get(creator_id, []),
        today=today,
        data=CreatorData(
            missing_fields=[name for name in COMPLETE_FIELDS if creator[name] in (None, "")],
            **statistics.linkage(creator_id),
        ),
    )


def _agency_section(
    settings: Settings,
    statistics: Statistics,
    sections: list[Section],
    planned: pd.DataFrame,
    now: datetime,
    as_of: pd.Timestamp,
    fans: FanFigures,
) -> Section:
    """The agency's own part; its advice is the creators' advice, because a pool figure mixes pages."""
    return Section(
        scope="agency",
        creator_id=None,
        page_name="agency",
        display_name="Agency",
        page_type=None,
        head=_head(statistics, AGENCY, as_of, settings),
        focus=focus(AGENCY, None, statistics, fans),
        timeframes=statistics.timeframes(AGENCY),
        patterns=statistics.patterns(AGENCY),
        recommendations=[],
        stops=sorted(
            (stop for section in sections for stop in section.stops if stop.kind == "AVOID"),
            key=lambda stop: (stop.performance_score, stop.page_name, stop.key),
        ),
        today=_today(planned, now, settings),
        data=CreatorData(missing_fields=[], **statistics.linkage(AGENCY)),
    )


def _head(statistics: Statistics, entity: str, as_of: pd.Timestamp, settings: Settings) -> Head:
    """Yesterday against the mean of the days before it; late or missing data is said in words."""
    yesterday, mean = statistics.yesterday(entity), statistics.mean_day(entity)
    newest = statistics.newest(entity)
    age = None if newest is None else (as_of.date() - newest).days
    stale = age is None or age >= settings.scoring.stale_days
    notes = []
    if age is None:
        notes.append("No sends are known for this page: pool figures apply until the first export.")
    elif stale:
        notes.append(f"Data are late: the newest send is {age} days old ({newest}).")
    if yesterday.sends == 0 and age is not None:
        notes.append("A quiet day: no sends yesterday.")
    elif yesterday.sends:
        notes.append(f"Yesterday's earnings still grow: sends settle after {settings.scoring.maturity_hours} hours.")
    return Head(
        digest_date=as_of.date() + timedelta(days=1),
        data_age_days=age,
        newest_send_date=newest,
        is_stale=stale,
        yesterday=yesterday,
        mean_day=mean,
        change=_changes(yesterday, mean),
        mean_days=settings.digest.mean_days,
        notes=notes,
    )


def _changes(yesterday: DayFigures, mean: DayFigures) -> dict[str, float | None]:
    pairs = {
        name: (getattr(yesterday, name), getattr(mean, name)) for name in ("sends", "earnings", "rps", "conversion")
    }
    return {name: new / old - 1 if old and new is not None else None for name, (new, old) in pairs.items()}


def _stops(
    send_types: pd.DataFrame, content_types: pd.DataFrame, page_names: dict[str, str], settings: Settings
) -> dict[str, list[Stop]]:
    """Non-converters per creator: AVOID types, and candidates below the LOW score with too few sends to say."""
    found: dict[str, list[Stop]] = {}
    for kind, key, table in (
        ("send type", "send_type_key", send_types),
        ("content type", "content_type_key", content_types),
    ):
        weak = (table["performance_tier"] == "AVOID") | (table["performance_score"] < settings.scoring.tiers.LOW)
        known = table["creator_id"].isin(page_names)
        for row in rows_of(table.loc[weak & known & (table["send_count"] > 0)]):
            stop = Stop(
                kind="AVOID" if row["performance_tier"] == "AVOID" else "candidate",
                what=kind,
                key=row[key],
                n=row["send_count"],
                rps=row["rps"],
                performance_score=row["performance_score"],
                creator_id=row["creator_id"],
                page_name=page_names[row["creator_id"]],
            )
            found.setdefault(stop.creator_id, []).append(stop)
    return {
        creator: sorted(stops, key=lambda stop: (stop.kind != "AVOID", stop.performance_score, stop.what, stop.key))
        for creator, stops in found.items()
    }


def _today(items: pd.DataFrame, now: datetime, settings: Settings) -> Today:
    """The next hours of the schedules in force: sends, missing captions, expiring links, pins to change."""
    hours = settings.digest.today_hours
    start, end = pd.Timestamp(now), pd.Timestamp(now) + pd.Timedelta(hours=hours)

    def within(column: str) -> pd.DataFrame:
        hit = (items[column] >= start) & (items[column] < end)
        return items.loc[hit.fillna(False).astype(bool)].sort_values([column, "item_id"], kind="stable")

    due = within("scheduled_at")
    expiring = within("expires_at")
    linked = expiring["send_type_key"].map({key: kind.link for key, kind in settings.send_type.items()})
    return Today(
        hours=hours,
        items=_planned(due),
        expected_revenue=float(due["expected_revenue"].sum()),
        needs_caption=_planned(due.loc[due["needs_caption"].astype(bool)]),
        links_expiring=_planned(expiring.loc[linked.fillna(False).astype(bool)]),
        pins_to_set=_planned(within("pin_at")),
        pins_to_remove=_planned(within("unpin_at")),
    )


def _calendars(schedules: pd.DataFrame, day: pd.Timestamp) -> dict[str, list[CalendarLink]]:
    """Published weeks per creator that are not over on ``day``, the nearest first."""
    found: dict[str, list[CalendarLink]] = {}
    open_weeks = schedules.loc[schedules["week_end"] >= day].sort_values(["week_start"], kind="stable")
    for row in rows_of(open_weeks):
        week = row["week_start"].date()
        link = CalendarLink(week_start=week, folder=f"published/{week}/{safe_name(row['page_name'])}")
        found.setdefault(row["creator_id"], []).append(link)
    return found


def _planned(items: pd.DataFrame) -> list[PlannedItem]:
    names = ("item_id", "creator_id", "scheduled_date", "scheduled_time", "send_type_key", "price", "expected_revenue")
    return [
        PlannedItem(**{name: row[name] for name in names} | {"scheduled_date": row["scheduled_date"].date()})
        for row in rows_of(items[list(names)])
    ]


def _data_part(
    settings: Settings,
    seen: pd.DataFrame,
    creators: pd.DataFrame,
    send_types: pd.DataFrame,
    content_types: pd.DataFrame,
    items: pd.DataFrame,
    ledger: pd.DataFrame,
    quarantine: pd.DataFrame,
    contradictions: int,
    now: datetime,
    as_of: pd.Timestamp,
) -> DataPart:
    """What was loaded in the last day, what was not, and the data quality score."""
    rules = settings.digest
    recent = ledger.loc[(ledger["ingested_at"] > pd.Timestamp(now) - pd.Timedelta(days=1))]
    recent = recent.loc[recent["ingested_at"] <= pd.Timestamp(now)]
    held_back = quarantine.loc[quarantine["file_hash"].isin(recent["file_hash"])]
    unknown = seen.loc[seen["creator_id"].isna() & seen["page_name"].notna()]
    pages = (
        unknown.groupby("page_name")
        .agg(rows=("send_key", "size"), first_date=("send_date", "min"), last_date=("send_date", "max"))
        .reset_index()
        .sort_values(["rows", "page_name"], ascending=[False, True], kind="stable")
    )
    pages["is_new"] = pages["first_date"] > as_of - pd.Timedelta(days=rules.new_page_days)
    parts = _quality_parts(settings, seen, creators, send_types, content_types, items, contradictions)
    score = sum(share * getattr(rules.quality_weights, name) for name, share in parts.items())
    listed = pages.sort_values(["is_new", "rows", "page_name"], ascending=[False, False, True], kind="stable")
    return DataPart(
        files=len(recent),
        files_rejected=int((recent["status"] == "rejected").sum()),
        rows_read=int(recent["rows_read"].sum()),
        rows_loaded=int(recent["rows_loaded"].sum()),
        rows_updated=int(recent["rows_updated"].sum()),
        rows_duplicate=int(recent["rows_duplicate"].sum()),
        rows_quarantined=int(recent["rows_quarantined"].sum()),
        quarantine_open=len(quarantine),
        quarantined_by_rule={str(rule): int(n) for rule, n in held_back["rule"].value_counts().sort_index().items()},
        quality_score=round(score, 1),
        quality_grade=next(grade.grade for grade in rules.grades if round(score, 1) >= grade.from_),
        quality_parts={name: round(share, 4) for name, share in parts.items()},
        unknown_page_count=len(pages),
        new_unknown_page_count=int(pages["is_new"].sum()),
        unknown_pages=[
            UnknownPage(
                page_name=row["page_name"],
                rows=row["rows"],
                first_date=row["first_date"].date(),
                last_date=row["last_date"].date(),
                is_new=bool(row["is_new"]),
            )
            for row in rows_of(listed.head(rules.max_unknown_pages))
        ],
    )


def _quality_parts(
    settings: Settings,
    sends: pd.DataFrame,
    creators: pd.DataFrame,
    send_types: pd.DataFrame,
    content_types: pd.DataFrame,
    items: pd.DataFrame,
    contradictions: int,
) -> dict[str, float]:
    """Share of sound rows per part of the data quality score, 0–1; a part without rows is sound."""

    def share(sound: pd.Series) -> float:
        return float(sound.mean()) if len(sound) else 1.0

    linked = sends["creator_id"].notna()
    scores = pd.concat([send_types["performance_score"], content_types["performance_score"]])
    freshness = items["freshness"].dropna()
    fields = creators[list(COMPLETE_FIELDS)]
    return {
        "referential_integrity": share(sends.loc[linked, "creator_id"].isin(creators["creator_id"])),
        "sends_linked": share(linked),
        "freshness_valid": share(freshness.between(0, 100)),
        "performance_valid": share(scores.between(0, 100).fillna(False)),
        "creator_completeness": float((fields.notna() & (fields != "")).mean().mean()) if len(fields) else 1.0,
        "logical_integrity": max(0.0, 1 - contradictions / len(sends)) if len(sends) else 1.0,
    }
