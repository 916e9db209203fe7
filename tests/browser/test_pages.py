"""What a user opens: the calendar page and the Dagster UI, in a real browser."""

from __future__ import annotations

import pytest

from eros_assets.pipeline import RunSummary
from eros_assets.settings import Settings
from tests.browser.pages import browser_page, chromium, dagster_ui, open_asset_graph, open_calendar

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


def test_the_asset_graph_shows_every_group(first_run: tuple[Settings, RunSummary]) -> None:
    settings, _ = first_run
    with dagster_ui(settings.paths.home) as address, browser_page() as page:
        open_asset_graph(page, address)
        text = page.inner_text("body")
    for group in ("raw", "staging", "performance", "scoring", "planning", "publishing", "digests", "governance"):
        assert group in text
