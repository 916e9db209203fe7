"""The sample agency: one call writes every export file and, elsewhere, the truth behind them."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from eros_assets.demo.agency import make_creators, make_page_metrics, make_personas, make_vault, page_names
from eros_assets.demo.captions import make_captions
from eros_assets.demo.config import load_demo_config
from eros_assets.demo.files import DemoFile
from eros_assets.demo.history import export_texts, make_sends
from eros_assets.demo.response import make_truth, write_truth
from eros_assets.demo.send_reports import write_agency_report, write_page_reports, write_wall_posts
from eros_assets.demo.table_files import write_caption_files, write_page_tables
from eros_assets.settings import Settings

_LEAST = {"creators": 2, "captions": 200, "sends": 50, "days": 14}


@dataclass(frozen=True)
class DemoReport:
    """What the sample holds: files with kind, rows and planted faults, and the sizes drawn."""

    files: tuple[DemoFile, ...]
    truth_path: Path
    creators: int
    captions: int
    sends: int
    wall_posts: int

    @property
    def rows(self) -> int:
        """Data rows over all files."""
        return sum(file.rows for file in self.files)

    @property
    def faults(self) -> dict[str, int]:
        """Planted faults by kind over all files."""
        total: Counter[str] = Counter()
        for file in self.files:
            total.update(file.faults)
        return dict(sorted(total.items()))


def write_demo(
    out: Path,
    truth_path: Path,
    *,
    end: date,
    creators: int = 40,
    captions: int = 60_000,
    sends: int = 75_000,
    days: int = 400,
    seed: int | None = None,
    settings: Settings,
) -> DemoReport:
    """Write the sample agency's exports into ``out`` and its truth to ``truth_path``.

    ``end`` is the last day with sends; the newest files were exported the day after. ``sends``
    counts mass messages, ``captions`` distinct texts; ``seed`` defaults to ``config/demo.yaml``.
    The same arguments write the same bytes. Raises ``ValueError`` for sizes too small to plan
    with, and for a truth file inside ``out``, where the pipeline would meet it.
    """
    for name, least in _LEAST.items():
        if locals()[name] < least:
            raise ValueError(f"{name} = {locals()[name]} is too small for a sample; at least {least}")
    if truth_path.resolve().is_relative_to(out.resolve()):
        raise ValueError(f"the truth file {truth_path} must lie outside the inbox {out}")
    config = load_demo_config()
    # One generator per part: a change in one part leaves the others' draws alone.
    streams = iter(np.random.default_rng([config.seed if seed is None else seed, part]) for part in range(20))
    out.mkdir(parents=True, exist_ok=True)
    names = page_names(creators + config.agency.former_creators, next(streams))
    former = names[creators:]
    pages = make_creators(names[:creators], end, days, config, settings, next(streams))
    pool = make_captions(captions, config, settings, next(streams))
    truth = make_truth(pages, pool, config, settings, next(streams))
    history = make_sends(
        pages,
        pool,
        truth,
        sends=sends,
        days=days,
        end=pd.Timestamp(end),
        config=config,
        settings=settings,
        rng=next(streams),
    )
    history["export_text"] = export_texts(history, config.sends.restyled, next(streams))
    files = [
        *write_page_reports(history, pages, truth, out, end, config, settings, next(streams)),
        *write_agency_report(history, pages, former, truth, out, end, config, settings, next(streams)),
        *write_wall_posts(history, pages, truth, out, end, config, settings, next(streams)),
        *write_caption_files(pool, history, out, end, config, next(streams)),
        *write_page_tables(
            pages,
            make_personas(pages, settings, next(streams)),
            make_vault(pages, settings, next(streams)),
            make_page_metrics(pages, history, end, days, next(streams)),
            out,
            end,
            config,
            next(streams),
        ),
    ]
    write_truth(truth, truth_path)
    is_wall = history["group"] == "wall"
    return DemoReport(
        files=tuple(files),
        truth_path=truth_path,
        creators=len(pages),
        captions=len(pool),
        sends=int((~is_wall).sum()),
        wall_posts=int(is_wall.sum()),
    )
