"""Solving the planner's integer programs: the linear relaxation first, branching only when it is fractional.

The formulations are tight, so the relaxation is integral most of the time and costs a tenth of a
branch-and-cut call. The only limit is a number of nodes, never a clock: results are the same on
every machine.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from scipy.optimize import Bounds, LinearConstraint, linprog, milp
from scipy.sparse import csr_array, vstack

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]

TOLERANCE = 1e-6
OPTIONS = {"mip_rel_gap": 1e-3, "node_limit": 100}
CLOSE = 3e-3
"""Share of the relaxation's value that diving may cost before branching is worth its time."""
DIVES = 40
# Equal costs make the relaxation pick fractional corners; a tilt far below a cent parts them.
TILT = 1e-7
GOLDEN = 0.6180339887498949


def solve_integer(
    cost: Floats,
    matrix: csr_array,
    low: Floats,
    high: Floats,
    upper: Floats,
    integer: Bools | None = None,
    is_last_resort: bool = True,
) -> tuple[Floats, Floats] | None:
    """The cheapest x with low ≤ matrix·x ≤ high and 0 ≤ x ≤ upper, whole where ``integer``; None when infeasible.

    With it come the row duals of the relaxation, see :func:`solve_linear`.
    A caller with something else to try says so (``is_last_resort`` false): then nothing is branched
    on, and None may also mean that diving lost its way.
    """
    whole = np.ones(len(cost), dtype=bool) if integer is None else integer
    tilt = TILT * max(float(np.abs(cost).max(initial=0.0)), 1.0) * (np.arange(len(cost)) * GOLDEN % 1.0)
    relaxed = solve_linear(cost + tilt, matrix, low, high, upper)
    if relaxed is None:
        return None
    x, duals = relaxed
    if np.abs(x[whole] - np.rint(x[whole])).max(initial=0.0) < TOLERANCE:
        return relaxed
    dived = _dive(cost + tilt, matrix, low, high, upper, whole, x)
    if dived is not None and (cost + tilt) @ (dived - x) <= CLOSE * abs(float((cost + tilt) @ x)):
        return dived, duals
    if not is_last_resort:
        return None if dived is None else (dived, duals)
    branched = _branch(cost + tilt, matrix, low, high, upper, whole)
    return None if branched is None else (branched, duals)


def _dive(
    cost: Floats, matrix: csr_array, low: Floats, high: Floats, upper: Floats, whole: Bools, x: Floats
) -> Floats | None:
    """A whole solution near the relaxed one: what is whole stays, the largest fraction is rounded up, and again."""
    least, most = np.zeros(len(cost)), upper.copy()
    for _ in range(DIVES):
        fraction = np.where(whole, np.abs(x - np.rint(x)), 0.0)
        if fraction.max(initial=0.0) < TOLERANCE:
            return x
        settled = whole & (fraction < TOLERANCE) & (x > 0.5)
        least[settled] = np.rint(x[settled])
        part = np.where(whole & (fraction >= TOLERANCE), x - np.floor(x), -1.0)
        pick = int(part.argmax())
        raised = np.where(np.arange(len(x)) == pick, np.ceil(x), least)
        relaxed = solve_linear(cost, matrix, low, high, np.maximum(most, raised), raised)
        if relaxed is None:
            most[pick] = np.floor(x[pick])
            relaxed = solve_linear(cost, matrix, low, high, most, least)
            if relaxed is None:
                return None
        else:
            least = raised
        x, _ = relaxed
    return None


def _branch(cost: Floats, matrix: csr_array, low: Floats, high: Floats, upper: Floats, whole: Bools) -> Floats | None:
    result = milp(
        cost,
        constraints=LinearConstraint(matrix, low, high),
        integrality=whole.astype(float),
        bounds=Bounds(0, upper),
        options=OPTIONS,
    )
    return None if result.x is None else np.asarray(result.x)


def solve_linear(
    cost: Floats, matrix: csr_array, low: Floats, high: Floats, upper: Floats, least: Floats | None = None
) -> tuple[Floats, Floats] | None:
    """Solution and row duals (change of the optimum per unit of the binding side) of the relaxation."""
    equal = low == high
    above, below = np.isfinite(high) & ~equal, np.isfinite(low) & ~equal
    result = linprog(
        cost,
        A_ub=vstack([matrix[above], -matrix[below]]),
        b_ub=np.concatenate([high[above], -low[below]]),
        A_eq=matrix[equal],
        b_eq=low[equal],
        bounds=np.column_stack([np.zeros(len(cost)) if least is None else least, upper]),
        method="highs-ds",
    )
    if result.x is None:
        return None
    duals = np.zeros(len(low))
    duals[equal] = result.eqlin.marginals
    split = int(above.sum())
    duals[above] += result.ineqlin.marginals[:split]
    duals[below] -= result.ineqlin.marginals[split:]
    return np.asarray(result.x), duals
