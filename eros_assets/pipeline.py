"""The main job as real Dagster runs: ingest what is new, bring tables up to date, plan, publish.

Used by ``eros run`` and ``eros backfill``. What is up to date is left alone: a day or week is run
again only when data behind it changed since, or its configuration did.
"""

from __future__ import annotations

import json
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import asdict, dataclass, field
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import dagster as dg
import duckdb

from eros_assets.assets.partitions import daily, next_monday
from eros_assets.definitions import build_defs
from eros_assets.flows.publish_files import write_files
from eros_assets.flows.site import publish_site
from eros_assets.flows.upgrade import bring_up_to_date, contract_tables
from eros_assets.jobs import MODELS, RAW
from eros_assets.settings import Settings, config_dir
from eros_assets.warehouse.comments import update_comments
from eros_assets.warehouse.connection import connect, transaction
from eros_assets.warehouse.state import (
    changed_days,
    ledger_hashes,
    ledger_summary,
    raw_version,
    week_summary,
    week_version,
)

RANGE_START, RANGE_END = "dagster/asset_partition_range_start", "dagster/asset_partition_range_end"
PARTITION = "dagster/partition"
MADE_FROM = "eros/made_from"
"""Run tag: version of the inputs; a successful run on the same inputs is not repeated."""


@dataclass
class RunSummary:
    """What one ``eros run`` did; ``run_summary.json`` holds the same keys."""

    files: int = 0
    rows_read: int = 0
    rows_loaded: int = 0
    rows_updated: int = 0
    rows_duplicate: int = 0
    rows_quarantined: int = 0
    creators_planned: int = 0
    creators_published: int = 0
    creators_held: int = 0
    items: int = 0
    expected_revenue: float = 0.0
    checks_passed: int = 0
    checks_warned: int = 0
    checks_failed: int = 0
    seconds: dict[str, float] = field(default_factory=dict)
    week_start: str = ""
    last_day: str = ""
    finished_at: str = ""
    preset: str = ""
    method: str = ""
    preset_changes: list[str] = field(default_factory=list)
    held: dict[str, str] = field(default_factory=dict)
    rejected: dict[str, str] = field(default_factory=dict)
    failed_runs: list[str] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)
    paths: dict[str, str] = field(default_factory=dict)


def prepare_instance(settings: Settings) -> dg.DagsterInstance:
    """The Dagster instance of the home, made on first use with our ``dagster.yaml``."""
    home = settings.paths.dagster_home
    write_files(home, {"dagster.yaml": (config_dir() / "dagster.yaml").read_bytes()})
    return dg.DagsterInstance.from_config(str(home))


class Pipeline:
    """Runs jobs in process against one home, with an injected clock."""

    def __init__(self, settings: Settings, now: datetime | None = None) -> None:
        """``now`` (with zone) replaces the clock of the whole run."""
        self.settings = settings
        self.now = now or datetime.now(UTC)
        self.instance = prepare_instance(settings)
        with connect(settings) as connection:
            transaction(settings, connection, bring_up_to_date)
            transaction(settings, connection, lambda c: update_comments(c, contract_tables()))
        self.defs = build_defs(home=str(settings.paths.home), now=now.isoformat() if now else None)
        self.summary = RunSummary()

    @property
    def yesterday(self) -> date:
        """Newest complete day in the agency's zone."""
        return self.now.astimezone(ZoneInfo(self.settings.system.agency.timezone)).date() - timedelta(days=1)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the block's wall seconds to the summary."""
        started = time.perf_counter()
        yield
        self.summary.seconds[stage] = round(self.summary.seconds.get(stage, 0) + time.perf_counter() - started, 2)

    def job(
        self,
        name: str,
        *,
        partition: str | None = None,
        days: tuple[date, date] | None = None,
        config: Mapping[str, object] | None = None,
        without: dg.AssetSelection | None = None,
        made_from: str | None = None,
    ) -> bool:
        """One real run of a job, for a partition or a range of days; records its checks. False when it failed."""
        job = self.defs.resolve_job_def(name)
        graph = self.defs.resolve_asset_graph()
        selected = job.asset_layer.selected_asset_keys - without.resolve(graph) if without else None
        tags = {RANGE_START: days[0].isoformat(), RANGE_END: days[1].isoformat()} if days else {}
        tags |= {MADE_FROM: made_from} if made_from else {}
        result = job.execute_in_process(
            instance=self.instance,
            asset_selection=sorted(selected) if selected else None,
            partition_key=partition,
            tags=tags,
            run_config={"loggers": {"progress": {}}, "ops": dict(config or {})},
            raise_on_error=False,
        )
        for event in result.all_events:
            if event.event_type == dg.DagsterEventType.ASSET_CHECK_EVALUATION:
                check = event.asset_check_evaluation_data
                if check.passed:
                    self.summary.checks_passed += 1
                elif check.severity == dg.AssetCheckSeverity.ERROR:
                    self.summary.checks_failed += 1
                else:
                    self.summary.checks_warned += 1
            elif event.event_type == dg.DagsterEventType.STEP_FAILURE and event.step_failure_data.error:
                error = event.step_failure_data.error
                self.summary.errors[event.step_key or name] = (error.cause or error).message.strip()
        if not result.success:
            self.summary.failed_runs.append(f"{name} {partition or days or ''} {result.run_id}".strip())
        return result.success

    def is_done(self, name: str, partition: str, made_from: str) -> bool:
        """Whether a run of the job succeeded for this partition on exactly these inputs."""
        wanted = dg.RunsFilter(
            job_name=name,
            statuses=[dg.DagsterRunStatus.SUCCESS],
            tags={PARTITION: partition, MADE_FROM: made_from},
        )
        return bool(self.instance.get_run_records(wanted, limit=1))

    def run(
        self, week: date | None = None, *, force: bool = False, creators: Sequence[str] | None = None
    ) -> RunSummary:
        """Ingest, history, day, week: each only when something behind it is new, or ``force``."""
        started = time.perf_counter()
        week = week or next_monday(self.yesterday + timedelta(days=1))
        with connect(self.settings) as connection:
            known = ledger_hashes(connection)
        with self.timed("ingest"):
            succeeded = self.job("ingest")
        with connect(self.settings) as connection:
            for key, value in ledger_summary(connection, known).items():
                setattr(self.summary, key, value)
        if succeeded and self._update_tables(force):
            self.plan(week, creators, force=force)
        return self._finish(week, started)

    def plan(self, week: date, creators: Sequence[str] | None = None, *, force: bool = False) -> None:
        """Score, plan, check and publish a week, unless it stands on the same inputs already."""
        with connect(self.settings) as connection:
            wanted = week_version(connection, self.settings, week)
        if not (force or creators) and self.is_done("weekly", week.isoformat(), wanted):
            return
        config = {"plan_graph": {"ops": {"split_creators": {"config": {"creators": list(creators or [])}}}}}
        with self.timed("plan and publish"):
            self.job("weekly", partition=week.isoformat(), config=config, made_from=wanted)

    def _update_tables(self, force: bool) -> bool:
        """History and yesterday, when raw data changed since they were made."""
        partition = self.yesterday.isoformat()
        with connect(self.settings) as connection:
            wanted = raw_version(connection)
        if not force and self.is_done("daily", partition, wanted):
            return True
        with self.timed("history"), connect(self.settings) as connection:
            days = [day for day in changed_days(self.settings, connection) if day < self.yesterday]
        if days:
            with self.timed("history"):
                if not self.job("history", days=(min(days), self.yesterday - timedelta(days=1))):
                    return False
        done = RAW | MODELS if days else RAW
        with self.timed("day and digest"):
            return self.job("daily", partition=partition, without=done, made_from=wanted)

    def backfill(self, first: date, last: date, *, single_run: bool = True) -> RunSummary:
        """Facts and as-of tables of a range of days: in one run, or day by day."""
        if first > last:
            raise ValueError(f"INVALID_DATE: --from {first} is after --to {last}")
        if first < daily.start.date() or last > self.yesterday:
            raise ValueError(f"INVALID_DATE: {first} … {last} is outside {daily.start.date()} … {self.yesterday}")
        started = time.perf_counter()
        with self.timed("backfill"):
            if single_run:
                self.job("backfill", days=(first, last))
            else:
                for offset in range((last - first).days + 1):
                    day = first + timedelta(days=offset)
                    self.job("backfill", partition=day.isoformat())
        self.summary.seconds["total"] = round(time.perf_counter() - started, 2)
        return self.summary

    def _finish(self, week: date, started: float) -> RunSummary:
        paths, summary = self.settings.paths, self.summary
        with connect(self.settings) as connection:
            for key, value in week_summary(connection, week).items():
                setattr(summary, key, value)
        summary.week_start, summary.last_day = week.isoformat(), self.yesterday.isoformat()
        summary.preset, summary.method = self.settings.system.preset, self.settings.method
        summary.preset_changes = list(self.settings.preset_changes)
        summary.paths = {
            "site": str(paths.site / "index.html"),
            "published": str(paths.published / week.isoformat()),
            "digest": str(paths.digests / self.yesterday.isoformat()),
        }
        summary.seconds["total"] = round(time.perf_counter() - started, 2)
        summary.finished_at = datetime.now(UTC).strftime("%Y-%m-%d %H:%M UTC")
        write_files(paths.home, {paths.run_summary.name: (json.dumps(asdict(summary), indent=1) + "\n").encode()})
        # The run's own site was made before these figures were known, and not at all when nothing was new.
        # After a failed run a table may be missing: the run's error is what counts then.
        with suppress(duckdb.Error) if summary.failed_runs else nullcontext():
            publish_site(self.settings)
        return summary
