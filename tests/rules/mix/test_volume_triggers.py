"""[4.1] Triggers recomputed, and volume with and without them."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.mix.volume_triggers import triggered_types
from eros_assets.rules.registry import rule
from tests.rules.agency import (
    of_type,
    performance,
    reference,
    said,
    without,
)


def test_the_hand_made_week_passes():
    assert rule("4.1").check(reference()).empty


def _triggered(**columns):
    base = {
        "uses_30d": [30],
        "rps_30d": [50.0],
        "conversion_30d": [0.01],
        "falling_days": [0],
        "send_count": [30],
        "performance_score": [60.0],
        "performance_tier": ["MID"],
    }
    return performance(reference(), "send_type_performance", send_type_key=["ppv_unlock"], **(base | columns))


@pytest.mark.parametrize(
    ("columns", "triggers", "factor"),
    [
        ({"rps_30d": [200.01], "conversion_30d": [0.0601]}, "HIGH_PERFORMER", 1.2),
        ({"rps_30d": [200.0], "conversion_30d": [0.0601]}, "", 1.0),
        ({"rps_30d": [300.0], "conversion_30d": [0.06]}, "", 1.0),
        ({"rps_last_week": [115.1], "rps_previous_week": [100.0]}, "TRENDING_UP", 1.1),
        ({"rps_last_week": [115.0], "rps_previous_week": [100.0]}, "", 1.0),
        ({"rps_last_week": [115.0], "rps_previous_week": [0.0]}, "", 1.0),
        ({"rps_30d": [151.0], "uses_30d": [2]}, "EMERGING_WINNER", 1.3),
        ({"rps_30d": [151.0], "uses_30d": [3]}, "", 1.0),
        ({"falling_days": [3]}, "SATURATING", 0.85),
        ({"view_rate_7d": [0.179], "view_rate_previous_7d": [0.2]}, "AUDIENCE_FATIGUE", 0.75),
        (
            {"view_rate_7d": [0.179], "view_rate_previous_7d": [0.2], "falling_days": [4]},
            "SATURATING AUDIENCE_FATIGUE",
            0.6375,
        ),
    ],
)
def test_triggers_are_recomputed(columns: dict, triggers: str, factor: float):
    rows = triggered_types(_triggered(**columns))
    assert rows["triggers"].tolist() == ([triggers] if triggers else [])
    assert rows["factor"].tolist() == pytest.approx([factor] if triggers else [])


HIGH = {"rps_30d": [210.0], "conversion_30d": [0.07]}
RISING = {"rps_last_week": [200.0], "rps_previous_week": [100.0]}


def _compared(base, messages: int):
    """``base`` beside the same week planned without triggers, with so many of its 14 PPV messages."""
    ppv = base.items[of_type("ppv_unlock")(base.items)].head(messages)
    return replace(base, untriggered=pd.concat([base.items[~of_type("ppv_unlock")(base.items)], ppv]))


@pytest.mark.parametrize(
    ("columns", "messages", "phrase"),
    [
        (HIGH, 14, None),
        (HIGH, 12, None),
        ({"falling_days": [5]}, 14, None),
        ({"falling_days": [5]}, 10, "should rest (SATURATING"),
    ],
)
def test_volume_against_a_trigger_is_reported_as_information(columns: dict, messages: int, phrase: str | None):
    base = _compared(_triggered(**columns), messages)
    if phrase is None:
        assert rule("4.1").check(base).empty
    else:
        assert said(base, "4.1", phrase)["level"].tolist() == ["info"]


def test_a_raised_type_that_gets_less_is_reported():
    base = _compared(_triggered(**HIGH), 14)
    less = without(base, of_type("ppv_unlock", 0))
    assert said(less, "4.1", "earned more room (HIGH_PERFORMER, ×1.20), 12 planned, 14 without")["level"][0] == "info"


@pytest.mark.parametrize(("messages", "passes"), [(14, False), (13, False), (12, True), (11, True), (10, False)])
def test_the_measure_is_the_change_against_the_week_without_triggers(messages: int, passes: bool):
    measure = rule("4.1").measure(_compared(_triggered(**HIGH), messages))
    assert measure.value == pytest.approx(14 / messages - 1)
    assert measure.passes is passes


def test_a_rise_of_a_tenth_is_outside_the_band_and_stands_in_the_note():
    measure = rule("4.1").measure(_compared(_triggered(**RISING), 13))
    assert measure.n == 0
    assert measure.passes is None
    assert measure.note == "×1.10 +8% (n 1)"


def test_weeks_not_planned_again_are_not_measured():
    assert rule("4.1").measure(_triggered(**HIGH)).passes is None


def test_content_types_count_as_well():
    table = {"content_type_key": ["duo"], "send_count": [30], "performance_score": [60.0], "performance_tier": ["MID"]}
    base = performance(reference(), "content_type_performance", uses_30d=[2], rps_30d=[151.0], **table)
    rows = triggered_types(replace(base, untriggered=base.items.iloc[:20]))
    row = rows[rows["kind"] == "content_type"].iloc[0]
    assert (row["trait_key"], row["triggers"], row["factor"]) == ("duo", "EMERGING_WINNER", 1.3)
    assert row["planned"] == (base.items["content_type_key"] == "duo").sum()
    assert row["without"] == (base.items["content_type_key"].iloc[:20] == "duo").sum()
