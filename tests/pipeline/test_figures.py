"""One figure, one value: a built home read where people read it."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pandas as pd
import pytest

from eros_assets.domain import frames
from eros_assets.domain.figures import capped_earnings, counts, send_figures, settled_age
from eros_assets.pipeline import RunSummary
from eros_assets.reports.rendering import money, shown
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, read_table
from tests.conftest import END, WEEK
from tests.pipeline.test_commands import eros
from tests.reports.test_calendar_page import Page

Built = tuple[Settings, RunSummary]


def tiles(file: Path) -> dict[str, str]:
    """Label → what stands under it, for every tile of a page."""
    found = re.findall(
        r'<div class="tile"><dt>((?:(?!</dt>).)*)</dt><dd[^>]*>((?:(?!</?dd>|<small>).)*)<small>',
        file.read_text(encoding="utf-8"),
        re.S,
    )
    return {Page(label.encode()).text.strip(): Page(value.encode()).text.strip() for label, value in found}


def told(home: Path, *words: str) -> dict[str, str]:
    """Label → figure of the digest's headline lines in a terminal."""
    done = eros("digest", *words, home=home)
    assert done.returncode == 0, done.stderr
    return dict(re.findall(r"^([A-Z][^:\n]*): (\S+) \(", done.stdout, re.M))


@pytest.fixture(scope="module")
def tables(first_run: Built) -> dict[str, pd.DataFrame]:
    with connect(first_run[0], read_only=True) as lake:
        named = {"sends": frames.FCT_SENDS, "health": frames.CREATOR_HEALTH, "schedules": frames.SCHEDULE}
        return {name: read_table(lake, table) for name, table in named.items()}


@pytest.mark.slow
def test_sql_and_python_define_the_same_figures(first_run: Built, tables: dict[str, pd.DataFrame]) -> None:
    settings, as_of = first_run[0], pd.Timestamp(END)
    sends, health = tables["sends"], tables["health"]
    health = health.loc[health["as_of_date"] == as_of].set_index("creator_id")
    settled = sends.loc[counts(sends, as_of, settings) & sends["creator_id"].notna()]
    settled = settled.assign(value=capped_earnings(sends, as_of, settings).loc[settled.index])
    age = settled_age(settled["send_date"], as_of, settings)
    checked = 0
    for days, name in zip(settings.volume.fusion.horizons, ("7d", "14d", "30d"), strict=True):
        for creator, found in send_figures(settled.loc[age < days], "creator_id").items():
            row = health.loc[creator]
            assert (row[f"priced_sends_{name}"], row[f"rps_{name}"]) == (found.n, pytest.approx(found.rps, rel=1e-9))
            if name == "30d":
                assert row["conversion_30d"] == pytest.approx(found.conversion, rel=1e-9)
            checked += 1
    assert checked >= 2 * len(health)


@pytest.mark.slow
def test_every_surface_shows_the_same_figure(first_run: Built, tables: dict[str, pd.DataFrame]) -> None:
    paths = first_run[0].paths
    folder = paths.digests / END.isoformat()
    digest = json.loads((folder / "digest.json").read_text(encoding="utf-8"))
    month = digest["agency"]["timeframes"][0]
    assert month["count"] > 0 and month["conversion"] > 0
    rps, conversion = shown(month["mean"], "$"), shown(month["conversion"], "%")
    site, page, line = tiles(paths.site / "index.html"), tiles(folder / "index.html"), told(paths.home)
    for surface in (site, page, line):
        assert surface["RPS, 30 days"] == rps and surface["Conversion, 30 days"] == conversion
    assert page["Renew-on share"] == line["Renew-on share"] and page["Retention, 30 days"] == line["Retention, 30 days"]

    health = tables["health"].loc[tables["health"]["as_of_date"] == pd.Timestamp(END)].set_index("page_name")
    for name, section in digest["creators"].items():
        said = {metric["label"]: shown(metric["value"], metric["unit"]) for metric in section["focus"]}
        for file in (paths.site / "creators" / f"{name}.html", folder / "creators" / f"{name}.html"):
            assert said.items() <= tiles(file).items(), (name, file)
        own = shown(section["timeframes"][0]["mean"], "$")
        assert own == shown(health.loc[name, "rps_30d"], "$")
        assert own in Page((paths.site / "creators" / f"{name}.html").read_bytes()).text
        if section["timeframes"][0]["days"] == next(m["horizon_days"] for m in section["focus"] if m["key"] == "rps"):
            assert said["RPS, 30 days"] == own
    first = next(iter(digest["creators"]))
    expected = {
        metric["label"]: shown(metric["value"], metric["unit"]) for metric in digest["creators"][first]["focus"]
    }
    assert expected.items() <= told(paths.home, "--creator", first).items()


@pytest.mark.slow
def test_every_surface_expects_the_same_revenue(first_run: Built, tables: dict[str, pd.DataFrame]) -> None:
    settings, summary = first_run
    in_force = tables["schedules"].loc[lambda rows: rows["status"] == "published"]
    assert money(summary.expected_revenue) == money(in_force["expected_revenue"].sum())
    site = Page((settings.paths.site / "index.html").read_bytes()).text
    assert tiles(settings.paths.site / "index.html")["Expected revenue"] == money(summary.expected_revenue)
    for row in in_force.itertuples():
        calendar = tiles(settings.paths.published / WEEK.isoformat() / row.page_name / "schedule.html")
        assert calendar["Expected revenue"] == money(row.expected_revenue) and money(row.expected_revenue) in site
        length = "Selling captions of 250–449 characters"
        assert calendar[length] == shown(row.optimal_length_share, "%")
        assert shown(row.optimal_length_share, "%") in site


@pytest.mark.slow
def test_no_figure_on_any_page_rounds_to_nothing(first_run: Built) -> None:
    paths = first_run[0].paths
    pages = [*paths.site.rglob("*.html"), *paths.digests.rglob("*.html"), *paths.published.rglob("*.html")]
    assert len(pages) > 8
    blank = re.compile(r"\$0\.0+\b|(?<![\d.])0\.0+%")
    hits = {page.name: found for page in pages if (found := blank.findall(Page(page.read_bytes()).text))}
    assert hits == {}
