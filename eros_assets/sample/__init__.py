"""The synthetic sample agencies behind ``eros demo``: export files, and the truth they were drawn from."""

from eros_assets.sample.files import DemoFile, DemoReport
from eros_assets.sample.sample import write_demo
from eros_assets.sample.worlds import expected_earnings, load_truth

__all__ = ["DemoFile", "DemoReport", "expected_earnings", "load_truth", "write_demo"]
