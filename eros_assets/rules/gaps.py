"""The catalogue measured: what ``eros gaps`` and the wave scorecard show."""

from __future__ import annotations

from typing import Literal

import numpy as np
import pandas as pd

from eros_assets.rules.catalogue import Entry, catalogue
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, described

State = Literal["on", "off", "partly", "not_built"]
"""Whether a rule is in force: on every measured page, on none, on some, or never, because nothing implements it."""


def gap_table(reference: Reference) -> pd.DataFrame:
    """One row per rule of the contract, in its order.

    Columns: gap, name, wave, priority, flag, severity, description, state, in_force (share of the measured
    creator-weeks on which the rule is in force, null when it is not built), measured, target (text), unit, passes
    (null when there was nothing to measure), n, note. A rule that is off is measured all the same, on every page;
    one that is on for some pages is measured on those.
    """
    rows = [(entry, *_standing(entry, reference)) for entry in catalogue()]
    measures = [measure for *_, measure in rows]
    return pd.DataFrame(
        {
            "gap": [entry.gap for entry, *_ in rows],
            "name": [entry.name for entry, *_ in rows],
            "wave": pd.array([entry.wave for entry, *_ in rows], dtype="Int64"),
            "priority": [entry.priority for entry, *_ in rows],
            "flag": pd.array([entry.flag for entry, *_ in rows], dtype="str"),
            "severity": [entry.severity for entry, *_ in rows],
            "description": [described(entry.description, reference.settings) for entry, *_ in rows],
            "state": [state for _, state, *_ in rows],
            "in_force": [part for _, _, part, _ in rows],
            "measured": [np.nan if one is None else one.value for one in measures],
            "target": ["" if one is None else one.target_text for one in measures],
            "unit": ["" if one is None else one.unit for one in measures],
            "passes": pd.array([None if one is None else one.passes for one in measures], dtype="boolean"),
            "n": [0 if one is None else one.n for one in measures],
            "note": ["" if one is None else one.note for one in measures],
        }
    )


def _standing(entry: Entry, reference: Reference) -> tuple[State, float, Measure | None]:
    """State of a rule, the share of creator-weeks under it, and its figure."""
    if entry.rule is None:
        return "not_built", float("nan"), None
    on = reference.in_force(entry.flag)
    part = float(on.mean()) if len(on) else float(entry.flag is None or entry.flag in reference.settings.flags_on)
    if 0 < part < 1:
        return "partly", part, entry.rule.measure(reference.for_creators(reference.weeks.loc[on, "creator_id"]))
    return "on" if part else "off", part, entry.rule.measure(reference)
