"""The kind of text a slot needs."""

from dataclasses import replace

import pandas as pd

from benchmarks.text_kinds import item_kinds, kind_table
from eros_assets.rules.reference import Reference
from tests.rules.agency import item_id, of_type, reference, without


def _borrowed(base: Reference, send_type: str, kind: str) -> Reference:
    """``base`` whose texts of a send type are of another caption type."""
    hashes = base.items.loc[of_type(send_type)(base.items), "caption_hash"]
    types = base.captions["caption_type"].mask(base.captions["caption_hash"].isin(hashes), kind)
    return replace(base, captions=base.captions.assign(caption_type=types))


def _row(base: Reference, send_type: str) -> pd.Series:
    return kind_table(base).set_index("send_type_key").loc[send_type]


def test_the_hand_made_week_has_its_own_texts():
    table = kind_table(reference())
    assert table["own_share"].eq(1).all()
    assert table.iloc[-1][["send_type_key", "items"]].tolist() == ["all", len(reference().items)]


def test_a_borrowed_text_is_a_fault_while_own_ones_are_left():
    base = _borrowed(reference(), "bundle", "ppv_unlock")
    assert _row(base, "bundle")[["own_share", "true_share", "own_share_where_held"]].tolist() == [0, 0, 0]
    bump = _borrowed(reference(), "bump_text_only", "bump_normal")
    assert _row(bump, "bump_text_only")[["own_share", "true_share", "own_share_where_held"]].tolist() == [0, 1, 0]
    spare = base.captions["caption_type"].eq("bundle")
    gone = replace(base, captions=base.captions.assign(is_active=base.captions["is_active"] & ~spare))
    assert _row(gone, "bundle")["held_items"] == 0
    assert pd.isna(_row(gone, "bundle")["own_share_where_held"])


def test_as_many_items_are_at_fault_as_texts_were_left():
    base = _borrowed(reference(), "link_drop", "bump_normal")
    first = base.captions.index[base.captions["caption_type"].eq("link_drop")][0]
    others = base.captions["caption_type"].eq("link_drop") & (base.captions.index != first)
    # Wall link drops need media, so their own texts must be of known content; link drops do not.
    one = base.captions.assign(is_active=base.captions["is_active"] & ~others)
    kinds = item_kinds(replace(without(base, of_type("wall_link_drop")), captions=one)).set_index("item_id")
    drops = kinds[kinds["send_type_key"] == "link_drop"].sort_values("at")
    assert drops["is_held"].tolist() == [True, False]
    assert drops.index[0] == item_id(base, "link_drop", 1)
