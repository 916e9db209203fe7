"""Shrinkage, joint effects, response curves and the revenue model, against known truth."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from benchmarks.learning import effect_figures, world
from eros_assets.domain.learning import evaluation, revenue_model, shrinkage
from eros_assets.domain.learning.additive import fit_additive
from eros_assets.domain.learning.caption_effects import caption_effects
from eros_assets.domain.learning.evidence import decay_weights, earning_sends
from eros_assets.domain.learning.mixed import Block, creator_deviations
from eros_assets.domain.learning.pool_fit import price_key, purchase_moments
from eros_assets.domain.learning.response import response_curves
from tests.domain import samples
from tests.domain.agency import END, SETTINGS, agency

WEEK = END + timedelta(days=1)


@given(st.floats(-10, 10), st.floats(0, 1000), st.floats(-10, 10), st.floats(0.1, 100))
def test_posterior_mean_lies_between_evidence_and_prior(mean, n, prior, kappa):
    posterior = float(shrinkage.posterior_mean(mean, n, prior, kappa))
    assert min(mean, prior) - 1e-9 <= posterior <= max(mean, prior) + 1e-9


def test_posterior_mean_is_the_formula_and_ignores_missing_evidence():
    assert shrinkage.posterior_mean([5.0, np.nan], [30, 30], 1.0, 10).tolist() == [4.0, 1.0]


def test_posterior_rate():
    assert float(shrinkage.posterior_rate(3, 100, 0.04, 100)) == pytest.approx(7 / 200)


def test_spread_is_learned_from_groups():
    rng = np.random.default_rng(1)
    n = rng.integers(1, 60, 4000)
    residual = rng.normal(0, 0.3, 4000) + rng.normal(0, 1.2, 4000) / np.sqrt(n)
    spread = shrinkage.learned_spread(residual, n, 10, 30)
    assert spread.kappa == pytest.approx(16, rel=0.15)
    assert spread.between == pytest.approx(0.09, rel=0.15)


def test_few_groups_keep_the_given_kappa():
    assert shrinkage.learned_spread(np.ones(29), np.ones(29), 10, 30).kappa == 10


def test_joint_fit_separates_confounded_factors():
    rng = np.random.default_rng(2)
    hour = rng.integers(0, 6, 6000)
    # Long texts go out in late hours: taken one by one, each factor would carry the other's effect.
    kind = np.where(rng.random(6000) < hour / 5, 1, 0)
    y = 2 + 0.4 * hour + 0.5 * kind + rng.normal(0, 0.3, 6000)
    fit = fit_additive(y, np.ones(6000), {"hour": hour, "kind": kind}, {"hour": 6, "kind": 2}, 1.0)
    assert np.diff(fit.effects["hour"]) == pytest.approx(np.full(5, 0.4), abs=0.06)
    assert np.diff(fit.effects["kind"]) == pytest.approx([0.5], abs=0.05)


def test_absorbed_groups_change_no_effect():
    rng = np.random.default_rng(3)
    group, level = rng.integers(0, 50, 5000), rng.integers(0, 4, 5000)
    y = 3.0 * group + 0.5 * level + rng.normal(0, 0.1, 5000)
    fit = fit_additive(y, np.ones(5000), {"level": level}, {"level": 4}, 1e-6, groups=group)
    assert np.diff(fit.effects["level"]) == pytest.approx(np.full(3, 0.5), abs=0.02)


@pytest.mark.parametrize("mean", [0.2, 1.0, 8.0, 300.0])
def test_purchase_moments_agree_with_simulation(mean):
    rng = np.random.default_rng(4)
    rate = mean * np.exp(rng.normal(0, 0.9, 400_000) - 0.9**2 / 2)
    logs = np.log1p(rng.poisson(rate))
    first, _, variance = purchase_moments(np.log([mean]), 0.9)
    assert first[0] == pytest.approx(logs.mean(), abs=0.01)
    assert variance[0] == pytest.approx(logs.var(), rel=0.05)


def test_a_known_variance_of_a_send_keeps_few_even_groups_from_looking_alike():
    rng = np.random.default_rng(6)
    n = np.full(200, 25.0)
    residual = rng.normal(0, 0.2, 200) + rng.normal(0, 1.0, 200) / np.sqrt(n)
    spread = shrinkage.learned_spread(residual, n, 10, 30, within=1.0)
    assert spread.between == pytest.approx(0.04, rel=0.3)


def test_deviations_tell_late_hours_from_tired_buyers():
    """Each creator's hours and its own slope, where the slope's variable rises with the hour."""
    rng = np.random.default_rng(8)
    creators, sends = 60, 400
    creator = np.repeat(np.arange(creators), sends)
    hour = rng.integers(0, 6, creators * sends)
    rank = np.maximum(hour - 2 + rng.integers(-1, 3, len(hour)), 0).astype(float)
    own_hour, own_slope = rng.normal(0, 0.3, (creators, 6)), rng.normal(0, 0.15, creators)
    y = own_hour[creator, hour] + own_slope[creator] * rank + rng.normal(0, 0.5, len(hour))
    block = {"hour": Block(hour, 6), "alike": Block(rng.integers(0, 3, len(hour)), 3)}
    found = creator_deviations(y, np.full(len(y), 4.0), creator, creator, creators, block, {"rank": rank}, 0.1)
    assert np.corrcoef(found.mean["rank"][:, 0], own_slope)[0, 1] > 0.9
    assert found.between["hour"] == pytest.approx(0.09, rel=0.35)
    assert found.between["rank"] == pytest.approx(0.0225, rel=0.5)
    assert found.between["alike"] < 0.002
    z = (found.mean["rank"][:, 0] - own_slope) / np.sqrt(found.variance["rank"][:, 0])
    assert 0.7 < z.std() < 1.3


def test_a_creator_without_sends_keeps_the_pool_with_full_doubt():
    found = creator_deviations(
        np.array([1.0, -1.0]),
        np.ones(2),
        np.zeros(2, int),
        np.zeros(2, int),
        2,
        {"a": Block(np.array([0, 1]), 2)},
        {},
        0.1,
    )
    assert found.mean["a"][1].tolist() == [0, 0]
    assert found.variance["a"][1] == pytest.approx(np.full(2, found.between["a"]))


def test_caption_effects_follow_the_texts_and_own_tastes_stay_small_where_there_are_none():
    sample = agency()
    learned = caption_effects(sample.sends, SETTINGS, END)
    true = np.log(pd.Series(sample.truth["caption_quality"]).reindex(learned.pool["caption_hash"]))
    sure = (learned.pool["log_sd"] < 0.8 * learned.unsent_sd).to_numpy()
    assert sure.sum() > 50
    assert evaluation.rank_agreement(learned.pool["log_effect"][sure], true[sure]) > 0.5
    assert learned.unsent_own_sd < 0.5 * learned.unsent_sd


def test_intervals_of_captions_hold_nearly_what_they_say():
    assert 0.82 <= np.mean([_share_inside(seed) for seed in (0, 3, 7)]) <= 0.95


def _share_inside(seed: int) -> float:
    """Share of captions whose true effect lies in the 90% interval; what a type's captions share is the type's."""
    sample = agency(seed=seed)
    learned = caption_effects(sample.sends, SETTINGS, END)
    true = np.log(pd.Series(sample.truth["caption_quality"]).reindex(learned.pool["caption_hash"]))
    kind = learned.pool["caption_hash"].map(sample.inputs.captions.set_index("caption_hash")["caption_type"])
    error = learned.pool["log_effect"] - true.to_numpy()
    error = (error - error.groupby(kind.astype(object)).transform("mean")) / learned.pool["log_sd"]
    return float(error.abs().lt(1.645).mean())


def test_three_lucky_sends_do_not_beat_three_hundred_good_ones():
    sends = agency().sends.copy()
    ppv = sends.index[(sends["send_type_key"] == "ppv_unlock") & sends["is_rated"].astype(bool)]
    lucky, good = ppv[:3], ppv[500:800]
    for rows, name, factor in ((lucky, "lucky", 4.0), (good, "good", 2.0)):
        sends.loc[rows, "caption_hash"] = name
        sends.loc[rows, "earnings"] = sends.loc[rows, "earnings"] * factor
    effect = caption_effects(sends, SETTINGS, END).pool.set_index("caption_hash")
    assert effect.loc["good", "log_effect"] > effect.loc["lucky", "log_effect"]
    assert effect.loc["good", "log_sd"] < effect.loc["lucky", "log_sd"]


def test_decay_halves_and_ends():
    decay = SETTINGS.scoring.decay["creator"]
    assert decay_weights([0, 30, 60, 180, 181], decay).tolist() == [1.0, 0.5, 0.25, 0.5**6, 0.0]


def test_only_settled_rated_earning_sends_teach():
    sends = agency().sends
    kept = earning_sends(sends, END, SETTINGS, 365)
    dropped = sends[~sends["send_key"].isin(kept["send_key"])]
    young = dropped["sent_at"] > pd.Timestamp(END) - pd.Timedelta(hours=48)
    earns = dropped["is_priced"] | dropped["send_type_key"].isin(["first_to_tip", "tip_goal", "vip_program"])
    too_old = dropped["sent_at"] <= pd.Timestamp(WEEK) - pd.Timedelta(days=365)
    assert kept["is_rated"].all()
    assert (young | ~earns | ~dropped["is_rated"] | too_old).all()


def on_wall(sends, rows, earnings):
    """``sends`` with ``rows`` (a mask) as wall posts that earned ``earnings``."""
    sends = sends.copy()
    sends.loc[rows, "channel_key"] = "wall_post"
    sends.loc[rows, "is_rated"] = False
    sends.loc[rows, "sent_count"] = pd.NA
    sends.loc[rows, "earnings"] = earnings
    return sends


def test_wall_posts_teach_when_their_earnings_are_known():
    sends = agency().sends
    settled = earning_sends(sends, END, SETTINGS, 365)
    some = settled["send_key"].iloc[::7]
    rows = sends["send_key"].isin(some)
    assert len(earning_sends(on_wall(sends, rows, 0.0), END, SETTINGS, 365)) == len(settled)
    unknown = earning_sends(on_wall(sends, rows, pd.NA), END, SETTINGS, 365)
    assert set(settled["send_key"]) - set(unknown["send_key"]) == set(some)
    withdrawn = on_wall(sends, rows, 5.0)
    withdrawn.loc[rows, "is_withdrawn"] = True
    assert not earning_sends(withdrawn, END, SETTINGS, 365)["send_key"].isin(some).any()
    message = sends.copy()
    message.loc[rows, "is_rated"] = False
    assert not earning_sends(message, END, SETTINGS, 365)["send_key"].isin(some).any()


def send_type_factor(sends, key):
    curves = response_curves(sends, agency().inputs.health, SETTINGS, WEEK, END)
    return curves[(curves["curve"] == "send_type") & (curves["curve_key"] == key)]["factor"].astype(float).mean()


def test_a_type_that_lives_on_the_wall_is_believed_at_what_the_wall_earns():
    sends, key = agency().sends, "first_to_tip"
    tips = sends["send_type_key"] == key
    wall = tips & ~sends["send_key"].isin(sends.loc[tips, "send_key"].iloc[:5])
    tenth = sends["earnings"].astype(float)[wall] // 50 * 5
    messages_alone, both = send_type_factor(sends[~wall], key), send_type_factor(on_wall(sends, wall, tenth), key)
    usual = send_type_factor(sends, key)
    assert messages_alone > 0.5 * usual
    assert 0.05 * usual < both < 0.2 * usual


def with_rare_type(key, earned, captions):
    """The agency's sends with five of type ``key`` alone, on two pages, of ``earned`` times their page's mean."""
    sends = agency().sends
    sends = sends[sends["send_type_key"] != key].reset_index(drop=True)
    settled = earning_sends(sends, END, SETTINGS, 120)
    games = settled[settled["send_type_key"] == "game_post"]
    pages = games["creator_id"].value_counts().index[:2]
    few = pd.concat([games[games["creator_id"] == page].head(n) for page, n in zip(pages, (3, 2), strict=True)])
    level = settled["earnings"].astype(float).groupby(settled["creator_id"]).mean()
    rows = sends.set_index("send_key").index.get_indexer(few["send_key"])
    sends.loc[rows, "send_type_key"] = key
    sends.loc[rows, "earnings"] = few["creator_id"].map(level).to_numpy(dtype=float) * np.array(earned)
    sends.loc[rows, "caption_hash"] = [f"rare{n % captions}" for n in range(5)]
    return sends


def test_one_jackpot_in_five_sends_does_not_lift_a_type_far_above_the_pages_mean():
    earned = [0.5, 1.0, 1.0, 2.0, 15.0]
    jackpot = with_rare_type("vip_program", earned, captions=5)
    assert 0.7 < send_type_factor(jackpot, "vip_program") < 0.4 * np.mean(earned)


def test_five_sends_move_a_type_less_than_half_way_and_those_of_one_caption_less_still():
    high = [send_type_factor(with_rare_type("vip_program", [10.0] * 5, captions=n), "vip_program") for n in (5, 1)]
    assert np.sqrt(10) > high[0] > high[1] > 1


@pytest.fixture(scope="module")
def curves():
    sample = agency()
    return response_curves(sample.sends, sample.inputs.health, SETTINGS, WEEK, END)


@pytest.fixture(scope="module")
def recovered(curves):
    """Correlations with the truth, their ceilings and interval coverage, of cells with ten sends or more."""
    sample = agency()
    return effect_figures(curves, world(sample.sends, sample.truth, SETTINGS, END), least=10)


@pytest.mark.parametrize(
    ("curve", "least"),
    [("hour", 0.85), ("weekday", 0.85), ("send_type", 0.85), ("content_type", 0.7), ("length", 0.95)],
)
def test_curves_recover_the_truth_as_far_as_the_noise_lets_them(recovered, curve, least):
    assert recovered[curve] > least
    assert recovered[curve] > recovered[f"{curve}_ceiling"] - 0.08


@pytest.mark.parametrize("curve", ["hour", "weekday", "content_type"])
def test_curve_intervals_are_calibrated(recovered, curve):
    assert 0.84 <= recovered[f"{curve}_coverage_90%"] <= 0.97
    # The planted winners and losers make the tails of content types heavy, hence their middle too wide.
    assert 0.40 <= recovered[f"{curve}_coverage_50%"] <= (0.85 if curve == "content_type" else 0.65)


def test_curves_recover_fatigue_on_average(curves):
    k = curves.loc[curves["curve"] == "saturation", "factor"].astype(float)
    true = np.mean([page["fatigue"] for page in agency().truth["pages"].values()])
    assert k.mean() == pytest.approx(true, rel=0.35)


def test_price_fitting_the_length_is_worth_more(curves):
    factor = curves[curves["curve"] == "price_length"].groupby("curve_key")["factor"].mean()
    assert factor[price_key(19.69, "250-449")] > 1.2 * factor[price_key(19.69, "50-149")]


def test_every_creator_has_every_key_and_factors_average_one(curves):
    assert curves.groupby("creator_id").size().nunique() == 1
    known = curves[(curves["curve"] != "saturation") & (curves["n_eff"] > 0)]
    weighted = (known["factor"] * known["n_eff"]).groupby([known["creator_id"], known["curve"]]).sum()
    total = known["n_eff"].groupby([known["creator_id"], known["curve"]]).sum()
    assert (weighted / total).to_numpy(float) == pytest.approx(np.ones(len(total)), abs=1e-6)


def test_curves_without_any_send_are_the_priors():
    curves = response_curves(agency().sends.iloc[:0], samples.health({}), SETTINGS, WEEK, END)
    hours = curves[curves["curve"] == "hour"].set_index("curve_key")["factor"].astype(float)
    assert hours["16"] == hours.max()
    assert curves[curves["curve"] == "weekday"]["factor"].astype(float).nunique() == 1
    assert np.isfinite(curves["factor"].astype(float)).all()


def test_curves_do_not_look_past_their_day():
    sample = agency()
    early = END - timedelta(days=60)
    past = sample.sends[sample.sends["send_date"] <= pd.Timestamp(early)]
    seen = [response_curves(s, sample.inputs.health, SETTINGS, WEEK, early) for s in (sample.sends, past)]
    assert seen[0].equals(seen[1])


@pytest.fixture(scope="module")
def split():
    """A model trained up to a day, and the sends of the eight weeks after with its predictions."""
    sample = agency()
    cut = END - timedelta(days=56)
    model = revenue_model.train(sample.sends, sample.inputs.features, SETTINGS, cut, 1)
    later = earning_sends(sample.sends, END, SETTINGS, 56)
    rows = later.merge(
        sample.inputs.features[["caption_hash", "structure_score", "emoji_count"]], on="caption_hash", how="left"
    ).assign(hour=later["sent_hour"], weekday=later["sent_weekday"], days_since_use=np.nan)
    rows["expected_log"] = revenue_model.expected_log(sample.sends, rows, SETTINGS, cut)
    return model, rows, model.predict(rows)


def test_model_beats_the_creator_mean_on_later_sends(split):
    model, rows, predicted = split
    actual = rows["log_earned"].to_numpy(float)
    level = rows["creator_id"].map({k: v["level"] for k, v in model.creators.items()}).fillna(model.pool_level)
    assert np.mean((predicted["log_revenue"] - actual) ** 2) < 0.9 * np.mean((level - actual) ** 2)


def test_model_intervals_are_calibrated(split):
    _, rows, predicted = split
    share = evaluation.coverage(predicted["low"], predicted["high"], np.expm1(rows["log_earned"].astype(float)))
    assert 0.85 <= share <= 0.95


@pytest.mark.parametrize("share", revenue_model.INTERVALS)
def test_model_intervals_of_any_share_are_calibrated(split, share):
    model, rows, predicted = split
    low, high = model.interval(predicted["log_revenue"], share)
    found = evaluation.coverage(low, high, np.expm1(rows["log_earned"].astype(float)))
    assert found == pytest.approx(share, abs=0.06)


def test_model_dollars_are_right_on_average(split):
    _, rows, predicted = split
    assert predicted["revenue"].mean() == pytest.approx(np.expm1(rows["log_earned"].astype(float)).mean(), rel=0.25)


def test_model_survives_json_and_is_deterministic(split):
    model, rows, predicted = split
    again = revenue_model.RevenueModel.from_json(model.to_json())
    assert again.predict(rows).equals(predicted)
    sample = agency()
    twin = revenue_model.train(
        sample.sends.sample(frac=1, random_state=3), sample.inputs.features, SETTINGS, END - timedelta(days=56), 1
    )
    assert twin.to_json() == model.to_json()


def test_too_few_sends_are_an_error():
    with pytest.raises(revenue_model.TooFewSends, match="500"):
        revenue_model.train(agency().sends.iloc[:100], agency().inputs.features, SETTINGS, END, 1)


def test_model_json_is_plain(split):
    assert set(json.loads(split[0].to_json())) >= {"booster", "blend", "metrics"}


def test_rank_agreement_needs_three_known_pairs():
    assert np.isnan(evaluation.rank_agreement([1, 2, np.nan], [1, 2, 3]))
    assert evaluation.rank_agreement([1, 2, 9], [10, 20, 30]) == 1
