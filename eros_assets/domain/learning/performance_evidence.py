"""The weekly tables that say what deserves more or fewer sends: triggers, rare winners, games [4.1, 4.3, 7.2]."""

from __future__ import annotations

from dataclasses import replace

from eros_assets.domain.frames import GAME_PERFORMANCE, LOW_FREQUENCY_WINNERS, VOLUME_TRIGGERS
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.learning.game_performance import game_performance
from eros_assets.domain.learning.low_frequency_winners import low_frequency_winners
from eros_assets.domain.learning.volume_triggers import volume_triggers
from eros_assets.settings import Settings

EVIDENCE_TABLES = (VOLUME_TRIGGERS, LOW_FREQUENCY_WINNERS, GAME_PERFORMANCE)


def with_evidence(inputs: PlanInputs, settings: Settings) -> PlanInputs:
    """``inputs`` with the three tables computed from its sends and performance tables."""
    return replace(
        inputs,
        volume_triggers=volume_triggers(inputs, settings),
        low_frequency_winners=low_frequency_winners(inputs, settings),
        game_performance=game_performance(inputs, settings),
    )
