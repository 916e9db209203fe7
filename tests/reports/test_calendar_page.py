"""The calendar page: everything on it, nothing that could run or reach a network."""

from __future__ import annotations

import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from eros_assets.reports.calendar_page import schedule_html
from eros_assets.settings import Settings
from tests.reports.conftest import Week

CHROMIUM = shutil.which("chromium")
VOID = {"meta", "link", "input", "br", "img"}


class Page(HTMLParser):
    """Tags with attributes, texts per tag, and a check that tags close in order."""

    def __init__(self, data: bytes) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(data.decode("utf-8"))
        self.close()
        assert not self.open, f"unclosed {self.open}"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open and self.open[-1] == tag, f"</{tag}> closes {self.open[-1:]}"
        self.open.pop()

    def handle_data(self, data: str) -> None:
        self.text += data

    def all(self, tag: str, css: str = "") -> list[dict[str, str | None]]:
        return [attrs for name, attrs in self.tags if name == tag and css in ["", *(attrs.get("class") or "").split()]]


def page_of(week: Week, settings: Settings) -> Page:
    return Page(schedule_html(week.schedule, week.items, week.verdicts, week.creator, settings))


def test_every_item_has_a_card_and_its_details(week: Week, settings: Settings) -> None:
    page = page_of(week, settings)
    wanted = week.items["item_id"].tolist()
    assert [card["data-open"] for card in page.all("a", "card")] == wanted
    assert [entry["id"] for entry in page.all("details", "item")] == [f"item-{item}" for item in wanted]
    assert [card["href"] for card in page.all("a", "card")] == [f"#item-{item}" for item in wanted]
    for text in week.items["caption_text"].dropna():
        assert text in page.text


def test_every_link_inside_the_page_has_its_target(week: Week, settings: Settings) -> None:
    page = page_of(week, settings)
    ids = {attrs["id"] for _, attrs in page.tags if "id" in attrs}
    targets = {(attrs["href"] or "")[1:] for attrs in page.all("a") if (attrs.get("href") or "").startswith("#")}
    assert targets and targets <= ids
    downloads = {attrs["href"]: attrs["download"] for attrs in page.all("a") if "download" in attrs}
    assert downloads == {
        f"schedule.{kind}": f"sunny_trails_2026-11-30.{kind}" for kind in ("csv", "xlsx", "ics", "json")
    }


def test_cards_lie_by_local_time_and_never_overlap(week: Week, settings: Settings) -> None:
    crowded = week.items.copy()
    day = crowded["weekday"] == 3
    crowded.loc[day, "scheduled_time"] = "23:59"
    page = Page(schedule_html(week.schedule, crowded, week.verdicts, week.creator, settings))
    boxes = [tuple(map(int, re.findall(r"(\d+)px", card["style"] or ""))) for card in page.all("a", "card")]
    column = int(re.findall(r"(\d+)px", page.all("ol", "daycol")[0]["style"] or "")[0])
    for start in range(0, len(boxes), 12):
        tops = boxes[start : start + 12]
        assert all(top + size <= following for (top, size), (following, _) in pairwise(tops))
        assert tops[-1][0] + tops[-1][1] <= column
    first, second = boxes[0], boxes[1]
    assert second[0] - first[0] == round((10 * 60 + 26 - 9 * 60) * 1.4) - round(7 * 1.4)


def test_header_names_value_quality_and_flags(week: Week, settings: Settings) -> None:
    text = page_of(week, settings).text
    for part in (
        "$2,959",
        "80% $2,101–$4,025",
        "97.7%",
        "ENABLE_TIMING_RULES",
        "63%",
        ZONE_TEXT,
        "Approved",
        "MID tier, paid page",
    ):
        assert part in text
    assert "caption is shorter than 250 characters" in text
    assert "Caption needed" in text


ZONE_TEXT = "all times America/Los_Angeles"


def test_a_hostile_caption_is_text_and_nothing_else(week: Week, settings: Settings) -> None:
    attack = "</p><script>alert(1)</script><img src=x onerror=alert(2)>\"'{{ 7*7 }}"
    page = page_of(week.with_caption(attack), settings)
    assert attack in page.text
    assert len(page.all("script")) == 1
    assert not page.all("img")
    assert not [name for _, attrs in page.tags for name in attrs if name.startswith("on")]


def test_nothing_is_loaded_from_anywhere(week: Week, settings: Settings) -> None:
    data = schedule_html(week.schedule, week.items, week.verdicts, week.creator, settings).decode()
    assert not re.search(r"(?:src|href)=\"?(?:https?:)?//", data)
    assert "@import" not in data and "url(" not in data
    policy = re.search(r'Content-Security-Policy" content="([^"]+)"', data)
    assert policy
    assert "default-src 'none'" in unescape(policy.group(1)) and "script-src 'sha256-" in unescape(policy.group(1))


@pytest.mark.slow
@pytest.mark.skipif(CHROMIUM is None, reason="no chromium")
def test_the_script_runs_in_a_browser_and_opens_an_item(week: Week, settings: Settings, tmp_path: Path) -> None:
    page = tmp_path / "schedule.html"
    page.write_bytes(schedule_html(week.schedule, week.items, week.verdicts, week.creator, settings))
    item = week.items.iloc[5]
    arguments = "--headless --no-sandbox --disable-gpu --no-first-run --disable-background-networking --disable-sync"
    done = subprocess.run(
        [
            str(CHROMIUM),
            *arguments.split(),
            f"--user-data-dir={tmp_path / 'profile'}",
            "--dump-dom",
            f"{page.as_uri()}#item-{item['item_id']}",
        ],
        capture_output=True,
        timeout=120,
        check=True,
    )
    shown = done.stdout.decode()
    dialog = shown[shown.index('<dialog id="panel"') : shown.index("</dialog>")]
    assert ' open=""' in dialog[: dialog.index(">")]
    assert "Bundle Mon 14:52" in dialog and item["caption_text"] in unescape(dialog)
    assert 'id="filters" hidden' not in shown


def test_a_held_schedule_says_so(week: Week, settings: Settings) -> None:
    held = Week(week.schedules.assign(status="held", bound_gap=pd.NA), week.items, week.verdicts, week.creators)
    assert "The last good version stays" in page_of(held, settings).text


def test_odd_json_columns_do_not_break_the_page(week: Week, settings: Settings) -> None:
    items = week.items.copy()
    items["explanation"] = [
        '"just a sentence"',
        "[]",
        "{}",
        "broken {",
        '{"a": {"b": [1, 2.5, true, null]}}',
        *items["explanation"][5:],
    ]
    items["score_parts"] = "[1, 2]"
    items.loc[0, "runners_up"] = '"one"'
    page = Page(schedule_html(week.schedule, items, week.verdicts, week.creator, settings))
    assert "just a sentence" in page.text and "B: 1, 2.5, yes, –" in page.text and "broken {" in page.text


@budget(deadline=None, max_examples=40)
@given(text=st.text(max_size=200))
def test_any_text_keeps_the_page_whole(week: Week, settings: Settings, text: str) -> None:
    changed = week.with_caption(text)
    small = Week(changed.schedules, changed.items.iloc[:3], changed.verdicts.iloc[:1], changed.creators)
    assert len(page_of(small, settings).all("a", "card")) == 3
