"""Each flag off alone, then on again: what it changes on a planned week, in items and in dollars, for both methods.

``python -m benchmarks.flags HOME WEEK [--method exact]``; the home holds an agency whose week is ready to
plan. Compared are, page by page: types per day, hours, minutes, captions, prices and followups. A flag is a
rule and nothing else, so its absence must neither cost the method nor touch what it does not govern.
"""

from __future__ import annotations

import argparse
from collections import Counter
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pandas as pd

from eros_assets.domain.inputs import PlanInputs
from eros_assets.planning.plan import PlanResult, plan_week
from eros_assets.settings import BUILT_FLAGS, Settings, load_settings
from eros_assets.warehouse.connection import connect
from eros_assets.warehouse.inputs import load_plan_inputs

ASPECTS: dict[str, list[str]] = {
    "types": ["weekday", "send_type_key"],
    "hours": ["weekday", "send_type_key", "hour"],
    "minutes": ["weekday", "send_type_key", "scheduled_time"],
    "captions": ["caption_hash"],
    "prices": ["caption_hash", "price", "goal_amount"],
    "followups": ["is_followup", "caption_hash"],
}


def ready_inputs(settings: Settings, week: date) -> PlanInputs:
    """What the week is planned from."""
    now = datetime.combine(week - timedelta(days=1), time(18), tzinfo=UTC).replace(tzinfo=None)
    with connect(settings, read_only=True) as connection:
        return load_plan_inputs(connection, settings, week, now)


def changed_pages(one: PlanResult, other: PlanResult) -> dict[str, int]:
    """Pages whose items differ in each aspect."""
    sides = [_by_page(plan) for plan in (one, other)]
    return {
        aspect: sum(_multiset(sides[0][page], names) != _multiset(sides[1][page], names) for page in sides[0])
        for aspect, names in ASPECTS.items()
    }


def _by_page(plan: PlanResult) -> dict[str, pd.DataFrame]:
    items = plan.items.assign(hour=plan.items["scheduled_time"].str[:2])
    return {str(page): rows for page, rows in items.groupby("creator_id")}


def _multiset(rows: pd.DataFrame, names: list[str]) -> Counter[tuple[str, ...]]:
    own = rows[rows["is_followup"].astype(bool)] if "is_followup" in names else rows[~rows["is_followup"].astype(bool)]
    return Counter(map(tuple, own[names].astype(str).to_numpy()))


def main() -> None:
    """Print a row per flag."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("week", type=date.fromisoformat)
    parser.add_argument("--method", choices=["exact", "baseline"], default="exact")
    options = parser.parse_args()
    full = load_settings(options.home).with_preset("recommended").with_method(options.method)
    inputs = ready_inputs(full, options.week)
    plan = plan_week(inputs, full)
    revenue = plan.schedule["expected_revenue"].sum()
    print(f"{options.method}, {len(plan.schedule)} pages, all flags on: ${revenue:,.0f}, {len(plan.items)} items")
    for flag in BUILT_FLAGS:
        without = full.with_flags(**{flag: False})
        off = plan_week(inputs, without)
        again = plan_week(inputs, without.with_flags(**{flag: True}))
        restored = again.schedule["content_hash"].tolist() == plan.schedule["content_hash"].tolist()
        dollars = off.schedule["expected_revenue"].sum() / revenue - 1
        changed = ", ".join(f"{aspect} {pages}" for aspect, pages in changed_pages(plan, off).items())
        print(
            f"{flag}: off {dollars:+.1%}, items {len(off.items) - len(plan.items):+d}; pages changed: {changed};"
            f" on again {'the same bytes' if restored else 'OTHER BYTES'}",
            flush=True,
        )


if __name__ == "__main__":
    main()
