"""Columns as plain values: what every rule needs to read a frame.

Belongs here: the names that all frames share, and null-safe readings of a column. Nothing that knows a rule.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

KEY = ["creator_id", "week_start"]
"""What names a creator-week in every frame."""
CATEGORIES = ("revenue", "engagement", "retention")
"""The categories of send types."""


def numbers(series: pd.Series) -> npt.NDArray[np.float64]:
    """Values as floats, null as NaN."""
    return np.asarray(series.to_numpy(dtype=float, na_value=np.nan))


def words(series: pd.Series) -> pd.Series:
    """Values as text, null as an empty text."""
    return series.astype("str").fillna("")


def truths(series: pd.Series) -> pd.Series:
    """Values as booleans, null as False."""
    return series.astype("boolean").fillna(False).astype(bool)


def minutes_between(start: pd.Series, end: pd.Series) -> pd.Series:
    """Minutes from ``start`` to ``end`` as floats, NaN where either is missing."""
    return (end - start).dt.total_seconds() / 60
