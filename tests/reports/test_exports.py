"""The files of a creator-week, read back with independent readers."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from zoneinfo import ZoneInfo

import icalendar
import openpyxl
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from eros_assets.reports import exports
from eros_assets.reports.publication import schedule_files
from eros_assets.reports.values import clean_text
from eros_assets.settings import Settings
from tests.reports.conftest import ZONE, Week, make_week

STAMP = datetime(2026, 11, 23)
T9_5 = [
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
]


def read_csv(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"), newline=""), strict=True))


def forbidden_json(name: str) -> None:
    raise AssertionError(f"{name} is no JSON")


def test_csv_has_the_columns_of_the_specification_in_order(week: Week) -> None:
    data = exports.schedule_csv(week.schedule, week.items)
    assert data.startswith(b"\xef\xbb\xbf")
    assert data.decode("utf-8-sig").split("\r\n")[0].split(",") == T9_5


def test_csv_rows_are_the_items_by_time_whatever_their_order(week: Week) -> None:
    shuffled = week.items.sample(frac=1, random_state=3)
    rows = read_csv(exports.schedule_csv(week.schedule, shuffled))
    assert exports.schedule_csv(week.schedule, shuffled) == exports.schedule_csv(week.schedule, week.items)
    assert [row["item_id"] for row in rows] == week.items.sort_values("scheduled_at")["item_id"].tolist()
    priced = next(row for row in rows if row["send_type"] == "ppv_unlock")
    assert (priced["price"], priced["timezone"], priced["flyer_required"]) == ("14.99", ZONE, "true")
    followup = next(row for row in rows if row["is_followup"] == "true")
    assert followup["parent_item_id"] == priced["item_id"]
    drop = next(row for row in rows if row["send_type"] == "link_drop")
    # 12:11 in Los Angeles plus 24 hours is 20:11 UTC the next day.
    assert drop["expires_at"] == "2026-12-01T20:11:00Z"


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", " =", "\n=", "＝"])
def test_formulas_are_neutralised_in_every_csv(week: Week, start: str) -> None:
    text = f"{start}HYPERLINK(1)"
    changed = week.with_caption(text)
    for data in (
        exports.schedule_csv(changed.schedule, changed.items),
        exports.short_csv(changed.schedule, changed.items),
        exports.all_creators_csv(changed.schedules, changed.items),
    ):
        row = read_csv(data)[0]
        assert row["caption_text"] == f"'{text}"
        assert row.get("notes", f"'{text}") == f"'{text}"


@budget(deadline=None, max_examples=40)
@given(
    text=st.text(max_size=400)
    | st.text(st.characters(codec="utf-8"), min_size=1)
    | st.sampled_from(["\x00", "\r\n,\"'", "\ufffe", "_x0041_"])
)
def test_any_caption_survives_every_export(settings: Settings, week: Week, text: str) -> None:
    changed = week.with_caption(text)
    items = changed.items.iloc[:2]
    files = schedule_files(settings, changed.schedule, items, changed.verdicts, changed.creator)
    expected = clean_text(text)
    row = read_csv(files["schedule.csv"])[0]
    assert row["caption_text"].removeprefix("'") == expected.removeprefix("'")
    assert json.loads(files["schedule.json"], parse_constant=forbidden_json)["items"][0]["caption_text"] == expected
    sheet = openpyxl.load_workbook(io.BytesIO(files["schedule.xlsx"]))["2026-11-30"]
    assert sheet.max_row == 3
    assert sheet.cell(2, T9_5.index("caption_text") + 1).data_type != "f"
    events = icalendar.Calendar.from_ical(files["schedule.ics"]).walk("VEVENT")
    assert len(events) == 2
    if expected.strip():
        assert expected.split("\n")[0] in str(events[0]["DESCRIPTION"])
    files["schedule.md"].decode("utf-8")


def test_short_form_has_seven_columns(week: Week) -> None:
    rows = read_csv(exports.short_csv(week.schedule, week.items))
    assert list(rows[0]) == list(exports.SHORT_COLUMNS)
    assert {row["item_type"] for row in rows} == {"ppv", "bump"}
    assert [row["suggested_price"] for row in rows if row["item_type"] == "ppv"][:2] == ["14.99", "29.99"]


def test_all_creators_file_leads_with_the_page(settings: Settings) -> None:
    weeks = [make_week(settings, "b", "zebra", days=1), make_week(settings, "a", "aster", days=1)]
    schedules = pd.concat([each.schedules for each in weeks])
    items = pd.concat([each.items for each in weeks])
    rows = read_csv(exports.all_creators_csv(schedules, items))
    assert list(rows[0]) == ["page_name", *T9_5]
    assert [row["page_name"] for row in rows] == ["aster"] * 12 + ["zebra"] * 12


def test_workbook_reads_back_and_is_the_same_twice(week: Week) -> None:
    data = exports.schedule_xlsx(week.schedules, week.items, created=STAMP)
    assert data == exports.schedule_xlsx(week.schedules, week.items, created=STAMP)
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert book.sheetnames == ["Summary", "2026-11-30"]
    assert book.properties.created == STAMP
    sheet = book["2026-11-30"]
    assert [cell.value for cell in sheet[1]] == T9_5
    assert sheet.freeze_panes == "A2"
    assert sheet.max_row == len(week.items) + 1
    prices = [cell.value for cell in sheet["N"][1:] if cell.value is not None]
    assert sum(prices) == pytest.approx(week.items["price"].sum())
    assert sheet["A2"].value == datetime(2026, 11, 30)
    assert sheet.column_dimensions["I"].width > 50
    assert book["Summary"]["A2"].value == "sunny_trails"


def test_workbook_of_several_weeks_has_one_sheet_each_with_legal_names(settings: Settings) -> None:
    names = ["a" * 40, "a" * 41, "page[1]:x"]
    weeks = [make_week(settings, f"c{n}", name, days=1) for n, name in enumerate(names)]
    data = exports.schedule_xlsx(
        pd.concat([each.schedules for each in weeks]), pd.concat([each.items for each in weeks]), created=STAMP
    )
    book = openpyxl.load_workbook(io.BytesIO(data))
    assert len(set(book.sheetnames)) == 4
    assert all(len(name) <= 31 for name in book.sheetnames)
    assert all(book[name].max_row == 13 for name in book.sheetnames[1:])


def test_calendar_events_carry_local_times_and_a_zone(week: Week) -> None:
    data = exports.schedule_ics(week.schedule, week.items, stamp=STAMP, event_minutes=15)
    assert data == exports.schedule_ics(week.schedule, week.items, stamp=STAMP, event_minutes=15)
    calendar = icalendar.Calendar.from_ical(data)
    events = calendar.walk("VEVENT")
    assert [str(event["UID"]) for event in events] == week.items["item_id"].tolist()
    assert {str(event["DTSTAMP"].to_ical(), "ascii") for event in events} == {"20261123T000000Z"}
    assert [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")] == [ZONE]
    for event, item in zip(events, week.items.to_dict("records"), strict=True):
        assert event["DTSTART"].params["TZID"] == ZONE
        assert f"{event['DTSTART'].dt:%H:%M}" == item["scheduled_time"]
        assert event["DTSTART"].dt.astimezone(ZoneInfo("UTC")).replace(tzinfo=None) == item["scheduled_at"]


def test_calendar_follows_daylight_saving(week: Week) -> None:
    # 07:30 UTC on 1 November 2026 is 00:30 PDT; 10:30 UTC is 02:30 PST, after the clocks went back.
    items = week.items.iloc[:2].assign(scheduled_at=pd.to_datetime(["2026-11-01 07:30", "2026-11-01 10:30"]))
    events = icalendar.Calendar.from_ical(
        exports.schedule_ics(week.schedule, items, stamp=STAMP, event_minutes=15)
    ).walk("VEVENT")
    assert [f"{event['DTSTART'].dt:%H:%M %z}" for event in events] == ["00:30 -0700", "02:30 -0800"]


def test_json_is_strict_and_complete(week: Week) -> None:
    items = week.items.copy()
    items.loc[0, "expected_revenue"] = float("inf")
    items.loc[1, "score_parts"] = '{"rps": NaN}'
    items.loc[2, "runners_up"] = "not json"
    data = json.loads(exports.schedule_json(week.schedule, items, week.verdicts), parse_constant=forbidden_json)
    assert set(data) == {"schedule", "items", "verdicts"}
    assert data["schedule"]["flag_set"] == ["ENABLE_TIMING_RULES", "ENABLE_QUALITY_VALIDATORS"]
    assert set(T9_5) <= set(data["items"][0])
    assert data["items"][0]["expected_revenue"] is None
    assert data["items"][1]["score_parts"] == {"rps": None}
    assert data["items"][2]["runners_up"] == "not json"
    assert data["schedule"]["preset_changes"] == ["ENABLE_PRICING_OPTIMIZATION off"]
    assert (data["schedule"]["method"], data["schedule"]["preset"]) == ("exact", "recommended")
    assert data["items"][3]["explanation"]["caption"]["slot_factor"] == 1.0
    assert [verdict["level"] for verdict in data["verdicts"]] == ["warning", "info", "info"]


def test_files_do_not_depend_on_when_the_plan_was_made(settings: Settings, week: Week) -> None:
    later = week.schedules.assign(generated_at=pd.Timestamp("2027-01-01"), generation_seconds=99.0).iloc[0]
    first = schedule_files(settings, week.schedule, week.items, week.verdicts, week.creator)
    assert first == schedule_files(settings, later, week.items, week.verdicts, week.creator)
    assert set(first) == {
        "schedule_short.csv",
        *(f"schedule.{kind}" for kind in ("csv", "xlsx", "ics", "json", "md", "html")),
    }


def test_an_event_of_a_send_that_sells_nothing_names_no_dollars(week: Week) -> None:
    items = week.items.assign(
        expected_revenue=week.items["expected_revenue"].where(week.items["category"] == "revenue", 0.0)
    )
    data = exports.schedule_ics(week.schedule, items, stamp=STAMP, event_minutes=15)
    said = [str(event["DESCRIPTION"]) for event in icalendar.Calendar.from_ical(data).walk("VEVENT")]
    assert [("expected: $" in text) for text in said] == (items["expected_revenue"] > 0).tolist()


def test_the_summary_sheet_shows_the_gap_of_the_exact_method_only(settings: Settings) -> None:
    weeks = [make_week(settings, "a", "aster", days=1), make_week(settings, "b", "zebra", days=1)]
    schedules = pd.concat([each.schedules for each in weeks], ignore_index=True).assign(method=["exact", "baseline"])
    data = exports.schedule_xlsx(schedules, pd.concat([each.items for each in weeks]), created=STAMP)
    rows = list(openpyxl.load_workbook(io.BytesIO(data))["Summary"].values)
    gap, method = rows[0].index("bound_gap"), rows[0].index("method")
    assert [(row[method], row[gap] is None) for row in rows[1:]] == [("exact", False), ("baseline", True)]


def test_markdown_escapes_markup(week: Week) -> None:
    text = exports.schedule_markdown(*_pair(week.with_caption("a|b <b> [x](y) `c`\nnext"))).decode()
    assert r"a\|b \<b\> \[x\](y) \`c\` next |" in text
    assert text.count("\n## ") == 7


def test_a_week_without_items_still_exports(settings: Settings, week: Week) -> None:
    files = schedule_files(settings, week.schedule, week.items.iloc[:0], week.verdicts.iloc[:0], week.creator)
    assert read_csv(files["schedule.csv"]) == []
    assert json.loads(files["schedule.json"])["items"] == []
    assert b"No errors and no warnings." in files["schedule.html"]


def _pair(week: Week) -> tuple[pd.Series, pd.DataFrame]:
    return week.schedule, week.items
