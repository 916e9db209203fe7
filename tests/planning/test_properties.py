"""Any page, pool and configuration: a plan comes out, no hard rule is broken, and it is the same again."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from eros_assets.planning.plan import plan_week
from eros_assets.settings import BUILT_FLAGS, Method, Settings
from tests.planning.synthetic import TYPE_SHARES, Page, make_inputs

NEVER_BROKEN = {"8.1", "9.1", "4.2", "5.1", "7.1", "11.1", "11.3", "11.4", "11.5", "11.6"}
"""Always-on rules that hold at every fallback level; the others may yield when the pool is too small."""

PAGES = st.builds(
    Page,
    creator_id=st.sampled_from(["a", "b7", "creator-3", "Z_9"]),
    page_type=st.sampled_from(["paid", "free", "unknown"]),
    fans=st.sampled_from([0, 40, 999, 1000, 4999, 9000, 15000, 250000]),
    confidence=st.sampled_from([0.2, 0.4, 0.6, 0.8, 1.0]),
    timezone=st.sampled_from(["America/Los_Angeles", "Europe/London", "Australia/Lord_Howe", "UTC"]),
    category=st.sampled_from(["lifestyle", "softcore", "amateur", "commercial"]),
    sub_type=st.sampled_from(["gfe", "commercial", "personalized"]),
    has_health=st.booleans(),
)
FLAGS = st.sets(st.sampled_from(BUILT_FLAGS))
METHODS = st.sampled_from(["exact", "baseline"])
POOLS = st.one_of(
    st.just(TYPE_SHARES),
    st.sampled_from(sorted(TYPE_SHARES)).map(lambda kind: {kind: 1.0}),
    st.sets(st.sampled_from(sorted(TYPE_SHARES)), min_size=2, max_size=5).map(lambda kinds: dict.fromkeys(kinds, 1.0)),
)


ANY_PAGE = given(
    page=PAGES,
    flags=FLAGS,
    method=METHODS,
    shares=POOLS,
    captions=st.sampled_from([0, 1, 5, 40, 300, 900]),
    content_types=st.sampled_from([1, 2, 10, None]),
    owned=st.sampled_from([0.0, 0.3, 1.0]),
    optimal=st.sampled_from([0.0, 0.1, 1.0]),
    seed=st.integers(0, 10_000),
)


def examples(count: int) -> settings:
    return settings(
        max_examples=count,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        derandomize=True,
        phases=(Phase.explicit, Phase.generate),
    )


def assert_lawful_and_the_same_again(
    baseline: Settings,
    page: Page,
    flags: set[str],
    method: Method,
    shares: dict[str, float],
    captions: int,
    content_types: int | None,
    owned: float,
    optimal: float,
    seed: int,
) -> None:
    configured = baseline.with_flags(**dict.fromkeys(flags, True)).with_method(method)
    inputs = make_inputs(
        [page], configured, captions=captions, seed=seed, content_types=content_types,
        owned_share=owned, type_shares=shares, optimal_share=optimal,
    )  # fmt: skip
    plan = plan_week(inputs, configured)
    assert len(plan.schedule) == 1
    found = plan.verdicts[(plan.verdicts["level"] == "error") & plan.verdicts["rule"].isin(NEVER_BROKEN)]
    assert found.empty, found[["rule", "message"]].to_string()
    again = plan_week(inputs, configured)
    assert again.schedule["content_hash"].tolist() == plan.schedule["content_hash"].tolist()
    if plan.schedule["bound"].notna().all():
        assert (plan.schedule["objective"] <= plan.schedule["bound"] * (1 + 1e-6) + 1e-6).all()


@pytest.mark.slow
@examples(8)
@ANY_PAGE
def test_no_hard_rule_is_ever_broken(baseline: Settings, **drawn: Any) -> None:
    assert_lawful_and_the_same_again(baseline, **drawn)


@pytest.mark.long
@examples(60)
@ANY_PAGE
def test_no_hard_rule_is_ever_broken_on_many_pages(baseline: Settings, **drawn: Any) -> None:
    assert_lawful_and_the_same_again(baseline, **drawn)


@pytest.mark.parametrize("flag", BUILT_FLAGS)
def test_each_flag_alone_gives_a_lawful_plan(flag: str, baseline: Settings) -> None:
    configured = baseline.with_flags(**{flag: True})
    plan = plan_week(make_inputs([Page("a"), Page("b", "free", 700)], configured, captions=1200), configured)
    found = plan.verdicts[(plan.verdicts["level"] == "error") & plan.verdicts["rule"].isin(NEVER_BROKEN)]
    assert found.empty, found[["rule", "message"]].to_string()


def test_an_empty_pool_keeps_the_slots_and_asks_for_captions(full: Settings) -> None:
    plan = plan_week(make_inputs([Page("a")], full, captions=0), full)
    assert len(plan.items) > 30
    assert plan.items["needs_caption"].astype(bool).all()
    assert (plan.items["fallback_level"] == 6).all()
    assert plan.items["relaxations"].str.contains("a person chooses").all()


def test_a_tiny_pool_relaxes_with_a_note(full: Settings) -> None:
    plan = plan_week(make_inputs([Page("a")], full, captions=60, content_types=3), full)
    relaxed = plan.items[plan.items["fallback_level"].between(3, 5)]
    assert len(relaxed)
    assert relaxed["relaxations"].str.contains("fallback ladder|written for").all()
    captioned = plan.items.dropna(subset=["caption_hash"])
    assert captioned["caption_hash"].is_unique
