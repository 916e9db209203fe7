"""The harbour agency's export files: semicolons and decimal commas, spreadsheets, JSON lines, long tables.

Other tools than the first agency's: reports over all pages by quarter, handles spelled freely, dates
day first, and a newest report that repeats the last weeks with grown counters. Few rows are faulty,
none so that it could not be read.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from eros_assets.sample.counters import grown
from eros_assets.sample.faults import repeat_rows
from eros_assets.sample.files import DemoFile, Dialect, write_csv, write_xlsx
from eros_assets.sample.harbour.config import CaptionConfig, HarbourConfig
from eros_assets.sample.harbour.response import Truth
from eros_assets.settings import Settings

_SEMICOLON = Dialect("utf-8-sig", ";", "\r\n")
_WINDOWS_LINES = Dialect("utf-8", ";", "\r\n")
_EXPORT_HOUR = 4
_PEOPLE = ("Alba", "Bruno", "Carla", "Dirk", "Elif", "Franz")
# Headers of the three tools: the table's own name → what stands in the file.
_CSV_HEADERS = {
    "message_id": "Id", "page_name": "Model", "sending_time": "Date time", "message_content": "Body",
    "price": "Unlock price", "sent_count": "Recipients", "viewed_count": "Opened", "purchased_count": "Buyers",
    "earnings": "Net", "status": "Status", "target": "List", "sender": "Scheduler",
}  # fmt: skip
_SHEET_HEADERS = {
    "message_id": "Mass message ID", "page_name": "Account", "sending_time": "Timestamp", "message_content": "Text",
    "price": "PPV price", "sent_count": "Sent to", "viewed_count": "Views", "purchased_count": "Purchases",
    "earnings": "Amount", "content_type": "Category", "target": "Audience", "status": "Status",
}  # fmt: skip
_JSON_HEADERS = {
    "message_id": "id", "page_name": "creator", "sending_time": "sent_at", "message_content": "caption",
    "price": "ppv_price", "sent_count": "recipients", "viewed_count": "seen", "purchased_count": "unlocked",
    "earnings": "revenue", "media_type": "media_type", "channel": "channel", "target": "target", "status": "status",
}  # fmt: skip


def write_send_reports(
    sends: pd.DataFrame,
    truth: Truth,
    out: Path,
    end: date,
    config: HarbourConfig,
    settings: Settings,
    rng: np.random.Generator,
) -> list[DemoFile]:
    """Mass messages by quarter, each quarter exported the day after it ended, and the newest weeks once more."""
    zone = settings.system.agency.timezone
    messages = sends[~sends["is_wall"]].copy()
    messages["message_id"] = (40_000_000 + 7 * messages["send_id"]).astype(str)
    messages["agency_time"] = messages["utc"].dt.tz_localize("UTC").dt.tz_convert(zone).dt.tz_localize(None)
    messages["sender"] = np.array(_PEOPLE, dtype=object)[rng.integers(0, len(_PEOPLE), len(messages))]
    quarter = messages["agency_time"].dt.to_period("Q")
    newest = end + timedelta(days=1)
    exported = {q: min(q.end_time.date() + timedelta(days=1), newest) for q in sorted(quarter.unique())}
    files = []
    for number, (q, day) in enumerate(exported.items()):
        shown = messages[(quarter == q) & (messages["agency_time"] < pd.Timestamp(day))]
        if day == newest:
            since = pd.Timestamp(newest) - pd.Timedelta(days=config.files.recent_days)
            recent = (messages["agency_time"] >= since) & (messages["agency_time"] < pd.Timestamp(day))
            shown = messages[recent | messages.index.isin(shown.index)]
        if shown.empty:
            continue
        report = _canonical(shown, truth, day, settings)
        report["page_name"], spelled = _respelled(report["page_name"], config.files.spelled_handles, rng)
        writer = _write_sheet if day == newest else (_write_text, _write_lines)[number % 2]
        files.append(writer(report, out / f"agency_mass_messages__{day.isoformat()}", day, spelled, config, rng))
    return files


def write_wall_posts(
    sends: pd.DataFrame, truth: Truth, out: Path, end: date, settings: Settings, rng: np.random.Generator
) -> list[DemoFile]:
    """All wall posts in a spreadsheet. Tips stand in a column of their own; sold posts have revenue."""
    day = end + timedelta(days=1)
    until = pd.Timestamp(day, tz=settings.system.agency.timezone).tz_convert("UTC").tz_localize(None)
    posts = sends[sends["is_wall"] & (sends["utc"] < until)].sort_values(["utc", "page"], kind="stable")
    posts = posts.reset_index(drop=True)
    if posts.empty:
        return []
    now = _grown(posts, truth, day)
    is_priced = (posts["price"] > 0).to_numpy()
    kinds = posts["send_type_key"].map(settings.send_type)
    hours = np.array([kind.expires_hours or 0 for kind in kinds])
    stamp = "%Y-%m-%dT%H:%M:%SZ"
    expires = (posts["utc"] + pd.to_timedelta(hours, unit="h")).dt.strftime(stamp)
    report = pd.DataFrame(
        {
            "Id": (900_000 + posts["send_id"]).astype(str),
            "Model": posts["page_name"],
            "Published at": posts["utc"].dt.strftime(stamp),
            "Type": np.where([kind.is_campaign for kind in kinds], "campaign", "permanent"),
            "Caption": posts["text"],
            "Price": posts["price"],
            "Tip goal": posts["goal"],
            "Tips": np.where(is_priced, np.nan, now["earnings"]),
            "Revenue": np.where(is_priced, now["earnings"], np.nan),
            "Views": now["viewed"],
            "Likes": np.round(now["viewed"] * rng.uniform(0.05, 0.3, len(posts))).astype(int),
            "Comments": np.round(now["viewed"] * rng.uniform(0, 0.03, len(posts))).astype(int),
            "Expires": np.where(hours > 0, expires, ""),
            "Pinned": np.where(rng.random(len(posts)) < 0.03, "yes", "no"),
        }
    )
    path = out / f"wall_posts__{day.isoformat()}.xlsx"
    write_xlsx(report, path, day)
    return [DemoFile(path.name, "wall_posts", len(report))]


def write_captions(
    captions: pd.DataFrame,
    sends: pd.DataFrame,
    out: Path,
    end: date,
    config: HarbourConfig,
    settings: Settings,
    rng: np.random.Generator,
) -> list[DemoFile]:
    """The bank as JSON lines and the logger as text; kinds partly under old names, partly not at all."""
    used = sends.groupby("caption").agg(
        times=("send_id", "size"), total=("earnings", "sum"), last=("local", "max"), page=("page_name", "last")
    )
    pool = captions.join(used)
    pool["label"] = _labels(pool, config.captions, settings, rng)
    pool["theme"] = _themes(pool, config.captions, settings, rng)
    pool["caption_id"] = [f"c{number}" for number in 20_000 + rng.permutation(len(pool))]
    pool = pool.iloc[rng.permutation(len(pool))].reset_index(drop=True)
    rare = pool["caption_type"].isin(tuple(config.captions.fixed))
    in_logger = ~rare & (rng.random(len(pool)) < config.captions.logger_share)
    again = ~rare & ~in_logger & (rng.random(len(pool)) < config.captions.logger_overlap)
    day = end + timedelta(days=1)
    return [
        _write_bank(pool[~in_logger], out / f"caption_bank__{day.isoformat()}.jsonl"),
        _write_logger(pool[in_logger | again], out / f"caption_logger__{day.isoformat()}.csv"),
    ]


def write_tables(
    pages: pd.DataFrame, personas: pd.DataFrame, metrics: pd.DataFrame, out: Path, end: date, settings: Settings,
    rng: np.random.Generator,
) -> list[DemoFile]:  # fmt: skip
    """Pages as JSON lines; voices, the vault in long form and daily statistics as text with semicolons."""
    day = (end + timedelta(days=1)).isoformat()
    table = pd.DataFrame(
        {
            "id": pages["creator_id"],
            "handle": pages["page_name"],
            "name": pages["display_name"],
            "type": pages["page_type"],
            "sub_price": pages["subscription_price"],
            "tz": pages["timezone"],
            "active_fans": pages["fans"],
            "category": pages["content_category"],
            "subtype": pages["sub_type"],
            "persona_type": pages["persona_type"],
            "default_ppv_price": pages["default_ppv_price"],
            "created_at": pages["created_at"],
        }
    )
    voices = personas.rename(columns=lambda name: {"page_name": "Creator"}.get(name, name.replace("_", " ").title()))
    vault = _long_vault(pages, settings, rng)
    headers = {"page_name": "Account", "fans": "Active fans", "new_fans": "New fans", "renew_on": "Renew on"}
    numbers = metrics.rename(columns=lambda name: headers.get(name, name.title()))
    for column in ("Total", "Messages", "Tips", "Subscriptions", "Posts"):
        numbers[column] = _comma(numbers[column])
    _lines(table, out / f"creators__{day}.jsonl")
    write_csv(voices, out / f"personas__{day}.csv", _WINDOWS_LINES)
    write_csv(vault, out / f"vault_matrix__{day}.csv", _SEMICOLON)
    write_csv(numbers, out / f"page_metrics__{day}.csv", _SEMICOLON)
    return [
        DemoFile(f"creators__{day}.jsonl", "creators", len(table)),
        DemoFile(f"personas__{day}.csv", "personas", len(voices)),
        DemoFile(f"vault_matrix__{day}.csv", "vault", len(vault)),
        DemoFile(f"page_metrics__{day}.csv", "page_metrics", len(numbers)),
    ]


def _canonical(shown: pd.DataFrame, truth: Truth, day: date, settings: Settings) -> pd.DataFrame:
    """A report's rows under the table's own names, numbers as numbers."""
    now = _grown(shown, truth, day)
    kinds = shown["send_type_key"].map(settings.send_type)
    return pd.DataFrame(
        {
            "message_id": shown["message_id"],
            "page_name": shown["page_name"],
            "sending_time": shown["agency_time"],
            "utc": shown["utc"],
            "message_content": shown["text"],
            "price": shown["price"].fillna(0.0),
            "sent_count": shown["sent_count"].astype(int),
            "viewed_count": now["viewed"],
            "purchased_count": now["purchased"],
            "earnings": now["earnings"],
            "content_type": shown["content_type_key"].fillna(""),
            "media_type": [kind.media_kinds[0] for kind in kinds],
            "channel": shown["channel_key"],
            "target": [kind.targets[0] for kind in kinds],
            "status": np.where(shown["is_withdrawn"], "unsent", "sent"),
            "sender": shown["sender"],
        }
    )


def _grown(shown: pd.DataFrame, truth: Truth, day: date) -> pd.DataFrame:
    """Counters as an export of the morning of ``day`` shows them."""
    return grown(shown, truth, pd.Timestamp(day) + pd.Timedelta(hours=_EXPORT_HOUR + 8))


def _write_text(
    report: pd.DataFrame, stem: Path, day: date, spelled: int, config: HarbourConfig, rng: np.random.Generator
) -> DemoFile:
    """Semicolons, decimal commas, the day first, unpriced messages ``gratis``."""
    table = report[list(_CSV_HEADERS)].copy()
    table["sending_time"] = report["sending_time"].dt.strftime("%d.%m.%Y %H:%M")
    table["price"] = np.where(report["price"] > 0, _comma(report["price"]), "gratis")
    table["earnings"] = _comma(report["earnings"])
    table, repeated = repeat_rows(table.rename(columns=_CSV_HEADERS), config.files.duplicate, rng)
    path = stem.with_name(f"{stem.name}.csv")
    write_csv(table, path, _SEMICOLON)
    return DemoFile(path.name, "sends", len(table), _counted(page_spelling=spelled, duplicate=repeated))


def _write_lines(
    report: pd.DataFrame, stem: Path, day: date, spelled: int, config: HarbourConfig, rng: np.random.Generator
) -> DemoFile:
    """JSON lines with ISO times in UTC; absent values are left out."""
    table = report.assign(sending_time=report["utc"].dt.strftime("%Y-%m-%dT%H:%M:%SZ"))[list(_JSON_HEADERS)]
    path = stem.with_name(f"{stem.name}.jsonl")
    _lines(table.rename(columns=_JSON_HEADERS), path)
    return DemoFile(path.name, "sends", len(table), _counted(page_spelling=spelled))


def _write_sheet(
    report: pd.DataFrame, stem: Path, day: date, spelled: int, config: HarbourConfig, rng: np.random.Generator
) -> DemoFile:
    """A spreadsheet; times as text without zone, in the agency's."""
    table = report[list(_SHEET_HEADERS)].copy()
    table["sending_time"] = report["sending_time"].dt.strftime("%Y-%m-%d %H:%M")
    path = stem.with_name(f"{stem.name}.xlsx")
    write_xlsx(table.rename(columns=_SHEET_HEADERS), path, day)
    return DemoFile(path.name, "sends", len(table), _counted(page_spelling=spelled))


def _write_bank(bank: pd.DataFrame, path: Path) -> DemoFile:
    price = bank["price"]
    table = pd.DataFrame(
        {
            "id": bank["caption_id"],
            "caption_original": bank["text"],
            "category": bank["label"],
            "theme": bank["theme"],
            "price_last_sent": price,
            "suggested_price": price.where(price >= 5),
            "total_sends": bank["times"].fillna(0).astype(int),
            "total_earnings": bank["total"].fillna(0.0).round(2),
            "last_used_date": bank["last"].dt.strftime("%Y-%m-%d"),
            "active": True,
        }
    )
    _lines(table, path)
    return DemoFile(path.name, "captions", len(table), _counted(no_type=int((bank["label"] == "").sum())))


def _write_logger(logged: pd.DataFrame, path: Path) -> DemoFile:
    words = logged["text"].str.count(r"\S+")
    price = logged["price"]
    table = pd.DataFrame(
        {
            "Preview": logged["text"],
            "Type": logged["label"],
            "Tags": logged["theme"],
            "PriceLastSent": np.where(price > 0, _comma(price.fillna(0.0)) + " $", ""),
            "TimesUsed": logged["times"].fillna(0).astype(int),
            "LastUsedPage": logged["page"].fillna(""),
            "LastUsedDate": logged["last"].dt.strftime("%d.%m.%Y").fillna(""),
            "WordCount": words,
            "LengthCat": np.select([words <= 20, words <= 50], ["Short", "Medium"], "Long"),
            "BestTime": "Evening",
        }
    )
    write_csv(table, path, _SEMICOLON)
    return DemoFile(path.name, "captions", len(table), _counted(no_type=int((logged["label"] == "").sum())))


def _labels(pool: pd.DataFrame, config: CaptionConfig, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """What stands in the type column: today's name, an old one, or nothing where price and words still tell it."""
    old: dict[str, list[str]] = {}
    for alias, key in settings.type_aliases.items():
        if alias != key:
            old.setdefault(key, []).append(alias)
    is_old = rng.random(len(pool)) < config.old_labels
    labels = pool["caption_type"].to_numpy(dtype=object).copy()
    for key, names in old.items():
        rows = np.flatnonzero(is_old & (labels == key))
        labels[rows] = np.array(names, dtype=object)[rng.integers(0, len(names), len(rows))]
    kind, length = pool["caption_type"], pool["char_length"]
    tellable = (kind == "ppv_unlock") & ~pool["text"].str.contains(r"\d", regex=True)
    tellable |= (kind == "bump_normal") & (length < 100)
    tellable |= (kind == "bump_descriptive") & (length >= 100)
    labels[tellable.to_numpy() & (rng.random(len(pool)) < config.unlabelled)] = ""
    return labels


def _themes(pool: pd.DataFrame, config: CaptionConfig, settings: Settings, rng: np.random.Generator) -> np.ndarray:
    """Content types as people write them: the label, sometimes the key, sometimes nothing."""
    labels = {row.key: row.label for row in settings.content_types}
    key = pool["content_type_key"]
    written = np.where(rng.random(len(pool)) < 0.7, key.map(labels).fillna(""), key.fillna(""))
    themes: np.ndarray = np.where(rng.random(len(pool)) < config.no_content_label, "", written)
    return themes


def _long_vault(pages: pd.DataFrame, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """A row for every page and content type: owned or not, and how many pieces."""
    rows = [
        {
            "Username": page["page_name"],
            "Content type": content.label,
            "Has content": "yes" if content.key in page["owned"] else "no",
            "Quantity": int(rng.integers(3, 40)) if content.key in page["owned"] else 0,
        }
        for page in pages.to_dict("records")
        for content in settings.content_types
    ]
    return pd.DataFrame(rows)


def _respelled(names: pd.Series, share: float, rng: np.random.Generator) -> tuple[pd.Series, int]:
    """Some handles written otherwise, and how many."""
    forms: tuple[Callable[[str], str], ...] = (lambda name: f"@{name}", str.upper, lambda name: f" {name}")
    rows = np.flatnonzero(rng.random(len(names)) < share)
    out = names.to_numpy(dtype=object).copy()
    which = rng.integers(0, len(forms), len(rows))
    out[rows] = np.array([forms[k](str(name)) for name, k in zip(out[rows], which, strict=True)], dtype=object)
    return pd.Series(out, index=names.index), len(rows)


def _comma(amounts: pd.Series) -> np.ndarray:
    text: np.ndarray = np.char.replace(np.char.mod("%.2f", amounts.to_numpy(dtype=float)), ".", ",").astype(object)
    return text


def _lines(table: pd.DataFrame, path: Path) -> None:
    """One JSON object a line; null and blank cells are left out."""
    lines = []
    for row in table.astype(object).where(table.notna(), None).to_dict("records"):
        kept = {name: _plain(value) for name, value in row.items() if value is not None and value != ""}
        lines.append(json.dumps(kept, ensure_ascii=False))
    path.write_bytes(("\n".join(lines) + "\n").encode("utf-8"))


def _plain(value: object) -> object:
    return value.item() if isinstance(value, np.generic) else value


def _counted(**counts: int) -> dict[str, int]:
    return {kind: count for kind, count in counts.items() if count}
