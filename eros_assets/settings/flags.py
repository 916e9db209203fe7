"""Flags, waves and presets: what may be switched, and what stands behind ``preset``."""

from __future__ import annotations

from typing import Literal

Method = Literal["exact", "baseline"]
Preset = Literal["recommended", "baseline", "custom"]
FLAG_WAVES = {
    "ENABLE_CHAR_LENGTH_MULTIPLIER": 1,
    "ENABLE_CONFIDENCE_DAMPENING": 1,
    "ENABLE_ROTATION_PATTERNS": 2,
    "ENABLE_TIMING_RULES": 2,
    "ENABLE_PAGE_TYPE_VOLUMES": 3,
    "ENABLE_VOLUME_TRIGGERS": 3,
    "ENABLE_QUALITY_VALIDATORS": 4,
    "ENABLE_SCAM_DETECTION": 4,
    "ENABLE_PRICING_OPTIMIZATION": 5,
    "ENABLE_DAILY_AUTOMATION": 5,
}
"""Every flag with its wave: flags of one wave reach the same pages."""
FLAG_NAMES = tuple(FLAG_WAVES)
UNBUILT_FLAGS = {
    "ENABLE_SCAM_DETECTION": "its rule, scam prevention [10.6], is not built",
    "ENABLE_DAILY_AUTOMATION": "none of its rules [10.2, 10.3, 10.10, 3.4, 4.4, 6.3] is built",
}
"""Flags that nothing would read, with the reason they refuse to be enabled."""
BUILT_FLAGS = tuple(name for name in FLAG_NAMES if name not in UNBUILT_FLAGS)
PRESET_METHOD: dict[str, Method] = {"recommended": "exact", "baseline": "baseline"}
"""How a preset plans a week."""
