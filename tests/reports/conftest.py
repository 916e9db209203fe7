"""A small, realistic creator-week built from the contracts, for every report test."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta

import numpy as np
import pandas as pd
import pytest

from eros_assets.domain import frames
from eros_assets.settings import Settings, load_settings

WEEK = pd.Timestamp("2026-11-30")
AS_OF = pd.Timestamp("2026-11-22")
NOW = pd.Timestamp("2026-11-30 16:00")
ZONE = "America/Los_Angeles"
# local time, send type, price: one day's pattern, shifted a little from day to day
DAY = (
    ("09:07", "bump_normal", None),
    ("10:26", "ppv_unlock", 14.99),
    ("10:53", "ppv_followup", None),
    ("12:11", "link_drop", None),
    ("13:38", "bump_descriptive", None),
    ("14:52", "bundle", 29.99),
    ("16:47", "bump_text_only", None),
    ("18:08", "tip_goal", None),
    ("19:23", "ppv_unlock", 19.69),
    ("19:51", "ppv_followup", None),
    ("20:49", "dm_farm", None),
    ("21:56", "renew_on_message", None),
)
LINES = (
    "Sunny rooftop set from this morning, and I saved the best frame for you 🌞 ",
    "New rain scene is up: twelve minutes, one umbrella, no second take. Tell me which minute made you smile. ",
    "Coffee chat? I have five minutes and a very strong opinion about pancakes ☕ ",
    "The whole garden feature in one bundle, $80 worth for the price of a lunch. Only until midnight. ",
)


@dataclass(frozen=True)
class Week:
    """One creator-week: schedule row, items, verdicts, creator."""

    schedules: pd.DataFrame
    items: pd.DataFrame
    verdicts: pd.DataFrame
    creators: pd.DataFrame

    @property
    def schedule(self) -> pd.Series:
        return self.schedules.iloc[0]

    @property
    def creator(self) -> pd.Series:
        return self.creators.iloc[0]

    def with_caption(self, text: str | None) -> Week:
        """The same week with ``text`` as the first item's caption and notes."""
        items = self.items.copy()
        items.loc[0, "caption_text"] = text
        items.loc[0, "notes"] = text
        return Week(self.schedules, items, self.verdicts, self.creators)


@pytest.fixture(scope="session")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return load_settings(tmp_path_factory.mktemp("reports_home"))


@pytest.fixture(scope="session")
def week(settings: Settings) -> Week:
    return make_week(settings, "creator-1", "sunny_trails")


def make_creators(creator_id: str, page_name: str, page_type: str = "paid") -> pd.DataFrame:
    """One row of RAW_CREATORS."""
    return frames.RAW_CREATORS.conform(
        pd.DataFrame(
            [
                {
                    "creator_id": creator_id,
                    "page_name": page_name,
                    "display_name": page_name.replace("_", " ").title(),
                    "page_type": page_type,
                    "is_active": True,
                    "timezone": ZONE,
                    "current_active_fans": 4200,
                    "content_category": "softcore",
                    "sub_type": "gfe",
                    "persona_type": "girl_next_door",
                    "vault_notes": "no outdoor sets in winter",
                    "default_ppv_price": 15.0,
                    "_file_hash": "0" * 64,
                    "_file_name": "creators.csv",
                    "_row_number": 2,
                    "_exported_at": AS_OF,
                }
            ]
        )
    )


def make_week(settings: Settings, creator_id: str, page_name: str, days: int = 7, status: str = "approved") -> Week:
    """A creator-week of ``days`` × 12 items with followups, links, pins, a drip window and findings."""
    schedule_id = f"sched_{WEEK:%Y-%m-%d}_{creator_id}_v1"
    rows = []
    for day in range(days):
        ids = [f"{creator_id}-{day}-{place:02d}" for place in range(len(DAY))]
        for place, (time, key, price) in enumerate(DAY):
            rows.append(_item(settings, schedule_id, creator_id, day, place, time, key, price, ids))
    items = frames.SCHEDULE_ITEM.conform(pd.DataFrame(rows))
    expected = float(items["expected_revenue"].sum())
    counts = items["category"].value_counts()
    schedules = frames.SCHEDULE.conform(
        pd.DataFrame(
            [
                {
                    "schedule_id": schedule_id,
                    "creator_id": creator_id,
                    "page_name": page_name,
                    "page_type": "paid",
                    "timezone": ZONE,
                    "week_start": WEEK,
                    "week_end": WEEK + timedelta(days=6),
                    "version": 1,
                    "status": status,
                    "generated_at": NOW,
                    "algorithm_version": "1.0.0",
                    "config_hash": settings.config_hash,
                    "flag_set": json.dumps(["ENABLE_TIMING_RULES", "ENABLE_QUALITY_VALIDATORS"]),
                    "method": "exact",
                    "preset": "recommended",
                    "preset_changes": json.dumps(["ENABLE_PRICING_OPTIMIZATION off"]),
                    "data_snapshot": "41",
                    "seed": 20260101,
                    "content_hash": "c" * 16,
                    "as_of_date": AS_OF,
                    "item_count": len(items),
                    "ppv_count": int(items["send_type_key"].isin(["ppv_unlock", "ppv_wall"]).sum()),
                    "bump_count": int(items["send_type_key"].str.startswith("bump_").sum()),
                    "followup_count": int(items["is_followup"].sum()),
                    "unique_types": int(items["send_type_key"].nunique()),
                    "revenue_count": int(counts.get("revenue", 0)),
                    "engagement_count": int(counts.get("engagement", 0)),
                    "retention_count": int(counts.get("retention", 0)),
                    "expected_revenue": expected,
                    "expected_revenue_low": expected * 0.71,
                    "expected_revenue_high": expected * 1.36,
                    "optimal_length_share": 0.63,
                    "pool_used_share": 0.03,
                    "quality_score": 91.4,
                    "objective": 96.6,
                    "bound": 98.9,
                    "bound_gap": 1 - 96.6 / 98.9,
                    "confidence": 0.8,
                    "volume_explanation": json.dumps(
                        [
                            {"step": "base", "value": [4, 3, 2], "reason": "MID tier, paid page"},
                            {"step": "saturation", "value": 0.94, "reason": "saturation 44 over 14 days"},
                        ]
                    ),
                    "generation_seconds": 1.2,
                }
            ]
        )
    )
    return Week(schedules, items, _verdicts(schedule_id, creator_id, items), make_creators(creator_id, page_name))


def _item(
    settings: Settings,
    schedule_id: str,
    creator_id: str,
    day: int,
    place: int,
    time: str,
    key: str,
    price: float | None,
    ids: list[str],
) -> dict[str, object]:
    kind = settings.send_type[key]
    local = (WEEK + timedelta(days=day) + pd.Timedelta(f"{time}:00")).tz_localize(ZONE)
    at = local.tz_convert("UTC").tz_localize(None)
    needs = key == "dm_farm" and day == 2
    text = (
        None if needs else (LINES[(day + place) % len(LINES)] * (1 + (place * 7 + day) % 4)).strip() + f" #{day}{place}"
    )
    followup = key == "ppv_followup"
    return {
        "item_id": ids[place],
        "schedule_id": schedule_id,
        "creator_id": creator_id,
        "week_start": WEEK,
        "scheduled_date": WEEK + timedelta(days=day),
        "scheduled_time": time,
        "scheduled_at": at,
        "weekday": day,
        "slot_order": place + 1,
        "send_type_key": key,
        "category": kind.category,
        "channel_key": kind.channels[0],
        "target_key": kind.targets[0],
        "caption_id": None if needs else f"cap-{day}-{place}",
        "caption_hash": None if needs else f"{day:032d}{place:032d}",
        "caption_text": text,
        "char_length": None if text is None else len(text),
        "needs_caption": needs,
        "fallback_level": 6 if needs else 3 if place == 6 else 1,
        "content_type_key": None
        if kind.media == "none" or followup
        else ("teaser", "solo", "fitness", "travel")[day % 4],
        "media_type": "none" if followup else kind.media_kinds[0],
        "flyer_required": kind.flyer["paid"] == "needed",
        "price": price,
        "price_reason": None if price is None else f"${price}, price of the caption, within $5–50",
        "goal_amount": 100.0 if key == "tip_goal" else None,
        "tip_goal_mode": "competitive" if key == "tip_goal" else None,
        "is_followup": followup,
        "parent_item_id": ids[place - 1] if followup else None,
        "delay_minutes": 27 if followup else None,
        "linked_item_id": ids[place + 2] if key == "link_drop" else None,
        "expires_at": at + timedelta(hours=kind.expires_hours) if kind.expires_hours else None,
        "pin_at": at if key == "tip_goal" and day % 3 == 0 else None,
        "unpin_at": at + timedelta(hours=72) if key == "tip_goal" and day % 3 == 0 else None,
        "drip_window_id": f"drip-{day}" if day == 5 and 4 <= place <= 6 else None,
        "structure": "solo-bundle-winner-series" if kind.is_ppv else None,
        "style": "solo" if kind.is_ppv else None,
        "structure_score": 0.82 if kind.is_ppv else None,
        "label": kind.label,
        "flavor": ("playful", "solo", "feature", "throwback", "themed", "drip", "personal")[day],
        "strategy": "revenue first",
        "eros_score": None if needs else 0.41 + 0.04 * ((day + place) % 9),
        "score_parts": None
        if needs
        else json.dumps({"rps": 0.8, "conversion": 0.55, "execution": 0.71, "diversity": 0.9, "length": 1.0}),
        "expected_revenue": round(40 + 9.5 * place + 3 * day, 2)
        if kind.category == "revenue"
        else round(2.0 + place / 4, 2),
        "expected_revenue_low": 20.0,
        "expected_revenue_high": 190.0,
        "expected_recipients": 4200,
        "freshness": None if needs else 88.0,
        "performance_tier": "TOP" if place in (1, 8) else "MID",
        "slot_score": 50.0 + place * 4,
        "is_prime": place in (8, 10),
        "is_exploration": place == 7,
        "relaxations": json.dumps([LADDER_NOTE] if place == 6 else []),
        "explanation": json.dumps(_why_followup() if followup else _why(kind.category == "revenue")),
        "runners_up": json.dumps([] if followup else RUNNERS_UP),
        "status": "pending",
        "notes": "pin after posting" if key == "tip_goal" else None,
    }


def _why(sells: bool) -> dict[str, object]:
    """The planner's own explanation of an item: figures and keys."""
    return {
        "slot": {"campaign": None, "is_forced": False, "strategy": "revenue_first"},
        "timing": {
            "slot_score": 92.0,
            "hour_factor": 1.32,
            "is_prime_hour": True,
            "is_preferred_hour": False,
            "is_best_day": False,
            "preferred_hours": [19, 20],
        },
        "caption": {
            "chosen_by": "assignment of the week",
            "caption_value": 44.0,
            "day_factor": 1.1,
            "hour_factor": 1.32,
            "slot_factor": 1.45 if sells else 1.0,
            "own_evidence": 0.37,
            "binding": [
                "length share 2.1: $3.20",
                "trigger on content_type teaser [4.1]: $1.24",
                "texts that read alike: not kept in full",
            ],
        },
        "price": None,
        "audience": "first channel of ppv_unlock, status active",
    }


def _why_followup() -> dict[str, object]:
    return {"parent_priority": 0.4, "delay_minutes": 27, "parent_style": "solo", "audience": "opened the parent"}


LADDER_NOTE = "caption of level 3: freshness 61, performance 55, 21 days since its last use"
RUNNERS_UP = [
    {
        "caption_id": "cap-x",
        "caption_text": "The lighthouse set, with a view nobody else has. Shall I climb to the top for you?",
        "expected_revenue": 35.5,
        "reason": "used on Thu ppv_unlock",
    },
    {"caption_id": "cap-y", "expected_revenue": 21.25, "reason": "needs relaxation level 4"},
]


def _verdicts(schedule_id: str, creator_id: str, items: pd.DataFrame) -> pd.DataFrame:
    base = {"week_start": WEEK, "creator_id": creator_id, "schedule_id": schedule_id}
    return frames.SCHEDULE_VERDICTS.conform(
        pd.DataFrame(
            [
                # Off for this page: measured, and nobody's concern.
                base
                | {
                    "rule": "2.1",
                    "name": "character_length",
                    "level": "info",
                    "item_id": "",
                    "measured": 0.53,
                    "limit_value": 0.6,
                    "message": "53% of the captioned items have 250–449 characters; the pool allows 60%",
                },
                base
                | {
                    "rule": "10.7",
                    "name": "round_minute_avoidance",
                    "level": "info",
                    "item_id": "",
                    "measured": 0.0,
                    "limit_value": 0.0,
                    "message": "no item on a quarter hour",
                },
                base
                | {
                    "rule": "1.6",
                    "name": "pinned_post_rotation",
                    "level": "warning",
                    "item_id": items["item_id"].iloc[4],
                    "measured": 96.0,
                    "limit_value": 72.0,
                    "message": "tip_goal stays pinned for 96 hours",
                },
            ]
        )
    )


def make_sends(rows: list[dict[str, object]]) -> pd.DataFrame:
    """FCT_SENDS rows from short dicts: creator_id, day (before AS_OF), hour, earnings, …; the rest gets defaults."""
    full = []
    for number, row in enumerate(rows):
        day = AS_OF - timedelta(days=int(str(row.get("day", 10))))
        local = day + pd.Timedelta(hours=int(str(row.get("hour", 12))))
        price = row.get("price", 15.0)
        sent, viewed, bought = row.get("sent", 1000), row.get("viewed", 200), row.get("purchased", 8)
        full.append(
            {
                "send_key": row.get("send_key", f"s{number:06d}"),
                "creator_id": row.get("creator_id", "creator-1"),
                "page_name": row.get("page_name", "sunny_trails"),
                "page_type": "paid",
                "sent_at": local,
                "sent_local": local,
                "send_date": day,
                "sent_hour": local.hour,
                "sent_weekday": day.weekday(),
                "send_type_key": row.get("send_type_key", "ppv_unlock"),
                "send_type_confidence": 0.9,
                "channel_key": "mass_message",
                "target_key": "all_active",
                "is_priced": price is not None,
                "price": price,
                "sent_count": sent,
                "viewed_count": viewed,
                "purchased_count": bought,
                "earnings": row.get("earnings", 100.0),
                "view_rate": 0.2,
                "caption_hash": "h",
                "is_caption_matched": row.get("matched", True),
                "char_length": row.get("char_length", 300),
                "length_bucket": "250-449",
                "content_type_key": row.get("content_type_key", "solo"),
                "content_type_confidence": 0.9,
                "is_rated": row.get("is_rated", True),
                "is_withdrawn": False,
            }
        )
    return frames.FCT_SENDS.conform(pd.DataFrame(full))


def random_sends(creators: int, sends: int, days: int = 400, seed: int = 7) -> pd.DataFrame:
    """FCT_SENDS of a whole agency, vectorised: skewed earnings, real hours, prices and content types."""
    rng = np.random.default_rng(seed)
    owner = rng.integers(0, creators, sends)
    age = rng.integers(0, days, sends)
    hour = rng.choice(np.arange(8, 24), sends)
    day = AS_OF - pd.to_timedelta(age, unit="D")
    priced = rng.random(sends) < 0.62
    viewed = rng.integers(50, 400, sends)
    frame = pd.DataFrame(
        {
            "send_key": [f"s{n:07d}" for n in range(sends)],
            "creator_id": np.char.add("creator-", owner.astype(str)),
            "page_name": np.char.add("page_", owner.astype(str)),
            "page_type": np.where(owner % 3 == 0, "paid", "free"),
            "sent_at": day + pd.to_timedelta(hour + 8, unit="h"),
            "sent_local": day + pd.to_timedelta(hour, unit="h"),
            "send_date": day,
            "sent_hour": hour,
            "sent_weekday": day.day_of_week,
            "send_type_key": np.where(priced, rng.choice(["ppv_unlock", "bundle"], sends), "bump_normal"),
            "send_type_confidence": 0.9,
            "channel_key": "mass_message",
            "target_key": "all_active",
            "is_priced": priced,
            "price": np.where(priced, rng.choice([14.99, 19.69, 24.99, 29.99], sends), np.nan),
            "sent_count": 2000,
            "viewed_count": viewed,
            "purchased_count": rng.integers(0, 20, sends),
            "earnings": np.where(priced, np.round(rng.lognormal(4.2 + hour / 40, 1.1, sends), 2), 0.0),
            "view_rate": viewed / 2000,
            "caption_hash": "h",
            "is_caption_matched": True,
            "char_length": rng.integers(20, 500, sends),
            "content_type_key": rng.choice(["solo", "teaser", "fitness", "travel", "dance"], sends),
            "content_type_confidence": 0.8,
            "is_rated": rng.random(sends) < 0.98,
            "is_withdrawn": False,
        }
    )
    return frames.FCT_SENDS.conform(frame)
