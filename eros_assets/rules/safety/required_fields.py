"""[11.6] Every item has what its send type needs, at a time that exists.

Belongs here: price, goal, flyer, media, link, text and expiry by type; date, weekday, local and UTC time by zone.
"""

from __future__ import annotations

from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from eros_assets.rules.columns import numbers
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, violations


def _find(reference: Reference) -> pd.DataFrame:
    slots = reference.slots
    known = slots["is_known_type"]
    money, page = slots["money"], slots["page_type"]
    flyer = slots["flyer_paid"].where(page == "paid", slots["flyer_free"])
    priced = slots["price"] > 0
    has_media = ~slots["media_type"].isin(["", "none"])
    linked = (slots["linked_item_id"] != "") | (slots["linked_post_url"] != "")
    flyer_stated = slots["flyer_required"].astype("boolean").fillna(False).astype(bool)
    checks = (
        (~known, "{send_type_key} is no configured send type"),
        (known & (slots["category"] != slots["true_category"]), "{send_type_key} is {true_category}, not {category}"),
        ((money == "price") & ~priced, "{send_type_key} on {date:%a} needs a price"),
        ((money == "goal") & ~(slots["goal_amount"] > 0), "{send_type_key} on {date:%a} needs a goal amount"),
        (known & (money != "price") & priced, "{send_type_key} carries a price of {price:.2f} but is not priced"),
        ((flyer == "needed") & ~flyer_stated, "{send_type_key} on {date:%a} needs a flyer"),
        ((slots["media"] == "needed") & ~has_media, "{send_type_key} on {date:%a} needs media"),
        # The renewal link belongs to the page itself; a campaign's link must be named.
        (
            slots["link"] & (slots["true_category"] == "engagement") & ~linked,
            "{send_type_key} on {date:%a} links to no campaign",
        ),
        (~slots["needs_caption"] & ~(slots["chars"] > 0), "{send_type_key} on {date:%a} has no caption text"),
        (
            slots["expires_at"].notna() & (slots["expires_at"] <= slots["at"]),
            "{send_type_key} on {date:%a} expires before it starts",
        ),
    )
    return gather(*(finding(slots[wrong], text) for wrong, text in checks), *_find_wrong_times(reference))


def _find_wrong_times(reference: Reference) -> tuple[pd.DataFrame, ...]:
    slots = reference.slots
    weeks = reference.weeks
    expected = local_to_utc(slots["local"], slots["timezone"], reference.zones)
    readable = slots["minute"].notna()
    outside = ~slots["date"].between(slots["week_start"], slots["week_start"] + pd.Timedelta(days=6))
    exists = expected.notna()
    zone_known = slots["timezone"].isin(reference.zones)
    rows = slots.assign(expected=expected)
    return (
        finding(rows[~readable], "“{scheduled_time}” is no time of day (HH:MM)"),
        finding(rows[outside], "{date:%Y-%m-%d} lies outside the week that starts {week_start:%Y-%m-%d}"),
        finding(
            rows[numbers(rows["weekday"]) != rows["date"].dt.day_of_week],
            "weekday {weekday} does not fit {date:%Y-%m-%d}",
        ),
        finding(
            rows[readable & zone_known & rows["local"].notna() & ~exists],
            "{local:%Y-%m-%d %H:%M} does not exist in {timezone} (clock change)",
        ),
        finding(
            rows[exists & (rows["expected"] != rows["scheduled_at"])],
            "{local:%Y-%m-%d %H:%M} in {timezone} is {expected:%Y-%m-%d %H:%M} UTC, not {scheduled_at:%Y-%m-%d %H:%M}",
        ),
        finding(weeks[~weeks["timezone"].isin(reference.zones)], "time zone “{timezone}” is unknown", whole=True),
        finding(
            weeks[weeks["week_start"].dt.day_of_week != 0],
            "the week starts on {week_start:%Y-%m-%d}, which is no Monday",
            whole=True,
        ),
    )


def local_to_utc(local: pd.Series, timezone: pd.Series, zones: frozenset[str]) -> pd.Series:
    """UTC of each local time; NaT in a spring hole or an unknown zone, the first of two in autumn."""
    out = pd.Series(pd.NaT, index=local.index, dtype="datetime64[us]")
    for zone in timezone[timezone.isin(zones)].unique():
        rows = timezone.index[timezone == zone]
        first = np.ones(len(rows), dtype=bool)
        there = local.loc[rows].dt.tz_localize(ZoneInfo(zone), ambiguous=first, nonexistent="NaT")
        out.loc[rows] = there.dt.tz_convert("UTC").dt.tz_localize(None)
    return out


required_fields = Rule(
    gap="11.6",
    name="required_fields",
    wave=None,
    priority="P1",
    flag=None,
    severity="error",
    stages=("schedule_assembler",),
    description="Price, goal, flyer, media, link where needed; every time inside its week and valid in its zone.",
    find=_find,
    measure=lambda r: violations(_find(r), len(r.slots), "missing or impossible fields"),
)
