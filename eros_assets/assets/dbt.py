"""Groups ``staging``, ``intermediate``, ``performance``: the dbt project as Dagster assets.

Two asset definitions over one project: views and small tables have no partitions, windowed models
replace the days of the run's partitions. dbt tests become asset checks; error-severity
tests block what follows in the run.
"""

import json
import os
from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets

from eros_assets.assets.metadata import OWNERS, row_count
from eros_assets.assets.partitions import daily
from eros_assets.assets.resources import LAKE_WRITER, Eros
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse.connection import connect, read
from eros_assets.warehouse.dbt_run import EXECUTABLE, PROJECT_DIR, build_args, environment, manifest, prepare, run_dbt
from eros_assets.warehouse.state import changed_days

MANIFEST = manifest(load_settings())


class ErosTranslator(DagsterDbtTranslator):
    """Key and group of a model are its schema and name, so that the UI's rooms are the lake's schemas."""

    def get_asset_spec(self, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None) -> dg.AssetSpec:
        """Spec of one model, seed or source."""
        spec = super().get_asset_spec(manifest, unique_id, project)
        node = manifest["nodes"].get(unique_id) or manifest["sources"][unique_id]
        if node["resource_type"] == "source":
            return spec
        return spec.replace_attributes(
            key=dg.AssetKey([node["schema"], node["name"]]), group_name=node["schema"], owners=OWNERS
        )


def _stream(
    context: dg.AssetExecutionContext, dbt: DbtCliResource, settings: Settings, args: list[str]
) -> Iterator[Any]:
    """Run dbt against the run's home and pass on its events with row counts and column schemas.

    dagster-dbt's own fetchers take longer than the build (a connection per model, lineage parsed
    from SQL) and keep dbt's scratch file locked; here one connection reads the lake afterwards.
    """
    prepare(settings)
    os.environ.update(environment(settings))
    invocation = dbt.cli(args, context=context, raise_on_error=False)
    events = list(invocation.stream())
    tables = [event for event in events if isinstance(event, dg.Output)]
    described = _table_metadata(settings, [context.asset_key_for_output(event.output_name) for event in tables])
    for event in events:
        if isinstance(event, dg.Output):
            extra = described[context.asset_key_for_output(event.output_name)]
            event = event.with_metadata({**event.metadata, **extra})
        yield event
    error = invocation.get_error()
    if error:
        raise error


def _table_metadata(settings: Settings, keys: list[dg.AssetKey]) -> dict[dg.AssetKey, dict[str, Any]]:
    """Row count and column schema of every built table or view."""
    columns = {
        (node["schema"], node["name"]): {name: c["description"] for name, c in node["columns"].items()}
        for node in json.loads(MANIFEST.read_text(encoding="utf-8"))["nodes"].values()
    }
    found = {}
    with connect(settings, read_only=True) as connection:
        for key in keys:
            schema, name = key.path
            types = read(connection, f"DESCRIBE {schema}.{name}")
            count = int(read(connection, f"SELECT count(*) AS n FROM {schema}.{name}")["n"].iloc[0])
            texts = columns.get((schema, name), {})
            found[key] = {
                **row_count(count),
                "dagster/column_schema": dg.TableSchema(
                    [
                        dg.TableColumn(column, kind, texts.get(column))
                        for column, kind in zip(types["column_name"], types["column_type"], strict=True)
                    ]
                ),
            }
    return found


@dbt_assets(
    manifest=MANIFEST,
    name="staging_models",
    exclude="tag:windowed",
    dagster_dbt_translator=ErosTranslator(),
    pool=LAKE_WRITER,
)
def staging_models(context: dg.AssetExecutionContext, dbt: DbtCliResource, eros: Eros) -> Iterator[Any]:
    """Seeds, staging views and the caption pool: no partitions, rebuilt whole."""
    yield from _stream(context, dbt, eros.settings(), build_args(None, None))


@dbt_assets(
    manifest=MANIFEST,
    name="performance_models",
    select="tag:windowed",
    dagster_dbt_translator=ErosTranslator(),
    partitions_def=daily,
    backfill_policy=dg.BackfillPolicy.single_run(),
    pool=LAKE_WRITER,
)
def performance_models(context: dg.AssetExecutionContext, dbt: DbtCliResource, eros: Eros) -> Iterator[Any]:
    """Facts and as-of tables of the run's days; one dbt call for any range.

    Exports re-report counters for weeks: earlier days whose facts no longer agree with the raw
    sends are brought up to date first, so that as-of tables never stand on stale facts.
    """
    settings = eros.settings()
    window = context.partition_key_range
    first, last = date.fromisoformat(window.start), date.fromisoformat(window.end)
    with connect(settings, read_only=True) as connection:
        late = [day for day in changed_days(settings, connection) if day < first]
    if late:
        context.log.info("late data: facts of %s … %s again", min(late), first - timedelta(days=1))
        run_dbt(settings, build_args(min(late), first - timedelta(days=1), select="tag:fact"))
    yield from _stream(context, dbt, settings, build_args(first, last))


dbt_resource = DbtCliResource(
    project_dir=str(PROJECT_DIR),
    profiles_dir=str(PROJECT_DIR),
    dbt_executable=EXECUTABLE,
)
