"""docs/reference says what the configuration and the table contracts say."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from eros_assets.flows.reference_pages import reference_tables, write_pages
from eros_assets.ingest.config import ingest_config
from eros_assets.reports.reference.pages import PageError, filled, markdown_table
from eros_assets.settings import load_settings

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"
PAGES = sorted(FOLDER.glob("*.md"))


def test_every_page_is_current(tmp_path: Path) -> None:
    for page in PAGES:
        (tmp_path / page.name).write_text(page.read_text(encoding="utf-8"), encoding="utf-8")
    assert [path.name for path in write_pages(tmp_path)] == [], "write them again: `make docs`"


def test_a_figure_that_changed_makes_its_page_stale() -> None:
    settings, ingest = load_settings(), ingest_config()
    bound = settings.volume.bounds["revenue"].model_copy(update={"day_max": 5})
    volume = settings.volume.model_copy(update={"bounds": {**settings.volume.bounds, "revenue": bound}})
    page = (FOLDER / "volume.md").read_text(encoding="utf-8")
    other = filled(page, reference_tables(settings.model_copy(update={"volume": volume}), ingest))
    changed = [new for old, new in zip(page.splitlines(), other.splitlines(), strict=True) if old != new]
    assert [line.split(" | ")[2] for line in changed] == ["5"]


def test_every_table_stands_on_a_page() -> None:
    marked = re.findall(r"<!-- table: (.+?) -->", "".join(page.read_text(encoding="utf-8") for page in PAGES))
    assert sorted(marked) == sorted(reference_tables(load_settings(), ingest_config()))


@pytest.mark.parametrize(
    ("page", "said"),
    [
        ("<!-- table: none such -->\n<!-- end of table -->", "no table is called 'none such'"),
        ("<!-- table: a -->\nno end", "lacks its"),
        ("<!-- table: a -->\n<!-- table: a -->\n<!-- end of table -->", "inside another table"),
        ("no mark\n<!-- end of table -->", "lacks its"),
    ],
)
def test_marks_that_cannot_be_filled_are_named(page: str, said: str) -> None:
    with pytest.raises(PageError, match=said):
        filled(page, {"a": "| x |"})


def test_prose_stays_and_tables_are_replaced() -> None:
    page = "before\n<!-- table: a -->\n| old |\n<!-- end of table -->\nafter\n"
    new = filled(page, {"a": markdown_table(("x", "y"), [(None, 2.50)])})
    assert new == "before\n<!-- table: a -->\n| x | y |\n| --- | --- |\n| – | 2.5 |\n<!-- end of table -->\nafter\n"
    assert filled(new, {"a": markdown_table(("x", "y"), [(None, 2.50)])}) == new
