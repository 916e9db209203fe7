"""The static site: links that lead somewhere, held creators with their reason."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pandas as pd
import pytest

from eros_assets.domain import frames
from eros_assets.flows.publish_files import publish_schedule, write_files
from eros_assets.reports.digest import digest_files
from eros_assets.reports.site import site_files
from eros_assets.settings import Settings, load_settings
from tests.reports.conftest import AS_OF, WEEK, Week, make_week
from tests.reports.test_calendar_page import Page
from tests.reports.test_digest import digest_of, ledger_row, quarantine_row, two_kinds


@pytest.fixture
def weeks(settings: Settings) -> list[Week]:
    return [
        make_week(settings, "creator-1", "sunny_trails", status="published"),
        make_week(settings, "creator-2", "odd page/é", days=1, status="published"),
        make_week(settings, "creator-3", "held_page", days=1, status="held"),
    ]


def build(settings: Settings, weeks: list[Week], **changes: object) -> dict[str, bytes]:
    verdicts = pd.concat([week.verdicts for week in weeks], ignore_index=True)
    held = (verdicts["creator_id"] == "creator-3") & (verdicts["rule"] == "2.1")
    verdicts.loc[held, "level"] = "error"
    inputs: dict[str, object] = {
        "schedules": pd.concat([week.schedules for week in weeks], ignore_index=True),
        "verdicts": verdicts,
        "creators": pd.concat([week.creators for week in weeks], ignore_index=True),
        "health": frames.CREATOR_HEALTH.empty(),
        "ledger": frames.RAW_LEDGER.conform(pd.DataFrame([ledger_row("a", AS_OF, 100, 10)])),
        "quarantine": frames.RAW_QUARANTINE.conform(pd.DataFrame([quarantine_row(n, "a") for n in range(3)])),
        "digest": None,
        "digest_dates": [],
        "run_summary": {"files": 12, "seconds": {"ingest": 1.5}},
    }
    return site_files(settings, **inputs | changes)  # type: ignore[arg-type]


def test_every_link_of_the_site_leads_to_a_file(tmp_path: Path, weeks: list[Week]) -> None:
    home = load_settings(tmp_path)
    for week in weeks:
        publish_schedule(home, week.schedule, week.items, week.verdicts, week.creator)
    digest = digest_of(home, two_kinds(), creators=pd.concat([week.creators for week in weeks], ignore_index=True))
    write_files(home.paths.digests / str(AS_OF.date()), digest_files(digest))
    write_files(home.paths.site, build(home, weeks, digest=digest, digest_dates=[AS_OF.date()]))
    pages = [path for root in (home.paths.site, home.paths.digests) for path in root.rglob("*.html")]
    links = [
        (page, attrs["href"])
        for page in pages
        for attrs in Page(page.read_bytes()).all("a")
        if attrs.get("href") and not (attrs["href"] or "").startswith("#")
    ]
    assert len(links) > 20
    broken = [
        (page.name, link)
        for page, link in links
        if not (page.parent / str(PurePosixPath(link or ""))).resolve().is_file()
    ]
    assert broken == []


def test_held_creators_stand_with_their_reason(settings: Settings, weeks: list[Week]) -> None:
    files = build(settings, weeks)
    page = Page(files["index.html"])
    assert "caption is shorter than 250 characters [2.1]" in page.text
    hrefs = [attrs.get("href") for attrs in page.all("a")]
    assert "../published/2026-11-30/sunny_trails/schedule.html" in hrefs
    assert not [href for href in hrefs if "published/2026-11-30/held_page" in (href or "")]
    assert "Held." in Page(files["creators/held_page.html"]).text


def test_a_held_week_links_its_last_good_version(settings: Settings, weeks: list[Week]) -> None:
    good = weeks[2].schedules.assign(status="published")
    bad = weeks[2].schedules.assign(version=2, schedule_id="sched_v2")
    schedules = pd.concat([weeks[0].schedules, good, bad], ignore_index=True)
    verdicts = weeks[2].verdicts.assign(schedule_id="sched_v2", level="error")
    page = Page(build(settings, weeks, schedules=schedules, verdicts=verdicts)["index.html"])
    assert "../published/2026-11-30/held_page/schedule.html" in [attrs.get("href") for attrs in page.all("a")]
    assert "no item on a quarter hour [10.7]" in page.text


def test_dashboard_shows_quarantine_run_and_targets(settings: Settings, weeks: list[Week]) -> None:
    figures = frames.CREATOR_HEALTH.empty().reindex(range(2))
    figures = figures.assign(
        creator_id=["x", "y"], rps_30d=[100.0, 200.0], conversion_30d=0.05, priced_sends_30d=[30, 10]
    )
    page = Page(build(settings, weeks, health=figures)["index.html"])
    assert "$125.00" in page.text and "5.25%" in page.text
    assert "price <b>999</b> is above 200" in page.text
    assert "ingest: 1.5" in page.text.lower()


def test_an_empty_warehouse_still_has_a_site(settings: Settings) -> None:
    files = site_files(
        settings,
        schedules=frames.SCHEDULE.empty(),
        verdicts=frames.SCHEDULE_VERDICTS.empty(),
        creators=frames.RAW_CREATORS.empty(),
        health=frames.CREATOR_HEALTH.empty(),
        ledger=frames.RAW_LEDGER.empty(),
        quarantine=frames.RAW_QUARANTINE.empty(),
        digest=None,
        digest_dates=[],
        run_summary=None,
    )
    assert set(files) == {"index.html"}
    assert "No schedule yet" in Page(files["index.html"]).text


def test_creator_pages_list_the_newest_version_of_each_week(settings: Settings, weeks: list[Week]) -> None:
    first = weeks[0].schedules
    older = first.assign(week_start=WEEK - pd.Timedelta(days=7), schedule_id="old", status="completed")
    second = first.assign(version=2, expected_revenue=1234.0)
    schedules = pd.concat([first.assign(status="superseded"), older, second], ignore_index=True)
    page = Page(build(settings, weeks[:1], schedules=schedules)["creators/sunny_trails.html"])
    assert "$1,234" in page.text and "23 Nov 2026" in page.text and "$2,959" in page.text
    assert len(page.all("tr")) == 3
