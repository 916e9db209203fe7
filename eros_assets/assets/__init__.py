"""Dagster assets: names, partitions, metadata; no business rule."""
