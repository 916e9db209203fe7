"""What a user opens: the calendar page and the Dagster UI, in a real browser."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Page, sync_playwright

from eros_assets.pipeline import RunSummary
from eros_assets.settings import Settings
from tests.browser.pages import (
    SWITCHES,
    ReportPages,
    browser_page,
    chromium,
    dagster_ui,
    open_asset_graph,
    open_calendar,
)

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(chromium() is None, reason="needs chromium (Debian package chromium)"),
]


def test_the_calendar_shows_every_item_and_opens_its_reasons(first_run: tuple[Settings, RunSummary]) -> None:
    settings, summary = first_run
    calendar = sorted((settings.paths.published / summary.week_start).glob("*/schedule.html"))[0]
    errors: list[str] = []
    with browser_page() as page:
        page.on("pageerror", lambda error: errors.append(str(error)))
        open_calendar(page, calendar)
        cards = page.locator("[id^='item-']")
        rows = (calendar.parent / "schedule.csv").read_text(encoding="utf-8-sig")
        assert cards.count() > 20
        assert cards.count() == len({line.rsplit(",", 1)[-1] for line in rows.splitlines()[1:] if line.count(",") > 10})
        cards.first.click()
        page.get_by_text("Why", exact=True).first.wait_for(timeout=5_000)
    assert errors == []


WIDTHS = [pytest.param(1600, id="desktop"), pytest.param(1280, id="laptop"), pytest.param(390, id="phone")]
# Longer than any word: a file name or an id of which a phone shows one half a line below the other.
LONGEST_WORD = 30
BROKEN_WORDS = """() => {
  const broken = [];
  const walk = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walk.nextNode(); node; node = walk.nextNode()) {
    const place = node.parentElement.closest("td, th, dt, dd, .finding, .card .line, .chip, .badge, .crumbs");
    if (!place || !node.parentElement.checkVisibility()) continue;
    for (const word of node.data.matchAll(/\\S+/g)) {
      const range = document.createRange();
      range.setStart(node, word.index);
      range.setEnd(node, word.index + word[0].length);
      const lines = new Set([...range.getClientRects()].filter((box) => box.width).map((box) => Math.round(box.top)));
      if (lines.size > 1) broken.push(word[0]);
    }
  }
  return broken;
}"""
CARDS = """() => [...document.querySelectorAll(".card")].map((card) => {
  const box = card.getBoundingClientRect();
  const inside = (part) => {
    const own = card.querySelector(part)?.getBoundingClientRect();
    return !own || (own.height > 8 && own.top >= box.top && own.bottom <= box.bottom + 1 && own.right <= box.right + 1);
  };
  return {
    name: card.dataset.open, top: box.top, bottom: box.bottom, column: card.closest(".day").ariaLabel,
    cut: card.scrollHeight > card.clientHeight + 1 || card.scrollWidth > card.clientWidth + 1,
    shown: [".time", ".type", ".text"].every((part) => card.querySelector(part) && inside(part)) && inside(".price"),
    text: card.querySelector(".text").textContent.trim(),
  };
})"""


@pytest.fixture
def pages(first_run: tuple[Settings, RunSummary]) -> ReportPages:
    settings, summary = first_run
    return ReportPages.of(settings.paths.home, summary.week_start)


@pytest.mark.parametrize("width", WIDTHS)
def test_no_card_is_cut_and_none_lies_over_another(pages: ReportPages, width: int) -> None:
    assert len(pages.calendars) >= 3
    with browser_page(width) as page:
        for calendar in pages.calendars:
            open_calendar(page, calendar)
            cards = page.evaluate(CARDS)
            items = json.loads((calendar.parent / "schedule.json").read_text())["items"]
            assert len(cards) == len(items)
            assert [card for card in cards if card["cut"] or not card["shown"] or not card["text"]] == []
            for day in {card["column"] for card in cards}:
                column = [card for card in cards if card["column"] == day]
                assert all(a["bottom"] <= b["top"] for a, b in pairwise(column))


@pytest.mark.parametrize("width", WIDTHS)
def test_no_word_is_broken_and_no_page_is_wider_than_the_screen(pages: ReportPages, width: int) -> None:
    with browser_page(width) as page:
        for kind, file in pages.by_kind().items():
            open_calendar(page, file)
            broken = [word for word in page.evaluate(BROKEN_WORDS) if len(word) <= LONGEST_WORD]
            assert broken == [], kind
            assert page.evaluate("document.documentElement.scrollWidth") <= width, kind


def test_on_a_phone_every_row_is_a_card_that_names_its_cells(pages: ReportPages) -> None:
    with browser_page(390) as page:
        for kind in ("site", "creator", "digest"):
            open_calendar(page, pages.by_kind()[kind])
            assert page.locator("thead").first.bounding_box()["width"] <= 1, kind  # type: ignore[index]
            cells = page.evaluate(
                """() => [...document.querySelectorAll("tbody td:not(.lead):not(.extra)[data-label]")]
                .filter((cell) => cell.checkVisibility() && cell.textContent.trim())
                .map((cell) => [cell.dataset.label, getComputedStyle(cell, "::before").content])"""
            )
            assert cells and all(shown == f'"{label}"' for label, shown in cells), kind


def test_print_holds_the_week_and_every_caption(pages: ReportPages, tmp_path: Path) -> None:
    calendar = pages.calendars[0]
    items = json.loads((calendar.parent / "schedule.json").read_text())["items"]
    with browser_page(1123, 794) as page:
        open_calendar(page, calendar)
        page.emulate_media(media="print")
        assert page.locator(".week .card").first.is_visible()
        assert not page.locator("nav").first.is_visible()
        printed = page.evaluate(
            """() => [...document.querySelectorAll(".agenda .clip")].map((text) =>
            [text.checkVisibility() && text.scrollWidth <= text.clientWidth + 1, text.innerText])"""
        )
        page.pdf(path=str(tmp_path / "week.pdf"), prefer_css_page_size=True)
    assert len(printed) == len(items)
    for (is_whole, text), item in zip(printed, items, strict=True):
        assert is_whole
        assert " ".join((item["caption_text"] or "Caption needed").split()) in " ".join(text.split())
    if shutil.which("pdftotext"):
        text = subprocess.run(
            ["pdftotext", "-layout", str(tmp_path / "week.pdf"), "-"], capture_output=True, text=True, check=True
        ).stdout
        words = {word for item in items for word in re.findall(r"[A-Za-z]{3,}", item["caption_text"] or "")}
        assert len(words) > 100 and words <= set(re.findall(r"[A-Za-z]{3,}", text))


def test_nothing_a_scheduler_reads_is_a_key_of_the_code(pages: ReportPages) -> None:
    with browser_page() as page:
        for calendar in pages.calendars:
            open_calendar(page, calendar)
            page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
            said = page.evaluate(
                """() => [...document.querySelectorAll(
                ".detail dl:first-of-type, .detail li, .finding, .tiles, .week .line, .dayhead, h3, .columns ul")]
                .map((part) => part.innerText).join("\\n")"""
            )
            assert "Expected" in said
            for wrong in (
                r"\b[a-z]+_[a-z_]+\b",
                r"T\d+\.\d",
                r"\(\d+\.\d\)",
                "Thompson",
                r"\$nothing",
                r"\$0(?!\.?\d)",
            ):
                assert not page.evaluate("([text, wrong]) => text.match(new RegExp(wrong))?.[0]", [said, wrong]), wrong


def test_the_dashboard_tells_of_the_run_that_made_it(
    pages: ReportPages, first_run: tuple[Settings, RunSummary]
) -> None:
    _, summary = first_run
    with browser_page() as page:
        open_calendar(page, pages.by_kind()["site"])
        text = page.locator("section", has=page.get_by_role("heading", name="Last run")).inner_text()
    for part in (
        summary.finished_at,
        f"{summary.rows_read:,} rows",
        f"{summary.items:,}",
        f"{summary.checks_passed:,} passed",
    ):
        assert part in text


@pytest.mark.skipif("EROS_AXE" not in os.environ, reason="EROS_AXE names no axe.min.js")
@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1600, 390])
def test_axe_finds_no_violation(pages: ReportPages, width: int, scheme: str) -> None:
    engine = Path(os.environ["EROS_AXE"]).read_text(encoding="utf-8")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        context = browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme, bypass_csp=True)  # type: ignore[arg-type]
        page = context.new_page()
        for kind, file in pages.by_kind().items():
            open_calendar(page, file)
            found = [_axe(page, engine)]
            if kind == "calendar":
                page.locator(".card").first.click()
                found.append(_axe(page, engine))
            for result in found:
                assert result["passes"] > 5
                assert result["violations"] == [], kind
        browser.close()


def _axe(page: Page, engine: str) -> dict[str, object]:
    page.evaluate(engine)
    return page.evaluate(
        """async () => { const found = await axe.run(document);
        return {passes: found.passes.length, violations: found.violations.map((one) => one.id)}; }"""
    )


def test_the_asset_graph_shows_every_group(first_run: tuple[Settings, RunSummary]) -> None:
    settings, _ = first_run
    with dagster_ui(settings.paths.home) as address, browser_page() as page:
        open_asset_graph(page, address)
        text = page.inner_text("body")
    for group in ("raw", "staging", "performance", "scoring", "planning", "publishing", "digests", "governance"):
        assert group in text
