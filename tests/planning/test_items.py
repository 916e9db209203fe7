"""Items are rows of their contract, and the content hash knows an equal plan from another."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

from eros_assets.domain import frames
from eros_assets.planning.plan import plan_creator, plan_week
from eros_assets.planning.stages.performance_analyst import analyse
from eros_assets.planning.stages.schedule_assembler import _content_hash
from eros_assets.planning.week import tables
from eros_assets.planning.week.creator_week import creator_weeks
from eros_assets.planning.week.records import Item
from eros_assets.settings import Settings
from tests.planning.synthetic import Page, make_inputs


def test_an_item_has_the_columns_of_its_contract() -> None:
    own = {field.name for field in fields(Item)} - {"slot_id", "parent_slot_id", "linked_slot_id", "filled"}
    assert own == set(frames.SCHEDULE_ITEM.column_names)


@pytest.fixture(scope="module")
def week(full: Settings):
    inputs = make_inputs([Page("a", fans=3000)], full, captions=500)
    return inputs, plan_week(inputs, full)


NEVER_FILLED = {
    *("item_id", "schedule_id", "parent_item_id", "linked_post_url", "experiment_id", "variant"),
    *("drip_set_id", "drip_position", "outfit_id"),
}
NO_FOLLOWUP_HAS = {
    *("content_type_key", "price", "price_reason", "goal_amount", "tip_goal_mode"),
    *("expires_at", "drip_window_id", "structure", "notes"),
}
TEXT = {"caption_id", "caption_hash", "caption_text", "char_length", "freshness", "structure_score"}


def test_the_content_hash_covers_what_it_always_covered(full: Settings) -> None:
    """Where these sets or the digest change, every home gets a new version of every schedule."""
    inputs = make_inputs([Page("a", fans=3000)], full, captions=500)
    (own,) = creator_weeks(inputs, full)
    items = plan_creator(own, analyse(inputs, [own], full)["a"], "1", bound_rounds=0).assembled.items
    every = set(frames.SCHEDULE_ITEM.column_names)
    for item in items:
        unfilled = NEVER_FILLED | (NO_FOLLOWUP_HAS | {"slot_order"} if item.is_followup else {"delay_minutes"})
        assert every - item.filled == unfilled | (TEXT if item.needs_caption else set()), item.send_type_key
    plain = dict.fromkeys(frames.SCHEDULE_ITEM.column_names)
    hashed = [
        Item.of({**plain, "send_type_key": "ppv_unlock", "expected_revenue": 1.5}, "001", linked="002"),
        Item.of({**plain, "send_type_key": "ppv_followup", "slot_order": 2}, "001f", parent="001"),
    ]
    assert _content_hash(hashed) == "2127ae5081569532e154086e421a37ee6262b016b66c51da62ce538c067d19ae"
    renamed = [replace(item, item_id="x", schedule_id="y", parent_item_id="z", status="sent") for item in hashed]
    assert _content_hash(renamed) == _content_hash(hashed)
    assert _content_hash([replace(hashed[0], price=3.0), hashed[1]]) != _content_hash(hashed)


def test_a_plan_around_queued_items_keeps_them_and_is_another(week, full: Settings) -> None:
    inputs, first = week
    queued = first.items.head(12).assign(status="queued")
    again = plan_week(
        replace(inputs, locked_items=frames.SCHEDULE_ITEM.conform(queued)),
        full,
        versions={"a": (1, first.schedule["content_hash"][0])},
    )
    kept = again.items[again.items["status"] == "queued"].drop(columns=["schedule_id", "slot_order"])
    expected = queued.drop(columns=["schedule_id", "slot_order"])
    assert kept.reset_index(drop=True).equals(expected.reset_index(drop=True))
    assert again.schedule["version"].tolist() == [2]


def test_followups_and_links_name_the_items_they_belong_to(week, full: Settings) -> None:
    items = week[1].items.set_index("item_id")
    followups = items[items["is_followup"]]
    assert len(followups)
    parents = items.loc[followups["parent_item_id"]]
    kinds = full.send_type
    assert {kinds[key].followup for key in parents["send_type_key"]} == {"default"}
    gap = followups["scheduled_at"].to_numpy() - parents["scheduled_at"].to_numpy()
    assert (gap / np.timedelta64(1, "m") == followups["delay_minutes"].to_numpy()).all()
    links = items[items["linked_item_id"].notna()]
    assert len(links)
    assert (items.loc[links["linked_item_id"], "scheduled_at"].to_numpy() < links["scheduled_at"].to_numpy()).all()


def test_the_stage_tables_hold_one_row_per_slot(week) -> None:
    plan = week[1]
    sizes = {name: len(getattr(plan, name)) for name in tables.STAGES}
    slots = int((~plan.items["is_followup"]).sum())
    assert sizes.pop("performance_analysis") == 1
    assert sizes.pop("followups") == int(plan.items["is_followup"].sum())
    assert set(sizes.values()) == {slots}
