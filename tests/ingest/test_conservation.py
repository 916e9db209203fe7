"""Whatever happens to a file, nothing raises and every row ends in one place."""

from __future__ import annotations

import io
import random
from pathlib import Path

import openpyxl
import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eros_assets.flows.ingest import ingest_paths
from eros_assets.ingest.load import parse_file
from eros_assets.ingest.rows import Reference
from eros_assets.settings import load_settings
from eros_assets.warehouse.connection import connect, read
from tests.ingest.conftest import CAPTION, NOW, Writer, caption, creators, good_sends, send

CELLS = [
    "",
    "nan",
    "-1",
    "1e309",
    "98%",
    "$",
    "14,99 €",
    '"',
    "=1+1",
    "\u0000",
    "ÿþ",
    "2026-02-30",
    "99999999999999999999",
    "🔥",
    "a\nb",
]
SAMPLES = {
    "mass_messages__ada_paid__2026-02-21.csv": [send(), *good_sends(12)],
    "caption_bank__2026-02-21.csv": [caption(f"{CAPTION}, take {i}", times_used=str(i)) for i in range(12)],
    "creators__2026-02-21.csv": [
        {
            "creator_id": f"n{i}",
            "page_name": f"nia{i}",
            "page_type": "paid",
            "timezone": "PST",
            "current_active_fans": "9",
        }
        for i in range(12)
    ],
    "vault_matrix__2026-02-21.csv": [{"page_name": p, "solo": "1", "pov": "0"} for p in ["ada_paid", "bea_free"] * 6],
    "page_metrics__2026-02-21.csv": [
        {"page_name": "ada_paid", "date": f"2026-02-{d:02d}", "fan_count": "1,200"} for d in range(1, 13)
    ],
    "personas__2026-02-21.csv": [{"page_name": "ada_paid", "primary_tone": "flirty", "favorite_emojis": "[1"}] * 3,
    "wall_posts__2026-02-21.csv": [
        {"post_id": str(i), "page_name": "ada_paid", "post_date": "02/03/2026", "post_type": "story", "price": "5"}
        for i in range(12)
    ],
}


def as_bytes(rows: list[dict[str, str]]) -> bytes:
    headers = list(dict.fromkeys(key for row in rows for key in row))
    quoted = [[f'"{row.get(h, "")}"' if "," in row.get(h, "") else row.get(h, "") for h in headers] for row in rows]
    return "\n".join(",".join(line) for line in [headers, *quoted]).encode() + b"\n"


def damage(data: bytes, kinds: list[str], seed: int) -> bytes:
    rng = random.Random(seed)
    for kind in kinds:
        lines = data.split(b"\n")
        where = rng.randrange(max(1, len(data)))
        if kind == "flip":
            changed = bytearray(data)
            for _ in range(rng.randint(1, 12)):
                if changed:
                    changed[rng.randrange(len(changed))] = rng.randrange(256)
            data = bytes(changed)
        elif kind == "truncate":
            data = data[:where]
        elif kind == "shuffle":
            rng.shuffle(lines)
            data = b"\n".join(lines)
        elif kind == "repeat":
            data = b"\n".join(line for line in lines for _ in range(rng.choice([1, 1, 2])))
        elif kind == "delimiter":
            data = data.replace(b",", rng.choice([b";", b"\t", b"|"]), rng.choice([-1, 20]))
        elif kind == "cell":
            cells = data.split(b",")
            cells[rng.randrange(len(cells))] = rng.choice(CELLS).encode()
            data = b",".join(cells)
        elif kind == "encode":
            data = data.decode("utf-8", "replace").encode(rng.choice(["utf-16", "utf-8-sig", "cp1252"]), "replace")
        elif kind == "insert":
            data = data[:where] + rng.choice([b'"', b"\r", b"\x00", b"\xff", b"\n\n", b"{", b"sep=;\n"]) + data[where:]
    return data


DAMAGE = st.lists(
    st.sampled_from(["flip", "truncate", "shuffle", "repeat", "delimiter", "cell", "encode", "insert"]),
    min_size=1,
    max_size=4,
)


@hypothesis_settings(
    max_examples=200, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(name=st.sampled_from(sorted(SAMPLES)), kinds=DAMAGE, seed=st.integers(0, 10**6))
def test_damaged_files_never_raise_and_always_balance(
    tmp_path: Path, settings, name: str, kinds: list[str], seed: int
) -> None:
    path = tmp_path / name
    path.write_bytes(damage(as_bytes(SAMPLES[name]), kinds, seed))
    parsed = parse_file(path, Reference(creators("ada_paid:c1", "bea_free:c2")), settings, NOW)
    in_table = parsed.table["_row_number"].nunique() if len(parsed.table) else 0
    assert parsed.rows_read == in_table + parsed.duplicates + len(parsed.quarantine)
    assert parsed.quarantine["quarantine_key"].is_unique
    if parsed.error:
        assert len(parsed.table) == 0
        assert name in parsed.error


def test_damaged_files_in_the_lake_balance(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("EROS__INGEST__SETTLE_SECONDS", "0")
    settings = load_settings(tmp_path / "home")
    settings.paths.inbox.mkdir(parents=True)
    rng = random.Random(7)
    kinds = ["flip", "truncate", "shuffle", "repeat", "cell", "insert"]
    for i in range(21):
        name = sorted(SAMPLES)[i % len(SAMPLES)]
        (settings.paths.inbox / f"{name[:-4]}_{i}.csv").write_bytes(
            damage(as_bytes(SAMPLES[name]), rng.sample(kinds, 2), i)
        )
    (settings.paths.inbox / "creators__2026-02-20.csv").write_bytes(as_bytes(SAMPLES["creators__2026-02-21.csv"]))
    reports = ingest_paths(settings, [settings.paths.inbox], NOW)
    assert len(reports) == 22
    for r in reports:
        assert r.rows_read == r.rows_loaded + r.rows_updated + r.rows_duplicate + r.rows_quarantined
    assert not any(settings.paths.inbox.iterdir())
    with connect(settings, read_only=True) as connection:
        unequal = read(
            connection,
            "SELECT l.file_name FROM raw.ingest_ledger l LEFT JOIN"
            " (SELECT file_hash, count(*) AS n FROM raw.quarantine GROUP BY 1) q"
            " USING (file_hash) WHERE l.rows_quarantined <> coalesce(q.n, 0)"
            " OR l.rows_read <> l.rows_loaded + l.rows_updated + l.rows_duplicate + l.rows_quarantined",
        )
    assert unequal.empty


def table_checksums(settings) -> dict[str, str]:
    with connect(settings, read_only=True) as connection:
        names = read(connection, "SELECT table_name FROM duckdb_tables() WHERE schema_name = 'raw' ORDER BY 1")[
            "table_name"
        ]
        return {
            n: str(read(connection, f"SELECT count(*), bit_xor(hash(t)) FROM raw.{n} t").to_dict("records"))
            for n in names
        }


def test_the_same_files_twice_change_nothing(write: Writer, settings) -> None:
    paths = [write(name, rows) for name, rows in SAMPLES.items()]
    first = ingest_paths(settings, paths, NOW)
    assert any(r.rows_loaded for r in first)
    before = table_checksums(settings)
    again = ingest_paths(settings, paths, NOW)
    assert table_checksums(settings) == before
    assert sum(r.rows_loaded + r.rows_updated for r in again) == 0


def test_an_export_with_the_same_rows_only_adds_a_ledger_line(write: Writer, settings) -> None:
    ingest_paths(settings, [write("mass_messages__ada_paid__2026-02-21.csv", good_sends(5))], NOW)
    before = table_checksums(settings)
    (report,) = ingest_paths(
        settings, [write("mass_messages__ada_paid__2026-02-25.csv", [*good_sends(5), send()][:5], end="\r\n")], NOW
    )
    assert (report.rows_loaded, report.rows_updated, report.rows_duplicate) == (0, 0, 5)
    after = table_checksums(settings)
    assert {name for name in before if before[name] != after[name]} == {"ingest_ledger"}


def test_rows_another_process_writes_between_two_files_are_seen(write: Writer, settings) -> None:
    names = [f"mass_messages__ada_paid__2026-02-2{day}.csv" for day in (1, 2, 3)]
    first, other, last = (
        write(name, rows) for name, rows in zip(names, [[send()], good_sends(3), good_sends(4)], strict=True)
    )

    def meanwhile(report) -> None:
        if report.file_name == first.name:
            ingest_paths(settings, [other], NOW)

    reports = ingest_paths(settings, [first, last], NOW, progress=meanwhile)
    assert [(r.rows_loaded, r.rows_duplicate) for r in reports] == [(1, 0), (1, 3)]
    with connect(settings, read_only=True) as connection:
        assert read(connection, "SELECT count(*), count(DISTINCT row_key) FROM raw.sends").values.tolist() == [[5, 5]]


def test_older_export_after_a_newer_one_is_a_duplicate(write: Writer, settings) -> None:
    ingest_paths(settings, [write("a__2026-02-25.csv", [send(Earnings="80.00", Purchased="8"), *good_sends(2)])], NOW)
    (report,) = ingest_paths(settings, [write("b__2026-02-21.csv", [send(), *good_sends(2)])], NOW)
    assert (report.rows_updated, report.rows_duplicate) == (0, 3)
    with connect(settings, read_only=True) as connection:
        assert read(connection, "SELECT earnings FROM raw.sends WHERE row_key = 'm1'").values.tolist() == [[80.0]]


def test_workbook_cells_keep_their_types(settings, reference: Reference, tmp_path: Path) -> None:
    from datetime import datetime

    book = openpyxl.Workbook()
    sheet = book.active
    sheet.append(["ID", "Page", "Sending time", "Message", "Price", "Sent", "Viewed", "Purchased", "Earnings"])
    sheet.append([12345, "ada_paid", datetime(2026, 2, 20, 20, 5), CAPTION, 10, 1000, 200, 4, 40.5])
    sheet.append([])
    sheet.append([12346, "ada_paid", 46073.5, CAPTION + "!", 10, 1000, 200, 4, 40.5])
    stream = io.BytesIO()
    book.save(stream)
    path = tmp_path / "report.xlsx"
    path.write_bytes(stream.getvalue())
    parsed = parse_file(path, reference, settings, NOW)
    assert parsed.table["message_id"].tolist() == ["12345", "12346"]
    assert parsed.table["sending_time"].astype(str).tolist() == ["2026-02-21 04:05:00", "2026-02-20 20:00:00"]
    assert parsed.table["earnings"].tolist() == [40.5, 40.5]
    assert parsed.table["_row_number"].tolist() == [2, 4]
