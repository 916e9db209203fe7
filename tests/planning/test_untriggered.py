"""The plan that volume triggers are measured against: of creators with a raised type, and of none where none is."""

from __future__ import annotations

from dataclasses import replace

from eros_assets.domain.frames import VOLUME_TRIGGERS
from eros_assets.flows.gaps import untriggered_items
from eros_assets.settings import Settings
from tests.planning.synthetic import Page, make_inputs


def test_a_week_in_which_no_type_is_raised_has_nothing_to_compare(full: Settings) -> None:
    inputs = make_inputs([Page("a", fans=4000)], full, captions=1500)
    assert untriggered_items(replace(inputs, volume_triggers=VOLUME_TRIGGERS.empty()), full).empty
