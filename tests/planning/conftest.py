from __future__ import annotations

import pytest

from eros_assets.settings import Settings, load_settings
from tests.planning.synthetic import Page


@pytest.fixture(scope="session")
def baseline(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Preset ``baseline``: the Wave 0 planner without any optional rule."""
    return load_settings(tmp_path_factory.mktemp("home")).with_preset("baseline")


@pytest.fixture(scope="session")
def full(baseline: Settings) -> Settings:
    """Preset ``recommended``: the exact method under every built rule."""
    return baseline.with_preset("recommended")


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
