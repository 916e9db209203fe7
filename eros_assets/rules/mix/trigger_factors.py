"""Which types have a volume trigger in force, recomputed from a performance table [4.1].

Belongs here: what the rules on triggers [4.1] and on granted volume [10.15] both ask.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.columns import numbers
from eros_assets.settings import Settings

_TRIGGER_FIGURES = (
    *("rps_30d", "conversion_30d", "uses_30d", "rps_last_week", "rps_previous_week", "view_rate_7d"),
    *("view_rate_previous_7d", "falling_days"),
)


def raised_rows(table: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """Performance rows that meet a trigger, with ``factor`` and ``triggers``."""
    volume = settings.volume
    rules = volume.triggers
    figure = {name: numbers(table[name]) for name in _TRIGGER_FIGURES}
    with np.errstate(divide="ignore", invalid="ignore"):
        rise = figure["rps_last_week"] / figure["rps_previous_week"] - 1
        view = figure["view_rate_7d"] / figure["view_rate_previous_7d"] - 1
    high, emerging = rules["HIGH_PERFORMER"], rules["EMERGING_WINNER"]
    uses = figure["uses_30d"]
    met = {
        "HIGH_PERFORMER": (figure["rps_30d"] > (high.rps or np.inf))
        & (figure["conversion_30d"] > (high.conversion or np.inf)),
        "TRENDING_UP": np.isfinite(rise) & (rise > (rules["TRENDING_UP"].rise or np.inf)),
        "EMERGING_WINNER": (figure["rps_30d"] > (emerging.rps or np.inf))
        & (uses > 0)
        & (uses < (emerging.max_uses or 0)),
        "SATURATING": figure["falling_days"] >= (rules["SATURATING"].falling_days or np.inf),
        "AUDIENCE_FATIGUE": np.isfinite(view) & (view < -(rules["AUDIENCE_FATIGUE"].view_fall or np.inf)),
    }
    factor = np.prod([np.where(hit, rules[name].factor, 1.0) for name, hit in met.items()], axis=0)
    names = pd.Series("", index=table.index, dtype=object)
    for name, hit in met.items():
        names = names + np.where(hit, f" {name}", "")
    rows = table.assign(factor=np.clip(factor, *volume.trigger_clamp), triggers=names.str.strip())
    return rows[rows["triggers"] != ""]
