"""Planned calendars as a person reads them, and what a person would stumble over, counted.

``python -m benchmarks.readable HOME [--week 2026-11-30] [--count 10] [--pages handle,handle] [--figures-only]``.
Prints the newest schedules of a week (default the newest week planned), one line an item: day and time,
send type, price or goal, channel → target, content type, the text's caption type, whether that is the
slot's own, the first characters of the text, and the item it links to or follows. Before the caption type,
``~`` means that it is not the slot's first but one it may take, ``!`` that it is none of them. Pages
are drawn by the hash of their handle, page types taking turns, unless named.

Then, over all pages of the week, by send type: the share of texts whose caption type is the slot's own
(first of its ``caption_types``), the share of any of its caption types, and items without text; and
texts that read like an earlier one of the page's week; items that repeat a content type within four
hours, and sold messages (mass messages with a price) less than two hours apart. Planned items only are
read: nothing of the truth, no rule's own code.
"""

from __future__ import annotations

import argparse
import hashlib
from datetime import date
from pathlib import Path

import pandas as pd

from eros_assets.domain.captions.likeness import first_alike
from eros_assets.settings import Settings, load_settings
from eros_assets.warehouse.connection import connect, read

TEXT_CHARACTERS = 110
REPEAT_HOURS = 4.0
SOLD_MINUTES = 120.0
_SCHEDULES = """
SELECT * FROM planning.schedule WHERE week_start = ?
QUALIFY row_number() OVER (PARTITION BY creator_id ORDER BY version DESC) = 1
"""
_ITEMS = """
SELECT i.*, c.caption_type FROM planning.schedule_item AS i
LEFT JOIN intermediate.int_captions AS c USING (caption_hash)
WHERE list_contains(?, i.schedule_id)
"""
_OF_SCHEDULE = ["schedule_id", "page_name", "page_type", "method", "preset"]


def planned_items(settings: Settings, week: date | None) -> pd.DataFrame:
    """Items of the newest schedules of a week (null = the newest week planned), by page and time.

    Columns of ``planning.schedule_item`` and page_name, page_type, method, preset (null where the home
    is older than they are), caption_type, is_own (it is the slot's first), is_fitting (one of them).
    """
    with connect(settings, read_only=True) as connection:
        if week is None:
            week = read(connection, "SELECT max(week_start) AS week FROM planning.schedule")["week"].iloc[0]
        schedules = read(connection, _SCHEDULES, [week])
        items = read(connection, _ITEMS, [schedules["schedule_id"].tolist()])
    items = items.merge(schedules.reindex(columns=_OF_SCHEDULE), on="schedule_id")
    takes = [settings.send_type[kind].caption_types for kind in items["send_type_key"]]
    pairs = list(zip(items["caption_type"], takes, strict=True))
    items["is_own"] = [caption == types[0] for caption, types in pairs]
    items["is_fitting"] = [caption in types for caption, types in pairs]
    return items.sort_values(["page_name", "scheduled_at", "slot_order"], ignore_index=True)


def chosen_pages(items: pd.DataFrame, count: int) -> list[str]:
    """``count`` handles in the order of their hashes, page types taking turns."""
    pages = items[["page_name", "page_type"]].drop_duplicates()
    pages["lot"] = [hashlib.sha256(name.encode()).hexdigest() for name in pages["page_name"]]
    pages = pages.sort_values("lot")
    pages["turn"] = pages.groupby("page_type").cumcount()
    names: list[str] = pages.sort_values(["turn", "page_type"])["page_name"].head(count).tolist()
    return names


def calendar_text(items: pd.DataFrame, settings: Settings) -> str:
    """One page's week, a line an item; ``items`` are the page's, in time order."""
    pays = {name: mode.pays for name, mode in settings.volume.tip_goal_modes.items()}
    first = items.iloc[0]
    at = {
        row.item_id: f"{row.scheduled_date:%a} {row.scheduled_time} {row.send_type_key}" for row in items.itertuples()
    }
    how = "" if pd.isna(first["method"]) else f"{first['method']}/{first['preset']}, "
    lines = [
        f"=== {first['page_name']} ({first['page_type']}), week of {first['week_start']:%Y-%m-%d}, {how}"
        f"{len(items)} items, ${items['expected_revenue'].sum():,.0f} expected ==="
    ]
    day = None
    for item in items.to_dict("records"):
        if item["scheduled_date"] != day:
            day = item["scheduled_date"]
            lines.append(f"-- {day:%A %d %B}")
        lines.append(_line(item, at, pays))
    return "\n".join(lines)


def _line(item: dict[str, object], at: dict[str, str], pays: dict[str, str]) -> str:
    money = next((f"${item[key]:g}" for key in ("price", "goal_amount") if not pd.isna(item[key])), "")
    mark = " " if item["is_own"] else "~" if item["is_fitting"] else "!"
    text = "(no text)" if pd.isna(item["caption_text"]) else " / ".join(str(item["caption_text"]).split("\n"))
    related = item["parent_item_id"] if item["is_followup"] else item["linked_item_id"]
    word = "follows" if item["is_followup"] else "links to"
    tail = "" if pd.isna(related) else f"  [{word} {at.get(str(related), 'an item of another week')}]"
    if not pd.isna(item["tip_goal_mode"]):
        tail += f"  [{pays[str(item['tip_goal_mode'])]}]"
    route = f"{item['channel_key']}→{item['target_key']}"
    return (
        f"{item['scheduled_time']} {item['send_type_key']:<17}{money:>8}  {route:<36} "
        f"{_or_dash(item['content_type_key']):<18}{mark}{_or_dash(item['caption_type']):<17} "
        f"{text[:TEXT_CHARACTERS]}{tail}"
    )


def _or_dash(value: object) -> str:
    return "–" if pd.isna(value) else str(value)


def kinds_table(items: pd.DataFrame) -> pd.DataFrame:
    """By send type: items, share with a text of the slot's own type, of any type it may take, without text.

    Shares are of the items with a text; the last column counts.
    """
    with_text = items[~items["needs_caption"]]
    by_type = with_text.groupby("send_type_key")
    table = items.groupby("send_type_key").size().to_frame("items")
    table["own_type"] = by_type["is_own"].mean().round(3)
    table["fitting_type"] = by_type["is_fitting"].mean().round(3)
    table["no_text"] = items.groupby("send_type_key")["needs_caption"].sum().astype(int)
    total = pd.DataFrame(
        {
            "items": len(items),
            "own_type": round(float(with_text["is_own"].mean()), 3),
            "fitting_type": round(float(with_text["is_fitting"].mean()), 3),
            "no_text": int(items["needs_caption"].sum()),
        },
        index=["all"],
    )
    return pd.concat([table, total])


def content_repeats(items: pd.DataFrame) -> int:
    """Items whose content type the page has shown less than four hours before; followups and links show another's."""
    own = ~items["is_followup"] & items["linked_item_id"].isna()
    shown = items[items["content_type_key"].notna() & own]
    shown = shown.sort_values(["page_name", "content_type_key", "scheduled_at"])
    gap = shown.groupby(["page_name", "content_type_key"])["scheduled_at"].diff()
    return int((gap < pd.Timedelta(hours=REPEAT_HOURS)).sum())


def alike_texts(items: pd.DataFrame, settings: Settings) -> pd.Series:
    """By send type, how many texts read like an earlier one of their page's week."""
    with_text = items[~items["needs_caption"]]
    earlier = first_alike(with_text["caption_text"], with_text["page_name"], settings.scoring.likeness)
    return with_text.loc[earlier.notna(), "send_type_key"].value_counts()


def close_sold_messages(items: pd.DataFrame) -> pd.DataFrame:
    """Messages with a price less than two hours after another one of the page, with the gap in ``minutes``."""
    sold = items[(items["price"] > 0) & (items["channel_key"] != "wall_post")]
    sold = sold.sort_values(["page_name", "scheduled_at"])
    gap = sold.groupby("page_name")["scheduled_at"].diff() / pd.Timedelta(minutes=1)
    return sold.assign(minutes=gap)[gap < SOLD_MINUTES]


def main() -> None:
    """Print calendars and figures."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("home", type=Path)
    parser.add_argument("--week", type=date.fromisoformat)
    parser.add_argument("--count", type=int, default=10)
    parser.add_argument("--pages", help="handles, separated by commas")
    parser.add_argument("--figures-only", action="store_true")
    options = parser.parse_args()
    settings = load_settings(options.home)
    items = planned_items(settings, options.week)
    if items.empty:
        parser.error("no items planned for this week")
    names = options.pages.split(",") if options.pages else chosen_pages(items, options.count)
    if not options.figures_only:
        for name in names:
            print(calendar_text(items[items["page_name"] == name], settings), end="\n\n")
    print(kinds_table(items).to_string())
    alike = alike_texts(items, settings)
    print(f"\ntexts that read like an earlier one of the week: {alike.sum()} of {len(items)} items {alike.to_dict()}")
    repeats, close = content_repeats(items), close_sold_messages(items)
    print(f"content type repeated within {REPEAT_HOURS:g} hours: {repeats} of {len(items)} items")
    print(f"sold messages nearer than {SOLD_MINUTES:g} minutes: {len(close)}")
    if len(close):
        print(
            close[["page_name", "scheduled_date", "scheduled_time", "send_type_key", "minutes"]].to_string(index=False)
        )


if __name__ == "__main__":
    main()
