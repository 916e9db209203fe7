"""``config/content_types.yaml``: what media show."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from eros_assets.settings.types import Factor, Name, Typed, Unique


class ContentType(Typed):
    """One kind of content: what its media add to a price, and the words that tell it.

    ``priority_tier`` (1 = foremost) and ``is_restricted`` are the agency's notes on its own list: they are shown in
    the reference and decide nothing.
    """

    key: Name
    label: Name
    group: Literal["premium", "solo", "suggestive", "lifestyle", "commerce"]
    price_factor: Factor
    priority_tier: Annotated[int, Field(ge=1, le=4)]
    is_restricted: bool
    is_active: bool = True
    aliases: Unique[Name] = ()
    keywords: Unique[Name] = ()


def active(rows: tuple[ContentType, ...]) -> tuple[ContentType, ...]:
    """Those in use: an inactive content type is as if its file did not list it."""
    return tuple(row for row in rows if row.is_active)
