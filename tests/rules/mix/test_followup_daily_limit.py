"""[5.1] Followups in a local day."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    found,
    moved,
    of_type,
    reference,
    said,
)


def test_the_hand_made_week_passes():
    assert rule("5.1").check(reference()).empty


@pytest.mark.parametrize(
    ("tier", "followups", "passes"),
    [("ULTRA", 4, True), ("ULTRA", 5, False), ("MID", 3, True), ("MID", 4, False), ("LOW", 2, True), ("LOW", 3, False)],
)
def test_followups_of_a_day(tier: str, followups: int, passes: bool):
    base = reference(health={"volume_tier": tier})
    row = base.items[of_type("ppv_followup", 0)(base.items)]
    extra = [row.assign(item_id=f"f{n}") for n in range(followups - 1)]
    many = replace(base, items=pd.concat([base.items, *extra], ignore_index=True))
    assert found(many, "5.1").empty == passes
    assert rule("5.1").measure(many).passes == passes


def test_days_are_local():
    base = reference(health={"volume_tier": "LOW"})
    # Two followups on Monday; one more late on Monday in Los Angeles is already Tuesday in UTC.
    row = base.items[of_type("ppv_followup", 0)(base.items)]
    many = replace(
        base, items=pd.concat([base.items, row.assign(item_id="f1"), row.assign(item_id="f2")], ignore_index=True)
    )
    late = moved(many, "f2", "2026-06-01 23:50")
    assert said(late, "5.1", "Mon has 3 followups").shape[0] == 1
    assert found(moved(many, "f2", "2026-06-02 00:10"), "5.1").empty
