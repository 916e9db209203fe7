"""Hashes that are the same in every process: the only source of "random" ties and of rollout shares.

Parts are joined as text, so ``stable_hash(1)`` equals ``stable_hash("1")``; a separator that no
identifier holds keeps ``("ab", "c")`` apart from ``("a", "bc")``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

import numpy as np
import numpy.typing as npt

_SEPARATOR = "\x1f"
_DIGEST_BYTES = 8
# 53 bits are what a double holds exactly, so every unit value stays below 1.
_UNIT_BITS = 53


def stable_hash(*parts: object) -> int:
    """A 64-bit unsigned hash of the parts' texts."""
    text = _SEPARATOR.join(map(str, parts))
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=_DIGEST_BYTES).digest(), "big")


def stable_unit(*parts: object) -> float:
    """A number in [0, 1), uniform over the parts' texts."""
    return float(stable_hash(*parts) >> (64 - _UNIT_BITS)) / (1 << _UNIT_BITS)


def stable_units(values: Iterable[object], *prefix: object) -> npt.NDArray[np.float64]:
    """``stable_unit(*prefix, value)`` of each value, in order; shape (n,)."""
    state = hashlib.blake2b(digest_size=_DIGEST_BYTES)
    state.update("".join(f"{part}{_SEPARATOR}" for part in prefix).encode())
    digests = bytearray()
    for value in values:
        # Copying the state hashes the prefix once; the loop costs about a microsecond a value.
        one = state.copy()
        one.update(str(value).encode())
        digests += one.digest()
    hashes = np.frombuffer(bytes(digests), dtype=">u8").astype(np.uint64)
    return (hashes >> np.uint64(64 - _UNIT_BITS)).astype(np.float64) / (1 << _UNIT_BITS)
