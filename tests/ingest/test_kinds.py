"""One table of kinds: configuration, tables and readers name the same ones."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from eros_assets.domain.frames import EXPORT_TABLES, RAW_TABLES
from eros_assets.ingest.config import IngestConfig, ingest_config
from eros_assets.ingest.kinds import KINDS
from eros_assets.settings import ConfigError, config_dir, read_config


def test_configuration_tables_and_readers_name_the_same_kinds() -> None:
    config = ingest_config()
    assert set(KINDS) == set(EXPORT_TABLES) == set(config.kinds) == set(config.load_order)
    assert set(config.file_kinds.values()) == set(KINDS)
    assert {name: kind.table for name, kind in KINDS.items()} == EXPORT_TABLES
    assert set(RAW_TABLES) - set(EXPORT_TABLES) == {"quarantine", "ingest_ledger"}


def test_columns_that_are_read_by_name_stand_in_the_table_or_the_headers() -> None:
    config = ingest_config()
    for name, kind in KINDS.items():
        assert kind.platform_id is None or kind.platform_id in config.kinds[name].columns
        assert kind.platform_id is None or {"creator_id", "page_name"} <= set(kind.table.column_names)
        assert {"_file_hash", "_exported_at", "_row_number"} <= set(kind.table.column_names)


@pytest.mark.parametrize(
    ("section", "change", "said"),
    [
        ("load_order", lambda order: [*order, "receipts"], "no such kind of export file"),
        ("load_order", lambda order: order[1:], "load_order: creators missing"),
        ("kinds", lambda kinds: {k: v for k, v in kinds.items() if k != "vault"}, "kinds: vault missing"),
        ("file_kinds", lambda kinds: {**kinds, "receipts": "receipts"}, "no such kind of export file"),
    ],
)
def test_a_kind_without_table_or_a_table_without_kind_is_told(tmp_path: Path, section: str, change, said: str) -> None:
    path = tmp_path / "ingest.yaml"
    shutil.copy(config_dir() / "ingest.yaml", path)
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    path.write_text(yaml.safe_dump({**data, section: change(data[section])}), encoding="utf-8")
    with pytest.raises(ConfigError, match=said):
        read_config(path, IngestConfig)
