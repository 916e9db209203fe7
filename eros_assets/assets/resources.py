"""What every asset gets handed: the typed settings of the run's home."""

from __future__ import annotations

from datetime import UTC, datetime

import dagster as dg

from eros_assets.settings import Settings, load_settings

LAKE_WRITER = "lake_writer"
"""Pool with one slot on the local profile: every asset and check that writes to the lake."""


class Eros(dg.ConfigurableResource):  # type: ignore[type-arg]
    """Home and clock of a run; both are injected, so tests and tools replace them."""

    home: str | None = None
    now: str | None = None

    def settings(self) -> Settings:
        """Settings with ``home`` (default: ``EROS_HOME``)."""
        return load_settings(self.home)

    def clock(self) -> datetime:
        """The injected time, or the present, as UTC without zone."""
        moment = datetime.fromisoformat(self.now) if self.now else datetime.now(UTC)
        return moment.astimezone(UTC).replace(tzinfo=None) if moment.tzinfo else moment
