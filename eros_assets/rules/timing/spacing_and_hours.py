"""[11.5] How close sends may stand, and in which hours.

Distances are real minutes (UTC), so that a clock change neither hides nor invents one; hours and
days are the creator's own. With thin data the confidence row tolerates a few minutes less. Earlier weeks count.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather, violations

_CLOSE = "{send_type_key} at {local:%a %H:%M} comes {gap:.0f} minutes after {before}; {limit:.0f} are the least"


def _close(reference: Reference) -> pd.DataFrame:
    """Any two items nearer than the spacing rules allow; a followup and a drip piece may follow their own parent."""
    least = reference.settings.timing.spacing_minutes.any
    line = reference.timeline
    creator = line["creator_id"].to_numpy()
    at = _minutes(line["at"])
    item, parent = line["item_id"].to_numpy(), line["parent_item_id"].to_numpy()
    drip = line["drip_set_id"].to_numpy()
    nearest = np.full(len(line), -1)
    step = 1
    while step < len(line):
        same = creator[step:] == creator[:-step]
        within = same & (at[step:] - at[:-step] < least)
        if not within.any():
            break
        exempt = (parent[step:] == item[:-step]) | (parent[:-step] == item[step:])
        exempt |= (drip[step:] != "") & (drip[step:] == drip[:-step])
        hit = within & ~exempt & (nearest[step:] < 0)
        nearest[step:][hit] = np.flatnonzero(hit)
        step += 1
    return _report(line, nearest, at, float(least))


def _close_kind(reference: Reference, mark: str, least: float) -> pd.DataFrame:
    """Two items of a kind (``is_sold``, ``is_bump``) nearer than ``least`` minutes."""
    line = reference.timeline[reference.timeline[mark]].reset_index(drop=True)
    return _report(line, _previous(line["creator_id"]), _minutes(line["at"]), least)


def _close_type(reference: Reference) -> pd.DataFrame:
    """Two items of one send type nearer than its hours between."""
    line = reference.timeline[reference.timeline["is_known_type"]]
    line = line.sort_values(["creator_id", "send_type_key", "at", "slot_order", "item_id"], kind="stable")
    line = line.reset_index(drop=True)
    pair = line["creator_id"] + "\x1f" + line["send_type_key"]
    return _report(line, _previous(pair), _minutes(line["at"]), line["hours_between"].to_numpy(dtype=float) * 60)


def _previous(group: pd.Series) -> npt.NDArray[np.int64]:
    """Position of the row before within its group, −1 at the group's start; rows lie in group order."""
    position = np.arange(len(group))
    return np.where(group.eq(group.shift()).to_numpy(), position - 1, -1)


def _minutes(at: pd.Series) -> npt.NDArray[np.float64]:
    return np.asarray((at - pd.Timestamp(0)) / pd.Timedelta(minutes=1), dtype=float)


def _report(
    line: pd.DataFrame,
    before: npt.NDArray[np.int64],
    at: npt.NDArray[np.float64],
    least: float | npt.NDArray[np.float64],
) -> pd.DataFrame:
    gap = np.where(before >= 0, at - at[before], np.inf) if len(line) else np.empty(0)
    rows = line.assign(gap=gap, least=least, before=line["send_type_key"].to_numpy()[before] if len(line) else "")
    rows["limit"] = rows["least"] - rows["tolerance"]
    rows = rows[rows["is_current"] & (rows["gap"] < rows["limit"])]
    return finding(rows, _CLOSE, measured="gap", limit="limit")


def _neighbours(reference: Reference) -> pd.DataFrame:
    """The same send type twice running within a day; followups are no slots and do not part two."""
    slots = reference.slots[~reference.slots["is_followup"] & reference.slots["at"].notna()].copy()
    before = slots.groupby([*KEY, "date"], sort=False)["send_type_key"].shift()
    rows = slots[before == slots["send_type_key"]]
    return finding(rows, "{send_type_key} at {local:%a %H:%M} follows another {send_type_key} directly")


def _hours(reference: Reference) -> pd.DataFrame:
    """Avoid hours, and late hours outside the weekend or for types that earn nothing."""
    timing = reference.settings.timing
    slots = reference.slots[reference.slots["local"].notna()]
    avoided = slots["hour"].isin(timing.avoid_hours)
    weekend = slots["local"].dt.day_of_week.isin(timing.late_days) & (slots["true_category"] == "revenue")
    late = slots["hour"].isin(timing.late_hours) & ~weekend
    return gather(
        finding(
            slots[avoided], "{send_type_key} at {local:%a %H:%M} lies in an hour that is never used", measured="hour"
        ),
        finding(
            slots[late],
            "{send_type_key} at {local:%a %H:%M}: hours after midnight are for weekend sends that earn",
            measured="hour",
        ),
    )


def _crowded(reference: Reference) -> pd.DataFrame:
    """More items in a clock hour (hard) or a 4-hour block (soft, once per schedule) than the spacing rules allow."""
    timing = reference.settings.timing
    slots = reference.slots[reference.slots["local"].notna()].copy()
    slots["rank"] = slots.groupby([*KEY, "date", "hour"]).cumcount() + 1
    full = slots[slots["rank"] > timing.max_per_hour]
    plain = slots[~slots["is_followup"]].assign(block=lambda s: s["hour"] // 4 * 4)
    blocks = plain.groupby([*KEY, "schedule_id", "date", "block"], as_index=False).size()
    blocks = blocks[blocks["size"] > timing.max_per_four_hours]
    crowded = blocks.groupby([*KEY, "schedule_id"], as_index=False).agg(blocks=("size", "size"), most=("size", "max"))
    return gather(
        finding(
            full,
            f"{{send_type_key}} at {{local:%a %H:%M}} is number {{rank}} of its hour, not {timing.max_per_hour}",
            measured="rank",
            limit=timing.max_per_hour,
        ),
        finding(
            crowded,
            f"{{blocks}} blocks of four hours hold more than {timing.max_per_four_hours} items, the fullest {{most}}",
            measured="most",
            limit=timing.max_per_four_hours,
            level="warning",
            whole=True,
        ),
    )


def _daily_maximum(reference: Reference) -> pd.DataFrame:
    """More items of a type in a local day or in the week than its type allows."""
    slots = reference.slots[reference.slots["is_known_type"]].copy()
    parts = []
    for scope, limit, name in (([*KEY, "date"], "max_per_day", "day"), (KEY, "max_per_week", "week")):
        slots["rank"] = slots.groupby([*scope, "send_type_key"]).cumcount() + 1
        slots["limit"] = slots[limit].astype(float)
        rows = slots[slots["rank"] > slots["limit"]]
        text = f"{{send_type_key}} on {{date:%a}} is number {{rank}} of its {name}; {{limit:.0f}} are allowed"
        parts.append(finding(rows, text, measured="rank", limit="limit"))
    return gather(*parts)


def _same_content(reference: Reference) -> pd.DataFrame:
    """Media of one content type again within a few hours (soft, once per schedule).

    Followups and link drops are left out: they show what they follow.
    """
    hours = reference.settings.volume.content_limits.hours_between
    line = reference.timeline
    shown = (line["content_type_key"] != "") & ~line["media_type"].isin(["", "none"])
    shown &= ~line["is_followup"] & (line["linked_item_id"] == "")
    line = line[shown].sort_values(["creator_id", "content_type_key", "at", "slot_order", "item_id"], kind="stable")
    line = line.reset_index(drop=True)
    before = _previous(line["creator_id"] + "\x1f" + line["content_type_key"])
    at = _minutes(line["at"])
    gap = np.where(before >= 0, at - at[before], np.inf) if len(line) else np.empty(0)
    rows = line[line["is_current"] & (gap < hours * 60)]
    weeks = rows.groupby([*KEY, "schedule_id"], as_index=False).agg(
        times=("item_id", "size"), what=("content_type_key", "first"), when=("local", "first")
    )
    text = f"{{times}} items show what another showed less than {hours} hours before, as {{what}} on {{when:%a %H:%M}}"
    return finding(weeks, text, measured="times", limit=0, level="warning", whole=True)


def _find(reference: Reference) -> pd.DataFrame:
    spacing = reference.settings.timing.spacing_minutes
    return gather(
        _close(reference),
        _close_kind(reference, "is_sold", spacing.ppv),
        _close_kind(reference, "is_bump", spacing.bump),
        _close_type(reference),
        _neighbours(reference),
        _hours(reference),
        _crowded(reference),
        _same_content(reference),
        _daily_maximum(reference),
    )


def _measure(reference: Reference) -> Measure:
    found = _find(reference)
    errors = found[found["level"] == ""]
    return violations(errors, len(reference.slots), "items too close, too many or in a wrong hour")


spacing_and_hours = Rule(
    gap="11.5",
    name="spacing_and_hours",
    wave=None,
    priority="P1",
    flag=None,
    severity="error",
    stages=("timing_optimizer", "send_type_allocator"),
    description=lambda settings: (
        f"At least {settings.timing.spacing_minutes.any} minutes between sends"
        f" (sold ones {settings.timing.spacing_minutes.ppv}, bumps {settings.timing.spacing_minutes.bump}), never"
        f" {min(settings.timing.avoid_hours):02d}–{max(settings.timing.avoid_hours):02d} h, maxima a day and week."
    ),
    find=_find,
    measure=_measure,
)
