"""What was decided on the way to a volume, creator by creator, and why."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt


@dataclass
class Steps:
    """The explanation of each creator, filled step by step."""

    count: int
    rows: list[list[dict[str, Any]]] = field(init=False)

    def __post_init__(self) -> None:
        self.rows = [[] for _ in range(self.count)]

    def add(self, step: str, source: str, reason: str, **values: npt.ArrayLike) -> None:
        """Append one step to every creator; each value has shape (n,) or (n, k)."""
        columns = {key: np.asarray(value).tolist() for key, value in values.items()}
        for index, row in enumerate(self.rows):
            figures = {key: _short(column[index]) for key, column in columns.items()}
            row.append({"step": step, "source": source, "reason": reason, **figures})


def _short(value: Any) -> Any:
    if isinstance(value, list):
        return [_short(item) for item in value]
    return round(value, 4) if isinstance(value, float) else value
