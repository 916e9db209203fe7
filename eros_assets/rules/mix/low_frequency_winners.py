"""[4.3] Fourteen to twenty campaigns in thirty days, and a place for types that earn best and are rare.

Belongs here: campaigns counted over the days that end with the week, and best earners that are not planned.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY, numbers
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather, share

_CAMPAIGN_KINDS = {
    "bump_descriptive": "descriptive_wall",
    "bundle": "bundle_wall",
    "game_post": "wheel",
    "first_to_tip": "other_game",
}


def campaigns_in_window(reference: Reference) -> pd.DataFrame:
    """Per row of ``weeks``: flyer campaigns of the 30 days that end with it, scaled up while history is shorter."""
    window = reference.settings.volume.campaigns.window_days
    line = reference.timeline
    first = line.groupby("creator_id")["date"].min()
    wall = (line["send_type_key"] == "bump_descriptive") & (line["channel_key"] == "wall_post")
    days = line.loc[line["is_campaign"] | wall, ["creator_id", "date"]]
    weeks = reference.weeks
    last = weeks["week_start"] + pd.Timedelta(days=6)
    since = pd.Series(first.reindex(weeks["creator_id"]).to_numpy(), index=weeks.index)
    covered = ((last - since).dt.days + 1).clip(7, window).fillna(7)
    near = days.merge(weeks[KEY].assign(last=last, covered=covered), on="creator_id")
    age = (near["last"] - near["date"]).dt.days
    counts = near[(age >= 0) & (age < near["covered"])].groupby(KEY, as_index=False).size()
    found = weeks[KEY].merge(counts, on=KEY, how="left")["size"].fillna(0)
    return weeks.assign(campaigns=found / covered * window)


def unused_winners(reference: Reference) -> pd.DataFrame:
    """Types in the creator's top quarter of shrunk RPS, rarer than their rhythm asks, and not planned this week."""
    volume = reference.settings.volume
    least = {key: volume.campaigns.kinds[kind].per_month[0] for key, kind in _CAMPAIGN_KINDS.items()}
    table = reference.send_type_performance
    table = table[(numbers(table["send_count"]) >= volume.campaigns.winner_sends) & table["shrunk_log_rps"].notna()]
    table = table.assign(worth=numbers(table["shrunk_log_rps"]), uses=numbers(table["uses_30d"]))
    line = table.groupby(KEY)["worth"].quantile(volume.campaigns.winner_quantile).rename("line")
    rows = table.merge(line.reset_index(), on=KEY).merge(reference.send_types, on="send_type_key")
    rows = rows[[*KEY, "send_type_key", "worth", "line", "uses", "page"]].merge(
        reference.weeks[[*KEY, "schedule_id", "page_type"]], on=KEY
    )
    rows["least"] = rows["send_type_key"].map(least).astype(float)
    open_page = (rows["page"] == "both") | (rows["page"] == rows["page_type"])
    rows = rows[open_page & (rows["worth"] >= rows["line"]) & (rows["uses"] < rows["least"])]
    taken = pd.concat(
        [reference.slots[[*KEY, "send_type_key"]], reference.avoided_send_types[[*KEY, "send_type_key"]]]
    ).drop_duplicates()
    rows = rows.merge(taken, on=[*KEY, "send_type_key"], how="left", indicator=True)
    return rows[rows["_merge"] == "left_only"]


def _find(reference: Reference) -> pd.DataFrame:
    rules = reference.settings.volume.campaigns
    low, high = rules.total
    weeks = campaigns_in_window(reference)
    few, many = weeks["campaigns"] < low, weeks["campaigns"] > high
    return gather(
        finding(
            weeks[few & (weeks["campaigns"] >= rules.critical_below)],
            f"{{campaigns:.0f}} campaigns in {rules.window_days} days; {low}–{high} are due",
            measured="campaigns",
            limit=low,
            whole=True,
        ),
        finding(
            weeks[weeks["campaigns"] < rules.critical_below],
            f"only {{campaigns:.0f}} campaigns in {rules.window_days} days, which is critical; {low}–{high} are due",
            measured="campaigns",
            limit=rules.critical_below,
            whole=True,
        ),
        finding(
            weeks[many],
            f"{{campaigns:.0f}} campaigns in {rules.window_days} days; {low}–{high} are due",
            measured="campaigns",
            limit=high,
            whole=True,
        ),
        finding(
            unused_winners(reference),
            "{send_type_key} is among the best earners, was used {uses:.0f} times in a month ({least:.0f} are due) "
            "and is not planned",
            measured="uses",
            limit="least",
            whole=True,
        ),
    )


def _measure(reference: Reference) -> Measure:
    rules = reference.settings.volume.campaigns
    weeks = campaigns_in_window(reference)
    note = f"mean {weeks['campaigns'].mean():.1f} in {rules.window_days} days" if len(weeks) else ""
    return share(weeks["campaigns"].between(*rules.total), 1.0, "share of creator-weeks in 14–20", note)


low_frequency_winners = Rule(
    gap="4.3",
    name="low_frequency_winners",
    wave=3,
    priority="P1",
    flag="ENABLE_VOLUME_TRIGGERS",
    severity="warning",
    stages=("performance_analyst", "send_type_allocator"),
    description=lambda settings: (
        f"Flyer campaigns {'–'.join(map(str, settings.volume.campaigns.total))} in any"
        f" {settings.volume.campaigns.window_days} days; types that earn best and are rare get a place."
    ),
    find=_find,
    measure=_measure,
)
