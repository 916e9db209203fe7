"""What starts runs when something happens: new files in the inbox."""

import hashlib
import time

import dagster as dg

from eros_assets.assets.resources import Eros
from eros_assets.jobs import ingest_job


@dg.sensor(
    name="inbox", job=ingest_job, minimum_interval_seconds=30, description="Ingest export files dropped in the inbox."
)
def inbox_sensor(context: dg.SensorEvaluationContext, eros: Eros) -> dg.SensorResult | dg.SkipReason:
    """One run per set of settled files; files still being written wait for the next tick."""
    settings = eros.settings()
    newest = time.time() - settings.system.ingest.settle_seconds
    inbox = sorted(settings.paths.inbox.glob("[!.~]*")) if settings.paths.inbox.exists() else []
    files = [file for file in inbox if file.is_file() and file.stat().st_mtime < newest]
    if not files:
        return dg.SkipReason("no settled file in the inbox")
    listing = "\n".join(f"{file.name}:{file.stat().st_size}:{file.stat().st_mtime_ns}" for file in files)
    key = hashlib.sha256(listing.encode()).hexdigest()[:16]
    config = dg.RunConfig(ops={"load_exports": {"config": {"paths": [str(file) for file in files]}}})
    return dg.SensorResult(run_requests=[dg.RunRequest(run_key=key, run_config=config)])


SENSORS = [inbox_sensor]
