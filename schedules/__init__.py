"""When jobs run by themselves, in the agency's time zone."""

import dagster as dg

from eros_assets.assets.partitions import next_monday
from eros_assets.jobs import daily_job, maintenance_job, weekly_job
from eros_assets.settings import load_settings

TIMEZONE = load_settings().system.agency.timezone

daily_schedule = dg.build_schedule_from_partitioned_job(
    daily_job, name="daily", hour_of_day=6, minute_of_hour=0, description="Yesterday's data and digest, every morning."
)


@dg.schedule(
    name="weekly",
    job=weekly_job,
    cron_schedule="0 9 * * 0",
    execution_timezone=TIMEZONE,
    description="Next week's schedules, every Sunday after the daily run.",
)
def weekly_schedule(context: dg.ScheduleEvaluationContext) -> dg.RunRequest:
    """Plan the week that starts the Monday after the tick."""
    key = next_monday(context.scheduled_execution_time.date()).isoformat()
    return dg.RunRequest(run_key=key, partition_key=key)


maintenance_schedule = dg.ScheduleDefinition(
    name="maintenance",
    job=maintenance_job,
    cron_schedule="0 3 * * 1",
    execution_timezone=TIMEZONE,
    description="Compaction and snapshot expiry, Monday nights.",
)

SCHEDULES = [daily_schedule, weekly_schedule, maintenance_schedule]
