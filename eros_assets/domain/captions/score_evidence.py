"""What is known of a page, the pool of captions and the page's own sends of them, as the scores read it."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from eros_assets.domain.arrays import Floats, floats
from eros_assets.domain.captions.length import is_optimal_length, length_buckets, length_multipliers
from eros_assets.domain.captions.persona import Voice, emoji_levels
from eros_assets.domain.codes import codes_of
from eros_assets.domain.learning.caption_effects import CaptionEffects
from eros_assets.domain.learning.evidence import CONTENT_CONFIDENCE
from eros_assets.domain.learning.shrinkage import (
    Spread,
    learned_spread,
    posterior_mean,
    posterior_rate,
)
from eros_assets.settings import SendType, Settings

# Finer differences are noise of the machine's arithmetic, and must not decide between captions.
_DECIMALS = 8
# Written by hand: json.dumps costs ten times as much, and this runs for every candidate.
_PARTS_JSON = '{"rps": %.4f, "conversion": %.4f, "execution": %.4f, "diversity": %.4f, "length": %.4f}'


class ScoreError(ValueError):
    """A score that is no number [11.1]; names creator, column and caption."""


@dataclass(frozen=True)
class Page:
    """One creator's rows; frames are None where the creator has none."""

    creator_id: str
    page_type: str
    is_length_on: bool  # [2.1] multiplies its scores
    voice: Voice
    owned: frozenset[str]
    health: dict[Hashable, Any]
    own: pd.DataFrame | None
    send_types: pd.DataFrame | None
    content_types: pd.DataFrame | None
    curves: pd.DataFrame | None
    effects: pd.DataFrame | None

    def figure(self, name: str) -> float:
        """A figure of the creator's health, NaN when missing."""
        value = self.health.get(name)
        return float("nan") if value is None or pd.isna(value) else float(value)


class CaptionPool:
    """The active captions as arrays of one length, and what all creators' sends say about them."""

    def __init__(
        self,
        captions: pd.DataFrame,
        features: pd.DataFrame,
        performance: pd.DataFrame,
        effects: CaptionEffects,
        settings: Settings,
    ) -> None:
        # Sorted by hash: a tie-break that is stable and favours nobody.
        kept = captions[captions["is_active"].astype(bool) & captions["caption_type"].isin(list(settings.send_type))]
        frame = kept.sort_values("caption_hash").merge(
            features, on="caption_hash", how="left", suffixes=("_file", ""), validate="one_to_one"
        )
        if frame["structure_score"].isna().any():
            raise ScoreError(
                f"no features for {frame.loc[frame['structure_score'].isna(), 'caption_hash'].head(3).tolist()}"
            )
        scoring, kappa = settings.scoring, settings.scoring.shrinkage_kappa
        self.frame = frame
        self.hashes = pd.Index(frame["caption_hash"])
        self.types = list(dict.fromkeys(frame["caption_type"]))
        self.type_code = frame["caption_type"].map({t: i for i, t in enumerate(self.types)}).to_numpy(dtype=np.int64)
        self.contents = list(settings.content_type)
        content = frame["content_type_key"].where(
            floats(frame["content_type_confidence"]) >= CONTENT_CONFIDENCE, other=pd.NA
        )
        self.content_code = codes_of(content, self.contents)
        self.length = frame["char_length"].to_numpy(dtype=np.int64)
        self.buckets = [bucket.key for bucket in scoring.length_buckets]
        self.bucket_code = codes_of(length_buckets(self.length, scoring), self.buckets)
        self.multiplier = length_multipliers(self.length, scoring)
        self.is_optimal = is_optimal_length(self.length, scoring)
        first = [settings.send_type[t] for t in self.types]
        self.is_priced = np.array([t.money != "none" for t in first], bool)[self.type_code]
        self.paid_only = frame["is_paid_page_only"].to_numpy(dtype=bool)
        self.tone = frame["tone"].to_numpy(dtype=str)
        self.emoji_level = emoji_levels(frame["emoji_count"].to_numpy(dtype=float), scoring)
        self.slang_level = frame["slang_level"].to_numpy(dtype=str)
        self._checks(first, frame, settings)
        self._evidence(performance, effects, kappa, settings)

    def _checks(self, first: list[SendType], frame: pd.DataFrame, settings: Settings) -> None:
        """The creator-independent execution checks of a score: value and weight, shape (n, checks)."""
        weights, scoring = settings.scoring.execution_weights, settings.scoring
        accept = np.array([t.acceptable for t in first]).reshape(-1, 2)[self.type_code]
        levels = np.array([scoring.emoji_levels[t.emoji] for t in first]).reshape(-1, 2)[self.type_code]
        emojis = frame["emoji_count"].to_numpy(dtype=float)
        price = floats(frame["suggested_price"])
        bounds = np.array([(t.price.min, t.price.max) if t.price else (np.nan, np.nan) for t in first], float)
        bounds = bounds.reshape(-1, 2)[self.type_code]
        points = np.array([row.price for row in scoring.price_lengths])
        nearest = np.abs(np.nan_to_num(price)[:, None] - points).argmin(axis=1)
        fitting = np.array([row.length for row in scoring.price_lengths])[nearest]
        structure = floats(frame["structure_score"])
        values = [
            structure,
            (self.length >= accept[:, 0]) & (self.length <= accept[:, 1]),
            (emojis >= levels[:, 0]) & (emojis <= levels[:, 1]),
            (price >= bounds[:, 0])
            & (price <= bounds[:, 1])
            & (self.length >= fitting[:, 0])
            & (self.length <= fitting[:, 1]),
        ]
        applies = [self.is_priced, True, True, self.is_priced & ~np.isnan(price) & ~np.isnan(bounds[:, 0])]
        given = [weights.structure, weights.length, weights.emoji, weights.price]
        self.check_weight = sum(np.where(on, w, 0.0) for on, w in zip(applies, given, strict=True))
        self.check_value = sum(
            np.where(on, w * np.asarray(v, float), 0.0) for on, w, v in zip(applies, given, values, strict=True)
        )

    def _evidence(self, performance: pd.DataFrame, effects: CaptionEffects, kappa: float, settings: Settings) -> None:
        """Pool-wide effect, view lift and conversion of each caption, shrunk by empirical Bayes."""
        pool = performance.set_index("caption_hash").reindex(self.hashes)
        groups = settings.scoring.shrinkage_learn_from_groups
        self.n = np.nan_to_num(floats(pool["n_eff"]))
        self.uses_30d = np.nan_to_num(floats(pool["uses_30d"]))
        priced_share = np.nan_to_num(floats(pool["priced_count"]) / np.maximum(floats(pool["send_count"]), 1))
        self.n_priced = self.n * priced_share
        effect = effects.pool.set_index("caption_hash").reindex(self.hashes)
        self.caption_effect = np.nan_to_num(floats(effect["log_effect"]))
        self.caption_variance = floats(effect["log_sd"].fillna(effects.unsent_sd)) ** 2
        self.unsent_own_variance = effects.unsent_own_sd**2
        rps = np.nan_to_num(floats(pool["rps"]))
        self.mean_rps = ratio(float((rps * self.n_priced).sum()), float(self.n_priced.sum()), 0.0)

        view_lift = floats(pool["view_lift"])
        log_view = np.log(np.where(view_lift > 0, view_lift, np.nan))
        self.view_spread: Spread = learned_spread(log_view, floats(pool["send_count"]), kappa, groups)
        self.log_view_lift = posterior_mean(log_view, self.n, 0.0, self.view_spread.kappa)
        sent, viewed, bought = (
            np.nan_to_num(floats(pool[f"{name}_weighted"])) for name in ("sent", "viewed", "purchased")
        )
        total = float(self.n.sum())
        self.view_rate = ratio(float(viewed.sum()), float(sent.sum()), 0.0)
        self.conversion = ratio(float((bought * priced_share).sum()), float((viewed * priced_share).sum()), 0.0)
        views_per_send = ratio(float(viewed.sum()), total, 1.0)
        rate = posterior_rate(bought, viewed, self.conversion, max(kappa * views_per_send, 1.0))
        self.conversion_lift = rate / self.conversion if self.conversion > 0 else np.ones(len(rate))


@dataclass(frozen=True)
class OwnSends:
    """The creator's own sends of each pool caption, shape of the pool; zeros where there are none."""

    n: Floats
    n_priced: Floats
    log_effect: Floats
    log_variance: Floats
    sent: Floats
    viewed: Floats
    purchased: Floats
    uses_30d: Floats
    days_since_use: Floats


def own_sends(page: Page, pool: CaptionPool, week_start: date) -> OwnSends:
    """The page's own sends of each caption of the pool before the week."""
    size = len(pool.length)
    arrays = {name: np.zeros(size) for name in ("n", "n_priced", "sent", "viewed", "purchased", "uses_30d")}
    days = np.full(size, np.nan)
    if page.own is not None and len(page.own):
        where = pool.hashes.get_indexer(page.own["caption_hash"])
        own, where = page.own[where >= 0], where[where >= 0]
        n = floats(own["n_eff"])
        arrays["n"][where] = n
        arrays["n_priced"][where] = n * floats(own["priced_count"]) / np.maximum(floats(own["send_count"]), 1)
        for name in ("sent", "viewed", "purchased"):
            arrays[name][where] = np.nan_to_num(floats(own[f"{name}_weighted"]))
        arrays["uses_30d"][where] = floats(own["uses_30d"])
        days[where] = (pd.Timestamp(week_start) - own["last_used_date"]).dt.days.to_numpy(dtype=float)
    effect, variance = np.zeros(size), np.full(size, pool.unsent_own_variance)
    if page.effects is not None:
        where = pool.hashes.get_indexer(page.effects["caption_hash"])
        known = page.effects[where >= 0]
        effect[where[where >= 0]] = floats(known["log_effect"])
        variance[where[where >= 0]] = floats(known["log_sd"]) ** 2
    return OwnSends(log_effect=effect, log_variance=variance, days_since_use=days, **arrays)


def weighted_mean(values: Floats, weights: Floats, empty: float = float("nan")) -> float:
    """Mean of values by weights; ``empty`` without any weight."""
    total = float(weights.sum())
    # Not `@`: a BLAS dot product depends on the number of threads in its last digits.
    return float((values * weights).sum()) / total if total > 0 else empty


def ratio(part: float, whole: float, empty: float) -> float:
    """Part ÷ whole; ``empty`` of nothing."""
    return part / whole if whole > 0 else empty
