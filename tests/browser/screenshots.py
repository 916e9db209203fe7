"""The pictures of ``docs/``: ``python -m tests.browser.screenshots [HOME]`` after a run into that home.

Without HOME the home of the configuration is taken. The calendar shown is that of the page with the most items.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

from eros_assets.settings import load_settings
from tests.browser.pages import ROOT, ReportPages, browser_page, open_calendar

SIZES = {"calendar": (1500, 1150), "creator": (1280, 640), "digest": (1400, 1000), "site": (1500, 1000)}


def take(home: Path, folder: Path) -> list[Path]:
    """Write one picture per kind of page of ``home`` to ``folder``; returns the files."""
    week = max(path.name for path in (home / "published").iterdir() if path.is_dir())
    pages = ReportPages.of(home, week)
    counts = [len(json.loads((file.parent / "schedule.json").read_text())["items"]) for file in pages.calendars]
    chosen = pages.by_kind(counts.index(max(counts)))
    files = []
    for kind, (width, height) in SIZES.items():
        files.append(folder / f"{kind}.png")
        with browser_page(width, height) as page:
            open_calendar(page, chosen[kind])
            page.screenshot(path=str(files[-1]))
    return files


if __name__ == "__main__":
    for file in take(Path(sys.argv[1]) if len(sys.argv) > 1 else load_settings().paths.home, ROOT / "docs"):
        print(file)
