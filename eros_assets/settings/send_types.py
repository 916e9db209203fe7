"""``config/send_types.yaml``: the kinds of send, their limits, guidance, prices and hours."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from eros_assets.settings.types import (
    Category,
    Characters,
    Hour,
    Level,
    Listed,
    Minutes,
    Name,
    PerPage,
    PositiveHours,
    PositiveSends,
    Range,
    Rank,
    Sends,
    Typed,
    Unique,
    Weekday,
)
from eros_assets.settings.types import Price as Dollars

Need = Literal["needed", "optional", "none"]
SELLING_LENGTH = 350
"""Characters: a send type whose optimal range reaches this far is one whose texts sell [2.1]."""


class Price(Typed):
    """Prices: bounds are hard, ``default`` applies when nothing is known. Dollars."""

    min: Dollars
    default: Dollars
    max: Dollars
    rotation: Unique[Dollars] = ()

    @model_validator(mode="after")
    def _is_ordered(self) -> Price:
        if not self.min <= self.default <= self.max:
            raise ValueError(f"min {self.min}, default {self.default}, max {self.max}; allowed: min ≤ default ≤ max")
        if any(not self.min <= price <= self.max for price in self.rotation):
            raise ValueError(f"rotation {self.rotation}; allowed: prices from {self.min} to {self.max}")
        return self


class SendType(Typed):
    """One kind of send: limits, caption guidance, weekly floor, channels, targets, caption types, prices, timing."""

    key: Name
    category: Category
    page: Literal["both", "paid", "free"]
    media: Need
    flyer: PerPage[Need]
    money: Literal["price", "goal", "none"]
    link: bool
    expires_hours: PositiveHours | None
    followup: Literal["default", "optional", "none", "never"]
    max_per_day: PositiveSends
    max_per_week: PositiveSends | None
    hours_between: PositiveHours
    sort: Rank
    optimal: Range[Characters]
    acceptable: Range[Characters]
    emoji: Level
    media_kinds: Listed[Literal["video", "picture", "gif", "flyer", "none"]]
    weekly_floor: Sends
    channels: Listed[Name]
    targets: Listed[Name]
    is_target_required: bool = False
    caption_types: Listed[Name]
    offers: Listed[Name]
    price: Price | None
    hours: Unique[Hour]
    best_days: Unique[Weekday]
    avoid: Unique[Hour]
    spacing_minutes: Minutes
    is_bump: bool
    is_campaign: bool
    pin_rank: Annotated[int, Field(ge=1, le=1000)] | None
    label: Name

    @model_validator(mode="after")
    def _is_consistent(self) -> SendType:
        if self.optimal[0] < self.acceptable[0] or self.optimal[1] > self.acceptable[1]:
            raise ValueError(f"optimal {self.optimal}; allowed: within acceptable {self.acceptable}")
        if (self.price is None) != (self.money == "none"):
            raise ValueError(f"price {self.price} with money {self.money}; allowed: prices where money is asked")
        return self

    @property
    def is_ppv(self) -> bool:
        """Locked media with a price sold alone (``ppv_unlock``, ``ppv_wall``)."""
        return self.key in ("ppv_unlock", "ppv_wall")

    @property
    def is_sold(self) -> bool:
        """Sold for a price in one message or post; two of these keep the spacing of two PPVs."""
        return self.key in ("ppv_unlock", "ppv_wall", "bundle", "flash_bundle", "snapchat_bundle")

    @property
    def is_campaign_link(self) -> bool:
        """Whether it points to a running campaign (renewals link to the page itself) [1.5]."""
        return self.link and self.category == "engagement"

    @property
    def has_own_media(self) -> bool:
        """Whether its text decides what it shows: a link shows the scene of what it points to."""
        return self.media != "none" and not self.is_campaign_link

    @property
    def is_selling(self) -> bool:
        """Its text has to sell: the optimal range reaches long captions, so the length share is asked of it [2.1]."""
        return self.optimal[1] >= SELLING_LENGTH

    def is_true_of(self, offer: str | None) -> bool:
        """Whether a text with this offer (None: it announces nothing) may stand in a send of this type [10.1].

        A send that asks for money needs a text that says for what.
        """
        return offer in self.offers if offer is not None else self.money == "none"

    def allowed_on(self, page_type: str) -> bool:
        """Whether the page type permits this send type [9.1]; an unknown page type counts as free."""
        page = page_type if page_type in ("paid", "free") else "free"
        return self.page in ("both", page)
