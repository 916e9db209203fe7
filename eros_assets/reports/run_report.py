"""What one run did, as lines for people: the terminal and the dashboard print the same."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from eros_assets.reports.rendering import day_text, money, number
from eros_assets.reports.week_explanation import PlannedAs

Line = tuple[str, str]


def run_lines(summary: Mapping[str, Any]) -> list[Line]:
    """(what, figure) of a run's summary; what did not happen is left out. Addresses are not among them.

    ``summary`` holds the keys of ``run_summary.json``; keys of a newer or older version may lack.
    """
    lines = [
        ("Planned week", _day(summary.get("week_start"))),
        ("Data up to", _day(summary.get("last_day"))),
        ("Finished", str(summary.get("finished_at") or "")),
        *_plan_lines(summary),
        ("Files read", f"{number(summary.get('files', 0))} with {number(summary.get('rows_read', 0))} rows"),
        ("Rows", _rows(summary)),
        (
            "Creators",
            f"{number(summary.get('creators_planned', 0))} planned, {number(summary.get('creators_published', 0))}"
            f" published, {number(summary.get('creators_held', 0))} held",
        ),
        ("Items", number(summary.get("items", 0))),
        ("Expected revenue", _expected(summary)),
        (
            "Checks",
            f"{number(summary.get('checks_passed', 0))} passed, {number(summary.get('checks_warned', 0))} warned,"
            f" {number(summary.get('checks_failed', 0))} failed",
        ),
        ("Seconds", ", ".join(f"{stage} {spent:.1f}" for stage, spent in _mapping(summary, "seconds").items())),
        *(("Held", f"{name}: {reason}") for name, reason in _mapping(summary, "held").items()),
        *(("Rejected", f"{name}: {reason}") for name, reason in _mapping(summary, "rejected").items()),
        *(("Failed run", str(name)) for name in summary.get("failed_runs") or ()),
        *(("Error", f"{step}: {message}") for step, message in _mapping(summary, "errors").items()),
    ]
    return [line for line in lines if line[1]]


def _plan_lines(summary: Mapping[str, Any]) -> list[Line]:
    plan = PlannedAs.of(summary.get("preset"), summary.get("method"), summary.get("preset_changes") or ())
    if not plan.is_known:
        return []
    return [("Preset", f"{plan.preset}; {plan.changes_words}"), ("Method", plan.method_words)]


def _expected(summary: Mapping[str, Any]) -> str:
    """Dollars of the week's schedules in force."""
    if not summary.get("creators_published"):
        return f"{money(None)} (no schedule in force)"
    return money(summary.get("expected_revenue", 0.0))


def _rows(summary: Mapping[str, Any]) -> str:
    kinds = ("loaded", "updated", "duplicate", "quarantined")
    return ", ".join(f"{number(summary.get(f'rows_{kind}', 0))} {kind}" for kind in kinds)


def _day(text: Any) -> str:
    try:
        return day_text(date.fromisoformat(str(text)))
    except ValueError:
        return ""


def _mapping(summary: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    value = summary.get(name)
    return value if isinstance(value, Mapping) else {}
