"""What deserves more or fewer sends, with the evidence [4.1].

Threshold triggers read one row of a performance table each; TRAIT_SHARE compares a creator's ten best
sends with the others.
"""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.stats import hypergeom

from eros_assets.domain.frames import VOLUME_TRIGGERS
from eros_assets.domain.inputs import PlanInputs
from eros_assets.domain.learning.evidence import has_worth
from eros_assets.settings import Settings, Trigger

TRAITS = ("length_bucket", "content_type", "tone", "price")
_STRONG_P = 1e-4  # corrected p from which TRAIT_SHARE takes its full factor


def volume_triggers(inputs: PlanInputs, settings: Settings) -> pd.DataFrame:
    """VOLUME_TRIGGERS of the week, by creator, kind, key and name; traits that were tested and failed included."""
    parts = [
        _of_rows(inputs.send_type_performance, "send_type", settings),
        _of_rows(inputs.content_type_performance, "content_type", settings),
        _of_traits(inputs, settings),
    ]
    filled = [part for part in parts if len(part)]
    if not filled:
        return VOLUME_TRIGGERS.empty()
    rows = pd.concat(filled, ignore_index=True)
    rows = rows[rows["creator_id"].isin(inputs.creators["creator_id"])]
    lives = rows["trigger_name"].map({name: row.days for name, row in settings.volume.triggers.items()})
    rows = rows.assign(
        week_start=pd.Timestamp(inputs.week_start),
        as_of_date=pd.Timestamp(inputs.as_of_date),
        detected_on=pd.Timestamp(inputs.as_of_date),
        expires_on=pd.Timestamp(inputs.as_of_date) + lives.map(lambda days: timedelta(days=int(days))),
    )
    return VOLUME_TRIGGERS.conform(rows.sort_values(list(VOLUME_TRIGGERS.key), ignore_index=True))


# -- thresholds ----------------------------------------------------------------------------------------


def _of_rows(table: pd.DataFrame, kind: str, settings: Settings) -> pd.DataFrame:
    """A row per performance row and trigger it meets."""
    rules = settings.volume.triggers
    figure = {
        name: table[name].to_numpy(dtype=float, na_value=np.nan)
        for name in ("rps_30d", "conversion_30d", "uses_30d", "falling_days")
    }
    figure["rps_change"] = _change(table, "rps_last_week", "rps_previous_week")
    figure["view_rate_change"] = _change(table, "view_rate_7d", "view_rate_previous_7d")
    uses = np.nan_to_num(figure["uses_30d"])
    high, emerging = rules["HIGH_PERFORMER"], rules["EMERGING_WINNER"]
    met: dict[str, tuple[npt.NDArray[np.bool_], tuple[str, ...]]] = {
        "HIGH_PERFORMER": (
            (figure["rps_30d"] > _least(high.rps)) & (figure["conversion_30d"] > _least(high.conversion)),
            ("rps_30d", "conversion_30d"),
        ),
        "TRENDING_UP": (figure["rps_change"] > _least(rules["TRENDING_UP"].rise), ("rps_change",)),
        "EMERGING_WINNER": (
            (figure["rps_30d"] > _least(emerging.rps)) & (uses > 0) & (uses < (emerging.max_uses or 0)),
            ("rps_30d", "uses_30d"),
        ),
        "SATURATING": (figure["falling_days"] >= _least(rules["SATURATING"].falling_days), ("falling_days",)),
        "AUDIENCE_FATIGUE": (
            figure["view_rate_change"] < -_least(rules["AUDIENCE_FATIGUE"].view_fall),
            ("view_rate_change",),
        ),
    }
    pool = settings.volume.pool
    certainty = np.select([uses >= pool.sufficient, uses >= pool.critical], ["high", "moderate"], "low")
    parts = []
    for name, (hit, names) in met.items():
        where = np.flatnonzero(hit)
        metrics = [{key: round(float(figure[key][row]), 6) for key in names} for row in where]
        parts.append(
            pd.DataFrame(
                {
                    "creator_id": table["creator_id"].to_numpy(dtype=object)[where],
                    "kind": kind,
                    "trait_key": table[f"{kind}_key"].to_numpy(dtype=object)[where],
                    "trigger_name": name,
                    "factor": rules[name].factor,
                    "is_applied": True,
                    "decision": "applied",
                    "confidence": certainty[where],
                    "n": uses[where].astype(np.int64),
                    "reason": [", ".join(f"{key} {value:.4g}" for key, value in row.items()) for row in metrics],
                    "metrics": [json.dumps(row, sort_keys=True) for row in metrics],
                }
            )
        )
    return pd.concat(parts, ignore_index=True)


def _change(table: pd.DataFrame, now: str, before: str) -> npt.NDArray[np.float64]:
    """Relative change; NaN where either figure is missing or the earlier one is zero."""
    later, earlier = (table[name].to_numpy(dtype=float, na_value=np.nan) for name in (now, before))
    change: npt.NDArray[np.float64] = later / np.where(earlier > 0, earlier, np.nan) - 1
    return change


def _least(threshold: float | None) -> float:
    """A threshold the table leaves out is never met."""
    return np.inf if threshold is None else float(threshold)


# -- shared traits -------------------------------------------------------------------------------------


def _of_traits(inputs: PlanInputs, settings: Settings) -> pd.DataFrame:
    """TRAIT_SHARE: traits that most of a creator's best recent sends share and the others do not."""
    rule = settings.volume.triggers["TRAIT_SHARE"]
    top_n, least_share = int(rule.top_n or 0), float(rule.share or 1)
    sends = _settled(inputs, settings)
    sends = sends.assign(rank=sends.groupby("creator_id").cumcount())
    sends = sends.assign(is_best=sends["rank"] < top_n, n=sends.groupby("creator_id")["rank"].transform("size"))
    sends = sends[sends["n"] > top_n]
    long = sends.melt(["creator_id", "n", "is_best"], list(TRAITS), "kind", "trait_key").dropna(subset=["trait_key"])
    group = ["creator_id", "kind", "trait_key"]
    counts = long.groupby(group, as_index=False).agg(n=("n", "first"), best=("is_best", "sum"), all=("n", "size"))
    tested = counts[counts["best"] >= least_share * top_n].sort_values(group, ignore_index=True)
    # Chance that as many of the best would share the trait if being best had nothing to do with it.
    p = hypergeom.sf(tested["best"] - 1, tested["n"], tested["all"], top_n)
    tests = tested.groupby("creator_id")["best"].transform("size")
    corrected = np.minimum(1.0, p * tests)
    is_clear = (corrected < _alpha(rule)).to_numpy(dtype=bool)
    enough = (tested["n"] >= (rule.min_sends or 0)).to_numpy(dtype=bool)
    other = tested["all"] - tested["best"]
    decision = [
        "applied"
        if clear and many
        else f"not applied: p {value:.2g} after correction is no clear difference"
        if not clear
        else f"not applied: {n} sends, {rule.min_sends} needed"
        for clear, many, value, n in zip(is_clear, enough, corrected, tested["n"], strict=True)
    ]
    return pd.DataFrame(
        {
            **{name: tested[name].to_numpy(dtype=object) for name in group},
            "trigger_name": "TRAIT_SHARE",
            "factor": np.where(is_clear & enough, _trait_factor(tested["kind"], corrected, rule), 1.0),
            "is_applied": is_clear & enough,
            "decision": decision,
            "confidence": np.where(is_clear & enough, "high", "low"),
            "n": tested["n"],
            "best_count": tested["best"],
            "other_count": other,
            "share": tested["best"] / max(top_n, 1),
            "p_value": corrected,
            "reason": [
                f"{best} of the {top_n} best sends, {rest} of {n - top_n} others"
                for best, rest, n in zip(tested["best"], other, tested["n"], strict=True)
            ],
            "metrics": [
                json.dumps({"best": int(best), "others": int(rest), "p": float(f"{value:.6g}"), "sends": int(n)})
                for best, rest, value, n in zip(tested["best"], other, corrected, tested["n"], strict=True)
            ],
        }
    )


def _settled(inputs: PlanInputs, settings: Settings) -> pd.DataFrame:
    """Priced sends of the last 30 days that may have earned what they will, best first per creator.

    Columns creator_id and one text per trait, null where unknown.
    """
    sends = inputs.recent_sends
    since = pd.Timestamp(inputs.as_of_date - timedelta(days=settings.volume.campaigns.window_days - 1))
    until = pd.Timestamp(inputs.as_of_date) - pd.Timedelta(hours=settings.scoring.maturity_hours)
    counts = sends["is_priced"].fillna(False) & has_worth(sends)
    sends = sends[counts & sends["send_date"].between(since, until)]
    sends = sends.sort_values(["creator_id", "earnings", "send_key"], ascending=[True, False, True], kind="stable")
    return pd.DataFrame(
        {
            "creator_id": sends["creator_id"].to_numpy(dtype=object),
            "length_bucket": sends["length_bucket"].to_numpy(dtype=object),
            "content_type": sends["content_type_key"].to_numpy(dtype=object),
            "tone": sends["tone"].to_numpy(dtype=object),
            "price": [f"{price:.2f}" for price in sends["price"].to_numpy(dtype=float)],
        }
    )


def _trait_factor(kind: pd.Series, p: pd.Series, rule: Trigger) -> npt.NDArray[np.float64]:
    """Factor by p inside the trigger's range; a tone has its own."""
    low, high = rule.factor_range or (rule.factor, rule.factor)
    strength = np.clip(np.log10(np.maximum(p.to_numpy(dtype=float), 1e-300)) / np.log10(_STRONG_P), 0.0, 1.0)
    by_p = np.round(low + (high - low) * strength, 4)
    return np.where(kind == "tone", rule.tone_factor or rule.factor, by_p)


def _alpha(rule: Trigger) -> float:
    return float(rule.alpha or 0)
