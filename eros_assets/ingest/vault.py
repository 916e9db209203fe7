"""Vault matrix, wide or long, stored long; and daily page metrics."""

from __future__ import annotations

import pandas as pd

from eros_assets.domain.frames import RAW_PAGE_METRICS, RAW_VAULT
from eros_assets.ingest.attribution import require_known
from eros_assets.ingest.headers import content_names
from eros_assets.ingest.parse import blank_nulls, counts, header_name
from eros_assets.ingest.rows import Reference, Rows
from eros_assets.settings import Settings

_METRIC_COUNTS = (
    "fan_count",
    "renew_on_count",
    "expired_count",
    "new_subscribers",
    "cancelled_subscribers",
    "profile_visits",
)
_METRIC_AMOUNTS = ("total_earnings", "message_earnings", "tips_earnings", "subscription_earnings", "post_earnings")


def build_vault(rows: Rows, reference: Reference, settings: Settings) -> pd.DataFrame:
    """``raw.vault`` rows of one file: a wide row gives one table row per configured content type."""
    creator = require_known(rows, reference)
    if rows.has("has_content"):
        return _long(rows, creator, settings)
    alive = creator[rows.alive]
    rows.drop_duplicates(alive.index[alive.duplicated(keep="last")])
    columns = rows.layout.content
    wide = pd.DataFrame({key: rows.sheet.cells[position] for key, position in columns.items()}, index=rows.index)
    provenance = pd.DataFrame(rows.provenance(), index=rows.index)
    parts = []
    for key in columns:
        owned, pieces = owns(wide[key], rows)
        part = provenance.assign(creator_id=creator, content_type_key=key, has_content=owned, quantity_available=pieces)
        parts.append(part[rows.alive])
    return RAW_VAULT.conform(pd.concat(parts).sort_values("_row_number", kind="stable"))


def _long(rows: Rows, creator: pd.Series, settings: Settings) -> pd.DataFrame:
    names = content_names(settings)
    label = rows.text("content_type")
    key = label.map({text: names.get(header_name(text)) for text in label.dropna().unique()}).astype("str")
    rows.stop(key.isna(), "content_type", "unknown_content_type", "is no configured content type")
    owned, pieces = owns(rows.verbatim("has_content"), rows)
    quantity = rows.count("quantity_available")
    both = pd.DataFrame({"creator_id": creator, "key": key})[rows.alive]
    rows.drop_duplicates(both.index[both.duplicated(keep="last")])
    columns: dict[str, object] = {
        "creator_id": creator,
        "content_type_key": key,
        "has_content": owned,
        "quantity_available": quantity.mask((quantity < 0).fillna(False)).fillna(pieces),
        "quality_rating": rows.text("quality_rating").str.upper(),
    }
    return rows.table(RAW_VAULT, columns)


def owns(cells: pd.Series, rows: Rows) -> tuple[pd.Series, pd.Series]:
    """Whether a vault cell means owned, and how many pieces when it is a count above one."""
    text = blank_nulls(cells, rows.config)
    number = counts(text).values
    owned = (number > 0).fillna(False).astype(bool) | text.str.lower().isin(rows.config.true_words).astype(bool)
    return owned, number.where((number > 1).fillna(False))


def build_page_metrics(rows: Rows, reference: Reference, _settings: Settings) -> pd.DataFrame:
    """``raw.page_metrics`` rows of one file."""
    creator = require_known(rows, reference)
    day = rows.date("metric_date")
    values: dict[str, pd.Series] = {}
    for name in _METRIC_COUNTS:
        count = rows.count(name)
        negative = (count < 0).fillna(False).astype(bool)
        rows.fix(negative, "negative_count_emptied")
        values[name] = count.mask(negative)
    for name in _METRIC_AMOUNTS:
        values[name] = rows.amount(name)
    both = pd.DataFrame({"creator_id": creator, "day": day})[rows.alive]
    rows.drop_duplicates(both.index[both.duplicated(keep="last")])
    return rows.table(RAW_PAGE_METRICS, {"creator_id": creator, "metric_date": day, **values})
