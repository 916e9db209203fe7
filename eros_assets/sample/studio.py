"""The first sample agency, `studio`: what one call writes, in the order in which it is drawn."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from eros_assets.sample.agency import make_creators, make_page_metrics, make_personas, make_vault, page_names
from eros_assets.sample.captions import make_captions
from eros_assets.sample.config import load_demo_config
from eros_assets.sample.files import DemoReport, Sizes
from eros_assets.sample.history import export_texts, make_sends
from eros_assets.sample.response import make_truth, write_truth
from eros_assets.sample.send_reports import write_agency_report, write_page_reports, write_wall_posts
from eros_assets.sample.table_files import write_caption_files, write_page_tables
from eros_assets.settings import Settings

SIZES = Sizes(creators=40, captions=60_000, sends=75_000, days=400)


def write_studio(
    out: Path, truth_path: Path, end: date, sizes: Sizes, seed: int | None, settings: Settings
) -> DemoReport:
    """Write the export files into ``out`` and the truth to ``truth_path``; the same arguments write the same bytes."""
    config = load_demo_config()
    # One generator per part: a change in one part leaves the others' draws alone.
    streams = iter(np.random.default_rng([config.seed if seed is None else seed, part]) for part in range(20))
    names = page_names(sizes.creators + config.agency.former_creators, next(streams))
    former = names[sizes.creators :]
    pages = make_creators(names[: sizes.creators], end, sizes.days, config, settings, next(streams))
    pool = make_captions(sizes.captions, config, settings, next(streams))
    truth = make_truth(pages, pool, config, settings, next(streams))
    history = make_sends(
        pages,
        pool,
        truth,
        sends=sizes.sends,
        days=sizes.days,
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
            make_page_metrics(pages, history, end, sizes.days, next(streams)),
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
