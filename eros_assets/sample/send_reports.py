"""Reports of sends as the platform and the agency's tools export them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from eros_assets.sample.config import DemoConfig
from eros_assets.sample.counters import grown
from eros_assets.sample.faults import Plant, line_faults, plant, put, repeat_rows, send_faults
from eros_assets.sample.files import DIALECTS, WINDOWS, DemoFile, write_csv, write_xlsx
from eros_assets.sample.response import Truth
from eros_assets.settings import Settings

_MONTHS = np.array(["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"], dtype=object)
_SENDERS = np.array(
    ["Dana", "Eli", "Femi", "Gus", "Hana", "Ines", "Jo", "Kai", "Lena", "Milo", "Noor", "Otto", "Pia"], dtype=object
)
# Other wordings of the platform's headers; each page's tool keeps to one.
_HEADERS: tuple[dict[str, str], ...] = (
    {},
    {},
    {"Purchased": "Unlocked", "Earnings": "Revenue"},
    {"Message": "Text", "Viewed": "Views", "Purchased": "Buyers"},
    {"Message": "MESSAGE", "Sending time": " Sending Time ", "Earnings": "Total"},
)
_EXPORT_HOUR = 6
RowChange = Callable[[pd.DataFrame, np.random.Generator], None]


def write_page_reports(
    sends: pd.DataFrame,
    creators: pd.DataFrame,
    truth: Truth,
    out: Path,
    end: date,
    config: DemoConfig,
    settings: Settings,
    rng: np.random.Generator,
) -> list[DemoFile]:
    """Two reports of mass messages per page (long, and recent with grown counters), and the broken ones."""
    zone = settings.system.agency.timezone
    files: list[DemoFile] = []
    history_day = end - timedelta(days=config.history_export_days)
    recent_day = end + timedelta(days=1)
    recent_from = pd.Timestamp(recent_day) - pd.Timedelta(days=config.recent_report_days)
    pages = creators.index[~creators["in_agency_report"]]
    sheets = set(pages[2 : 2 + config.xlsx_reports]) if len(pages) > 2 else set()
    messages = sends[sends["group"] != "wall"]
    agency_time = _zoned(messages["utc"], zone)
    sender = _SENDERS[rng.integers(0, len(_SENDERS), len(messages))]
    messages = messages.assign(agency_time=agency_time, sender=sender)
    last = pd.DataFrame()
    for page in pages:
        mine = messages[messages["page"] == page]
        name = creators["page_name"].iloc[page]
        # Small pools may not hold enough texts without emoji for the plain page.
        is_plain = creators["is_plain"].iloc[page] and mine["text"].str.isascii().all()
        dialect = WINDOWS if is_plain else DIALECTS[page % len(DIALECTS)]
        for day, since in ((history_day, None), (recent_day, recent_from)):
            shown = mine[mine["agency_time"] < pd.Timestamp(day)]
            if since is not None:
                shown = shown[shown["agency_time"] >= since]
            if shown.empty:
                continue
            report = _platform_form(shown, truth, day, zone, money_signs=page % 2 == 0)
            once = (shown["agency_time"] < recent_from) | (shown["agency_time"] >= pd.Timestamp(history_day))
            counts = plant(
                report, _PLATFORM_FAULTS, config.faults, rng, least=int(page == pages[0]), exported_once=once.to_numpy()
            )
            counts["price_text"] = int((report["Price"] == "Free").sum())
            report, counts["duplicate"] = repeat_rows(report, config.faults["duplicate"], rng)
            last = report
            report = report.rename(columns=_HEADERS[page % len(_HEADERS)])
            if page % 7 == 3:
                report = report[report.columns[::-1]]
            if page % 6 == 1:
                report.insert(2, "Internal notes", np.where(rng.random(len(report)) < 0.05, "ask Pia", ""))
            stem = f"mass_messages__{name}__{day.isoformat()}"
            if since is not None and page in sheets:
                path = out / f"{stem}.xlsx"
                write_xlsx(_numbers(report), path, day)
            else:
                path = out / f"{stem}.csv"
                blanks, wide, lines = line_faults(len(report), config.faults, rng)
                counts |= lines
                write_csv(report, path, dialect, blank_before=blanks, widened=wide)
            files.append(DemoFile(path.name, "sends", len(report), {k: n for k, n in counts.items() if n}))
    return files + _broken_files(last, creators["page_name"].iloc[pages[0]], files[0].name, out, end)


def write_agency_report(
    sends: pd.DataFrame,
    creators: pd.DataFrame,
    former: list[str],
    truth: Truth,
    out: Path,
    end: date,
    config: DemoConfig,
    settings: Settings,
    rng: np.random.Generator,
) -> list[DemoFile]:
    """The agency-wide report in the agency's own form, of the pages without reports of their own."""
    day = end + timedelta(days=1)
    mine = sends[creators["in_agency_report"].to_numpy()[sends["page"]]].reset_index(drop=True)
    zone = settings.system.agency.timezone
    mine = mine[_zoned(mine["utc"], zone) < pd.Timestamp(day)].reset_index(drop=True)
    n = len(mine)
    counts_now = _grown(mine, truth, day, zone)
    page = mine["page"].to_numpy()
    number = np.arange(7_100_000, 7_100_000 + n).astype(str).astype(object)
    uuids = np.array([str(uuid.UUID(bytes=rng.bytes(16), version=4)) for _ in range(n)], dtype=object)
    kinds = mine["send_type_key"].map(settings.send_type)
    is_wall = (mine["group"] == "wall").to_numpy()
    media = np.array([kind.media_kinds[0] for kind in kinds], dtype=object)
    message_channel = np.array([_message_channel(kind.channels) for kind in kinds], dtype=object)
    report = pd.DataFrame(
        {
            "message_id": np.where(page % 2 == 0, number, uuids),
            "creator_id": np.where(
                rng.random(n) < config.faults["creator_id_null"], "", creators["creator_id"].to_numpy()[page]
            ),
            "page_name": mine["page_name"].to_numpy(),
            "sending_time": _iso_local(mine, creators),
            "message_content": mine["export_text"].to_numpy(),
            "message_type": np.where(mine["price"] > 0, "ppv", "free"),
            "caption_id": uuids[rng.permutation(n)],
            "price": _money(mine["price"].fillna(0)),
            "sent_count": np.where(is_wall, "", mine["sent_count"].astype(object).fillna("").astype(str)),
            "viewed_count": counts_now["viewed"].astype(str).astype(object),
            "purchased_count": counts_now["purchased"].astype(str).astype(object),
            "earnings": _money(counts_now["earnings"]),
            "content_type": np.where(rng.random(n) < 0.6, mine["content_type_key"], ""),
            "media_count": np.where(media == "none", "0", rng.integers(1, 30, n).astype(str)),
            "media_type": media,
            "channel": np.where(is_wall, "wall_post", message_channel),
            "target": [kind.targets[0] for kind in kinds],
            "sender": _SENDERS[rng.integers(0, len(_SENDERS), n)],
            "is_unsent": np.where(mine["is_withdrawn"], "true", "false"),
            "canceled_at": np.where(
                mine["is_withdrawn"], (mine["utc"] + pd.Timedelta(minutes=20)).dt.strftime("%Y-%m-%dT%H:%M:%SZ"), ""
            ),
            "Scheduler comment": "",
        }
    ).astype(object)
    faults = send_faults(
        "sending_time", "message_content", "price", "sent_count", "viewed_count", "purchased_count", "earnings"
    ) | {
        "price_text": put("price", "Free", "$0", "$14.99", "19,69"),
        "page_null": _unattributable,
        "page_spelling": _respell(config.platform_host),
    }
    counts = plant(report, faults, config.faults, rng, least=int(n > 300))
    extra = [report]
    for kind, change in (
        ("former_creator", _former(former)),
        ("key_conflict", _other_page(creators)),
        ("possible_duplicate", _new_ids),
    ):
        rows = report.iloc[rng.permutation(n)[: max(int(n > 300), round(n * config.faults[kind]))]].copy()
        change(rows, rng)
        extra.append(rows)
        counts[kind] = len(rows)
    report = pd.concat(extra, ignore_index=True)
    report, counts["duplicate"] = repeat_rows(report, config.faults["duplicate"], rng)
    blanks, wide, lines = line_faults(len(report), config.faults, rng)
    path = out / f"agency_mass_messages__{day.isoformat()}.csv"
    write_csv(report, path, blank_before=blanks, widened=wide)
    return [DemoFile(path.name, "sends", len(report), {k: v for k, v in (counts | lines).items() if v})]


def write_wall_posts(
    sends: pd.DataFrame,
    creators: pd.DataFrame,
    truth: Truth,
    out: Path,
    end: date,
    config: DemoConfig,
    settings: Settings,
    rng: np.random.Generator,
) -> list[DemoFile]:
    """Wall posts of the pages with platform reports; they have no recipient count."""
    day = end + timedelta(days=1)
    zone = settings.system.agency.timezone
    own = ~creators["in_agency_report"].to_numpy()[sends["page"]]
    posts = sends[own & (sends["group"] == "wall") & ~sends["is_withdrawn"]].sort_values(["utc", "page"], kind="stable")
    posts = posts[_zoned(posts["utc"], zone) < pd.Timestamp(day)].reset_index(drop=True)
    if posts.empty:
        return []
    now = _grown(posts, truth, day, zone)
    n = len(posts)
    is_campaign = posts["send_type_key"].map(lambda key: settings.send_type[key].is_campaign)
    lifetime = posts["send_type_key"].map(lambda key: settings.send_type[key].expires_hours or 0)
    report = pd.DataFrame(
        {
            "post_id": np.arange(810_000, 810_000 + n).astype(str),
            "creator_id": "",
            "page_name": posts["page_name"],
            "post_date": posts["utc"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"),
            "post_type": np.where(is_campaign, "campaign", "permanent"),
            "message_content": posts["export_text"],
            "price": np.where(posts["price"] > 0, _money(posts["price"].fillna(0)), ""),
            "tip_goal": "",
            "tips_total": "0.00",
            "earnings": _money(now["earnings"]),
            "views_count": now["viewed"].astype(str),
            "likes_count": np.round(now["viewed"] * rng.uniform(0.02, 0.2, n)).astype(int).astype(str),
            "comments_count": np.round(now["viewed"] * rng.uniform(0, 0.02, n)).astype(int).astype(str),
            "expires_at": np.where(
                lifetime > 0, (posts["utc"] + pd.to_timedelta(lifetime, unit="h")).dt.strftime("%Y-%m-%dT%H:%M:%SZ"), ""
            ),
            "is_pinned": np.where(is_campaign & (rng.random(n) < 0.3), "yes", "no"),
        }
    ).astype(object)
    faults = {"bad_time": put("post_date", "soon", "1999-01-01"), "negative_count": put("likes_count", "-3")}
    counts = plant(report, faults, config.faults, rng)
    path = out / f"wall_posts__{day.isoformat()}.csv"
    write_csv(report, path)
    return [DemoFile(path.name, "wall_posts", n, counts)]


def _platform_form(shown: pd.DataFrame, truth: Truth, day: date, zone: str, *, money_signs: bool) -> pd.DataFrame:
    """The platform's own ten columns as text."""
    now = _grown(shown, truth, day, zone)
    sign = "$" if money_signs else ""
    price = shown["price"].fillna(0).to_numpy()
    unpriced = np.where(shown["growth_u"] < 0.02, "Free", "" if money_signs else "0")
    withdrawn = shown["is_withdrawn"].to_numpy()
    return pd.DataFrame(
        {
            "Message": shown["export_text"].to_numpy(),
            "Sending time": platform_time(shown["agency_time"]),
            "Sender": shown["sender"].to_numpy(),
            "Status": np.where(withdrawn, "Withdrawn", "Sent"),
            "Price": np.where(price > 0, sign + _money(price), unpriced),
            "Sent": shown["sent_count"].astype(str).to_numpy(dtype=object),
            "Viewed": now["viewed"].astype(str).to_numpy(dtype=object),
            "Purchased": now["purchased"].astype(str).to_numpy(dtype=object),
            "Earnings": sign + _money(now["earnings"]),
            "Withdrawn by": np.where(withdrawn, shown["sender"], ""),
        }
    ).astype(object)


def platform_time(moments: pd.Series) -> np.ndarray:
    """``Aug 22, 2025 at 11:07 PM``, whatever the locale."""
    hour = moments.dt.hour.to_numpy()
    text: np.ndarray = _MONTHS[moments.dt.month.to_numpy() - 1] + " "
    for part in (
        moments.dt.day.astype(str) + ", ",
        moments.dt.year.astype(str) + " at ",
        pd.Series((hour + 11) % 12 + 1).astype(str) + ":",
        moments.dt.minute.astype(str).str.zfill(2),
        pd.Series(np.where(hour < 12, " AM", " PM")),
    ):
        text = text + part.to_numpy(dtype=object)
    return text


def _grown(shown: pd.DataFrame, truth: Truth, day: date, zone: str) -> pd.DataFrame:
    """Counters as an export of the morning of ``day`` in ``zone`` shows them."""
    exported = pd.Timestamp(day, tz=zone).tz_convert("UTC").tz_localize(None) + pd.Timedelta(hours=_EXPORT_HOUR)
    return grown(shown, truth, exported)


def _zoned(utc: pd.Series, zone: str) -> pd.Series:
    """Naive wall time of the zone."""
    local: pd.Series = utc.dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
    return local


def _iso_local(sends: pd.DataFrame, creators: pd.DataFrame) -> np.ndarray:
    """ISO time with offset in each page's zone."""
    out = np.empty(len(sends), dtype=object)
    zones = creators["timezone"].to_numpy()[sends["page"]]
    for zone in sorted(set(zones)):
        rows = zones == zone
        aware = sends.loc[rows, "utc"].dt.tz_localize("UTC").dt.tz_convert(zone)
        out[rows] = aware.astype(str).str.replace(" ", "T").to_numpy(dtype=object)
    return out


def _money(amounts: pd.Series | np.ndarray) -> np.ndarray:
    return np.char.mod("%.2f", np.asarray(amounts, dtype=float)).astype(object)


def _message_channel(channels: tuple[str, ...]) -> str:
    return next((channel for channel in channels if channel != "wall_post"), "mass_message")


def _numbers(report: pd.DataFrame) -> pd.DataFrame:
    """Cells that are plain numbers as numbers, the way a spreadsheet holds them."""
    out = report.copy()
    for column in out.columns:
        number = pd.to_numeric(out[column], errors="coerce")
        out[column] = out[column].where(number.isna(), number.astype(object))
    return out


def _unattributable(frame: pd.DataFrame, rows: np.ndarray, rng: np.random.Generator) -> None:
    """No page name; half of the rows keep a creator id that resolves them."""
    put("page_name", "nan", "None", "N/A", "-", "")(frame, rows, rng)
    put("creator_id", "")(frame, rows[::2], rng)


def _respell(host: str) -> Plant:
    """The same handle, written otherwise."""
    forms: tuple[Callable[[str], str], ...] = (
        lambda name: f"@{name}",
        str.upper,
        lambda name: f" {name} ",
        lambda name: f"{name}.",
        lambda name: f"https://{host}/{name}",
    )

    def apply(frame: pd.DataFrame, rows: np.ndarray, rng: np.random.Generator) -> None:
        names = frame["page_name"].iloc[rows].to_numpy()
        which = rng.integers(0, len(forms), len(rows))
        spelled = np.array([forms[k](name) for k, name in zip(which, names, strict=True)], dtype=object)
        frame.loc[frame.index[rows], "page_name"] = spelled

    return apply


def _new_ids(rows: pd.DataFrame, rng: np.random.Generator) -> None:
    """The same send under another id."""
    rows["message_id"] = [str(uuid.UUID(bytes=rng.bytes(16), version=4)) for _ in range(len(rows))]


def _former(names: list[str]) -> RowChange:
    def change(rows: pd.DataFrame, rng: np.random.Generator) -> None:
        """A page nobody manages any more."""
        _new_ids(rows, rng)
        rows["creator_id"] = ""
        rows["page_name"] = np.array(names, dtype=object)[rng.integers(0, len(names), len(rows))]

    return change


def _other_page(creators: pd.DataFrame) -> RowChange:
    def change(rows: pd.DataFrame, rng: np.random.Generator) -> None:
        """One message id claimed by two pages."""
        rows["creator_id"] = ""
        rows["page_name"] = creators["page_name"].iloc[0]

    return change


_PLATFORM_FAULTS = send_faults("Sending time", "Message", "Price", "Sent", "Viewed", "Purchased", "Earnings")


def _broken_files(report: pd.DataFrame, page: str, first: str, out: Path, end: date) -> list[DemoFile]:
    """Files to be rejected (cut off, without a required column, unreadable times), and a copy under another name."""
    days = [end - timedelta(days=k) for k in (10, 5, 12)]
    sample = report.head(60)
    cut = out / f"mass_messages__{page}__{days[0].isoformat()}.xlsx"
    write_xlsx(_numbers(sample), cut, days[0])
    cut.write_bytes(cut.read_bytes()[:-400])
    headless = out / f"mass_messages__{page}__{days[1].isoformat()}.csv"
    write_csv(sample.drop(columns="Sending time"), headless)
    garbage = out / f"mass_messages__{page}__{days[2].isoformat()}.csv"
    write_csv(sample.assign(**{"Sending time": "not yet"}), garbage)
    copy = out / f"{first.rsplit('.', 1)[0]} (1).csv"
    copy.write_bytes((out / first).read_bytes())
    rows = len(sample)
    return [
        DemoFile(cut.name, "broken", 0, {"unreadable_file": 1}),
        DemoFile(headless.name, "broken", rows, {"missing_column": 1}),
        DemoFile(garbage.name, "broken", rows, {"mostly_quarantined": 1}),
        DemoFile(copy.name, "copy", 0, {"file_copy": 1}),
    ]
