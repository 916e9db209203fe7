"""[8.1] Every item goes by a channel of its type to an audience that the channel reaches.

Belongs here: pairs of type, channel and audience, and messages an audience may get in a day and a week.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather, share


def _find(reference: Reference) -> pd.DataFrame:
    settings = reference.settings
    slots = reference.slots[reference.slots["is_known_type"]]
    accepted = {(row.key, channel) for row in settings.send_types for channel in row.channels}
    required = {row.key: row.targets for row in settings.send_types if row.is_target_required}
    needed = {(key, target) for key, targets in required.items() for target in targets}
    automatic = {row.key for row in settings.audiences.channels if row.auto_schedule}
    reached = {(row.key, channel) for row in settings.audiences.targets for channel in row.channels}
    paid_only = {row.key for row in settings.audiences.targets if row.page == "paid"}
    choices = {row.key: " or ".join(row.channels) for row in settings.send_types}
    slots = slots.assign(choices=slots["send_type_key"].map(choices))
    by_type = _pairs(slots, "send_type_key", "channel_key").isin(accepted)
    by_target = _pairs(slots, "target_key", "channel_key").isin(reached)
    must = slots["send_type_key"].isin(list(required)) & ~_pairs(slots, "send_type_key", "target_key").isin(needed)
    closed = slots["target_key"].isin(paid_only) & (slots["page_type"] != "paid")
    return gather(
        finding(slots[~by_type], "{send_type_key} goes by {choices}, not by {channel_key}"),
        finding(
            slots[~slots["channel_key"].isin(automatic)], "channel {channel_key} cannot be scheduled automatically"
        ),
        finding(slots[~by_target], "audience {target_key} cannot be reached by {channel_key}"),
        finding(slots[must], "{send_type_key} may not go to {target_key}"),
        finding(slots[closed], "audience {target_key} exists on paid pages only"),
        *_find_crowded_targets(reference),
    )


def _pairs(frame: pd.DataFrame, left: str, right: str) -> pd.Series:
    return pd.Series(list(zip(frame[left], frame[right], strict=True)), index=frame.index, dtype=object)


def _find_crowded_targets(reference: Reference) -> list[pd.DataFrame]:
    """Segments that get more messages in a day or week than their audience allows."""
    limits = pd.DataFrame(
        [(row.key, row.max_per_day, row.max_per_week) for row in reference.settings.audiences.targets],
        columns=["target_key", "most_day", "most_week"],
    )
    slots = reference.slots.merge(limits, on="target_key")
    parts = []
    for scope, limit, name in (([*KEY, "date"], "most_day", "day"), (KEY, "most_week", "week")):
        slots["rank"] = slots.groupby([*scope, "target_key"]).cumcount() + 1
        slots["limit"] = slots[limit].astype(float)
        text = f"message {{rank}} of the {name} to {{target_key}}; {{limit:.0f}} are allowed"
        over = slots[slots["rank"] > slots["limit"]]
        parts.append(finding(over, text, measured="rank", limit="limit", level="warning"))
    return parts


def _measure(reference: Reference) -> Measure:
    found = _find(reference)
    wrong = found.loc[found["level"] == "", "item_id"]
    return share(~reference.slots["item_id"].isin(wrong), 1.0, "share of items")


channel_assignment = Rule(
    gap="8.1",
    name="channel_assignment",
    wave=1,
    priority="P0",
    flag=None,
    severity="error",
    stages=("audience_targeter",),
    description="Every item goes by one of the channels its send type accepts, to an audience that channel reaches.",
    find=_find,
    measure=_measure,
)
