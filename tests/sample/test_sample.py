"""The sample agency's files: the same bytes every time, the promised shapes, and the planted faults."""

from __future__ import annotations

import re
import zipfile
from pathlib import Path

import numpy as np
import openpyxl
import pandas as pd
import pytest

from eros_assets.domain.captions.text import caption_hash
from eros_assets.sample import write_demo
from eros_assets.settings import Settings
from tests.sample.conftest import END, Sample

SMALL = {"creators": 3, "captions": 800, "sends": 1_500, "days": 60}
CANONICAL = {
    "Text": "Message",
    "MESSAGE": "Message",
    "Sending Time": "Sending time",
    "Unlocked": "Purchased",
    "Buyers": "Purchased",
    "Revenue": "Earnings",
    "Total": "Earnings",
    "Views": "Viewed",
}


def read_report(path: Path) -> pd.DataFrame:
    """A platform report with the canonical headers, as text; widened lines are cut to the header."""
    if path.suffix == ".xlsx":
        header, *rows = openpyxl.load_workbook(path).active.values
        frame = pd.DataFrame(rows, columns=header).astype(object)
    else:
        content = path.read_bytes()
        encoding = "utf-16" if content[:2] == b"\xff\xfe" else "utf-8-sig"
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            encoding = "cp1252"
            text = content.decode(encoding)
        first = text.splitlines()[0]
        separator = max(",;\t", key=first.count)
        frame = pd.read_csv(
            path,
            sep=separator,
            encoding=encoding,
            dtype=str,
            keep_default_na=False,
            engine="python",
            on_bad_lines=lambda cells: cells[: first.count(separator) + 1],
            index_col=False,
        )
    frame.columns = [CANONICAL.get(str(name).strip(), str(name).strip()) for name in frame.columns]
    return frame


def digests(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def draw(home: Path, settings: Settings, **changes: int) -> dict[str, bytes]:
    write_demo(home / "inbox", home / "truth.json", end=END, settings=settings, **{**SMALL, **changes})
    return digests(home)


def test_same_arguments_write_the_same_bytes(tmp_path: Path, settings: Settings) -> None:
    first = draw(tmp_path / "a", settings)
    assert first == draw(tmp_path / "b", settings)
    assert any(name.endswith(".xlsx") for name in first)
    assert first != draw(tmp_path / "c", settings, seed=7)


def test_truth_inside_the_inbox_and_tiny_sizes_are_refused(tmp_path: Path, settings: Settings) -> None:
    with pytest.raises(ValueError, match="outside the inbox"):
        write_demo(tmp_path, tmp_path / "truth.json", end=END, settings=settings, **SMALL)
    with pytest.raises(ValueError, match="days = 3"):
        draw(tmp_path, settings, days=3)


@pytest.mark.parametrize("creators", [2, 5, 9])
def test_small_agencies_work(tmp_path: Path, settings: Settings, creators: int) -> None:
    files = draw(tmp_path, settings, creators=creators, captions=300, sends=200, days=20)
    pages = pd.read_csv(next(tmp_path.glob("inbox/creators__*.csv")), sep=";", encoding="cp1252")
    assert len(pages) == creators + 2  # a double and a page with negative fans
    assert "truth.json" in files


def test_every_file_is_listed_with_its_rows(sample: Sample) -> None:
    on_disk = {path.name for path in sample.inbox.iterdir()}
    assert on_disk == {file.name for file in sample.report.files}
    kinds = {file.kind for file in sample.report.files}
    assert kinds == {
        "sends",
        "wall_posts",
        "captions",
        "creators",
        "personas",
        "vault",
        "page_metrics",
        "broken",
        "copy",
    }
    for file in sample.report.files:
        if file.kind == "sends" and file.name.startswith("mass"):
            assert len(read_report(sample.inbox / file.name)) == file.rows, file.name


def test_platform_reports_have_the_platform_form(sample: Sample) -> None:
    paths = sorted(sample.inbox.glob("mass_messages__*__2025-12-01.*"))
    form = {
        "Message",
        "Sending time",
        "Sender",
        "Status",
        "Price",
        "Sent",
        "Viewed",
        "Purchased",
        "Earnings",
        "Withdrawn by",
    }
    good = re.compile(r"(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d{1,2}, \d{4} at \d{1,2}:\d{2} [AP]M")
    assert {path.suffix for path in paths} == {".csv", ".xlsx"}
    for path in paths:
        report = read_report(path)
        assert form <= set(report.columns) <= form | {"Internal notes"}
        assert report["Sending time"].astype(str).str.fullmatch(good).mean() > 0.97


def test_the_recent_report_repeats_sends_with_grown_counters(sample: Sample) -> None:
    overlaps = grown = 0
    for recent in sample.inbox.glob("mass_messages__*__2025-12-01.*"):
        page = recent.name.split("__")[1]
        older = sample.inbox / f"mass_messages__{page}__2025-10-31.csv"
        if not older.exists():
            continue
        key = ["Message", "Sending time", "Sent"]
        tables = [read_report(path).astype(str).drop_duplicates(key) for path in (older, recent)]
        both = tables[0].merge(tables[1], on=key, suffixes=("_old", "_new"))
        views = both[["Viewed_old", "Viewed_new"]].apply(pd.to_numeric, errors="coerce").dropna()
        overlaps += len(views)
        grown += int((views["Viewed_new"] > views["Viewed_old"]).sum())
        assert (views["Viewed_new"] >= views["Viewed_old"]).mean() > 0.95  # the rest are planted faults
    assert overlaps > 500
    assert grown > 50


def test_broken_files_and_the_copy(sample: Sample) -> None:
    broken = {name: file for file in sample.report.files for name in file.faults if file.kind in ("broken", "copy")}
    with pytest.raises(zipfile.BadZipFile):
        zipfile.ZipFile(sample.inbox / broken["unreadable_file"].name)
    assert "Sending time" not in read_report(sample.inbox / broken["missing_column"].name).columns
    copy = sample.inbox / broken["file_copy"].name
    assert copy.read_bytes() == (sample.inbox / copy.name.replace(" (1)", "")).read_bytes()


def test_every_configured_fault_is_planted_and_rare(sample: Sample) -> None:
    faults = sample.report.faults
    expected = {
        "bad_time", "bad_price", "bad_currency", "price_text", "count_text", "percent_count", "viewed_above_sent",
        "purchased_above_viewed", "negative_count", "negative_sent", "zero_sent", "negative_earnings",
        "absurd_earnings",
        "price_drift", "formula_text", "duplicate", "blank_line", "page_null", "page_spelling", "former_creator",
        "key_conflict", "possible_duplicate", "empty_caption", "prohibited", "unreadable_file", "missing_column",
        "mostly_quarantined", "file_copy", "missing_persona", "duplicate_page", "unknown_page",
    }  # fmt: skip
    assert expected <= set(faults)
    quarantined = sum(faults[kind] for kind in ("bad_time", "bad_price", "bad_currency", "negative_earnings"))
    assert quarantined < 0.02 * sample.report.rows


def test_sent_texts_are_captions_of_the_files(sample: Sample) -> None:
    texts = []
    for path in sample.inbox.glob("caption_*"):
        texts.append(read_report(path).pipe(lambda f: f["caption_text" if "caption_text" in f else "Preview"]))
    pool = set(caption_hash(pd.concat(texts).dropna().astype(str)))
    sent = pd.concat([read_report(path)["Message"] for path in sample.inbox.glob("mass_messages__*__2025-10-31.csv")])
    assert 0.90 <= caption_hash(sent).isin(pool).mean() < 1.0


def test_prohibited_samples_are_in_the_files_and_in_no_clean_text(sample: Sample) -> None:
    bank = pd.read_csv(next(sample.inbox.glob("caption_bank__*")), dtype=str)
    hits = bank["caption_text"].str.contains("stepsister|stepbrother|drunk|wasted", na=False)
    planted = next(file for file in sample.report.files if file.name.startswith("caption_bank")).faults["prohibited"]
    assert int(hits.sum()) == planted


def test_pools_serve_every_send_type(sample: Sample) -> None:
    bank = pd.read_csv(next(sample.inbox.glob("caption_bank__*")), dtype=str)
    counts = bank["caption_type"].value_counts()
    wanted = {kind for send_type in sample.settings.send_types for kind in send_type.caption_types}
    assert wanted <= set(counts.index)
    assert counts[sorted(wanted)].min() >= 40


def test_vault_and_creators(sample: Sample) -> None:
    vault = pd.read_csv(next(sample.inbox.glob("vault_matrix__*")), sep=";", dtype=str, keep_default_na=False)
    keys = [content.key for content in sample.settings.content_types]
    owned = ~vault[keys].isin(["0", "", "no"])
    assert (owned[["teaser", "solo", "selfie", "behind_the_scenes"]]).all(axis=None)
    assert owned.sum(axis=1).between(9, 32).all()
    pages = pd.read_csv(
        next(sample.inbox.glob("creators__*.csv")), sep=";", encoding="cp1252", dtype={"is_active": str}
    )
    inactive = pages.loc[pages["is_active"] == "False", "page_name"]
    assert len(inactive) == 1
    assert not vault["page_name"].isin(inactive).any()
    assert np.isin(
        pages["content_category"].dropna().unique(), ["GFE Softcore", "lifestyle", "amateur", "commercial"]
    ).all()
