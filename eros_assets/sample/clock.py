"""Local times of invented sends as UTC."""

from __future__ import annotations

import numpy as np
import pandas as pd


def to_utc(frame: pd.DataFrame, pages: pd.DataFrame) -> pd.Series:
    """UTC of each send's ``local`` time in the zone of its ``page`` (row of ``pages``), naive.

    A spring hole moves forward, a doubled hour takes its first occurrence.
    """
    zones = pages["timezone"].to_numpy()[frame["page"]]
    out = pd.Series(pd.NaT, index=frame.index, dtype="datetime64[us]")
    for zone in sorted(set(zones)):
        rows = zones == zone
        local = frame.loc[rows, "local"]
        aware = local.dt.tz_localize(zone, nonexistent="shift_forward", ambiguous=np.ones(len(local), dtype=bool))
        out[rows] = aware.dt.tz_convert("UTC").dt.tz_localize(None)
    return out
