"""The daily digest against figures worked out by hand [10.2, 10.3, 4.4]."""

from __future__ import annotations

import json
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest

from eros_assets.domain import frames
from eros_assets.flows.digest import oldest_send_day
from eros_assets.reports.digest import build_digest, digest_files, digest_json, digest_text
from eros_assets.reports.digest_model import Digest
from eros_assets.settings import Settings
from tests.reports.conftest import AS_OF, NOW, Week, make_creators, make_sends, random_sends
from tests.reports.test_calendar_page import Page

TYPE_COLUMNS = ["creator_id", "send_count", "rps", "performance_score", "performance_tier"]


def digest_of(settings: Settings, sends: list[dict[str, Any]] | pd.DataFrame, **changes: Any) -> Digest:
    """The digest of ``sends`` alone; every other input is empty unless named."""
    inputs: dict[str, Any] = {
        "as_of_date": AS_OF.date(),
        "now": NOW.to_pydatetime(),
        "creators": make_creators("creator-1", "sunny_trails"),
        "sends": sends if isinstance(sends, pd.DataFrame) else make_sends(sends),
        "health": frames.CREATOR_HEALTH.empty(),
        "send_types": frames.SEND_TYPE_PERFORMANCE.empty(),
        "content_types": frames.CONTENT_TYPE_PERFORMANCE.empty(),
        "schedules": frames.SCHEDULE.empty(),
        "items": frames.SCHEDULE_ITEM.empty(),
        "page_metrics": frames.RAW_PAGE_METRICS.empty(),
        "ledger": frames.RAW_LEDGER.empty(),
        "quarantine": frames.RAW_QUARANTINE.empty(),
        "contradictions": 0,
    }
    return build_digest(settings, **inputs | changes)


def two_kinds() -> list[dict[str, Any]]:
    """30 solo sends of $100 at noon and 10 teasers of $300 at 20 h, over days 5 to 24 before the as-of date."""
    solo = [{"day": 5 + n % 20, "hour": 12, "content_type_key": "solo", "earnings": 100.0} for n in range(30)]
    teaser = [
        {"day": 5 + n, "hour": 20, "content_type_key": "teaser", "earnings": 300.0, "char_length": 40}
        for n in range(10)
    ]
    return [*solo, *teaser]


def test_timeframes_count_settled_priced_sends(settings: Settings) -> None:
    rows = two_kinds()
    rows += [
        {"day": 2, "hour": 12, "earnings": 9000.0},
        {"day": 100, "earnings": 50.0},
        {"day": 400, "earnings": 7000.0},
    ]
    rows += [{"day": 9, "earnings": 8000.0, "is_rated": False}, {"day": 9, "price": None, "earnings": 0.0}]
    month, half, year = digest_of(settings, rows).creators["sunny_trails"].timeframes
    assert (month.days, month.count, month.total, month.mean) == (30, 40, 6000.0, 150.0)
    assert (half.count, half.total) == (41, 6050.0)
    assert (year.count, year.total) == (41, 6050.0)
    assert [send.earnings for send in month.best] == [300.0] * 10
    assert [send.sent_date for send in month.best] == sorted(send.sent_date for send in month.best)
    assert month.low is not None and month.low < 150 < month.high  # type: ignore[operator]


def test_a_send_settles_after_the_maturity_window(settings: Settings) -> None:
    # The as-of day ends at 24:00; 72 hours before that is midnight two days earlier, and must be past.
    counted = digest_of(settings, [{"day": 3, "hour": 23}, {"day": 2, "hour": 0}, {"day": 2, "hour": 1}, {"day": 1}])
    assert counted.creators["sunny_trails"].timeframes[0].count == 1


def test_the_digest_reads_every_day_of_its_longest_window(settings: Settings) -> None:
    oldest = (AS_OF.date() - oldest_send_day(settings, AS_OF.date())).days
    counted = digest_of(settings, [{"day": oldest, "hour": 1}, {"day": oldest + 1, "hour": 23}])
    assert counted.creators["sunny_trails"].timeframes[-1].count == 1


def test_patterns_of_a_page_with_two_kinds_of_sends(settings: Settings) -> None:
    patterns = digest_of(settings, two_kinds()).creators["sunny_trails"].patterns
    assert (patterns.source, patterns.horizon_days, patterns.n) == ("own", 30, 40)
    assert [(group.key, group.n, group.mean) for group in patterns.best_content_types] == [
        ("teaser", 10, 300),
        ("solo", 30, 100),
    ]
    assert [(group.key, group.share) for group in patterns.best_hours] == [("20", 0.25), ("12", 0.75)]
    assert (patterns.optimal_length_share, patterns.optimal_length_share_best) == (0.75, 0.0)
    (gap,) = patterns.gaps
    assert (gap.kind, gap.key, gap.best_count, gap.share, gap.best_share, gap.ratio) == (
        "content type",
        "teaser",
        10,
        0.25,
        1.0,
        4.0,
    )
    assert patterns.lowest_fifth is not None
    assert (patterns.lowest_fifth.count, patterns.lowest_fifth.ceiling, patterns.lowest_fifth.mean) == (8, 100.0, 100.0)


def test_advice_is_the_shrunk_difference_times_the_sends_it_moves(settings: Settings) -> None:
    advice = digest_of(settings, two_kinds()).creators["sunny_trails"].recommendations
    gap = next(item for item in advice if item.action == "Send more Teaser")
    # 40 sends over the 22 settled days since the first one: 12.73 a week, a tenth of them moved;
    # 10 teasers against kappa 10 keep half of the difference 300 − 150.
    weekly = 40 / 22 * 7
    assert gap.effect == pytest.approx(weekly * 0.1 * 10 / (10 + settings.scoring.shrinkage_kappa) * 150, abs=0.01)
    assert gap.effect_low == gap.effect_high == gap.effect
    assert (gap.priority, gap.n, gap.horizon_days) == ("HIGH", 10, 30)
    hours = next(item for item in advice if item.category == "timing")
    assert "20:00" in hours.action
    effects = [item.effect or 0 for item in advice]
    assert effects == sorted(effects, reverse=True) and all(effect >= 0 for effect in effects)


def test_nothing_is_advised_that_would_not_earn_more(settings: Settings) -> None:
    flat = [{"day": 4 + n % 20, "hour": 10 + n % 5, "earnings": 80.0} for n in range(40)]
    section = digest_of(settings, flat).creators["sunny_trails"]
    assert [item for item in section.recommendations if item.category != "volume"] == []
    quiet = digest_of(settings, [{"day": 4 + n, "earnings": 80.0} for n in range(35)])
    assert quiet.creators["sunny_trails"].recommendations == []
    assert "Nothing to change today" in digest_files(quiet)["creators/sunny_trails.html"].decode()


@pytest.mark.parametrize(
    ("recent", "older", "oldest", "horizon", "source"),
    [
        (30, 0, 0, 30, "own"),
        (29, 1, 0, 180, "own"),
        (10, 10, 10, 365, "own"),
        (5, 0, 0, 365, "own"),
        (4, 0, 0, None, "none"),
    ],
)
def test_the_shortest_horizon_with_enough_sends(
    settings: Settings, recent: int, older: int, oldest: int, horizon: int | None, source: str
) -> None:
    rows = [{"day": 4 + n % 20} for n in range(recent)] + [{"day": 100}] * older + [{"day": 300}] * oldest
    patterns = digest_of(settings, rows).creators["sunny_trails"].patterns
    assert (patterns.horizon_days, patterns.source) == (horizon, source)


def test_a_page_with_thin_data_shows_pool_figures(settings: Settings) -> None:
    creators = pd.concat(
        [make_creators("creator-1", "sunny_trails"), make_creators("creator-2", "new_page")], ignore_index=True
    )
    digest = digest_of(
        settings, [*two_kinds(), {"creator_id": "creator-2", "page_name": "new_page"}], creators=creators
    )
    section = digest.creators["new_page"]
    assert (section.patterns.source, section.patterns.n) == ("pool", 41)
    assert section.recommendations == []


def test_horizons_that_disagree_are_said_so(settings: Settings) -> None:
    rows = [
        *two_kinds(),
        *({"day": 60 + n, "hour": 20, "content_type_key": "teaser", "earnings": 10.0} for n in range(90)),
    ]
    advice = digest_of(settings, rows).creators["sunny_trails"].recommendations
    assert (
        next(a for a in advice if a.action == "Send more Teaser").caveat
        == "The last 180 and 365 days point the other way."
    )


def test_head_holds_yesterday_against_the_days_before(settings: Settings) -> None:
    rows = [{"day": 0, "earnings": 200.0, "viewed": 100, "purchased": 5}, {"day": 0, "price": None, "earnings": 0.0}]
    rows += [{"day": n, "earnings": 100.0, "viewed": 200, "purchased": 8} for n in range(1, 8)]
    rows += [{"day": 8, "earnings": 9999.0}]
    head = digest_of(settings, rows).creators["sunny_trails"].head
    assert (head.yesterday.sends, head.yesterday.earnings, head.yesterday.rps) == (2, 200.0, 200.0)
    assert head.yesterday.conversion == 0.05
    assert (head.mean_day.sends, head.mean_day.earnings, head.mean_day.conversion) == (1, 100.0, 0.04)
    assert head.change == {"sends": 1.0, "earnings": 1.0, "rps": 1.0, "conversion": pytest.approx(0.25)}
    assert (head.data_age_days, head.is_stale, head.digest_date) == (0, False, date(2026, 11, 23))


def test_quiet_and_late_days_are_said(settings: Settings) -> None:
    quiet = digest_of(settings, [{"day": 1}]).creators["sunny_trails"].head
    assert quiet.notes == ["A quiet day: no sends yesterday."] and quiet.change["earnings"] == -1.0
    late = digest_of(settings, [{"day": 3}])
    assert late.creators["sunny_trails"].head.is_stale
    assert "newest send is 3 days old" in late.agency.head.notes[0]
    assert (late.agency.recommendations[0].category, late.agency.recommendations[0].priority) == ("data", "HIGH")
    nothing = digest_of(settings, frames.FCT_SENDS.empty())
    assert nothing.agency.head.data_age_days is None and nothing.agency.timeframes[0].count == 0
    assert set(digest_files(nothing)) == {
        "index.html",
        "digest.json",
        "creators/sunny_trails.html",
        "creators/sunny_trails.json",
    }


def test_later_sends_do_not_change_a_past_digest(settings: Settings) -> None:
    rows = two_kinds()
    later = make_sends([*rows, {"day": -1, "earnings": 5000.0}, {"day": -40, "earnings": 5000.0}])
    assert digest_json(digest_of(settings, rows)) == digest_json(digest_of(settings, later))


@pytest.mark.parametrize(
    ("page_type", "first"),
    [("paid", ["rps", "renew_on_share", "retention"]), ("free", ["conversion_rate", "purchases", "rpr"])],
)
def test_the_page_types_own_figures_come_first(settings: Settings, page_type: str, first: list[str]) -> None:
    health = pd.DataFrame(
        {"creator_id": ["creator-1"], "page_type": [page_type], "fan_count": [1000], "renew_on_count": [600]}
    )
    metrics = frames.RAW_PAGE_METRICS.empty()[["creator_id", "metric_date", "cancelled_subscribers"]]
    metrics = pd.DataFrame(
        {
            "creator_id": ["creator-1"] * 2,
            "metric_date": [AS_OF, AS_OF - timedelta(days=40)],
            "cancelled_subscribers": [50, 500],
        }
    ).astype(metrics.dtypes.to_dict())
    creators = make_creators("creator-1", "sunny_trails", page_type)
    digest = digest_of(settings, two_kinds(), health=health, page_metrics=metrics, creators=creators)
    focus = digest.creators["sunny_trails"].focus
    assert [metric.key for metric in focus[:3]] == first
    agency = {metric.key: metric.value for metric in digest.agency.focus}
    assert agency["renew_on_share"] == (0.6 if page_type == "paid" else None)
    assert agency["retention"] == (0.95 if page_type == "paid" else None)
    values = {metric.key: metric.value for metric in focus}
    # 40 sends to 1,000 fans each, 200 opened, 8 bought; $6,000 in all.
    expected = {
        "rps": 150.0,
        "renew_on_share": 0.6,
        "retention": 0.95,
        "conversion_rate": 0.04,
        "purchases": 320.0,
        "rpr": 0.15,
    }
    assert values == pytest.approx({key: expected[key] for key in values})


def test_stops_name_avoid_types_and_candidates_with_n(settings: Settings) -> None:
    table = pd.DataFrame(
        [
            ("creator-1", 80, 12.0, 21.0, "AVOID"),
            ("creator-1", 20, 30.0, 27.0, "LOW"),
            ("creator-1", 60, 90.0, 55.0, "MID"),
            ("gone", 80, 1.0, 5.0, "AVOID"),
        ],
        columns=TYPE_COLUMNS,
    ).assign(send_type_key=["dm_farm", "bundle", "ppv_unlock", "bundle"])
    digest = digest_of(settings, two_kinds(), send_types=table)
    stops = digest.creators["sunny_trails"].stops
    assert [(stop.kind, stop.key, stop.n) for stop in stops] == [("AVOID", "dm_farm", 80), ("candidate", "bundle", 20)]
    assert [(stop.page_name, stop.key) for stop in digest.agency.stops] == [("sunny_trails", "dm_farm")]


def test_today_lists_the_next_day_of_the_schedule(settings: Settings, week: Week) -> None:
    # NOW is Monday 08:00 in Los Angeles.
    today = digest_of(settings, two_kinds(), schedules=week.schedules, items=week.items).creators["sunny_trails"].today
    assert len(today.items) == 12 and today.items[0].scheduled_time == "09:07"
    assert today.expected_revenue == pytest.approx(week.items["expected_revenue"].iloc[:12].sum())
    assert [item.send_type_key for item in today.pins_to_set] == ["tip_goal"]
    tuesday = digest_of(
        settings, two_kinds(), schedules=week.schedules, items=week.items, now=(NOW + timedelta(days=2)).to_pydatetime()
    ).creators["sunny_trails"]
    assert [item.send_type_key for item in tuesday.today.needs_caption] == ["dm_farm"]
    assert [item.send_type_key for item in tuesday.today.links_expiring] == ["link_drop"]
    advice = next(item for item in tuesday.recommendations if item.action.startswith("Choose captions"))
    assert (advice.priority, advice.n, advice.effect) == ("HIGH", 1, today_value(week))
    other = digest_of(settings, two_kinds(), schedules=week.schedules.iloc[:0], items=week.items)
    assert other.agency.today.items == []


def today_value(week: Week) -> float:
    return float(week.items.loc[week.items["needs_caption"], "expected_revenue"].sum())


def test_data_part_balances_and_scores(settings: Settings) -> None:
    rows = [
        *({"day": 10 + n} for n in range(8)),
        *({"creator_id": None, "page_name": "stranger", "day": d} for d in (2, 3)),
    ]
    ledger = frames.RAW_LEDGER.conform(
        pd.DataFrame(
            [ledger_row("a", NOW - timedelta(hours=2), 100, 10), ledger_row("b", NOW - timedelta(days=3), 500, 50)]
        )
    )
    quarantine = frames.RAW_QUARANTINE.conform(
        pd.DataFrame([quarantine_row(n, "a" if n < 10 else "b") for n in range(60)])
    )
    data = digest_of(settings, rows, ledger=ledger, quarantine=quarantine, contradictions=1).data
    assert (data.files, data.rows_read, data.rows_loaded, data.rows_quarantined, data.quarantine_open) == (
        1,
        100,
        90,
        10,
        60,
    )
    assert data.quarantined_by_rule == {"bad_price": 10}
    assert [(page.page_name, page.rows, page.is_new) for page in data.unknown_pages] == [("stranger", 2, True)]
    # 8 of 10 sends have a creator, the figures of one in 10 contradicted each other; the rest is sound.
    assert data.quality_parts["sends_linked"] == 0.8 and data.quality_parts["logical_integrity"] == 0.9
    assert data.quality_score == pytest.approx(100 - 20 * 0.2 - 10 * 0.1)
    assert data.quality_grade == "A"


def ledger_row(key: str, at: pd.Timestamp, read: int, quarantined: int) -> dict[str, Any]:
    return {
        "file_hash": key,
        "file_name": f"{key}.csv",
        "kind": "sends",
        "status": "loaded",
        "exported_at": at,
        "rows_read": read,
        "rows_loaded": read - quarantined,
        "rows_updated": 0,
        "rows_duplicate": 0,
        "rows_quarantined": quarantined,
        "seconds": 0.1,
        "ingested_at": at,
    }


def quarantine_row(number: int, file: str) -> dict[str, Any]:
    return {
        "quarantine_key": f"q{number}",
        "kind": "sends",
        "file_name": f"{file}.csv",
        "file_hash": file,
        "row_number": number,
        "rule": "bad_price",
        "reason": "price <b>999</b> is above 200",
        "row_json": "{}",
        "is_terminal": False,
        "exported_at": NOW,
    }


def test_agency_adds_up_its_creators_and_ranks_their_advice(settings: Settings) -> None:
    creators = pd.concat([make_creators(f"creator-{n}", f"page_{n}") for n in range(6)], ignore_index=True)
    digest = digest_of(settings, random_sends(7, 6000), creators=creators)
    for place, whole in enumerate(digest.agency.timeframes):
        parts = [section.timeframes[place] for section in digest.creators.values()]
        assert whole.count == sum(part.count for part in parts)
        assert whole.total == pytest.approx(sum(part.total for part in parts))
    advice = [item for item in digest.agency.recommendations if item.category != "data"]
    assert advice and all(item.page_name in digest.creators for item in advice)
    best = max(item.effect or 0 for section in digest.creators.values() for item in section.recommendations)
    assert max(item.effect or 0 for item in advice) == best
    for section in digest.creators.values():
        for item in section.recommendations:
            assert item.n >= settings.digest.pattern_min_sends and item.horizon_days in settings.digest.horizons
            assert item.effect is None or item.effect_low <= item.effect <= item.effect_high  # type: ignore[operator]


def test_row_order_does_not_change_the_digest(settings: Settings) -> None:
    creators = pd.concat([make_creators(f"creator-{n}", f"page_{n}") for n in range(4)], ignore_index=True)
    sends = random_sends(5, 3000)
    shuffled = sends.sample(frac=1, random_state=5).reset_index(drop=True)
    mixed = creators.sample(frac=1, random_state=5).reset_index(drop=True)
    first = json.loads(digest_json(digest_of(settings, sends, creators=creators)))
    second = json.loads(digest_json(digest_of(settings, shuffled, creators=mixed)))
    assert first == second


def test_pages_escape_and_parse(settings: Settings, week: Week) -> None:
    creators = make_creators("creator-1", "<i>odd/page")
    rows = [row | {"page_name": "<i>odd/page", "content_type_key": "<script>x"} for row in two_kinds()]
    digest = digest_of(settings, rows, creators=creators, schedules=week.schedules, items=week.items)
    files = digest_files(digest)
    names = [name for name in files if name.startswith("creators/") and name.endswith(".html")]
    assert len(names) == 1 and "<" not in names[0]
    for name in ("index.html", names[0]):
        page = Page(files[name])
        assert not page.all("script") and not page.all("i", "")
        assert "<i>odd/page" in page.text
    links = [
        attrs["href"]
        for attrs in Page(files["index.html"]).all("a")
        if (attrs.get("href") or "").startswith("creators/")
    ]
    assert links and set(links) == set(names)
    json.loads(files["digest.json"], parse_constant=lambda name: pytest.fail(name))
    assert Digest.model_validate_json(files["digest.json"]) == digest


def test_text_for_a_terminal(settings: Settings) -> None:
    digest = digest_of(settings, two_kinds())
    assert "sunny_trails: Send more Teaser" in digest_text(digest)
    assert "HIGH   Send more Teaser, $95 a week" in digest_text(digest, "sunny_trails")
