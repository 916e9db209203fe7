"""A table's contract: what it fills in, and what it refuses by name."""

from __future__ import annotations

import pandas as pd
import pytest

from eros_assets.domain.frames.table import FrameError, Table, columns

THINGS = Table(
    "scoring", "things", ("name", "day"),
    columns("name VARCHAR! what it is called\nday DATE! its day\nworth DOUBLE dollars\nis_new BOOLEAN whether new"),
    "Things.",
)  # fmt: skip
DAY = pd.Timestamp("2026-01-05")


def things(**columns_: list[object]) -> pd.DataFrame:
    return pd.DataFrame({"name": ["a", "b"], "day": [DAY, DAY]} | columns_, index=[7, 3])


def test_absent_columns_become_null_and_all_come_in_order_with_their_types() -> None:
    frame = THINGS.conform(things(worth=[1, 2])[["worth", "day", "name"]])
    assert list(frame) == THINGS.column_names
    assert frame.dtypes.equals(THINGS.empty().dtypes)
    assert frame.index.tolist() == [0, 1]
    assert frame["is_new"].isna().all() and frame["worth"].tolist() == [1.0, 2.0]


@pytest.mark.parametrize(
    ("frame", "said"),
    [
        (things(mood=[1, 2]), r"scoring\.things: unknown columns \['mood'\]"),
        (things(name=["a", None]), r"scoring\.things\.name: 1 nulls"),
        (things().drop(columns="day"), r"scoring\.things\.day: 2 nulls"),
        (things(name=["a", "a"]), r"scoring\.things: duplicate key \[.*'name': 'a'"),
    ],
)
def test_what_breaks_the_contract_is_refused_by_name(frame: pd.DataFrame, said: str) -> None:
    with pytest.raises(FrameError, match=said):
        THINGS.conform(frame)


def test_conditions_say_what_every_row_satisfies() -> None:
    text = "share DOUBLE! [0–1] a share\nsize BIGINT [≥ 0] a count\nkind VARCHAR [paid | free] kind\nnote VARCHAR any"
    table = Table("scoring", "things", (), columns(text), "Things.", checks=("size < 9",))
    assert table.conditions == [
        "share is not null",
        "share between 0 and 1",
        "size >= 0",
        "kind in ('paid', 'free')",
        "size < 9",
    ]
