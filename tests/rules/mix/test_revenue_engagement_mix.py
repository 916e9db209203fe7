"""[3.1] Share of revenue by tier."""

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
    assert rule("3.1").check(reference()).empty


def _revenue(base, count: int):
    """``base`` with ``count`` revenue items in all."""
    own = base.items[base.items["category"] == "revenue"]
    rest = base.items[base.items["category"] != "revenue"]
    copies = pd.concat([own] * (count // len(own) + 1), ignore_index=True).head(count)
    copies = copies.assign(item_id=[f"r{n}" for n in range(count)])
    return replace(base, items=pd.concat([rest, copies], ignore_index=True))


@pytest.mark.parametrize(
    ("tier", "revenue", "passes"),
    [
        ("MID", 21, True),
        ("MID", 14, True),
        ("MID", 13, False),
        ("MID", 31, True),
        ("MID", 32, False),
        ("LOW", 21, True),
        ("LOW", 20, False),
        ("LOW", 49, True),
        ("LOW", 50, False),
    ],
)
def test_revenue_share_by_tier(tier: str, revenue: int, passes: bool):
    # 38 engagement items, 21 of them above the bumps that [3.2] adds to the base of 3 a day.
    base = _revenue(reference(health={"volume_tier": tier}), revenue)
    assert found(base, "3.1").empty == passes
    assert rule("3.1").measure(base).passes == passes


def test_a_week_without_either_category_is_out_of_balance():
    assert len(found(without(reference(), lambda i: i["category"] == "revenue"), "3.1")) == 1
    assert len(found(without(reference(), lambda i: i["category"] == "engagement"), "3.1")) == 1
