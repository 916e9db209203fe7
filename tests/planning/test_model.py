"""The language of programs against SciPy's own solver: written at once or in parts, prices by name."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eros_assets.planning.programs.model import FREE, Model
from tests.planning.test_programs import best, packing


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 100_000))
def test_what_joins_after_a_solution_counts_as_if_it_had_been_there(seed: int) -> None:
    cost, matrix, room = packing(seed)
    first, kept = max(len(cost) // 2, 1), max(len(room) // 2, 1)
    model = Model()
    early = model.variables("early", cost[:first], 1.0)
    few = model.limits("few", -FREE, room[:kept])
    model.add(few[:, None], early[None, :], matrix[:kept, :first])
    assert model.relaxed() is not None
    more = model.limits("more", -FREE, room[kept:])
    late = model.variables("late", cost[first:], 1.0)
    model.add(more[:, None], early[None, :], matrix[kept:, :first])
    model.add(few[:, None], late[None, :], matrix[:kept, first:])
    model.add(more[:, None], late[None, :], matrix[kept:, first:])
    found = model.relaxed()
    assert found is not None
    assert np.isclose(model.cost @ found.values, best(cost, matrix, room, whole=False))
    assert (found.prices[model.rows["few"]] <= 1e-9).all()
    assert found.values[model.columns["late"]].shape == late.shape


def test_limits_may_be_passed_at_their_price() -> None:
    """Two sends are worth 5 each; beyond one a limit costs 3, beyond that the day must hold three: one stays empty."""
    model = Model()
    sends = model.variables("sends", np.full(2, -5.0), 1.0, is_whole=True)
    one = model.limits("one", [-FREE], [1.0])
    three = model.limits("three", [3.0], [3.0])
    model.add(one, sends)
    model.add(three, sends)
    over = model.may_exceed("over", one, 3.0)
    empty = model.may_fall_short("empty", three, 50.0)
    found = model.whole()
    assert found is not None
    assert found.values[sends].tolist() == [1.0, 1.0]
    assert found.values[over].tolist() == [1.0]
    assert found.values[empty].tolist() == [1.0]


def test_whole_numbers_are_asked_for_by_block() -> None:
    model = Model(parts_ties=True)
    whole = model.variables("whole", [-1.0, -1.0], 1.0, is_whole=True)
    part = model.variables("part", [-0.1], 1.0)
    row = model.limits("room", [-FREE], [1.5])
    model.add(row, np.concatenate([whole, part]))
    found = model.whole()
    assert found is not None
    assert sorted(found.values[whole].tolist()) == [0.0, 1.0]
    assert np.isclose(found.values[part[0]], 0.5)


def test_a_coefficient_between_what_is_there_already_is_refused() -> None:
    model = Model()
    column, row = model.variables("x", [-1.0], 1.0), model.limits("row", [-FREE], [1.0])
    model.add(row, column)
    assert model.relaxed() is not None
    model.add(row, column)
    with pytest.raises(ValueError, match="holds already"):
        model.relaxed()
