"""[11.2] Content of items and captions against the vault."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.rules.agency import (
    changed,
    found,
    item_id,
    of_type,
    reference,
    said,
)


@pytest.mark.parametrize("monday", ["2026-06-01", "2026-03-02", "2026-10-26"])
def test_the_hand_made_week_passes_on_clock_change_weeks_too(monday: str):
    assert found(reference(monday=pd.Timestamp(monday)), "11.2").empty


def test_vault_must_hold_the_content_of_item_and_caption():
    base = reference()
    bundle = base.items.loc[of_type("bundle")(base.items)].iloc[0]
    sold = replace(base, vault=base.vault[base.vault["content_type_key"] != bundle["content_type_key"]])
    assert item_id(base, "bundle", 2) in said(sold, "11.2", "not in the creator's vault")["item_id"].tolist()
    lied = changed(base, of_type("bundle"), content_type_key="solo")
    pool = base.captions.assign(
        content_type_key=base.captions["content_type_key"].where(
            base.captions["caption_hash"] != bundle["caption_hash"], "couples"
        )
    )
    assert "content type couples" in said(replace(lied, captions=pool), "11.2", "couples")["message"].iloc[0]
    unsure = pool.assign(content_type_confidence=0.49)
    assert found(replace(lied, captions=unsure), "11.2").empty


def test_no_vault_row_and_empty_cells_hold_the_creator():
    base = reference()
    assert said(replace(base, vault=base.vault.iloc[:0]), "11.2", "NO_VAULT_MATRIX")["level"].tolist() == ["error"]
    emptied = replace(base, vault=base.vault.assign(has_content=False))
    with_content = base.items["content_type_key"].notna().sum()
    assert found(emptied, "11.2")["item_id"].nunique() == with_content


def test_media_of_unknown_content_is_an_error():
    base = changed(reference(), of_type("bundle"), content_type_key=pd.NA)
    assert said(base, "11.2", "no known content type").shape[0] == 1
    assert found(changed(base, of_type("bundle"), needs_caption=True), "11.2").empty
