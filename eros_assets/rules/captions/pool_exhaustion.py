"""[11.7] Send types whose texts run out are named, with the days that are left.

Belongs here: types with too few usable texts for what is planned, and items that wait for a text.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather


def _find(reference: Reference) -> pd.DataFrame:
    pool = reference.settings.volume.pool
    types = reference.supply
    short = types[(types["planned"] > 0) & (types["usable"] < pool.critical)]
    waiting = reference.slots[reference.slots["needs_caption"]]
    waiting = waiting.groupby([*KEY, "schedule_id"], as_index=False).agg(
        count=("item_id", "size"), types=("send_type_key", lambda t: ", ".join(sorted(set(t))))
    )
    return gather(
        finding(
            short,
            "{send_type_key}: {usable:.0f} usable captions left, {planned:.0f} planned a week, dry in {days:.1f} days",
            measured="usable",
            limit=pool.critical,
            whole=True,
        ),
        finding(waiting, "{count} items wait for a caption: {types}", measured="count", limit=0, whole=True),
    )


def _measure(reference: Reference) -> Measure:
    types = reference.supply
    types = types[types["planned"] > 0]
    short = types[types["usable"] < reference.settings.volume.pool.critical]
    driest = types["days"].min()
    note = "" if types.empty else f"shortest supply {driest:.0f} days"
    return Measure(
        float(len(short)) if len(types) else float("nan"), 0.0, "<=", len(types), "types about to run dry", note
    )


pool_exhaustion = Rule(
    gap="11.7",
    name="pool_exhaustion",
    wave=None,
    priority="P2",
    flag=None,
    severity="warning",
    stages=("content_curator",),
    description=lambda settings: (
        f"Names send types with fewer than {settings.volume.pool.critical} usable captions and the days until their"
        " pool runs dry."
    ),
    find=_find,
    measure=_measure,
)
