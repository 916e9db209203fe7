"""[11.7] What is left of each type's texts."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.rules.agency import (
    changed,
    found,
    of_type,
    reference,
    said,
)


@pytest.mark.parametrize("monday", ["2026-06-01", "2026-03-02", "2026-10-26"])
def test_the_hand_made_week_passes_on_clock_change_weeks_too(monday: str):
    assert found(reference(monday=pd.Timestamp(monday)), "11.7").empty


@pytest.mark.parametrize(("kept", "breaks"), [(3, False), (2, True), (0, True)])
def test_pool_exhaustion_counts_what_is_left_for_the_type(kept: int, breaks: bool):
    base = reference()
    vip = base.captions["caption_type"].eq("live_promo")
    rows = base.captions.index[vip][:kept].union(base.captions.index[~vip])
    thin = replace(base, captions=base.captions.loc[rows])
    assert found(thin, "11.7")["message"].str.contains("live_promo").any() == breaks
    off = replace(base, captions=base.captions.assign(is_active=base.captions["is_active"] & ~vip))
    assert "0 usable" in said(off, "11.7", "live_promo")["message"].iloc[0]


def test_items_that_wait_for_a_caption_are_named():
    waiting = changed(reference(), of_type("bundle"), needs_caption=True)
    assert said(waiting, "11.7", "1 items wait for a caption: bundle")["level"].tolist() == ["warning"]
