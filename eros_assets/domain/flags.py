"""Which flags are in force for one creator."""

from __future__ import annotations

from eros_assets.domain.stable_hash import stable_unit
from eros_assets.settings import Settings


def flags_for(creator_id: str, settings: Settings) -> frozenset[str]:
    """Enabled flags whose rollout share holds this creator.

    The share is cut by a stable hash of flag and creator: raising it only ever adds creators, and
    two flags at the same share reach different ones.
    """
    return frozenset(
        name
        for name, flag in settings.system.flags.items()
        if flag.enabled and stable_unit("flag", name, creator_id) < flag.rollout
    )
