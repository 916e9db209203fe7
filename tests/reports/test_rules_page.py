"""docs/rules.md says what the rules say."""

from __future__ import annotations

import re
from pathlib import Path

from eros_assets.reports.rules_page import rules_page
from eros_assets.rules.catalogue import NOT_BUILT, catalogue
from eros_assets.settings import load_settings

PAGE = Path(__file__).resolve().parents[2] / "docs" / "rules.md"


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == rules_page(load_settings()), "write it again: `make docs`"


def test_every_rule_has_one_row_with_a_target_if_it_is_built() -> None:
    rows = [line.strip("| \n").split(" | ") for line in PAGE.read_text(encoding="utf-8").splitlines() if "| [" in line]
    assert [row[0] for row in rows] == [f"[{entry.gap}]" for entry in catalogue()]
    for gap, name, asks, _flag, severity, target, *_ in (row for row in rows if row[-1] == "yes"):
        assert name and asks and severity in ("error", "warning", "info")
        assert re.search(r"\d", target), gap
    assert sum(row[-1] == "no" for row in rows) == len(NOT_BUILT)
