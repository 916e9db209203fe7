"""Send types that earn best and are sent too rarely [4.3]."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.domain.frames import LOW_FREQUENCY_WINNERS
from eros_assets.domain.inputs import PlanInputs
from eros_assets.settings import Settings


def low_frequency_winners(inputs: PlanInputs, settings: Settings) -> pd.DataFrame:
    """LOW_FREQUENCY_WINNERS of the week: every send type with enough sends to be judged, winner or not.

    Judged are types open to the page and not in tier AVOID; a winner lies in the creator's top
    quarter of shrunk dollars per send and was sent less than its campaign rhythm asks.
    """
    rule = settings.volume.campaigns
    page = inputs.creators["page_type"].where(inputs.creators["page_type"] == "paid", "free")
    open_types = pd.DataFrame(
        [
            (page_type, kind.key)
            for page_type in ("paid", "free")
            for kind in settings.send_types
            if kind.allowed_on(page_type)
        ],
        columns=["page_type", "send_type_key"],
    )
    pages = inputs.creators[["creator_id"]].assign(page_type=page).merge(open_types, on="page_type")
    rows = inputs.send_type_performance.merge(pages, on=["creator_id", "send_type_key"])
    rows = rows[
        (rows["performance_tier"] != "AVOID")
        & rows["shrunk_log_rps"].notna()
        & (rows["send_count"] >= rule.winner_sends)
    ].sort_values(["creator_id", "send_type_key"], ignore_index=True)
    worth = rows["shrunk_log_rps"].astype(float)
    line = worth.groupby(rows["creator_id"]).transform("quantile", rule.winner_quantile)
    kind = rows["send_type_key"].map(lambda key: campaign_kind(str(key)))
    least = kind.map({name: row.per_month[0] for name, row in rule.kinds.items()}).astype("Float64")
    is_best, is_rare = worth >= line, (rows["uses_30d"] < least).fillna(False)
    return LOW_FREQUENCY_WINNERS.conform(
        pd.DataFrame(
            {
                "week_start": pd.Timestamp(inputs.week_start),
                "as_of_date": pd.Timestamp(inputs.as_of_date),
                "creator_id": rows["creator_id"],
                "send_type_key": rows["send_type_key"],
                "send_count": rows["send_count"],
                "shrunk_log_rps": worth,
                "top_quarter_line": line,
                "ratio": np.expm1(worth) / np.expm1(line).where(line > 0, np.nan).fillna(1.0),
                "campaign_kind": kind,
                "uses_30d": rows["uses_30d"],
                "per_month_min": least,
                "is_winner": is_best & is_rare,
                "decision": np.select(
                    [~is_best, kind.isna(), ~is_rare],
                    ["not among the best quarter", "no rhythm of its own", "sent often enough"],
                    "among the best and too rare",
                ),
            }
        )
    )


def campaign_kind(key: str) -> str | None:
    """Rhythm of a send type's campaigns; None when the table sets no rhythm for it."""
    return _KINDS.get(key)


_KINDS = {
    "bundle": "bundle_wall",
    "game_post": "wheel",
    "bump_descriptive": "descriptive_wall",
    "first_to_tip": "other_game",
}
