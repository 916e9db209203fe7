"""[10.15] Volume, rest days, followups and prices follow how far the page's data may be trusted.

Belongs here: the rule. What a page is granted is worked out in :mod:`eros_assets.rules.mix.granted_volume`; the
price that is due in :mod:`eros_assets.rules.due_prices`; whether a caption could have rested in
:mod:`eros_assets.rules.caption_rest`.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.caption_rest import unrested
from eros_assets.rules.columns import KEY
from eros_assets.rules.due_prices import due_prices
from eros_assets.rules.mix.granted_volume import WEEK, granted_revenue_sends, rounded
from eros_assets.rules.mix.trigger_factors import raised_rows
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather, share


def _find(reference: Reference) -> pd.DataFrame:
    weeks = reference.week_counts
    given = weeks["given_confidence"]
    outside = weeks[given.notna() & ~given.between(0, 1)]
    return gather(
        finding(
            outside, "confidence {given_confidence} is outside 0–1", measured="given_confidence", limit=1.0, whole=True
        ),
        _find_volume(reference),
        finding(
            unrested(reference).pipe(lambda s: s[s["better"] > 0]),
            "caption of {send_type_key} rested {days:.0f} days; confidence {confidence:.2f} asks for {rest_days:.0f}",
            measured="days",
            limit="rest_days",
        ),
        _find_excess_followups(reference),
        _find_prices(reference),
    )


def revenue_agreement(reference: Reference) -> pd.DataFrame:
    """Per row of ``weeks``: revenue sends, and the ``least`` and ``most`` that agree with the page's row.

    Under volume triggers PPV messages, granted sends less the week's campaigns, are multiplied by their
    factor; planning may also leave it out where the mix rules would break [3.1, 3.2]. A day with as many
    messages as the type permits may lack one: nothing else can take its place.
    """
    settings = reference.settings
    ppv = settings.send_type["ppv_unlock"]
    granted = granted_revenue_sends(reference)
    slots = reference.slots[~reference.slots["is_followup"]]
    campaigns = slots[slots["is_campaign"]].groupby(KEY, as_index=False).size().rename(columns={"size": "campaigns"})
    messages = slots[slots["send_type_key"] == ppv.key].groupby([*KEY, "date"], as_index=False).size()
    full = messages[messages["size"] >= ppv.max_per_day].groupby(KEY, as_index=False).agg(full=("date", "size"))
    factor = message_factors(reference)
    weeks = reference.week_counts.merge(campaigns, on=KEY, how="left").merge(full, on=KEY, how="left")
    weeks[["campaigns", "full"]] = weeks[["campaigns", "full"]].fillna(0)
    triggered = reference.in_force("ENABLE_VOLUME_TRIGGERS").to_numpy()
    held = np.where(triggered, weeks["campaigns"], 0)
    room = np.where(triggered, WEEK * ppv.max_per_day, granted)
    ways = [held + np.clip(rounded((granted - held) * f), 0, room) for f in (factor, np.ones(len(factor)))]
    ways = [np.maximum(way, np.minimum(granted, WEEK)) for way in ways]
    return weeks.assign(granted=granted, least=np.minimum(*ways) - weeks["full"], most=np.maximum(*ways), exact=ways[0])


def message_factors(reference: Reference) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    """Volume triggers on PPV messages per row of ``weeks``, 1 where the flag is off, shape (n,)."""
    rows = raised_rows(reference.send_type_performance, reference.settings)
    rows = rows[rows["send_type_key"] == "ppv_unlock"]
    factor = reference.weeks[KEY].merge(rows[[*KEY, "factor"]], on=KEY, how="left")["factor"].fillna(1.0)
    return np.where(reference.in_force("ENABLE_VOLUME_TRIGGERS"), factor, 1.0)


def _find_volume(reference: Reference) -> pd.DataFrame:
    weeks = revenue_agreement(reference)
    return finding(
        weeks[(weeks["revenue"] > weeks["most"]) | (weeks["revenue"] < weeks["least"])],
        "{revenue} revenue sends; confidence {confidence:.2f} and triggers grant {exact:.0f} a week",
        measured="revenue",
        limit="exact",
        whole=True,
    )


def _find_excess_followups(reference: Reference) -> pd.DataFrame:
    rules = reference.settings.volume.followups
    days = reference.day_counts
    factor = reference.weeks[KEY].assign(factor=reference.confidence_figure("followups"))
    days = days.merge(factor, on=KEY)
    days["limit"] = np.floor(rules.share * days["parents"] * days["factor"] + 0.5)
    return finding(
        days[days["followups"] > days["limit"]],
        "{date:%a} has {followups} followups for {parents} parents; confidence {confidence:.2f} grants {limit:.0f}",
        measured="followups",
        limit="limit",
        whole=True,
    )


def _find_prices(reference: Reference) -> pd.DataFrame:
    """Prices off the confidence row; those of PPVs that are rounded to a price in use are judged by 10.12."""
    in_use = reference.in_force("ENABLE_PRICING_OPTIMIZATION")
    factor = reference.confidence_figure("price")
    slots = due_prices(reference, reference.weeks[KEY].assign(factor=factor, in_use=in_use))
    slots = slots[~(slots["is_ppv"] & slots["in_use"])]
    return finding(
        slots[(slots["price"] - slots["due"]).abs() > 0.005],
        "{send_type_key} costs {price:.2f}; at confidence {confidence:.2f} {due:.2f} is due",
        measured="price",
        limit="due",
    )


def _measure(reference: Reference) -> Measure:
    bad = _find(reference)[KEY].drop_duplicates()
    agrees = ~pd.MultiIndex.from_frame(reference.weeks[KEY]).isin(pd.MultiIndex.from_frame(bad))
    return share(pd.Series(agrees), 1.0, "share of creator-weeks")


confidence_allocation = Rule(
    gap="10.15",
    name="confidence_allocation",
    wave=1,
    priority="P0",
    flag="ENABLE_CONFIDENCE_DAMPENING",
    severity="warning",
    stages=("performance_analyst", "send_type_allocator"),
    description=lambda settings: (
        f"Volume ({', '.join(f'{row.volume:.2f}' for row in settings.volume.confidence_rows)}),"
        " rest days, followups and prices follow the creator's confidence."
    ),
    find=_find,
    measure=_measure,
)
