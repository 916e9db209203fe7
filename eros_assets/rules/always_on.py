"""Gaps 11.1–11.3 and 11.6–11.9: what the plan demands without a number; none can be switched off."""

from __future__ import annotations

import re
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd

from eros_assets.domain.captions.text import plain_text, undisguised
from eros_assets.rules.reference import CATEGORIES, KEY, Reference, numbers
from eros_assets.rules.rule import Measure, Rule, finding, gather, violations

# ---- 11.1 score_sanity

_ITEM_SCORES = {  # column: lowest, highest
    "eros_score": (0.0, 1.0),
    "structure_score": (0.0, 1.0),
    "freshness": (0.0, 100.0),
    "slot_score": (0.0, 100.0),
    "expected_revenue": (0.0, np.inf),
    "expected_revenue_low": (0.0, np.inf),
    "expected_revenue_high": (0.0, np.inf),
    "expected_recipients": (0.0, np.inf),
    "char_length": (0.0, np.inf),
}
_SCHEDULE_SCORES = {
    "confidence": (0.0, 1.0),
    "optimal_length_share": (0.0, 1.0),
    "pool_used_share": (0.0, 1.0),
    "expected_revenue": (0.0, np.inf),
}
_NOT_A_NUMBER = r"\b(?:NaN|Infinity|nan|inf)\b"


def _find_scores(reference: Reference) -> pd.DataFrame:
    slots, schedules = reference.slots, reference.schedules
    parts = []
    for frame, columns, whole in ((slots, _ITEM_SCORES, False), (schedules, _SCHEDULE_SCORES, True)):
        for column, (low, high) in columns.items():
            value = numbers(frame[column])
            given = frame[column].notna().to_numpy() if whole or column != "expected_revenue" else np.isfinite(value)
            wrong = given & ~(np.isfinite(value) & (value >= low) & (value <= high))
            rows = frame[wrong].assign(figure=value[wrong])
            text = f"{column} is {{figure}}, outside {low:g}–{high:g}"
            parts.append(finding(rows, text, measured="figure", limit=high, whole=whole))
    unknown = slots[~np.isfinite(slots["expected_revenue"])]
    parts.append(finding(unknown, "expected_revenue of {send_type_key} is not a number"))
    # Followups are chosen by tag and hash, not by score [2.4].
    unscored = slots[slots["has_caption"] & ~slots["is_followup"] & slots["eros_score"].isna()]
    parts.append(finding(unscored, "the caption of {send_type_key} has no EROS score"))
    broken = slots[slots["score_parts"].str.contains(_NOT_A_NUMBER, regex=True)]
    parts.append(finding(broken, "a score part is not a number: {score_parts}"))
    return gather(*parts)


score_sanity = Rule(
    gap="11.1",
    name="score_sanity",
    wave=None,
    priority="P0",
    flag=None,
    severity="error",
    stages=("performance_analyst", "content_curator"),
    description="Every score is a number within its range; no NaN and no infinity anywhere.",
    find=_find_scores,
    measure=lambda r: violations(_find_scores(r), len(r.slots), "scores that are no number in range"),
)

# ---- 11.2 vault_compliance


def _find_vault(reference: Reference) -> pd.DataFrame:
    slots = reference.slots
    owners = reference.vault["creator_id"].unique()
    weeks = reference.weeks
    bare = weeks[~weeks["creator_id"].isin(owners)]
    slots = slots[slots["creator_id"].isin(owners)]
    with_media = (slots["media_type"] != "none") & (slots["media_type"] != "")
    claims = pd.concat(
        [
            slots.assign(claim=slots["content_type_key"]),
            slots[with_media & slots["has_caption"]].assign(claim=lambda s: s["caption_content"]),
        ],
        ignore_index=True,
    )
    claims = claims[claims["claim"] != ""].drop_duplicates([*KEY, "item_id", "claim"])
    owned = reference.owned.rename(columns={"content_type_key": "claim"})
    foreign = claims.merge(owned, on=["creator_id", "claim"], how="left", indicator=True)
    foreign = foreign[foreign["_merge"] == "left_only"]
    unknown = slots[
        (slots["media"] == "needed") & slots["has_caption"] & (slots["content_type_key"] == "") & ~slots["is_followup"]
    ]
    return gather(
        finding(bare, "NO_VAULT_MATRIX: no vault row for this creator; nothing may be scheduled", whole=True),
        finding(foreign, "content type {claim} of {send_type_key} is not in the creator's vault"),
        finding(unknown, "{send_type_key} carries media of no known content type"),
    )


vault_compliance = Rule(
    gap="11.2",
    name="vault_compliance",
    wave=None,
    priority="P0",
    flag=None,
    severity="error",
    stages=("content_curator",),
    description="Every content type used is owned by the creator (vault matrix), at every fallback level.",
    find=_find_vault,
    measure=lambda r: violations(_find_vault(r), len(r.slots), "items with content the creator does not own"),
)

# ---- 11.3 prohibited_text


def _find_prohibited(reference: Reference) -> pd.DataFrame:
    slots = reference.slots[reference.slots["chars"] > 0]
    # Two readings stand on two lines; a term must not reach from one into the other.
    plain = undisguised(plain_text(slots["caption_text"]).str.replace(r"\s+", " ", regex=True))
    parts = [finding(slots.iloc[:0], "")]
    for topic, terms in sorted(reference.settings.prohibited.items()):
        if not terms:
            continue
        longest = sorted((term.lower() for term in terms), key=lambda term: (-len(term), term))
        pattern = r"\b(" + "|".join(re.escape(term) for term in longest) + r")\b"
        hit = plain.str.extract(pattern)[0]
        rows = slots[hit.notna()].assign(term=hit[hit.notna()])
        parts.append(finding(rows, f"the caption of {{send_type_key}} holds a prohibited term ({topic}): “{{term}}”"))
    return gather(*parts)


prohibited_text = Rule(
    gap="11.3",
    name="prohibited_text",
    wave=None,
    priority="P0",
    flag=None,
    severity="error",
    stages=("content_curator", "followup_generator"),
    description="No caption holds a term of the configured prohibited lists, disguised spellings included.",
    find=_find_prohibited,
    measure=lambda r: violations(_find_prohibited(r), int(r.slots["has_caption"].sum()), "prohibited captions"),
)

# ---- 11.6 required_fields


def _find_missing(reference: Reference) -> pd.DataFrame:
    slots = reference.slots
    known = slots["is_known_type"]
    money, page = slots["money"], slots["page_type"]
    flyer = slots["flyer_paid"].where(page == "paid", slots["flyer_free"])
    priced = slots["price"] > 0
    has_media = ~slots["media_type"].isin(["", "none"])
    linked = (slots["linked_item_id"] != "") | (slots["linked_post_url"] != "")
    flyer_stated = slots["flyer_required"].astype("boolean").fillna(False).astype(bool)
    checks = (
        (~known, "{send_type_key} is no configured send type"),
        (known & (slots["category"] != slots["true_category"]), "{send_type_key} is {true_category}, not {category}"),
        ((money == "price") & ~priced, "{send_type_key} on {date:%a} needs a price"),
        ((money == "goal") & ~(slots["goal_amount"] > 0), "{send_type_key} on {date:%a} needs a goal amount"),
        (known & (money != "price") & priced, "{send_type_key} carries a price of {price:.2f} but is not priced"),
        ((flyer == "needed") & ~flyer_stated, "{send_type_key} on {date:%a} needs a flyer"),
        ((slots["media"] == "needed") & ~has_media, "{send_type_key} on {date:%a} needs media"),
        # The renewal link belongs to the page itself; a campaign's link must be named.
        (
            slots["link"] & (slots["true_category"] == "engagement") & ~linked,
            "{send_type_key} on {date:%a} links to no campaign",
        ),
        (~slots["needs_caption"] & ~(slots["chars"] > 0), "{send_type_key} on {date:%a} has no caption text"),
        (
            slots["expires_at"].notna() & (slots["expires_at"] <= slots["at"]),
            "{send_type_key} on {date:%a} expires before it starts",
        ),
    )
    return gather(*(finding(slots[wrong], text) for wrong, text in checks), *_find_wrong_times(reference))


def _find_wrong_times(reference: Reference) -> tuple[pd.DataFrame, ...]:
    slots = reference.slots
    weeks = reference.weeks
    expected = local_to_utc(slots["local"], slots["timezone"], reference.zones)
    readable = slots["minute"].notna()
    outside = ~slots["date"].between(slots["week_start"], slots["week_start"] + pd.Timedelta(days=6))
    exists = expected.notna()
    zone_known = slots["timezone"].isin(reference.zones)
    rows = slots.assign(expected=expected)
    return (
        finding(rows[~readable], "“{scheduled_time}” is no time of day (HH:MM)"),
        finding(rows[outside], "{date:%Y-%m-%d} lies outside the week that starts {week_start:%Y-%m-%d}"),
        finding(
            rows[numbers(rows["weekday"]) != rows["date"].dt.day_of_week],
            "weekday {weekday} does not fit {date:%Y-%m-%d}",
        ),
        finding(
            rows[readable & zone_known & rows["local"].notna() & ~exists],
            "{local:%Y-%m-%d %H:%M} does not exist in {timezone} (clock change)",
        ),
        finding(
            rows[exists & (rows["expected"] != rows["scheduled_at"])],
            "{local:%Y-%m-%d %H:%M} in {timezone} is {expected:%Y-%m-%d %H:%M} UTC, not {scheduled_at:%Y-%m-%d %H:%M}",
        ),
        finding(weeks[~weeks["timezone"].isin(reference.zones)], "time zone “{timezone}” is unknown", whole=True),
        finding(
            weeks[weeks["week_start"].dt.day_of_week != 0],
            "the week starts on {week_start:%Y-%m-%d}, which is no Monday",
            whole=True,
        ),
    )


def local_to_utc(local: pd.Series, timezone: pd.Series, zones: frozenset[str]) -> pd.Series:
    """UTC of each local time; NaT in a spring hole or an unknown zone, the first of two in autumn."""
    out = pd.Series(pd.NaT, index=local.index, dtype="datetime64[us]")
    for zone in timezone[timezone.isin(zones)].unique():
        rows = timezone.index[timezone == zone]
        first = np.ones(len(rows), dtype=bool)
        there = local.loc[rows].dt.tz_localize(ZoneInfo(zone), ambiguous=first, nonexistent="NaT")
        out.loc[rows] = there.dt.tz_convert("UTC").dt.tz_localize(None)
    return out


required_fields = Rule(
    gap="11.6",
    name="required_fields",
    wave=None,
    priority="P1",
    flag=None,
    severity="error",
    stages=("schedule_assembler",),
    description="Price, goal, flyer, media, link where needed; every time inside its week and valid in its zone.",
    find=_find_missing,
    measure=lambda r: violations(_find_missing(r), len(r.slots), "missing or impossible fields"),
)

# ---- 11.7 pool_exhaustion


def _find_exhausted(reference: Reference) -> pd.DataFrame:
    pool = reference.settings.volume.pool
    types = reference.supply
    short = types[(types["planned"] > 0) & (types["usable"] < pool.critical)]
    waiting = reference.slots[reference.slots["needs_caption"]]
    waiting = waiting.groupby([*KEY, "schedule_id"], as_index=False).agg(
        count=("item_id", "size"), types=("send_type_key", lambda t: ", ".join(sorted(set(t))))
    )
    return gather(
        finding(
            short,
            "{send_type_key}: {usable:.0f} usable captions left, {planned:.0f} planned a week, dry in {days:.1f} days",
            measured="usable",
            limit=pool.critical,
            whole=True,
        ),
        finding(waiting, "{count} items wait for a caption: {types}", measured="count", limit=0, whole=True),
    )


def _measure_pool(reference: Reference) -> Measure:
    types = reference.supply
    types = types[types["planned"] > 0]
    short = types[types["usable"] < reference.settings.volume.pool.critical]
    driest = types["days"].min()
    note = "" if types.empty else f"shortest supply {driest:.0f} days"
    return Measure(
        float(len(short)) if len(types) else float("nan"), 0.0, "<=", len(types), "types about to run dry", note
    )


pool_exhaustion = Rule(
    gap="11.7",
    name="pool_exhaustion",
    wave=None,
    priority="P2",
    flag=None,
    severity="warning",
    stages=("content_curator",),
    description="Names send types with fewer than 3 usable captions and the days until their pool runs dry.",
    find=_find_exhausted,
    measure=_measure_pool,
)

# ---- 11.8 data_freshness


def _find_stale(reference: Reference) -> pd.DataFrame:
    limit = reference.settings.scoring.stale_days
    weeks = reference.weeks.assign(age=numbers(reference.weeks["data_age_days"]))
    return finding(
        weeks[weeks["age"] > limit],
        f"stale_data: the newest export is {{age:.0f}} days old; {limit} are allowed",
        measured="age",
        limit=limit,
        whole=True,
    )


def _measure_freshness(reference: Reference) -> Measure:
    ages = reference.weeks["data_age_days"].dropna()
    oldest = float(ages.max()) if len(ages) else float("nan")
    return Measure(oldest, float(reference.settings.scoring.stale_days), "<=", len(ages), "days, oldest data")


data_freshness = Rule(
    gap="11.8",
    name="data_freshness",
    wave=None,
    priority="P2",
    flag=None,
    severity="warning",
    stages=("performance_analyst",),
    description="Exports older than 3 days make a schedule at best needs_review.",
    find=_find_stale,
    measure=_measure_freshness,
)

# ---- 11.9 volume_bounds


def _find_volume(reference: Reference) -> pd.DataFrame:
    bounds = reference.settings.volume.bounds
    multiplied = reference.in_force("ENABLE_PAGE_TYPE_VOLUMES")
    weeks = reference.week_counts.assign(multiplied=multiplied)
    days = reference.day_counts.merge(weeks[[*KEY, "multiplied"]], on=KEY)
    parts = []
    for name in (*CATEGORIES, "items"):
        row = bounds["all_items" if name == "items" else name]
        what = "items in all" if name == "items" else f"{name} items"
        day_max = np.where(days["multiplied"], row.day_max_with_bumps or row.day_max, row.day_max)
        week_max = np.where(weeks["multiplied"], row.week_max_with_bumps or row.week_max, row.week_max)
        day, week = days.assign(limit=day_max, least=row.day_min), weeks.assign(limit=week_max)
        few = day[day[name] < row.day_min]
        many = day[day[name] > day["limit"]]
        over = week[week[name] > week["limit"]]
        on_day = f"{{date:%a}} has {{{name}}} {what}; "
        parts += [
            finding(few, on_day + "at least {least} are due", measured=name, limit="least", whole=True),
            finding(many, on_day + "at most {limit} are allowed", measured=name, limit="limit", whole=True),
            finding(
                over,
                f"the week has {{{name}}} {what}; at most {{limit}} are allowed",
                measured=name,
                limit="limit",
                whole=True,
            ),
        ]
    return gather(*parts)


volume_bounds = Rule(
    gap="11.9",
    name="volume_bounds",
    wave=None,
    priority="P2",
    flag=None,
    severity="error",
    stages=("send_type_allocator",),
    description="Revenue 1–8, engagement 1–6 (12 with bumps), retention 0–4, all 3–20 a day; 100 items a week.",
    find=_find_volume,
    measure=lambda r: violations(_find_volume(r), len(r.weeks), "bounds broken"),
)
