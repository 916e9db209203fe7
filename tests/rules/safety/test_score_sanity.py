"""[11.1] Scores at and outside the ends of their range."""

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from tests.rules.agency import (
    changed,
    found,
    item_id,
    of_type,
    reference,
    said,
)


@pytest.mark.parametrize("monday", ["2026-06-01", "2026-03-02", "2026-10-26"])
def test_the_hand_made_week_passes_on_clock_change_weeks_too(monday: str):
    assert found(reference(monday=pd.Timestamp(monday)), "11.1").empty


@pytest.mark.parametrize(
    ("column", "value", "phrase"),
    [
        ("eros_score", 1.0001, "eros_score is 1.0001, outside 0–1"),
        ("eros_score", -0.1, "eros_score is -0.1"),
        ("eros_score", np.inf, "eros_score is inf"),
        ("eros_score", pd.NA, "no EROS score"),
        ("freshness", 100.5, "outside 0–100"),
        ("slot_score", -1.0, "slot_score is -1"),
        ("expected_revenue", np.inf, "not a number"),
        ("expected_revenue_low", -5.0, "expected_revenue_low is -5"),
        ("score_parts", '{"rps": NaN}', "a score part is not a number"),
        ("score_parts", '{"rps": Infinity}', "a score part is not a number"),
    ],
)
def test_scores_are_numbers_in_their_range(column: str, value: object, phrase: str):
    broken = changed(reference(), of_type("bundle"), **{column: value})
    assert said(broken, "11.1", phrase)["item_id"].tolist() == [item_id(broken, "bundle", 2)]


@pytest.mark.parametrize(
    ("column", "value"), [("eros_score", 0.0), ("eros_score", 1.0), ("freshness", 100.0), ("slot_score", 0.0)]
)
def test_the_ends_of_a_range_belong_to_it(column: str, value: float):
    assert found(changed(reference(), of_type("bundle"), **{column: value}), "11.1").empty


def test_schedule_figures_are_checked_too():
    base = reference()
    wrong = replace(base, schedules=base.schedules.assign(confidence=1.2, expected_revenue=-1.0))
    assert found(wrong, "11.1")["item_id"].tolist() == ["", ""]
