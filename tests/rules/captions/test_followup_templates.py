"""[2.4] Followups that fit their parent."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    changed,
    found,
    item_id,
    of_type,
    reference,
    said,
    styled,
)


def test_the_hand_made_week_passes():
    assert found(reference(), "2.4").empty
    assert rule("2.4").measure(reference()).passes


def test_a_followup_fits_its_parents_text():
    base = reference()
    followup = base.items[of_type("ppv_followup", 0)(base.items)].iloc[0]
    parent = base.items.set_index("item_id").loc[followup["parent_item_id"]]
    other = "winner" if parent["style"] != "winner" else "solo"
    wrong = styled(base, pd.Series({followup["item_id"]: other}))
    hits = said(wrong, "2.4", f"is of style {other}; its ppv_unlock is of style {parent['style']}")
    assert hits["item_id"].tolist() == [followup["item_id"]]
    assert rule("2.4").measure(wrong).value == pytest.approx(3 / 4)
    spare = base.captions["caption_type"].eq("ppv_followup") & ~base.captions["caption_hash"].isin(
        base.items["caption_hash"]
    )
    poor = replace(wrong, captions=base.captions.assign(is_active=base.captions["is_active"] & ~spare))
    assert found(poor, "2.4").empty
    assert (rule("2.4").measure(poor).n, rule("2.4").measure(poor).note) == (3, "1 without such a text in the bank")


def test_a_bundles_followup_speaks_of_the_bundle():
    base = reference()
    parent = base.items[of_type("ppv_followup", 4)(base.items)]["parent_item_id"].iloc[0]
    bundled = changed(base, lambda i: i["item_id"] == parent, send_type_key="bundle")
    hits = said(bundled, "2.4", "its bundle is of style bundle")
    assert hits["item_id"].tolist() == [item_id(base, "ppv_followup", 4)]
