"""Group ``scoring``: what captions, hours, prices and volume are worth, per week."""

from datetime import date
from typing import Any

import dagster as dg

from eros_assets.assets.metadata import row_count, table_spec
from eros_assets.assets.partitions import weekly
from eros_assets.assets.resources import LAKE_WRITER, Eros
from eros_assets.domain import frames
from eros_assets.flows.scoring import store_curves, store_features, store_model, store_scores

PERFORMANCE = [table.full_name.split(".") for table in frames.AS_OF_TABLES.values()]
FACTS = ["performance", "fct_sends"]
FEATURES = ["scoring", "caption_features"]


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


SCORING_ASSETS = [caption_features, response_curves, revenue_model, caption_scores]
