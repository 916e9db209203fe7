"""The figures people read, against sums worked out by hand."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from eros_assets.domain.figures import (
    FIGURES,
    capped_earnings,
    counts,
    expected_revenue,
    fan_figures,
    ratio,
    send_figures,
    settled_age,
)
from eros_assets.settings import Settings, load_settings

AS_OF = pd.Timestamp("2026-11-22")


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(Path(tmp_path_factory.mktemp("home")))


def sends(*rows: dict[str, Any]) -> pd.DataFrame:
    """FCT_SENDS columns that figures read; a priced rated send of ten days ago unless said otherwise."""
    usual = {
        "creator_id": "a",
        "sent_local": AS_OF - pd.Timedelta(days=10),
        "is_priced": True,
        "is_rated": True,
        "earnings": 100.0,
        "sent_count": 1000.0,
        "viewed_count": 200.0,
        "purchased_count": 4.0,
    }
    frame = pd.DataFrame([usual | row for row in rows])
    return frame.assign(send_date=frame["sent_local"].dt.normalize())


def test_a_window_ends_with_the_last_settled_day(settings: Settings) -> None:
    assert settings.scoring.maturity_hours == 72
    frame = sends(
        {"sent_local": pd.Timestamp("2026-11-19 23:59")},
        {"sent_local": pd.Timestamp("2026-11-20 00:00")},
        {"sent_local": pd.Timestamp("2026-10-21 12:00")},
        {"sent_local": pd.Timestamp("2026-11-01"), "is_priced": False},
        {"sent_local": pd.Timestamp("2026-11-01"), "is_rated": False},
    )
    assert counts(frame, AS_OF, settings).tolist() == [True, False, True, False, False]
    # Thirty days are the ages 0 to 29: 19 November back to 21 October.
    assert settled_age(frame["send_date"], AS_OF, settings).tolist()[:3] == [0, -1, 29]


def test_a_send_counts_at_most_at_its_own_pages_quantile(settings: Settings) -> None:
    lucky = [{"earnings": 10.0}] * 199 + [{"earnings": 5000.0}]
    other = [{"creator_id": "b", "earnings": 9000.0}]
    unsettled = [{"creator_id": "c", "earnings": 700.0, "sent_local": AS_OF}]
    capped = capped_earnings(sends(*lucky, *other, *unsettled), AS_OF, settings)
    # Position 0.995 × 199 = 198.005 of the 200: a two-hundredth of the way from 10 to 5,000.
    assert capped[199] == pytest.approx(10 + 0.005 * 4990)
    assert capped[:199].eq(10).all() and capped[200] == 9000 and capped[201] == 700


def test_rates_are_sums_over_sums_not_means_of_rates() -> None:
    # One page converts 10 of 100, the other 1 of 1,900: together 11 of 2,000, not the mean of 10% and 0.05%.
    frame = sends(
        {"viewed_count": 100.0, "purchased_count": 10.0, "earnings": 150.0},
        {"viewed_count": 1900.0, "purchased_count": 1.0, "earnings": 10.0, "sent_count": 9000.0},
    ).assign(entity="all", value=[120.0, 10.0])
    found = send_figures(frame, "entity")["all"]
    assert (found.n, found.earned, found.purchases) == (2, 160.0, 11.0)
    assert (found.rps, found.conversion, found.rpr) == (65.0, 11 / 2000, 130 / 10_000)


def test_what_nobody_opened_has_no_conversion() -> None:
    frame = sends({"viewed_count": 0.0, "purchased_count": 0.0, "sent_count": 0.0}).assign(value=0.0)
    found = send_figures(frame, "creator_id")["a"]
    assert (found.rps, found.conversion, found.rpr) == (0.0, None, None)
    assert ratio(None, 3) is None and ratio(float("nan"), 3) is None and ratio(0, 4) == 0.0


def test_a_page_without_a_count_dilutes_no_share() -> None:
    health = pd.DataFrame(
        {"creator_id": ["a", "b", "c"], "fan_count": [1000, 4000, None], "renew_on_count": [600, None, 50]}
    )
    found = fan_figures(health, pd.Series({"b": 400.0}))
    assert (found.renew_on_share, found.renewing_of) == (0.6, 1000)
    assert (found.retention, found.retained_of) == (0.9, 4000)
    nothing = fan_figures(health.iloc[:0], pd.Series(dtype=float))
    assert (nothing.renew_on_share, nothing.retention) == (None, None)


def test_expected_revenue_is_of_schedules_in_force() -> None:
    schedules = pd.DataFrame(
        {"status": ["published", "held", "completed", "needs_review"], "expected_revenue": [10.0, 500.0, 5.0, 70.0]}
    )
    assert expected_revenue(schedules) == 15.0
    assert expected_revenue(schedules.loc[schedules["status"] == "held"]) is None


def test_a_label_names_its_window() -> None:
    assert FIGURES["rps"].named(30) == "RPS, 30 days"
    assert FIGURES["renew_on_share"].named(None) == "Renew-on share"
