"""[10.7] Minutes that no item may have."""

import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import found, item_id, moved, reference


def test_the_hand_made_week_passes():
    assert found(reference(), "10.7").empty


@pytest.mark.parametrize(
    ("minute", "breaks"),
    [("00", True), ("15", True), ("30", True), ("45", True), ("01", False), ("14", False), ("59", False)],
)
def test_no_round_minutes(minute: str, breaks: bool):
    base = moved(reference(), item_id(reference(), "bump_normal", 2), f"2026-06-03 08:{minute}")
    assert found(base, "10.7").empty != breaks
    assert (rule("10.7").measure(base).value > 0) == breaks
