"""Wave 2, timing: gaps 1.2, 1.3, 1.5, 1.6, 10.7."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.ppv_rotation import styled_ppvs, unused_styles
from eros_assets.rules.reference import KEY, Reference, minutes_between, numbers, words
from eros_assets.rules.rule import Measure, Rule, finding, gather, share, violations

_NOON = 12

# ---- 1.2 same_style_back_to_back


def _find_same_style(reference: Reference) -> pd.DataFrame:
    styles = reference.settings.timing.rotation.styles
    ppv = styled_ppvs(reference)
    before = ppv.groupby("creator_id", sort=False)["true_style"].shift()
    repeated = ppv[ppv["is_current"] & (ppv["true_style"] != "") & (before == ppv["true_style"])]
    others = repeated["true_style"].to_numpy()[:, None] != np.array(styles)
    choice = pd.Series((unused_styles(reference, repeated) & others).any(axis=1), index=repeated.index)
    current = ppv[ppv["is_current"] & (ppv["true_style"] != "")]
    current = current.assign(
        late=current["hour"] >= _NOON, ppvs=current.groupby([*KEY, "date"])["item_id"].transform("size")
    )
    days = current.groupby([*KEY, "schedule_id", "date", "true_style", "ppvs"], as_index=False).agg(
        count=("late", "size"), late=("late", "sum")
    )
    one_sided = days[(days["count"] > 1) & ((days["late"] == 0) | (days["late"] == days["count"]))]
    # Past one repeat a day, the morning has no room for the first of every pair.
    full = one_sided["ppvs"] > len(styles) + 1
    split = "{date:%a} has {count} PPV of style {true_style} on the same side of noon"
    text = "PPV on {local:%a %H:%M} has the style of the one before: {true_style}"
    return gather(
        finding(repeated[choice], text),
        finding(repeated[~choice], text + "; captions of another style are missing", level="warning"),
        finding(one_sided[~full], split, measured="count", limit=1, whole=True),
        finding(one_sided[full], split, measured="count", limit=1, level="warning", whole=True),
    )


same_style_back_to_back = Rule(
    gap="1.2",
    name="same_style_back_to_back",
    wave=2,
    priority="P0",
    flag="ENABLE_ROTATION_PATTERNS",
    severity="error",
    stages=("content_curator",),
    description="Two PPV in a row never share a style, over midnight too; twice in a day means before and after 12:00.",
    find=_find_same_style,
    measure=lambda r: violations(_find_same_style(r), int(r.slots["is_ppv"].sum()), "repeated styles"),
)

# ---- 1.3 followup_window


def followups_with_parents(reference: Reference) -> pd.DataFrame:
    """Followups under judgement with their parent's columns (suffix ``_parent``) and the real ``delay`` in minutes."""
    slots = reference.slots
    parents = slots[
        ["creator_id", "week_start", "item_id", "at", "date", "minute", "followup", "is_followup", "send_type_key"]
    ].rename(columns={"item_id": "parent_item_id", "followup": "may_have"})
    out = slots[slots["is_followup"]].merge(
        parents.drop_duplicates([*KEY, "parent_item_id"]),
        on=[*KEY, "parent_item_id"],
        how="left",
        suffixes=("", "_parent"),
    )
    return out.assign(delay=minutes_between(out["at_parent"], out["at"]))


def _find_followup_window(reference: Reference) -> pd.DataFrame:
    timing = reference.settings.timing
    low, high = timing.followup.window
    hour, minute = map(int, timing.last_followup_parent.split(":"))
    rows = followups_with_parents(reference)
    orphan = rows["send_type_key_parent"].isna()
    paired = rows[~orphan]
    outside = ~paired["delay"].between(low, high) | (paired["delay"] % 1 != 0)
    stated = numbers(paired["delay_minutes"])
    refused = ~paired["may_have"].isin(["default", "optional"])
    again = paired[paired.duplicated([*KEY, "parent_item_id"])]
    window = f"{low}–{high} are allowed"
    return gather(
        finding(rows[orphan], "the followup at {scheduled_time} on {date:%a} has no parent in this schedule"),
        finding(
            paired[outside],
            "the followup on {date:%a} comes {delay:g} minutes after its parent; " + window,
            measured="delay",
            limit=high,
        ),
        finding(
            paired[~outside & (stated != paired["delay"])],
            "the followup on {date:%a} says {delay_minutes} minutes and comes {delay:g} after its parent",
            measured="delay",
        ),
        finding(paired[paired["date"] != paired["date_parent"]], "the followup on {date:%a} crosses midnight"),
        finding(
            paired[paired["minute_parent"] > hour * 60 + minute],
            f"the parent of the followup on {{date:%a}} starts after {timing.last_followup_parent}",
            measured="minute_parent",
            limit=hour * 60 + minute,
        ),
        finding(paired[refused], "{send_type_key_parent} on {date:%a} may not have a followup"),
        finding(again, "a second followup on {date:%a} to the same parent"),
    )


def _measure_followup_window(reference: Reference) -> Measure:
    low, high = reference.settings.timing.followup.window
    rows = followups_with_parents(reference)
    return share(rows["delay"].between(low, high), 1.0, "share of followups")


followup_window = Rule(
    gap="1.3",
    name="followup_window",
    wave=2,
    priority="P0",
    flag="ENABLE_TIMING_RULES",
    severity="error",
    stages=("followup_generator",),
    description="A followup comes 15–45 whole minutes after its PPV of the same day, never over midnight, never twice.",
    find=_find_followup_window,
    measure=_measure_followup_window,
)

# ---- 1.5 link_drop_expiration


def _link_drops(reference: Reference) -> pd.DataFrame:
    """Link drops under judgement with start, expiry and category of the item they point to."""
    slots = reference.slots
    drops = slots[slots["link"] & (slots["true_category"] == "engagement")]
    campaigns = reference.timeline[["creator_id", "item_id", "at", "expires_at", "true_category"]]
    campaigns = campaigns.drop_duplicates(["creator_id", "item_id"], keep="last")
    return drops.merge(
        campaigns.rename(columns={"item_id": "linked_item_id"}),
        on=["creator_id", "linked_item_id"],
        how="left",
        suffixes=("", "_campaign"),
    )


def _right_expiry(rows: pd.DataFrame) -> pd.Series:
    return rows["expires_at"] - rows["at"] == pd.to_timedelta(rows["expires_hours"].astype(float), unit="h")


def _find_expiry(reference: Reference) -> pd.DataFrame:
    drops = _link_drops(reference)
    named = drops[drops["linked_item_id"] != ""]
    missing = named["at_campaign"].isna()
    found = named[~missing]
    early = found["at_campaign"] > found["at"]
    dead = found["expires_at_campaign"].notna() & (found["expires_at_campaign"] <= found["at"])
    kind = found["true_category_campaign"] != "revenue"
    slots = reference.slots
    others = slots[slots["expires_hours"].notna() & ~slots["item_id"].isin(drops["item_id"])]
    # A tip goal may run longer, a live promotion ends when its stream starts.
    fixed = others[(others["send_type_key"] != "live_promo")]
    shorter = fixed["expires_at"] - fixed["at"] < pd.to_timedelta(fixed["expires_hours"].astype(float), unit="h")
    longer = (fixed["money"] != "goal") & ~_right_expiry(fixed)
    wrong_drop = drops[~_right_expiry(drops)]
    return gather(
        finding(
            wrong_drop, "{send_type_key} on {date:%a} does not expire exactly {expires_hours:.0f} hours after its start"
        ),
        finding(named[missing], "{send_type_key} on {date:%a} points to an item that is not scheduled"),
        finding(found[early], "{send_type_key} on {date:%a} points to a campaign that starts later"),
        finding(found[dead], "{send_type_key} on {date:%a} points to a campaign that has expired"),
        finding(found[kind], "{send_type_key} on {date:%a} points to an item that sells nothing"),
        finding(others[others["expires_at"].isna()], "{send_type_key} on {date:%a} has no expiry"),
        finding(
            fixed[fixed["expires_at"].notna() & (shorter | longer)],
            "{send_type_key} on {date:%a} should expire {expires_hours:.0f} hours after its start",
        ),
    )


link_drop_expiration = Rule(
    gap="1.5",
    name="link_drop_expiration",
    wave=2,
    priority="P2",
    flag="ENABLE_TIMING_RULES",
    severity="error",
    stages=("timing_optimizer",),
    description="Link drops expire exactly 24 hours after their start and point to a campaign that is live then.",
    find=_find_expiry,
    measure=lambda r: share(_right_expiry(_link_drops(r)), 1.0, "share of link drops"),
)

# ---- 1.6 pinned_post_rotation


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


def _find_pins(reference: Reference) -> pd.DataFrame:
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


def _measure_pins(reference: Reference) -> Measure:
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
    description="At most 5 pinned posts at a time, none for more than 72 hours, only wall posts of the best quarter.",
    find=_find_pins,
    measure=_measure_pins,
)

# ---- 10.7 round_minute_avoidance


def _is_round(reference: Reference) -> pd.Series:
    return (reference.slots["minute"] % 60).isin(reference.settings.timing.jitter.forbidden_minutes)


round_minute_avoidance = Rule(
    gap="10.7",
    name="round_minute_avoidance",
    wave=2,
    priority="P1",
    flag="ENABLE_TIMING_RULES",
    severity="error",
    stages=("timing_optimizer",),
    description="No item at :00, :15, :30 or :45 (history 69.7%).",
    find=lambda r: finding(
        r.slots[_is_round(r)],
        "{send_type_key} on {date:%a} sits on a round minute: {scheduled_time}",
        measured="minute",
    ),
    measure=lambda r: Measure(
        float(_is_round(r).mean()) if len(r.slots) else float("nan"), 0.0, "<=", len(r.slots), "share of items"
    ),
)
