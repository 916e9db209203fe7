"""Prices, goals and tip amounts of a slot."""

from __future__ import annotations

import numpy as np

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.domain.stable_hash import stable_hash
from eros_assets.planning.week.candidates import NO_CAPTION
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.settings import Price, SendType


def price_rule(kind: SendType) -> Price:
    """Price row of a send type that has one; ``ValueError`` for the others."""
    if kind.price is None:
        raise ValueError(f"{kind.key} has no price row")
    return kind.price


def base_price(week: CreatorWeek, kind: SendType) -> float:
    """Price of a send type where the caption names none: the creator's default for PPV, else the type's."""
    if kind.key == "ppv_unlock":
        own = week.creator.get("default_ppv_price")
        if own is not None and own == own:
            return float(own)
    return price_rule(kind).default


def price_of_captions(week: CreatorWeek, kind: SendType, positions: Ints) -> Floats:
    """Price of each caption at ``positions`` in this send type, inside its price row; dollars.

    Low confidence lowers it [10.15]; prices are rounded to ones in use only with [10.12] in force.
    """
    rule = price_rule(kind)
    suggested = week.candidates.suggested_price[positions]
    base = np.where(np.isnan(suggested), base_price(week, kind), suggested)
    reduced = np.clip(base, rule.min, rule.max) * week.confidence_row.price
    exact = np.clip(np.round(reduced, 2), rule.min, rule.max)
    if not week.on("PRICING_OPTIMIZATION"):
        return exact
    in_use = week.settings.scoring.price_points
    points = np.array([point for point in in_use if rule.min <= point <= rule.max])
    if not len(points):
        return exact
    # argmin takes the first of two equal distances: the lower price.
    return np.asarray(points[np.abs(reduced[:, None] - points[None, :]).argmin(axis=1)])


def price_reason(week: CreatorWeek, kind: SendType, position: int, price: float) -> str:
    """A sentence on where the price comes from."""
    rule = price_rule(kind)
    known = position != NO_CAPTION and not np.isnan(week.candidates.suggested_price[position])
    base = float(week.candidates.suggested_price[position]) if known else base_price(week, kind)
    source = "price of the caption" if known else "default of the page" if kind.key == "ppv_unlock" else "default"
    kept = float(np.clip(base, rule.min, rule.max))
    limit = f"within ${rule.min:g}–{rule.max:g}"
    reason = f"${base:.2f}, {source}, " + (limit if kept == base else f"moved to ${kept:.2f} to be {limit}")
    row = week.confidence_row
    if row.price != 1.0:
        reason += f"; × {row.price:g} at confidence {week.confidence:g} ({row.name}): ${price:.2f} [10.15]"
    if week.on("PRICING_OPTIMIZATION"):
        reason += f"; rounded to ${price:.2f} [10.12]"
    return reason


def tip_amounts(week: CreatorWeek, kind: SendType, count: int) -> list[float]:
    """The next ``count`` amounts of the rotation, none among the last few before it [7.4]."""
    rotation = price_rule(kind).rotation
    if week.on("PRICING_OPTIMIZATION") and week.confidence < week.settings.volume.variety.low_confidence:
        rotation = rotation[: len(rotation) // 2 + 1]
    past = week.past_items
    used = past.loc[past["send_type_key"] == kind.key, "goal_amount"].dropna().tolist() if len(past) else []
    amounts: list[float] = []
    for number in range(count):
        recent = [*used, *amounts][-week.settings.volume.game_rules.tip_memory :]
        open_ = [amount for amount in rotation if amount not in recent] or list(rotation)
        amounts.append(float(open_[stable_hash("tip", week.creator_id, week.week_start, number) % len(open_)]))
    return amounts
