"""``schedule.html``: one creator-week as a calendar a scheduler can work from (T9.1–T9.3, design §6)."""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from eros_assets.reports.exports import in_verdict_order
from eros_assets.reports.rendering import render, words
from eros_assets.reports.values import Row, in_time_order, parse_json, row_of, rows_of, safe_name
from eros_assets.settings import Settings

DOWNLOADS = ("csv", "xlsx", "ics", "json")
# Layout of the day columns, in pixels.
_PIXELS_PER_MINUTE = 1.4
_SMALLEST_CARD = 22
_TALLEST_CARD = 78
_GAP = 3


def schedule_html(
    schedule: pd.Series, items: pd.DataFrame, verdicts: pd.DataFrame, creator: pd.Series, settings: Settings
) -> bytes:
    """The calendar page of one creator-week.

    ``schedule`` is a row of SCHEDULE, ``items`` and ``verdicts`` its SCHEDULE_ITEM and
    SCHEDULE_VERDICTS rows, ``creator`` its RAW_CREATORS row. Links to the downloads are relative
    (``schedule.csv`` …), so the folder works from a disk, a share or a web server alike.
    """
    head = row_of(schedule)
    zone = ZoneInfo(head["timezone"])
    findings = rows_of(in_verdict_order(verdicts))
    by_item: dict[str, list[Row]] = defaultdict(list)
    for finding in findings:
        by_item[finding["item_id"]].append(finding)
    views = [_item_view(item, by_item[item["item_id"]], zone, settings) for item in rows_of(in_time_order(items))]
    _name_relatives(views)
    start = head["week_start"].date()
    days = [_day_view(start + timedelta(days=offset), views) for offset in range(7)]
    first_hour = min((view["minute"] // 60 for view in views), default=8)
    last_hour = max((view["minute"] // 60 for view in views), default=23)
    bottom = max((_place_cards(day["items"], first_hour * 60) for day in days), default=0)
    height = max(bottom, round((last_hour + 1 - first_hour) * 60 * _PIXELS_PER_MINUTE))
    return render(
        "calendar.html.j2",
        head=head,
        creator=row_of(creator),
        flags=parse_json(head["flag_set"]) or [],
        volume=_as_list(parse_json(head["volume_explanation"])),
        days=days,
        views=views,
        hours=[
            {"text": f"{hour:02d}:00", "top": round((hour - first_hour) * 60 * _PIXELS_PER_MINUTE)}
            for hour in range(first_hour, last_hour + 1)
        ],
        height=height,
        findings=findings,
        counts={level: sum(row["level"] == level for row in findings) for level in ("error", "warning", "info")},
        titles={view["item_id"]: view["title"] for view in views},
        busiest=max((day["revenue"] for day in days), default=0) or 1,
        pins=[view for view in views if view["pin_at"]],
        links=[view for view in views if view["linked_item_id"] or view["linked_post_url"]],
        downloads=[
            {"kind": kind, "file": f"schedule.{kind}", "name": f"{safe_name(head['page_name'])}_{start}.{kind}"}
            for kind in DOWNLOADS
        ],
        stale=settings.scoring.stale_days,
        optimal=settings.scoring.optimal_length,
        optimal_share=settings.scoring.optimal_length_share,
    )


def _item_view(item: Row, findings: list[Row], zone: ZoneInfo, settings: Settings) -> Row:
    """One item with everything the page prints about it, times in the creator's zone."""
    hours, minutes = map(int, item["scheduled_time"].split(":"))
    text = item["caption_text"] or ""
    content = settings.content_type.get(item["content_type_key"] or "")
    return item | {
        "minute": hours * 60 + minutes,
        "kind": "followup" if item["is_followup"] else item["category"],
        "title": f"{words(item['send_type_key'])} {item['scheduled_date']:%a} {item['scheduled_time']}",
        "excerpt": _excerpt(text, settings.digest.page.excerpt_chars),
        "content_label": content.label if content else words(item["content_type_key"]),
        "findings": findings,
        "worst": next((level for level in ("error", "warning") if any(f["level"] == level for f in findings)), ""),
        "parts": _score_parts(parse_json(item["score_parts"])),
        "why": parse_json(item["explanation"]),
        "relaxed": _as_list(parse_json(item["relaxations"])),
        "beaten": _as_list(parse_json(item["runners_up"])),
        "expires_local": _local(item["expires_at"], zone),
        "pin_local": _local(item["pin_at"], zone),
        "unpin_local": _local(item["unpin_at"], zone),
        "utc": f"{item['scheduled_at']:%Y-%m-%d %H:%M} UTC",
    }


def _name_relatives(views: list[Row]) -> None:
    """Give each item its parent's, its target's and its children's titles."""
    titles = {view["item_id"]: view["title"] for view in views}
    children: dict[str, list[Row]] = defaultdict(list)
    for view in views:
        for relation in ("parent_item_id", "linked_item_id"):
            if view[relation]:
                children[view[relation]].append({"item_id": view["item_id"], "title": view["title"]})
    for view in views:
        view["parent_title"] = titles.get(view["parent_item_id"])
        view["linked_title"] = titles.get(view["linked_item_id"])
        view["children"] = children[view["item_id"]]


def _day_view(day: Any, views: list[Row]) -> Row:
    own = [view for view in views if view["scheduled_date"].date() == day]
    return {
        "date": day,
        "items": own,
        "revenue": sum(view["expected_revenue"] for view in own),
        "ppv": sum(view["label"] == "PPV" and not view["is_followup"] for view in own),
        "flavor": own[0]["flavor"] if own else "",
        "strategy": own[0]["strategy"] if own else "",
    }


def _place_cards(items: list[Row], first_minute: int) -> int:
    """Set ``top`` and ``size`` (pixels) of a day's cards by local time, never overlapping; returns the lowest edge."""
    edge = 0
    for place, item in enumerate(items):
        item["top"] = max(edge, round((item["minute"] - first_minute) * _PIXELS_PER_MINUTE))
        following = items[place + 1]["minute"] if place + 1 < len(items) else 24 * 60 + 60
        room = round((following - first_minute) * _PIXELS_PER_MINUTE) - item["top"] - _GAP
        item["size"] = min(max(room, _SMALLEST_CARD), _TALLEST_CARD)
        edge = item["top"] + item["size"] + _GAP
    return edge


def _excerpt(text: str, limit: int) -> str:
    """The text in one line, cut with an ellipsis."""
    line = " ".join(text.split())
    return line if len(line) <= limit else line[:limit].rstrip() + "…"


def _score_parts(parts: Any) -> list[tuple[str, float]]:
    """(name, 0–1) of the numeric score parts; the rest belongs to the explanation."""
    if not isinstance(parts, dict):
        return []
    return [(words(name), float(value)) for name, value in parts.items() if isinstance(value, int | float)]


def _as_list(value: Any) -> list[Any]:
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else f"{moment.replace(tzinfo=UTC).astimezone(zone):%a %d %b %H:%M}"
