"""What each caption is worth to each creator in one week (CAPTION_SCORES).

Value is estimated on the log scale down a chain: what the text adds with all creators (caption
effects), the creator's own answer to its type, content and length (response curves), and the
creator's own sends of it, each shrunk toward the one before. Dollars are then scaled so that
the creator's own past sends would on average be predicted right.

A creator's scores depend on its own rows and on the pool frames alone, so shards agree.
"""

from __future__ import annotations

from datetime import date

import numpy as np
import pandas as pd
from scipy.stats import rankdata

from eros_assets.domain import frames
from eros_assets.domain.arrays import Bools, Floats, Ints, floats
from eros_assets.domain.captions.freshness import freshness
from eros_assets.domain.captions.persona import persona_factor, persona_points, tone_fits, voices
from eros_assets.domain.captions.score_evidence import (
    CaptionPool,
    OwnSends,
    Page,
    ScoreError,
    own_sends,
    ratio,
    weighted_mean,
)
from eros_assets.domain.flags import enrol
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.learning.caption_effects import CaptionEffects
from eros_assets.domain.learning.revenue_model import RevenueModel
from eros_assets.domain.learning.shrinkage import (
    posterior_mean,
    posterior_rate,
    posterior_variance,
)
from eros_assets.settings import SendType, Settings

# Finer differences are noise of the machine's arithmetic, and must not decide between captions.
_DECIMALS = 8
# Written by hand: json.dumps costs ten times as much, and this runs for every candidate.
_PARTS_JSON = '{"rps": %.4f, "conversion": %.4f, "execution": %.4f, "diversity": %.4f, "length": %.4f}'


def caption_scores(
    inputs: PlanInputs,
    pool_performance: pd.DataFrame,
    effects: CaptionEffects,
    settings: Settings,
    model: RevenueModel | None = None,
) -> pd.DataFrame:
    """CAPTION_SCORES of the best candidates of every creator of ``inputs``.

    ``pool_performance`` is CAPTION_POOL_PERFORMANCE and ``effects`` what ``caption_effects`` learned as
    of the same day; ``inputs.caption_scores`` is not read. Per creator, caption type and length class
    (optimal or not) the best ``planning.candidates_per_type`` captions by baseline score, EROS score
    or ``value`` stay: expected revenue, or for texts that sell nothing ``engagement_value_share`` of the
    creator's mean revenue per priced send × the text's view rate ÷ the creator's. With ``model``
    the expected revenue of priced candidates is a blend with its prediction.
    Raises :class:`ScoreError` when any score is not a number.
    """
    pool = CaptionPool(inputs.captions, inputs.features, pool_performance, effects, settings)
    voice_of = voices(inputs.creators, inputs.personas)
    groups = {
        name: dict(tuple(getattr(inputs, name).groupby("creator_id", sort=False)))
        for name in ("caption_performance", "send_type_performance", "content_type_performance", "response_curves")
    }
    own_effects = dict(tuple(effects.own.groupby("creator_id", sort=False)))
    vault = inputs.vault[inputs.vault["has_content"].astype(bool)].groupby("creator_id")["content_type_key"].agg(set)
    health = inputs.health.set_index("creator_id")
    enrolment = enrol(inputs.pages, settings)
    parts = []
    for creator in inputs.creators.to_dict("records"):
        key = str(creator["creator_id"])
        page = Page(
            creator_id=key,
            page_type="paid" if creator["page_type"] == "paid" else "free",
            is_length_on="ENABLE_CHAR_LENGTH_MULTIPLIER" in enrolment.flags_of(key),
            voice=voice_of[key],
            owned=frozenset(vault.get(key, set())),
            health=health.loc[key].to_dict() if key in health.index else {},
            own=groups["caption_performance"].get(key),
            send_types=groups["send_type_performance"].get(key),
            content_types=groups["content_type_performance"].get(key),
            curves=groups["response_curves"].get(key),
            effects=own_effects.get(key),
        )
        parts.append(_score_page(page, pool, settings, inputs.week_start, model))
    if not parts:
        return frames.CAPTION_SCORES.empty()
    scored = pd.concat(parts, ignore_index=True)
    scored.insert(0, "as_of_date", pd.Timestamp(inputs.as_of_date))
    scored.insert(0, "week_start", pd.Timestamp(inputs.week_start))
    _require_numbers(scored)
    numbers = scored.select_dtypes("float").columns
    scored[numbers] = scored[numbers].round(_DECIMALS)
    return frames.CAPTION_SCORES.conform(scored)


def first_send_factor(k: float, sends_per_day: float) -> float:
    """Revenue of the day's first priced send ÷ that of the day's average one, both at decay ``k``."""
    volume = max(sends_per_day, 1.0)
    return 1.0 if k <= 0 else float(volume * -np.expm1(-k) / -np.expm1(-k * volume))


def page_send_types(settings: Settings, caption_type: str, page_type: str) -> list[SendType]:
    """Send types of a page that take captions of this type ([9.1])."""
    return [t for t in settings.send_types if caption_type in t.caption_types and t.allowed_on(page_type)]


def _score_page(
    page: Page, pool: CaptionPool, settings: Settings, week_start: date, model: RevenueModel | None
) -> pd.DataFrame:
    """CAPTION_SCORES rows of one creator, without the dates."""
    scoring, own = settings.scoring, own_sends(page, pool, week_start)
    eligible = _eligible(page, pool, settings)
    relative, log_sd, log_mean = _relative_revenue(page, pool, own, scoring.shrinkage_kappa)
    view, base_view, view_sd = _view_rates(page, pool, own, scoring.shrinkage_kappa)
    mean = _mean_revenue(page, pool, scoring.shrinkage_kappa)
    per_day = page.figure("priced_sends_30d") / 30
    first = first_send_factor(_saturation(page), 0.0 if np.isnan(per_day) else per_day)
    view_ratio = view / base_view if base_view > 0 else np.ones(len(view))
    # A send that sells nothing earns nothing by itself, but the planner has to weigh it against those that do.
    value = np.where(pool.is_priced, mean * relative * first, mean * scoring.engagement_value_share * view_ratio)

    strength = np.where(pool.is_priced, relative, view)
    rank = np.full(len(strength), np.nan)
    for in_class in (eligible & pool.is_priced, eligible & ~pool.is_priced):
        if in_class.any():
            rank[in_class] = rankdata(strength[in_class]) / in_class.sum()
    conversion = _conversion_part(page, pool, own, view_ratio, scoring.shrinkage_kappa)
    tone_weight = scoring.execution_weights.tone
    tone = np.isin(pool.tone, [page.voice.primary_tone, *sorted(tone_fits(page.voice, scoring))])
    execution = (pool.check_value + tone_weight * tone) / (pool.check_weight + tone_weight)
    weights = scoring.eros_weights
    base = (
        weights["rps"] * rank
        + weights["conversion"] * conversion
        + weights["execution"] * execution
        + weights["diversity"]
    )
    length_factor = scoring.length_floor + (1 - scoring.length_floor) * pool.multiplier
    eros = base * length_factor if page.is_length_on else base

    performance = _performance_score(page, pool, own, relative, view_ratio, settings)
    fresh = freshness(own.days_since_use, own.uses_30d, scoring.freshness, np.maximum(pool.uses_30d - own.uses_30d, 0))
    points = persona_points(pool.tone, pool.emoji_level, pool.slang_level, page.voice, scoring)
    mix = scoring.baseline_weights
    baseline = (
        mix["freshness"] * fresh
        + mix["performance"] * performance
        + mix["type_priority"] * scoring.type_priority["first"]
        + mix["diversity"] * 100
        + mix["persona"] * 10 * points
    )
    kept = _candidates(eligible, pool, (baseline, eros, value), settings.system.planning.candidates_per_type)
    if model is not None:
        value = _blended(page, pool, kept, value, mean, log_mean, model)
    frame, code = pool.frame.iloc[kept], pool.content_code[kept]
    parts = np.column_stack([rank, conversion, execution, np.ones(len(rank)), pool.multiplier])[kept]
    return pd.DataFrame(
        {
            "creator_id": page.creator_id,
            "caption_hash": frame["caption_hash"].to_numpy(dtype=object),
            "caption_type": frame["caption_type"].to_numpy(dtype=object),
            "content_type_key": np.array([*pool.contents, None], dtype=object)[code],
            "char_length": pool.length[kept],
            "is_optimal_length": pool.is_optimal[kept],
            "is_priced": pool.is_priced[kept],
            "length_multiplier": pool.multiplier[kept],
            "performance_score": performance[kept],
            "freshness": fresh[kept],
            "days_since_use": own.days_since_use[kept],
            "uses_30d": own.uses_30d[kept].astype(np.int64),
            "persona_factor": persona_factor(points[kept], scoring),
            "persona_points": points[kept],
            "eros_score": eros[kept],
            "score_parts": [_PARTS_JSON % tuple(row) for row in parts.tolist()],
            "structure_score": floats(frame["structure_score"]),
            "style": frame["style"].to_numpy(dtype=object),
            "expected_revenue": np.where(pool.is_priced, value, 0.0)[kept],
            "value": value[kept],
            "expected_log_sd": np.where(pool.is_priced, log_sd, view_sd)[kept],
            "n_eff": own.n[kept],
            "is_known": (own.n_priced / (own.n_priced + scoring.shrinkage_kappa))[kept],
        }
    )


def _eligible(page: Page, pool: CaptionPool, settings: Settings) -> Bools:
    """Hard filters that hold for the whole week: page type, vault, AVOID content, media need."""
    usable = {t: page_send_types(settings, t, page.page_type) for t in pool.types}
    on_page = np.array([bool(usable[t]) for t in pool.types], bool)[pool.type_code]
    no_media = [any(s.media != "needed" for s in usable[t]) for t in pool.types]
    without_media = np.array(no_media, bool)[pool.type_code]
    avoided: set[str] = set()
    if page.content_types is not None:
        tier = page.content_types["performance_tier"]
        avoided = set(page.content_types.loc[tier == "AVOID", "content_type_key"])
    # The last entry stands for an unknown content type (code −1): only texts that need no media.
    allowed = np.array([key in page.owned and key not in avoided for key in pool.contents] + [False])
    content = allowed[pool.content_code] | ((pool.content_code < 0) & without_media)
    eligible: Bools = on_page & content & ~(pool.paid_only & (page.page_type != "paid"))
    return eligible


def _relative_revenue(page: Page, pool: CaptionPool, own: OwnSends, kappa: float) -> tuple[Floats, Floats, Floats]:
    """Expected revenue ÷ the creator's mean per priced send, and sd and mean (up to a constant) of its log."""
    structure, structure_variance = _creator_structure(page, pool)
    log_mean = structure + pool.caption_effect + own.log_effect
    variance = structure_variance + pool.caption_variance + own.log_variance
    # The mean of a log-normal, not its median; then scaled so that past sends average to 1.
    raw = np.exp(log_mean + variance / 2)
    scale = posterior_mean(
        weighted_mean(raw, own.n_priced), own.n_priced.sum(), weighted_mean(raw, pool.n_priced, 1.0), kappa
    )
    return raw / scale, np.sqrt(variance), log_mean


def _creator_structure(page: Page, pool: CaptionPool) -> tuple[Floats, Floats]:
    """Log effect of caption type, content type and length by the creator's curves, and its variance."""
    total, variance = np.zeros(len(pool.length)), np.zeros(len(pool.length))
    if page.curves is None:
        return total, variance
    for curve, keys, codes in (
        ("send_type", pool.types, pool.type_code),
        ("content_type", pool.contents, pool.content_code),
        ("length", pool.buckets, pool.bucket_code),
    ):
        rows = page.curves[page.curves["curve"] == curve].set_index("curve_key").reindex(keys)
        total += np.append(np.nan_to_num(np.log(floats(rows["factor"]))), 0.0)[codes]
        variance += np.append(np.nan_to_num(floats(rows["log_sd"])) ** 2, 0.0)[codes]
    return total, variance


def _view_rates(page: Page, pool: CaptionPool, own: OwnSends, kappa: float) -> tuple[Floats, float, Floats]:
    """Shrunk view rate of each caption, the creator's mean view rate, and the sd of the log rate."""
    base = page.figure("mean_view_rate")
    base = pool.view_rate if np.isnan(base) else base
    prior = np.clip(base * np.exp(pool.log_view_lift), 0.0, 1.0)
    fans_per_send = ratio(float(own.sent.sum()), float(own.n.sum()), 1.0)
    rate = posterior_rate(own.viewed, own.sent, prior, max(kappa * fans_per_send, 1.0))
    return rate, base, np.sqrt(posterior_variance(pool.n + own.n, pool.view_spread))


def _conversion_part(page: Page, pool: CaptionPool, own: OwnSends, view_ratio: Floats, kappa: float) -> Floats:
    """Conversion part of the score 0–1: shrunk rate ÷ twice the creator's mean; unpriced by view rate."""
    mean = page.figure("mean_conversion")
    mean = pool.conversion if np.isnan(mean) or mean <= 0 else mean
    if mean <= 0:
        priced = np.full(len(pool.length), 0.5)
    else:
        prior = mean * pool.conversion_lift
        for rows, key, keys, codes in (
            (page.send_types, "send_type_key", pool.types, pool.type_code),
            (page.content_types, "content_type_key", pool.contents, pool.content_code),
        ):
            prior = prior * np.append(_ratio_by_key(rows, key, "shrunk_conversion", mean, keys), 1.0)[codes]
        views_per_send = ratio(float(own.viewed.sum()), float(own.n.sum()), 1.0)
        priced = posterior_rate(own.purchased, own.viewed, np.minimum(prior, 1.0), max(kappa * views_per_send, 1.0)) / (
            2 * mean
        )
    return np.minimum(1.0, np.where(pool.is_priced, priced, view_ratio / 2))


def _performance_score(
    page: Page, pool: CaptionPool, own: OwnSends, relative: Floats, view_ratio: Floats, settings: Settings
) -> Floats:
    """Caption score 0–100; defaults where nobody has sent the text or the page has no mean."""
    scoring, rows = settings.scoring, page.content_types
    mean_log, mean_view = page.figure("mean_log_rps"), page.figure("mean_view_rate")
    content: Floats = np.ones(len(pool.contents))
    if rows is not None and not np.isnan(mean_log):
        by_key = pd.Series(np.exp(floats(rows["shrunk_log_rps"]) - mean_log), index=rows["content_type_key"])
        content = np.asarray(by_key.reindex(pool.contents).fillna(1.0), dtype=np.float64)
    content_view = _ratio_by_key(rows, "content_type_key", "shrunk_view_rate", mean_view, pool.contents)
    priced = np.sqrt(relative * relative / np.append(content, 1.0)[pool.content_code])
    unpriced = np.sqrt(view_ratio * view_ratio / np.append(content_view, 1.0)[pool.content_code])
    q = np.where(pool.is_priced, priced, unpriced)
    score = 100 * q / (1 + q)
    steps = scoring.new_caption_scores
    fresh_score = np.select([pool.length >= step.from_ for step in steps], [step.score for step in steps])
    no_mean = np.where(pool.is_priced, not page.figure("mean_rps") > 0, not mean_view > 0)
    score = np.where(no_mean, scoring.neutral_score, score)
    return np.where((pool.n + own.n) <= 0, fresh_score, score)


def _mean_revenue(page: Page, pool: CaptionPool, kappa: float) -> float:
    """Creator's mean revenue per priced send, dollars, shrunk toward the pool's where sends are few."""
    return float(posterior_mean(page.figure("mean_rps"), np.nan_to_num(page.figure("sends_90d")), pool.mean_rps, kappa))


def _saturation(page: Page) -> float:
    """Decay per further priced send of the day: the creator's curve, else its elasticity."""
    if page.curves is not None:
        rows = page.curves[page.curves["curve"] == "saturation"]
        if len(rows):
            return float(rows["factor"].iloc[0])
    k = page.figure("elasticity_k")
    return 0.0 if np.isnan(k) else k


def _candidates(eligible: Bools, pool: CaptionPool, scores: tuple[Floats, ...], count: int) -> Ints:
    """Pool rows to keep: per caption type and length class the ``count`` best by any of the scores."""
    chosen = []
    for code in range(len(pool.types)):
        for in_class in (pool.is_optimal, ~pool.is_optimal):
            rows = np.flatnonzero(eligible & in_class & (pool.type_code == code))
            if len(rows) > count:
                places = [np.argsort(np.argsort(-score[rows], kind="stable"), kind="stable") for score in scores]
                rows = np.sort(rows[np.argsort(np.min(places, axis=0), kind="stable")[:count]])
            chosen.append(rows)
    return np.concatenate(chosen) if chosen else np.empty(0, np.int64)


def _blended(
    page: Page, pool: CaptionPool, kept: Ints, revenue: Floats, mean: float, log_mean: Floats, model: RevenueModel
) -> Floats:
    """Expected revenue of the kept priced rows, blended on the log scale with the learned model.

    Both are compared relative to their own mean over the candidates, so that the blend changes
    the order of captions and leaves the page's level to the calibrated chain.
    """
    rows = kept[pool.is_priced[kept]]
    if not len(rows) or mean <= 0:
        return revenue
    lift = model.caption_lift(page.creator_id, pool.frame.iloc[rows], log_mean[rows])
    chain = np.log(np.maximum(revenue[rows], 1e-9))
    moved = np.exp((1 - model.blend) * chain + model.blend * (lift - lift.mean() + chain.mean()))
    result = revenue.copy()
    result[rows] = moved * revenue[rows].mean() / moved.mean()
    return result


def _ratio_by_key(rows: pd.DataFrame | None, key: str, column: str, mean: float, keys: list[str]) -> Floats:
    """``column`` of each key ÷ ``mean``; 1 where either is missing or zero."""
    if rows is None or not mean > 0:
        return np.ones(len(keys))
    ratio = pd.Series(floats(rows[column]) / mean, index=rows[key].to_numpy(dtype=object)).reindex(keys)
    values = ratio.to_numpy(dtype=float)
    return np.where(values > 0, values, 1.0)


def _require_numbers(scored: pd.DataFrame) -> None:
    """Raise :class:`ScoreError` for a score that is NaN or infinite [11.1]."""
    columns = [c.name for c in frames.CAPTION_SCORES.columns if c.type == "DOUBLE" and c.required]
    wrong = ~np.isfinite(scored[columns].to_numpy(dtype=float))
    if wrong.any():
        row, column = np.argwhere(wrong)[0]
        where = scored.iloc[row]
        raise ScoreError(
            f"{columns[column]} of creator {where['creator_id']}, caption {where['caption_hash']} is "
            f"{where[columns[column]]}; {int(wrong.sum())} scores are not numbers"
        )
