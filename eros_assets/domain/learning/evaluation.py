"""How well estimates agree with what came true, or with a known truth."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import spearmanr


def rank_agreement(estimate: npt.ArrayLike, truth: npt.ArrayLike) -> float:
    """Spearman rank correlation over pairs known on both sides; NaN below three pairs."""
    left, right = np.asarray(estimate, float), np.asarray(truth, float)
    known = np.isfinite(left) & np.isfinite(right)
    return float(spearmanr(left[known], right[known]).statistic) if known.sum() >= 3 else float("nan")


def rank_agreement_within(estimate: pd.Series, truth: pd.Series, group: pd.Series) -> float:
    """Spearman over all rows after taking each group's mean out of both sides (effects within a creator)."""
    return rank_agreement(
        estimate - estimate.groupby(group).transform("mean"), truth - truth.groupby(group).transform("mean")
    )


def coverage(low: npt.ArrayLike, high: npt.ArrayLike, actual: npt.ArrayLike) -> float:
    """Share of actual values inside their intervals, ends included."""
    value = np.asarray(actual, float)
    return float(np.mean((value >= np.asarray(low, float)) & (value <= np.asarray(high, float))))
