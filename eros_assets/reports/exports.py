"""One creator-week as files: CSV, XLSX, iCalendar, JSON and Markdown with the same rows.

Every function takes ``schedule`` (one row of ``planning.schedule``) and ``items`` (its rows of
``planning.schedule_item``) or several of both, and returns bytes. Nothing that changes from run to
run enters a file: the same plan gives the same bytes.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd
import xlsxwriter
from icalendar import Calendar, Event

from eros_assets.domain.figures import PLAN_INTERVAL
from eros_assets.reports.explanation import sells_itself
from eros_assets.reports.rendering import money
from eros_assets.reports.values import (
    Row,
    clean_text,
    in_time_order,
    parse_json,
    row_of,
    rows_of,
    strict_json,
    utc_text,
)
from eros_assets.reports.week_explanation import planned_as

CSV_COLUMNS = (
    "scheduled_date",
    "scheduled_time",
    "timezone",
    "weekday",
    "send_type",
    "label",
    "channel",
    "target",
    "caption_text",
    "char_length",
    "content_type",
    "media_type",
    "flyer_required",
    "price",
    "goal_amount",
    "expires_at",
    "is_followup",
    "parent_item_id",
    "linked_item_id",
    "expected_revenue",
    "notes",
    "item_id",
)
SHORT_COLUMNS = (
    "scheduled_date",
    "scheduled_time",
    "item_type",
    "channel",
    "caption_text",
    "content_type",
    "suggested_price",
)
# Export names that the item table spells with its key suffix.
_SOURCES = {
    "send_type": "send_type_key",
    "channel": "channel_key",
    "target": "target_key",
    "content_type": "content_type_key",
}
_MONEY = ("price", "goal_amount", "expected_revenue", "suggested_price")
_JSON_ITEM_COLUMNS = ("score_parts", "relaxations", "explanation", "runners_up")
_RUN_COLUMNS = ("generated_at", "generation_seconds")
_FORMULA = re.compile(r"\A\s*[=+\-@\uff1d\uff0b\uff0d\uff20]|\A[\t\n]")
_CELL_LIMIT = 32_767
_SHEET_NAME_LIMIT = 31
_WIDTHS = {"caption_text": 70, "notes": 40, "item_id": 20, "parent_item_id": 20, "linked_item_id": 20, "timezone": 20}


def export_rows(schedule: pd.Series, items: pd.DataFrame) -> list[Row]:
    """The rows of the exports with their exact names, by time; ``expires_at`` is UTC, the time local."""
    zone = row_of(schedule)["timezone"]
    return [
        {**{name: item.get(_SOURCES.get(name, name)) for name in CSV_COLUMNS}, "timezone": zone}
        for item in rows_of(in_time_order(items))
    ]


def schedule_csv(schedule: pd.Series, items: pd.DataFrame) -> bytes:
    """CSV: UTF-8 with BOM, RFC 4180, sorted by time, formula characters neutralised."""
    return _csv_bytes(CSV_COLUMNS, export_rows(schedule, items))


def short_csv(schedule: pd.Series, items: pd.DataFrame) -> bytes:
    """The seven columns older spreadsheets accept; ``item_type`` is ppv for revenue sends, else bump."""
    ordered = rows_of(in_time_order(items))
    rows = [
        row | {"item_type": "ppv" if item["category"] == "revenue" else "bump", "suggested_price": item["price"]}
        for item, row in zip(ordered, export_rows(schedule, items), strict=True)
    ]
    return _csv_bytes(SHORT_COLUMNS, rows)


def all_creators_csv(schedules: pd.DataFrame, items: pd.DataFrame) -> bytes:
    """Every creator's rows in one file, ``page_name`` first, by page, week and time."""
    rows = [
        {"page_name": schedule["page_name"], **row}
        for schedule, own in _weeks(schedules, items)
        for row in export_rows(schedule, own)
    ]
    return _csv_bytes(("page_name", *CSV_COLUMNS), rows)


def schedule_json(schedule: pd.Series, items: pd.DataFrame, verdicts: pd.DataFrame) -> bytes:
    """The rows with scores, reasons and runners-up, the schedule object and its verdicts; strict JSON.

    Left out: when and how fast the plan was made, which is not part of the plan.
    """
    head = {name: value for name, value in row_of(schedule).items() if name not in _RUN_COLUMNS}
    for name in ("flag_set", "preset_changes", "volume_explanation"):
        head[name] = parse_json(head[name])
    for name in ("week_start", "week_end", "as_of_date"):
        head[name] = _date_text(head[name])
    full = rows_of(in_time_order(items))
    rows = []
    for item, row in zip(full, export_rows(schedule, items), strict=True):
        extra = {name: value for name, value in item.items() if name not in row and name not in _SOURCES.values()}
        merged = row | extra | {name: parse_json(item[name]) for name in _JSON_ITEM_COLUMNS}
        merged |= {name: _date_text(merged[name]) for name in ("scheduled_date", "week_start")}
        rows.append(merged)
    findings = [row | {"week_start": _date_text(row["week_start"])} for row in rows_of(in_verdict_order(verdicts))]
    return strict_json({"schedule": head, "items": rows, "verdicts": findings})


def in_verdict_order(verdicts: pd.DataFrame) -> pd.DataFrame:
    """SCHEDULE_VERDICTS rows: errors, warnings, notes; within each by rule, item and message."""
    rank = verdicts["level"].map({"error": 0, "warning": 1, "info": 2}).fillna(3)
    order = verdicts.assign(_rank=rank).sort_values(["_rank", "rule", "item_id", "message"], kind="stable")
    return order.drop(columns="_rank").reset_index(drop=True)


def schedule_markdown(schedule: pd.Series, items: pd.DataFrame) -> bytes:
    """The week as a Markdown page: one table per day."""
    head = row_of(schedule)
    plan = planned_as(head)
    lines = [
        f"# {_markdown(head['page_name'])} · week of {_date_text(head['week_start'])}",
        "",
        f"{head['item_count']} items · expected {money(head['expected_revenue'])} "
        f"({PLAN_INTERVAL:.0%} {money(head['expected_revenue_low'])}–{money(head['expected_revenue_high'])}) · "
        f"quality {head['quality_score']:.0f} · {head['status']} · times in {head['timezone']}",
        *([f"Planned as {plan.line}"] if plan.is_known else []),
    ]
    rows = export_rows(schedule, items)
    for day in sorted({row["scheduled_date"] for row in rows}):
        lines += [
            "",
            f"## {day:%A %Y-%m-%d}",
            "",
            "| time | type | channel | price | caption |",
            "|---|---|---|---|---|",
        ]
        for row in rows:
            if row["scheduled_date"] == day:
                price = "" if row["price"] is None else f"${row['price']:,.2f}"
                caption = _markdown(row["caption_text"] or "(caption needed)")
                lines.append(
                    f"| {row['scheduled_time']} | {row['send_type']} | {row['channel']} | {price} | {caption} |"
                )
    return ("\n".join(lines) + "\n").encode("utf-8", "replace")


def schedule_ics(schedule: pd.Series, items: pd.DataFrame, *, stamp: datetime, event_minutes: int) -> bytes:
    """A calendar file with one event per item: local zone with VTIMEZONE, UID = item_id, DTSTAMP = ``stamp`` (UTC)."""
    head = row_of(schedule)
    zone = ZoneInfo(head["timezone"])
    calendar = Calendar()
    calendar.add("prodid", "-//EROS//schedule//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", f"{head['page_name']} {_date_text(head['week_start'])}")
    calendar.add("x-wr-timezone", head["timezone"])
    for item in rows_of(in_time_order(items)):
        calendar.add_component(_event(item, zone, stamp, event_minutes))
    if len(items):
        calendar.add_missing_timezones(
            first_date=head["week_start"].date() - timedelta(days=366),
            last_date=head["week_end"].date() + timedelta(days=366),
        )
    return bytes(calendar.to_ical())


def schedule_xlsx(schedules: pd.DataFrame, items: pd.DataFrame, *, created: datetime) -> bytes:
    """A workbook with a summary and one sheet per creator-week; the same input gives the same bytes.

    ``created`` is the workbook's creation time. Texts are written as texts, never as formulas or links.
    """
    buffer = io.BytesIO()
    options = {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False}
    book = xlsxwriter.Workbook(buffer, options)
    book.set_properties({"title": "EROS schedule", "created": created.replace(tzinfo=None)})
    formats = {
        "head": book.add_format({"bold": True, "bg_color": "#1f2a44", "font_color": "#ffffff", "valign": "vcenter"}),
        "text": book.add_format({"valign": "top", "quote_prefix": True}),
        "wrap": book.add_format({"valign": "top", "text_wrap": True, "quote_prefix": True}),
        "money": book.add_format({"valign": "top", "num_format": "$#,##0.00"}),
        "number": book.add_format({"valign": "top"}),
        "date": book.add_format({"valign": "top", "num_format": "yyyy-mm-dd"}),
        "time": book.add_format({"valign": "top", "num_format": 'yyyy-mm-dd hh:mm "UTC"'}),
    }
    weeks = list(_weeks(schedules, items))
    _write_summary(book.add_worksheet("Summary"), [_summary_row(schedule) for schedule, _ in weeks], formats)
    names: set[str] = set()
    for schedule, own in weeks:
        sheet = book.add_worksheet(_sheet_name(row_of(schedule), len(schedules) > 1, names))
        _write_table(sheet, CSV_COLUMNS, export_rows(schedule, own), formats)
    book.close()
    return buffer.getvalue()


def _csv_bytes(columns: Sequence[str], rows: Iterable[Row]) -> bytes:
    buffer = io.StringIO()
    writer = csv.writer(buffer, lineterminator="\r\n")
    writer.writerow(columns)
    writer.writerows([_csv_cell(name, row[name]) for name in columns] for row in rows)
    return b"\xef\xbb\xbf" + buffer.getvalue().encode("utf-8", "replace")


def _csv_cell(name: str, value: Any) -> str:
    if value is None:
        return ""
    if name in _MONEY:
        return f"{value:.2f}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, datetime):
        return utc_text(value) if name.endswith("_at") else f"{value:%Y-%m-%d}"
    if isinstance(value, str):
        return f"'{value}" if _FORMULA.match(value) else value
    return str(value)


def _weeks(schedules: pd.DataFrame, items: pd.DataFrame) -> Iterable[tuple[pd.Series, pd.DataFrame]]:
    """Each schedule with its items, by page name and week."""
    own = dict(iter(items.groupby("schedule_id", sort=False)))
    for _, schedule in schedules.sort_values(["page_name", "week_start", "version"], kind="stable").iterrows():
        yield schedule, own.get(schedule["schedule_id"], items.iloc[:0])


def _event(item: Row, zone: ZoneInfo, stamp: datetime, minutes: int) -> Event:
    event = Event()
    start = item["scheduled_at"].replace(tzinfo=ZoneInfo("UTC")).astimezone(zone)
    price = "" if item["price"] is None else f" · ${item['price']:,.2f}"
    event.add("uid", item["item_id"])
    event.add("dtstamp", stamp.replace(tzinfo=ZoneInfo("UTC")) if stamp.tzinfo is None else stamp)
    event.add("dtstart", start)
    event.add("dtend", (start.astimezone(ZoneInfo("UTC")) + timedelta(minutes=minutes)).astimezone(zone))
    event.add("summary", f"{item['label'] or item['category'].upper()} · {item['send_type_key']}{price}")
    event.add("description", _event_description(item))
    event.add("categories", [item["category"], item["send_type_key"]])
    event.add("transp", "TRANSPARENT")
    return event


def _event_description(item: Row) -> str:
    facts = [
        f"channel: {item['channel_key']}",
        f"target: {item['target_key']}",
        f"content type: {item['content_type_key']}" if item["content_type_key"] else None,
        f"expected: {money(item['expected_revenue'], 2)}" if sells_itself(item) else None,
        f"followup of {item['parent_item_id']}" if item["parent_item_id"] else None,
        f"notes: {item['notes']}" if item["notes"] else None,
    ]
    return "\n".join([item["caption_text"] or "(caption needed)", "", *filter(None, facts)])


def _sheet_name(head: Row, with_page: bool, taken: set[str]) -> str:
    """The week, led by the page when there are several; unique, without characters Excel refuses."""
    week = _date_text(head["week_start"]) or ""
    page = re.sub(r"[\[\]:*?/\\']", "_", head["page_name"])[: _SHEET_NAME_LIMIT - len(week) - 4] if with_page else ""
    name = base = f"{page} {week}".strip()
    number = 2
    while name.casefold() in taken:
        name, number = f"{base}~{number}", number + 1
    taken.add(name.casefold())
    return name


def _summary_row(schedule: pd.Series) -> Row:
    """A SCHEDULE row for the summary sheet; only the exact method aims at its bound, so only it shows the gap."""
    row, plan = row_of(schedule), planned_as(row_of(schedule))
    bound_gap = row["bound_gap"] if plan.method == "exact" else None
    return row | {"bound_gap": bound_gap, "preset_changes": "; ".join(plan.changes)}


def _write_summary(sheet: Any, heads: list[Row], formats: dict[str, Any]) -> None:
    columns = (
        "page_name",
        "page_type",
        "week_start",
        "week_end",
        "timezone",
        "status",
        "item_count",
        "ppv_count",
        "bump_count",
        "followup_count",
        "unique_types",
        "expected_revenue",
        "expected_revenue_low",
        "expected_revenue_high",
        "quality_score",
        "confidence",
        "optimal_length_share",
        "bound_gap",
        "preset",
        "method",
        "preset_changes",
        "version",
        "schedule_id",
    )
    _write_table(sheet, columns, heads, formats)


def _write_table(sheet: Any, columns: Sequence[str], rows: list[Row], formats: dict[str, Any]) -> None:
    """Header row (frozen, filterable) and one row per record."""
    sheet.freeze_panes(1, 0)
    sheet.autofilter(0, 0, max(1, len(rows)), len(columns) - 1)
    for place, name in enumerate(columns):
        sheet.set_column(place, place, _WIDTHS.get(name, max(12, len(name) + 3)))
        sheet.write_string(0, place, name, formats["head"])
    for line, row in enumerate(rows, start=1):
        for place, name in enumerate(columns):
            _write_cell(sheet, line, place, name, row[name], formats)


def _write_cell(sheet: Any, line: int, place: int, name: str, value: Any, formats: dict[str, Any]) -> None:
    if value is None:
        return
    if isinstance(value, bool):
        sheet.write_boolean(line, place, value, formats["number"])
    elif isinstance(value, datetime):
        sheet.write_datetime(line, place, value, formats["time" if name.endswith("_at") else "date"])
    elif isinstance(value, int | float):
        money = name in _MONEY or name.startswith("expected_revenue")
        sheet.write_number(line, place, value, formats["money" if money else "number"])
    else:
        sheet.write_string(line, place, value[:_CELL_LIMIT], formats["wrap" if name == "caption_text" else "text"])


def _date_text(value: date | None) -> str | None:
    return None if value is None else f"{value:%Y-%m-%d}"


def _markdown(text: str) -> str:
    """One table cell: markup escaped, line ends as spaces."""
    return re.sub(r"([\\`*_\[\]<>|#~])", r"\\\1", " ".join(clean_text(text).split()))
