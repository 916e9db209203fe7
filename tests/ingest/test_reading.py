"""File forms, header mapping, times, and texts."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eros_assets.domain.captions.text import caption_hash, near_duplicates, repair_mojibake, undisguised
from eros_assets.ingest.config import ingest_config
from eros_assets.ingest.load import parse_file
from eros_assets.ingest.parse import dates, money, times
from eros_assets.ingest.rows import Reference
from eros_assets.settings import Settings
from tests.ingest.conftest import CAPTION, NOW, Writer, good_sends, send

NOW_UTC = pd.Timestamp("2026-03-02 12:00")
ACCENTED = "Une soirée d’été très douce, reste encore un peu avec moi"


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "cp1252"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_csv_forms(
    write: Writer, settings: Settings, reference: Reference, encoding: str, delimiter: str, end: str
) -> None:
    path = write("r.csv", [send(Message=ACCENTED), *good_sends(2)], encoding=encoding, delimiter=delimiter, end=end)
    parsed = parse_file(path, reference, settings, NOW)
    assert parsed.error is None
    assert len(parsed.table) == 3
    assert parsed.table["message_content"].iloc[0] == ACCENTED


def test_json_lines_and_parquet(settings: Settings, reference: Reference, tmp_path: Path) -> None:
    rows = [send(Message=ACCENTED), *good_sends(2)]
    lines = tmp_path / "report.jsonl"
    lines.write_text("\n".join([json.dumps({**row, "Sent": 1000}) for row in rows] + ["{broken"]), encoding="utf-8")
    parquet = tmp_path / "report.parquet"
    pd.DataFrame(rows).assign(Sent=1000).to_parquet(parquet)
    for path, bad in ((lines, 1), (parquet, 0)):
        parsed = parse_file(path, reference, settings, NOW)
        assert (parsed.error, len(parsed.table), len(parsed.quarantine)) == (None, 3, bad)
        assert parsed.table["sent_count"].tolist() == [1000] * 3


def test_the_platform_report_takes_page_and_date_from_the_file_name(
    write: Writer, settings: Settings, reference: Reference
) -> None:
    row = {
        "Message": CAPTION,
        "Sending time": "Aug 22, 2025 at 11:07 PM",
        "Sender": "Kim",
        "Status": "Unsent",
        "Price": "$14.99",
        "Sent": "3,412",
        "Viewed": "612",
        "Purchased": "9",
        "Earnings": "$134.91",
        "Withdrawn by": "Kim",
        "Extra": "?",
    }
    parsed = parse_file(write("mass_messages__Ada_Paid__2026-02-20 (1).csv", [row]), reference, settings, NOW)
    found = parsed.table.iloc[0]
    assert (found["page_name"], found["creator_id"], found["sent_count"], found["sender"]) == (
        "ada_paid",
        "c1",
        3412,
        "Kim",
    )
    assert found["sending_time"] == pd.Timestamp("2025-08-23 06:07")
    assert found["_exported_at"] == pd.Timestamp("2026-02-20")
    assert found["is_unsent"]
    assert len(found["row_key"]) == 64


@pytest.mark.parametrize(
    ("headers", "expected"),
    [({"Sending time": "When"}, "error"), ({"Sending time": "Sent", "Sent": "Recipients"}, 1000), ({}, 1000)],
)
def test_sent_is_a_count_or_a_time_by_its_values(
    write: Writer, settings: Settings, reference: Reference, headers: dict[str, str], expected: object
) -> None:
    rows = [{headers.get(k, k): v for k, v in row.items()} for row in [send(), *good_sends(2)]]
    parsed = parse_file(write("r.csv", rows), reference, settings, NOW)
    if expected == "error":
        assert "sending_time" in str(parsed.error)
    else:
        assert parsed.table["sent_count"].iloc[0] == expected
        assert parsed.table["sending_time"].iloc[0] == pd.Timestamp("2026-02-21 04:05")


def test_an_ambiguous_header_without_values_is_an_error(
    write: Writer, settings: Settings, reference: Reference
) -> None:
    rows = [{**{k: v for k, v in row.items() if k != "Sending time"}, "Sent": ""} for row in good_sends(2)]
    error = str(parse_file(write("r.csv", rows), reference, settings, NOW).error)
    assert "'Sent' may mean sending_time or sent_count" in error


def test_two_headers_for_one_column_follow_the_configured_order(
    write: Writer, settings: Settings, reference: Reference
) -> None:
    rows = [{**row, "Net": "1.00", "Revenue": "40.00"} for row in good_sends(2)]
    parsed = parse_file(
        write("r.csv", [{k: v for k, v in r.items() if k != "Earnings"} for r in rows]), reference, settings, NOW
    )
    assert parsed.table["earnings"].tolist() == [40.0, 40.0]
    assert any("Net" in warning for warning in parsed.warnings)


def test_caption_logger_headers(write: Writer, settings: Settings, reference: Reference) -> None:
    row = {
        "ID": "7",
        "Preview": CAPTION,
        "Category": "ppv",
        "Theme": "Solo",
        "PriceLastSent": "$14.99",
        "TimesUsed": "3",
        "LastUsedPage": "@Ada_Paid",
        "LastUsedDate": "2026-02-01",
        "WordCount": "9",
        "LengthCat": "Short",
        "BestTime": "Evening",
    }
    found = parse_file(write("export.csv", [row]), reference, settings, NOW).table.iloc[0]
    assert (found["caption_type"], found["price"], found["times_used"], found["page_name"]) == (
        "ppv_unlock",
        14.99,
        3,
        "ada_paid",
    )
    assert found["source"] == "caption_logger"


@pytest.mark.parametrize(
    ("text", "utc"),
    [
        ("2025-08-22T23:07:00Z", "2025-08-22 23:07"),
        ("2025-08-22 23:07:00+02:00", "2025-08-22 21:07"),
        ("2025-08-22 23:07 EST", "2025-08-23 03:07"),
        ("22 August 2025 23:07", "2025-08-23 06:07"),
        ("Fri, Aug 22, 2025 11:07 pm", "2025-08-23 06:07"),
        ("45891.5", "2025-08-22 19:00"),
        ("1755900000", "2025-08-22 22:00"),
        ("1755900000000", "2025-08-22 22:00"),
        ("Aug 5, 2025 at 12:00 AM", "2025-08-05 07:00"),
    ],
)
def test_time_forms(text: str, utc: str) -> None:
    found = times(pd.Series([text], dtype="str"), "America/Los_Angeles", NOW_UTC, ingest_config())
    assert found.values.iloc[0] == pd.Timestamp(utc)


def test_daylight_saving() -> None:
    texts = pd.Series(["Mar 9, 2025 at 2:30 AM", "Nov 2, 2025 at 1:30 AM", "Nov 2, 2025 at 3:00 AM"], dtype="str")
    found = times(texts, "America/Los_Angeles", NOW_UTC, ingest_config())
    assert found.values.astype(str).tolist() == ["2025-03-09 10:30:00", "2025-11-02 08:30:00", "2025-11-02 11:00:00"]
    assert (found.shifted.tolist(), found.ambiguous.tolist()) == ([True, False, False], [False, True, False])


def test_day_or_month_first_is_one_order_per_file() -> None:
    config = ingest_config()
    day_first = times(pd.Series(["13/02/2025", "03/04/2025"], dtype="str"), "UTC", NOW_UTC, config)
    assert day_first.values.astype(str).tolist() == ["2025-02-13", "2025-04-03"]
    assert day_first.warning is None
    both = times(pd.Series(["03/04/2025", "05/06/2025"], dtype="str"), "UTC", NOW_UTC, config)
    assert both.values.astype(str).tolist() == ["2025-03-04", "2025-05-06"]
    assert "month first" in str(both.warning)
    assert dates(pd.Series(["2025-02-13T00:00:00-08:00"], dtype="str"), NOW_UTC, config).values.iloc[0] == pd.Timestamp(
        "2025-02-13"
    )


def test_decimal_comma_is_one_choice_per_column() -> None:
    found = money(pd.Series(["14,99", "1.299,00", "1.299"], dtype="str"), ingest_config())
    assert found.values.tolist() == [14.99, 1299.0, 1299.0]


def test_caption_hash_ignores_case_space_and_composition() -> None:
    texts = pd.Series(["  Café   Time\n", "cafe\u0301 time", "café  TIME", None, "other"], dtype="str")
    hashes = caption_hash(texts)
    assert hashes[:3].nunique() == 1
    assert pd.isna(hashes[3])
    assert hashes[4] != hashes[0]


def test_repair_leaves_good_text_alone() -> None:
    texts = pd.Series(["naïve façade Ångström", "It’s ✨", "plain", None], dtype="str")
    repaired, changed, garbled = repair_mojibake(texts)
    assert repaired.equals(texts)
    assert not changed.any()
    assert not garbled.any()


def test_undisguised_keeps_the_plain_reading() -> None:
    assert (
        undisguised(pd.Series(["m1nor kids2 w o r d s"], dtype="str"))[0] == "m1nor kids2 w o r d s\nminor kids2 words"
    )


@hypothesis_settings(max_examples=60, deadline=None)
@given(
    st.lists(st.lists(st.sampled_from("abcdefghijklmnop"), min_size=1, max_size=24), min_size=2, max_size=25),
    st.integers(0, 25),
)
def test_near_duplicates_are_exact(words: list[list[str]], first_new: int) -> None:
    texts = pd.Series([" ".join(w) for w in words], dtype="str")
    is_new = pd.Series([i >= first_new for i in range(len(words))])
    found = near_duplicates(texts, is_new, 0.9)
    sets = [set(w) for w in words]
    for i, own in enumerate(sets):
        older = [j for j in range(i) if len(own & sets[j]) / len(own | sets[j]) >= 0.9 - 1e-12]
        assert (found[i] == older[0]) if older and is_new[i] else pd.isna(found[i])


def test_near_duplicates_of_long_texts() -> None:
    base = [f"w{i}" for i in range(125)]
    texts = pd.Series([" ".join(base), " ".join(base[:115]), " ".join(base[:100])], dtype="str")
    assert near_duplicates(texts, pd.Series([True] * 3), 0.9).tolist()[1] == 0
