"""[2.1] Lengths of texts that sell, and of the others."""

from dataclasses import replace

import pandas as pd
import pytest

from eros_assets.rules.captions.character_length import length_shares
from eros_assets.rules.reference import Reference
from eros_assets.rules.registry import rule
from tests.rules.agency import (
    found,
    of_type,
    reference,
    said,
    settings,
)


def test_the_hand_made_week_passes():
    assert found(reference(), "2.1").empty
    assert rule("2.1").measure(reference()).passes


SELLING = [row.key for row in settings().send_types if row.is_selling]


def _lengths(base: Reference, selling: int, size: int = 300, other: int = 120) -> Reference:
    """``base`` with ``size`` characters on the first ``selling`` selling items and 100 on the rest of them."""
    is_selling = base.items["send_type_key"].isin(SELLING)
    place = is_selling.cumsum()
    sizes = pd.Series(other, index=base.items.index).mask(is_selling, 100).mask(is_selling & (place <= selling), size)
    texts = [f"t{place} ".ljust(length - 1, "x") + "." for place, length in enumerate(sizes)]
    return replace(base, items=base.items.assign(caption_text=pd.Series(texts, dtype="str")))


COUNT = int(reference().items["send_type_key"].isin(SELLING).sum())


def test_the_types_that_sell_are_those_with_long_texts():
    assert set(SELLING) == {
        *("ppv_unlock", "ppv_wall", "tip_goal", "bundle", "flash_bundle", "vip_program", "snapchat_bundle"),
        *("renew_on_post", "renew_on_message", "expired_winback"),
    }


@pytest.mark.parametrize(("count", "passes"), [(14, True), (13, False), (0, False)])  # of 23
def test_sixty_percent_of_what_sells_lies_in_the_range(count: int, passes: bool):
    base = _lengths(reference(), count)
    assert found(base, "2.1").empty == passes
    assert rule("2.1").measure(base).value == pytest.approx(count / COUNT)
    assert rule("2.1").measure(base).n == COUNT


@pytest.mark.parametrize(("size", "counts"), [(249, False), (250, True), (449, True), (450, False)])
def test_the_range_holds_its_ends(size: int, counts: bool):
    assert rule("2.1").measure(_lengths(reference(), COUNT, size)).value == float(counts)


def test_a_stretched_bump_is_no_success():
    long = _lengths(reference(), 0, other=300)
    assert rule("2.1").measure(long).value == 0
    hits = said(long, "2.1", "keep to their type's length")
    assert hits["level"].tolist() == ["warning"]
    assert "other types in their own range" in rule("2.1").measure(long).note
    assert found(_lengths(reference(), COUNT, other=120), "2.1").empty


def test_lengths_are_counted_not_believed():
    base = _lengths(reference(), 0)
    assert rule("2.1").measure(replace(base, items=base.items.assign(char_length=300))).value == 0


def test_a_poor_bank_lowers_the_bar_to_what_its_own_kinds_allow():
    base = _lengths(reference(), 2)
    short = base.captions.assign(char_length=100)
    assert found(replace(base, captions=short), "2.1").empty

    def long(kind: str, count: int) -> pd.DataFrame:
        some = short.index[short["caption_type"] == kind][:count]
        return short.assign(char_length=short["char_length"].mask(short.index.isin(some), 300))

    three = said(replace(base, captions=long("ppv_unlock", 3)), "2.1", "of the selling items")
    assert three["limit_value"].iloc[0] == pytest.approx(3 / COUNT)
    # Bundles' texts are no help to a PPV: one bundle is planned, so one of them counts.
    assert found(replace(base, captions=long("bundle", 6)), "2.1").empty


def test_captions_at_rest_do_not_count_as_bank():
    base = _lengths(reference(), 0)
    sends = base.recent_sends.reindex(range(len(base.captions)))
    sends = sends.assign(
        send_key=[f"s{n}" for n in sends.index], creator_id="c1", caption_hash=base.captions["caption_hash"]
    )
    recent = sends.assign(send_date=pd.Timestamp("2026-05-20")).astype(base.recent_sends.dtypes.to_dict())
    assert found(replace(base, recent_sends=recent), "2.1").empty
    rested = recent.assign(send_date=pd.Timestamp("2026-05-02"))
    assert len(found(replace(base, recent_sends=rested), "2.1")) == 1


def test_the_note_reports_all_captions_ppv_and_the_pool():
    base = _lengths(reference(), 0, other=300)
    measure = rule("2.1").measure(base)
    every = (len(base.items) - COUNT) / len(base.items)
    assert f"all captions {every:.1%} (plan 60%)" in measure.note
    assert "PPV only 0.0%" in measure.note
    shares = length_shares(base)
    assert shares["ppv"].tolist() == [int(of_type("ppv_unlock")(base.items).sum())]
