"""The static site: links that lead somewhere, held creators with their reason."""

from __future__ import annotations

from pathlib import Path, PurePosixPath

import pandas as pd
import pytest

from eros_assets.domain import frames
from eros_assets.flows.digest import NEWEST
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
    held = (verdicts["creator_id"] == "creator-3") & (verdicts["rule"] == "1.6")
    verdicts.loc[held, "level"] = "error"
    inputs: dict[str, object] = {
        "schedules": pd.concat([week.schedules for week in weeks], ignore_index=True),
        "verdicts": verdicts,
        "creators": pd.concat([week.creators for week in weeks], ignore_index=True),
        "health": frames.CREATOR_HEALTH.empty(),
        "coverage": frames.GAP_COVERAGE.empty(),
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
    creators = pd.concat([week.creators for week in weeks], ignore_index=True)
    schedules = pd.concat([week.schedules for week in weeks], ignore_index=True)
    in_force = schedules[schedules["status"] == "published"]
    digest = digest_of(home, two_kinds(), creators=creators, schedules=in_force)
    for folder in (str(AS_OF.date()), NEWEST):
        write_files(home.paths.digests / folder, digest_files(digest))
    write_files(home.paths.site, build(home, weeks, digest=digest, digest_dates=[AS_OF.date()]))
    pages = [
        path for root in (home.paths.site, home.paths.digests, home.paths.published) for path in root.rglob("*.html")
    ]
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
    # Home, creator page, calendar and digest: from each to every other one, of the same creator.
    four = {
        "home": home.paths.site / "index.html",
        "creator": home.paths.site / "creators" / "sunny_trails.html",
        "calendar": home.paths.published / "2026-11-30" / "sunny_trails" / "schedule.html",
        "digest": home.paths.digests / NEWEST / "creators" / "sunny_trails.html",
    }
    dated = {home.paths.digests / str(AS_OF.date()) / "creators" / "sunny_trails.html": four["digest"]}
    for name, page in four.items():
        reached = {(page.parent / (link or "")).resolve() for source, link in links if source == page}
        missing = {other for other, path in four.items() if path.resolve() not in {dated.get(r, r) for r in reached}}
        # The home page leads to a creator's digest through the creator or the agency's digest.
        assert missing - {name} <= ({"digest"} if name == "home" else set()), name


def test_held_creators_stand_with_their_reason(settings: Settings, weeks: list[Week]) -> None:
    files = build(settings, weeks)
    page = Page(files["index.html"])
    assert "tip goal stays pinned for 96 hours [1.6]" in page.text
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
    measured = pd.DataFrame({"week_start": [WEEK, WEEK - pd.Timedelta(days=7)], "gap": "2.1", "measured": [0.23, 0.9]})
    files = build(settings, weeks, digest=digest_of(settings, two_kinds()), coverage=measured)
    page = Page(files["index.html"])
    # 40 sends of $6,000 in all; 8 of 200 who opened bought.
    assert "RPS, 30 days" in page.text and "$150.00" in page.text and "40 priced sends" in page.text
    assert "Conversion, 30 days" in page.text and "4.00%" in page.text and "5.25%" in page.text
    assert "Selling captions of 250–449 characters" in page.text and "23.0%" in page.text and "90.0%" not in page.text
    assert "price <b>999</b> is above 200" in page.text
    assert "12 with 0 rows" in page.text and "ingest 1.5" in page.text


def test_what_is_not_known_is_a_dash_with_its_reason(settings: Settings, weeks: list[Week]) -> None:
    nothing = build(settings, weeks, schedules=frames.SCHEDULE.empty())
    home = Page(nothing["index.html"]).text
    for reason in ("no schedule in force", "no digest yet", "not measured", "no schedule yet"):
        assert reason in home
    assert "$0" not in home
    thin = build(settings, weeks, digest=digest_of(settings, two_kinds()[:4]))
    page = Page(thin["creators/sunny_trails.html"]).text
    assert "fewer than 5 settled priced sends in 365 days" in page and "not in the exports" in page


def test_expected_revenue_counts_what_is_in_force(settings: Settings, weeks: list[Week]) -> None:
    schedules = pd.concat([week.schedules for week in weeks], ignore_index=True)
    schedules["expected_revenue"] = [1000.0, 200.0, 50_000.0]
    home = Page(build(settings, weeks, schedules=schedules)["index.html"])
    assert "$1,200" in home.text and "$51,200" not in home.text
    waiting = schedules.assign(status="needs_review")
    assert not [
        attrs
        for attrs in Page(build(settings, weeks, schedules=waiting)["index.html"]).all("a")
        if "published/" in (attrs.get("href") or "")
    ]


def test_an_empty_warehouse_still_has_a_site(settings: Settings) -> None:
    files = site_files(
        settings,
        schedules=frames.SCHEDULE.empty(),
        verdicts=frames.SCHEDULE_VERDICTS.empty(),
        creators=frames.RAW_CREATORS.empty(),
        health=frames.CREATOR_HEALTH.empty(),
        coverage=frames.GAP_COVERAGE.empty(),
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


def test_the_plan_is_named_and_only_the_exact_method_is_held_against_its_bound(
    settings: Settings, weeks: list[Week]
) -> None:
    schedules = pd.concat([week.schedules for week in weeks], ignore_index=True)
    schedules.loc[1, ["method", "preset", "bound_gap"]] = ["baseline", "baseline", 0.61]
    files = build(settings, weeks, schedules=schedules)
    home = Page(files["index.html"])
    assert "Weeks are planned as" in home.text and "nothing differs from the preset" in home.text
    assert "within 2.3% of the best" in home.text and "61.0%" not in home.text
    exact, baseline = Page(files["creators/sunny_trails.html"]), Page(next(v for k, v in files.items() if "/odd" in k))
    assert "recommended, exact method; differs from the preset: price points off" in exact.text
    assert "baseline method" in baseline.text and "within " not in baseline.text[baseline.text.index("Weeks") :]


def test_the_last_run_is_told_in_words(settings: Settings, weeks: list[Week]) -> None:
    summary = {
        "week_start": "2026-11-30",
        "files": 3,
        "rows_read": 1200,
        "rows_loaded": 1100,
        "preset": "recommended",
        "method": "exact",
        "preset_changes": ["ENABLE_TIMING_RULES off"],
        "rejected": {"broken.csv": "no header"},
        "failed_runs": [],
    }
    text = Page(build(settings, weeks, run_summary=summary)["index.html"]).text
    for part in ("3 with 1,200 rows", "1,100 loaded", "timing rules off", "broken.csv: no header", "Mon 30 Nov 2026"):
        assert part in text
    assert "rows_loaded" not in text and "Failed run" not in text
