"""[10.12] A PPV costs its base price, lowered where the page's data are thin, at the nearest price in use.

Belongs here: which price is due to an item, worked out from caption, page and type, and the rule on PPVs.
Bounds and factors come from the configuration.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.reference import KEY, Reference, numbers, words
from eros_assets.rules.rule import Measure, Rule, finding, share

_CENT = 0.005


def due_prices(reference: Reference, terms: pd.DataFrame) -> pd.DataFrame:
    """Pending captioned items with a price, and the price that is ``due``, dollars.

    The caption's own price, else the page's or the type's, inside the type's bounds, times a factor. ``terms``
    (creator_id, week_start, factor, in_use) names the factor and says where the nearest price in use is due, of
    two the lower; other prices stay as they come.
    """
    types = [(row.key, row.price) for row in reference.settings.send_types if row.money == "price" and row.price]
    bounds = pd.DataFrame(
        [(key, price.min, price.default, price.max) for key, price in types],
        columns=["send_type_key", "low", "base", "high"],
    )
    pool = reference.captions.drop_duplicates("caption_hash", keep="last")[["caption_hash", "suggested_price"]]
    pages = reference.creators.drop_duplicates("creator_id", keep="last")[["creator_id", "default_ppv_price"]]
    slots = reference.slots[reference.slots["has_caption"] & (words(reference.slots["status"]) == "pending")]
    slots = slots.merge(bounds, on="send_type_key").merge(terms, on=KEY)
    slots = slots.merge(pool, on="caption_hash", how="left").merge(pages, on="creator_id", how="left")
    own = numbers(slots["default_ppv_price"])
    is_own = (slots["send_type_key"] == "ppv_unlock") & ~np.isnan(own)
    base = pd.Series(numbers(slots["suggested_price"])).fillna(pd.Series(np.where(is_own, own, slots["base"])))
    exact = np.clip(base, slots["low"], slots["high"]) * slots["factor"]
    points = np.array(sorted(reference.settings.scoring.price_points))
    fits = (points >= slots["low"].to_numpy()[:, None]) & (points <= slots["high"].to_numpy()[:, None])
    apart = np.where(fits, np.abs(exact.to_numpy()[:, None] - points), np.inf)
    nearest = points[apart.argmin(axis=1)] if len(slots) else np.empty(0)
    is_rounded = slots["in_use"].to_numpy(dtype=bool) & np.asarray(fits.any(axis=1))
    return slots.assign(due=np.where(is_rounded, nearest, np.clip(exact.round(2), slots["low"], slots["high"])))


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
    description="A PPV costs its base price times its confidence factor (1, 0.85, 0.70, 0.60) at a price in use.",
    find=_find,
    measure=_measure,
)
