"""``config/audiences.yaml``: channels, and the groups of fans a send may be aimed at."""

from __future__ import annotations

from typing import Annotated, Literal

from eros_assets.settings.types import Listed, Name, PositiveSends, PositiveShare, Typed, unique_by


class Channel(Typed):
    """A way in which something reaches fans; only those of ``auto_schedule`` are planned."""

    key: Name
    auto_schedule: bool


class Target(Typed):
    """A group of fans; ``reach`` is its share of the active ones, null where counts say it."""

    key: Name
    filter: Name
    page: Literal["both", "paid"]
    channels: Listed[Name]
    reach: PositiveShare | None
    max_per_day: PositiveSends | None
    max_per_week: PositiveSends | None


class Audiences(Typed):
    """Channels and targets."""

    channels: Annotated[tuple[Channel, ...], unique_by("key")]
    targets: Annotated[tuple[Target, ...], unique_by("key")]
