"""What is known of each creator-week under judgement: page, tier, confidence, flags in force.

Belongs here: the one row per creator-week that all rules join to, and figures that depend on its confidence.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.flags import enrol
from eros_assets.rules.columns import KEY, numbers, words
from eros_assets.settings import Settings


def named_weeks(items: pd.DataFrame, schedules: pd.DataFrame) -> pd.DataFrame:
    """One row per creator-week that has an item or a schedule, sorted by key.

    Columns: creator_id, week_start, schedule_id, timezone and version (the last two null where only items
    exist). The newest version of a schedule names its week.
    """
    own = schedules[["creator_id", "week_start", "schedule_id", "timezone", "version"]]
    seen = items[["creator_id", "week_start", "schedule_id"]].sort_values("schedule_id", kind="stable")
    weeks = pd.concat([seen.drop_duplicates(KEY), own.sort_values("version", kind="stable")], ignore_index=True)
    return weeks.drop_duplicates(KEY, keep="last").sort_values(KEY, kind="stable", ignore_index=True)


def with_facts(
    weeks: pd.DataFrame, creators: pd.DataFrame, health: pd.DataFrame, roster: pd.DataFrame, settings: Settings
) -> pd.DataFrame:
    """``weeks`` with what rules need to know about page and creator, same rows in the same order.

    Columns besides those of :func:`named_weeks`: page_type (unknown = free), timezone, content_category, sub_type,
    tier, given_confidence (as computed), confidence (clipped to 0–1, the lowest where unknown), row (index into
    the confidence rows), tolerance (minutes), flags (those in force by configuration and lot, whatever the
    schedule says of itself), and the columns of ``health`` of that week.
    """
    facts = creators.drop_duplicates("creator_id", keep="last")
    facts = facts[["creator_id", "page_type", "timezone", "content_category", "sub_type", "current_active_fans"]]
    weeks = weeks.merge(facts, on="creator_id", how="left", suffixes=("_planned", ""))
    health = health.drop(columns=["page_type", "page_name"]).drop_duplicates(KEY, keep="last")
    weeks = weeks.merge(health, on=KEY, how="left")
    bumps = settings.volume.bumps
    zone = words(weeks["timezone"])
    fans = np.nan_to_num(numbers(weeks["fan_count"].fillna(weeks["current_active_fans"])))
    tier = words(weeks["volume_tier"])
    least = min(settings.volume.confidence.steps, key=lambda step: step.from_).value
    confidence = pd.Series(numbers(weeks["confidence"])).fillna(least).clip(0.0, 1.0)
    rows = sorted(settings.volume.confidence_rows, key=lambda row: row.from_)
    row = np.searchsorted([row.from_ for row in rows], confidence, side="right") - 1
    enrolment = enrol(roster, settings)
    own_flags = [enrolment.flags_of(str(creator)) for creator in weeks["creator_id"]]
    return weeks.assign(
        schedule_id=words(weeks["schedule_id"]),
        page_type=np.where(words(weeks["page_type"]) == "paid", "paid", "free"),
        timezone=zone.where(zone != "", words(weeks["timezone_planned"])),
        content_category=words(weeks["content_category"]).replace("", bumps.default_category),
        sub_type=words(weeks["sub_type"]).replace("", bumps.default_sub_type),
        tier=tier.where(tier.isin([t.key for t in settings.volume.tiers]), _tiers(fans, settings)),
        given_confidence=numbers(weeks["confidence"]),
        confidence=confidence.to_numpy(),
        row=row,
        tolerance=np.array([row.spacing_tolerance_minutes for row in rows], dtype=float)[row],
        flags=pd.Series(own_flags, index=weeks.index, dtype=object),
    )


def _tiers(fans: npt.NDArray[np.float64], settings: Settings) -> npt.NDArray[np.object_]:
    """Volume tier of each fan count: the last one whose least number of fans is reached."""
    tier = np.full(len(fans), "", dtype=object)
    for row in sorted(settings.volume.tiers, key=lambda row: row.min_fans):
        tier[fans >= row.min_fans] = row.key
    return tier


def confidence_figure(weeks: pd.DataFrame, name: str, settings: Settings) -> pd.Series:
    """A column of the confidence rows (``volume``, ``rest_days`` …) per row of ``weeks``."""
    rows = sorted(settings.volume.confidence_rows, key=lambda row: row.from_)
    return pd.Series(np.array([float(getattr(row, name)) for row in rows])[weeks["row"]])
