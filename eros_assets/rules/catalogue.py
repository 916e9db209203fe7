"""All 47 rules of the contract, built or not.

Belongs here: what the catalogue says of a rule that nothing implements yet; a built rule says it of itself.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import cast

from eros_assets.rules.registry import RULES
from eros_assets.rules.rule import Description, Level, Rule


@dataclass(frozen=True)
class Entry:
    """One rule of the contract. ``rule`` is None while it is not built; ``flag`` None: cannot be switched off."""

    gap: str
    name: str
    wave: int | None
    priority: str
    flag: str | None
    severity: Level
    description: Description
    rule: Rule | None = None


NOT_BUILT: tuple[Entry, ...] = tuple(
    Entry(gap, name, wave, priority, f"ENABLE_{flag}", cast(Level, severity), description)
    for gap, name, wave, priority, flag, severity, description in (
        (
            *("10.1", "content_authenticity", 4, "P0", "QUALITY_VALIDATORS", "error"),
            "A text is the creator's own voice, offers what the item offers, and stands on no other page that week.",
        ),
        (
            *("10.6", "scam_prevention", 4, "P0", "SCAM_DETECTION", "error"),
            "A priced text promises only what the creator owns, and its value claims are backed.",
        ),
        (
            *("2.2", "ppv_four_step", 4, "P1", "QUALITY_VALIDATORS", "warning"),
            "A priced message has a hook, what makes it special, a value anchor and a call to action.",
        ),
        (
            *("2.3", "wall_three_step", 4, "P1", "QUALITY_VALIDATORS", "warning"),
            "A wall campaign has a title, a body with a setting and a closing line.",
        ),
        (
            *("2.5", "emoji_blending", 4, "P2", "QUALITY_VALIDATORS", "warning"),
            "Never three yellow faces in a row, and no more emoji than the length carries.",
        ),
        (
            *("2.6", "font_changes", 4, "P2", "QUALITY_VALIDATORS", "warning"),
            "At most two highlighted elements in a text, three in a short one.",
        ),
        (
            *("1.4", "drip_windows", 4, "P1", "TIMING_RULES", "error"),
            "Four to eight hours of a drip day in which nothing can be bought.",
        ),
        (
            *("10.11", "price_reference_ranges", 5, "P2", "PRICING_OPTIMIZATION", "error"),
            "Prices within the bounds of their type, and a length that fits the price.",
        ),
        (
            *("10.3", "timeframe_hierarchy", 5, "P2", "DAILY_AUTOMATION", "info"),
            "Figures use the shortest horizon with enough sends and name it.",
        ),
        (
            *("3.4", "daily_flavor", 5, "P1", "DAILY_AUTOMATION", "warning"),
            "Every weekday favours its own kinds of send.",
        ),
        (
            *("4.4", "page_metric_focus", 5, "P2", "DAILY_AUTOMATION", "info"),
            "Paid and free pages are ranked by the figures that matter to them.",
        ),
        (
            *("6.1", "drip_outfit", 5, "P1", "QUALITY_VALIDATORS", "error"),
            "All pieces of a drip set share shoot and outfit.",
        ),
        (
            *("6.3", "chatter_sync", 5, "P2", "DAILY_AUTOMATION", "info"),
            "Every schedule comes with a sheet that tells chatters what is live and what may be promised.",
        ),
        (
            *("7.3", "bundle_value_framing", 5, "P2", "QUALITY_VALIDATORS", "warning"),
            "A bundle's text names its value and its price, at least two to one.",
        ),
        (
            *("10.10", "labels", 5, "P2", "DAILY_AUTOMATION", "error"),
            "Every item has one label.",
        ),
        (
            *("10.2", "daily_statistics_review", 5, "P1", "DAILY_AUTOMATION", "info"),
            "A digest every day for every creator and the agency, without anyone asking.",
        ),
    )
)
"""Rules of the contract that nothing implements yet."""

_ORDER = (
    *("2.1", "10.15", "3.3", "8.1", "9.1", "4.2"),
    *("1.1", "1.2", "1.3", "1.5", "1.6", "10.7"),
    *("3.1", "3.2", "4.1", "4.3", "5.1", "7.1", "7.2"),
    *("10.1", "10.6", "2.2", "2.3", "2.4", "2.5", "2.6", "1.4"),
    *("10.11", "10.12", "10.3", "3.4", "4.4", "6.1", "6.3", "7.3", "7.4", "10.10", "10.2"),
    *("11.1", "11.2", "11.3", "11.4", "11.5", "11.6", "11.7", "11.8", "11.9"),
)


def catalogue() -> tuple[Entry, ...]:
    """Every rule in the order of the contract; a rule without a place in it is a ``ValueError``."""
    built = [
        Entry(one.gap, one.name, one.wave, one.priority, one.flag, one.severity, one.description, one) for one in RULES
    ]
    by_gap: Mapping[str, Entry] = {entry.gap: entry for entry in (*built, *NOT_BUILT)}
    if unplaced := sorted(set(by_gap) - set(_ORDER)):
        raise ValueError(f"{', '.join(unplaced)} stand nowhere in the order of the catalogue")
    return tuple(by_gap[gap] for gap in _ORDER)
