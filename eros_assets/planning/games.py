"""Which game a week plays: posterior earnings per kind and Thompson's choice [7.2]."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import t as student

from eros_assets.domain.stable_hash import stable_unit
from eros_assets.planning.creator_week import CreatorWeek


@dataclass(frozen=True)
class GameChoice:
    """The week's game and what is known of every kind."""

    kind: str
    evidence: dict[str, dict[str, Any]]


def choose_game(week: CreatorWeek) -> GameChoice:
    """Thompson's choice among the kinds that may be played; the seed is the schedule's.

    Each kind has a normal–inverse-gamma posterior with the pool figure as prior. A kind below the
    avoid ratio, or a card game played within its rest days, is left out while others remain.
    """
    rule = week.settings.volume.game_rules
    earned = _earnings(week)
    evidence: dict[str, dict[str, Any]] = {}
    draws: dict[str, float] = {}
    for kind, game in week.settings.volume.games.items():
        values = earned.get(kind, np.empty(0))
        n, weight = len(values), rule.prior_weight
        mean = (weight * game.mean + values.sum()) / (weight + n)
        alpha = weight / 2 + n / 2
        spread = float(((values - values.mean()) ** 2).sum()) if n else 0.0
        gap = float((values.mean() - game.mean) ** 2) if n else 0.0
        beta = weight / 2 * game.sd**2 + spread / 2 + weight * n * gap / (2 * (weight + n))
        scale = float(np.sqrt(beta / (alpha * (weight + n))))
        ratio = mean / game.mean
        advice = "avoid" if ratio < rule.avoid_below else "recommend" if ratio > rule.recommend_above else "keep"
        low, high = (float(student.ppf(q, 2 * alpha, loc=mean, scale=scale)) for q in (0.025, 0.975))
        evidence[kind] = {"n": n, "mean": round(float(mean), 2), "low": round(low, 2), "high": round(high, 2)}
        evidence[kind]["advice"] = advice
        if advice != "avoid" and not (kind == "card_game" and _played_recently(week, rule.card_game_days)):
            luck = stable_unit(week.settings.system.planning.seed, "game", week.creator_id, week.week_start, kind)
            draws[kind] = float(student.ppf(min(max(luck, 1e-9), 1 - 1e-9), 2 * alpha, loc=mean, scale=scale))
    chosen = max(sorted(draws), key=lambda kind: draws[kind]) if draws else "wheel"
    return GameChoice(chosen, evidence)


def _earnings(week: CreatorWeek) -> dict[str, np.ndarray[Any, np.dtype[np.float64]]]:
    """Earnings of the creator's rated game posts by kind; a kind is known from the caption's text."""
    kinds = week.game_kinds
    sends = week.recent_sends
    rated = sends[(sends["send_type_key"] == "game_post") & sends["is_rated"].fillna(False)]
    kind = rated["caption_hash"].map(kinds)
    return {str(name): rows["earnings"].to_numpy(dtype=float) for name, rows in rated.groupby(kind)}


def _played_recently(week: CreatorWeek, days: int) -> bool:
    """Whether a card game was sent or planned so lately that another would come within ``days``."""
    since = pd.Timestamp(week.week_start - timedelta(days=days))
    for frame, column in ((week.past_items, "scheduled_date"), (week.recent_sends, "send_date")):
        recent = frame[frame[column] > since]
        if (recent["caption_hash"].map(week.game_kinds) == "card_game").any():
            return True
    return False
