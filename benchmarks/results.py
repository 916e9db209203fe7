"""The one results file of all benchmarks: each merges its figures into it."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).with_name("results.json")


def merge(figures: Mapping[str, Any]) -> None:
    """Print the figures (numbers, texts, or mappings of them) and write them over those of the same name.

    Numbers are kept to four digits; NaN becomes null.
    """
    rounded = _rounded(figures)
    known = json.loads(RESULTS.read_text(encoding="utf-8")) if RESULTS.exists() else {}
    text = json.dumps({**known, **rounded}, indent=2, sort_keys=True, ensure_ascii=False)
    RESULTS.write_text(text + "\n", encoding="utf-8")
    print(json.dumps(rounded, indent=2, ensure_ascii=False))


def _rounded(value: Any) -> Any:
    if isinstance(value, Mapping):
        return {str(name): _rounded(part) for name, part in value.items()}
    if isinstance(value, float):
        return None if value != value else round(value, 4)
    return value
