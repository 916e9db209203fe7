"""[4.2] Types of tier AVOID, by their figures."""

import pytest

from eros_assets.rules.registry import rule
from tests.rules.agency import changed, found, item_id, of_type, performance, reference


def test_the_hand_made_week_passes():
    assert found(reference(), "4.2").empty
    assert rule("4.2").measure(reference()).passes


@pytest.mark.parametrize(
    ("score", "sends", "confidence", "avoided"),
    [
        (29.99, 50, 0.7, True),
        (10.0, 500, 1.0, True),
        (0.0, 50, 0.9, True),
        (30.0, 50, 1.0, False),
        (10.0, 49, 1.0, False),
        (10.0, 50, 0.69, False),
    ],
)
@pytest.mark.parametrize("kind", ["send_type", "content_type"])
def test_avoided_types_get_no_slot(score: float, sends: int, confidence: float, avoided: bool, kind: str):
    base = reference(health={"confidence": confidence})
    key = "bundle" if kind == "send_type" else base.items.loc[of_type("bundle")(base.items), "content_type_key"].iloc[0]
    # The stored tier is not believed: the figures decide.
    rows = {f"{kind}_key": [key], "performance_score": [score], "send_count": [sends], "performance_tier": ["MID"]}
    judged = performance(base, f"{kind}_performance", **rows)
    hits = found(judged, "4.2")
    assert (item_id(base, "bundle", 2) in hits["item_id"].tolist()) == avoided
    assert rule("4.2").measure(judged).value == len(hits)


def test_the_pool_betrays_a_mislabelled_content_type():
    base = changed(reference(), of_type("bundle"), content_type_key="solo")
    own = base.captions.set_index("caption_hash").loc[
        base.items.loc[of_type("bundle")(base.items), "caption_hash"].iloc[0]
    ]
    rows = {
        "content_type_key": [own["content_type_key"]],
        "performance_score": [5.0],
        "send_count": [80],
        "performance_tier": ["AVOID"],
    }
    assert (
        item_id(base, "bundle", 2)
        in found(performance(base, "content_type_performance", **rows), "4.2")["item_id"].tolist()
    )
