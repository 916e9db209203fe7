"""[11.4] Repeated texts, near-duplicates and rest."""

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
    week_before,
)


@pytest.mark.parametrize("monday", ["2026-06-01", "2026-03-02", "2026-10-26"])
def test_the_hand_made_week_passes_on_clock_change_weeks_too(monday: str):
    assert found(reference(monday=pd.Timestamp(monday)), "11.4").empty


def test_a_caption_stands_once_in_a_week():
    base = reference()
    text = base.items.loc[of_type("bundle")(base.items), "caption_text"].iloc[0]
    other = changed(base, of_type("game_post"), caption_text="  " + text.upper())
    assert said(other, "11.4", "the same caption")["item_id"].tolist() == [item_id(base, "game_post", 3)]
    hashes = base.items.set_index("item_id")["caption_hash"]
    older, newer = hashes[item_id(base, "bundle", 2)], hashes[item_id(base, "game_post", 3)]
    twins = base.captions.assign(
        near_duplicate_of=base.captions["near_duplicate_of"].where(base.captions["caption_hash"] != newer, older)
    )
    assert said(replace(base, captions=twins), "11.4", "near-duplicate")["item_id"].tolist() == [
        item_id(base, "game_post", 3)
    ]
    like = changed(base, of_type("game_post"), caption_text=text + " Again, tonight only.")
    reads = said(like, "11.4", "reads like that of bundle on Wed")
    assert reads["item_id"].tolist() == [item_id(base, "game_post", 3)]
    assert reads["level"].tolist() == ["info"]
    again = changed(
        base, lambda i: i["item_id"].isin([item_id(base, "ppv_unlock", d, 0) for d in (0, 1, 2)]), caption_text=text
    )
    assert len(found(again, "11.4")) == 3


def _used(base, send_type: str, day: int, days_before: int):
    """``base`` with the caption of an item sent so many days before the item."""
    item = base.items.set_index("item_id").loc[item_id(base, send_type, day)]
    sends = base.recent_sends.reindex([0])
    sends["creator_id"], sends["caption_hash"], sends["send_key"] = "c1", item["caption_hash"], "s1"
    sends["send_date"] = item["scheduled_date"] - pd.Timedelta(days=days_before)
    return replace(base, recent_sends=sends.astype(base.recent_sends.dtypes.to_dict()))


@pytest.mark.parametrize(
    ("confidence", "days", "breaks"),
    [
        (1.0, 30, False),
        (1.0, 29, True),
        (0.6, 29, True),
        (0.59, 20, False),
        (0.59, 19, True),
        (0.2, 15, False),
        (0.2, 14, True),
    ],
)
def test_captions_rest_as_long_as_the_confidence_asks(confidence: float, days: int, breaks: bool):
    base = _used(reference(health={"confidence": confidence}), "bundle", 2, days)
    assert found(base, "11.4").empty != breaks


def _without_spares(base, *types: str, keep: int = 0):
    """``base`` whose pool holds no unused captions of some types but the first few."""
    spare = base.captions["caption_type"].isin(types) & ~base.captions["caption_hash"].isin(base.items["caption_hash"])
    gone = spare & (spare.cumsum() > keep)
    return replace(base, captions=base.captions.assign(is_active=base.captions["is_active"] & ~gone))


@pytest.mark.parametrize(("days", "level"), [(29, "info"), (15, "info"), (14, "warning"), (5, "warning")])
def test_rest_is_given_up_only_where_nothing_rested_was_left(days: int, level: str):
    base = _used(reference(), "bundle", 2, days)
    # What an item notes about itself counts for nothing, either way.
    for notes, step in (("[]", 1), ('["rest days relaxed"]', 5)):
        base = changed(base, of_type("bundle"), relaxations=notes, fallback_level=step)
        assert said(base, "11.4", "6 rested ones were left")["level"].tolist() == ["error"]
        poor = _without_spares(base, "bundle")
        assert said(poor, "11.4", "no rested one was left")["level"].tolist() == [level]


def test_what_could_not_have_stood_there_is_no_rested_caption():
    base = _used(_without_spares(reference(), "bundle", keep=1), "bundle", 2, 20)
    assert said(base, "11.4", "1 rested ones were left")["level"].tolist() == ["error"]
    taken = base.captions["is_active"] & base.captions["caption_type"].eq("bundle")
    spare = base.captions.loc[taken & ~base.captions["caption_hash"].isin(base.items["caption_hash"])].index
    name = base.captions.loc[spare[0], "caption_hash"]

    def with_spare(**values: object):
        captions = base.captions.copy()
        for column, value in values.items():
            captions.loc[spare, column] = value
        return replace(base, captions=captions)

    weak = base.candidates["performance_score"].mask(base.candidates["caption_hash"] == name, 49.0)
    twin = base.items.loc[of_type("game_post")(base.items), "caption_hash"].iloc[0]
    for other in (
        with_spare(content_type_key="couples"),  # not in the vault
        with_spare(content_type_key=pd.NA),  # nobody knows what it shows
        with_spare(caption_type="ppv_unlock"),  # a single piece's text is no better for a bundle
        with_spare(near_duplicate_of=twin),  # nearly the same stands in the week
        replace(base, candidates=base.candidates.assign(performance_score=weak)),
    ):
        assert set(found(other, "11.4")["level"]) <= {"warning"}
        assert said(other, "11.4", "no rested one was left")["level"].tolist() == ["info"]


def test_a_ppv_needs_a_rested_caption_of_its_style():
    base = _used(reference(), "ppv_unlock", 0, 20)
    assert said(base, "11.4", "rested ones were left")["level"].tolist() == ["error"]
    style = base.items.loc[of_type("ppv_unlock", 0)(base.items), "style"].iloc[0]
    other = base.features["style"].where(
        base.features["caption_hash"].isin(base.items["caption_hash"]), "series" if style != "series" else "solo"
    )
    turned = replace(base, features=base.features.assign(style=other))
    assert said(turned, "11.4", "no rested one was left")["level"].tolist() == ["info"]
    off = replace(turned, settings=turned.settings.with_flags(ENABLE_ROTATION_PATTERNS=False))
    assert said(off, "11.4", "rested ones were left")["level"].tolist() == ["error"]


def test_planned_but_not_yet_sent_uses_count():
    base = reference()
    past = week_before()
    item = base.items.set_index("item_id").loc[item_id(base, "bundle", 2)]
    past.loc[0, "caption_hash"] = item["caption_hash"]
    assert len(found(replace(base, past_items=past), "11.4")) == 1
    past.loc[0, "status"] = "skipped"
    assert found(replace(base, past_items=past), "11.4").empty
