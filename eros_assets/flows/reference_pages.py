"""Writing the tables of ``docs/reference/``: ``python -m eros_assets.flows.reference_pages docs/reference``.

Belongs here: what the export files hold, and bringing the tables of all rooms together for
:mod:`eros_assets.reports.reference`. ``make docs`` runs it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

from eros_assets.domain.frames import EXPORT_TABLES, SCHEDULE, SCHEDULE_ITEM, TABLES, VOLUME_PLAN
from eros_assets.ingest.config import IngestConfig, ingest_config
from eros_assets.ingest.faults import FLAGS, QUARANTINE, REPAIRS
from eros_assets.planning.week.tables import STAGES
from eros_assets.reports.exports import CSV_COLUMNS
from eros_assets.reports.reference.pages import column_tables, export_columns, filled, markdown_table, sections
from eros_assets.reports.reference.send_figures import SEND_FIGURES
from eros_assets.reports.reference.volume_figures import VOLUME_FIGURES
from eros_assets.reports.reference.week_figures import WEEK_FIGURES
from eros_assets.settings import Settings, load_settings

_TYPES = {"bool": "yes or no", "count": "whole number", "money": "dollars"}


def reference_tables(settings: Settings, ingest: IngestConfig) -> dict[str, str]:
    """Every table of the reference pages as Markdown, by the name of its mark."""
    figures = {**SEND_FIGURES, **VOLUME_FIGURES, **WEEK_FIGURES}
    stored = [table for table in TABLES if table is not VOLUME_PLAN]  # a step of planning, kept in no table
    return {
        **{name: write(settings) for name, write in figures.items()},
        **column_tables((*stored, *STAGES.values())),
        "columns of exports": sections((kind, _headers(kind, ingest)) for kind in ingest.load_order),
        "kinds of export": _kinds(ingest),
        "limits of cells": _limits(settings, ingest),
        "defaults": _defaults(ingest),
        "words": _words(ingest),
        "quarantine": _quarantine(),
        "repairs": _repairs(),
        "flags": _flags(),
        "schedule.csv": export_columns(CSV_COLUMNS, (SCHEDULE_ITEM, SCHEDULE)),
    }


def _kinds(ingest: IngestConfig) -> str:
    """Kinds in the order of reading."""
    names = {kind: [name for name, meant in ingest.file_kinds.items() if meant == kind] for kind in ingest.load_order}
    rows = [
        (f"[{kind}](#{kind})", _codes(names[kind]), _codes(ingest.kinds[kind].required), EXPORT_TABLES[kind].doc)
        for kind in ingest.load_order
    ]
    return markdown_table(("kind", "file name begins with", "required columns", "holds"), rows)


def _headers(kind: str, ingest: IngestConfig) -> str:
    rule = ingest.kinds[kind]
    meaning = {column.name.removesuffix("_key"): column.doc for column in EXPORT_TABLES[kind].columns}
    rows = [
        (
            f"`{name}`" + (" (required)" if name in rule.required else ""),
            _TYPES.get(column.type, column.type),
            _codes(column.aliases),
            "known, not loaded" if column.type == "ignored" else meaning.get(name, ""),
        )
        for name, column in rule.columns.items()
    ]
    return markdown_table(("column", "read as", "other headers", "means"), rows)


def _limits(settings: Settings, ingest: IngestConfig) -> str:
    at = ingest.limits
    rows = [
        ("price of a send, dollars", f"0–{at.max_price:g}"),
        ("suggested price of a caption, dollars", f"{at.suggested_price[0]:g}–{at.suggested_price[1]:g}"),
        ("price of a subscription, dollars", f"{at.subscription_price[0]:g}–{at.subscription_price[1]:g}"),
        ("default PPV price of a page, dollars", f"{at.default_ppv_price[0]:g}–{at.default_ppv_price[1]:g}"),
        ("earnings of one send that are flagged as large, dollars, above", at.large_earnings),
        ("times, from", ingest.first_date),
        ("times, until days after the reading", ingest.days_ahead),
        ("caption that is switched off as short unless proven, characters, below", at.short_caption),
        ("caption that is switched off as several in one, characters, above", at.long_caption),
        ("caption that is quarantined, characters, above", at.max_caption),
        ("near-duplicates: share of words in common, from", at.near_duplicate),
        ("share of unusable rows that rejects a file, above", settings.system.ingest.max_quarantined_share),
        ("bytes of an unpacked file, MB, at most", settings.system.ingest.max_unpacked_mb),
        ("lines of one quoted CSV record, at most", at.max_record_lines),
    ]
    return markdown_table(("what", "limit"), rows)


def _defaults(ingest: IngestConfig) -> str:
    return markdown_table(("column", "value"), [(f"`{name}`", value) for name, value in ingest.defaults])


def _words(ingest: IngestConfig) -> str:
    rows = [
        ("an empty cell", ingest.null_words),
        ("yes", ingest.true_words),
        ("no", ingest.false_words),
        ("no price", ingest.free_words),
        ("a withdrawn send, in `status`", ingest.unsent_words),
        ("a refund, in `status`", ingest.refund_words),
    ]
    return markdown_table(("means", "words"), [(what, _codes(word for word in words if word)) for what, words in rows])


def _quarantine() -> str:
    return markdown_table(("rule in `raw.quarantine`", "which row"), [(f"`{n}`", why) for n, why in QUARANTINE.items()])


def _repairs() -> str:
    rows = [(f"`{n}`", one.sentence, "yes" if one.is_contradiction else "") for n, one in REPAIRS.items()]
    return markdown_table(("name in `_fixes`", "what was mended", "counts as a contradiction"), rows)


def _flags() -> str:
    return markdown_table(
        ("name in `_flags`", "means", "effect"), [(f"`{n}`", one.sentence, one.effect) for n, one in FLAGS.items()]
    )


def _codes(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def write_pages(folder: Path) -> list[Path]:
    """Fill every page of ``folder``; returns those whose text changed."""
    tables = reference_tables(load_settings(), ingest_config())
    changed = []
    for path in sorted(folder.glob("*.md")):
        text = path.read_text(encoding="utf-8")
        new = filled(text, tables)
        if new != text:
            path.write_text(new, encoding="utf-8")
            changed.append(path)
    return changed


if __name__ == "__main__":
    for page in write_pages(Path(sys.argv[1])):
        sys.stdout.write(f"{page}\n")
