"""[1.6] At most five pins at a time, each for at most three days, for the best wall posts.

Belongs here: pins in force at any moment, earlier weeks included, and posts that earned a pin and got none.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY, minutes_between, words
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather


def _pins(reference: Reference) -> pd.DataFrame:
    """Pinned items of the timeline with ``pinned`` (hours) and ``open``: pins in force when theirs starts."""
    pins = reference.timeline[reference.timeline["pin_at"].notna()].copy()
    pins["pinned"] = minutes_between(pins["pin_at"], pins["unpin_at"]) / 60
    starts = pins[["creator_id", "pin_at", "item_id"]].rename(columns={"pin_at": "when"}).assign(change=1)
    ends = pins[["creator_id", "unpin_at", "item_id"]].rename(columns={"unpin_at": "when"}).assign(change=-1)
    events = pd.concat([starts, ends[ends["when"].notna()]], ignore_index=True)
    events = events.sort_values(["creator_id", "when", "change", "item_id"], kind="stable")
    events["open"] = events.groupby("creator_id", sort=False)["change"].cumsum()
    opened = events[events["change"] == 1][["creator_id", "item_id", "open"]]
    return pins.merge(opened.drop_duplicates(["creator_id", "item_id"]), on=["creator_id", "item_id"], how="left")


def unpinned_betters(reference: Reference) -> pd.DataFrame:
    """Wall posts that earn a pin and have none while there was room, or a weaker post of the week was pinned.

    Columns besides those of ``slots``: ``least`` (revenue from which a post earns a pin), ``live``
    (pins at its start), ``weakest`` (least expected revenue among the week's own live pins).
    """
    rules = reference.settings.timing.pins
    wall = reference.slots[reference.slots["channel_key"] == "wall_post"]
    least = wall.groupby(KEY)["expected_revenue"].transform("quantile", rules.percentile)
    earns = wall["pin_rank"].notna() & (wall["expected_revenue"] >= least) & (words(wall["status"]) == "pending")
    rows = wall.assign(least=least)[earns & wall["pin_at"].isna() & wall["at"].notna()]
    pins = reference.timeline[reference.timeline["pin_at"].notna()]
    pins = pins[["creator_id", "pin_at", "unpin_at", "expected_revenue", "is_current"]]
    near = rows[["creator_id", "item_id", "at"]].merge(pins, on="creator_id")
    near = near[(near["pin_at"] <= near["at"]) & (near["unpin_at"] > near["at"])]
    near["own"] = near["expected_revenue"].where(near["is_current"])
    live = near.groupby("item_id", as_index=False).agg(live=("own", "size"), weakest=("own", "min"))
    rows = rows.merge(live, on="item_id", how="left")
    rows["live"] = rows["live"].fillna(0)
    is_better = (rows["live"] < rules.max) | (rows["weakest"] < rows["expected_revenue"] - 1e-9)
    return rows.loc[is_better]


def _find(reference: Reference) -> pd.DataFrame:
    rules = reference.settings.timing.pins
    pins = _pins(reference)
    pins = pins[pins["is_current"]]
    wall = reference.slots[reference.slots["channel_key"] == "wall_post"]
    line = wall.groupby(KEY)["expected_revenue"].quantile(rules.percentile).rename("least")
    pins = pins.merge(line.reset_index(), on=KEY, how="left")
    never = pins["pin_rank"].isna() | (pins["channel_key"] != "wall_post")
    return gather(
        finding(
            pins[~(pins["pinned"] <= rules.hours) | (pins["pinned"] <= 0)],
            f"{{send_type_key}} on {{date:%a}} is pinned for {{pinned:.0f}} hours; up to {rules.hours} are allowed",
            measured="pinned",
            limit=rules.hours,
        ),
        finding(
            pins[pins["unpin_at"] > pins["expires_at"]], "{send_type_key} on {date:%a} stays pinned after it expired"
        ),
        finding(
            pins[pins["open"] > rules.max],
            f"{{send_type_key}} on {{date:%a}} is pin number {{open}} at once; {rules.max} are allowed",
            measured="open",
            limit=rules.max,
        ),
        finding(pins[never], "{send_type_key} by {channel_key} cannot be pinned"),
        finding(
            pins[~never & (pins["expected_revenue"] < pins["least"])],
            "{send_type_key} on {date:%a} is pinned at ${expected_revenue:.0f} expected; pins start at ${least:.0f}",
            measured="expected_revenue",
            limit="least",
        ),
        finding(
            unpinned_betters(reference),
            "{send_type_key} on {date:%a} at ${expected_revenue:.0f} expected is not pinned; "
            "{live:.0f} pins were live, the weakest at ${weakest:.0f}",
            measured="expected_revenue",
            limit="weakest",
        ),
    )


def _measure(reference: Reference) -> Measure:
    rules = reference.settings.timing.pins
    pins = _pins(reference)
    pins = pins[pins["is_current"]]
    bad = ~(pins["pinned"] <= rules.hours) | (pins["open"] > rules.max)
    return Measure(float(bad.sum()) if len(pins) else float("nan"), 0.0, "<=", len(pins), "pins too long or too many")


pinned_post_rotation = Rule(
    gap="1.6",
    name="pinned_post_rotation",
    wave=2,
    priority="P2",
    flag="ENABLE_TIMING_RULES",
    severity="warning",
    stages=("schedule_assembler",),
    description=lambda settings: (
        f"At most {settings.timing.pins.max} pinned posts at a time, none for more than {settings.timing.pins.hours}"
        f" hours, only wall posts of the best {1 - settings.timing.pins.percentile:.0%}."
    ),
    find=_find,
    measure=_measure,
)
