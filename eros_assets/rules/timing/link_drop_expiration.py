"""[1.5] A link drop lives 24 hours and points to a campaign that lives then.

Belongs here: link drops beside the items they point to, and the expiry of every other type that has one.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, share


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


def _find(reference: Reference) -> pd.DataFrame:
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
    description=lambda settings: (
        f"Link drops expire exactly {settings.send_type['link_drop'].expires_hours} hours after their start and point"
        " to a campaign that is live then."
    ),
    find=_find,
    measure=lambda r: share(_right_expiry(_link_drops(r)), 1.0, "share of link drops"),
)
