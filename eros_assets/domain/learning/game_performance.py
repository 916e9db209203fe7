"""What each kind of game earns a creator: posterior earnings against the pool's figure [7.2]."""

from __future__ import annotations

import numpy as np
import pandas as pd
from scipy.stats import t as student

from eros_assets.domain.frames import GAME_PERFORMANCE
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.learning.evidence import has_worth
from eros_assets.settings import Settings

GAME = "game_post"
_KEY = ["creator_id", "game_kind"]


def game_performance(inputs: PlanInputs, settings: Settings) -> pd.DataFrame:
    """GAME_PERFORMANCE of the week: one row per creator and configured kind, games or not.

    The mean of a kind has a normal–inverse-gamma posterior whose prior is the pool's mean and
    standard deviation, worth ``prior_weight`` games.
    """
    rule = settings.volume.game_rules
    prior = pd.DataFrame(
        [(kind, game.mean, game.sd) for kind, game in settings.volume.games.items()],
        columns=["game_kind", "benchmark", "prior_sd"],
    )
    games = games_sent(inputs)
    known = games[games["has_worth"]]
    own = known.groupby(_KEY, as_index=False).agg(n=("earnings", "size"), mean=("earnings", "mean"))
    gap = known.merge(own, on=_KEY)
    squares = (gap["earnings"] - gap["mean"]) ** 2
    spread = squares.groupby([gap[name] for name in _KEY]).sum().rename("spread").reset_index()
    last = games.groupby(_KEY, as_index=False).agg(last_played=("send_date", "max"))
    rows = inputs.creators[["creator_id"]].merge(prior, how="cross")
    for part in (own, spread, last):
        rows = rows.merge(part, on=_KEY, how="left")
    n, weight = rows["n"].fillna(0).to_numpy(dtype=float), float(rule.prior_weight)
    benchmark = rows["benchmark"].to_numpy(dtype=float)
    mean = rows["mean"].to_numpy(dtype=float)
    shift = np.where(n > 0, np.nan_to_num(mean) - benchmark, 0.0)
    posterior = benchmark + n * shift / (weight + n)
    alpha = (weight + n) / 2
    squared = np.nan_to_num(rows["spread"].to_numpy(dtype=float))
    beta = (weight * rows["prior_sd"].to_numpy(dtype=float) ** 2 + squared + weight * n * shift**2 / (weight + n)) / 2
    scale = np.sqrt(beta / (alpha * (weight + n)))
    ratio = posterior / benchmark
    return GAME_PERFORMANCE.conform(
        pd.DataFrame(
            {
                "week_start": pd.Timestamp(inputs.week_start),
                "as_of_date": pd.Timestamp(inputs.as_of_date),
                "creator_id": rows["creator_id"],
                "game_kind": rows["game_kind"],
                "n": n.astype(np.int64),
                "mean": mean,
                "sd": np.where(n > 0, np.sqrt(squared / np.maximum(n, 1)), np.nan),
                "benchmark": benchmark,
                "posterior_mean": posterior,
                "posterior_sd": scale,
                "degrees": 2 * alpha,
                "low": student.ppf(0.025, 2 * alpha, loc=posterior, scale=scale),
                "high": student.ppf(0.975, 2 * alpha, loc=posterior, scale=scale),
                "ratio": ratio,
                "verdict": np.select(
                    [ratio < rule.avoid_below, ratio > rule.recommend_above], ["avoid", "recommend"], "keep"
                ),
                "last_played": rows["last_played"],
            }
        )
    )


def games_sent(inputs: PlanInputs) -> pd.DataFrame:
    """Game posts of the planned creators whose text names a kind.

    Columns creator_id, game_kind, send_date, earnings, has_worth.
    """
    kinds = inputs.features.loc[inputs.features["game_kind"].notna(), ["caption_hash", "game_kind"]]
    sends = inputs.recent_sends[inputs.recent_sends["send_type_key"] == GAME]
    sends = sends.assign(has_worth=has_worth(sends), earnings=sends["earnings"].astype(float))
    games = sends[["creator_id", "caption_hash", "send_date", "earnings", "has_worth"]].merge(kinds, on="caption_hash")
    return games.drop(columns="caption_hash")
