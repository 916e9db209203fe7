"""The synthetic sample agency behind ``eros demo``: export files, and the truth they were drawn from."""

from eros_assets.demo.files import DemoFile
from eros_assets.demo.response import expected_earnings, load_truth
from eros_assets.demo.sample import DemoReport, write_demo

__all__ = ["DemoFile", "DemoReport", "expected_earnings", "load_truth", "write_demo"]
