"""Arrays as the domain works with them: their types, and columns of frames as arrays."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]
Texts = npt.NDArray[np.object_]


def floats(values: pd.Series) -> Floats:
    """Values as floats, null as NaN."""
    return values.to_numpy(dtype=float, na_value=np.nan)


def bools(values: pd.Series) -> Bools:
    """Values as booleans; a null is a ``ValueError``."""
    return values.to_numpy(dtype=bool)
