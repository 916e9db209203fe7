"""``schedule.html``: one creator-week as a calendar a scheduler can work from, on a screen and on paper.

What an item's reasons say is written in ``explanation``, how the week was planned in ``week_explanation``;
here they get their places. A card grows with its text and an hour with its cards, so nothing is cut.
"""

from __future__ import annotations

from collections import defaultdict
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from eros_assets.reports.explanation import (
    PlannedUnder,
    alternatives,
    audience_words,
    flag_words,
    given_up,
    plain_words,
    reasons,
    score_parts,
    worth_text,
)
from eros_assets.reports.exports import in_verdict_order
from eros_assets.reports.rendering import render, words
from eros_assets.reports.values import Row, in_time_order, parse_json, row_of, rows_of, safe_name
from eros_assets.reports.week_explanation import bound_words, planned_as, strategy_words, volume_lines
from eros_assets.rules.registry import RULES
from eros_assets.settings import Settings

DOWNLOADS = ("csv", "xlsx", "ics", "json")
FLAVOR_FLAG = "ENABLE_DAILY_AUTOMATION"
"""The flag whose rule plans a day's flavor: without it the stored word is a weekday's name and nothing more."""
_RULE_FLAGS = {rule.gap: rule.flag for rule in RULES}
# Said elsewhere on the panel: the bars show the score, a list what was given up.
_TOPICS_SHOWN_ELSEWHERE = ("Score", "Given up")


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
    flags = parse_json(head["flag_set"]) or []
    findings = findings_in_force(verdicts, flags)
    by_item: dict[str, list[Row]] = defaultdict(list)
    for finding in findings:
        by_item[finding["item_id"]].append(finding)
    under = PlannedUnder.of(head)
    views = [
        _item_view(item, by_item[item["item_id"]], zone, under, settings) for item in rows_of(in_time_order(items))
    ]
    _name_relatives(views)
    start = head["week_start"].date()
    first_hour = min((view["hour"] for view in views), default=8)
    last_hour = max((view["hour"] for view in views), default=23)
    # The exact method decides hours by what they earn: no strategy orders its days.
    planned = FLAVOR_FLAG in flags, head.get("method") == "baseline"
    days = [_day_view(start + timedelta(days=offset), views, *planned) for offset in range(7)]
    return render(
        "calendar.html.j2",
        root="../../../",
        head=head,
        creator=row_of(creator),
        page_file=safe_name(head["page_name"]),
        plan=planned_as(head),
        bound=bound_words(head),
        flags=flags,
        flag_names=[flag_words(flag) for flag in flags],
        volume=volume_lines(head, settings),
        days=days,
        views=views,
        hours=range(first_hour, last_hour + 1),
        serious=[row for row in findings if row["level"] != "info"],
        remarks=[row for row in findings if row["level"] == "info"],
        counts={level: sum(row["level"] == level for row in findings) for level in ("error", "warning", "info")},
        titles={view["item_id"]: view["title"] for view in views},
        busiest=max((day["revenue"] for day in days), default=0) or 1,
        pins=[view for view in views if view["pin_at"]],
        links=[view for view in views if view["linked_item_id"] or view["linked_post_url"]],
        downloads=[
            {"kind": kind, "file": f"schedule.{kind}", "name": f"{safe_name(head['page_name'])}_{start}.{kind}"}
            for kind in DOWNLOADS
        ],
        optimal=settings.scoring.optimal_length,
        in_length=head["optimal_length_share"] if _has_selling_text(items, settings) else None,
        optimal_share=settings.scoring.optimal_length_share,
    )


def findings_in_force(verdicts: pd.DataFrame, flags: list[str]) -> list[Row]:
    """SCHEDULE_VERDICTS rows of the rules that were on, errors first, their messages in words.

    A rule that is off is still measured, for ``eros gaps``; on a page its notes would bury what matters.
    """
    found = []
    for row in rows_of(in_verdict_order(verdicts)):
        flag = _RULE_FLAGS.get(row["rule"])
        if flag is None or flag in flags:
            found.append(row | {"message": plain_words(row["message"])})
    return found


def _has_selling_text(items: pd.DataFrame, settings: Settings) -> bool:
    """Whether any SCHEDULE_ITEM row that sells has a caption: without one a share of them says nothing."""
    selling = items["send_type_key"].map({key: kind.is_selling for key, kind in settings.send_type.items()})
    return bool((selling.fillna(False).astype(bool) & ~items["needs_caption"].astype(bool)).any())


def _item_view(item: Row, findings: list[Row], zone: ZoneInfo, under: PlannedUnder, settings: Settings) -> Row:
    """One item with everything the page prints about it, times in the creator's zone."""
    content = settings.content_type.get(item["content_type_key"] or "")
    text = " ".join((item["caption_text"] or "").split())
    return item | {
        "hour": int(item["scheduled_time"].split(":")[0]),
        "kind": "followup" if item["is_followup"] else item["category"],
        "title": f"{words(item['send_type_key'])} {item['scheduled_date']:%a} {item['scheduled_time']}",
        "line": text,
        "content_label": content.label if content else words(item["content_type_key"]),
        "findings": findings,
        "worst": next((level for level in ("error", "warning") if any(f["level"] == level for f in findings)), ""),
        "audience": audience_words(item["target_key"], settings),
        "worth": worth_text(item),
        "parts": score_parts(item),
        "why": [reason for reason in reasons(item, under, settings) if reason.topic not in _TOPICS_SHOWN_ELSEWHERE],
        "relaxed": given_up(item, under, settings),
        "beaten": alternatives(item),
        "notes": plain_words(item["notes"] or ""),
        "structure_words": (item["structure"] or "").replace("-", " → "),
        "goal_pays": settings.volume.tip_goal_modes[item["tip_goal_mode"]].pays if item["tip_goal_mode"] else "",
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


def _day_view(day: Any, views: list[Row], has_flavor: bool, has_strategy: bool) -> Row:
    """A day with its items by hour; its flavor and strategy only when they were planned."""
    own = [view for view in views if view["scheduled_date"].date() == day]
    by_hour: dict[int, list[Row]] = defaultdict(list)
    for view in own:
        by_hour[view["hour"]].append(view)
    flavor = own[0]["flavor"] if own and has_flavor else ""
    strategy = strategy_words(own[0]["strategy"]) if own and has_strategy else ""
    return {
        "date": day,
        "items": own,
        "by_hour": sorted(by_hour.items()),
        "revenue": sum(view["expected_revenue"] for view in own),
        "ppv": sum(view["label"] == "PPV" and not view["is_followup"] for view in own),
        "emphasis": " · ".join(filter(None, [flavor, strategy])),
    }


def _local(moment: datetime | None, zone: ZoneInfo) -> str:
    return "" if moment is None else f"{moment.replace(tzinfo=UTC).astimezone(zone):%a %d %b %H:%M}"
