"""Texts of one template: once a page's week where the bank holds others."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.domain.captions.likeness import first_alike
from eros_assets.domain.inputs import PlanInputs
from eros_assets.planning.plan import plan_week
from eros_assets.settings import Likeness, Method, Settings
from tests.planning.synthetic import TYPE_SHARES, Page, make_inputs

PAGE = Page("a", fans=4000)
MANY_FOLLOWUPS = {**TYPE_SHARES, "ppv_followup": 0.25}
NOTHING_ALIKE = Likeness(least_jaccard=1.0, opening_words=99)


def with_templates(inputs: PlanInputs, every: int) -> PlanInputs:
    """Each ``every``-th text of the pool opens with one of three sentences."""
    captions = inputs.captions.copy()
    chosen = pd.Series(range(len(captions)), index=captions.index) % every == 0
    openings = pd.Series(range(len(captions)), index=captions.index).map(
        lambda n: ("Here is the deal for tonight. ", "You have never seen this before. ", "It took a week to decide. ")[
            n % 3
        ]
    )
    for column in ("caption_text", "plain_text"):
        captions[column] = captions[column].where(~chosen, openings + captions[column])
    return replace(inputs, captions=captions)


def repeated(items: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    texts = items.dropna(subset=["caption_text"])
    return texts[first_alike(texts["caption_text"], texts["creator_id"], settings.scoring.likeness).notna()]


@pytest.mark.parametrize("method", ["exact", "baseline"])
def test_a_template_comes_once_where_the_bank_holds_others(full: Settings, method: Method) -> None:
    settings = full.with_method(method)
    inputs = with_templates(make_inputs([PAGE], settings, captions=3000, type_shares=MANY_FOLLOWUPS), every=3)
    blind = settings.model_copy(update={"scoring": settings.scoring.model_copy(update={"likeness": NOTHING_ALIKE})})
    assert len(repeated(plan_week(inputs, blind).items, settings)) > 15
    assert len(repeated(plan_week(inputs, settings).items, settings)) <= 5  # worth more than the price of likeness


def test_a_template_that_is_queued_already_is_left_alone(full: Settings) -> None:
    inputs = with_templates(make_inputs([PAGE], full, captions=3000, type_shares=MANY_FOLLOWUPS), every=3)
    items = plan_week(inputs, full).items
    first = items[items["caption_text"].str.startswith("Here is", na=False)].iloc[[0]]
    again = plan_week(replace(inputs, locked_items=first.assign(status="queued")), full).items
    others = again[again["item_id"] != first["item_id"].iloc[0]]
    assert others["caption_text"].str.startswith("Here is", na=False).sum() <= 1


@pytest.mark.parametrize("method", ["exact", "baseline"])
def test_where_all_texts_read_alike_no_slot_stays_empty(full: Settings, method: Method) -> None:
    settings = full.with_method(method)
    inputs = make_inputs([PAGE], settings, captions=2500)
    alike = with_templates(inputs, every=1)
    needs = [plan_week(one, settings).items["needs_caption"].sum() for one in (inputs, alike)]
    assert needs[1] <= needs[0]
    assert len(repeated(plan_week(alike, settings).items, settings)) > 10
