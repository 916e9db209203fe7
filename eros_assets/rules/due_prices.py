"""Which price is due to an item, worked out from caption, page and type.

Belongs here: what the rules on prices [10.12] and on thin data [10.15] both ask. Bounds and factors come from the
configuration.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.columns import KEY, numbers, words
from eros_assets.rules.reference import Reference


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
