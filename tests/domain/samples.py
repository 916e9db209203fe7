"""Small frames to the contracts, for the tests of the domain."""

from __future__ import annotations

import json
from typing import Any

import pandas as pd

from eros_assets.domain import frames

PROVENANCE = {"_file_hash": "f", "_file_name": "f.csv", "_row_number": 1, "_exported_at": pd.Timestamp("2026-01-01")}


def creators(*rows: dict[str, Any]) -> pd.DataFrame:
    """RAW_CREATORS rows; each dict overrides the defaults."""
    base = {
        "page_type": "paid",
        "is_active": True,
        "timezone": "UTC",
        "current_active_fans": 3000,
        "content_category": "softcore",
        "sub_type": "gfe",
        "default_ppv_price": 15.0,
        **PROVENANCE,
    }
    return frames.RAW_CREATORS.conform(
        pd.DataFrame([{**base, "creator_id": f"c{i}", "page_name": f"page{i}", **row} for i, row in enumerate(rows)])
    )


def health(*rows: dict[str, Any]) -> pd.DataFrame:
    """CREATOR_HEALTH rows of a trusted, rested, middling page; each dict overrides the defaults."""
    base = {
        "as_of_date": pd.Timestamp("2026-01-04"),
        "page_type": "paid",
        "fan_count": 3000,
        "fan_growth": 0.0,
        "volume_tier": "MID",
        "creator_tier": 3,
        "sends_90d": 300,
        "confidence": 1.0,
        "is_new": False,
        **{f"saturation_{d}d": 20.0 for d in (7, 14, 30)},
        **{f"opportunity_{d}d": 50.0 for d in (7, 14, 30)},
        **{f"priced_sends_{d}d": 4 * d for d in (7, 14, 30)},
        "earnings_trend": 0.0,
        "mean_log_rps": 4.0,
        "mean_rps": 100.0,
        "mean_view_rate": 0.2,
        "mean_conversion": 0.04,
        "elasticity_r0": 0.15,
        "elasticity_k": 0.08,
        "elasticity_r2": 0.0,
        "is_elasticity_fitted": False,
        "weekday_factors": json.dumps([1.0] * 7),
        "data_quality": "excellent",
    }
    return frames.CREATOR_HEALTH.conform(
        pd.DataFrame([{**base, "creator_id": f"c{i}", "page_name": f"page{i}", **row} for i, row in enumerate(rows)])
    )


def captions(rows: list[dict[str, Any]]) -> pd.DataFrame:
    """POOL_CAPTIONS rows; each dict overrides the defaults, ``caption_text`` fills the text columns."""
    filled = []
    for i, row in enumerate(rows):
        text = row.get("caption_text", "a caption of no note")
        filled.append(
            {
                "caption_hash": f"h{i:06d}",
                "caption_id": f"h{i:06d}",
                "caption_text": text,
                "plain_text": text,
                "char_length": len(text.strip()),
                "length_bucket": "1-49",
                "caption_type": "ppv_unlock",
                "caption_type_confidence": 1.0,
                "content_type_confidence": 0.9,
                "is_paid_page_only": False,
                "is_active": True,
                **row,
            }
        )
    return frames.POOL_CAPTIONS.conform(pd.DataFrame(filled))
