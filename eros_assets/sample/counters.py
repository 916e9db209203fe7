"""How the counters of an invented send grow from one export to the next."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.sample.response import Truth


def grown(shown: pd.DataFrame, truth: Truth, exported: pd.Timestamp) -> pd.DataFrame:
    """Columns viewed, purchased and earnings ($) of each send as an export at ``exported`` (UTC, naive) shows them.

    They only grow from one export to the next, up to the send's final outcome.
    """
    age = (exported - shown["utc"]).dt.total_seconds().to_numpy() / 86_400
    share = maturity(truth, age)
    young = shown["growth_u"].to_numpy() * (share < 1)
    viewed = np.floor(shown["viewed_count"].to_numpy() * share + young)
    purchased = np.minimum(np.floor(shown["purchased_count"].to_numpy() * share + young), viewed)
    price = shown["price"].fillna(0).to_numpy()
    tips = np.floor(shown["earnings"].to_numpy() * share)
    return pd.DataFrame(
        {
            "viewed": viewed.astype(int),
            "purchased": purchased.astype(int),
            "earnings": np.where(price > 0, np.round(price * purchased, 2), tips),
        },
        index=shown.index,
    )


def maturity(truth: Truth, age_days: np.ndarray) -> np.ndarray:
    """Share of the final earnings and counts that a send of this age shows in an export."""
    days, shares = zip(*truth["maturity"], strict=True)
    shown: np.ndarray = np.interp(age_days, days, shares)
    return shown
