"""How much a page sends: base volumes, what its history makes of them, bounds, and the spread over the week."""

from __future__ import annotations

from eros_assets.domain.volume.factors import fused_scores, volume_tiers
from eros_assets.domain.volume.plan import Sales, plan_volume
from eros_assets.domain.volume.spread import DAYS

__all__ = ["DAYS", "Sales", "fused_scores", "plan_volume", "volume_tiers"]
