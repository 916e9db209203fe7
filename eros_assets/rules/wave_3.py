"""Wave 3, content mix and volume: gaps 3.1, 3.2, 4.1, 4.3, 5.1, 7.1, 7.2."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.domain.learning.evidence import has_worth
from eros_assets.rules.reference import KEY, Reference, minutes_between, numbers, truths
from eros_assets.rules.rule import Measure, Rule, finding, gather, share, violations
from eros_assets.rules.triggered import raised_rows

# ---- 3.1 revenue_engagement_mix


def revenue_shares(reference: Reference) -> pd.DataFrame:
    """Per row of ``weeks``: revenue ÷ (revenue + engagement), with the band ``low``–``high`` of its tier.

    Followups, retention and the bumps above the base engagement are left out.
    """
    rules = reference.settings.volume
    weeks = reference.week_counts
    base = np.array(
        [rules.base_per_day[page][tier][1] * 7 for page, tier in zip(weeks["page_type"], weeks["tier"], strict=True)],
        dtype=float,
    )
    extra = np.clip(weeks["engagement"] - base, 0, weeks["bumps"])
    total = weeks["revenue"] + weeks["engagement"] - extra
    target = weeks["tier"].map(lambda tier: float(getattr(rules.revenue_share, tier))).astype(float)
    return weeks.assign(
        share=weeks["revenue"] / total.where(total > 0),
        low=target - rules.revenue_share.tolerance,
        high=target + rules.revenue_share.tolerance,
    )


def _is_mixed(weeks: pd.DataFrame) -> pd.Series:
    return weeks["share"].between(weeks["low"] - 1e-9, weeks["high"] + 1e-9)


def _find_mix(reference: Reference) -> pd.DataFrame:
    weeks = revenue_shares(reference)
    return finding(
        weeks[~_is_mixed(weeks)],
        "revenue makes {share:.0%} of revenue and engagement; {low:.0%}–{high:.0%} are due on a {tier} page",
        measured="share",
        limit="high",
        whole=True,
    )


revenue_engagement_mix = Rule(
    gap="3.1",
    name="revenue_engagement_mix",
    wave=3,
    priority="P0",
    flag="ENABLE_PAGE_TYPE_VOLUMES",
    severity="warning",
    stages=("send_type_allocator",),
    description="Revenue to engagement 60 : 40 at LOW and 50 : 50 above, each ± 10 points a week.",
    find=_find_mix,
    measure=lambda r: share(_is_mixed(revenue_shares(r)), 1.0, "share of creator-weeks"),
)

# ---- 3.2 bump_ratio


def bump_ratios(reference: Reference) -> pd.DataFrame:
    """Per row of ``weeks``: bumps ÷ PPV and the accepted band ``low``–``high``."""
    rules = reference.settings.volume.bumps
    weeks = reference.week_counts
    bands = [
        (*rules.accepted_range(category, sub_type, tier), *rules.ppv_heads[tier])
        for category, sub_type, tier in zip(weeks["content_category"], weeks["sub_type"], weeks["tier"], strict=True)
    ]
    bump_low, bump_high, ppv_low, ppv_high = np.array(bands, dtype=float).reshape(-1, 4).T
    return weeks.assign(
        ratio=weeks["bumps"] / weeks["ppv"].where(weeks["ppv"] > 0),
        low=bump_low / ppv_high * rules.ratio_slack[0],
        high=bump_high / ppv_low * rules.ratio_slack[1],
    )


def low_commercial_days(reference: Reference) -> pd.DataFrame:
    """Days of commercial pages at LOW with their bumps and the accepted ``least`` and ``most`` (5–8)."""
    days = reference.day_counts
    days = days[(days["content_category"] == "commercial") & (days["tier"] == "LOW")]
    least, most = reference.settings.volume.bumps.accepted_range("commercial", "commercial", "LOW")
    return days.assign(least=least, most=most, inside=days["bumps"].between(least, most))


def _is_in_ratio(weeks: pd.DataFrame) -> pd.Series:
    return weeks["ratio"].between(weeks["low"] - 1e-9, weeks["high"] + 1e-9) | ((weeks["ppv"] + weeks["bumps"]) == 0)


def _find_bumps(reference: Reference) -> pd.DataFrame:
    weeks = bump_ratios(reference)
    days = low_commercial_days(reference)
    both = (weeks["ppv"] > 0) & (weeks["bumps"] > 0)
    return gather(
        finding(
            weeks[(weeks["ppv"] > 0) & (weeks["bumps"] == 0)], "{ppv} PPV and not one bump", level="error", whole=True
        ),
        finding(
            weeks[(weeks["bumps"] > 0) & (weeks["ppv"] == 0)],
            "{bumps} bumps and not one PPV",
            level="error",
            whole=True,
        ),
        finding(
            weeks[both & ~_is_in_ratio(weeks)],
            "{bumps} bumps for {ppv} PPV, a ratio of {ratio:.2f}; {low:.2f}–{high:.2f} are accepted on a {tier} page",
            measured="ratio",
            limit="high",
            whole=True,
        ),
        finding(
            days[~days["inside"]],
            "{date:%a} has {bumps} bumps; a commercial page at LOW has {least}–{most} a day",
            measured="bumps",
            limit="most",
            whole=True,
        ),
    )


def _measure_bumps(reference: Reference) -> Measure:
    days = low_commercial_days(reference)
    note = f"LOW commercial days inside {days['inside'].mean():.1%} of {len(days)}" if len(days) else ""
    # The plan's own tolerance: one page in seven may lie outside.
    return share(_is_in_ratio(bump_ratios(reference)), 0.85, "share of creator-weeks", note)


bump_ratio = Rule(
    gap="3.2",
    name="bump_ratio",
    wave=3,
    priority="P1",
    flag="ENABLE_PAGE_TYPE_VOLUMES",
    severity="warning",
    stages=("send_type_allocator",),
    description="Bumps ÷ PPV inside the page's accepted band; commercial pages at LOW have 5–8 bumps every day.",
    find=_find_bumps,
    measure=_measure_bumps,
)

# ---- 4.1 volume_triggers


def triggered_types(reference: Reference) -> pd.DataFrame:
    """Send types and content types with a volume trigger in force, recomputed from the performance tables.

    Columns: key, schedule_id, kind (send_type or content_type), trait_key, factor (product, clamped),
    triggers, planned (items of the week) and, for creator-weeks that were planned again without
    triggers, ``without`` (items then; NaN for the others).
    """
    parts = []
    for kind in ("send_type", "content_type"):
        table = getattr(reference, f"{kind}_performance").merge(reference.weeks[[*KEY, "schedule_id"]], on=KEY)
        rows = raised_rows(table, reference.settings).rename(columns={f"{kind}_key": "trait_key"})
        rows = rows[[*KEY, "schedule_id", "trait_key", "factor", "triggers"]].assign(kind=kind)
        place = [*KEY, "trait_key"]
        for name, items in (("planned", reference.slots), ("without", reference.untriggered_slots)):
            counts = items.rename(columns={f"{kind}_key": "trait_key"}).groupby(place, as_index=False).size()
            rows = rows.merge(counts.rename(columns={"size": name}), on=place, how="left")
        parts.append(rows)
    found = pd.concat(parts, ignore_index=True)
    compared = reference.untriggered_slots[KEY].drop_duplicates().assign(is_compared=True)
    found = found.merge(compared, on=KEY, how="left")
    is_compared = truths(found["is_compared"])
    return found.assign(planned=found["planned"].fillna(0), without=found["without"].fillna(0).where(is_compared)).drop(
        columns="is_compared"
    )


def _find_triggers(reference: Reference) -> pd.DataFrame:
    rows = triggered_types(reference)
    return gather(
        finding(
            rows[(rows["factor"] > 1) & (rows["planned"] < rows["without"])],
            "{trait_key} earned more room ({triggers}, ×{factor:.2f}), {planned:.0f} planned, {without:.0f} without it",
            measured="planned",
            limit="without",
            whole=True,
        ),
        finding(
            rows[(rows["factor"] < 1) & (rows["planned"] > rows["without"])],
            "{trait_key} should rest ({triggers}, ×{factor:.2f}), {planned:.0f} planned, {without:.0f} without it",
            measured="planned",
            limit="without",
            whole=True,
        ),
    )


def _measure_triggers(reference: Reference) -> Measure:
    """Realised volume of types that earned 1.15 × or more, against the same weeks planned without triggers.

    The band is the factors 1.20–1.30 of the volume triggers with five points of room, so a factor of 1.10 is outside
    it by the table and stands in the note, as do the factors below 1. Counts are after all caps.
    """
    low, high = reference.settings.volume.trigger_effect.band
    rows = triggered_types(reference).dropna(subset=["without"])
    raised = rows[rows["factor"] >= 1 + low - 1e-9]
    slightly = (rows["factor"] > 1) & (rows["factor"] < 1 + low - 1e-9)
    parts = {"×1.10": rows[slightly], "below 1": rows[rows["factor"] < 1]}
    notes = [f"{name} {_change(part):+.0%} (n {len(part)})" for name, part in parts.items() if part["without"].sum()]
    unit = "volume change of raised types"
    return Measure(_change(raised), low, "between", len(raised), unit, "; ".join(notes), target_high=high)


def _change(rows: pd.DataFrame) -> float:
    """Planned items against those without triggers; NaN when there would be none."""
    without = float(rows["without"].sum())
    return float(rows["planned"].sum()) / without - 1 if without else float("nan")


volume_triggers = Rule(
    gap="4.1",
    name="volume_triggers",
    wave=3,
    priority="P0",
    flag="ENABLE_VOLUME_TRIGGERS",
    severity="info",
    stages=("performance_analyst", "send_type_allocator"),
    description="Types that earn or rise get 1.1–1.3 × their volume, tired ones 0.75–0.85 ×, together 0.5–1.5 ×.",
    find=_find_triggers,
    measure=_measure_triggers,
)

# ---- 4.3 low_frequency_winners


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


_CAMPAIGN_KINDS = {
    "bump_descriptive": "descriptive_wall",
    "bundle": "bundle_wall",
    "game_post": "wheel",
    "first_to_tip": "other_game",
}


def _find_campaigns(reference: Reference) -> pd.DataFrame:
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


def _measure_campaigns(reference: Reference) -> Measure:
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
    description="Flyer campaigns 14–20 in any 30 days; types that earn best and are rare get a place.",
    find=_find_campaigns,
    measure=_measure_campaigns,
)

# ---- 5.1 followup_daily_limit


def _find_many_followups(reference: Reference) -> pd.DataFrame:
    volume = reference.settings.volume
    days = reference.day_counts
    by_tier = days["tier"].map(volume.tier_limits["followups_per_day"]).astype(float)
    days = days.assign(limit=np.minimum(by_tier, volume.followups.day_max))
    return finding(
        days[days["followups"] > days["limit"]],
        "{date:%a} has {followups} followups; {limit:.0f} are allowed on a {tier} page",
        measured="followups",
        limit="limit",
        whole=True,
    )


followup_daily_limit = Rule(
    gap="5.1",
    name="followup_daily_limit",
    wave=3,
    priority="P1",
    flag=None,
    severity="error",
    stages=("followup_generator",),
    description="At most 4 followups in a local day, fewer on small pages.",
    find=_find_many_followups,
    measure=lambda r: violations(_find_many_followups(r), len(r.day_counts), "days above the limit"),
)

# ---- 7.1 vip_weekly_limit


def _find_weekly_limit(reference: Reference) -> pd.DataFrame:
    limited = [row.key for row in reference.settings.send_types if row.max_per_week is not None]
    line = reference.timeline[reference.timeline["send_type_key"].isin(limited)]
    line = line.sort_values(["creator_id", "send_type_key", "at", "item_id"], kind="stable")
    pair = line.groupby(["creator_id", "send_type_key"], sort=False)
    line = line.assign(gap=minutes_between(pair["at"].shift(), line["at"]) / 60)
    line["rank"] = line.groupby([*KEY, "send_type_key"]).cumcount() + 1
    current = line[line["is_current"]]
    return gather(
        finding(
            current[current["rank"] > current["max_per_week"]],
            "{send_type_key} on {date:%a} is number {rank} of its week; {max_per_week:.0f} is allowed",
            measured="rank",
            limit="max_per_week",
        ),
        finding(
            current[current["gap"] < current["hours_between"]],
            "{send_type_key} on {date:%a} comes {gap:.1f} hours after the last; {hours_between:.0f} are the least",
            measured="gap",
            limit="hours_between",
        ),
    )


vip_weekly_limit = Rule(
    gap="7.1",
    name="vip_weekly_limit",
    wave=3,
    priority="P1",
    flag=None,
    severity="error",
    stages=("send_type_allocator",),
    description="vip_program and snapchat_bundle at most once a Monday–Sunday week each, 24 hours apart across weeks.",
    find=_find_weekly_limit,
    measure=lambda r: violations(_find_weekly_limit(r), len(r.weeks), "violations"),
)

# ---- 7.2 game_type_success


def planned_games(reference: Reference) -> pd.DataFrame:
    """Game posts under judgement with what their kind is known to earn.

    Columns besides those of ``slots``: ``mean`` (posterior of creator and kind, dollars), ``best``
    (highest posterior mean of any kind), ``ratio`` (mean ÷ benchmark), ``since`` (days since the
    creator's last game of that kind, planned or sent).
    """
    volume = reference.settings.volume
    games = reference.slots[(reference.slots["send_type_key"] == "game_post") & (reference.slots["game_kind"] != "")]
    prior = pd.DataFrame([(kind, game.mean) for kind, game in volume.games.items()], columns=["game_kind", "benchmark"])
    sends = reference.recent_sends
    sends = sends[(sends["send_type_key"] == "game_post") & has_worth(sends)]
    sends = sends[["creator_id", "caption_hash", "send_date", "earnings"]].merge(
        reference.caption_facts[["caption_hash", "game_kind"]].dropna(), on="caption_hash"
    )
    known = sends.merge(reference.weeks[KEY], on="creator_id")
    known = known[known["send_date"] < known["week_start"]].assign(earned=lambda s: numbers(s["earnings"]))
    evidence = known.groupby([*KEY, "game_kind"], as_index=False).agg(n=("earned", "size"), total=("earned", "sum"))
    grid = reference.weeks[KEY].merge(prior, how="cross").merge(evidence, on=[*KEY, "game_kind"], how="left")
    weight = volume.game_rules.prior_weight
    grid["mean"] = (weight * grid["benchmark"] + grid["total"].fillna(0)) / (weight + grid["n"].fillna(0))
    grid["ratio"] = grid["mean"] / grid["benchmark"]
    grid["best"] = grid.groupby(KEY)["mean"].transform("max")
    out = games.merge(grid[[*KEY, "game_kind", "mean", "ratio", "best"]], on=[*KEY, "game_kind"])
    line = reference.timeline[reference.timeline["send_type_key"] == "game_post"]
    line = line[["creator_id", "game_kind", "date", "item_id"]].rename(columns={"date": "played"})
    sent = known.rename(columns={"send_date": "played"})
    sent = sent[["creator_id", "game_kind", "played"]].drop_duplicates().assign(item_id="")
    earlier = out[["creator_id", "game_kind", "item_id", "date"]].merge(
        pd.concat([line, sent], ignore_index=True), on=["creator_id", "game_kind"], suffixes=("", "_played")
    )
    other = earlier["item_id"] != earlier["item_id_played"]
    before = (earlier["played"] < earlier["date"]) | (
        (earlier["played"] == earlier["date"]) & (earlier["item_id_played"] < earlier["item_id"])
    )
    last = earlier[other & before].groupby("item_id", as_index=False)["played"].max()
    out = out.merge(last, on="item_id", how="left")
    return out.assign(since=(out["date"] - out["played"]).dt.days)


def _find_games(reference: Reference) -> pd.DataFrame:
    rules = reference.settings.volume.game_rules
    games = planned_games(reference)
    cards = games[(games["game_kind"] == "card_game") & (games["since"] < rules.card_game_days)]
    poor = games[games["ratio"] < rules.avoid_below]
    return gather(
        finding(
            cards,
            f"card game on {{date:%a}} comes {{since:.0f}} days after the last; {rules.card_game_days} are the least",
            measured="since",
            limit=rules.card_game_days,
        ),
        finding(
            poor,
            "{game_kind} on {date:%a} earns this page {ratio:.0%} of the usual; better is up to ${best:.0f}",
            measured="ratio",
            limit=rules.avoid_below,
        ),
    )


def _measure_games(reference: Reference) -> Measure:
    games = planned_games(reference)
    rules = reference.settings.volume.game_rules
    cards = games[(games["game_kind"] == "card_game") & (games["since"] < rules.card_game_days)]
    regret = (games["best"] - games["mean"]).mean()
    note = f"expected regret ${regret:.0f} a game" if len(games) else ""
    return Measure(
        float(len(cards)) if len(games) else float("nan"), 0.0, "<=", len(games), "card games within 14 days", note
    )


game_type_success = Rule(
    gap="7.2",
    name="game_type_success",
    wave=3,
    priority="P1",
    flag="ENABLE_VOLUME_TRIGGERS",
    severity="info",
    stages=("performance_analyst", "send_type_allocator"),
    description="The week's game is one that earns on this page; card games at most every second week.",
    find=_find_games,
    measure=_measure_games,
)
