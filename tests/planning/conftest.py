from __future__ import annotations

import pytest

from eros_assets.settings import Settings, load_settings
from tests.planning.synthetic import Page

WAVES_1_TO_3 = (
    "ENABLE_CHAR_LENGTH_MULTIPLIER", "ENABLE_CONFIDENCE_DAMPENING", "ENABLE_ROTATION_PATTERNS",
    "ENABLE_TIMING_RULES", "ENABLE_PAGE_TYPE_VOLUMES", "ENABLE_VOLUME_TRIGGERS",
)  # fmt: skip


@pytest.fixture(scope="session")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """All flags off."""
    return load_settings(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def full(baseline: Settings) -> Settings:
    """Flags of Waves 1–3 on."""
    return baseline.with_flags(**dict.fromkeys(WAVES_1_TO_3, True))


@pytest.fixture(scope="session")
def pages() -> list[Page]:
    """Both page types over tiers, confidences, categories and zones."""
    return [
        Page("low_paid", "paid", 500),
        Page("mid_paid", "paid", 3000, timezone="Europe/Berlin"),
        Page("high_free", "free", 9000),
        Page("ultra_free", "free", 30000, confidence=0.6),
        Page("new_free", "free", 300, confidence=0.2),
        Page("commercial", "paid", 800, category="commercial", sub_type="commercial"),
    ]
