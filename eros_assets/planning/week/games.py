"""Which game a week plays: of a draw from what is believed about each kind, the highest (Thompson sampling) [7.2]."""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from datetime import timedelta
from typing import Any

import pandas as pd
from scipy.stats import t as student

from eros_assets.domain.stable_hash import stable_unit
from eros_assets.planning.week.creator_week import CreatorWeek

CARD_GAME = "card_game"
"""The game with rest days [7.2]."""
REGULAR = "wheel"
"""The game of a page about whose games nothing is known."""


def choose_game(week: CreatorWeek, games: pd.DataFrame) -> str:
    """Kind of the week's game; ``games`` are the creator's GAME_PERFORMANCE rows.

    A kind to avoid, or a card game played within its rest days, is left out while others remain.
    """
    rule = week.settings.volume.game_rules
    draws: dict[str, float] = {}
    for row in games.sort_values("game_kind").to_dict("records"):
        kind = str(row["game_kind"])
        if row["verdict"] == "avoid" or (kind == CARD_GAME and _played_within(week, row, rule.card_game_days)):
            continue
        luck = stable_unit(week.settings.system.planning.seed, "game", week.creator_id, week.week_start, kind)
        draws[kind] = student.ppf(
            min(max(luck, 1e-9), 1 - 1e-9), row["degrees"], loc=row["posterior_mean"], scale=row["posterior_sd"]
        )
    return max(sorted(draws), key=lambda kind: draws[kind]) if draws else REGULAR


def _played_within(week: CreatorWeek, row: Mapping[Hashable, Any], days: int) -> bool:
    """Whether the card game was sent or planned so lately that another would come within ``days``."""
    since = pd.Timestamp(week.week_start - timedelta(days=days))
    if pd.notna(row["last_played"]) and row["last_played"] > since:
        return True
    recent = week.past_items[week.past_items["scheduled_date"] > since]
    return bool((recent["caption_hash"].map(week.game_kinds) == row["game_kind"]).any())
