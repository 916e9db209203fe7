"""Score and status of a schedule from its verdicts."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.captions.character_length import length_shares
from eros_assets.rules.columns import KEY, numbers
from eros_assets.rules.mix.send_type_diversity import distinct_types
from eros_assets.rules.reference import Reference
from eros_assets.rules.registry import RULES

_TIMING = ("1.3", "1.5", "10.7", "11.5")
_MIX = ("3.1", "3.2", "5.1", "7.1", "11.9")
_STALE = "11.8"


def quality(reference: Reference, verdicts: pd.DataFrame) -> pd.DataFrame:
    """One row per creator-week: creator_id, week_start, schedule_id, quality_score 0–100, status, the five
    parts (each 0–1: compliance, captions, timing, mix, completeness), errors and warnings.

    Status: any error holds; otherwise the score against the thresholds of the creator's confidence;
    stale data are at best ``needs_review``. Parts judge only rules in force for the creator.
    """
    rules = reference.settings.scoring.quality
    weeks = reference.weeks
    judged = verdicts[verdicts["level"] != "info"]
    parts = pd.DataFrame(
        {
            "compliance": _compliance(reference, judged),
            "captions": _captions(reference),
            "timing": _clean_items(reference, judged, _TIMING),
            "mix": _clean_rules(reference, judged, _MIX),
            "completeness": _completeness(reference, judged),
        },
        index=weeks.index,
    )
    weights = pd.Series({str(name): float(getattr(rules, str(name))) for name in parts})
    errors = _count(reference, judged[judged["level"] == "error"])
    warnings = _count(reference, judged[judged["level"] == "warning"])
    penalty = np.minimum(warnings * rules.warning_points, rules.warning_points_max)
    doubt = np.zeros(len(weeks))
    for step in sorted(rules.confidence_points, key=lambda step: -step.below):
        doubt = np.where(weeks["confidence"] < step.below, step.points, doubt)
    score = ((parts * weights).sum(axis=1) - penalty - doubt).clip(0, 100).round(2)
    rows = sorted(rules.status, key=lambda row: row.from_)
    row = np.searchsorted([row.from_ for row in rows], weeks["confidence"], side="right") - 1
    approved = np.array([row.approved for row in rows])[row]
    review = np.array([row.review for row in rows])[row]
    stale = _count(reference, judged[judged["rule"] == _STALE]) > 0
    status = np.select(
        [(errors > 0) | (score < review), stale | (score < approved)], ["held", "needs_review"], "approved"
    )
    return weeks[[*KEY, "schedule_id"]].assign(
        quality_score=score, status=status, **parts, errors=errors, warnings=warnings
    )


def _count(reference: Reference, rows: pd.DataFrame) -> pd.Series:
    """Rows per creator-week, on the index of ``weeks``."""
    counts = rows.groupby(KEY, as_index=False).size()
    merged = reference.weeks[KEY].merge(counts, on=KEY, how="left")
    return merged["size"].fillna(0).astype(int)


def _clean_items(reference: Reference, judged: pd.DataFrame, gaps: tuple[str, ...]) -> pd.Series:
    """Share of items without a finding of these rules; a finding about the whole schedule counts as one item."""
    hit = judged[judged["rule"].isin(gaps)]
    spoiled = _count(reference, hit.drop_duplicates([*KEY, "item_id"]))
    items = _count(reference, reference.slots)
    return (1 - spoiled / items.where(items > 0)).clip(0, 1).fillna(0.0)


def _clean_rules(reference: Reference, judged: pd.DataFrame, gaps: tuple[str, ...]) -> pd.Series:
    """Share of these rules, of those in force, that found nothing."""
    in_force = pd.DataFrame({rule.gap: reference.in_force(rule.flag) for rule in RULES if rule.gap in gaps})
    broken = _count(reference, judged[judged["rule"].isin(gaps)].drop_duplicates([*KEY, "rule"]))
    return (1 - broken / in_force.sum(axis=1)).clip(0, 1)


def _compliance(reference: Reference, judged: pd.DataFrame) -> pd.Series:
    weights = reference.settings.scoring.quality.compliance_parts
    types = distinct_types(reference)
    parts = {
        "vault": _clean_items(reference, judged, ("11.2",)),
        "avoid": _clean_items(reference, judged, ("4.2",)),
        "diversity": (types["types"] / types["least"]).clip(upper=1.0),
        "page": _clean_items(reference, judged, ("9.1",)),
    }
    total = sum(parts[name] * weight for name, weight in weights.items())
    return pd.Series(total, index=reference.weeks.index) / sum(weights.values())


def _captions(reference: Reference) -> pd.Series:
    """Mean of length share, structure, emoji (while their flags are on) and freshness, each 0–1."""
    settings = reference.settings
    keys = reference.weeks[KEY]
    lengths = keys.merge(length_shares(reference), on=KEY, how="left")
    slots = reference.slots[reference.slots["has_caption"]]
    texts = reference.features[["caption_hash", "structure_score", "emoji_count"]].drop_duplicates("caption_hash")
    slots = slots.drop(columns="structure_score").merge(texts, on="caption_hash", how="left")
    levels = pd.DataFrame(
        [(row.key, *settings.scoring.emoji_levels[row.emoji]) for row in settings.send_types],
        columns=["send_type_key", "fewest", "most"],
    )
    slots = slots.merge(levels, on="send_type_key", how="left")
    emoji = numbers(slots["emoji_count"])
    marks = pd.DataFrame(
        {
            **{name: slots[name] for name in KEY},
            "structure": np.where(slots["money"] == "price", numbers(slots["structure_score"]), np.nan),
            "emoji": np.where(np.isnan(emoji), np.nan, (emoji >= slots["fewest"]) & (emoji <= slots["most"])),
            "freshness": np.clip(numbers(slots["freshness"]) / 100, 0, 1),
        }
    )
    means = keys.merge(marks.groupby(KEY, as_index=False).mean(), on=KEY, how="left")
    texts_on = reference.in_force("ENABLE_QUALITY_VALIDATORS")
    length_on = reference.in_force("ENABLE_CHAR_LENGTH_MULTIPLIER")
    parts = pd.DataFrame(
        {
            "length": (lengths["share"] / settings.scoring.optimal_length_share).clip(upper=1.0).where(length_on),
            "structure": means["structure"].where(texts_on),
            "emoji": means["emoji"].where(texts_on),
            "freshness": means["freshness"],
        }
    )
    # No caption at all is no merit; a part nobody can judge leaves the mean to the others.
    return parts.mean(axis=1).where(lengths["captioned"].notna(), 0.0).fillna(1.0)


def _completeness(reference: Reference, judged: pd.DataFrame) -> pd.Series:
    """Share of items with a caption × share without a missing field."""
    slots = reference.slots
    waiting = _count(reference, slots[slots["needs_caption"]])
    items = _count(reference, slots)
    captioned = (1 - waiting / items.where(items > 0)).fillna(0.0)
    return captioned * _clean_items(reference, judged, ("11.6",))
