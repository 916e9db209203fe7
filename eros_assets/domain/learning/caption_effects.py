"""What a text is worth beyond its type, content, length, price and slot: to all creators, and to each."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.arrays import Floats
from eros_assets.domain.learning.pool_fit import DECIMALS, OWN_FACTORS, PoolFit, fit_pool
from eros_assets.domain.learning.shrinkage import Spread, learned_spread, posterior_mean, posterior_variance
from eros_assets.settings import Settings


@dataclass(frozen=True)
class CaptionEffects:
    """Log effects of captions that were sent for money, shrunk toward 0, with columns log_effect and log_sd.

    ``pool`` has one row per caption_hash, ``own`` one per creator_id and caption_hash: how far the
    caption's worth to the creator strays from all else that is known of both. ``unsent_sd`` and
    ``unsent_own_sd`` are the log_sd without any send.
    """

    pool: pd.DataFrame
    own: pd.DataFrame
    unsent_sd: float
    unsent_own_sd: float


def caption_effects(sends: pd.DataFrame, settings: Settings, as_of: date) -> CaptionEffects:
    """Learn from FCT_SENDS of all creators settled by ``as_of``."""
    return effects_of(fit_pool(sends, settings, as_of), settings)


def effects_of(fit: PoolFit, settings: Settings) -> CaptionEffects:
    """Caption effects from a fit."""
    creator, creators = fit.creators
    caption, captions = pd.factorize(fit.rows["caption_hash"].astype(object), sort=True)
    levels = {name: fit.factors[name].levels for name in OWN_FACTORS}
    rest = fit.residual - fit.deviations.fitted(creator, levels, {"rank": fit.rank})
    effect, variance, spread = _effects(rest, caption, len(captions), fit, settings)
    pool = pd.DataFrame({"caption_hash": captions, "log_effect": effect, "log_sd": np.sqrt(variance)})

    pair, pairs = pd.factorize(np.where(caption >= 0, creator * len(captions) + caption, -1), sort=True)
    pair, pairs = (pair - 1, pairs[1:]) if len(pairs) and pairs[0] < 0 else (pair, pairs)
    rest = rest - np.append(effect, 0.0)[caption]
    own_effect, own_variance, own_spread = _effects(rest, pair, len(pairs), fit, settings)
    own = pd.DataFrame(
        {
            "creator_id": np.asarray(creators, dtype=object)[pairs // max(len(captions), 1)],
            "caption_hash": np.asarray(captions, dtype=object)[pairs % max(len(captions), 1)],
            "log_effect": own_effect,
            "log_sd": np.sqrt(own_variance),
        }
    )
    return CaptionEffects(pool, own, float(np.sqrt(spread.between)), float(np.sqrt(own_spread.between)))


def quality_variance(fit: PoolFit, settings: Settings) -> float:
    """How far captions differ in what the fit leaves of their sends."""
    caption, captions = pd.factorize(fit.rows["caption_hash"].astype(object), sort=True)
    return _effects(fit.residual, caption, len(captions), fit, settings)[2].between


def _effects(
    rest: Floats, code: npt.NDArray[np.intp], count: int, fit: PoolFit, settings: Settings
) -> tuple[Floats, Floats, Spread]:
    """Shrunk mean and variance of ``rest`` by code (−1 none), and how far the codes differ."""
    rows, scoring = code >= 0, settings.scoring
    precision = fit.precision[rows]
    told = np.bincount(code[rows], precision, minlength=count).astype(float)
    mean = np.bincount(code[rows], precision * rest[rows], minlength=count) / np.maximum(told, 1e-12)
    # Precisions: the noise of one unit of them is 1.
    spread = learned_spread(mean, told, scoring.shrinkage_kappa, scoring.shrinkage_learn_from_groups, within=1.0)
    effect, variance = posterior_mean(mean, told, 0.0, spread.kappa), posterior_variance(told, spread)
    return effect.round(DECIMALS), variance.round(DECIMALS), spread
