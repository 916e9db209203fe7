"""The figures people read, each defined once: RPS, conversion, revenue per recipient, renew-on share and more.

Belongs here: what a figure counts, over which sends, and how pages add up to the agency. Site, digest, creator page,
calendar and terminal show what is computed here and compute nothing of their own. ``int_creator_horizons`` says RPS
and conversion once more in SQL, because the planner needs them for every day of the past; a test holds both together.

A figure of sends covers a *window*: so many days up to the last day whose sends are all settled. A send is *settled*
when it is older than ``scoring.maturity_hours`` at the end of the as-of date; what it brings still grows before. Only
rated priced sends count. Averages take a send at most at the page's ``scoring.winsor_quantile``, so that one lucky send
does not make a page's level; totals are what was really earned.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import numpy as np
import pandas as pd

from eros_assets.settings import Settings

Unit = Literal["$", "%", "#"]
PLAN_INTERVAL = 0.80
"""Share of weeks, and of sends, whose earnings a plan's interval holds."""
IN_FORCE = ("published", "completed")
"""States of a schedule that pages send by, or have sent by."""


class Figure(NamedTuple):
    """How a figure is named and what it is of; unit ``$``, ``%`` (a fraction of 1) or ``#`` (a count)."""

    label: str
    unit: Unit
    basis: str

    def named(self, days: int | None) -> str:
        """The label with its window: ``RPS, 30 days``."""
        return self.label if days is None else f"{self.label}, {days} days"


FIGURES = {
    "rps": Figure("RPS", "$", "earnings ÷ priced sends"),
    "conversion_rate": Figure("Conversion", "%", "purchases ÷ views of priced sends"),
    "rpr": Figure("Revenue per recipient", "$", "earnings ÷ fans reached by priced sends"),
    "purchases": Figure("Purchases", "#", "of priced sends; the exports do not tell first ones"),
    "renew_on_share": Figure("Renew-on share", "%", "fans with renewal on ÷ fans, newest count"),
    "retention": Figure("Retention", "%", "fans who did not cancel ÷ fans"),
}


@dataclass(frozen=True)
class SendFigures:
    """Figures of ``n`` priced sends: ``earned`` dollars in all; the others None where there is nothing to divide by.

    ``rps`` is dollars per send, ``conversion`` purchases per view, ``rpr`` dollars per recipient.
    """

    n: int = 0
    earned: float = 0.0
    rps: float | None = None
    conversion: float | None = None
    rpr: float | None = None
    purchases: float | None = None


def settled_before(as_of: pd.Timestamp, settings: Settings) -> pd.Timestamp:
    """The first moment, in the page's own time, whose sends are not settled at the end of ``as_of``."""
    return as_of + pd.Timedelta(days=1) - pd.Timedelta(hours=settings.scoring.maturity_hours)


def settled_age(send_date: pd.Series, as_of: pd.Timestamp, settings: Settings) -> pd.Series:
    """Days from each date to the last one with settled sends, 0 for that day and negative after it."""
    last = (settled_before(as_of, settings) - pd.Timedelta(seconds=1)).normalize()
    age: pd.Series = (last - send_date).dt.days
    return age


def counts(sends: pd.DataFrame, as_of: pd.Timestamp, settings: Settings) -> pd.Series:
    """Whether each of the FCT_SENDS rows is a rated priced send that is settled, (len(sends),)."""
    settled = sends["sent_local"] < settled_before(as_of, settings)
    return settled & sends["is_priced"].astype(bool) & sends["is_rated"].astype(bool)


def capped_earnings(sends: pd.DataFrame, as_of: pd.Timestamp, settings: Settings) -> pd.Series:
    """Earnings of FCT_SENDS rows, each at most at its page's quantile, dollars, (len(sends),).

    The quantile is of the page's counting sends in the window that levels are learned from; a page without any is not
    capped.
    """
    window = settings.scoring.decay["creator"].window
    known = counts(sends, as_of, settings) & (sends["send_date"] > as_of - pd.Timedelta(days=window))
    earnings = sends["earnings"].astype("float64")
    cap = earnings[known].groupby(sends["creator_id"][known]).quantile(settings.scoring.winsor_quantile)
    limit = sends["creator_id"].map(cap).astype("float64").fillna(np.inf)
    return earnings.clip(upper=limit)


def send_figures(sends: pd.DataFrame, by: str) -> dict[str, SendFigures]:
    """Figures per value of ``by`` of rows that all count.

    Columns: ``earnings``, ``value`` (capped), ``sent_count``, ``viewed_count``, ``purchased_count``.
    """
    sums = sends.groupby(by, observed=True).agg(
        n=("value", "size"),
        earned=("earnings", "sum"),
        value=("value", "sum"),
        sent=("sent_count", "sum"),
        viewed=("viewed_count", "sum"),
        purchased=("purchased_count", "sum"),
    )
    return {
        str(key): SendFigures(
            n=int(n),
            earned=float(earned),
            rps=ratio(value, n),
            conversion=ratio(purchased, viewed),
            rpr=ratio(value, sent),
            purchases=float(purchased),
        )
        for key, n, earned, value, sent, viewed, purchased in sums.itertuples(name=None)
    }


def ratio(part: float | None, whole: float | None) -> float | None:
    """``part ÷ whole``; None where either is unknown or there is nothing to divide by."""
    if part is None or whole is None or pd.isna(part) or pd.isna(whole) or not whole:
        return None
    return float(part) / float(whole)


@dataclass(frozen=True)
class FanFigures:
    """Shares of ``fans`` (0–1, None when unknown): with renewal on, and not lost to a cancellation in the window."""

    renew_on_share: float | None
    renewing_of: int
    retention: float | None
    retained_of: int


NO_FANS = FanFigures(None, 0, None, 0)
"""What is known of the fans of a page that has no health row."""


def fan_figures(health: pd.DataFrame, cancelled: pd.Series) -> FanFigures:
    """Fan figures of the pages of ``health`` (CREATOR_HEALTH rows) together.

    ``cancelled`` holds cancellations in the window by creator id. A page whose figure nobody exported counts in
    neither part of a share.
    """
    fans = health["fan_count"].astype("float64")
    renewing = health["renew_on_count"].astype("float64")
    lost = health["creator_id"].map(cancelled).astype("float64")
    renewing_of, retained_of = fans[renewing.notna()].sum(), fans[lost.notna()].sum()
    left = ratio(lost[fans.notna()].sum(min_count=1), retained_of)
    return FanFigures(
        renew_on_share=ratio(renewing[fans.notna()].sum(min_count=1), renewing_of),
        renewing_of=int(renewing_of),
        retention=None if left is None else max(0.0, 1.0 - left),
        retained_of=int(retained_of),
    )


def expected_revenue(schedules: pd.DataFrame) -> float | None:
    """Dollars that SCHEDULE rows in force are expected to bring together; None when none is in force."""
    in_force = schedules.loc[schedules["status"].isin(IN_FORCE), "expected_revenue"]
    return float(in_force.sum()) if len(in_force) else None
