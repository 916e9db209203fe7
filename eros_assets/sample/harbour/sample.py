"""The harbour agency as one call: what is written, in the order in which it is drawn."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import numpy as np
import pandas as pd

from eros_assets.sample.files import DemoReport, Sizes
from eros_assets.sample.harbour.captions import make_captions
from eros_assets.sample.harbour.config import load_harbour_config
from eros_assets.sample.harbour.exports import write_captions, write_send_reports, write_tables, write_wall_posts
from eros_assets.sample.harbour.history import make_sends
from eros_assets.sample.harbour.pages import make_metrics, make_pages, make_personas, page_names
from eros_assets.sample.harbour.response import make_truth
from eros_assets.sample.response import write_truth
from eros_assets.settings import Settings


def default_sizes() -> Sizes:
    """The agency's usual sizes."""
    return Sizes(**load_harbour_config().sizes.model_dump())


def write_harbour(
    out: Path, truth_path: Path, end: date, sizes: Sizes, seed: int | None, settings: Settings
) -> DemoReport:
    """Write the export files into ``out`` and the truth to ``truth_path``; the same arguments write the same bytes."""
    config = load_harbour_config()
    # One generator per part: a change in one part leaves the others' draws alone.
    streams = iter(np.random.default_rng([config.seed if seed is None else seed, part]) for part in range(20))
    pages = make_pages(
        page_names(sizes.creators, config, next(streams)), end, sizes.days, config, settings, next(streams)
    )
    pool = make_captions(sizes.captions, config, settings, next(streams))
    truth = make_truth(pages, pool, config, next(streams))
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
    files = [
        *write_send_reports(history, truth, out, end, config, settings, next(streams)),
        *write_wall_posts(history, truth, out, end, settings, next(streams)),
        *write_captions(pool, history, out, end, config, settings, next(streams)),
        *write_tables(
            pages,
            make_personas(pages, settings, next(streams)),
            make_metrics(pages, history, end, sizes.days, next(streams)),
            out,
            end,
            settings,
            next(streams),
        ),
    ]
    write_truth(truth, truth_path)
    return DemoReport(
        files=tuple(files),
        truth_path=truth_path,
        creators=len(pages),
        captions=len(pool),
        sends=int((~history["is_wall"]).sum()),
        wall_posts=int(history["is_wall"].sum()),
    )
