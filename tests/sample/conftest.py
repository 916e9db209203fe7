"""One sample of middle size for the whole area, drawn once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from eros_assets.sample import DemoReport, write_demo
from eros_assets.settings import Settings, load_settings

END = date(2025, 11, 30)


@dataclass(frozen=True)
class Sample:
    inbox: Path
    report: DemoReport
    settings: Settings


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(tmp_path_factory.mktemp("home"))


@pytest.fixture(scope="session")
def sample(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> Sample:
    home = tmp_path_factory.mktemp("demo")
    inbox = home / "inbox"
    report = write_demo(
        inbox, home / "truth.json", end=END, creators=12, captions=6_000, sends=15_000, days=240, settings=settings
    )
    return Sample(inbox, report, settings)
