"""Links: to what they point, how long after it, and what they show."""

from __future__ import annotations

import pandas as pd
import pytest

from eros_assets.planning.plan import plan_week
from eros_assets.settings import Method, Settings
from tests.planning.synthetic import Page, make_inputs

PAGES = [Page("a", fans=9000), Page("b", "free", 9000), Page("c", fans=2500, category="commercial")]
METHODS: tuple[Method, ...] = ("exact", "baseline")


def links_of(settings: Settings, method: Method) -> pd.DataFrame:
    """One row per link with the facts of its target in columns ending on _target."""
    configured = settings.with_method(method)
    items = plan_week(make_inputs(PAGES, configured, captions=2500), configured).items
    is_link = items["send_type_key"].map(lambda key: configured.send_type[key].is_campaign_link)
    links = items[is_link].merge(items, left_on="linked_item_id", right_on="item_id", suffixes=("", "_target"))
    assert len(links) == is_link.sum() > 10
    return links.assign(age=links["scheduled_at"] - links["scheduled_at_target"])


@pytest.mark.parametrize("method", METHODS)
def test_a_link_on_the_wall_points_to_a_wall_post_and_shows_its_scene(full: Settings, method: Method) -> None:
    links = links_of(full, method)
    wall = links[links["send_type_key"] == "wall_link_drop"]
    assert len(wall)
    assert (wall["channel_key_target"] == "wall_post").all()
    shown = wall.dropna(subset=["content_type_key_target"])
    assert len(shown)
    assert (shown["content_type_key"] == shown["content_type_key_target"]).all()


@pytest.mark.parametrize("method", METHODS)
def test_no_link_points_to_what_is_old_or_yet_to_come(full: Settings, method: Method) -> None:
    rule, jitter = full.timing.link_drop_hours_after, full.timing.jitter
    age = links_of(full, method)["age"]
    assert age.max() <= pd.Timedelta(hours=rule.latest)
    assert age.min() >= pd.Timedelta(hours=rule.window[0], minutes=jitter.low - jitter.high)


def test_links_come_within_hours_of_their_campaign(full: Settings) -> None:
    rule, jitter = full.timing.link_drop_hours_after, full.timing.jitter
    age = links_of(full, "exact")["age"]
    assert (age <= pd.Timedelta(hours=rule.window[1], minutes=jitter.high - jitter.low)).mean() >= 0.85
