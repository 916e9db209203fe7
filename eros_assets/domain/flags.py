"""Which pages a wave's flags and the exact method reach.

A share of pages is drawn by lot: once per wave, so that the flags of one wave stand on the same pages,
and spread over page types and volume tiers, so that a small share still holds every kind of page.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd

from eros_assets.domain.stable_hash import stable_unit
from eros_assets.domain.volume import volume_tiers
from eros_assets.settings import FLAG_WAVES, Settings

ROSTER_COLUMNS = ("creator_id", "page_type", "current_active_fans")
"""What the draw needs to know of every page that is planned at all."""


@dataclass(frozen=True)
class Enrolment:
    """Who is in: pages by wave, and the pages of the exact method. None means every page."""

    settings: Settings
    by_wave: dict[int, frozenset[str] | None]
    exact: frozenset[str] | None

    def flags_of(self, creator_id: str) -> frozenset[str]:
        """Flags in force for a page."""
        return frozenset(
            name
            for name in self.settings.flags_on
            if (members := self.by_wave[FLAG_WAVES[name]]) is None or creator_id in members
        )

    def is_exact(self, creator_id: str) -> bool:
        """Whether the page's week is planned by the exact method."""
        return self.settings.method == "exact" and (self.exact is None or creator_id in self.exact)


def enrol(roster: pd.DataFrame, settings: Settings) -> Enrolment:
    """Draw the pages of every wave and of the method from ``roster`` (one row per active page, any order).

    The roster must hold every active page of the agency, not only those planned together: a share is a
    share of all of them.
    """
    waves = {wave: _members(roster, f"wave {wave}", share, settings) for wave, share in settings.system.waves.items()}
    return Enrolment(settings, waves, _members(roster, "method", settings.system.planning.method_share, settings))


def _members(roster: pd.DataFrame, lot: str, share: float, settings: Settings) -> frozenset[str] | None:
    """The pages of a share: round(share × pages) of them, a larger share holds the smaller."""
    if share >= 1:
        return None
    order = draw_order(roster, lot, settings)
    return frozenset(order[: int(np.floor(share * len(order) + 0.5))])


def draw_order(roster: pd.DataFrame, lot: str, settings: Settings) -> Sequence[str]:
    """Creator ids in the order in which a growing share takes them in.

    Within a stratum (page type × volume tier) pages are ordered by their lot; the k-th of n stands at
    (k + the stratum's own lot) ÷ n on a common scale, so that strata take turns in proportion to their size.
    """
    pages = roster[list(ROSTER_COLUMNS)].drop_duplicates("creator_id")
    fans = pages["current_active_fans"].to_numpy(dtype=float, na_value=0.0)
    tier = volume_tiers(fans, settings.volume)
    paid = (pages["page_type"] == "paid").to_numpy(dtype=bool, na_value=False)
    drawn = sorted(
        (f"{'paid' if is_paid else 'free'} {own}", stable_unit("lot", lot, name), str(name))
        for name, is_paid, own in zip(pages["creator_id"], paid, tier, strict=True)
    )
    strata: dict[str, list[str]] = {}
    for stratum, _, name in drawn:
        strata.setdefault(stratum, []).append(name)
    placed = [
        ((place + stable_unit("turn", lot, stratum)) / len(names), stable_unit("lot", lot, name), name)
        for stratum, names in strata.items()
        for place, name in enumerate(names)
    ]
    return [name for _, _, name in sorted(placed)]
