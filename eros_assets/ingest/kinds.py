"""The kinds of export file, one row each: which table a kind fills, who reads it, how its rows meet older ones.

A new kind is a row here, the reader it names, its table in :mod:`eros_assets.domain.frames.raw` and its
headers in ``config/ingest.yaml``. Everything else (inbox, merge, quarantine, ledger, assets, checks)
follows from these.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import pandas as pd

from eros_assets.domain.frames import Table, raw
from eros_assets.ingest.captions import build_captions, combine_captions
from eros_assets.ingest.creators import build_creators, build_personas
from eros_assets.ingest.rows import Reference, Rows
from eros_assets.ingest.sends import build_sends, build_wall_posts
from eros_assets.ingest.vault import build_page_metrics, build_vault
from eros_assets.settings import Settings

Reader = Callable[[Rows, Reference, Settings], pd.DataFrame]
"""Rows of one file, the creators known and the settings → rows of the kind's table; bad rows are stopped."""
Combiner = Callable[[pd.DataFrame, pd.DataFrame], pd.DataFrame]
"""Stored rows and newly read rows of the same keys, in one order → the rows that shall stand."""


@dataclass(frozen=True)
class ExportKind:
    """One kind of export file; its name is that of its table.

    ``combine`` says which row stands when a key is stored already; without it the newer export's does.
    ``platform_id`` names the column of the id that the platform gave. Rows of such a kind belong to
    a page even while nobody manages it: they get their creator once the page is known, and an id
    seen under two creators is quarantined.
    """

    table: Table
    read: Reader
    combine: Combiner | None = None
    platform_id: str | None = None


KINDS = {
    kind.table.name: kind
    for kind in (
        ExportKind(raw.RAW_SENDS, build_sends, platform_id="message_id"),
        ExportKind(raw.RAW_WALL_POSTS, build_wall_posts, platform_id="post_id"),
        ExportKind(raw.RAW_CREATORS, build_creators),
        ExportKind(raw.RAW_PERSONAS, build_personas),
        ExportKind(raw.RAW_CAPTIONS, build_captions, combine=combine_captions),
        ExportKind(raw.RAW_VAULT, build_vault),
        ExportKind(raw.RAW_PAGE_METRICS, build_page_metrics),
    )
}
