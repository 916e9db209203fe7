"""Which sends may teach anything, and what they were worth: shared by all learning."""

from __future__ import annotations

from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.arrays import Floats
from eros_assets.settings import Decay, Settings

# Channels without recipients: nobody counts whom a post reaches.
WALL_CHANNELS = ("wall_post", "story")
# A content type classified with less confidence is not used.
CONTENT_CONFIDENCE = 0.5


def has_worth(sends: pd.DataFrame) -> pd.Series:
    """Which FCT_SENDS rows teach what such a send earns; boolean, never null.

    Rated sends do. A wall post or story has no recipients, so it is never rated; it teaches when the
    export says what it earned, be it nothing. View rates, purchase rates and dollars per recipient
    need ``is_rated``.
    """
    on_wall = sends["channel_key"].isin(WALL_CHANNELS) & sends["earnings"].notna()
    kept = ~sends["is_withdrawn"].fillna(False).astype(bool)
    return sends["is_rated"].fillna(False).astype(bool) | (on_wall & kept)


def earning_sends(sends: pd.DataFrame, as_of: date, settings: Settings, window_days: int) -> pd.DataFrame:
    """FCT_SENDS rows that earn money, whose earnings are known, sent in the window and settled by ``as_of``.

    Sorted by creator and time, with added columns ``log_earned`` (log1p of earnings winsorised at
    the creator's quantile), ``age_days`` at ``as_of`` and ``day_rank`` (priced sends of the
    creator earlier that local day).
    """
    end = pd.Timestamp(as_of) + pd.Timedelta(days=1)
    earning = [t.key for t in settings.send_types if t.money != "none"]
    kept = sends[
        has_worth(sends)
        & sends["creator_id"].notna()
        & (sends["is_priced"].astype(bool) | sends["send_type_key"].isin(earning))
        & (sends["sent_at"] <= end - pd.Timedelta(hours=settings.scoring.maturity_hours))
        & (sends["sent_at"] > end - pd.Timedelta(days=window_days))
    ].sort_values(["creator_id", "sent_at", "send_key"], ignore_index=True)
    earnings = kept["earnings"].astype(float)
    cap = earnings.groupby(kept["creator_id"], sort=False).transform("quantile", settings.scoring.winsor_quantile)
    priced = kept["is_priced"].astype(int)
    return kept.assign(
        log_earned=np.log1p(np.minimum(earnings, cap)),
        age_days=(end - kept["sent_at"]).dt.total_seconds() / 86400,
        day_rank=priced.groupby([kept["creator_id"], kept["send_date"]], sort=False).cumsum() - priced,
    )


def decay_weights(age_days: npt.ArrayLike, decay: Decay) -> Floats:
    """0.5 ^ (age ÷ half-life), zero beyond the window."""
    age = np.asarray(age_days, float)
    return np.where(age <= decay.window, 0.5 ** (age / decay.half_life), 0.0)
