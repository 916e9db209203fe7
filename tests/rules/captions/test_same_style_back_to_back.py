"""[1.2] Styles of PPVs that follow each other, and on both sides of noon."""

from dataclasses import replace

import pandas as pd
import pytest

from tests.rules.agency import (
    changed,
    following,
    found,
    item_id,
    moved,
    of_type,
    reference,
    said,
    styled,
    week_before,
)

PPV = of_type("ppv_unlock")


def test_the_hand_made_week_passes():
    assert found(reference(), "1.2").empty


def _styled(styles: dict[tuple[int, int], str]):
    """The clean week with the caption styles of some PPVs (day, place) replaced."""
    base = reference()
    named = {item_id(base, "ppv_unlock", day, place): style for (day, place), style in styles.items()}
    return styled(base, pd.Series(named))


@pytest.mark.parametrize(
    ("styles", "item"),
    [
        ({(0, 1): "solo"}, (0, 1)),
        ({(1, 0): "bundle"}, (1, 0)),
        ({(6, 1): "bundle", (6, 0): "bundle"}, (6, 1)),
        ({(3, 0): "series"}, (3, 1)),
    ],
)
def test_two_ppv_in_a_row_never_share_a_style(styles: dict, item: tuple[int, int]):
    base = _styled(styles)
    hits = said(base, "1.2", "the style of the one before")
    assert item_id(base, "ppv_unlock", *item) in hits["item_id"].tolist()
    assert set(hits["level"]) == {"error"}


def test_followups_between_do_not_part_two_styles_and_captions_speak_louder_than_marks():
    base = _styled({(0, 1): "solo"})
    lied = changed(base, lambda i: i["item_id"] == item_id(base, "ppv_unlock", 0, 1), style="bundle")
    assert len(said(lied, "1.2", "the style of the one before")) == 1


def test_another_kinds_texts_are_no_choice_of_style():
    # Only games are left in another style, and no PPV takes its text from a game.
    base = reference()
    ppv = base.captions["caption_type"].eq("ppv_unlock")
    hashes = base.captions.loc[ppv, "caption_hash"]
    alone = base.features.assign(
        style=base.features["style"].where(~base.features["caption_hash"].isin(hashes), "solo")
    )
    assert set(said(replace(base, features=alone), "1.2", "style are missing")["level"]) == {"warning"}


def test_one_style_in_the_pool_is_a_warning():
    base = reference()
    alone = replace(base, features=base.features.assign(style="solo"))
    hits = said(alone, "1.2", "captions of another style are missing")
    assert set(hits["level"]) == {"warning"}


def test_the_week_border_counts():
    past = week_before()
    # The week before ends with the style the second pattern reaches; make its caption a known "solo".
    assert found(following(reference(), past), "1.2").empty
    last = past.index[PPV(past) & past["weekday"].eq(6)][-1]
    past.loc[last, "style"] = "solo"
    base = following(reference(), past)
    assert said(base, "1.2", "one before: solo")["item_id"].tolist() == [item_id(base, "ppv_unlock", 0, 0)]


@pytest.mark.parametrize(
    ("first", "second", "breaks"),
    [("11:37", "19:07", False), ("12:52", "19:07", True), ("08:07", "11:59", True), ("11:59", "14:07", False)],
)
def test_the_same_style_twice_a_day_stands_on_both_sides_of_noon(first: str, second: str, breaks: bool):
    base = _styled({(1, 1): "winner"})
    base = moved(base, item_id(base, "ppv_unlock", 1, 0), f"2026-06-02 {first}")
    other = [i for i in base.items.loc[of_type("ppv_unlock", 1)(base.items), "item_id"] if "1252" not in i]
    base = moved(base, other[0], f"2026-06-02 {second}")
    assert found(base, "1.2")["message"].str.contains("same side of noon").any() == breaks
