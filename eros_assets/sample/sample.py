"""The sample agencies by name: one call writes an agency's export files and, elsewhere, the truth behind them.

``studio`` is the agency of ``config/demo.yaml``, ``harbour`` the one of ``config/demo_harbour.yaml``,
unlike it in texts, habits, files and in how fans respond. An agency is a function that writes it and
its default sizes; another one needs a row in :data:`AGENCIES`, and its response one in ``worlds.py``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import date
from pathlib import Path

from eros_assets.sample import studio
from eros_assets.sample.files import DemoReport, Sizes
from eros_assets.sample.harbour import sample as harbour
from eros_assets.settings import Settings

DEFAULT_AGENCY = "studio"
_LEAST = Sizes(creators=2, captions=200, sends=50, days=14)


@dataclass(frozen=True)
class Agency:
    """How an agency is written (folder, truth file, last day, sizes, seed, settings), and its usual sizes."""

    write: Callable[[Path, Path, date, Sizes, int | None, Settings], DemoReport]
    sizes: Callable[[], Sizes]


AGENCIES: dict[str, Agency] = {
    "studio": Agency(studio.write_studio, lambda: studio.SIZES),
    "harbour": Agency(harbour.write_harbour, harbour.default_sizes),
}


def write_demo(
    out: Path,
    truth_path: Path,
    *,
    end: date,
    agency: str = DEFAULT_AGENCY,
    creators: int | None = None,
    captions: int | None = None,
    sends: int | None = None,
    days: int | None = None,
    seed: int | None = None,
    settings: Settings,
) -> DemoReport:
    """Write an agency's exports into ``out`` and its truth to ``truth_path``.

    ``end`` is the last day with sends; the newest files were exported the day after. ``sends``
    counts mass messages, ``captions`` distinct texts; sizes and ``seed`` default to the agency's
    own. The same arguments write the same bytes. Raises ``ValueError`` for an unknown agency, for
    sizes too small to plan with, and for a truth file inside ``out``, where the pipeline would meet it.
    """
    if agency not in AGENCIES:
        raise ValueError(f"no sample agency {agency!r}; there are {', '.join(AGENCIES)}")
    chosen = {"creators": creators, "captions": captions, "sends": sends, "days": days}
    sizes = Sizes(**asdict(AGENCIES[agency].sizes()) | {k: v for k, v in chosen.items() if v is not None})
    for name, least in asdict(_LEAST).items():
        if getattr(sizes, name) < least:
            raise ValueError(f"{name} = {getattr(sizes, name)} is too small for a sample; at least {least}")
    if truth_path.resolve().is_relative_to(out.resolve()):
        raise ValueError(f"the truth file {truth_path} must lie outside the inbox {out}")
    out.mkdir(parents=True, exist_ok=True)
    return AGENCIES[agency].write(out, truth_path, end, sizes, seed, settings)
