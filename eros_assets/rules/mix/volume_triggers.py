"""[4.1] Types that earn or rise get more volume, tired ones less.

Belongs here: planned volume of types with a trigger, against the same week planned without triggers.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY, truths
from eros_assets.rules.mix.trigger_factors import raised_rows
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather
from eros_assets.settings import Settings


def triggered_types(reference: Reference) -> pd.DataFrame:
    """Send types and content types with a volume trigger in force, recomputed from the performance tables.

    Columns: key, schedule_id, kind (send_type or content_type), trait_key, factor (product, clamped),
    triggers, planned (items of the week) and, for creator-weeks that were planned again without
    triggers, ``without`` (items then; NaN for the others).
    """
    parts = []
    for kind in ("send_type", "content_type"):
        table = getattr(reference, f"{kind}_performance").merge(reference.weeks[[*KEY, "schedule_id"]], on=KEY)
        rows = raised_rows(table, reference.settings).rename(columns={f"{kind}_key": "trait_key"})
        rows = rows[[*KEY, "schedule_id", "trait_key", "factor", "triggers"]].assign(kind=kind)
        place = [*KEY, "trait_key"]
        for name, items in (("planned", reference.slots), ("without", reference.untriggered_slots)):
            counts = items.rename(columns={f"{kind}_key": "trait_key"}).groupby(place, as_index=False).size()
            rows = rows.merge(counts.rename(columns={"size": name}), on=place, how="left")
        parts.append(rows)
    found = pd.concat(parts, ignore_index=True)
    compared = reference.untriggered_slots[KEY].drop_duplicates().assign(is_compared=True)
    found = found.merge(compared, on=KEY, how="left")
    is_compared = truths(found["is_compared"])
    return found.assign(planned=found["planned"].fillna(0), without=found["without"].fillna(0).where(is_compared)).drop(
        columns="is_compared"
    )


def _find(reference: Reference) -> pd.DataFrame:
    rows = triggered_types(reference)
    return gather(
        finding(
            rows[(rows["factor"] > 1) & (rows["planned"] < rows["without"])],
            "{trait_key} earned more room ({triggers}, ×{factor:.2f}), {planned:.0f} planned, {without:.0f} without it",
            measured="planned",
            limit="without",
            whole=True,
        ),
        finding(
            rows[(rows["factor"] < 1) & (rows["planned"] > rows["without"])],
            "{trait_key} should rest ({triggers}, ×{factor:.2f}), {planned:.0f} planned, {without:.0f} without it",
            measured="planned",
            limit="without",
            whole=True,
        ),
    )


def _measure(reference: Reference) -> Measure:
    """Realised volume of types that earned 1.15 × or more, against the same weeks planned without triggers.

    The band is the factors 1.20–1.30 of the volume triggers with five points of room, so a factor of 1.10 is outside
    it by the table and stands in the note, as do the factors below 1. Counts are after all caps.
    """
    low, high = reference.settings.volume.trigger_effect.band
    rows = triggered_types(reference).dropna(subset=["without"])
    raised = rows[rows["factor"] >= 1 + low - 1e-9]
    slightly = (rows["factor"] > 1) & (rows["factor"] < 1 + low - 1e-9)
    parts = {"×1.10": rows[slightly], "below 1": rows[rows["factor"] < 1]}
    notes = [f"{name} {_change(part):+.0%} (n {len(part)})" for name, part in parts.items() if part["without"].sum()]
    unit = "volume change of raised types"
    return Measure(_change(raised), low, "between", len(raised), unit, "; ".join(notes), target_high=high)


def _change(rows: pd.DataFrame) -> float:
    """Planned items against those without triggers; NaN when there would be none."""
    without = float(rows["without"].sum())
    return float(rows["planned"].sum()) / without - 1 if without else float("nan")


def _describe(settings: Settings) -> str:
    factors = sorted(trigger.factor for trigger in settings.volume.triggers.values())
    up, down = [factor for factor in factors if factor > 1], [factor for factor in factors if factor < 1]
    low, high = settings.volume.trigger_clamp
    return (
        f"Types that earn or rise get {up[0]:g}–{up[-1]:g} × their volume, tired ones {down[0]:g}–{down[-1]:g} ×,"
        f" together {low:g}–{high:g} ×."
    )


volume_triggers = Rule(
    gap="4.1",
    name="volume_triggers",
    wave=3,
    priority="P0",
    flag="ENABLE_VOLUME_TRIGGERS",
    severity="info",
    stages=("performance_analyst", "send_type_allocator"),
    description=_describe,
    find=_find,
    measure=_measure,
)
