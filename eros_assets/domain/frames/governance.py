"""How far every rule is kept."""

from __future__ import annotations

from eros_assets.domain.frames.table import Table, columns

GAP_COVERAGE = Table(
    "governance",
    "gap_coverage",
    ("week_start", "gap"),
    columns(
        """
week_start DATE! newest week measured
weeks BIGINT! weeks measured together
gap VARCHAR! rule id
name VARCHAR! rule name
wave BIGINT wave, null for rules without one
priority VARCHAR! P0–P2
flag VARCHAR flag, null = always on
severity VARCHAR! error, warning, info
description VARCHAR! the rule in a sentence
state VARCHAR! on, off, partly (on for some pages) or not_built
in_force DOUBLE share of the measured creator-weeks on which the rule is in force, null when it is not built
measured DOUBLE figure
target VARCHAR! target as text, empty when the rule is not built
unit VARCHAR unit
passes BOOLEAN null when there was nothing to measure
n BIGINT! items, schedules or weeks behind the figure
note VARCHAR what limits the figure
"""
    ),
    "Every rule of the contract with its state, measured figure, target and verdict.",
)
