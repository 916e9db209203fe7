"""Publishing one week: which schedules go out, their files, their status."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from eros_assets.flows.publish_files import publish_schedule, week_folder, write_files
from eros_assets.reports.exports import all_creators_csv
from eros_assets.settings import Settings
from eros_assets.warehouse.connection import connect, read, transaction
from eros_assets.warehouse.schedules import newest_schedules, schedules_in_force, set_status


@dataclass(frozen=True)
class PublishedCreator:
    """One creator's published week."""

    page_name: str
    folder: Path
    changed: bool
    items: int
    expected_revenue: float
    errors: int
    warnings: int


@dataclass(frozen=True)
class PublishedWeek:
    """What :func:`publish_week` did; ``held`` and ``waiting`` map page names to status."""

    week_start: date
    published: list[PublishedCreator]
    held: dict[str, str]
    waiting: dict[str, str]

    @property
    def files_changed(self) -> int:
        """Creators whose files differ from what stood there."""
        return sum(entry.changed for entry in self.published)


def publish_week(
    settings: Settings, week_start: date, *, approved_by_hand: frozenset[str] = frozenset()
) -> PublishedWeek:
    """Write the files of every schedule that may go out, mark it published, and write all that are in force as one.

    Held schedules are left out, so the last good files stay. ``needs_review`` goes out when the
    setting says so or the page is in ``approved_by_hand``.
    """
    allowed = {"approved", "published"}
    if settings.system.publishing.publish_needs_review:
        allowed.add("needs_review")
    with connect(settings) as connection:
        schedules, items, verdicts = newest_schedules(connection, week_start)
        creators = read(connection, "SELECT * FROM raw.creators").set_index("creator_id", drop=False)
        goes_out = schedules["status"].isin(allowed) | (
            (schedules["status"] == "needs_review") & schedules["page_name"].isin(approved_by_hand)
        )
        published = []
        items_of = dict(iter(items.groupby("schedule_id")))
        verdicts_of = dict(iter(verdicts.groupby("schedule_id")))
        # The files show the status they are published with, whenever they are written.
        for _, schedule in schedules[goes_out].assign(status="published").iterrows():
            own_items = items_of.get(schedule["schedule_id"], items.iloc[:0])
            own_verdicts = verdicts_of.get(schedule["schedule_id"], verdicts.iloc[:0])
            written = publish_schedule(
                settings, schedule, own_items, own_verdicts, creators.loc[schedule["creator_id"]]
            )
            published.append(
                PublishedCreator(
                    page_name=schedule["page_name"],
                    folder=written.folder,
                    changed=written.changed,
                    items=len(own_items),
                    expected_revenue=float(schedule["expected_revenue"]),
                    errors=int((own_verdicts["level"] == "error").sum()),
                    warnings=int((own_verdicts["level"] == "warning").sum()),
                )
            )
        ids = schedules.loc[goes_out, "schedule_id"].tolist()
        new = schedules.loc[goes_out & (schedules["status"] != "published"), "schedule_id"].tolist()

        def body(lake: duckdb.DuckDBPyConnection) -> None:
            set_status(lake, week_start, ids)

        if new:
            transaction(settings, connection, body)
        in_force = schedules_in_force(connection, week_start)
    if len(in_force[0]):
        write_files(week_folder(settings, week_start), {"all_creators.csv": all_creators_csv(*in_force)})
    kept = schedules[~goes_out]
    status = dict(zip(kept["page_name"], kept["status"], strict=True))
    return PublishedWeek(
        week_start=week_start,
        published=published,
        held={name: state for name, state in status.items() if state == "held"},
        waiting={name: state for name, state in status.items() if state != "held"},
    )
