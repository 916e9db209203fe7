"""Group ``scoring``: what captions, hours, prices and volume are worth, per week."""

from collections.abc import Iterator
from datetime import date
from typing import Any

import dagster as dg

from eros_assets.assets.metadata import preview, row_count, table_spec
from eros_assets.assets.partitions import weekly
from eros_assets.assets.resources import LAKE_WRITER, Eros
from eros_assets.domain import frames
from eros_assets.domain.learning.performance_evidence import EVIDENCE_TABLES
from eros_assets.flows.scoring import store_curves, store_evidence, store_features, store_model, store_scores

PERFORMANCE = [table.full_name.split(".") for table in frames.AS_OF_TABLES.values()]
FACTS = ["performance", "fct_sends"]
FEATURES = ["scoring", "caption_features"]
TYPE_PERFORMANCE = [["performance", "send_type_performance"], ["performance", "content_type_performance"]]


@dg.multi_asset(
    name="caption_features",
    specs=[table_spec(frames.CAPTION_FEATURES, deps=[["intermediate", "int_captions"]])],
    pool=LAKE_WRITER,
)
def caption_features(eros: Eros) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Features of new captions; known texts are not computed again."""
    rows, added = store_features(eros.settings())
    return dg.MaterializeResult(metadata={**row_count(rows), "computed": added})


@dg.multi_asset(
    name="response_curves",
    specs=[table_spec(frames.RESPONSE_CURVES, deps=[FACTS, ["performance", "creator_health"]])],
    partitions_def=weekly,
    pool=LAKE_WRITER,
)
def response_curves(context: dg.AssetExecutionContext, eros: Eros) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """How revenue answers to hour, day, type, length, price and volume."""
    curves = store_curves(eros.settings(), date.fromisoformat(context.partition_key), eros.clock())
    return dg.MaterializeResult(metadata=row_count(len(curves)))


@dg.multi_asset(
    name="revenue_model",
    specs=[table_spec(frames.REVENUE_MODEL, deps=[FACTS, FEATURES], kinds={"lightgbm"})],
    partitions_def=weekly,
    pool=LAKE_WRITER,
)
def revenue_model(context: dg.AssetExecutionContext, eros: Eros) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """Train on what was settled before the week."""
    model = store_model(eros.settings(), date.fromisoformat(context.partition_key))
    metrics: dict[str, Any] = dict(model.metrics) if model else {"skipped": "too few settled sends"}
    return dg.MaterializeResult(metadata={**row_count(int(model is not None)), **metrics})


@dg.multi_asset(
    name="caption_scores",
    specs=[
        table_spec(
            frames.CAPTION_SCORES,
            deps=[FEATURES, ["scoring", "response_curves"], ["scoring", "revenue_model"], *PERFORMANCE],
        )
    ],
    partitions_def=weekly,
    pool=LAKE_WRITER,
)
def caption_scores(context: dg.AssetExecutionContext, eros: Eros) -> dg.MaterializeResult:  # type: ignore[type-arg]
    """The best candidates of every creator with score, freshness, expected revenue and uncertainty."""
    scores = store_scores(eros.settings(), date.fromisoformat(context.partition_key), eros.clock())
    return dg.MaterializeResult(metadata={**row_count(len(scores)), "creators": int(scores["creator_id"].nunique())})


@dg.multi_asset(
    name="performance_evidence",
    specs=[
        table_spec(frames.VOLUME_TRIGGERS, deps=[FACTS, *TYPE_PERFORMANCE]),
        table_spec(frames.LOW_FREQUENCY_WINNERS, deps=[["performance", "send_type_performance"]]),
        table_spec(frames.GAME_PERFORMANCE, deps=[FACTS, FEATURES]),
    ],
    partitions_def=weekly,
    pool=LAKE_WRITER,
)
def performance_evidence(context: dg.AssetExecutionContext, eros: Eros) -> Iterator[dg.MaterializeResult]:  # type: ignore[type-arg]
    """Volume triggers, rare winners and game results: what allocation reads, with the evidence."""
    found = store_evidence(eros.settings(), date.fromisoformat(context.partition_key), eros.clock())
    for table in EVIDENCE_TABLES:
        rows = found[table.name]
        yield dg.MaterializeResult(
            asset_key=[table.schema, table.name], metadata={**row_count(len(rows)), "preview": preview(rows)}
        )


SCORING_ASSETS = [caption_features, response_curves, revenue_model, caption_scores, performance_evidence]
