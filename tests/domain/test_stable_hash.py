"""Stable hashes."""

from __future__ import annotations

import os
import subprocess
import sys

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eros_assets.domain.stable_hash import stable_hash, stable_unit, stable_units


def test_hash_is_fixed_across_processes_and_hash_seeds():
    code = "from eros_assets.domain.stable_hash import stable_hash; print(stable_hash('flag', 7, 'ä'))"
    answers = {
        subprocess.run(
            [sys.executable, "-c", code], env={**os.environ, "PYTHONHASHSEED": seed}, capture_output=True, check=True
        ).stdout
        for seed in ("0", "1")
    }
    assert answers == {f"{stable_hash('flag', 7, 'ä')}\n".encode()}


def test_parts_do_not_run_together():
    assert stable_hash("ab", "c") != stable_hash("a", "bc")


@given(st.lists(st.text()), st.text(), st.integers())
def test_vector_equals_single(values: list[str], first: str, second: int):
    assert stable_units(values, first, second).tolist() == [stable_unit(first, second, v) for v in values]


def test_units_are_uniform():
    units = stable_units(range(20_000), "seed")
    shares = np.histogram(units, bins=10, range=(0, 1))[0] / len(units)
    assert units.min() >= 0 and units.max() < 1
    assert np.abs(shares - 0.1).max() < 0.01
