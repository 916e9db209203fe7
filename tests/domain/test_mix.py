"""Engagement and bumps chosen together [3.1, 3.2]: against plain enumeration."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eros_assets.domain.mix import MixLimits, choose_mix, counted_engagement, outside
from eros_assets.domain.volume import Sales, plan_volume
from eros_assets.settings import BUILT_FLAGS, load_settings
from tests.domain import samples

SETTINGS = load_settings()
ALL_FLAGS = frozenset(BUILT_FLAGS)


def _limits(counted, base, bumps, most=70):
    return MixLimits(
        counted=tuple(np.array([edge]) for edge in counted),
        base=np.array([base]),
        bumps=tuple(np.array([edge]) for edge in bumps),
        most=np.array([most]),
        kinds=4,
    )


def _chosen(limits, bumps=20, others=8):
    one, two = choose_mix(limits, np.array([bumps]), np.array([others]), 84, 35, 7)
    return int(one[0]), int(two[0])


@pytest.mark.parametrize(
    ("bumps", "others", "base", "counted"),
    [(14, 7, 21, 21), (30, 8, 21, 21), (30, 24, 21, 24), (5, 5, 21, 10), (0, 30, 21, 30)],
)
def test_bumps_above_the_base_do_not_count(bumps, others, base, counted):
    assert counted_engagement(bumps, others, base) == counted


def test_what_is_wanted_is_taken_where_it_fits():
    assert _chosen(_limits((14, 31), 21, (10, 40))) == (20, 8)


def test_a_page_with_few_revenue_sends_gets_fewer_bumps():
    # 14 revenue sends on a LOW page: 6–14 engagement sends may count, 12 bumps are the least for 11 PPV.
    assert _chosen(_limits((6, 14), 21, (12, 39))) == (12, 2)


def test_others_above_the_base_carry_a_page_with_many_revenue_sends():
    bumps, others = _chosen(_limits((24, 52), 21, (13, 41)))
    assert others >= 24
    assert 13 <= bumps <= 41


ranges = st.tuples(st.integers(0, 30), st.integers(0, 30)).map(sorted)


@settings(max_examples=60, deadline=None)
@given(ranges, st.integers(7, 35), ranges, st.integers(7, 70), st.integers(0, 60), st.integers(0, 30))
def test_a_rule_is_given_up_only_where_no_whole_numbers_keep_it(counted, base, bumps, most, wish, other):
    limits = _limits(counted, base, bumps, most)
    chosen = _chosen(limits, wish, other)

    def missed(pair):
        mix = outside(counted_engagement(*pair, base), *counted)
        return int(mix), int(pair[1] < 1), int(outside(np.int64(pair[0]), *bumps))

    pairs = [pair for pair in itertools.product(range(85), range(36)) if 7 <= sum(pair) <= most]
    assert chosen in pairs
    assert missed(chosen) == min(map(missed, pairs))


def test_chunks_do_not_change_the_choice():
    one = _limits((6, 14), 21, (12, 39))
    many = MixLimits(
        *(tuple(np.repeat(edge, 600) for edge in part) if isinstance(part, tuple) else np.repeat(part, 600)
          for part in (one.counted, one.base, one.bumps, one.most)),
        kinds=4,
    )  # fmt: skip
    bumps, others = choose_mix(many, np.full(600, 20), np.full(600, 8), 84, 35, 7)
    assert set(zip(bumps.tolist(), others.tolist(), strict=True)) == {(12, 2)}


def _plan(health, creator, sales):
    frame = plan_volume(
        samples.health(health), samples.creators(creator), SETTINGS, {"c0": ALL_FLAGS}, {"c0": sales} if sales else None
    )
    return frame.sum(numeric_only=True)


@pytest.mark.parametrize(("factor", "revenue"), [(1.0, 28), (1.1, 30), (0.75, 22), (1.3, 32)])
def test_triggers_move_ppv_messages_up_to_their_daily_maximum(factor, revenue):
    # 28 granted = 4 campaigns + 24 messages; × 1.1 = 26.4, × 0.75 = 18, × 1.3 = 31.2, of which 28 fit.
    week = _plan({"volume_tier": "MID"}, {}, Sales(4, 0, 28, factor))
    assert week["revenue"] == revenue


def test_a_relaxed_week_says_so():
    health = {"volume_tier": "LOW", "page_type": "free", "earnings_trend": -0.5} | {
        f"{name}_{days}d": 90.0 for name in ("saturation",) for days in (7, 14, 30)
    }
    frame = plan_volume(
        samples.health(health),
        samples.creators({"page_type": "free", "content_category": "commercial", "sub_type": "commercial"}),
        SETTINGS,
        {"c0": ALL_FLAGS},
    )
    assert "no whole numbers keep both 3.1" in frame["explanation"].iloc[0]
    counted = frame["engagement"].sum() + frame["bumps_extra"].sum()
    assert 0.5 <= frame["revenue"].sum() / (frame["revenue"].sum() + counted) <= 0.7
