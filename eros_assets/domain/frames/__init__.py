"""Column contracts of every table that more than one layer touches.

One :class:`Table` per table: name, key, columns with DuckDB type, unit and meaning; one module
per layer of the lake. Ingest and planning build frames to these contracts, the warehouse creates
tables from them, Dagster shows them as column schemas and the docs list them. Tables that dbt
builds and planning reads are declared here as well: ``python -m eros_assets.warehouse.dbt_docs``
writes their meaning, keys and never-null columns into dbt's YAML, and a test keeps both in step.
"""

from eros_assets.domain.frames import governance, intermediate, performance, planning, raw, scoring
from eros_assets.domain.frames.governance import GAP_COVERAGE
from eros_assets.domain.frames.intermediate import POOL_CAPTIONS
from eros_assets.domain.frames.performance import (
    AS_OF_TABLES,
    CAPTION_PERFORMANCE,
    CONTENT_TYPE_PERFORMANCE,
    CREATOR_HEALTH,
    FCT_SENDS,
    HOUR_PERFORMANCE,
    LENGTH_PERFORMANCE,
    POOL_PERFORMANCE,
    SEND_TYPE_PERFORMANCE,
)
from eros_assets.domain.frames.planning import SCHEDULE, SCHEDULE_ITEM, SCHEDULE_VERDICTS, VOLUME_PLAN
from eros_assets.domain.frames.raw import (
    EXPORT_TABLES,
    RAW_CAPTIONS,
    RAW_CREATORS,
    RAW_LEDGER,
    RAW_PAGE_METRICS,
    RAW_PERSONAS,
    RAW_QUARANTINE,
    RAW_SENDS,
    RAW_TABLES,
    RAW_VAULT,
    RAW_WALL_POSTS,
)
from eros_assets.domain.frames.scoring import (
    CAPTION_FEATURES,
    CAPTION_SCORES,
    GAME_PERFORMANCE,
    LOW_FREQUENCY_WINNERS,
    RESPONSE_CURVES,
    REVENUE_MODEL,
    VOLUME_TRIGGERS,
)
from eros_assets.domain.frames.table import PANDAS_TYPES, Column, FrameError, Table, columns

TABLES = tuple(
    value
    for layer in (raw, intermediate, performance, scoring, planning, governance)
    for value in vars(layer).values()
    if isinstance(value, Table)
)
"""Every contract, layer by layer."""

__all__ = [
    "AS_OF_TABLES",
    "CAPTION_FEATURES",
    "CAPTION_PERFORMANCE",
    "CAPTION_SCORES",
    "CONTENT_TYPE_PERFORMANCE",
    "CREATOR_HEALTH",
    "EXPORT_TABLES",
    "FCT_SENDS",
    "GAME_PERFORMANCE",
    "GAP_COVERAGE",
    "HOUR_PERFORMANCE",
    "LENGTH_PERFORMANCE",
    "LOW_FREQUENCY_WINNERS",
    "PANDAS_TYPES",
    "POOL_CAPTIONS",
    "POOL_PERFORMANCE",
    "RAW_CAPTIONS",
    "RAW_CREATORS",
    "RAW_LEDGER",
    "RAW_PAGE_METRICS",
    "RAW_PERSONAS",
    "RAW_QUARANTINE",
    "RAW_SENDS",
    "RAW_TABLES",
    "RAW_VAULT",
    "RAW_WALL_POSTS",
    "RESPONSE_CURVES",
    "REVENUE_MODEL",
    "SCHEDULE",
    "SCHEDULE_ITEM",
    "SCHEDULE_VERDICTS",
    "SEND_TYPE_PERFORMANCE",
    "TABLES",
    "VOLUME_PLAN",
    "VOLUME_TRIGGERS",
    "Column",
    "FrameError",
    "Table",
    "columns",
]
