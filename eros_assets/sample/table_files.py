"""Reference exports of the sample: captions, pages, personas, vault and page statistics."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import numpy as np
import pandas as pd

from eros_assets.sample.config import DemoConfig
from eros_assets.sample.faults import plant, put, repeat_rows
from eros_assets.sample.files import DIALECTS, WINDOWS, DemoFile, write_csv, write_xlsx

# Types whose loggers' rows a classifier can tell from price and length alone; all others are in the bank.
_LOGGER_TYPES = ("ppv_unlock", "bump_normal", "bump_descriptive")
_SHORT_BUMP = 100
_XLSX_LOGGER_ROWS = 3_000
_LEGACY_TYPES = {"ppv_unlock": "ppv_message", "bump_normal": "flirty_opener", "bump_descriptive": "descriptive_tease"}
_BEST_TIMES = ("Morning", "Afternoon", "Evening", "Overnight")


def write_caption_files(
    captions: pd.DataFrame,
    sends: pd.DataFrame,
    out: Path,
    end: date,
    config: DemoConfig,
    rng: np.random.Generator,
) -> list[DemoFile]:
    """The caption bank and the caption-logger files; texts sent ad hoc are in neither."""
    used = sends.groupby("caption").agg(
        times_used=("price", "size"),
        total=("earnings", "sum"),
        last=("local", "max"),
        price=("price", "last"),
        page=("page_name", "last"),
    )
    pool = captions.join(used.rename(columns={"price": "last_price"}))
    pool = pool[~pool["is_adhoc"]]
    pool = pool.iloc[rng.permutation(len(pool))].reset_index(drop=True)
    short = pool["char_length"] < _SHORT_BUMP
    tellable = pool["caption_type"].isin(_LOGGER_TYPES) & ~((pool["caption_type"] == "bump_normal") & ~short)
    tellable &= ~((pool["caption_type"] == "bump_descriptive") & short)
    share = min(1.0, (1 - config.captions.bank_share) / max(tellable.mean(), 1e-9))
    in_logger = tellable & (rng.random(len(pool)) < share)
    bank = pool[~in_logger]
    files = [_write_bank(bank, out, end, config, rng)]
    shared = bank[bank["caption_type"].isin(_LOGGER_TYPES)].sample(frac=config.captions.bank_overlap, random_state=rng)
    logged = pd.concat([pool[in_logger], shared], ignore_index=True)
    parts = np.array_split(rng.permutation(len(logged)), config.captions.loggers)
    parts[0] = parts[0][:_XLSX_LOGGER_ROWS] if len(parts[0]) > _XLSX_LOGGER_ROWS else parts[0]
    kept = set(np.concatenate(parts).tolist())
    parts[-1] = np.concatenate([parts[-1], np.array([k for k in range(len(logged)) if k not in kept], dtype=int)])
    for number, rows in enumerate(parts, start=1):
        files.append(_write_logger(logged.iloc[rows], number, out, end, config, rng))
    return files


def write_page_tables(
    creators: pd.DataFrame,
    personas: pd.DataFrame,
    vault: pd.DataFrame,
    metrics: pd.DataFrame,
    out: Path,
    end: date,
    config: DemoConfig,
    rng: np.random.Generator,
) -> list[DemoFile]:
    """Creators, personas, vault matrix and page statistics with their few faults."""
    day = (end + timedelta(days=1)).isoformat()
    files = []
    table, counts = _creator_table(creators)
    write_csv(table, out / f"creators__{day}.csv", WINDOWS)
    files.append(DemoFile(f"creators__{day}.csv", "creators", len(table), counts))
    write_csv(personas, out / f"personas__{day}.csv", DIALECTS[1])
    files.append(
        DemoFile(f"personas__{day}.csv", "personas", len(personas), {"missing_persona": len(creators) - len(personas)})
    )
    stranger = vault.iloc[[0]].assign(page_name="nobody_we_know")
    wide = pd.concat([vault, stranger], ignore_index=True)
    wide.insert(len(wide.columns) - 1, "hologram", "0")
    write_csv(wide, out / f"vault_matrix__{day}.csv", DIALECTS[2])
    files.append(
        DemoFile(f"vault_matrix__{day}.csv", "vault", len(wide), {"unknown_page": 1, "unknown_content_type": 1})
    )
    numbers = metrics.astype(object)
    faults = {
        "bad_time": put("date", "31.31.2025", ""),
        "negative_count": put("new_subscribers", "-4"),
        "unknown_page": put("page_name", "nobody_we_know"),
    }
    counts = plant(numbers, faults, dict.fromkeys(faults, 0.0004), rng)
    numbers, counts["duplicate"] = repeat_rows(numbers, 0.002, rng)
    write_csv(numbers, out / f"page_metrics__{day}.csv")
    files.append(
        DemoFile(f"page_metrics__{day}.csv", "page_metrics", len(numbers), {k: n for k, n in counts.items() if n})
    )
    return files


def _creator_table(creators: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, int]]:
    """The creators file with odd spellings of zones, categories and handles, and three rows that cannot be loaded."""
    columns = [
        "creator_id",
        "page_name",
        "display_name",
        "page_type",
        "subscription_price",
        "is_active",
        "timezone",
        "creator_group",
        "current_active_fans",
        "current_total_earnings",
        "creator_tier",
        "content_category",
        "sub_type",
        "persona_type",
        "vault_notes",
        "default_ppv_price",
        "created_at",
    ]
    table = creators[columns].astype(object)
    pacific = np.flatnonzero(table["timezone"] == "America/Los_Angeles")
    table.loc[table.index[pacific[:1]], "timezone"] = "US/Pacific"
    table.loc[table.index[pacific[1:2]], "timezone"] = ""
    table.loc[table.index[:1], "page_name"] = "@" + table["page_name"].iloc[0]
    table.loc[table.index[-1:], "current_active_fans"] = f"{int(table['current_active_fans'].iloc[-1]):,}"
    table.loc[table.index[1:2], "page_type"] = ""  # to be derived from the price
    table.loc[table["content_category"] == "softcore", "content_category"] = "GFE Softcore"
    table["Shoe size"] = ""
    bad = table.iloc[[0, 0]].copy()
    bad["creator_id"] = ["double_of_the_first", "page_below_zero"]
    bad["page_name"] = [creators["page_name"].iloc[0].upper(), "belowzero"]
    bad["current_active_fans"] = ["100", "-5"]
    counts = {
        "duplicate_page": 1,
        "negative_fans": 1,
        "odd_timezone": min(2, len(pacific)),
        "missing_page_type": int(len(table) > 1),
    }
    return pd.concat([table, bad], ignore_index=True), counts


def _write_bank(bank: pd.DataFrame, out: Path, end: date, config: DemoConfig, rng: np.random.Generator) -> DemoFile:
    n = len(bank)
    kind = bank["caption_type"].astype(object)
    is_big = kind.isin(_LOGGER_TYPES).to_numpy()
    typed = ~is_big | (rng.random(n) < config.captions.type_share)
    legacy = is_big & (rng.random(n) < 0.1)
    price = bank["price"].fillna(bank["last_price"]).fillna(14.99)
    sold = kind.isin(("ppv_unlock", "bundle", "game_post")).to_numpy()
    tones = np.array(["playful", "flirty", "teasing", "direct", "mysterious", "romantic", "casual", ""], dtype=object)
    table = pd.DataFrame(
        {
            "caption_id": np.arange(100_000, 100_000 + n).astype(str),
            "caption_text": bank["text"].to_numpy(),
            "caption_type": np.where(typed, np.where(legacy, kind.replace(_LEGACY_TYPES), kind), ""),
            "content_type": np.where(rng.random(n) < config.captions.label_share, bank["content_type_key"], ""),
            "price": np.where(sold, np.char.add("$", np.char.mod("%.2f", price.to_numpy(dtype=float))), "$0"),
            "suggested_price": np.where(sold, np.char.mod("%.2f", price.to_numpy(dtype=float)), ""),
            "price_range_min": np.where(sold, np.char.mod("%.2f", price.to_numpy(dtype=float) * 0.8), ""),
            "price_range_max": np.where(sold, np.char.mod("%.2f", price.to_numpy(dtype=float) * 1.3), ""),
            "schedulable_type": np.where(sold, "ppv", "ppv_bump"),
            "is_paid_page_only": np.where(kind.isin(("renew_on_message", "expired_winback")), "true", "false"),
            "is_active": "true",
            "times_used": (bank["times_used"].fillna(0) * rng.uniform(0.5, 1.6, n))
            .round()
            .astype(int)
            .astype(str)
            .to_numpy(),
            "total_earnings": np.char.mod("%.2f", (bank["total"].fillna(0) * rng.uniform(0.7, 1.2, n)).to_numpy()),
            "last_used_date": bank["last"].dt.strftime("%Y-%m-%d").fillna("").to_numpy(),
            "tone": tones[rng.integers(0, len(tones), n)],
            "classification_confidence": np.char.mod("%.2f", rng.uniform(0.45, 0.72, n)),
            "classification_method": rng.choice(np.array(["keyword", "structural", "imported"], dtype=object), n),
            "Internal notes": "",
        }
    ).astype(object)
    counts = plant(
        table, {"score_out_of_range": put("classification_confidence", "1.7", "-0.2", "high")}, config.faults, rng
    )
    table, extra = _with_bad_texts(table, "caption_text", bank["text"], config, rng)
    day = (end + timedelta(days=1)).isoformat()
    write_csv(table, out / f"caption_bank__{day}.csv")
    return DemoFile(
        f"caption_bank__{day}.csv", "captions", len(table), {k: v for k, v in (counts | extra).items() if v}
    )


def _write_logger(
    part: pd.DataFrame, number: int, out: Path, end: date, config: DemoConfig, rng: np.random.Generator
) -> DemoFile:
    n = len(part)
    words = part["text"].str.count(r"\S+")
    sold = (part["caption_type"] == "ppv_unlock").to_numpy()
    price = part["last_price"].fillna(19.69).to_numpy(dtype=float)
    tags = np.where((part["content_type_key"] != "teaser") & (rng.random(n) < 0.16), part["content_type_key"], "OTHER")
    table = pd.DataFrame(
        {
            "id": np.arange(number * 1_000_000, number * 1_000_000 + n).astype(str),
            "Preview": part["text"].to_numpy(),
            "pricelastsent": np.where(sold, np.char.add("$", np.char.mod("%.2f", price)), "$0"),
            "timesused": part["times_used"].fillna(0).astype(int).astype(str).to_numpy(),
            "lastusedpage": part["page"].fillna("").to_numpy(),
            "lastuseddate": part["last"].dt.strftime("%Y-%m-%d").fillna("").to_numpy(),
            "tags": tags,
            "wordcount": words.astype(str).to_numpy(),
            "lengthcat": np.select([words <= 20, words <= 50, words <= 100], ["Short", "Medium", "Long"], "XL"),
            "besttime": np.array(_BEST_TIMES, dtype=object)[rng.integers(0, len(_BEST_TIMES), n)],
        }
    ).astype(object)
    table, counts = _with_bad_texts(table, "Preview", part["text"], config, rng)
    table, counts["duplicate"] = repeat_rows(table, config.captions.logger_duplicates, rng)
    day = end - timedelta(days=number * 3)
    name = f"caption_logger__{number}__{day.isoformat()}"
    if number == 1:
        write_xlsx(table, out / f"{name}.xlsx", day)
        name += ".xlsx"
    else:
        name += ".csv"
        write_csv(table, out / name, DIALECTS[number % len(DIALECTS)])
    return DemoFile(name, "captions", len(table), {k: v for k, v in counts.items() if v})


def _with_bad_texts(
    table: pd.DataFrame, column: str, texts: pd.Series, config: DemoConfig, rng: np.random.Generator
) -> tuple[pd.DataFrame, dict[str, int]]:
    """``table`` with rows mixed in whose text cannot be used."""
    n = len(table)
    some = texts.iloc[rng.permutation(len(texts))[: max(20, n // 200)]].tolist()
    bad: dict[str, list[str]] = {
        "empty_caption": ["", "   "],
        "placeholder": ["test", "asdf", "todo", "lorem ipsum", "caption here"],
        "symbols_only": ["🔥🔥🔥", "!!!", "💋 💋", "hey"],
        "short_caption": ["Good morning you", "Miss me already?", "Say hello back"],
        "concatenated": [" ".join((some * 60)[k : k + 40])[:4_500] for k in range(0, 3)],
        "mojibake": [text for text in map(_misread, some) if text],
        "prohibited": list(config.prohibited_samples),
        "foreign_link": [
            "All my albums are at https://photos.example.net/album today",
            "Follow http://shop.example.org/me for more",
        ],
    }
    rows, counts = [], {}
    for kind, values in bad.items():
        count = int(rng.binomial(n, config.faults[kind])) if values else 0
        if n > 2_000:
            count = max(1, count) if values else 0
        if count:
            copies = table.iloc[rng.integers(0, n, count)].copy()
            copies[column] = [values[k] for k in rng.integers(0, len(values), count)]
            copies[table.columns[0]] = [f"{copies[table.columns[0]].iloc[k]}{kind[0]}{k}" for k in range(count)]
            rows.append(copies)
            counts[kind] = count
    mixed = pd.concat([table, *rows], ignore_index=True)
    return mixed.iloc[rng.permutation(len(mixed))].reset_index(drop=True), counts


def _misread(text: str) -> str | None:
    """UTF-8 read as Windows-1252, where that works and changes the text."""
    try:
        wrong = text.encode("utf-8").decode("cp1252")
    except UnicodeDecodeError:
        return None
    return wrong if wrong != text else None
