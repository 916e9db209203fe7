"""The code location: every asset, check, job, schedule and sensor of EROS.

``build_defs`` takes replacements for its parts, so that tests and tools swap resources instead of
patching modules.
"""

from __future__ import annotations

import os
import warnings

# Features we chose although Dagster still marks them preview or beta.
for _message in ("Specifying a partitions_def on an AssetCheckSpec", "Parameter `backfill_policy`"):
    warnings.filterwarnings("ignore", message=_message)
os.environ.setdefault("DO_NOT_TRACK", "1")

import dagster as dg  # noqa: E402

from eros_assets.assets.dbt import dbt_resource, performance_models, staging_models  # noqa: E402
from eros_assets.assets.digest import daily_digest, site  # noqa: E402
from eros_assets.assets.governance import gap_coverage  # noqa: E402
from eros_assets.assets.ingest import ingest  # noqa: E402
from eros_assets.assets.maintenance import lake_maintenance  # noqa: E402
from eros_assets.assets.planning import planning_assets  # noqa: E402
from eros_assets.assets.publishing import creator_schedule, published_schedules  # noqa: E402
from eros_assets.assets.resources import Eros  # noqa: E402
from eros_assets.assets.scoring import SCORING_ASSETS  # noqa: E402
from eros_assets.checks import CHECKS  # noqa: E402
from eros_assets.jobs import JOBS  # noqa: E402
from eros_assets.progress import progress_logger  # noqa: E402
from schedules import SCHEDULES  # noqa: E402
from sensors import SENSORS  # noqa: E402

ASSETS: list[dg.AssetsDefinition | dg.AssetSpec] = [
    ingest,
    staging_models,
    performance_models,
    *SCORING_ASSETS,
    planning_assets,
    published_schedules,
    creator_schedule,
    daily_digest,
    site,
    gap_coverage,
    lake_maintenance,
]


def build_defs(*, home: str | None = None, now: str | None = None) -> dg.Definitions:
    """A fresh ``Definitions``; ``home`` and ``now`` replace ``EROS_HOME`` and the clock."""
    return dg.Definitions(
        assets=ASSETS,
        asset_checks=CHECKS,
        jobs=JOBS,
        schedules=SCHEDULES,
        sensors=SENSORS,
        resources={"eros": Eros(home=home, now=now), "dbt": dbt_resource},
        executor=dg.in_process_executor,
        loggers={"progress": progress_logger, "console": dg.colored_console_logger},
    )


defs = build_defs()
