"""The static site: a dashboard over all creators and one page per creator.

Links are relative, from ``$EROS_HOME/site`` to the published calendars and the digests beside it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import pandas as pd

from eros_assets.domain.figures import FIGURES, IN_FORCE, expected_revenue
from eros_assets.reports.digest_model import Digest
from eros_assets.reports.explanation import plain_words
from eros_assets.reports.rendering import number, render
from eros_assets.reports.run_report import run_lines
from eros_assets.reports.values import Row, rows_of, safe_name
from eros_assets.reports.week_explanation import bound_words, configured_as, planned_as
from eros_assets.rules.captions.character_length import character_length
from eros_assets.settings import Settings


def site_files(
    settings: Settings,
    *,
    schedules: pd.DataFrame,
    verdicts: pd.DataFrame,
    creators: pd.DataFrame,
    health: pd.DataFrame,
    coverage: pd.DataFrame,
    ledger: pd.DataFrame,
    quarantine: pd.DataFrame,
    digest: Digest | None,
    digest_dates: Sequence[date],
    run_summary: Mapping[str, Any] | None,
) -> dict[str, bytes]:
    """Relative path → bytes: ``index.html`` and ``creators/<page>.html``.

    ``schedules`` holds SCHEDULE rows of any number of weeks and versions, ``verdicts`` the
    SCHEDULE_VERDICTS of at least the newest week, ``health`` the newest CREATOR_HEALTH rows, ``coverage`` the
    GAP_COVERAGE of any number of weeks, ``digest_dates`` the as-of days that have a digest folder, ``run_summary``
    the last run's figures.
    """
    known = schedules.sort_values(["page_name", "week_start", "version"], ascending=[True, False, False], kind="stable")
    newest = known.drop_duplicates(["creator_id", "week_start"])
    week = newest["week_start"].max() if len(newest) else None
    # A held plan leaves the last good version of its week in force, under the same address.
    published = {(row["creator_id"], row["week_start"]) for row in rows_of(known[known["status"].isin(IN_FORCE)])}
    weeks = [_week_view(row, published) for row in rows_of(newest)]
    current = [row for row in weeks if week is not None and row["week_start"] == week]
    reasons = _held_reasons(current, verdicts)
    advice = {section.creator_id: section for section in digest.creators.values()} if digest else {}
    health_rows = {row["creator_id"]: row for row in rows_of(health)}
    people = rows_of(creators.sort_values("page_name", kind="stable"))
    dates = sorted(digest_dates, reverse=True)
    recent = settings.digest.page.recent_weeks
    files = {
        "index.html": render(
            "site.html.j2",
            root="../",
            plan=configured_as(settings),
            week=week,
            current=current,
            reasons=reasons,
            unplanned=_unplanned(people, current),
            expected=expected_revenue(newest.loc[newest["week_start"] == week]),
            figures=_figures(settings, current, digest, coverage.loc[coverage["week_start"] == week]),
            people=people,
            digest=digest,
            dates=dates[:14],
            quarantine=_quarantine_summary(quarantine),
            files=rows_of(ledger.sort_values(["ingested_at", "file_name"], ascending=[False, True]).head(10)),
            run_lines=run_lines(run_summary) if run_summary else [],
            file_of=safe_name,
        )
    }
    for person in people:
        own = [row for row in weeks if row["creator_id"] == person["creator_id"]]
        files[f"creators/{safe_name(person['page_name'])}.html"] = render(
            "creator.html.j2",
            root="../../",
            plan=planned_as(own[0]) if own else configured_as(settings),
            person=person,
            health=health_rows.get(person["creator_id"]),
            horizons=settings.volume.fusion.horizons,
            growth_days=settings.volume.scores.window_days,
            confidence_days=settings.volume.confidence.window_days,
            weeks=own[:recent],
            reasons=reasons.get(person["creator_id"], []),
            section=advice.get(person["creator_id"]),
            digest_folder=digest.as_of_date if digest else None,
            file_of=safe_name,
        )
    return files


def _week_view(row: Row, published: set[tuple[Any, Any]]) -> Row:
    in_force = (row["creator_id"], row["week_start"]) in published
    folder = f"published/{row['week_start']:%Y-%m-%d}/{safe_name(row['page_name'])}"
    return row | {"folder": folder if in_force else None, "bound": bound_words(row), "plan": planned_as(row)}


def _held_reasons(current: list[Row], verdicts: pd.DataFrame) -> dict[str, list[str]]:
    """Error messages of each held creator of the current week."""
    held = {row["schedule_id"]: row["creator_id"] for row in current if row["status"] == "held"}
    errors = verdicts.loc[(verdicts["level"] == "error") & verdicts["schedule_id"].isin(held)]
    reasons: dict[str, list[str]] = {creator: [] for creator in held.values()}
    for row in rows_of(errors.sort_values(["creator_id", "rule", "item_id", "message"], kind="stable")):
        text = f"{plain_words(row['message'])} [{row['rule']}]"
        if text not in reasons[row["creator_id"]]:
            reasons[row["creator_id"]].append(text)
    return reasons


def _unplanned(people: list[Row], current: list[Row]) -> list[Row]:
    planned = {row["creator_id"] for row in current}
    return [person for person in people if person["is_active"] and person["creator_id"] not in planned]


def _figures(settings: Settings, current: list[Row], digest: Digest | None, coverage: pd.DataFrame) -> list[Row]:
    """Dashboard figures: name, value, target, unit, what it is of, and whether it is met (None: no data)."""
    targets = settings.digest.targets
    length = "{}–{}".format(*settings.scoring.optimal_length)
    planned = len(current)
    held = sum(row["status"] == "held" for row in current)
    types = sum(row["unique_types"] for row in current) / planned if planned else None
    slowest = max((row["generation_seconds"] for row in current), default=None)
    in_length, target = _measured(coverage, character_length.gap), settings.scoring.optimal_length_share
    no_plan = "no schedule yet"
    rows = [
        *_send_figures(settings, digest),
        ("Send types a schedule", types, settings.volume.variety.min_types, "#", True, "mean of the pages", no_plan),
        (
            f"Selling captions of {length} characters",
            in_length,
            target,
            "%",
            True,
            "share of all pages",
            "not measured",
        ),
        (
            "Schedules held",
            held / planned if planned else None,
            targets.validation_failure_share,
            "%",
            False,
            "",
            no_plan,
        ),
        ("Slowest schedule, seconds", slowest, targets.generation_seconds, "#", False, "", no_plan),
    ]
    return [
        {
            "name": name,
            "value": value,
            "target": target,
            "unit": unit,
            "more_is_better": more,
            "met": None if value is None else (value >= target if more else value <= target),
            "note": missing if value is None else note,
        }
        for name, value, target, unit, more, note, missing in rows
    ]


def _send_figures(
    settings: Settings, digest: Digest | None
) -> list[tuple[str, float | None, float, str, bool, str, str]]:
    """The agency's RPS and conversion of the shortest horizon, as the digest has them."""
    days, targets = settings.digest.horizons[0], settings.digest.targets
    found = next((frame for frame in digest.agency.timeframes if frame.days == days), None) if digest else None
    n = f"{number(found.count)} priced sends" if found else ""
    missing = "no settled priced send" if digest else "no digest yet"
    values = {
        "rps": (found.mean if found else None, targets.rps_target),
        "conversion_rate": (found.conversion if found else None, targets.conversion_target),
    }
    return [
        (FIGURES[key].named(days), value, target, FIGURES[key].unit, True, n, missing)
        for key, (value, target) in values.items()
    ]


def _measured(coverage: pd.DataFrame, gap: str) -> float | None:
    """What GAP_COVERAGE says of one rule; None when it was not measured."""
    found = coverage.loc[coverage["gap"] == gap, "measured"].dropna()
    return float(found.iloc[0]) if len(found) else None


def _quarantine_summary(quarantine: pd.DataFrame) -> list[Row]:
    """Rows per table and rule with one reason as an example, most first."""
    table = (
        quarantine.sort_values(["file_name", "row_number", "quarantine_key"], kind="stable")
        .groupby(["kind", "rule"])
        .agg(rows=("quarantine_key", "size"), example=("reason", "first"))
        .reset_index()
        .sort_values(["rows", "kind", "rule"], ascending=[False, True, True], kind="stable")
    )
    return rows_of(table)
