"""Everything one planning run may read: the frames, as of one day.

Built by the warehouse (or a test), consumed by planning and by the validators. Nothing in it looks
past ``as_of_date``, except ``locked_items``: what is already queued or sent for the week itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields, replace
from datetime import date, datetime
from typing import Any

import pandas as pd

from eros_assets.domain import frames


@dataclass(frozen=True)
class PlanInputs:
    """Read-only tables of a planning run, for any number of creators.

    Frames follow the contracts of :mod:`eros_assets.domain.frames`, named in the comments; the
    as-of tables hold one ``as_of_date`` only. ``recent_sends`` is ``performance.fct_sends`` of
    the last 180 days; ``past_items`` are the planned items (SCHEDULE_ITEM) of earlier weeks whose
    schedule was published, newest version each, of the last 8 weeks.
    """

    week_start: date
    as_of_date: date
    data_snapshot: str
    now: datetime
    creators: pd.DataFrame  # RAW_CREATORS, one row per creator to plan
    personas: pd.DataFrame  # RAW_PERSONAS
    vault: pd.DataFrame  # RAW_VAULT
    captions: pd.DataFrame  # POOL_CAPTIONS: the whole shared pool
    features: pd.DataFrame  # CAPTION_FEATURES
    health: pd.DataFrame  # CREATOR_HEALTH
    caption_performance: pd.DataFrame  # CAPTION_PERFORMANCE
    send_type_performance: pd.DataFrame  # SEND_TYPE_PERFORMANCE
    content_type_performance: pd.DataFrame  # CONTENT_TYPE_PERFORMANCE
    hour_performance: pd.DataFrame  # HOUR_PERFORMANCE
    length_performance: pd.DataFrame  # LENGTH_PERFORMANCE
    caption_scores: pd.DataFrame  # CAPTION_SCORES
    response_curves: pd.DataFrame  # RESPONSE_CURVES
    recent_sends: pd.DataFrame  # FCT_SENDS
    volume_triggers: pd.DataFrame = field(default_factory=frames.VOLUME_TRIGGERS.empty)
    low_frequency_winners: pd.DataFrame = field(default_factory=frames.LOW_FREQUENCY_WINNERS.empty)
    game_performance: pd.DataFrame = field(default_factory=frames.GAME_PERFORMANCE.empty)
    past_items: pd.DataFrame = field(default_factory=frames.SCHEDULE_ITEM.empty)
    locked_items: pd.DataFrame = field(default_factory=frames.SCHEDULE_ITEM.empty)
    roster: pd.DataFrame = field(default_factory=frames.RAW_CREATORS.empty)  # every active page, planned or not

    @property
    def pages(self) -> pd.DataFrame:
        """The pages among which shares are drawn: the roster, or the planned creators where there is none."""
        return self.roster if len(self.roster) else self.creators

    def for_creators(self, creator_ids: Iterable[str]) -> PlanInputs:
        """The same inputs cut to some creators; pool, features and roster stay whole."""
        wanted = set(creator_ids)
        whole = self.pages
        shared = {"captions", "features", "roster"}
        cut: dict[str, Any] = {
            f.name: frame.loc[frame["creator_id"].isin(wanted)].reset_index(drop=True)
            for f in fields(self)
            if f.name not in shared and isinstance(frame := getattr(self, f.name), pd.DataFrame)
        }
        return replace(self, **{**cut, "roster": whole})
