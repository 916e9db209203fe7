"""[1.3] Followups and the messages they follow."""

import pandas as pd
import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import changed, found, item_id, moved, of_type, reference, said


def test_the_hand_made_week_passes():
    assert found(reference(), "1.3").empty


@pytest.mark.parametrize(
    ("time", "breaks"), [("19:22", False), ("19:52", False), ("19:21", True), ("19:53", True), ("18:50", True)]
)
def test_followups_come_15_to_45_minutes_after_the_parent(time: str, breaks: bool):
    base = moved(reference(), item_id(reference(), "ppv_followup", 0), f"2026-06-01 {time}")
    hits = found(base, "1.3")
    assert hits["message"].str.contains("15–45 are allowed").any() == breaks
    assert (rule("1.3").measure(base).value < 1) == breaks


def test_the_stated_delay_must_be_the_real_one():
    assert len(
        said(changed(reference(), of_type("ppv_followup", 0), delay_minutes=30), "1.3", "says 30 minutes and comes 28")
    )


@pytest.mark.parametrize(
    ("parent", "phrase"),
    [(pd.NA, "has no parent"), ("nobody", "has no parent")],
)
def test_orphans(parent: object, phrase: str):
    assert said(changed(reference(), of_type("ppv_followup", 0), parent_item_id=parent), "1.3", phrase).shape[0] == 1


def test_parents_must_sell_once_and_be_no_followup():
    base = reference()
    first = item_id(base, "ppv_followup", 0)
    bump = changed(base, of_type("ppv_followup", 0), parent_item_id=item_id(base, "bump_flyer", 0))
    assert len(said(bump, "1.3", "bump_flyer on Mon may not have a followup"))
    chain = changed(base, of_type("ppv_followup", 2), parent_item_id=first)
    assert len(said(chain, "1.3", "ppv_followup on Wed may not have a followup"))
    twice = changed(
        base,
        of_type("bump_text_only", 0),
        send_type_key="ppv_followup",
        is_followup=True,
        parent_item_id=item_id(base, "ppv_unlock", 0, 1),
    )
    assert len(said(twice, "1.3", "a second followup"))


@pytest.mark.parametrize(
    ("parent", "followup", "phrase"),
    [
        ("2026-06-01 23:01", "2026-06-01 23:29", "starts after 23:00"),
        ("2026-06-01 23:40", "2026-06-02 00:05", "crosses midnight"),
        ("2026-06-01 23:00", "2026-06-01 23:28", None),
    ],
)
def test_late_parents(parent: str, followup: str, phrase: str | None):
    base = reference()
    late = moved(moved(base, item_id(base, "ppv_unlock", 0, 1), parent), item_id(base, "ppv_followup", 0), followup)
    if phrase:
        assert len(said(late, "1.3", phrase))
    else:
        assert found(changed(late, of_type("ppv_followup", 0), delay_minutes=28), "1.3").empty
