"""Wave 1 rules on hand-made weeks; 2.1 has its own module."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    changed,
    found,
    item_id,
    of_type,
    performance,
    reference,
    said,
    settings,
    without,
)

WAVE_1 = ("2.1", "10.15", "3.3", "8.1", "9.1", "4.2")


@pytest.mark.parametrize("gap", WAVE_1)
def test_the_hand_made_week_passes(gap: str):
    assert found(reference(), gap).empty
    assert rule(gap).measure(reference()).passes


# ---- 10.15


@pytest.mark.parametrize("confidence", [-0.01, 1.01, 7.0])
def test_confidence_outside_0_1_is_said(confidence: float):
    assert len(said(reference(health={"confidence": confidence}), "10.15", "outside 0–1"))


def _with_bundles(base, revenue: int):
    """``base`` with bundles added up to ``revenue`` revenue sends."""
    row = base.items[base.items["send_type_key"] == "bundle"]
    lack = revenue - int((base.items["category"] == "revenue").sum())
    return replace(
        base, items=pd.concat([base.items, *(row.assign(item_id=f"x{n}") for n in range(lack))], ignore_index=True)
    )


@pytest.mark.parametrize(
    ("confidence", "granted"), [(1.0, 28), (0.8, 28), (0.6, 28), (0.59, 21), (0.4, 21), (0.39, 21), (0.2, 21)]
)
@pytest.mark.parametrize("change", [-1, 0, 1])
def test_volume_is_that_of_the_confidence_row(confidence: float, granted: int, change: int):
    # A rested MID paid page: 4 revenue sends a day, × 0.85 = 3.4, × 0.70 = 2.8.
    health = {"confidence": confidence} | {f"saturation_{days}d": 20.0 for days in (7, 14, 30)}
    base = reference(flags=("ENABLE_CONFIDENCE_DAMPENING",), health=health)
    findings = found(_with_bundles(base, granted + change), "10.15")
    volume = findings[findings["message"].str.contains("revenue sends")]
    assert volume["limit_value"].tolist() == ([] if change == 0 else [granted])


@pytest.mark.parametrize(("trend", "granted"), [(0.16, 28), (0.15, 21), (-0.15, 21), (-0.16, 14)])
def test_the_trend_moves_the_volume(trend: float, granted: int):
    base = reference(flags=(), health={"earnings_trend": trend})
    measured = rule("10.15").check(_with_bundles(base, 35))
    assert measured.loc[measured["message"].str.contains("revenue sends"), "limit_value"].tolist() == [granted]


def test_elasticity_lowers_the_volume():
    base = reference(flags=(), health={"elasticity_r0": 0.15, "elasticity_k": 0.8})
    measured = rule("10.15").check(base)
    assert measured.loc[measured["message"].str.contains("revenue sends"), "limit_value"].tolist() == [7]


@pytest.mark.parametrize(("falling", "agrees"), [(3, True), (0, False)])
def test_triggers_on_messages_move_the_volume(falling: int, agrees: bool):
    # 21 granted less 4 campaigns are 17 messages; × 0.85 are the 14 of the week.
    base = reference()
    rows = base.send_type_performance.assign(falling_days=falling)
    messages = found(replace(base, send_type_performance=rows), "10.15")["message"]
    assert messages.str.contains("revenue sends").any() != agrees


@pytest.mark.parametrize(
    ("confidence", "parents", "allowed"),
    [(1.0, 1, True), (0.6, 1, True), (0.5, 1, False), (0.3, 1, False), (1.0, 2, True)],
)
def test_followups_follow_the_confidence_row(confidence: float, parents: int, allowed: bool):
    # round(0.8 × parents × factor): one parent grants 1, 1, 0, 0.
    base = reference(health={"confidence": confidence})
    if parents == 1:
        base = without(
            base,
            lambda i: (
                i["item_id"].isin([item_id(base, "ppv_unlock", d, 0) for d in (0, 2, 4, 6)]) | of_type("bundle")(i)
            ),
        )
    assert found(base, "10.15")["message"].str.contains("followups").any() != allowed


@pytest.mark.parametrize(("confidence", "due"), [(0.8, 15.0), (0.7, 12.75), (0.5, 10.5), (0.2, 9.0)])
@pytest.mark.parametrize("change", [-0.01, 0.0, 0.01])
def test_prices_are_those_of_the_confidence_row(confidence: float, due: float, change: float):
    # The page's own price is 15; only 10.12 rounds to a price in use, and then judges it.
    base = reference(flags=("ENABLE_CONFIDENCE_DAMPENING",), health={"confidence": confidence})
    base = changed(base, of_type("ppv_unlock"), price=due + change)
    costs = found(base, "10.15")["message"].str.contains("ppv_unlock costs")
    assert costs.sum() == (0 if change == 0 else 14)
    both = replace(base, settings=base.settings.with_flags(ENABLE_PRICING_OPTIMIZATION=True))
    assert not found(both, "10.15")["message"].str.contains("ppv_unlock costs").any()


def test_a_captions_own_price_comes_first_and_stays_inside_the_types_range():
    base = reference(flags=("ENABLE_CONFIDENCE_DAMPENING",), health={"confidence": 0.7})
    dear = replace(base, captions=base.captions.assign(suggested_price=80.0))
    assert said(dear, "10.15", "ppv_unlock costs 14.99")["limit_value"].unique().tolist() == [42.5]
    assert said(dear, "10.15", "game_post costs")["limit_value"].tolist() == [21.25]


# ---- 3.3


def _retyped(base, keep: int):
    """``base`` with only ``keep`` different types: the others become bump_normal."""
    kinds = sorted(base.items["send_type_key"].unique(), key=lambda key: settings().send_type[key].sort)
    kinds = ["bump_normal", *[key for key in kinds if key != "bump_normal"]][:keep]
    return changed(base, lambda i: ~i["send_type_key"].isin(kinds), send_type_key="bump_normal")


@pytest.mark.parametrize(
    ("confidence", "types", "passes"),
    [(1.0, 10, True), (1.0, 9, False), (0.6, 9, False), (0.59, 8, True), (0.59, 7, False), (1.0, 1, False)],
)
def test_ten_types_or_eight(confidence: float, types: int, passes: bool):
    base = _retyped(reference(health={"confidence": confidence}), types)
    errors = found(base, "3.3")
    assert (errors["level"] == "error").any() != passes


def test_the_message_names_three_types_that_fit():
    message = said(_retyped(reference(), 5), "3.3", "different send types")["message"].iloc[0]
    assert message.endswith("would fit: vip_program, flash_bundle, snapchat_bundle")
    scores = {
        "send_type_key": ["flash_bundle"],
        "performance_score": [10.0],
        "send_count": [60],
        "performance_tier": ["AVOID"],
    }
    avoided = performance(_retyped(reference(), 5), "send_type_performance", **scores)
    assert (
        said(avoided, "3.3", "different")["message"].iloc[0].endswith("fit: vip_program, snapchat_bundle, first_to_tip")
    )
    free = _retyped(reference(creator={"page_type": "free"}), 5)
    assert "tip_goal" not in said(free, "3.3", "different")["message"].iloc[0]
    empty = replace(_retyped(reference(), 5), captions=reference().captions.iloc[:0])
    assert "the caption pool is empty" in said(empty, "3.3", "different")["message"].iloc[0]


def test_an_empty_schedule_has_no_types():
    base = reference()
    assert said(replace(base, items=base.items.iloc[:0]), "3.3", "only 0 different")["level"].tolist() == ["error"]


@pytest.mark.parametrize(
    ("category", "keep", "level"),
    [("revenue", 3, "warning"), ("engagement", 3, "warning"), ("retention", 1, "warning")],
)
def test_few_kinds_of_a_category_cost_points(category: str, keep: int, level: str):
    base = reference()
    kinds = sorted(base.items.loc[base.items["category"] == category, "send_type_key"].unique())
    thin = without(base, lambda i: i["send_type_key"].isin(kinds[keep:]))
    assert said(thin, "3.3", f"only {keep} kinds of {category}")["level"].tolist() == [level]


# ---- 8.1


@pytest.mark.parametrize(
    ("send_type", "values", "phrase"),
    [
        ("ppv_unlock", {"channel_key": "wall_post"}, "goes by mass_message, not by wall_post"),
        ("like_farm", {"channel_key": "mass_message"}, "goes by wall_post"),
        ("live_promo", {"channel_key": "live"}, "cannot be scheduled automatically"),
        ("tip_goal", {"target_key": "high_spenders"}, "cannot be reached by wall_post"),
        ("renew_on_message", {"target_key": "all_active", "channel_key": "mass_message"}, "may not go to all_active"),
        ("ppv_followup", {"target_key": "recent_purchasers"}, "may not go to recent_purchasers"),
        ("bundle", {"target_key": "nobody"}, "audience nobody cannot be reached"),
    ],
)
def test_channels_and_audiences(send_type: str, values: dict, phrase: str):
    broken = changed(reference(), of_type(send_type), **values)
    assert len(said(broken, "8.1", phrase))
    assert rule("8.1").measure(broken).passes is False


@pytest.mark.parametrize(
    ("send_type", "channel"),
    [
        ("tip_goal", "mass_message"),
        ("game_post", "mass_message"),
        ("live_promo", "story"),
        ("renew_on_message", "mass_message"),
    ],
)
def test_accepted_channels_pass(send_type: str, channel: str):
    assert found(changed(reference(), of_type(send_type), channel_key=channel), "8.1").empty


def test_audiences_of_paid_pages_and_their_limits():
    free = reference(creator={"page_type": "free"})
    assert set(said(free, "8.1", "on paid pages only")["item_id"]) >= {item_id(free, "renew_on_message", 1)}
    often = changed(reference(), of_type("renew_on_message", 1), send_type_key="bundle", target_key="high_spenders")
    many = changed(often, of_type("ppv_unlock", 1), target_key="high_spenders")
    assert said(many, "8.1", "message 3 of the day to high_spenders")["level"].tolist() == ["warning"]


# ---- 9.1


@pytest.mark.parametrize("send_type", ["renew_on_post", "renew_on_message", "expired_winback", "tip_goal"])
@pytest.mark.parametrize("page", ["free", "unknown"])
def test_paid_types_never_on_free_or_unknown_pages(send_type: str, page: str):
    hits = said(reference(creator={"page_type": page}), "9.1", f"{send_type} is not allowed on free pages")
    assert (hits["level"] == "error").all()


def test_wall_ppv_never_on_paid_pages_but_followups_on_both():
    wall = changed(reference(), of_type("ppv_unlock", 1), send_type_key="ppv_wall")
    assert len(said(wall, "9.1", "ppv_wall is not allowed on paid pages")) == 2
    free = reference(creator={"page_type": "free"})
    assert not found(free, "9.1")["message"].str.contains("ppv_followup").any()


def test_renewal_captions_stay_off_free_pages():
    base = reference(creator={"page_type": "free"})
    renewal = replace(base, captions=base.captions.assign(is_paid_page_only=True))
    assert len(said(renewal, "9.1", "speaks of renewal")) == len(base.items)


# ---- 4.2


@pytest.mark.parametrize(
    ("score", "sends", "confidence", "avoided"),
    [
        (29.99, 50, 0.7, True),
        (10.0, 500, 1.0, True),
        (0.0, 50, 0.9, True),
        (30.0, 50, 1.0, False),
        (10.0, 49, 1.0, False),
        (10.0, 50, 0.69, False),
    ],
)
@pytest.mark.parametrize("kind", ["send_type", "content_type"])
def test_avoided_types_get_no_slot(score: float, sends: int, confidence: float, avoided: bool, kind: str):
    base = reference(health={"confidence": confidence})
    key = "bundle" if kind == "send_type" else base.items.loc[of_type("bundle")(base.items), "content_type_key"].iloc[0]
    # The stored tier is not believed: the figures decide.
    rows = {f"{kind}_key": [key], "performance_score": [score], "send_count": [sends], "performance_tier": ["MID"]}
    judged = performance(base, f"{kind}_performance", **rows)
    hits = found(judged, "4.2")
    assert (item_id(base, "bundle", 2) in hits["item_id"].tolist()) == avoided
    assert rule("4.2").measure(judged).value == len(hits)


def test_the_pool_betrays_a_mislabelled_content_type():
    base = changed(reference(), of_type("bundle"), content_type_key="solo")
    own = base.captions.set_index("caption_hash").loc[
        base.items.loc[of_type("bundle")(base.items), "caption_hash"].iloc[0]
    ]
    rows = {
        "content_type_key": [own["content_type_key"]],
        "performance_score": [5.0],
        "send_count": [80],
        "performance_tier": ["AVOID"],
    }
    assert (
        item_id(base, "bundle", 2)
        in found(performance(base, "content_type_performance", **rows), "4.2")["item_id"].tolist()
    )
