"""[10.12] A PPV costs its base price, lowered where the page's data are thin, at the nearest price in use.

Belongs here: the rule on PPVs; which price is due is worked out in :mod:`eros_assets.rules.due_prices`.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY
from eros_assets.rules.due_prices import due_prices
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, share

_CENT = 0.005


def _ppv_prices(reference: Reference) -> pd.DataFrame:
    """Pending PPVs with the price that is due and whether it ``agrees``; prices follow confidence where 10.15 is on."""
    damped = reference.in_force("ENABLE_CONFIDENCE_DAMPENING")
    factor = reference.confidence_figure("price").where(damped, 1.0)
    slots = due_prices(reference, reference.weeks[KEY].assign(factor=factor, in_use=True))
    slots = slots[slots["is_ppv"]]
    return slots.assign(agrees=(slots["price"] - slots["due"]).abs() <= _CENT)


def _find(reference: Reference) -> pd.DataFrame:
    slots = _ppv_prices(reference)
    return finding(
        slots[~slots["agrees"]],
        "{send_type_key} on {date:%a} costs {price:.2f}; at confidence {confidence:.2f} {due:.2f} is due",
        measured="price",
        limit="due",
    )


def _measure(reference: Reference) -> Measure:
    return share(_ppv_prices(reference)["agrees"], 1.0, "share of PPV")


confidence_pricing = Rule(
    gap="10.12",
    name="confidence_pricing",
    wave=5,
    priority="P1",
    flag="ENABLE_PRICING_OPTIMIZATION",
    severity="warning",
    stages=("content_curator",),
    description=lambda settings: (
        "A PPV costs its base price times its confidence factor"
        f" ({', '.join(f'{row.price:.2f}' for row in settings.volume.confidence_rows)}) at a price in use."
    ),
    find=_find,
    measure=_measure,
)
