"""What volume triggers on traits make of each caption: content type, length, tone and price [4.1]."""

from __future__ import annotations

import numpy as np

from eros_assets.planning.creator_week import CreatorWeek, Floats
from eros_assets.planning.stages import Analysis


def trait_weights(week: CreatorWeek, analysis: Analysis) -> Floats:
    """Factor of each caption of the pool, shape (captions,): its traits' triggers together, clamped (5.12)."""
    pool = week.pool
    traits = {
        "content_type": pool.content_type,
        "length_bucket": pool.bucket,
        "tone": pool.tone,
        "price": np.array([f"{price:.2f}" for price in pool.suggested_price], dtype=object),
    }
    weight = np.ones(len(pool))
    for kind, keys in traits.items():
        for key, factor in analysis.trait_factor.get(kind, {}).items():
            weight = np.where(keys == key, weight * factor, weight)
    return np.clip(weight, *week.settings.volume.trigger_clamp)
