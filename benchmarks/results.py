"""The one results file of all benchmarks: each merges its figures into it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path

RESULTS = Path(__file__).with_name("results.json")


def merge(figures: Mapping[str, float]) -> None:
    """Print the figures and write them over those of the same name, to four digits."""
    rounded = {name: round(value, 4) for name, value in figures.items()}
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    RESULTS.write_text(json.dumps({**known, **rounded}, indent=2, sort_keys=True) + "\n", encoding="utf-8")
    print(json.dumps(rounded, indent=2))
