"""Where the files that travel with the code stand: configuration and the dbt project.

In a checkout they are folders beside the package; a wheel carries them inside it.
"""

from __future__ import annotations

from importlib.resources import files
from pathlib import Path


def bundled(name: str) -> Path:
    """Folder ``config`` or ``dbt_project``: inside the installed package, else beside it in the checkout."""
    inside = _package() / name
    return inside if inside.is_dir() else _package().parent / name


def is_installed(folder: Path) -> bool:
    """Whether ``folder`` belongs to an installed package, where nothing may be written."""
    return folder.is_relative_to(_package())


def _package() -> Path:
    return Path(str(files("eros_assets")))
