"""The digest's headline figures of a page [4.4]: those that matter to its type, each with its window and basis.

What each figure is stands in ``domain/figures.py``; here is which of them a page shows, and why one is missing.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.domain.figures import FIGURES, FanFigures, fan_figures
from eros_assets.reports.digest_model import Metric
from eros_assets.reports.digest_statistics import AGENCY, Statistics
from eros_assets.settings import Settings

_FREE = ("conversion_rate", "purchases", "rpr", "rps")
_PAID = ("rps", "renew_on_share", "retention", "conversion_rate")
_NOT_EXPORTED = "not in the exports"


def focus(entity: str, page_type: str | None, statistics: Statistics, fans: FanFigures) -> list[Metric]:
    """The page type's own figures first: paid RPS, renew-on, retention; free conversion, purchases, RPR."""
    known = {metric.key: metric for metric in [*_of_sends(entity, statistics), *_of_fans(fans, statistics.settings)]}
    return [known[key] for key in (_FREE if page_type == "free" else _PAID)]


def fans_by_entity(health: pd.DataFrame, cancelled: pd.Series) -> dict[str, FanFigures]:
    """Fan figures of each page of ``health`` (CREATOR_HEALTH), and of the agency.

    Renewal and retention are figures of paid pages: a free page has nothing to renew, so the agency's leave it out.
    """
    pages = {str(creator): fan_figures(row, cancelled) for creator, row in health.groupby("creator_id")}
    return pages | {AGENCY: fan_figures(health.loc[health["page_type"] == "paid"], cancelled)}


def cancelled_fans(page_metrics: pd.DataFrame, as_of: pd.Timestamp, settings: Settings) -> pd.Series:
    """Cancelled subscriptions by creator id in the shortest horizon up to ``as_of``, of pages that count them."""
    days = page_metrics["metric_date"]
    recent = page_metrics.loc[(days > as_of - pd.Timedelta(days=settings.digest.horizons[0])) & (days <= as_of)]
    return recent.groupby("creator_id")["cancelled_subscribers"].sum(min_count=1).dropna()


def _of_sends(entity: str, statistics: Statistics) -> list[Metric]:
    days, found = statistics.horizon_figures(entity)
    values = {
        "rps": found.rps,
        "conversion_rate": found.conversion,
        "rpr": found.rpr,
        "purchases": found.purchases,
    }
    rules = statistics.settings.digest
    thin = f"fewer than {rules.pattern_min_sends} settled priced sends in {max(rules.horizons)} days"
    return [
        _metric(key, value, found.n, days, thin if days is None else "nobody opened one")
        for key, value in values.items()
    ]


def _of_fans(fans: FanFigures, settings: Settings) -> list[Metric]:
    return [
        _metric("renew_on_share", fans.renew_on_share, fans.renewing_of, None, _NOT_EXPORTED),
        _metric("retention", fans.retention, fans.retained_of, settings.digest.horizons[0], _NOT_EXPORTED),
    ]


def _metric(key: str, value: float | None, n: int, days: int | None, missing: str) -> Metric:
    figure = FIGURES[key]
    return Metric(
        key=key,
        label=figure.named(days),
        value=value,
        unit=figure.unit,
        n=n,
        horizon_days=days,
        basis=figure.basis,
        missing=missing if value is None else "",
    )
