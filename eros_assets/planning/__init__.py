"""The planner: eight stages, one module each, composed by :mod:`eros_assets.planning.plan`."""
