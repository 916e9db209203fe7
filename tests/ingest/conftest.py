from __future__ import annotations

import csv
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pandas as pd
import pytest

from eros_assets.domain.frames import RAW_CREATORS
from eros_assets.ingest.rows import Reference
from eros_assets.settings import Settings, load_settings

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
SEND_HEADERS = ["ID", "Page", "Sending time", "Message", "Price", "Sent", "Viewed", "Purchased", "Earnings", "Status"]
CAPTION = "A quiet evening by the lake, with a warm lamp and one more story to tell"


@pytest.fixture
def settings(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    monkeypatch.setenv("EROS__INGEST__SETTLE_SECONDS", "0")
    return load_settings(tmp_path / "home")


@pytest.fixture
def reference() -> Reference:
    return Reference(creators("ada_paid:c1", "bea_free:c2"))


def creators(*pairs: str) -> pd.DataFrame:
    pages, ids = zip(*(pair.split(":") for pair in pairs), strict=True)
    return RAW_CREATORS.conform(
        pd.DataFrame(
            {
                "creator_id": ids,
                "page_name": pages,
                "page_type": "paid",
                "is_active": True,
                "timezone": "America/Los_Angeles",
                "current_active_fans": 1200,
                "content_category": "softcore",
                "sub_type": "gfe",
                "default_ppv_price": 15.0,
                "_file_hash": "x",
                "_file_name": "x",
                "_row_number": 2,
                "_exported_at": pd.Timestamp("2026-01-01"),
            }
        )
    )


def send(**changes: str) -> dict[str, str]:
    row = {
        "ID": "m1",
        "Page": "ada_paid",
        "Sending time": "Feb 20, 2026 at 8:05 PM",
        "Message": CAPTION,
        "Price": "$10.00",
        "Sent": "1000",
        "Viewed": "200",
        "Purchased": "4",
        "Earnings": "40.00",
        "Status": "Sent",
    }
    return {**row, **changes}


def good_sends(count: int) -> list[dict[str, str]]:
    return [
        send(
            **{
                "ID": f"g{i}",
                "Message": f"{CAPTION} number {i}",
                "Sending time": f"2026-02-{1 + i % 20:02d} 10:{i % 60:02d}",
            }
        )
        for i in range(count)
    ]


def caption(text: str, **changes: str) -> dict[str, str]:
    return {"caption_id": "k1", "caption_text": text, "caption_type": "bump_normal", "price": "$0", **changes}


Writer = Callable[..., Path]


@pytest.fixture
def write(tmp_path: Path) -> Writer:
    """``write(name, rows, ...)``: a CSV file with the union of the rows' headers, dated Feb 28."""

    def to_csv(
        name: str, rows: list[dict[str, str]], *, delimiter: str = ",", encoding: str = "utf-8", end: str = "\n"
    ) -> Path:
        headers = list(dict.fromkeys(key for row in rows for key in row))
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("w", encoding=encoding, newline="") as stream:
            writer = csv.DictWriter(stream, headers, delimiter=delimiter, lineterminator=end, restval="")
            writer.writeheader()
            writer.writerows(rows)
        stamp = datetime(2026, 2, 28, tzinfo=UTC).timestamp()
        os.utime(path, (stamp, stamp))
        return path

    return to_csv
