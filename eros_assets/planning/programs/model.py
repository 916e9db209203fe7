"""The one language in which the planner writes its programs: named blocks of variables and rows.

A block of variables or rows has a name and a shape; coefficients join the two by their numbers. What is added
after a solution joins the program where it stands, and the next solution starts from the last basis.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from scipy.sparse import csc_array, csr_array

from eros_assets.domain.arrays import Floats, Ints
from eros_assets.planning.programs.solver import Program, tilted

FREE = float("inf")
"""A limit that is none."""
NO_ROW = -1
"""Instead of the number of a row: there is none."""
_NO_CELL = (np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64), np.empty(0))


@dataclass(frozen=True)
class Solution:
    """Values of all variables, the total cost, and what one more of each row's limit would change of it."""

    values: Floats
    prices: Floats
    cost: float


class Model:
    """The cheapest values of variables from 0 to their upper limit for which low ≤ Σ factor × variable ≤ high in
    every row.

    With ``parts_ties`` the costs written before the first solution are changed by far less than a cent, each by
    another amount, so that equal costs do not leave the choice to the solver's path.
    """

    def __init__(self, *, parts_ties: bool = False) -> None:
        self.columns: dict[str, Ints] = {}
        self.rows: dict[str, Ints] = {}
        self._parts_ties = parts_ties
        self._program: Program | None = None
        self._whole = np.zeros(0, dtype=bool)
        self._sizes = [0, 0]  # columns and rows, those not handed over yet included
        self._known = [0, 0]  # of them, those the program holds
        self._cost: list[Floats] = []
        self._upper: list[Floats] = []
        self._low: list[Floats] = []
        self._high: list[Floats] = []
        self._cells: list[tuple[Ints, Ints, Floats]] = []

    # -- writing --

    def variables(self, name: str, cost: npt.ArrayLike, upper: npt.ArrayLike = FREE, *, is_whole: bool = False) -> Ints:
        """A block of variables with these costs; their numbers, shaped like ``cost``.

        A name given again makes its block longer.
        """
        costs = np.asarray(cost, dtype=float)
        number = self._numbers(0, costs.shape)
        self._cost.append(costs.ravel())
        self._upper.append(np.broadcast_to(np.asarray(upper, dtype=float), costs.shape).ravel())
        self._whole = np.concatenate([self._whole, np.full(costs.size, is_whole)])
        _extend(self.columns, name, number)
        return number

    def limits(self, name: str, low: npt.ArrayLike, high: npt.ArrayLike) -> Ints:
        """A block of rows with these limits; their numbers, shaped like the limits."""
        lows, highs = np.broadcast_arrays(np.asarray(low, dtype=float), np.asarray(high, dtype=float))
        number = self._numbers(1, lows.shape)
        self._low.append(lows.ravel())
        self._high.append(highs.ravel())
        _extend(self.rows, name, number)
        return number

    def add(self, rows: npt.ArrayLike, columns: npt.ArrayLike, factor: npt.ArrayLike = 1.0) -> None:
        """Factor × variable in rows; the three are broadcast against each other.

        Once the program was solved, a row and a variable that were both part of it cannot be joined any more.
        """
        row, column, factors = np.broadcast_arrays(
            np.asarray(rows, dtype=np.int64), np.asarray(columns, dtype=np.int64), np.asarray(factor, dtype=float)
        )
        self._cells.append((row.ravel(), column.ravel(), factors.ravel()))

    def may_exceed(self, name: str, rows: npt.ArrayLike, cost: npt.ArrayLike) -> Ints:
        """A variable per row, at a cost each: how far the row goes beyond its high limit."""
        return self._slack(name, rows, cost, -1.0)

    def may_fall_short(self, name: str, rows: npt.ArrayLike, cost: npt.ArrayLike) -> Ints:
        """A variable per row, at a cost each: how far the row stays below its low limit."""
        return self._slack(name, rows, cost, 1.0)

    # -- changing what is written --

    def relimit(self, rows: npt.ArrayLike, low: npt.ArrayLike, high: npt.ArrayLike) -> None:
        """Other limits of some rows."""
        row, lows, highs = np.broadcast_arrays(
            np.asarray(rows, dtype=np.int64), np.asarray(low, dtype=float), np.asarray(high, dtype=float)
        )
        self._handed_over().bound_rows(row.ravel(), lows.ravel(), highs.ravel())

    def recost(self, columns: npt.ArrayLike, cost: npt.ArrayLike) -> None:
        """Other costs of some variables."""
        program = self._handed_over()
        costs = program.cost.copy()
        costs[np.asarray(columns, dtype=np.int64)] = cost
        program.recost(costs)

    # -- solving --

    def relaxed(self) -> Solution | None:
        """The solution with fractions; None when there is none."""
        program = self._handed_over()
        found = program.relaxed()
        return None if found is None else Solution(*found, float(program.cost @ found[0]))

    def whole(self, is_last_resort: bool = True) -> Solution | None:
        """The solution with whole numbers where they were asked for, and the prices of the one with fractions.

        None when there is none; see :meth:`Program.whole` for ``is_last_resort``.
        """
        program = self._handed_over()
        found = program.whole(self._whole, is_last_resort)
        return None if found is None else Solution(*found, float(program.cost @ found[0]))

    # -- reading --

    def written(self) -> tuple[csr_array, Floats, Floats]:
        """Factors (rows × variables), low and high limits of a program that nobody solved yet."""
        if self._program is not None:
            raise ValueError("what was handed over to the solver is not kept")
        row, column, factor = self._written_cells()
        matrix = csr_array((factor, (row, column)), shape=(self._sizes[1], self._sizes[0]))
        return matrix, _joined(self._low), _joined(self._high)

    # -- inside --

    def _written_cells(self) -> tuple[Ints, Ints, Floats]:
        row, column, factor = (np.concatenate(axis) for axis in zip(_NO_CELL, *self._cells, strict=True))
        return row, column, factor

    def _numbers(self, axis: int, shape: tuple[int, ...]) -> Ints:
        first = self._sizes[axis]
        self._sizes[axis] += int(np.prod(shape))
        return np.arange(first, self._sizes[axis]).reshape(shape)

    def _slack(self, name: str, rows: npt.ArrayLike, cost: npt.ArrayLike, factor: float) -> Ints:
        own = np.asarray(rows, dtype=np.int64)
        number = self.variables(name, np.broadcast_to(np.asarray(cost, dtype=float), own.shape))
        self.add(own, number, factor)
        return number

    def _handed_over(self) -> Program:
        """The solver's program with everything written so far: new rows over its old columns, then new columns."""
        columns, rows = self._known
        if self._program is not None and self._sizes == self._known and not self._cells:
            return self._program
        cost, upper, low, high = (_joined(part) for part in (self._cost, self._upper, self._low, self._high))
        row, column, factor = self._written_cells()
        if self._program is None:
            matrix = csc_array((factor, (row, column)), shape=(self._sizes[1], self._sizes[0]))
            self._program = Program(tilted(cost) if self._parts_ties else cost, matrix, low, high, upper)
        else:
            old = column < columns
            if (row[old] < rows).any():
                raise ValueError("a coefficient joins a row and a variable that the program holds already")
            shape = (len(low), columns)
            self._program.add_rows(csr_array((factor[old], (row[old] - rows, column[old])), shape=shape), low, high)
            fresh = csc_array((factor[~old], (row[~old], column[~old] - columns)), shape=(self._sizes[1], len(cost)))
            self._program.add_columns(cost, fresh, upper)
        self._known = list(self._sizes)
        for written in (self._cost, self._upper, self._low, self._high, self._cells):
            written.clear()
        return self._program


def _joined(parts: list[Floats]) -> Floats:
    return np.concatenate([np.empty(0), *parts])


def _extend(blocks: dict[str, Ints], name: str, number: Ints) -> None:
    blocks[name] = np.concatenate([blocks[name].ravel(), number.ravel()]) if name in blocks else number
