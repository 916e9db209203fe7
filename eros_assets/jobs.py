"""The few jobs a user starts: ingest, history, daily, weekly, maintenance."""

from __future__ import annotations

import dagster as dg

FACTS = dg.AssetSelection.tag("fact", "")
RAW = dg.AssetSelection.groups("raw")
WINDOWED = dg.AssetSelection.tag("windowed", "")
MODELS = dg.AssetSelection.groups("reference", "staging", "intermediate") - WINDOWED
FEATURES = dg.AssetSelection.assets(["scoring", "caption_features"])

ingest_job = dg.define_asset_job(
    "ingest", RAW, description="Read new export files from the inbox into raw tables and quarantine."
)
history_job = dg.define_asset_job(
    "history",
    MODELS | FACTS,
    description="Fold loaded sends into the facts over any range of days, without as-of tables.",
)
backfill_job = dg.define_asset_job(
    "backfill",
    MODELS | WINDOWED,
    description="Facts and as-of tables over any range of past days.",
)
daily_job = dg.define_asset_job(
    "daily",
    RAW | MODELS | WINDOWED | FEATURES | dg.AssetSelection.groups("digests"),
    description="Ingest, models of yesterday and digest.",
)
weekly_job = dg.define_asset_job(
    "weekly",
    (dg.AssetSelection.groups("scoring") - FEATURES)
    | dg.AssetSelection.groups("planning", "publishing", "governance")
    | dg.AssetSelection.assets(["digests", "site"]),
    description="Score, plan, check and publish one week for every creator.",
)
maintenance_job = dg.define_asset_job(
    "maintenance", dg.AssetSelection.groups("maintenance"), description="Compact the lake and expire old snapshots."
)

JOBS = [ingest_job, history_job, backfill_job, daily_job, weekly_job, maintenance_job]
