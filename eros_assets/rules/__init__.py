"""The gaps: one named rule object each, found by number or name in :mod:`eros_assets.rules.registry`."""
