"""Figures as text: digits enough to mean something, and a dash for what nobody knows."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eros_assets.reports.rendering import change, money, number, percent, shown


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (None, 2, "–"),
        (0.0, 2, "$0"),
        (1234.5, 0, "$1,234"),
        (57.126, 2, "$57.13"),
        (-12.4, 0, "−$12"),
        (0.4, 0, "$0.40"),
        (0.0463, 2, "$0.046"),
        (0.0044, 2, "$0.0044"),
        (0.00001, 0, "<$0.0001"),
        (-0.00001, 0, "−<$0.0001"),
        (1.4, 0, "$1.40"),
    ],
)
def test_money(value: float | None, digits: int, said: str) -> None:
    assert money(value, digits) == said


@pytest.mark.parametrize(
    ("value", "digits", "said"),
    [
        (None, 0, "–"),
        (0.0, 1, "0%"),
        (0.63, 0, "63%"),
        (0.0044, 1, "0.44%"),
        (0.00012, 0, "0.012%"),
        (1e-7, 0, "<0.001%"),
    ],
)
def test_percent(value: float | None, digits: int, said: str) -> None:
    assert percent(value, digits) == said


def test_changes_and_numbers() -> None:
    assert [change(value) for value in (None, 0.0, 0.188, -1.0, 0.003)] == ["–", "±0%", "+19%", "−100%", "+0.3%"]
    assert [number(value) for value in (None, 0, 1234, 0.43, -3.0)] == ["–", "0", "1,234", "0.43", "−3"]


def test_one_figure_reads_alike_wherever_it_stands() -> None:
    assert [shown(value, "$") for value in (58.6, 0.0463, None)] == ["$58.60", "$0.0463", "–"]
    assert [shown(value, "%") for value in (0.534, 0.0525, 0.0039)] == ["53.4%", "5.25%", "0.39%"]
    assert [shown(value, "#") for value in (117.0, 13.46)] == ["117", "13.5"]


@given(st.floats(min_value=1e-12, max_value=1e9), st.integers(0, 2), st.sampled_from([money, percent, number]))
def test_only_zero_is_shown_as_zero(value: float, digits: int, say: object) -> None:
    said = say(value, digits)  # type: ignore[operator]
    assert re.search(r"[1-9]", said), said
