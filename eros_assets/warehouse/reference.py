"""Configuration → dbt seeds, so that a figure stands once, in ``config/*.yaml``.

Files are written only when their content differs: dbt then keeps its partial parse.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable
from pathlib import Path

from eros_assets.settings import Settings

Row = tuple[object, ...]
Seed = tuple[tuple[str, ...], list[Row]]  # header, rows


def write_seeds(settings: Settings, folder: Path) -> list[Path]:
    """Write every seed to ``folder`` as CSV; returns the files whose content changed."""
    folder.mkdir(parents=True, exist_ok=True)
    changed = []
    for name, (header, rows) in seeds(settings).items():
        text = io.StringIO(newline="")
        writer = csv.writer(text, lineterminator="\n")
        writer.writerows([header, *rows])
        path = folder / f"{name}.csv"
        if not path.exists() or path.read_text(encoding="utf-8") != text.getvalue():
            path.write_text(text.getvalue(), encoding="utf-8")
            changed.append(path)
    return changed


def seeds(settings: Settings) -> dict[str, Seed]:
    """Header and rows of each seed, by seed name."""
    volume, scoring = settings.volume, settings.scoring
    return {
        "send_types": _send_types(settings),
        "type_aliases": (
            ("label", "send_type_key"),
            [*((t.key, t.key) for t in settings.send_types), *sorted(settings.type_aliases.items())],
        ),
        "content_labels": _content_labels(settings),
        "text_phrases": _text_phrases(settings),
        "length_buckets": (
            ("length_bucket", "from_chars", "multiplier"),
            [(b.key, b.from_, b.multiplier) for b in scoring.length_buckets],
        ),
        "volume_tiers": (("volume_tier", "min_fans"), [(t.key, t.min_fans) for t in volume.tiers]),
        "confidence_steps": (
            ("from_sends", "confidence"),
            [(step.from_, step.value) for step in volume.confidence.steps],
        ),
        "weekday_defaults": (("weekday", "factor"), list(enumerate(volume.weekday.default))),
        "hour_curve": (("hour", "factor"), hour_curve(settings.timing.hour_pool_curve)),
        "agency": (("timezone",), [(settings.system.agency.timezone,)]),
        "parameters": (("name", "value"), _parameters(settings)),
    }


def hour_curve(means: dict[int, float]) -> list[Row]:
    """(hour, factor) for 0–23: pool means interpolated around the clock, mean 1 over the known hours."""
    known = sorted(means)
    level = sum(means.values()) / len(means)
    rows: list[Row] = []
    for hour in range(24):
        before = max((h for h in known if h <= hour), default=known[-1] - 24)
        after = min((h for h in known if h > hour), default=known[0] + 24)
        share = (hour - before) / (after - before)
        value = means[before % 24] * (1 - share) + means[after % 24] * share
        rows.append((hour, round(value / level, 6)))
    return rows


def _send_types(settings: Settings) -> Seed:
    """Limits and confidence per send type; ``caption_type`` is the type its captions carry."""
    caption_types = {key for row in settings.send_types for key in row.caption_types}
    rule = settings.classification.confidence
    header = ("send_type_key", "category", "page", "money", "caption_type", "base", "step", "most")
    rows: list[Row] = [
        (
            row.key,
            row.category,
            row.page,
            row.money,
            row.key if row.key in caption_types else row.caption_types[0],
            rule[row.key].base,
            rule[row.key].step,
            rule[row.key].max,
        )
        for row in settings.send_types
    ]
    return header, rows


def _content_labels(settings: Settings) -> Seed:
    labels: dict[str, str] = {}
    for row in settings.content_types:
        for label in (row.key, row.label, *row.aliases):
            labels.setdefault(_folded(label), row.key)
    return ("label", "content_type_key"), sorted(labels.items())


def _text_phrases(settings: Settings) -> Seed:
    """Words for send types (``rule`` = evidence) and content types (``rule`` = content)."""
    rows: list[Row] = [
        (rule, phrase, "")
        for rule, phrases in settings.classification.words.model_dump().items()
        for phrase in _distinct(phrases)
    ]
    for row in settings.content_types:
        rows += [("content", phrase, row.key) for phrase in _distinct(row.keywords)]
    return ("rule", "phrase", "content_type_key"), rows


def _parameters(settings: Settings) -> list[Row]:
    """Single figures by name."""
    volume, scoring, rules = settings.volume, settings.scoring, settings.classification
    saturation, opportunity = volume.scores.saturation, volume.scores.opportunity
    short, middle, long = volume.fusion.horizons
    few_sends, some_sends = (row.below for row in volume.fusion.few_sends)
    weekday, elasticity = volume.weekday, volume.elasticity
    figures: dict[str, float] = {
        "followup_after_minutes": rules.followup_minutes[0],
        "followup_until_minutes": rules.followup_minutes[1],
        "text_only_below": rules.text_only_below,
        "descriptive_from": rules.descriptive_from,
        "long_from": rules.long_from,
        "content_keyword_base": rules.content_keyword_confidence.base,
        "content_keyword_step": rules.content_keyword_confidence.step,
        "content_keyword_max": rules.content_keyword_confidence.max,
        "content_usual_confidence": rules.content_usual.confidence,
        "content_usual_weeks": rules.content_usual.window_weeks,
        "maturity_hours": scoring.maturity_hours,
        "winsor_quantile": scoring.winsor_quantile,
        "shrinkage_kappa": scoring.shrinkage_kappa,
        "neutral_score": scoring.neutral_score,
        "tier_top": scoring.tiers.TOP,
        "tier_mid": scoring.tiers.MID,
        "tier_low": scoring.tiers.LOW,
        "avoid_min_sends": scoring.tiers.avoid_min_sends,
        "avoid_min_confidence": scoring.tiers.avoid_min_confidence,
        "top_min_sends": scoring.tiers.top_min_sends,
        "confidence_window_days": volume.confidence.window_days,
        "horizon_short": short,
        "horizon_middle": middle,
        "horizon_long": long,
        "score_start": volume.scores.start,
        "score_window_days": volume.scores.window_days,
        "score_min_sends": volume.scores.min_sends,
        "quality_few_sends": few_sends,
        "quality_some_sends": some_sends,
        "new_min_sends_30d": volume.new_creator.min_sends_30d,
        "new_first_send_days": volume.new_creator.first_send_days,
        "hour_min_sends": settings.timing.hour_min_sends,
        "weekday_window_days": weekday.window_days,
        "weekday_min_day_sends": weekday.min_day_sends,
        "weekday_min_sends": weekday.min_sends,
        "weekday_low": weekday.clamp[0],
        "weekday_high": weekday.clamp[1],
        "weekday_full_ratio": weekday.full_confidence_ratio,
        "elasticity_window_days": elasticity.window_days,
        "elasticity_min_levels": elasticity.min_levels,
        "elasticity_min_days": elasticity.min_days_per_level,
        "elasticity_min_r2": elasticity.min_r2,
        "elasticity_default_r0": elasticity.default_r0,
        "elasticity_default_k": elasticity.default_k,
    }
    figures |= {f"saturation_{name}": value for name, value in saturation.model_dump().items()}
    figures |= {f"opportunity_{name}": value for name, value in opportunity.model_dump().items()}
    for kind, decay in scoring.decay.items():
        figures |= {f"{kind}_half_life": decay.half_life, f"{kind}_window": decay.window}
    for name, value in figures.items():
        if not math.isfinite(value):
            raise ValueError(f"parameter {name} is {value!r}")
    return sorted(figures.items())


def _folded(label: str) -> str:
    """Label as the staging models compare it: lower case, words joined by one underscore."""
    return "_".join("".join(c if c.isalnum() else " " for c in label.casefold()).split())


def _distinct(phrases: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(phrases))
