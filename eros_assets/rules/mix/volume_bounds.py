"""[11.9] Items a day and a week stay within the bounds of their category."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.columns import CATEGORIES, KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, violations
from eros_assets.settings import Settings


def _find(reference: Reference) -> pd.DataFrame:
    bounds = reference.settings.volume.bounds
    multiplied = reference.in_force("ENABLE_PAGE_TYPE_VOLUMES")
    weeks = reference.week_counts.assign(multiplied=multiplied)
    days = reference.day_counts.merge(weeks[[*KEY, "multiplied"]], on=KEY)
    parts = []
    for name in (*CATEGORIES, "items"):
        row = bounds["all_items" if name == "items" else name]
        what = "items in all" if name == "items" else f"{name} items"
        day_max = np.where(days["multiplied"], row.day_max_with_bumps or row.day_max, row.day_max)
        week_max = np.where(weeks["multiplied"], row.week_max_with_bumps or row.week_max, row.week_max)
        day, week = days.assign(limit=day_max, least=row.day_min), weeks.assign(limit=week_max)
        few = day[day[name] < row.day_min]
        many = day[day[name] > day["limit"]]
        over = week[week[name] > week["limit"]]
        on_day = f"{{date:%a}} has {{{name}}} {what}; "
        parts += [
            finding(few, on_day + "at least {least} are due", measured=name, limit="least", whole=True),
            finding(many, on_day + "at most {limit} are allowed", measured=name, limit="limit", whole=True),
            finding(
                over,
                f"the week has {{{name}}} {what}; at most {{limit}} are allowed",
                measured=name,
                limit="limit",
                whole=True,
            ),
        ]
    return gather(*parts)


def _describe(settings: Settings) -> str:
    bounds = settings.volume.bounds
    days = {name: f"{bound.day_min}–{bound.day_max}" for name, bound in bounds.items()}
    return (
        f"Revenue {days['revenue']}, engagement {days['engagement']} ({bounds['engagement'].day_max_with_bumps} with"
        f" bumps), retention {days['retention']}, all {days['all_items']} a day; {bounds['all_items'].week_max} items a"
        " week."
    )


volume_bounds = Rule(
    gap="11.9",
    name="volume_bounds",
    wave=None,
    priority="P2",
    flag=None,
    severity="error",
    stages=("send_type_allocator",),
    description=_describe,
    find=_find,
    measure=lambda r: violations(_find(r), len(r.weeks), "bounds broken"),
)
