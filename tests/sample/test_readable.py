"""The counts under the printed calendars: whose text is the slot's own, repeats, and crowded offers."""

from __future__ import annotations

import numpy as np
import pandas as pd

from benchmarks.readable import (
    alike_texts,
    calendar_text,
    chosen_pages,
    close_sold_messages,
    content_repeats,
    kinds_table,
)
from eros_assets.settings import load_settings


def plan(*rows: tuple[str, str, float, str | None, bool]) -> pd.DataFrame:
    """Items of one page: time, send type, price, content type, whether the text is the slot's own."""
    frame = pd.DataFrame(rows, columns=["at", "send_type_key", "price", "content_type_key", "is_own"])
    at = pd.to_datetime("2026-12-01 " + frame.pop("at"))
    return frame.assign(
        page_name="casa_brisa", page_type="free", method="exact", preset="recommended", week_start=at.dt.normalize(),
        item_id=[f"i{n}" for n in range(len(frame))], scheduled_at=at, scheduled_date=at.dt.normalize(),
        scheduled_time=at.dt.strftime("%H:%M"), channel_key="mass_message", target_key="all_active", goal_amount=np.nan,
        caption_text="First line\nsecond line", caption_type="ppv_unlock", is_fitting=True, needs_caption=False,
        is_followup=False, parent_item_id=None, linked_item_id=None, expected_revenue=10.0, tip_goal_mode=None,
    )  # fmt: skip


def test_repeats_and_near_offers_are_counted() -> None:
    items = plan(
        ("10:00", "ppv_unlock", 13.0, "travel", True),
        ("11:59", "bundle", 25.0, "travel", False),
        ("13:59", "ppv_unlock", 13.0, "dance", True),
        ("15:58", "bump_normal", np.nan, "travel", True),
    )
    assert content_repeats(items) == 2
    close = close_sold_messages(items)
    assert close["send_type_key"].tolist() == ["bundle"]
    assert close["minutes"].tolist() == [119]
    walls = items.assign(channel_key="wall_post")
    assert close_sold_messages(walls).empty


def test_texts_of_one_template_are_counted() -> None:
    items = plan(
        ("10:00", "dm_farm", np.nan, None, True),
        ("13:00", "dm_farm", np.nan, None, True),
        ("16:00", "bump_normal", np.nan, "travel", True),
    )
    items["caption_text"] = ["Write me, I have ginger tea.", "Write me, I have black tea.", "Snow on the harbour wall."]
    assert alike_texts(items, load_settings()).to_dict() == {"dm_farm": 1}


def test_shares_are_of_the_items_with_a_text() -> None:
    items = plan(
        ("10:00", "ppv_unlock", 13.0, "travel", True),
        ("13:00", "ppv_unlock", 13.0, "dance", False),
        ("16:00", "ppv_unlock", 13.0, "solo", False),
    )
    items.loc[2, "needs_caption"] = True
    table = kinds_table(items)
    assert table.loc["ppv_unlock"].tolist() == [3, 0.5, 1.0, 1]
    assert table.loc["all"].tolist() == [3, 0.5, 1.0, 1]


def test_a_calendar_has_a_line_an_item_and_names_parents() -> None:
    items = plan(("10:00", "ppv_unlock", 13.0, "travel", True), ("10:30", "ppv_followup", np.nan, None, False))
    items.loc[1, ["is_followup", "parent_item_id"]] = [True, "i0"]
    items.loc[1, "caption_text"] = None
    lines = calendar_text(items, load_settings()).splitlines()
    assert len(lines) == 4
    assert "$13" in lines[2]
    assert "First line / second line" in lines[2]
    items.loc[1, "tip_goal_mode"] = "competitive"
    assert "[the first or highest tipper wins]" in calendar_text(items, load_settings()).splitlines()[3]
    assert "(no text)" in lines[3]
    assert "follows Tue 10:00 ppv_unlock" in lines[3]


def test_pages_of_both_types_are_shown() -> None:
    pages = pd.DataFrame({"page_name": [f"p{n}" for n in range(9)], "page_type": ["paid"] * 2 + ["free"] * 7})
    chosen = chosen_pages(pages, 4)
    assert len(chosen) == 4
    assert set(chosen) >= {"p0", "p1"}
