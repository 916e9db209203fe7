"""The harbour agency drawn once, at its default size for what is measured and small for its files."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from eros_assets.sample import DemoReport, write_demo
from eros_assets.sample.harbour.captions import make_captions
from eros_assets.sample.harbour.config import HarbourConfig, load_harbour_config
from eros_assets.sample.harbour.history import make_sends
from eros_assets.sample.harbour.pages import make_pages, page_names
from eros_assets.sample.harbour.response import Truth, make_truth
from eros_assets.settings import Settings
from tests.sample.conftest import END


@dataclass(frozen=True)
class Harbour:
    config: HarbourConfig
    pages: pd.DataFrame
    captions: pd.DataFrame
    sends: pd.DataFrame
    truth: Truth


@pytest.fixture(scope="session")
def harbour(settings: Settings) -> Harbour:
    """Pages, captions, sends and truth at the default size."""
    config = load_harbour_config()
    rng = np.random.default_rng(11)
    sizes = config.sizes
    pages = make_pages(page_names(sizes.creators, config, rng), END, sizes.days, config, settings, rng)
    captions = make_captions(sizes.captions, config, settings, rng)
    truth = make_truth(pages, captions, config, rng)
    sends = make_sends(
        pages,
        captions,
        truth,
        sends=sizes.sends,
        days=sizes.days,
        end=pd.Timestamp(END),
        config=config,
        settings=settings,
        rng=rng,
    )
    return Harbour(config, pages, captions, sends, truth)


@pytest.fixture(scope="session")
def written(tmp_path_factory: pytest.TempPathFactory, settings: Settings) -> tuple[Path, DemoReport]:
    """Folder of a small sample's files and its report."""
    home = tmp_path_factory.mktemp("harbour")
    report = write_demo(
        home / "inbox",
        home / "truth.json",
        end=END,
        agency="harbour",
        creators=6,
        captions=1_500,
        sends=4_000,
        days=240,
        settings=settings,
    )
    return home / "inbox", report
