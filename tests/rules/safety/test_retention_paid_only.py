"""[9.1] Types and texts on the page type they belong to."""

from dataclasses import replace

import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import (
    changed,
    found,
    of_type,
    reference,
    said,
)


def test_the_hand_made_week_passes():
    assert found(reference(), "9.1").empty
    assert rule("9.1").measure(reference()).passes


@pytest.mark.parametrize("send_type", ["renew_on_post", "renew_on_message", "expired_winback", "tip_goal"])
@pytest.mark.parametrize("page", ["free", "unknown"])
def test_paid_types_never_on_free_or_unknown_pages(send_type: str, page: str):
    hits = said(reference(creator={"page_type": page}), "9.1", f"{send_type} is not allowed on free pages")
    assert (hits["level"] == "error").all()


def test_wall_ppv_never_on_paid_pages_but_followups_on_both():
    wall = changed(reference(), of_type("ppv_unlock", 1), send_type_key="ppv_wall")
    assert len(said(wall, "9.1", "ppv_wall is not allowed on paid pages")) == 2
    free = reference(creator={"page_type": "free"})
    assert not found(free, "9.1")["message"].str.contains("ppv_followup").any()


def test_renewal_captions_stay_off_free_pages():
    base = reference(creator={"page_type": "free"})
    renewal = replace(base, captions=base.captions.assign(is_paid_page_only=True))
    assert len(said(renewal, "9.1", "speaks of renewal")) == len(base.items)
