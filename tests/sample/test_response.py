"""The response model and the history drawn from it: true effects, marginals, identifiability."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from eros_assets.sample import expected_earnings, load_truth
from eros_assets.sample.agency import make_creators, page_names
from eros_assets.sample.captions import make_captions
from eros_assets.sample.config import load_demo_config
from eros_assets.sample.history import make_sends
from eros_assets.sample.response import make_truth
from eros_assets.settings import Settings
from tests.sample.conftest import END, Sample


def item(page: str, **changes: object) -> pd.DataFrame:
    base = {
        "page_name": page, "send_type_key": "ppv_unlock", "hour": 18, "weekday": 3, "char_length": 300, "price": 19.69,
        "content_type_key": "solo", "caption_hash": "unknown", "priced_rank": 1,
    }  # fmt: skip
    return pd.DataFrame([{**base, **changes}])


def test_expected_earnings_follows_the_truth_file(sample: Sample) -> None:
    truth = load_truth(sample.report.truth_path)
    page, effects = next(iter(truth["pages"].items()))

    def worth(**changes: object) -> float:
        return float(expected_earnings(truth, item(page, **changes)).iloc[0])

    assert worth() > 0
    assert worth(hour=9) / worth() == pytest.approx(effects["hour"][9] / effects["hour"][18])
    assert worth(weekday=6) / worth() == pytest.approx(effects["weekday"][6] / effects["weekday"][3])
    assert worth(priced_rank=4) / worth() == pytest.approx(np.exp(-3 * effects["fatigue"]))
    assert worth(week=2) / worth() == pytest.approx(np.exp(2 * effects["trend_per_week"]))
    assert worth(char_length=120) / worth() == pytest.approx(0.469 * 0.18 ** truth["fit_strength"])
    known, quality = next(iter(truth["caption_quality"].items()))
    assert worth(caption_hash=known) / worth() == pytest.approx(quality)
    assert worth(send_type_key="bump_normal", price=np.nan, priced_rank=np.nan) == 0
    assert worth(send_type_key="first_to_tip", price=np.nan, priced_rank=np.nan) > 0
    with pytest.raises(KeyError, match="stranger"):
        expected_earnings(truth, item("stranger"))


@pytest.fixture(scope="module")
def history(settings: Settings) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Creators, captions and sends at the default size."""
    config = load_demo_config()
    rng = np.random.default_rng(5)
    creators = make_creators(page_names(40, rng), END, 400, config, settings, rng)
    captions = make_captions(60_000, config, settings, rng)
    truth = make_truth(creators, captions, config, settings, rng)
    sends = make_sends(
        creators,
        captions,
        truth,
        sends=75_000,
        days=400,
        end=pd.Timestamp(END),
        config=config,
        settings=settings,
        rng=rng,
    )
    return creators, captions, sends


def test_marginals_of_the_spec(history: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> None:
    creators, captions, sends = history
    messages = sends[sends["group"] != "wall"]
    priced = sends[(sends["price"] > 0) & ~sends["is_withdrawn"]]
    assert creators["tier"].value_counts().to_dict() == {"LOW": 14, "MID": 11, "HIGH": 8, "ULTRA": 7}
    assert (creators["page_type"] == "paid").sum() == 16
    assert creators["timezone"].nunique() >= 5
    assert len(messages) == pytest.approx(75_000, rel=0.01)
    assert 0.60 <= (messages["price"] > 0).mean() <= 0.65
    assert priced["earnings"].mean() == pytest.approx(126, rel=0.1)
    assert 0.01 <= (priced["earnings"] > 1_000).mean() <= 0.03
    assert 0.17 <= (messages["viewed_count"] / messages["sent_count"].astype(float)).mean() <= 0.24
    assert 0.34 <= (priced["price"] < 15).mean() <= 0.44
    assert (messages["local"].dt.minute % 15 == 0).mean() == pytest.approx(0.697, abs=0.01)
    assert len(captions) == pytest.approx(60_000, rel=0.01)
    shares = np.histogram(captions["char_length"], [0, 100, 150, 200, 250, 450, 9_999])[0] / len(captions)
    measured = np.array([0.553, 0.239, 0.099, 0.031, 0.0798, 0.015])  # the pool's shares sum to 1.017
    assert shares == pytest.approx(measured / measured.sum(), abs=0.02)
    assert (captions["content_type_key"] == "teaser").mean() == pytest.approx(0.53, abs=0.04)
    rest = sends.groupby(["page", "caption"])["day"].diff().dropna()
    assert rest.median() >= 30
    new = sends.groupby("page").size()[creators.index[creators["is_new"]]]
    assert (new < 20).all()


def test_history_keeps_page_rules_and_vault(
    history: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame], settings: Settings
) -> None:
    creators, _, sends = history
    page_type = creators["page_type"].to_numpy()[sends["page"]]
    pairs = pd.DataFrame({"kind": sends["send_type_key"], "page": page_type}).drop_duplicates()
    assert all(settings.send_type[kind].allowed_on(page) for kind, page in pairs.itertuples(index=False))
    owned = [
        key in creators["owned"].iloc[page] for page, key in zip(sends["page"], sends["content_type_key"], strict=True)
    ]
    assert all(owned)
    follows = sends[sends["parent"] >= 0]
    parents = sends.set_index("send_id").loc[follows["parent"]]
    delay = (follows["local"].to_numpy() - parents["local"].to_numpy()) / np.timedelta64(1, "m")
    assert ((delay >= 15) & (delay <= 45)).all()
    assert (sends["purchased_count"] <= sends["viewed_count"]).all()
    assert (sends["viewed_count"] <= sends["sent_count"].fillna(10**9)).all()


def test_effects_are_identifiable(history: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> None:
    """No effect hides behind another: full column rank, and outcomes unbiased along every effect."""
    _, _, sends = history
    priced = sends[(sends["price"] > 0) & ~sends["is_withdrawn"]].copy()
    priced["length"] = pd.cut(priced["char_length"], [0, 50, 150, 250, 450, 550, 9_999], right=False).astype(str)
    priced["rank"] = priced["priced_rank"].clip(upper=7).astype(int)
    messages = priced[priced["send_type_key"] == "ppv_unlock"]
    effects = ["hour", "weekday", "length", "price", "rank", "content_type_key", "page"]
    design = pd.get_dummies(messages[effects].astype(str), drop_first=True, dtype=float)
    design = (design - design.mean()) / design.std()
    eigenvalues = np.linalg.eigvalsh(np.corrcoef(design.to_numpy().T))
    assert eigenvalues[0] > 0.005
    for effect in effects:
        sums = priced.groupby(effect)[["earnings", "expected_earnings"]].sum()
        size = priced.groupby(effect).size()
        ratio = (sums["earnings"] / sums["expected_earnings"])[size > 1_500]
        assert ratio.between(0.75, 1.25).all(), (effect, ratio)


def test_fatigue_is_visible_in_the_outcomes(history: tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]) -> None:
    """Dividing out everything but the rank, later sends of a day earn less."""
    _, _, sends = history
    priced = sends[(sends["price"] > 0) & ~sends["is_withdrawn"]]
    config = load_demo_config()
    rank = priced["priced_rank"].clip(upper=8)
    without = priced["expected_earnings"] * np.exp(config.response.fatigue * (priced["priced_rank"] - 1))
    relative = priced["earnings"].groupby(rank).sum() / without.groupby(rank).sum()
    assert relative.loc[6] < 0.75 * relative.loc[1]
