"""Kind comes first: what a text announces, which texts a slot takes, and how far things stand apart."""

from __future__ import annotations

import json
from dataclasses import replace
from itertools import combinations

import numpy as np
import pandas as pd
import pytest

from eros_assets.domain.captions.features import caption_features
from eros_assets.domain.frames import POOL_CAPTIONS
from eros_assets.domain.inputs import PlanInputs
from eros_assets.planning.plan import PlanResult, plan_week
from eros_assets.planning.programs.assignment import Assignment
from eros_assets.planning.week.eligibility import NO_GRADE
from eros_assets.settings import Method, Settings
from tests.planning.synthetic import TYPE_SHARES, Page, make_inputs

METHODS: tuple[Method, ...] = ("exact", "baseline")
PAGES = [Page("a", fans=4000), Page("b", "free", 9000), Page("c", fans=700, category="commercial")]
NO_LIKES_FEW_BUNDLES = {**TYPE_SHARES, "bundle": 0.003, "link_drop": 0.002, "expired_winback": 0.002}


MADE: dict[str, tuple[PlanInputs, PlanResult, pd.DataFrame]] = {}
"""Plans made so far: nearly every test asks something else of the same one."""


def planned(settings: Settings, method: Method, **pool: object) -> tuple[PlanInputs, PlanResult, pd.DataFrame]:
    """Inputs, plan, and items with the caption type and offer of their texts."""
    key = f"{settings.system.preset} {method} {json.dumps(pool, sort_keys=True)}"
    if key not in MADE:
        MADE[key] = _planned(settings.with_method(method), pool)
    return MADE[key]


def _planned(configured: Settings, pool: dict[str, object]) -> tuple[PlanInputs, PlanResult, pd.DataFrame]:
    inputs = make_inputs(PAGES, configured, **{"captions": 2500, **pool})  # type: ignore[arg-type]
    plan = plan_week(inputs, configured)
    facts = inputs.captions[["caption_hash", "caption_type"]].merge(
        inputs.features[["caption_hash", "offer"]], on="caption_hash"
    )
    return inputs, plan, plan.items.merge(facts, on="caption_hash", how="left")


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("preset", ["recommended", "baseline"])
def test_slots_take_the_texts_written_for_them(full: Settings, method: Method, preset: str) -> None:
    _, _, items = planned(full.with_preset(preset), method)  # type: ignore[arg-type]
    own = {kind.key: kind.caption_types[0] for kind in full.send_types}
    texts = items.dropna(subset=["caption_hash"])
    assert (texts["caption_type"] == texts["send_type_key"].map(own)).mean() >= 0.98


@pytest.mark.parametrize("method", METHODS)
def test_no_offer_but_the_items_own_even_when_the_bank_is_poor(full: Settings, method: Method) -> None:
    _, _, items = planned(full, method, captions=700, type_shares=NO_LIKES_FEW_BUNDLES)
    texts = items.dropna(subset=["caption_hash"])
    for row in texts.to_dict("records"):
        offer = None if pd.isna(row["offer"]) else row["offer"]
        assert full.send_type[row["send_type_key"]].is_true_of(offer), (row["send_type_key"], offer)
    goals = texts[texts["send_type_key"] == "tip_goal"]
    modes = full.volume.tip_goal_modes
    assert all(modes[mode].offer == offer for mode, offer in zip(goals["tip_goal_mode"], goals["offer"], strict=True))


def test_another_kind_is_named_as_what_it_is(full: Settings) -> None:
    _, _, items = planned(full, "exact", captions=150)
    own = {kind.key: kind.caption_types[0] for kind in full.send_types}
    texts = items.dropna(subset=["caption_hash"])
    other = texts[texts["caption_type"] != texts["send_type_key"].map(own)]
    assert len(other)
    assert other["relaxations"].str.contains("text written for").all()
    assert (other["category"] != "revenue").all()


@pytest.mark.parametrize("method", METHODS)
def test_sold_messages_keep_two_hours_and_content_types_four(full: Settings, method: Method) -> None:
    _, _, items = planned(full, method)
    items = items.sort_values(["creator_id", "scheduled_at"])
    sold = items[items["send_type_key"].map(lambda key: full.send_type[key].is_sold)]
    gaps = sold.groupby("creator_id")["scheduled_at"].diff().dropna()
    assert gaps.min() >= pd.Timedelta(minutes=full.timing.spacing_minutes.ppv)
    has_own = items["send_type_key"].map(lambda key: full.send_type[key].has_own_media)
    shown = items[has_own].dropna(subset=["content_type_key"])
    near = [
        (a["item_id"], b["item_id"])
        for _, page in shown.groupby("creator_id")
        for a, b in combinations(page.to_dict("records"), 2)
        if a["content_type_key"] == b["content_type_key"]
        and b["scheduled_at"] - a["scheduled_at"] < pd.Timedelta(hours=full.volume.content_limits.hours_between)
    ]
    assert len(near) <= 0.02 * len(shown)


@pytest.mark.parametrize("method", METHODS)
def test_length_is_asked_of_texts_that_sell_and_of_no_others(full: Settings, method: Method) -> None:
    _, _, items = planned(full, method)
    texts = items.dropna(subset=["caption_hash"])
    kinds = texts["send_type_key"].map(full.send_type)
    low, high = full.scoring.optimal_length
    sells = kinds.map(lambda kind: kind.is_selling)
    assert texts.loc[sells, "char_length"].between(low, high).mean() >= full.scoring.optimal_length_share
    own = kinds.map(lambda kind: kind.acceptable)
    inside = [a <= n <= b for n, (a, b) in zip(texts["char_length"], own, strict=True)]
    assert np.mean(np.array(inside)[~sells]) >= 0.8


@pytest.mark.parametrize("method", METHODS)
def test_alternatives_are_in_the_items_own_unit_with_a_reason(full: Settings, method: Method) -> None:
    _, plan, _ = planned(full, method)
    shown = 0
    for row in plan.items.to_dict("records"):
        for other in json.loads(row["runners_up"]):
            shown += 1
            assert other["caption_text"] and other["reason"]
            dearer = other["expected_revenue"] > row["expected_revenue"] + 0.01
            assert not (dearer and other["reason"].startswith("worth less"))
            assert row["category"] == "revenue" or other["expected_revenue"] == 0
    assert shown > 100


def test_words_decide_what_a_text_announces_before_its_type_does(full: Settings) -> None:
    texts = {
        "First to tip $30 gets the polaroid": ("first_to_tip", "race"),
        "Help me reach my tip goal, only $40 left": ("first_to_tip", "goal"),
        "Tip $25 and get the whole gallery": ("first_to_tip", "threshold"),
        "Unlock this one, 12 photos": ("ppv_unlock", "piece"),
        "Unlock and spin the wheel with me": ("ppv_unlock", "game"),
        "Whoever is first to tip decides my outfit": ("bump_normal", "race"),
        "How was your day?": ("bump_normal", None),
    }
    pool = pd.DataFrame(
        {
            "caption_hash": [f"h{n}" for n in range(len(texts))], "caption_id": "c", "caption_text": list(texts),
            "plain_text": list(texts), "char_length": [len(text) for text in texts],
            "caption_type": [kind for kind, _ in texts.values()], "is_active": True, "is_paid_page_only": False,
            "length_bucket": "1-49", "caption_type_confidence": 0.9, "content_type_confidence": 0.0,
        }
    )  # fmt: skip
    offers = caption_features(POOL_CAPTIONS.conform(pool), full)["offer"]
    assert [None if pd.isna(offer) else offer for offer in offers] == [offer for _, offer in texts.values()]


def test_a_page_plans_alike_whoever_is_planned_beside_it(full: Settings) -> None:
    inputs, plan, _ = planned(full, "exact")
    alone = plan_week(inputs.for_creators(["b"]), full)
    both = plan.schedule.set_index("creator_id").loc["b", "content_hash"]
    assert alone.schedule["content_hash"].tolist() == [both]


def test_a_control_group_stays_on_the_baseline(full: Settings) -> None:
    half = full.with_method("exact", 1 / 3)
    inputs = planned(full, "exact")[0]
    mixed = plan_week(inputs, half).schedule.set_index("creator_id")
    assert sorted(mixed["method"]) == ["baseline", "baseline", "exact"]
    pure = {method: planned(full, method)[1].schedule.set_index("creator_id")["content_hash"] for method in METHODS}
    assert all(row["content_hash"] == pure[row["method"]][name] for name, row in mixed.iterrows())


def test_queued_content_keeps_its_distance_too(full: Settings) -> None:
    inputs, plan, _ = planned(full, "exact")
    items = plan.items[(plan.items["creator_id"] == "a") & (plan.items["send_type_key"] == "ppv_unlock")]
    locked = items.sort_values("scheduled_at").iloc[[2]].assign(status="queued")
    again = plan_week(replace(inputs.for_creators(["a"]), locked_items=locked), full).items
    fixed = locked.iloc[0]
    others = again[(again["item_id"] != fixed["item_id"]) & (again["media_type"] != "none")]
    near = others[(others["scheduled_at"] - fixed["scheduled_at"]).abs() < pd.Timedelta(hours=4)]
    assert len(near) and (near["content_type_key"] != fixed["content_type_key"]).all()


def test_giving_up_costs_what_the_order_says(full: Settings) -> None:
    """An empty slot is the last resort, then kind and rest, then how often a content type comes, length, likeness."""
    costs = full.system.planning.costs
    assert costs.empty > costs.relaxed * (NO_GRADE - 1)
    assert costs.relaxed > costs.content > costs.short > costs.quota > costs.alike


def test_a_text_of_the_last_grade_is_better_than_none(full: Settings) -> None:
    """All texts are tired and were used yesterday: rest and quality are given up, and no more slots stay empty."""
    inputs, plan, _ = planned(full, "exact")
    rested = plan.items[plan.items["creator_id"] == "a"]
    inputs = inputs.for_creators(["a"])
    tired = inputs.caption_scores.assign(freshness=6.0, performance_score=31.0, days_since_use=1.0, uses_30d=1)
    items = plan_week(replace(inputs, caption_scores=tired), full).items
    assert (items["fallback_level"] == max(row.level for row in full.scoring.fallback_ladder)).mean() > 0.9
    assert items["needs_caption"].sum() <= rested["needs_caption"].sum()


def test_texts_are_rounded_where_the_solver_finds_nothing_whole(
    full: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    inputs, plan, _ = planned(full, "exact")
    whole, schedule = (frame[frame["creator_id"] == "a"] for frame in (plan.items, plan.schedule))
    monkeypatch.setattr(Assignment, "_whole", lambda _: None)
    rounded = plan_week(inputs.for_creators(["a"]), full)
    assert not rounded.items["caption_hash"].dropna().duplicated().any()
    assert rounded.items["needs_caption"].sum() == whole["needs_caption"].sum()
    assert rounded.schedule["objective"].sum() >= 0.9 * schedule["objective"].sum()
