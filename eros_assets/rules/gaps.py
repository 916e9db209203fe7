"""The catalogue measured: what ``eros gaps`` and the wave scorecard show."""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.reference import Reference
from eros_assets.rules.registry import RULES


def gap_table(reference: Reference) -> pd.DataFrame:
    """One row per rule: gap, name, wave, priority, flag, severity, description, measured, target (text), unit,
    passes (null when there was nothing to measure), n, note. Flags do not matter here: everything is measured.
    """
    measures = [(rule, rule.measure(reference)) for rule in RULES]
    return pd.DataFrame(
        {
            "gap": [rule.gap for rule, _ in measures],
            "name": [rule.name for rule, _ in measures],
            "wave": pd.array([rule.wave for rule, _ in measures], dtype="Int64"),
            "priority": [rule.priority for rule, _ in measures],
            "flag": pd.array([rule.flag for rule, _ in measures], dtype="str"),
            "severity": [rule.severity for rule, _ in measures],
            "description": [rule.description for rule, _ in measures],
            "measured": [measure.value for _, measure in measures],
            "target": [measure.target_text for _, measure in measures],
            "unit": [measure.unit for _, measure in measures],
            "passes": pd.array([measure.passes for _, measure in measures], dtype="boolean"),
            "n": [measure.n for _, measure in measures],
            "note": [measure.note for _, measure in measures],
        }
    )
