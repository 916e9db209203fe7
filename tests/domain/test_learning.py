"""Shrinkage, joint effects, response curves and the revenue model, against known truth."""

from __future__ import annotations

import json
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eros_assets.domain import evaluation, revenue_model, shrinkage
from eros_assets.domain.additive import fit_additive
from eros_assets.domain.evidence import decay_weights, earning_sends
from eros_assets.domain.pool_fit import price_key, purchase_moments
from eros_assets.domain.response import response_curves
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


@pytest.fixture(scope="module")
def curves():
    sample = agency()
    return response_curves(sample.sends, sample.inputs.health, SETTINGS, WEEK, END)


def truth_of(curves, curve, field, least):
    """Learned and true log effects of one curve for creators and keys with enough sends."""
    rows = curves[(curves["curve"] == curve) & (curves["n_eff"] >= least)]
    pages = agency().truth["pages"]
    true = [
        pages[page][field][int(key) if curve in ("hour", "weekday") else key]
        for page, key in zip(rows["creator_id"], rows["curve_key"], strict=True)
    ]
    return rows["factor"].astype(float).map(np.log), pd.Series(np.log(true), rows.index), rows["creator_id"]


def test_curves_recover_hours_and_content(curves):
    assert evaluation.rank_agreement_within(*truth_of(curves, "hour", "hour", 10)) > 0.85
    assert evaluation.rank_agreement_within(*truth_of(curves, "content_type", "content_type", 30)) > 0.7


def test_curves_recover_length(curves):
    rows = curves[(curves["curve"] == "length") & (curves["n_eff"] >= 3)].groupby("curve_key")["factor"].mean()
    true = {bucket.key: bucket.multiplier for bucket in SETTINGS.scoring.length_buckets}
    assert evaluation.rank_agreement(rows, rows.index.map(true)) > 0.95


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
