"""[1.3] A followup comes 15 to 45 minutes after the message it follows.

Belongs here: each followup beside its parent, the real minutes between them, and which parents may have one.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY, minutes_between, numbers
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather, share


def followups_with_parents(reference: Reference) -> pd.DataFrame:
    """Followups under judgement with their parent's columns (suffix ``_parent``) and the real ``delay`` in minutes."""
    slots = reference.slots
    parents = slots[
        ["creator_id", "week_start", "item_id", "at", "date", "minute", "followup", "is_followup", "send_type_key"]
    ].rename(columns={"item_id": "parent_item_id", "followup": "may_have"})
    out = slots[slots["is_followup"]].merge(
        parents.drop_duplicates([*KEY, "parent_item_id"]),
        on=[*KEY, "parent_item_id"],
        how="left",
        suffixes=("", "_parent"),
    )
    return out.assign(delay=minutes_between(out["at_parent"], out["at"]))


def _find(reference: Reference) -> pd.DataFrame:
    timing = reference.settings.timing
    low, high = timing.followup.window
    hour, minute = map(int, timing.last_followup_parent.split(":"))
    rows = followups_with_parents(reference)
    orphan = rows["send_type_key_parent"].isna()
    paired = rows[~orphan]
    outside = ~paired["delay"].between(low, high) | (paired["delay"] % 1 != 0)
    stated = numbers(paired["delay_minutes"])
    refused = ~paired["may_have"].isin(["default", "optional"])
    again = paired[paired.duplicated([*KEY, "parent_item_id"])]
    window = f"{low}–{high} are allowed"
    return gather(
        finding(rows[orphan], "the followup at {scheduled_time} on {date:%a} has no parent in this schedule"),
        finding(
            paired[outside],
            "the followup on {date:%a} comes {delay:g} minutes after its parent; " + window,
            measured="delay",
            limit=high,
        ),
        finding(
            paired[~outside & (stated != paired["delay"])],
            "the followup on {date:%a} says {delay_minutes} minutes and comes {delay:g} after its parent",
            measured="delay",
        ),
        finding(paired[paired["date"] != paired["date_parent"]], "the followup on {date:%a} crosses midnight"),
        finding(
            paired[paired["minute_parent"] > hour * 60 + minute],
            f"the parent of the followup on {{date:%a}} starts after {timing.last_followup_parent}",
            measured="minute_parent",
            limit=hour * 60 + minute,
        ),
        finding(paired[refused], "{send_type_key_parent} on {date:%a} may not have a followup"),
        finding(again, "a second followup on {date:%a} to the same parent"),
    )


def _measure(reference: Reference) -> Measure:
    low, high = reference.settings.timing.followup.window
    rows = followups_with_parents(reference)
    return share(rows["delay"].between(low, high), 1.0, "share of followups")


followup_window = Rule(
    gap="1.3",
    name="followup_window",
    wave=2,
    priority="P0",
    flag="ENABLE_TIMING_RULES",
    severity="error",
    stages=("followup_generator",),
    description=lambda settings: (
        f"A followup comes {'–'.join(map(str, settings.timing.followup.window))} whole minutes after its PPV of the"
        " same day, never over midnight, never twice."
    ),
    find=_find,
    measure=_measure,
)
