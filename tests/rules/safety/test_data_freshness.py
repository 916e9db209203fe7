"""[11.8] Old exports."""

import pandas as pd
import pytest

from tests.rules.agency import found, reference


@pytest.mark.parametrize("monday", ["2026-06-01", "2026-03-02", "2026-10-26"])
def test_the_hand_made_week_passes_on_clock_change_weeks_too(monday: str):
    assert found(reference(monday=pd.Timestamp(monday)), "11.8").empty


@pytest.mark.parametrize(("age", "breaks"), [(3, False), (4, True), (30, True), (400, True)])
def test_old_exports_are_said(age: int, breaks: bool):
    assert found(reference(health={"data_age_days": age}), "11.8").empty != breaks
