"""How rested a caption is for one creator, 0–100."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from eros_assets.domain.arrays import Floats
from eros_assets.settings import Freshness


def freshness(
    days_since_use: npt.ArrayLike, uses_30d: npt.ArrayLike, rule: Freshness, other_uses_30d: npt.ArrayLike = 0.0
) -> Floats:
    """Freshness of each caption, broadcast over the inputs.

    ``days_since_use`` is NaN where this creator never used the caption: 100, whatever others did.
    Uses in the last 30 days beyond the first lower it; other creators' uses count in part.
    """
    days, uses, others = np.broadcast_arrays(
        np.asarray(days_since_use, float), np.asarray(uses_30d, float), np.asarray(other_uses_30d, float)
    )
    rested = 100.0 * (1.0 - 0.5 ** (np.maximum(days, 0.0) / rule.half_life))
    repeats = np.maximum(0.0, uses + rule.other_creator_weight * others - 1.0)
    scored = np.clip(rested * rule.repeat_factor**repeats, rule.floor, 100.0)
    return np.where(np.isnan(days), 100.0, scored)
