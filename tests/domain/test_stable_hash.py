"""Stable hashes and rollout shares."""

from __future__ import annotations

import os
import subprocess
import sys
from functools import cache

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from eros_assets.domain.flags import flags_for
from eros_assets.domain.stable_hash import stable_hash, stable_unit, stable_units
from eros_assets.settings import FLAG_NAMES, Flag, load_settings


@cache
def with_rollout(share: float):
    settings = load_settings()
    flags = {name: Flag(enabled=True, rollout=share) for name in FLAG_NAMES}
    return settings.model_copy(update={"system": settings.system.model_copy(update={"flags": flags})})


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


def test_rollout_share_is_kept_and_only_adds_creators():
    creators = [f"creator_{i}" for i in range(2_000)]
    tenth = {c for c in creators if "ENABLE_TIMING_RULES" in flags_for(c, with_rollout(0.1))}
    half = {c for c in creators if "ENABLE_TIMING_RULES" in flags_for(c, with_rollout(0.5))}
    assert 0.07 < len(tenth) / 2_000 < 0.13
    assert tenth < half
    assert all(flags_for(c, with_rollout(1.0)) == frozenset(FLAG_NAMES) for c in creators[:5])
    assert all(not flags_for(c, with_rollout(0.0)) for c in creators[:5])


def test_disabled_flag_reaches_nobody():
    off = load_settings().with_flags(**dict.fromkeys(FLAG_NAMES, False))
    assert flags_for("creator_1", off) == frozenset()
