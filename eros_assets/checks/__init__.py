"""Asset checks: thin callers of the rules and of structural queries."""

from eros_assets.checks.ingest import INGEST_CHECKS
from eros_assets.checks.schedule import SCHEDULE_CHECKS

CHECKS = [*INGEST_CHECKS, *SCHEDULE_CHECKS]
"""Everything the code location registers; dbt tests come with the dbt assets."""
