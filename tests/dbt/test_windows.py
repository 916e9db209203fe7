"""Windows of days: ranges equal single days, nothing looks ahead, empty days lose their rows."""

from __future__ import annotations

from datetime import date, timedelta

import pandas as pd
import pytest

from eros_assets.settings import Settings
from eros_assets.warehouse import connection, dbt_run
from tests.dbt import world
from tests.dbt.conftest import END, MARTS, build_windows, checksums, days


def sends_of(settings: Settings, day: date) -> int:
    with connection.connect(settings, read_only=True) as lake:
        row = lake.execute("SELECT count(*) FROM performance.fct_sends WHERE send_date = ?", [day]).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.parametrize("length", [3, pytest.param(14, marks=[pytest.mark.slow, pytest.mark.long])])
def test_range_equals_single_days_also_when_a_day_lost_its_rows(built: Settings, length: int) -> None:
    first, last, emptied = END - timedelta(days=length), END - timedelta(days=1), END - timedelta(days=2)
    window = f"day BETWEEN DATE '{first}' AND DATE '{last}'"
    tables = world.raw_frames(END)
    world.load(built, tables)
    build_windows(built, [(first, last)])
    before = checksums(built, window)
    assert sends_of(built, emptied) > 0

    # every send whose local day is the emptied one disappears from the exports
    with connection.connect(built) as lake:
        lake.execute(
            "DELETE FROM raw.sends WHERE row_key IN (SELECT send_key FROM performance.fct_sends WHERE send_date = ?)",
            [emptied],
        )
        lake.execute(
            "DELETE FROM raw.wall_posts WHERE 'wall_' || post_id IN"
            " (SELECT send_key FROM performance.fct_sends WHERE send_date = ?)",
            [emptied],
        )
    build_windows(built, days(first, last))
    singles = checksums(built, window)
    assert sends_of(built, emptied) == 0
    # the rates of the last days do not hold its sends yet, uses and facts do
    assert all(singles[table] != before[table] for table in MARTS if "fct_" in table or "caption_" in table)

    with connection.connect(built) as lake:
        for table in MARTS:
            day = "send_date" if "fct_" in table else "as_of_date"
            lake.execute(f"DELETE FROM {table} WHERE {window.replace('day', day)}")
    build_windows(built, [(first, last)])
    assert checksums(built, window) == singles
    assert all(rows > 0 for rows, _ in singles.values())


def test_past_day_is_the_same_with_and_without_later_data(built: Settings) -> None:
    day = END - timedelta(days=20)
    tables = world.raw_frames(END)
    cut = pd.Timestamp(day) + pd.Timedelta(days=2)
    known = tables | {
        "sends": tables["sends"][tables["sends"]["sending_time"] < cut],
        "wall_posts": tables["wall_posts"][tables["wall_posts"]["post_date"] < cut],
        "page_metrics": tables["page_metrics"][tables["page_metrics"]["metric_date"] < cut],
    }
    history = [(END - timedelta(days=70), END + timedelta(days=1))]
    facts, as_of = f"day <= DATE '{day}'", f"day = DATE '{day}'"

    def both() -> list[dict[str, tuple[int, int]]]:
        return [
            {table: sums for table, sums in checksums(built, where).items() if ("fct_" in table) == is_fact}
            for where, is_fact in ((facts, True), (as_of, False))
        ]

    world.load(built, known)
    build_windows(built, history)
    without = both()
    world.load(built, tables)
    build_windows(built, history)
    assert both() == without
    assert all(rows > 0 for sums in without for rows, _ in sums.values())


def test_build_args_hand_over_an_inclusive_window() -> None:
    arguments = dbt_run.build_args(date(2026, 3, 1), date(2026, 3, 31), select="fct_sends")
    assert arguments[arguments.index("--event-time-start") + 1] == "2026-03-01"
    assert arguments[arguments.index("--event-time-end") + 1] == "2026-04-01"
    assert arguments[-2:] == ["--select", "fct_sends"]
    assert not any("event-time" in argument for argument in dbt_run.build_args(None, None))
    with pytest.raises(ValueError, match="ends before"):
        dbt_run.build_args(date(2026, 3, 2), date(2026, 3, 1))
    with pytest.raises(ValueError, match="both ends"):
        dbt_run.build_args(date(2026, 3, 2), None)
