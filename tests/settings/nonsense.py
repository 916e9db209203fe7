"""Every leaf of a configuration file with something in its place that makes no sense."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

CASES = ("wrong type", "null", "missing", "unknown", "negative", "zero", "nan", "infinite", "huge")
Node = dict[Any, Any] | list[Any]


def nonsense(data: Node, accepts: Callable[[], bool]) -> Iterator[tuple[str, str, bool]]:
    """(place, case, whether ``accepts()`` took it) of every leaf and case; ``data`` is changed in turn and restored."""
    for place, node, key in list(leaves(data)):
        value = node[key]
        for case in CASES:
            before = node.copy()
            if _spoil(node, key, value, case):
                yield place, case, accepts()
                node.clear()
                node.update(before) if isinstance(node, dict) else node.extend(before)


def leaves(node: Node, place: str = "") -> Iterator[tuple[str, Node, Any]]:
    """(place, what holds it, key) of every value that holds no other; places of rows are their numbers."""
    for key, value in node.items() if isinstance(node, dict) else enumerate(node):
        here = f"{place}.{key}" if place else str(key)
        if isinstance(value, dict | list) and value:
            yield from leaves(value, here)
        else:
            yield here, node, key


def _spoil(node: Node, key: Any, value: Any, case: str) -> bool:
    """Put a case in the place of one leaf; False where it would change nothing."""
    is_whole = isinstance(value, int) and not isinstance(value, bool)
    if case == "missing":
        del node[key]
        return True
    if case == "unknown":
        if isinstance(node, list):
            return False
        node["no_such_key"] = value
        return True
    one = 1 if is_whole else 1.0
    size = abs(value) if isinstance(value, int | float) and not isinstance(value, bool) else 0
    node[key] = {
        "wrong type": 17 if isinstance(value, str) else "no such value",
        "null": None,
        "negative": -size - one,
        "zero": 0 * one,
        "nan": float("nan"),
        "infinite": float("inf"),
        "huge": 10**12 if is_whole else 1e12,
    }[case]
    return value != node[key] or type(value) is not type(node[key])
