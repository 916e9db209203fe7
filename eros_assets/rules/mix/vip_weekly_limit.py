"""[7.1] Types that are limited to the week come once in it, and a day apart over its border."""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY, minutes_between
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, violations
from eros_assets.settings import Settings


def _find(reference: Reference) -> pd.DataFrame:
    limited = [row.key for row in reference.settings.send_types if row.max_per_week is not None]
    line = reference.timeline[reference.timeline["send_type_key"].isin(limited)]
    line = line.sort_values(["creator_id", "send_type_key", "at", "item_id"], kind="stable")
    pair = line.groupby(["creator_id", "send_type_key"], sort=False)
    line = line.assign(gap=minutes_between(pair["at"].shift(), line["at"]) / 60)
    line["rank"] = line.groupby([*KEY, "send_type_key"]).cumcount() + 1
    current = line[line["is_current"]]
    return gather(
        finding(
            current[current["rank"] > current["max_per_week"]],
            "{send_type_key} on {date:%a} is number {rank} of its week; {max_per_week:.0f} is allowed",
            measured="rank",
            limit="max_per_week",
        ),
        finding(
            current[current["gap"] < current["hours_between"]],
            "{send_type_key} on {date:%a} comes {gap:.1f} hours after the last; {hours_between:.0f} are the least",
            measured="gap",
            limit="hours_between",
        ),
    )


def _describe(settings: Settings) -> str:
    limited = [row for row in settings.send_types if row.max_per_week is not None]
    each = ", ".join(f"{row.key} {row.max_per_week} ({row.hours_between} hours apart)" for row in limited)
    return f"At most so many a Monday–Sunday week, apart across weeks too: {each}."


vip_weekly_limit = Rule(
    gap="7.1",
    name="vip_weekly_limit",
    wave=3,
    priority="P1",
    flag=None,
    severity="error",
    stages=("send_type_allocator",),
    description=_describe,
    find=_find,
    measure=lambda r: violations(_find(r), len(r.weeks), "violations"),
)
