"""The planner's linear and integer programs on HiGHS, solved again from where they stood after a change.

The formulations are tight, so the relaxation is integral most of the time. What stays fractional is
rounded one step after the other (diving); each step starts from the last basis and costs a fraction
of a fresh call. The only limit is a number of steps or nodes, never a clock: results are the same on
every machine.
"""

from __future__ import annotations

import highspy
import numpy as np
from scipy.sparse import csc_array, csr_array

from eros_assets.domain.arrays import Bools, Floats, Ints

TOLERANCE = 1e-6
NODES = 100
BRANCH_GAP = 1e-3
CLOSE = 3e-3
"""Share of the relaxation's value that diving may cost before branching is worth its time."""
DIVES = 60
TILT = 1e-7
"""Share of the greatest cost by which equal ones are parted: the relaxation takes fractions of what costs the same."""
GOLDEN = 0.6180339887498949


def tilted(cost: Floats) -> Floats:
    """The costs, each changed by far less than a cent and by another amount, so that no two are equal."""
    size = TILT * max(float(np.abs(cost).max(initial=0.0)), 1.0)
    return np.asarray(cost + size * (np.arange(len(cost)) * GOLDEN % 1.0))


class Program:
    """The cheapest x with low ≤ matrix·x ≤ high and least ≤ x ≤ upper; rows and columns may join later."""

    def __init__(self, cost: Floats, matrix: csr_array | csc_array, low: Floats, high: Floats, upper: Floats) -> None:
        self.cost = np.asarray(cost, dtype=float)
        self.least, self.upper = np.zeros(len(cost)), np.asarray(upper, dtype=float)
        self._solver = _solver()
        by_column = csc_array(matrix)
        model = highspy.HighsLp()
        model.num_col_, model.num_row_ = len(self.cost), len(low)
        model.col_cost_, model.col_lower_, model.col_upper_ = self.cost, self.least, self.upper
        model.row_lower_, model.row_upper_ = np.asarray(low, dtype=float), np.asarray(high, dtype=float)
        model.a_matrix_.format_ = highspy.MatrixFormat.kColwise
        model.a_matrix_.start_ = by_column.indptr
        model.a_matrix_.index_ = by_column.indices
        model.a_matrix_.value_ = by_column.data.astype(float)
        self._solver.passModel(model)

    def add_rows(self, matrix: csr_array, low: Floats, high: Floats) -> None:
        """More rows over the columns there are."""
        if len(low):
            rows = csr_array(matrix)
            self._solver.addRows(
                len(low), low, high, rows.nnz, rows.indptr[:-1].astype(np.int32), rows.indices.astype(np.int32),
                rows.data.astype(float),
            )  # fmt: skip

    def add_columns(self, cost: Floats, matrix: csc_array, upper: Floats) -> None:
        """More columns over the rows there are."""
        if len(cost):
            columns = csc_array(matrix)
            least = np.zeros(len(cost))
            self._solver.addCols(
                len(cost), cost, least, upper, columns.nnz, columns.indptr[:-1].astype(np.int32),
                columns.indices.astype(np.int32), columns.data.astype(float),
            )  # fmt: skip
            self.cost = np.concatenate([self.cost, cost])
            self.least, self.upper = np.concatenate([self.least, least]), np.concatenate([self.upper, upper])

    def bound_rows(self, rows: Ints, low: Floats, high: Floats) -> None:
        """New limits of some rows."""
        for row, least, most in zip(rows.tolist(), low.tolist(), high.tolist(), strict=True):
            self._solver.changeRowBounds(row, least, most)

    def recost(self, cost: Floats) -> None:
        """Other costs for the same columns."""
        self.cost = cost
        every = np.arange(len(cost), dtype=np.int32)
        self._solver.changeColsCost(len(every), every, cost)

    def relaxed(self) -> tuple[Floats, Floats] | None:
        """X of the linear program and its row duals (change of the optimum per unit of the binding side)."""
        if not len(self.cost):
            return np.empty(0), np.zeros(self._solver.getNumRow())
        self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            self._solver.clearSolver()  # the last basis led nowhere: once more from nothing
            self._solver.run()
        if self._solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
            return None
        solution = self._solver.getSolution()
        return np.array(solution.col_value), np.array(solution.row_dual)

    def whole(self, integer: Bools, is_last_resort: bool = True) -> tuple[Floats, Floats] | None:
        """X with whole numbers where ``integer``, and the relaxation's duals; None when there is none.

        A caller with something else to try says so (``is_last_resort`` false): then nothing is
        branched on, and None may also mean that diving lost its way.
        """
        found = self.relaxed()
        if found is None:
            return None
        x, duals = found
        if np.abs(x[integer] - np.rint(x[integer])).max(initial=0.0) < TOLERANCE:
            return np.where(integer, np.rint(x), x), duals
        dived = self._dive(integer, x)
        if dived is not None and self.cost @ (dived - x) <= CLOSE * abs(float(self.cost @ x)):
            return dived, duals
        if not is_last_resort:
            return None if dived is None else (dived, duals)
        branched = self._branch(integer)
        if branched is None:
            branched = dived
        return None if branched is None else (branched, duals)

    def _dive(self, integer: Bools, x: Floats) -> Floats | None:
        """A whole solution near the relaxed one: what is whole stays, the largest fraction is rounded up, and again."""
        least, most = self.least.copy(), self.upper.copy()
        try:
            for _ in range(DIVES):
                part = np.where(integer, x - np.floor(x + TOLERANCE), 0.0)
                if part.max(initial=0.0) < TOLERANCE:
                    return np.where(integer, np.rint(x), x)
                settled = integer & (part < TOLERANCE) & (x > 0.5)
                least[settled] = np.rint(x[settled])
                pick = int(part.argmax())
                before = least[pick]
                least[pick] = np.ceil(x[pick])
                self._set_bounds(least, np.maximum(most, least))
                found = self.relaxed()
                if found is None:
                    least[pick], most[pick] = before, np.floor(x[pick])
                    self._set_bounds(least, most)
                    found = self.relaxed()
                    if found is None:
                        return None
                x = found[0]
            return None
        finally:
            self._set_bounds(self.least, self.upper)

    def _set_bounds(self, least: Floats, most: Floats) -> None:
        every = np.arange(len(self.cost), dtype=np.int32)
        self._solver.changeColsBounds(len(every), every, least, most)

    def _branch(self, integer: Bools) -> Floats | None:
        every = np.arange(len(self.cost), dtype=np.int32)
        kinds = np.where(integer, int(highspy.HighsVarType.kInteger), int(highspy.HighsVarType.kContinuous))
        self._solver.changeColsIntegrality(len(every), every, kinds.astype(np.uint8))
        self._solver.run()
        is_found = self._solver.getInfo().primal_solution_status == highspy.SolutionStatus.kSolutionStatusFeasible
        x = np.array(self._solver.getSolution().col_value)
        self._solver.changeColsIntegrality(len(every), every, np.zeros(len(every), dtype=np.uint8))
        self._solver.clearSolver()
        return np.where(integer, np.rint(x), x) if is_found and len(x) else None


def _solver() -> highspy.Highs:
    solver: highspy.Highs = highspy.Highs()  # type: ignore[no-untyped-call]
    options: dict[str, bool | float | str] = {
        "output_flag": False,
        "threads": 1,
        "parallel": "off",
        "random_seed": 0,
        "mip_rel_gap": BRANCH_GAP,
        "mip_max_nodes": NODES,
    }
    for name, value in options.items():
        solver.setOptionValue(name, value)
    return solver
