"""Volume triggers and low-frequency winners: what deserves more or fewer sends, with the evidence [4.1, 4.3]."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import fisher_exact

from eros_assets.planning.creator_week import CreatorWeek


@dataclass(frozen=True)
class Trigger:
    """One live trigger (T5.11) on a send type, content type or other trait of this creator."""

    kind: str  # send_type, content_type, length_bucket, tone, price
    key: str
    trigger: str
    factor: float
    reason: str
    confidence: str  # low, moderate, high
    metrics: dict[str, float]
    detected_on: date
    expires_on: date

    def as_dict(self) -> dict[str, Any]:
        """JSON form."""
        return {
            **{name: getattr(self, name) for name in ("kind", "key", "trigger", "factor", "reason", "confidence")},
            "metrics": self.metrics,
            "detected_on": self.detected_on.isoformat(),
            "expires_on": self.expires_on.isoformat(),
        }


def find_triggers(week: CreatorWeek) -> list[Trigger]:
    """Triggers in force for the week, by kind, key and name."""
    found = [
        *_of_rows(week, "send_type", week.send_type_rows),
        *_of_rows(week, "content_type", week.content_type_rows),
        *_shared_traits(week),
    ]
    return sorted(found, key=lambda trigger: (trigger.kind, trigger.key, trigger.trigger))


def _of_rows(week: CreatorWeek, kind: str, rows: dict[str, dict[str, Any]]) -> Iterator[Trigger]:
    rules = week.settings.volume.triggers
    for key, row in rows.items():
        uses = int(row.get("uses_30d", 0))
        for name, metrics in _signs(row, uses, week).items():
            rule = rules[name]
            yield Trigger(
                kind,
                key,
                name,
                rule.factor,
                ", ".join(f"{metric} {value:.4g}" for metric, value in metrics.items()),
                "high"
                if uses >= week.settings.volume.pool.sufficient
                else "moderate"
                if uses >= week.settings.volume.pool.critical
                else "low",
                metrics,
                week.as_of_date,
                week.as_of_date + timedelta(days=rule.days),
            )


def _signs(row: dict[str, Any], uses: int, week: CreatorWeek) -> dict[str, dict[str, float]]:
    """Names of the triggers a performance row meets, each with the figures behind it."""
    rules = week.settings.volume.triggers
    rps, conversion = row.get("rps_30d", 0.0), row.get("conversion_30d", 0.0)
    rise = _change(row.get("rps_last_week"), row.get("rps_previous_week"))
    view = _change(row.get("view_rate_7d"), row.get("view_rate_previous_7d"))
    falling = float(row.get("falling_days", 0))
    high, emerging = rules["HIGH_PERFORMER"], rules["EMERGING_WINNER"]
    signs: dict[str, dict[str, float]] = {}
    if rps > (high.rps or np.inf) and conversion > (high.conversion or np.inf):
        signs["HIGH_PERFORMER"] = {"rps_30d": rps, "conversion_30d": conversion}
    if rise > (rules["TRENDING_UP"].rise or np.inf):
        signs["TRENDING_UP"] = {"rps_change": rise}
    if rps > (emerging.rps or np.inf) and 0 < uses < (emerging.max_uses or 0):
        signs["EMERGING_WINNER"] = {"rps_30d": rps, "uses_30d": float(uses)}
    if falling >= (rules["SATURATING"].falling_days or np.inf):
        signs["SATURATING"] = {"falling_days": falling}
    if view < -(rules["AUDIENCE_FATIGUE"].view_fall or np.inf):
        signs["AUDIENCE_FATIGUE"] = {"view_rate_change": view}
    return signs


def _change(now: float | None, before: float | None) -> float:
    return now / before - 1 if now is not None and before else 0.0


def _shared_traits(week: CreatorWeek) -> Iterator[Trigger]:
    """TRAIT_SHARE: traits that most of the ten best recent sends share and the others do not [4.1]."""
    rule = week.settings.volume.triggers["TRAIT_SHARE"]
    sends = week.recent_sends
    since = pd.Timestamp(week.as_of_date - timedelta(days=week.settings.volume.campaigns.window_days - 1))
    settled = pd.Timestamp(week.as_of_date) - pd.Timedelta(hours=week.settings.scoring.maturity_hours)
    priced = sends["is_priced"].fillna(False) & sends["is_rated"].fillna(False)
    sends = sends[priced & (sends["send_date"] >= since) & (sends["send_date"] <= settled)]
    top_n = rule.top_n or 0
    if len(sends) <= top_n:
        return
    ranked = sends.sort_values(["earnings", "send_key"], ascending=[False, True], kind="stable")
    is_best = np.arange(len(ranked)) < top_n
    traits = {
        "length_bucket": ranked["length_bucket"],
        "content_type": ranked["content_type_key"],
        "tone": ranked["tone"],
        "price": ranked["price"].round(2).astype("str"),
    }
    tested = []
    for kind, values in traits.items():
        for key in sorted(values[is_best].dropna().unique()):
            has = (values == key).fillna(False).to_numpy(dtype=bool)
            best, other = int((has & is_best).sum()), int((has & ~is_best).sum())
            if best >= (rule.share or 1) * top_n:
                table = [[best, top_n - best], [other, int((~is_best).sum()) - other]]
                tested.append((kind, str(key), best, other, float(fisher_exact(table, alternative="greater")[1])))
    for kind, key, best, other, p in tested:
        corrected = min(1.0, p * len(tested))
        if corrected >= (rule.alpha or 0):
            continue
        enough = len(ranked) >= (rule.min_sends or 0)
        low, high = rule.factor_range or (rule.factor, rule.factor)
        strength = min(1.0, -np.log10(max(corrected, 1e-12)) / 4)
        factor = (rule.tone_factor or rule.factor) if kind == "tone" else low + (high - low) * strength
        yield Trigger(
            kind,
            key,
            "TRAIT_SHARE",
            round(float(factor), 4) if enough else 1.0,
            f"{best} of the {top_n} best sends, {other} of {len(ranked) - top_n} others",
            "high" if enough else "low",
            {"best": float(best), "others": float(other), "p": corrected, "sends": float(len(ranked))},
            week.as_of_date,
            week.as_of_date + timedelta(days=rule.days),
        )


def low_frequency_winners(week: CreatorWeek) -> tuple[str, ...]:
    """Send types in the creator's top quarter of shrunk RPS, used less than their monthly minimum [4.3]."""
    rule = week.settings.volume.campaigns
    kinds = rule.kinds
    rows = {
        key: row
        for key, row in week.send_type_rows.items()
        if key in {kind.key for kind in week.types}
        and "shrunk_log_rps" in row
        and row.get("send_count", 0) >= rule.winner_sends
    }
    if not rows:
        return ()
    line = float(np.quantile([row["shrunk_log_rps"] for row in rows.values()], rule.winner_quantile))
    return tuple(
        sorted(
            key
            for key, row in rows.items()
            if row["shrunk_log_rps"] >= line
            and (name := campaign_kind(key)) is not None
            and row.get("uses_30d", 0) < kinds[name].per_month[0]
        )
    )


def campaign_kind(key: str) -> str | None:
    """T5.12 kind of a send type's campaigns; None when the table sets no rhythm for it."""
    if key == "bundle":
        return "bundle_wall"
    if key == "game_post":
        return "wheel"
    if key == "bump_descriptive":
        return "descriptive_wall"
    return "other_game" if key == "first_to_tip" else None
