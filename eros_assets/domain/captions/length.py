"""Caption length: buckets, multiplier and the optimal range [2.1]. Lengths are trimmed code points."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.arrays import Floats
from eros_assets.settings import Scoring


def length_multipliers(char_lengths: npt.ArrayLike, scoring: Scoring) -> Floats:
    """Length multiplier of each length, shape (n,); a missing or negative length is a ``ValueError``."""
    return np.array([bucket.multiplier for bucket in scoring.length_buckets])[_bucket_index(char_lengths, scoring)]


def length_buckets(char_lengths: npt.ArrayLike, scoring: Scoring) -> npt.NDArray[np.str_]:
    """Length bucket of each length, shape (n,); a missing or negative length is a ``ValueError``."""
    return np.array([bucket.key for bucket in scoring.length_buckets])[_bucket_index(char_lengths, scoring)]


def is_optimal_length(char_lengths: npt.ArrayLike, scoring: Scoring) -> npt.NDArray[np.bool_]:
    """Whether each length lies in the optimal range, ends included."""
    lengths = np.asarray(char_lengths)
    low, high = scoring.optimal_length
    return (lengths >= low) & (lengths <= high)


def _bucket_index(char_lengths: npt.ArrayLike, scoring: Scoring) -> npt.NDArray[np.intp]:
    lengths = pd.to_numeric(pd.Series(char_lengths)).to_numpy(dtype=float, na_value=np.nan)
    if not (lengths >= 0).all():
        raise ValueError(f"caption length must be a number ≥ 0, got {lengths[~(lengths >= 0)][0]}")
    starts = np.array([bucket.from_ for bucket in scoring.length_buckets])
    return np.searchsorted(starts, lengths, side="right") - 1
