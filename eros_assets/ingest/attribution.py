"""Which creator a row belongs to: by id, by page name, by the page in the file's name."""

from __future__ import annotations

import pandas as pd

from eros_assets.ingest.config import page_aliases
from eros_assets.ingest.parse import page_names
from eros_assets.ingest.rows import Reference, Rows


def canonical_pages(texts: pd.Series) -> pd.Series:
    """Normalised handles with renamed pages under their new name."""
    pages = page_names(texts)
    return pages.replace(page_aliases())


def pages_of(rows: Rows) -> pd.Series:
    """Page name of each row, noting what had to be mended."""
    written = rows.text("page_name")
    rows.fix(rows.verbatim("page_name").notna() & written.isna(), "page_name_emptied")
    handles = page_names(written)
    rows.fix(written.notna() & (handles != written), "handle_normalised")
    if rows.source.page_name is not None:
        handles = handles.fillna(page_names(pd.Series([rows.source.page_name], dtype="str")).iloc[0])
    pages = handles.replace(page_aliases())
    rows.fix(handles.notna() & (pages != handles), "page_renamed")
    return pages


def attribute(rows: Rows, reference: Reference) -> tuple[pd.Series, pd.Series]:
    """``creator_id`` and ``page_name`` of each row.

    A known id of the export stands; otherwise the page decides. Rows of pages nobody manages
    keep a null id; rows with neither are left to the caller.
    """
    pages = pages_of(rows)
    given = rows.text("creator_id")
    known = given.isin(reference.creators["creator_id"]).astype(bool)
    by_page = pages.map(reference.id_of_page).astype("str")
    rows.fix(~known & by_page.notna(), "creator_found_by_page")
    creator = given.where(known, by_page)
    creator = creator.where(creator.notna() | pages.notna(), given)
    page_of_id = reference.creators.set_index("creator_id")["page_name"]
    return creator.astype("str"), pages.fillna(creator.map(page_of_id).astype("str"))


def require_known(rows: Rows, reference: Reference) -> pd.Series:
    """``creator_id`` of each row; rows of unknown creators are quarantined and tried again when creators change."""
    creator, pages = attribute(rows, reference)
    column = "page_name" if rows.has("page_name") or not rows.has("creator_id") else "creator_id"
    rows.stop(creator.isna() & pages.isna(), column, "missing_key", "names no creator")
    unknown = ~creator.isin(reference.creators["creator_id"]).astype(bool)
    rows.stop(unknown, column, "unknown_page", "is no page of a known creator")
    return creator
