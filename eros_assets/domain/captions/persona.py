"""How well a caption fits a creator's voice."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.arrays import Floats
from eros_assets.settings import Scoring

LEVELS = ("none", "light", "moderate", "heavy")


@dataclass(frozen=True)
class Voice:
    """The part of a persona that scoring reads; the defaults are those of the configuration."""

    primary_tone: str = "playful"
    secondary_tone: str | None = None
    emoji_frequency: str = "moderate"
    slang_level: str = "light"
    persona_type: str | None = None


def voices(creators: pd.DataFrame, personas: pd.DataFrame) -> dict[str, Voice]:
    """The voice of each creator of RAW_CREATORS; without a persona row the configured defaults hold."""
    fields = ("primary_tone", "secondary_tone", "emoji_frequency", "slang_level")
    merged = creators[["creator_id", "persona_type"]].merge(
        personas[["creator_id", *fields]], on="creator_id", how="left", validate="one_to_one"
    )
    return {
        row["creator_id"]: Voice(
            **{key: str(row[key]) for key in (*fields, "persona_type") if isinstance(row[key], str) and row[key]}
        )
        for row in merged.to_dict("records")
    }


def emoji_levels(emoji_counts: npt.ArrayLike, scoring: Scoring) -> npt.NDArray[np.str_]:
    """Emoji level of each caption: the calmest level whose range holds the count, else heavy."""
    counts = np.asarray(emoji_counts, float)
    ranges = [(level, *scoring.emoji_levels[level]) for level in LEVELS]
    return np.select(
        [(counts >= low) & (counts <= high) for _, low, high in ranges], [level for level, *_ in ranges], LEVELS[-1]
    )


def tone_fits(voice: Voice, scoring: Scoring) -> frozenset[str]:
    """Tones that suit a voice beside its primary tone: the secondary one and those of its persona type."""
    by_type = scoring.persona_tones.get(voice.persona_type or "", ())
    return frozenset((*by_type, *filter(None, [voice.secondary_tone])))


def persona_points(
    tones: npt.ArrayLike, emoji_level: npt.ArrayLike, slang_level: npt.ArrayLike, voice: Voice, scoring: Scoring
) -> Floats:
    """Points 0–10 of each caption for one voice; the three arrays have shape (n,)."""
    points: Mapping[str, int] = scoring.persona_points
    tone = np.asarray(tones, dtype=str)
    tone_points = np.where(
        tone == voice.primary_tone,
        points["primary_tone"],
        np.where(np.isin(tone, sorted(tone_fits(voice, scoring))), points["secondary_tone"], 0),
    )
    step = np.abs(_level_index(emoji_level) - LEVELS.index(voice.emoji_frequency))
    emoji_points = np.select([step == 0, step == 1], [points["emoji_equal"], points["emoji_near"]], 0)
    slang_points = np.where(np.asarray(slang_level, dtype=str) == voice.slang_level, points["slang_equal"], 0)
    points_sum: Floats = (tone_points + emoji_points + slang_points).astype(float)
    return points_sum


def persona_factor(points: npt.ArrayLike, scoring: Scoring) -> Floats:
    """0.95–1.05: what the fit multiplies a caption's value by."""
    factor: Floats = scoring.persona_factor.base + scoring.persona_factor.per_point * np.asarray(points, float)
    return factor


def _level_index(levels: npt.ArrayLike) -> npt.NDArray[np.intp]:
    names = np.asarray(levels, dtype=str)
    index: npt.NDArray[np.intp] = np.select([names == level for level in LEVELS], list(range(len(LEVELS))), 0)
    return index
