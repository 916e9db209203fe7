"""A real browser on the real pages: the calendar from disk, the Dagster UI from a real web server."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Page, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
SWITCHES = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip


def chromium() -> str | None:
    """Path of the system's Chromium."""
    return shutil.which("chromium") or shutil.which("chromium-browser")


@contextmanager
def browser_page(width: int = 1600, height: int = 1200) -> Iterator[Page]:
    """One page of a headless Chromium."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=SWITCHES)
        try:
            yield browser.new_page(viewport={"width": width, "height": height})
        finally:
            browser.close()


@contextmanager
def dagster_ui(home: Path) -> Iterator[str]:
    """Address of a Dagster web server over ``home``, loaded through ``workspace.yaml``."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    environment = {**os.environ, "EROS_HOME": str(home), "DAGSTER_HOME": str(home / "dagster")}
    command = [str(Path(sys.executable).with_name("dagster-webserver")), "-w", "workspace.yaml", "-p", str(port)]
    with (home / "webserver.log").open("wb") as log:
        server = subprocess.Popen(command, cwd=ROOT, env=environment, stdout=log, stderr=log)
        try:
            yield _ready(f"http://127.0.0.1:{port}", server, home / "webserver.log")
        finally:
            server.terminate()
            server.wait(timeout=30)


def _ready(address: str, server: subprocess.Popen[bytes], log: Path) -> str:
    for _ in range(240):
        if server.poll() is not None:
            break
        try:
            with urlopen(f"{address}/server_info", timeout=2):
                return address
        except (URLError, OSError):
            time.sleep(0.5)
    raise RuntimeError(f"the web server did not start:\n{log.read_text()[-2000:]}")


def open_asset_graph(page: Page, address: str) -> None:
    """The global asset lineage, drawn."""
    page.goto(f"{address}/asset-groups", wait_until="domcontentloaded")
    page.get_by_text("planning", exact=False).first.wait_for(timeout=90_000)


@dataclass(frozen=True)
class ReportPages:
    """The four kinds of pages a user reads, as files of one home."""

    home: Path
    calendars: tuple[Path, ...]

    @staticmethod
    def of(home: Path, week: str) -> ReportPages:
        """Pages of ``home`` with the calendars of the week that starts on ``week``."""
        return ReportPages(home, tuple(sorted((home / "published" / week).glob("*/schedule.html"))))

    def by_kind(self, place: int = 0) -> dict[str, Path]:
        """Kind → file; the calendar, creator page and digest of the ``place``-th page in order."""
        name = self.calendars[place].parent.name
        return {
            "site": self.home / "site" / "index.html",
            "calendar": self.calendars[place],
            "creator": self.home / "site" / "creators" / f"{name}.html",
            "digest": self.home / "digests" / "newest" / "index.html",
            "digest of a creator": self.home / "digests" / "newest" / "creators" / f"{name}.html",
        }


def open_calendar(page: Page, schedule_html: Path) -> None:
    """The calendar page of one creator-week."""
    page.goto(schedule_html.resolve().as_uri(), wait_until="load")
