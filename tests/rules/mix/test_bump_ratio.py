"""[3.2] Bumps per PPV, and a day on commercial pages."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    found,
    reference,
    without,
)


def test_the_hand_made_week_passes():
    assert rule("3.2").check(reference()).empty


@pytest.mark.parametrize(("drop", "level"), [("ppv_unlock", "error"), ("bump", "error")])
def test_one_without_the_other(drop: str, level: str):
    base = without(reference(), lambda i: i["send_type_key"].str.startswith(drop))
    assert found(base, "3.2")["level"].tolist() == [level]


@pytest.mark.parametrize(("bumps", "passes"), [(7, False), (8, True), (25, True), (26, False)])
def test_bumps_per_ppv(bumps: int, passes: bool):
    # MID softcore: 14 PPV, 4–6 bumps for 4–6 PPV: 0.53–1.80 bumps each.
    base = reference()
    rows = base.items[base.items["send_type_key"].str.startswith("bump")]
    copies = pd.concat([rows] * 2, ignore_index=True).head(bumps).assign(item_id=[f"b{n}" for n in range(bumps)])
    others = base.items[~base.items["send_type_key"].str.startswith("bump")]
    assert found(replace(base, items=pd.concat([others, copies], ignore_index=True)), "3.2").empty == passes


@pytest.mark.parametrize(("extra", "broken_days"), [(0, 7), (1, 2), (4, 0), (5, 3)])
def test_commercial_pages_at_low_have_5_to_8_bumps_every_day(extra: int, broken_days: int):
    base = reference(creator={"content_category": "commercial"}, health={"volume_tier": "LOW"})
    rows = base.items[base.items["send_type_key"] == "bump_normal"]
    copies = pd.concat([rows.assign(item_id=rows["item_id"] + str(n)) for n in range(extra)] or [rows.iloc[:0]])
    many = replace(base, items=pd.concat([base.items, copies], ignore_index=True))
    days = found(many, "3.2")["message"].str.contains("commercial page at LOW")
    per_day = many.items[many.items["send_type_key"].str.startswith("bump")].groupby("weekday").size()
    assert days.sum() == (~per_day.between(5, 8)).sum()
    assert (days.sum() == 0) == (broken_days == 0)
