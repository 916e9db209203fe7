"""The programs against SciPy's own solver: any small program, whole or not, from the start or changed on the way."""

from __future__ import annotations

from typing import Any

import highspy
import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import Bounds, LinearConstraint, milp
from scipy.sparse import csc_array, csr_array

from eros_assets.planning.programs.solver import CLOSE, Program, tilted

SEEDS = st.integers(0, 100_000)


def packing(seed: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Costs, matrix and room of a random packing program with ties."""
    rng = np.random.default_rng(seed)
    rows, columns = int(rng.integers(1, 8)), int(rng.integers(1, 15))
    cost = -rng.integers(1, 6, columns).astype(float)
    return cost, (rng.random((rows, columns)) < 0.5).astype(float), rng.integers(1, 4, rows).astype(float)


def best(cost: np.ndarray, matrix: np.ndarray, room: np.ndarray, whole: bool) -> float:
    limits = LinearConstraint(matrix, -np.inf, room)
    found = milp(cost, constraints=limits, integrality=np.full(len(cost), int(whole)), bounds=Bounds(0, 1))
    return float(found.fun)


def build(cost: np.ndarray, matrix: np.ndarray, room: np.ndarray) -> Program:
    return Program(cost, csr_array(matrix), np.full(len(room), -np.inf), room, np.ones(len(cost)))


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_whole_solutions_fit_and_are_close_to_the_best(seed: int) -> None:
    cost, matrix, room = packing(seed)
    found = build(tilted(cost), matrix, room).whole(np.ones(len(cost), dtype=bool))
    assert found is not None
    x, _ = found
    assert np.isin(x, (0.0, 1.0)).all()
    assert (matrix @ x <= room + 1e-9).all()
    relaxed = best(cost, matrix, room, whole=False)
    # Diving may give up its share of the relaxation's value, branching its gap.
    assert cost @ x <= best(cost, matrix, room, whole=True) + max(CLOSE, 1e-3) * abs(relaxed) + 1e-6


@settings(max_examples=60, deadline=None)
@given(seed=SEEDS)
def test_a_program_changed_on_the_way_is_the_one_built_at_once(seed: int) -> None:
    cost, matrix, room = packing(seed)
    first, kept = max(len(cost) // 2, 1), max(len(room) // 2, 1)
    program = build(cost[:first], matrix[:kept, :first], room[:kept])
    assert program.relaxed() is not None
    program.add_rows(csr_array(matrix[kept:, :first]), np.full(len(room) - kept, -np.inf), room[kept:])
    assert program.relaxed() is not None
    program.add_columns(cost[first:], csc_array(matrix[:, first:]), np.ones(len(cost) - first))
    found = program.relaxed()
    assert found is not None
    x, duals = found
    value = best(cost, matrix, room, whole=False)
    assert np.isclose(cost @ x, value)
    # Strong duality: what rows and upper bounds are worth is the whole value.
    slack = np.minimum(cost - matrix.T @ duals, 0.0)
    assert np.isclose(duals @ room + slack.sum(), value)
    assert (duals <= 1e-9).all()


def test_diving_leaves_the_program_as_it_was() -> None:
    triangle = csr_array(np.array([[1.0, 1, 0], [0, 1, 1], [1, 0, 1]]))
    program = Program(np.array([-1.0, -1, -1]), triangle, np.full(3, -np.inf), np.ones(3), np.ones(3))
    before = program.relaxed()
    found = program.whole(np.ones(3, dtype=bool))
    after = program.relaxed()
    assert before is not None and found is not None and after is not None
    assert np.isclose(before[0].sum(), 1.5) and np.isclose(after[0].sum(), 1.5)
    assert np.isclose(found[0].sum(), 1.0)


def test_no_solution_is_none() -> None:
    program = Program(np.array([1.0]), csr_array(np.array([[1.0]])), np.array([2.0]), np.array([3.0]), np.array([1.0]))
    assert program.relaxed() is None
    assert program.whole(np.array([True])) is None


class Astray:
    """A solver whose first answer is not to be had, as from a basis that leads nowhere."""

    def __init__(self, solver: highspy.Highs) -> None:
        self.solver, self.answers, self.cleared = solver, 0, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self.solver, name)

    def getModelStatus(self) -> highspy.HighsModelStatus:
        self.answers += 1
        return highspy.HighsModelStatus.kUnknown if self.answers == 1 else self.solver.getModelStatus()

    def clearSolver(self) -> None:
        self.cleared += 1
        self.solver.clearSolver()


def test_a_basis_that_leads_astray_is_dropped_once() -> None:
    program = Program(np.array([1.0]), csr_array(np.array([[1.0]])), np.array([2.0]), np.array([3.0]), np.array([5.0]))
    astray = program._solver = Astray(program._solver)  # type: ignore[assignment]
    found = program.relaxed()
    assert found is not None and np.isclose(found[0], 2.0)
    assert astray.cleared == 1
