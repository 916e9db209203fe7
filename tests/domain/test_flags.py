"""Presets, flags and the shares of pages they reach."""

from __future__ import annotations

import os
from collections import Counter

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eros_assets.domain.flags import draw_order, enrol
from eros_assets.domain.volume import volume_tiers
from eros_assets.settings import BUILT_FLAGS, FLAG_NAMES, FLAG_WAVES, UNBUILT_FLAGS, ConfigError, load_settings

SETTINGS = load_settings()
FANS = (500, 3000, 9000, 40_000)


def roster(count: int, paid_share: float = 0.4) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "creator_id": [f"creator_{n}" for n in range(count)],
            "page_type": ["paid" if n % 10 < paid_share * 10 else "free" for n in range(count)],
            "current_active_fans": [FANS[n % 7 % 4] for n in range(count)],
        }
    )


def members(pages: pd.DataFrame, wave: int, share: float) -> set[str]:
    enrolment = enrol(pages, SETTINGS.with_waves(**{f"wave_{wave}": share}))
    own = next(name for name in BUILT_FLAGS if FLAG_WAVES[name] == wave)
    return {name for name in pages["creator_id"] if own in enrolment.flags_of(name)}


def test_recommended_is_the_default_with_every_built_rule():
    assert SETTINGS.system.preset == "recommended"
    assert (SETTINGS.method, SETTINGS.flags_on, SETTINGS.preset_changes) == ("exact", frozenset(BUILT_FLAGS), ())


def test_baseline_is_wave_0():
    settings = SETTINGS.with_preset("baseline")
    assert (settings.method, settings.flags_on, settings.preset_changes) == ("baseline", frozenset(), ())


def test_what_differs_from_the_preset_is_said():
    changed = SETTINGS.with_flags(ENABLE_TIMING_RULES=False).with_waves(wave_3=0.1).with_method("exact", 0.5)
    assert changed.preset_changes == (
        "method exact on 50% of pages, baseline on the others", "ENABLE_TIMING_RULES off", "wave 3 on 10% of pages",
    )  # fmt: skip
    assert SETTINGS.with_preset("baseline").with_flags(ENABLE_TIMING_RULES=True).preset_changes == (
        "ENABLE_TIMING_RULES on",
    )


def test_the_method_is_no_flag_and_no_flag_is_the_method():
    assert SETTINGS.with_flags(**dict.fromkeys(FLAG_NAMES, False)).method == "exact"
    assert SETTINGS.with_method("baseline").flags_on == frozenset(BUILT_FLAGS)


@pytest.mark.parametrize("flag", sorted(UNBUILT_FLAGS))
def test_a_flag_whose_rules_are_not_built_refuses(flag: str, monkeypatch: pytest.MonkeyPatch):
    with pytest.raises(ConfigError, match=f"{flag}.*not built|{flag}.*is built"):
        SETTINGS.with_flags(**{flag: True})
    monkeypatch.setenv(f"EROS__FLAGS__{flag}", "true")
    with pytest.raises(ConfigError, match="cannot be enabled"):
        load_settings()


def test_nonsense_is_refused_with_place_and_value():
    for name, value, said in (
        ("EROS__PRESET", "best", "preset"),
        ("EROS__FLAGS__ENABLE_TIMING_RULES", "maybe", "ENABLE_TIMING_RULES"),
        ("EROS__WAVES__2", "1.5", "waves.2: 1.5"),
        ("EROS__WAVES__2", "-0.1", "waves.2: -0.1"),
        ("EROS__PRESET", "custom", "custom: flags.ENABLE_CHAR_LENGTH_MULTIPLIER"),
        ("EROS__PLANNING__METHOD", "greedy", "planning.method"),
    ):
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv(name, value)
            with pytest.raises(ConfigError, match=said):
                load_settings()
    assert "EROS__PRESET" not in os.environ


def test_a_tenth_of_39_pages_is_4_and_the_same_for_both_flags_of_a_wave():
    pages = roster(39)
    enrolment = enrol(pages, SETTINGS.with_waves(wave_1=0.1))
    both = [
        {name for name in pages["creator_id"] if flag in enrolment.flags_of(name)}
        for flag in ("ENABLE_CHAR_LENGTH_MULTIPLIER", "ENABLE_CONFIDENCE_DAMPENING")
    ]
    assert both[0] == both[1] and len(both[0]) == 4


@given(st.integers(1, 80), st.floats(0, 1), st.floats(0, 1), st.sampled_from([1, 2, 3]))
def test_a_larger_share_holds_the_smaller_and_both_are_exact(count: int, a: float, b: float, wave: int):
    pages, (low, high) = roster(count), sorted((a, b))
    small, large = members(pages, wave, low), members(pages, wave, high)
    assert small <= large
    assert abs(len(small) - low * count) <= 0.5 + 1e-9 and abs(len(large) - high * count) <= 0.5 + 1e-9


def test_waves_draw_other_pages_and_the_order_of_rows_does_not_matter():
    pages = roster(60)
    assert members(pages, 1, 0.3) != members(pages, 2, 0.3)
    shuffled = pages.sample(frac=1, random_state=1)
    assert members(shuffled, 1, 0.3) == members(pages, 1, 0.3)


@pytest.mark.parametrize("share", [0.1, 0.25, 0.5])
def test_every_kind_of_page_is_drawn_in_proportion(share: float):
    pages = roster(200)
    tier = volume_tiers(pages["current_active_fans"], SETTINGS.volume)
    kind = dict(zip(pages["creator_id"], pages["page_type"] + tier, strict=True))
    drawn = Counter(kind[name] for name in members(pages, 2, share))
    for name, size in Counter(kind.values()).items():
        assert abs(drawn[name] - share * size) < 1 + 1e-9


def test_a_page_plans_by_the_baseline_outside_the_method_share():
    pages = roster(40)
    enrolment = enrol(pages, SETTINGS.with_method("exact", 0.25))
    exact = [name for name in pages["creator_id"] if enrolment.is_exact(name)]
    assert sorted(exact) == sorted(draw_order(pages, "method", SETTINGS)[:10])
    assert all(enrolment.flags_of(name) == frozenset(BUILT_FLAGS) for name in pages["creator_id"])
