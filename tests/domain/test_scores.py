"""What a caption is worth to a creator."""

from __future__ import annotations

import dataclasses
import json
import math
from functools import cache

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eros_assets.domain import frames
from eros_assets.domain.captions import scores
from eros_assets.domain.captions.features import caption_features
from eros_assets.domain.learning import evaluation, revenue_model
from eros_assets.domain.learning.caption_effects import CaptionEffects, caption_effects
from eros_assets.domain.learning.response import response_curves
from eros_assets.sample.response import expected_earnings
from eros_assets.settings import BUILT_FLAGS
from tests.domain import samples
from tests.domain.agency import END, SETTINGS, agency

OFF = SETTINGS.with_flags(**dict.fromkeys(BUILT_FLAGS, False))
LENGTH_ON = OFF.with_flags(ENABLE_CHAR_LENGTH_MULTIPLIER=True)


def caption_row(caption_hash, **row):
    return {"caption_hash": caption_hash, "content_type_key": "solo", **row}


def small(
    captions,
    own=(),
    pool=(),
    health=None,
    page_type="paid",
    owned=("solo", "teaser"),
    content=(),
    settings=OFF,
    lifts=(),
    own_lifts=(),
):
    """Scores of one creator over a handful of captions."""
    sample = agency().inputs
    base = {
        "as_of_date": pd.Timestamp(END),
        "priced_count": 10,
        "send_count": 10,
        "n_eff": 10.0,
        "rps": 100.0,
        "log_rps": 4.0,
        "sent_weighted": 30_000.0,
        "viewed_weighted": 6_000.0,
        "purchased_weighted": 240.0,
        "last_used_date": pd.Timestamp(END) - pd.Timedelta(days=13),
        "uses_30d": 1,
    }
    rows = {"creator_id": "c0", "total_earnings": 1000.0, "uses_60d": 1}
    frame = samples.captions(list(captions))
    vault = [{"creator_id": "c0", "content_type_key": key, "has_content": True, **samples.PROVENANCE} for key in owned]
    inputs = dataclasses.replace(
        sample,
        creators=samples.creators({"page_type": page_type}),
        personas=frames.RAW_PERSONAS.empty(),
        vault=frames.RAW_VAULT.conform(pd.DataFrame(vault, columns=[*vault[0]] if vault else ["creator_id"])),
        captions=frame,
        features=caption_features(frame, SETTINGS),
        health=samples.health({"page_type": page_type, **(health or {})}),
        caption_performance=frames.CAPTION_PERFORMANCE.conform(pd.DataFrame([{**base, **rows, **o} for o in own]))
        if own
        else frames.CAPTION_PERFORMANCE.empty(),
        content_type_performance=frames.CONTENT_TYPE_PERFORMANCE.conform(pd.DataFrame(list(content)))
        if content
        else frames.CONTENT_TYPE_PERFORMANCE.empty(),
        send_type_performance=frames.SEND_TYPE_PERFORMANCE.empty(),
        response_curves=frames.RESPONSE_CURVES.empty(),
    )
    performance = (
        frames.POOL_PERFORMANCE.conform(
            pd.DataFrame([{**base, "creator_count": 3, "lift_log": 0.0, "view_lift": 1.0, **p} for p in pool])
        )
        if pool
        else frames.POOL_PERFORMANCE.empty()
    )
    return scores.caption_scores(inputs, performance, effects(lifts, own_lifts), settings).set_index("caption_hash")


def effects(lifts=(), own_lifts=()):
    """Caption effects without doubt: by hash for all creators, and for creator c0 alone."""
    pool = pd.DataFrame({"caption_hash": list(dict(lifts)), "log_effect": list(dict(lifts).values()), "log_sd": 0.0})
    own = pd.DataFrame({"caption_hash": list(dict(own_lifts)), "log_effect": list(dict(own_lifts).values())})
    return CaptionEffects(pool, own.assign(creator_id="c0", log_sd=0.0), unsent_sd=0.0, unsent_own_sd=0.0)


TEXT = "word " * 60


def test_new_captions_get_their_default_score_by_length():
    rows = [caption_row(f"n{n}", caption_text="x" * n) for n in (10, 19, 20, 49, 50, 300)]
    scored = small(rows)["performance_score"]
    assert scored.to_dict() == {"n10": 45, "n19": 45, "n20": 50, "n49": 50, "n50": 55, "n300": 55}


def test_score_without_a_creator_mean_is_neutral():
    scored = small([caption_row("a", caption_text=TEXT)], pool=[{"caption_hash": "a"}], health={"mean_rps": None})
    assert scored.loc["a", "performance_score"] == 50


@pytest.mark.parametrize(("q", "score"), [(0.25, 20), (0.43, 30), (0.67, 40), (1, 50), (2.33, 70), (4, 80)])
def test_performance_score_of_a_view_rate_ratio(q, score):
    """Bumps: the pool's view lift of a much used caption is its q."""
    rows = [caption_row("a", caption_type="bump_normal", caption_text=TEXT)]
    rows += [caption_row(f"b{i}", caption_type="bump_normal", caption_text=TEXT) for i in range(2)]
    lift = {"n_eff": 1e7, "send_count": 10, "priced_count": 0}
    pool = [{"caption_hash": "a", "view_lift": q, **lift}]
    pool += [{"caption_hash": f"b{i}", "view_lift": 1.0, **lift} for i in range(2)]
    assert small(rows, pool=pool).loc["a", "performance_score"] == pytest.approx(score, abs=0.5)


def test_eros_score_is_the_weighted_sum_times_length():
    rows = [caption_row(f"c{i}", caption_text=TEXT[: 40 + 60 * i]) for i in range(6)]
    for settings, is_on in ((OFF, False), (LENGTH_ON, True)):
        for row in small(rows, settings=settings).to_dict("records"):
            parts = json.loads(row["score_parts"])
            base = 0.4 * parts["rps"] + 0.3 * parts["conversion"] + 0.2 * parts["execution"] + 0.1 * parts["diversity"]
            factor = 0.6 + 0.4 * row["length_multiplier"] if is_on else 1
            assert row["eros_score"] == pytest.approx(base * factor, abs=2e-4)


FULL = "Guess what? My exclusive new set, 12 photos worth $40. Unlock it and tell me your favourite 😀😀😀".ljust(
    300, "."
)
BARE = "rain on the window and a long book ".ljust(200, "a")


def test_eros_score_of_captions_worked_by_hand():
    """The score on paper: ranks 1, 2/3, 1/3 of three priced captions, the bump alone in its class."""
    priced = {"suggested_price": 19.69}
    rows = [
        caption_row("full", caption_text=FULL, tone="playful", **priced),
        caption_row("bare", caption_text=BARE[:100], tone="romantic", **priced),
        caption_row("unsure", caption_text=BARE, tone="playful"),
        caption_row("bump", caption_type="bump_normal", caption_text=BARE[:100], tone="romantic"),
    ]
    # 480 purchases from 6,000 views, 10 sends of 600 views as prior at 4%: (480 + 240) / 12,000 = 6%.
    own = [{"caption_hash": "full", "purchased_weighted": 480.0}]
    scored = small(rows, own=own, lifts={"full": 0.3, "unsure": 0.1}, settings=LENGTH_ON)
    execution = {
        "full": 1.0,  # all four elements, 300 characters, 3 emoji (heavy 3–5), $19.69 fits 250–449, her tone
        "bare": 0.0,  # none of the five
        "unsure": (0.20 + 0.20) / 0.85,  # length and tone; without a price that check does not apply
        "bump": (0.20 + 0.15) / 0.55,  # unpriced: length, emoji and tone apply, the tone is another's
    }
    by_hand = {
        "full": (0.4 * 1 + 0.3 * (0.06 / 0.08) + 0.2 * execution["full"] + 0.1) * (0.6 + 0.4 * 1.000),
        "bare": (0.4 * 1 / 3 + 0.3 * 0.5 + 0.2 * execution["bare"] + 0.1) * (0.6 + 0.4 * 0.469),
        "unsure": (0.4 * 2 / 3 + 0.3 * 0.5 + 0.2 * execution["unsure"] + 0.1) * (0.6 + 0.4 * 0.755),
        "bump": (0.4 * 1 + 0.3 * 0.5 + 0.2 * execution["bump"] + 0.1) * (0.6 + 0.4 * 0.469),
    }
    assert scored["eros_score"].to_dict() == pytest.approx(by_hand, abs=1e-6)
    assert scored["length_multiplier"].to_dict() == {"full": 1.0, "bare": 0.469, "unsure": 0.755, "bump": 0.469}


def test_conversion_part_stops_at_twice_the_mean():
    rows = [caption_row(h, caption_text=TEXT) for h in ("loved", "usual")]
    scored = small(rows, own=[{"caption_hash": "loved", "purchased_weighted": 6000.0}])
    parts = scored["score_parts"].map(json.loads).map(lambda p: p["conversion"])
    assert parts.to_dict() == {"loved": 1.0, "usual": 0.5}


texts = st.lists(st.text("aeiou .!?😀💋", max_size=80), min_size=1, max_size=6)


@hypothesis_settings(max_examples=15, deadline=None)
@given(texts, st.data())
def test_scores_of_any_captions_are_bounded_numbers_and_rise_with_the_evidence(found, data):
    hashes = [f"h{i}" for i in range(len(found))]
    rows = [
        caption_row(
            h,
            caption_text=text * data.draw(st.integers(1, 12)),
            caption_type=data.draw(st.sampled_from(["ppv_unlock", "bump_normal", "bundle", "dm_farm"])),
            suggested_price=data.draw(st.sampled_from([None, 5.0, 19.69, 80.0])),
        )
        for h, text in zip(hashes, found, strict=True)
    ]
    lifts = {h: data.draw(st.floats(-4, 4)) for h in hashes}
    bought = {h: data.draw(st.floats(0, 6000)) for h in hashes}

    def scored(better):
        own = [{"caption_hash": h, "purchased_weighted": min(bought[h] + 500 * (h == better), 6000)} for h in hashes]
        more = {h: lift + 0.7 * (h == better) for h, lift in lifts.items()}
        return small(rows, own=own, lifts=more, settings=LENGTH_ON)

    before = scored(None)
    parts = pd.DataFrame(before["score_parts"].map(json.loads).tolist(), index=before.index)
    assert parts.notna().all(axis=None)
    assert ((parts >= 0) & (parts <= 1)).all(axis=None)
    for column, high in (("eros_score", 1), ("performance_score", 100), ("freshness", 100), ("structure_score", 1)):
        assert before[column].astype(float).between(0, high).all(), column
    better = data.draw(st.sampled_from(hashes))
    assert scored(better).loc[better, "eros_score"] >= before.loc[better, "eros_score"] - 1e-8


def test_rps_part_ranks_within_the_price_class_with_averaged_ties():
    rows = [caption_row(f"p{i}", caption_text=TEXT) for i in range(4)]
    rows += [caption_row(f"b{i}", caption_type="bump_normal", caption_text=TEXT) for i in range(2)]
    ranks = (
        small(rows, lifts={"p0": -1.0, "p1": 0.0, "p2": 0.0, "p3": 1.0})["score_parts"]
        .map(json.loads)
        .map(lambda parts: parts["rps"])
    )
    assert ranks.to_dict() == {"p0": 0.25, "p1": 0.625, "p2": 0.625, "p3": 1.0, "b0": 0.75, "b1": 0.75}


def test_effects_of_a_text_multiply_its_worth():
    rows = [caption_row(h, caption_text=TEXT) for h in ("good", "own", "plain")]
    scored = small(rows, lifts={"good": 0.5, "own": 0.5}, own_lifts={"own": 0.25})["expected_revenue"].astype(float)
    assert scored["good"] / scored["plain"] == pytest.approx(math.exp(0.5), rel=1e-6)
    assert scored["own"] / scored["plain"] == pytest.approx(math.exp(0.75), rel=1e-6)


def test_known_is_the_share_of_own_sends_beside_the_prior():
    rows = [caption_row(h, caption_text=TEXT) for h in ("own", "other")]
    scored = small(rows, own=[{"caption_hash": "own", "n_eff": 30.0}])
    assert scored["is_known"].to_dict() == {"own": 0.75, "other": 0}


def test_freshness_counts_days_to_the_week():
    scored = small([caption_row("a", caption_text=TEXT)], own=[{"caption_hash": "a"}])
    assert scored.loc["a", "days_since_use"] == 14
    assert scored.loc["a", "freshness"] == pytest.approx(52.6, abs=0.1)


@pytest.mark.parametrize(
    ("row", "page", "kept"),
    [
        ({"content_type_key": "solo"}, "paid", True),
        ({"content_type_key": "duo"}, "paid", False),  # not in the vault
        ({"content_type_key": "teaser"}, "paid", False),  # AVOID
        ({"content_type_key": None, "caption_type": "renew_on_message"}, "paid", False),  # needs media of a known type
        ({"content_type_key": None}, "paid", False),  # a PPV shows something, and no other send takes its text
        ({"content_type_key": None, "caption_type": "bump_text_only"}, "paid", True),
        ({"content_type_key": "duo", "content_type_confidence": 0.4, "caption_type": "link_drop"}, "paid", True),
        ({"is_active": False}, "paid", False),
        ({"caption_type": "renew_on_message", "is_paid_page_only": True}, "paid", True),
        ({"caption_type": "renew_on_message", "is_paid_page_only": True}, "free", False),
        ({"is_paid_page_only": True}, "free", False),
    ],
)
def test_hard_filters(row, page, kept):
    avoid = {
        "as_of_date": pd.Timestamp(END),
        "creator_id": "c0",
        "content_type_key": "teaser",
        "send_count": 60,
        "uses_30d": 5,
        "falling_days": 0,
        "performance_score": 20.0,
        "performance_tier": "AVOID",
        **dict.fromkeys(("n_eff", "sent_weighted", "viewed_weighted", "purchased_weighted"), 1.0),
    }
    scored = small([caption_row("a", caption_text=TEXT, **row)], page_type=page, content=[avoid])
    assert ("a" in scored.index) == kept


def test_a_score_that_is_no_number_is_an_error():
    with pytest.raises(scores.ScoreError, match="c0"):
        small([caption_row("a", caption_text=TEXT)], health={"mean_rps": math.inf})


def test_missing_features_are_an_error():
    inputs = agency().inputs
    with pytest.raises(scores.ScoreError, match="features"):
        scores.caption_scores(
            dataclasses.replace(inputs, features=inputs.features.iloc[1:]), agency().pool_performance, effects(), OFF
        )


def test_creator_without_anything_is_scored_from_the_pool():
    inputs = agency().inputs
    page = inputs.creators.iloc[:1]
    bare = dataclasses.replace(
        inputs.for_creators(page["creator_id"]),
        health=frames.CREATOR_HEALTH.empty(),
        caption_performance=frames.CAPTION_PERFORMANCE.empty(),
    )
    scored = scores.caption_scores(bare, agency().pool_performance, effects(), OFF)
    assert len(scored) > 100
    assert (scored["expected_revenue"] >= 0).all()
    assert (scored["is_known"] == 0).all()


def test_a_text_that_sells_nothing_has_a_weight_and_no_dollars():
    rows = [caption_row("free", caption_text=TEXT, caption_type="bump_normal"), caption_row("sold", caption_text=TEXT)]
    scored = small(rows, health={"mean_rps": 200.0, "sends_90d": 10**9, "mean_view_rate": 0.2})
    assert scored.loc["free", "expected_revenue"] == 0
    assert scored.loc["free", "value"] == pytest.approx(200 * SETTINGS.scoring.engagement_value_share)
    assert scored.loc["sold", "value"] == scored.loc["sold", "expected_revenue"] > 0


def test_tips_and_games_are_expected_to_earn():
    kinds = ("first_to_tip", "vip_program", "game_post")
    scored = small([caption_row(kind, caption_text=TEXT, caption_type=kind) for kind in kinds])
    assert set(scored.index) == set(kinds)
    assert (scored["expected_revenue"] > 0).all()


def test_first_send_of_the_day_is_worth_more_than_the_average_one():
    assert scores.first_send_factor(0.1, 1) == 1
    assert scores.first_send_factor(0.0, 5) == 1
    average = np.mean(np.exp(-0.1 * np.arange(5)))
    assert scores.first_send_factor(0.1, 5) == pytest.approx(1 / average)


@cache
def learned_effects():
    return caption_effects(agency().sends, SETTINGS, END)


@pytest.fixture(scope="module")
def learned():
    sample = agency()
    curves = response_curves(sample.sends, sample.inputs.health, SETTINGS, sample.inputs.week_start, END)
    inputs = dataclasses.replace(sample.inputs, response_curves=curves)
    return inputs, scores.caption_scores(inputs, sample.pool_performance, learned_effects(), SETTINGS)


def test_scores_lie_in_their_ranges(learned):
    _, scored = learned
    for column, low, high in (
        ("eros_score", 0, 1),
        ("freshness", 0, 100),
        ("performance_score", 0, 100),
        ("persona_factor", 0.95, 1.05),
        ("structure_score", 0, 1),
        ("is_known", 0, 1),
        ("expected_revenue", 0, 1e5),
        ("value", 0, 1e5),
        ("expected_log_sd", 0, 10),
    ):
        assert scored[column].between(low, high).all(), column


def test_candidates_are_bounded_per_type_and_length(learned):
    _, scored = learned
    sizes = scored.groupby(["creator_id", "caption_type", "is_optimal_length"]).size()
    assert sizes.max() <= SETTINGS.system.planning.candidates_per_type


def test_shards_agree_with_the_whole(learned):
    inputs, scored = learned
    some = inputs.creators["creator_id"].iloc[[3, 7]].tolist()
    shard = scores.caption_scores(inputs.for_creators(some), agency().pool_performance, learned_effects(), SETTINGS)
    assert shard.equals(scored[scored["creator_id"].isin(some)].reset_index(drop=True))


def test_row_order_of_the_inputs_does_not_matter(learned):
    inputs, scored = learned
    shuffled = dataclasses.replace(
        inputs,
        captions=inputs.captions.sample(frac=1, random_state=1).reset_index(drop=True),
        features=inputs.features.sample(frac=1, random_state=2).reset_index(drop=True),
        caption_performance=inputs.caption_performance.sample(frac=1, random_state=3).reset_index(drop=True),
    )
    again = scores.caption_scores(shuffled, agency().pool_performance, learned_effects(), SETTINGS)
    key = ["creator_id", "caption_hash"]
    numbers = [c for c in scored.columns if c.startswith(("expected", "eros", "performance"))]
    left, right = (f.sort_values(key).reset_index(drop=True) for f in (scored, again))
    assert left[key].equals(right[key])
    assert np.allclose(left[numbers].to_numpy(float), right[numbers].to_numpy(float), rtol=1e-9)


def truth_and_estimate(scored):
    """True and estimated dollars of PPV captions at a price of 19.69, at the creator's typical slot."""
    ppv = scored[(scored["caption_type"] == "ppv_unlock")].reset_index(drop=True)
    items = pd.DataFrame(
        {
            "page_name": ppv["creator_id"],
            "send_type_key": "ppv_unlock",
            "hour": 14,
            "weekday": 2,
            "char_length": ppv["char_length"],
            "price": 19.69,
            "content_type_key": ppv["content_type_key"],
            "caption_hash": ppv["caption_hash"],
            "priced_rank": 1,
        }
    )
    return ppv, expected_earnings(agency().truth, items).to_numpy()


def test_scores_recover_true_value(learned):
    ppv, true = truth_and_estimate(learned[1])
    within = evaluation.rank_agreement_within(
        np.log(ppv["expected_revenue"].astype(float)), pd.Series(np.log(true)), ppv["creator_id"]
    )
    assert within > 0.5
    known = learned[0].health.loc[learned[0].health["sends_90d"] >= 50, "creator_id"]
    level = pd.DataFrame({"c": ppv["creator_id"], "e": ppv["expected_revenue"].astype(float), "t": true})
    level = level[level["c"].isin(known)].groupby("c").mean()
    assert evaluation.rank_agreement(level["e"], level["t"]) > 0.8
    # The best by estimate are worth about what was promised: no winner's curse beyond a third.
    best = level.index.map(
        lambda c: ppv.index[ppv["creator_id"] == c][
            ppv.loc[ppv["creator_id"] == c, "expected_revenue"].astype(float).argsort()[-30:]
        ]
    )
    ratio = np.median([ppv.loc[rows, "expected_revenue"].astype(float).mean() / true[rows].mean() for rows in best])
    assert 0.6 < ratio < 1.67


def test_model_changes_order_but_not_the_level(learned):
    inputs, scored = learned
    sample = agency()
    model = revenue_model.train(sample.sends, inputs.features, SETTINGS, END, 1)
    blended = scores.caption_scores(inputs, sample.pool_performance, learned_effects(), SETTINGS, model)
    assert blended["caption_hash"].equals(scored["caption_hash"])
    priced = scored["is_priced"].astype(bool)
    assert not blended.loc[priced, "expected_revenue"].equals(scored.loc[priced, "expected_revenue"])
    means = [f[priced].groupby("creator_id")["expected_revenue"].mean().to_numpy(float) for f in (scored, blended)]
    assert means[0] == pytest.approx(means[1], rel=1e-6)
    assert blended.loc[~priced, "value"].equals(scored.loc[~priced, "value"])
    assert blended.loc[priced, "value"].equals(blended.loc[priced, "expected_revenue"])
