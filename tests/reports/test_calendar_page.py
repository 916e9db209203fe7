"""The calendar page: everything on it, nothing that could run or reach a network."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from html import unescape
from html.parser import HTMLParser
from pathlib import Path

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as budget
from hypothesis import strategies as st

from eros_assets.reports.calendar_page import schedule_html
from eros_assets.reports.explanation import PlannedUnder, alternatives, reasons
from eros_assets.reports.values import row_of, rows_of
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


def test_cards_stand_in_their_day_and_hour_in_order(week: Week, settings: Settings) -> None:
    page = page_of(week, settings)
    # 9 h is the first hour of the fixture's days: row 1 of the seven lists.
    rows = [
        int((attrs["style"] or "").removeprefix("--row:"))
        for attrs in page.all("li")
        if "--row" in (attrs.get("style") or "")
    ]
    hours = week.items["scheduled_time"].str[:2].astype(int)
    expected = [int(hour) - 8 for day in range(7) for hour in sorted(set(hours[week.items["weekday"] == day]))]
    assert rows == expected
    assert [section["aria-label"] for section in page.all("section", "day")][:2] == ["Monday", "Tuesday"]


def test_header_names_value_quality_and_how_it_was_planned(week: Week, settings: Settings) -> None:
    text = page_of(week, settings).text
    for part in (
        "$2,959",
        "8 in 10 weeks: $2,101–$4,025",
        "Within 2.3% of the best possible week under these rules",
        "ENABLE_TIMING_RULES",
        "timing rules",
        "Recommended",
        "exact method: everything in the week is decided together",
        "differs from the preset: price points off",
        "63.0%",
        ZONE_TEXT,
        "Approved",
        "MID tier, paid page",
    ):
        assert part in text
    assert "Caption needed" in text


def test_a_baseline_week_is_not_graded_by_its_bound(week: Week, settings: Settings) -> None:
    other = week.schedules.assign(method="baseline", preset="baseline", preset_changes="[]", bound_gap=0.61)
    text = Page(schedule_html(other.iloc[0], week.items, week.verdicts, week.creator, settings)).text
    assert "best possible" not in text and "61%" not in text and "61.0%" not in text
    assert "baseline method: one choice after another" in text


def test_a_schedule_of_before_the_presets_still_has_its_page(week: Week, settings: Settings) -> None:
    old = week.schedule.drop(["method", "preset", "preset_changes"])
    text = Page(schedule_html(old, week.items, week.verdicts, week.creator, settings)).text
    assert "Planned as" not in text and "best possible" not in text


def test_only_rules_in_force_are_findings_and_their_messages_are_words(week: Week, settings: Settings) -> None:
    text = page_of(week, settings).text
    assert "0 errors · 1 warnings" in text
    assert "tip goal stays pinned for 96 hours" in text and not re.search(r"\bT\d+\.\d|\u00a7", text)
    assert "53% of the captioned items" not in text  # ENABLE_CHAR_LENGTH_MULTIPLIER is off for this page
    assert "1 notes that ask for nothing" in text and "no item on a quarter hour" in text
    on = week.schedules.assign(flag_set=json.dumps(["ENABLE_CHAR_LENGTH_MULTIPLIER"])).iloc[0]
    text = Page(schedule_html(on, week.items, week.verdicts, week.creator, settings)).text
    assert "53% of the captioned items" in text and "pinned for 96" not in text


def test_a_flavor_is_shown_only_where_it_was_planned(week: Week, settings: Settings) -> None:
    assert "throwback" in set(week.items["flavor"])
    assert "throwback" not in page_of(week, settings).text
    on = week.schedules.assign(flag_set=json.dumps(["ENABLE_DAILY_AUTOMATION"])).iloc[0]
    assert "throwback" in Page(schedule_html(on, week.items, week.verdicts, week.creator, settings)).text


def test_reasons_and_alternatives_are_the_sentences_of_the_terminal(week: Week, settings: Settings) -> None:
    text = " ".join(page_of(week, settings).text.split())
    under = PlannedUnder.of(row_of(week.schedule))
    for item in rows_of(week.items):
        for reason in reasons(item, under, settings):
            assert reason.topic == "Score" or reason.text in text
        for other in alternatives(item):
            assert other.text in text and other.reason in text
    assert "The lighthouse set, with a view nobody else has." in text
    assert not re.search(r"caption_value|slot_factor|own_evidence|is_forced|Thompson|T\d\.\d", text)


def test_a_send_that_sells_nothing_shows_no_dollars(week: Week, settings: Settings) -> None:
    items = week.items.copy()
    asks_nothing = (items["category"] != "revenue") & ~items["is_followup"]
    items.loc[asks_nothing, ["expected_revenue", "expected_revenue_low", "expected_revenue_high"]] = 0.0
    page = schedule_html(week.schedule, items, week.verdicts, week.creator, settings).decode()
    assert not re.search(r"\$0(?:\.00)?(?![.\d])", page)
    free = items.loc[asks_nothing, "item_id"].iloc[0]
    card = page[page.index(f'data-open="{free}"') :]
    assert "$" not in card[: card.index("</a>")]
    details = page[page.index(f'id="item-{free}"') :]
    details = details[: details.index("</details>")]
    assert "no sale" in details and "No sale: this send sells nothing itself" in details
    assert "here</b>" not in details and "The lighthouse set" in details


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
    assert len(page.all("a", "card")) == len(items) and "another caption" in page.text


@budget(deadline=None, max_examples=40)
@given(text=st.text(max_size=200))
def test_any_text_keeps_the_page_whole(week: Week, settings: Settings, text: str) -> None:
    changed = week.with_caption(text)
    small = Week(changed.schedules, changed.items.iloc[:3], changed.verdicts.iloc[:1], changed.creators)
    assert len(page_of(small, settings).all("a", "card")) == 3
