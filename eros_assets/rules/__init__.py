"""The gaps: one named rule object each, found by number or name in :mod:`eros_assets.rules.registry`.

A rule stands in the room of its subject (``captions``, ``timing``, ``mix``, ``money``, ``safety``), one a module of its
name. It reads a :class:`~eros_assets.rules.reference.Reference`, and what several subjects ask stands beside this file.
"""
