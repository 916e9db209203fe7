"""Every file of one published creator-week, rendered: what ``published/<week>/<creator>/`` holds."""

from __future__ import annotations

from datetime import timedelta

import pandas as pd

from eros_assets.reports import exports
from eros_assets.reports.calendar_page import schedule_html
from eros_assets.reports.values import plain
from eros_assets.settings import Settings


def schedule_files(
    settings: Settings, schedule: pd.Series, items: pd.DataFrame, verdicts: pd.DataFrame, creator: pd.Series
) -> dict[str, bytes]:
    """Every format of a SCHEDULE row, its items, verdicts and RAW_CREATORS row, by file name.

    The files' own time is the morning after the as-of date, so the same plan gives the same bytes.
    """
    stamp = plain(schedule["as_of_date"]) + timedelta(days=1)
    minutes = settings.digest.page.event_minutes
    return {
        "schedule.csv": exports.schedule_csv(schedule, items),
        "schedule_short.csv": exports.short_csv(schedule, items),
        "schedule.xlsx": exports.schedule_xlsx(schedule.to_frame().T, items, created=stamp),
        "schedule.ics": exports.schedule_ics(schedule, items, stamp=stamp, event_minutes=minutes),
        "schedule.json": exports.schedule_json(schedule, items, verdicts),
        "schedule.md": exports.schedule_markdown(schedule, items),
        "schedule.html": schedule_html(schedule, items, verdicts, creator, settings),
    }
