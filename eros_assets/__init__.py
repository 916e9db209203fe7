"""EROS: exports in, checked and explained weekly message schedules and a daily digest out."""

__version__ = "0.1.0"
