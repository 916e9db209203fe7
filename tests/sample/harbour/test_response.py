"""The harbour truth: its interface, its form, and what of it shows in the drawn history."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eros_assets.sample import expected_earnings, load_truth
from eros_assets.sample.harbour.response import demand, noise
from eros_assets.sample.harbour.response import expected_earnings as harbour_earnings
from eros_assets.sample.response import Truth, write_truth
from eros_assets.sample.worlds import COLUMNS, dated, world_of
from tests.sample.conftest import Sample
from tests.sample.harbour.conftest import Harbour


def items(page: str, *at: str, **changes: object) -> pd.DataFrame:
    """A message at each time, all of one kind."""
    base = {
        "page_name": page, "send_type_key": "ppv_unlock", "char_length": 70, "price": 8.5,
        "content_type_key": "travel", "caption_hash": "unknown",
    }  # fmt: skip
    return pd.DataFrame([{**base, "local": pd.Timestamp(moment), **changes} for moment in at])


@pytest.fixture
def page(harbour: Harbour) -> str:
    evening = harbour.pages["habit"] == "evening"
    return str(harbour.pages.loc[evening, "page_name"].iloc[0])


def test_the_truth_file_gives_back_what_history_expected(harbour: Harbour, tmp_path: Path) -> None:
    write_truth(harbour.truth, tmp_path / "truth.json")
    truth = load_truth(tmp_path / "truth.json")
    assert world_of(truth) == "harbour"
    sent = harbour.sends[~harbour.sends["is_withdrawn"]]
    found = expected_earnings(truth, sent[[*COLUMNS, "channel_key"]])
    assert found.to_numpy() == pytest.approx(sent["expected_earnings"].to_numpy())
    shuffled = sent.sample(frac=1, random_state=1)
    again = expected_earnings(truth, shuffled)
    assert again.index.equals(shuffled.index)
    assert again.sort_index().to_numpy() == pytest.approx(found.sort_index().to_numpy())


def test_past_sends_count_as_if_they_stood_among_the_items(harbour: Harbour) -> None:
    name = harbour.pages["page_name"].iloc[0]
    sent = harbour.sends[(harbour.sends["page_name"] == name) & ~harbour.sends["is_withdrawn"]]
    past, last = sent.iloc[:-60], sent.iloc[-60:]
    assert harbour_earnings(harbour.truth, last, past).to_numpy() == pytest.approx(last["expected_earnings"].to_numpy())
    assert harbour_earnings(harbour.truth, last).sum() > last["expected_earnings"].sum()  # rested, purses full


def test_unpriced_and_unknown(harbour: Harbour, page: str) -> None:
    def one(**changes: object) -> float:
        return float(expected_earnings(harbour.truth, items(page, "2025-11-05 20:30", **changes)).iloc[0])

    assert one() > 0
    assert one(send_type_key="bump_normal", price=np.nan) == 0
    assert one(send_type_key="bump_normal", price=np.nan, channel_key="wall_post") > 0
    assert one(send_type_key="first_to_tip", price=np.nan) > 0
    assert one(content_type_key=None) > 0
    with pytest.raises(KeyError, match="stranger"):
        one(page_name="stranger")
    with pytest.raises(ValueError, match="atlantis"):
        expected_earnings({**harbour.truth, "world": "atlantis"}, items(page, "2025-11-05 20:30"))


def test_shorter_texts_and_paydays_bring_more(harbour: Harbour, page: str) -> None:
    def one(at: str, **changes: object) -> float:
        return float(expected_earnings(harbour.truth, items(page, at, **changes)).iloc[0])

    lengths = [one("2025-11-05 20:30", char_length=length) for length in (70, 140, 250, 450)]
    assert lengths == sorted(lengths, reverse=True)
    assert lengths[0] > 1.2 * lengths[2]
    drained = items(page, *[f"2025-11-{day} {hour}:30" for day in (12, 13) for hour in range(10, 22)], price=16)
    after = {day: items(page, f"2025-11-{day} 20:30") for day in (14, 16)}
    worth = {d: float(harbour_earnings(harbour.truth, row, drained).iloc[0]) for d, row in after.items()}
    later = items(page, "2025-11-12 20:30")
    no_payday = items(page, *[f"2025-11-{day:02d} {hour}:30" for day in (8, 9) for hour in range(10, 22)], price=16)
    assert worth[16] > worth[14]
    assert worth[16] > float(harbour_earnings(harbour.truth, later, no_payday).iloc[0])


def test_demand_has_a_kink(harbour: Harbour) -> None:
    segment = harbour.truth["segments"]["regulars"]
    kink, choke = segment["kink"], segment["choke"]
    price = np.array([0.0, kink / 2, kink, (kink + choke) / 2, choke, choke + 5])
    share = demand(segment, price, np.ones(len(price)))
    fall = -np.diff(share) / np.diff(price)
    assert share[0] == 1
    assert share[2] == pytest.approx(1 - segment["gentle"])
    assert fall[0] == pytest.approx(fall[1])
    assert fall[2] > 2 * fall[1]
    assert share[4] == pytest.approx(0)
    assert share[5] == 0


def test_fatigue_carries_over_days_and_recovers(harbour: Harbour, page: str) -> None:
    heavy = items(page, *[f"2025-11-0{day} {hour}:00" for day in (3, 4, 5) for hour in range(12, 22)])
    days = pd.date_range("2025-11-06 20:30", periods=9, freq="D")
    worth = [
        float(harbour_earnings(harbour.truth, items(page, str(day), content_type_key="dance"), heavy).iloc[0])
        / float(expected_earnings(harbour.truth, items(page, str(day), content_type_key="dance")).iloc[0])
        for day in days
    ]
    assert worth[0] < 0.75
    assert worth == sorted(worth)
    assert worth[-1] > 0.9


def test_a_content_type_tires_by_itself(harbour: Harbour, page: str) -> None:
    before = items(page, "2025-11-05 18:00", "2025-11-05 19:00", "2025-11-05 20:00")
    same = items(page, "2025-11-05 21:00")
    taste = harbour.truth["pages"][page]["taste"]
    truth: Truth = {
        **harbour.truth,
        "pages": {page: {**harbour.truth["pages"][page], "taste": {**taste, "dance": taste["travel"]}}},
    }
    other = same.assign(content_type_key="dance")
    assert harbour_earnings(truth, same, before).iloc[0] < 0.9 * harbour_earnings(truth, other, before).iloc[0]


def test_noise_has_mean_one_and_a_heavy_tail(harbour: Harbour) -> None:
    ratio = noise(harbour.truth, 400_000, np.random.default_rng(3))
    assert ratio.mean() == pytest.approx(1, abs=0.05)
    assert np.quantile(ratio, 0.9999) > 15
    assert (ratio >= 0).all()


def test_history_shows_that_short_texts_earn_more(harbour: Harbour) -> None:
    sold = _sold(harbour)
    ratio = sold["earnings"] / sold["page_mean"]
    assert ratio[sold["char_length"] < 90].mean() > 1.5 * ratio[sold["char_length"] >= 200].mean()


def test_history_shows_fatigue_of_the_days_before(harbour: Harbour) -> None:
    """Within a page, messages after full days earn less than those after thin ones."""
    sold = _sold(harbour)
    daily = harbour.sends[~harbour.sends["is_wall"]].groupby(["page", "day"]).size()
    before = sum(
        daily.reindex(pd.MultiIndex.from_arrays([sold["page"], sold["day"] - back]), fill_value=0).to_numpy()
        for back in (1, 2)
    )
    rank = pd.Series(before, index=sold.index).groupby(sold["page"]).rank(pct=True)
    ratio = sold["expected_earnings"] / sold.groupby("page")["expected_earnings"].transform("mean")
    assert ratio[rank > 0.75].mean() < 0.97 * ratio[rank < 0.25].mean()


def test_outcomes_agree_with_expectation(harbour: Harbour) -> None:
    sold = _sold(harbour)
    assert sold["expected_earnings"].mean() == pytest.approx(harbour.config.response.mean_earnings, rel=0.05)
    sold["weekday"] = sold["local"].dt.day_of_week
    sold["page_type"] = harbour.pages["page_type"].to_numpy()[sold["page"]]
    for part in ("price", "weekday", "page_type"):
        groups = sold.groupby(part)[["earnings", "expected_earnings"]]
        found = groups.sum()[groups.size() > 1_000]  # the tail is heavy: fewer sends say nothing
        assert len(found) >= 2
        assert (found["earnings"] / found["expected_earnings"]).between(0.85, 1.2).all(), part


def test_better_texts_went_to_better_hours(harbour: Harbour) -> None:
    sold = _sold(harbour)
    quality = sold["caption_hash"].map(harbour.truth["caption_appeal"])
    pages = harbour.truth["pages"]
    at = zip(sold["page_name"], sold["local"].dt.hour, strict=True)
    hours = [pages[name]["hour"][hour] for name, hour in at]
    own = pd.DataFrame({"page": sold["page"], "quality": quality, "look": hours})
    within = own[["quality", "look"]] - own.groupby("page")[["quality", "look"]].transform("mean")
    assert within.corr().iloc[0, 1] > 0.2


def _sold(harbour: Harbour) -> pd.DataFrame:
    sends = harbour.sends
    sold = sends[(sends["price"] > 0) & ~sends["is_wall"] & ~sends["is_withdrawn"]].copy()
    sold["page_mean"] = sold.groupby("page")["expected_earnings"].transform("mean")
    return sold


def test_dated_columns_let_the_first_world_value_the_same_items(sample: Sample) -> None:
    truth = load_truth(sample.report.truth_path)
    assert world_of(truth) == "studio"
    name = next(iter(truth["pages"]))
    plan = items(name, "2025-12-03 20:30", "2025-12-03 12:30", content_type_key="solo")
    plan.loc[2] = {**plan.loc[0], "price": np.nan, "send_type_key": "bump_normal"}
    found = dated(plan, date(2025, 11, 30))
    assert found["priced_rank"].tolist()[:2] == [2, 1]
    assert np.isnan(found["priced_rank"].iloc[2])
    assert found["weekday"].iloc[0] == 2
    assert found["week"].iloc[0] == pytest.approx(3 / 7)
    assert expected_earnings(truth, found).gt(0).tolist() == [True, True, False]
