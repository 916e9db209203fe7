"""Whether each planned item carries the kind of text its slot needs, where the bank still held such a text.

``python -m benchmarks.text_kinds HOME [--weeks 1]`` prints, per send type of the newest weeks, the share of items
whose caption type is the slot's own (the first of its ``caption_types``) or one it may take, and both again among
the items for which the bank held an unused text of their own. Judged by what validators may read, never by the
planner's notes.
"""

from __future__ import annotations

import argparse
from pathlib import Path

import numpy as np
import pandas as pd

from eros_assets.flows.gaps import references_of
from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.settings import load_settings


def item_kinds(reference: Reference) -> pd.DataFrame:
    """Items whose caption the pool knows, with the columns of ``slots`` and what kind of text they carry.

    ``own_type`` (the slot's own caption type), ``is_own``, ``is_true`` (own, or an accepted alternative: none
    announces what the slot does not offer), ``is_held``: the bank still held a usable text of the own type
    that the week leaves unused. Where several items had to share the texts left, the earlier ones are held.
    """
    types = reference.settings.send_types
    slots = reference.slots
    slots = slots[slots["has_caption"] & slots["is_known_type"] & (slots["caption_type"] != "")]
    fits = {(row.key, name) for row in types for name in row.caption_types}
    pairs = list(zip(slots["send_type_key"], slots["caption_type"], strict=True))
    slots = slots.assign(
        own_type=slots["send_type_key"].map({row.key: row.caption_types[0] for row in types}),
        is_true=np.array([pair in fits for pair in pairs], dtype=bool),
    )
    slots["is_own"] = slots["own_type"] == slots["caption_type"]
    left = unused_texts(reference).rename(columns={"caption_type": "own_type"})
    slots = slots.merge(left, on=[*KEY, "own_type"], how="left")
    # A text of unknown content serves only types without media; those with media take from the others.
    room = slots["known"].where(slots["media"] != "none", slots["usable"]).fillna(0)
    rank = slots[~slots["is_own"]].groupby([*KEY, "own_type"]).cumcount().reindex(slots.index)
    return slots.assign(is_held=~slots["is_own"] & (rank < room)).drop(columns=["usable", "known"])


def unused_texts(reference: Reference) -> pd.DataFrame:
    """Texts per creator-week and caption type that were usable and stayed unused.

    Columns: creator_id, week_start, caption_type, usable, known (those of known content).
    """
    bank = reference.bank.assign(known=reference.bank["caption_content"] != "")
    counts = reference.count_usable(bank, ["caption_type", "known"], reference.spent_captions)
    counts["known"] = counts["usable"].where(counts["known"], 0)
    return counts.groupby([*KEY, "caption_type"], as_index=False)[["usable", "known"]].sum()


def kind_table(reference: Reference) -> pd.DataFrame:
    """Per send type in use, and in all (``all``, the last row): how many items carry the kind of text they need.

    Columns: send_type_key, own_type, items, own_share, true_share, held_items (items but for those for which the
    bank held no text of their own any more), own_share_where_held.
    """
    kinds = item_kinds(reference)
    could = kinds["is_own"] | kinds["is_held"]
    marks = kinds[["send_type_key", "own_type"]].assign(
        items=1, own=kinds["is_own"].astype(int), true=kinds["is_true"].astype(int), held_items=could.astype(int)
    )
    counts = ["items", "own", "true", "held_items"]
    table = marks.groupby(["send_type_key", "own_type"], as_index=False)[counts].sum()
    whole = table[counts].sum().to_frame().T.assign(send_type_key="all", own_type="")
    table = pd.concat([table, whole], ignore_index=True)
    return pd.DataFrame(
        {
            "send_type_key": table["send_type_key"],
            "own_type": table["own_type"],
            "items": table["items"].astype(int),
            "own_share": table["own"] / table["items"].replace(0, np.nan),
            "true_share": table["true"] / table["items"].replace(0, np.nan),
            "held_items": table["held_items"].astype(int),
            "own_share_where_held": table["own"] / table["held_items"].replace(0, np.nan),
        }
    )


def main() -> None:
    """Print the table of kinds."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--weeks", type=int, default=1)
    options = parser.parse_args()
    print(kind_table(references_of(load_settings(options.home), weeks=options.weeks)).round(4).to_string(index=False))


if __name__ == "__main__":
    main()
