"""[11.3] Prohibited terms in plain and in disguise."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.rules.agency import (
    changed,
    found,
    of_type,
    reference,
    said,
    settings,
)


@pytest.mark.parametrize("monday", ["2026-06-01", "2026-03-02", "2026-10-26"])
def test_the_hand_made_week_passes_on_clock_change_weeks_too(monday: str):
    assert found(reference(monday=pd.Timestamp(monday)), "11.3").empty


@pytest.mark.parametrize(
    "text", ["We were so drunk", "d r u n k tonight", "dr\u200bunk again", "DRUNK!", "we got drun\u043a"]
)
def test_prohibited_terms_are_found_in_any_disguise(text: str):
    bad = changed(reference(), of_type("bundle"), caption_text=text)
    assert "intoxication" in said(bad, "11.3", "prohibited term")["message"].iloc[0]


@pytest.mark.parametrize("text", ["A drunken-free evening", "kidding around", "the minority report"])
def test_words_that_only_contain_a_term_pass(text: str):
    assert found(changed(reference(), of_type("bundle"), caption_text=text), "11.3").empty


def test_prohibited_lists_are_those_of_the_configuration():
    own = settings().model_copy(update={"prohibited": {"topic": ("hello lovely",)}})
    base = replace(reference(), settings=own)
    assert len(found(base, "11.3")) == len(base.items)
