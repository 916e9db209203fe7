"""Labels as positions in a list of known labels, for array code."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd


def codes_of(values: pd.Series | npt.NDArray[Any], known: Sequence[str]) -> npt.NDArray[np.int64]:
    """Position of each value in ``known``, −1 where it is unknown or null; as long as ``values``."""
    index = pd.Index(list(known), dtype=object)
    return index.get_indexer(pd.Index(np.asarray(values, dtype=object), dtype=object)).astype(np.int64)
