"""Read ``config/*.yaml`` and the environment into settings; whatever makes no sense is refused with its place."""

from __future__ import annotations

import os
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import TypeAdapter, ValidationError
from pydantic_core import ErrorDetails

from eros_assets.bundled import bundled
from eros_assets.settings.audiences import Audiences
from eros_assets.settings.content import ContentType, active
from eros_assets.settings.digest import DigestRules
from eros_assets.settings.references import check_references
from eros_assets.settings.scoring import Scoring
from eros_assets.settings.send_types import SendType
from eros_assets.settings.settings import Settings
from eros_assets.settings.system import Paths, SystemConfig, check_flags
from eros_assets.settings.texts import Classification, TextFeatures
from eros_assets.settings.timing import Timing
from eros_assets.settings.types import ConfigError, Keyed, Listed, Name
from eros_assets.settings.volume import Volume

# libyaml reads the same documents several times as fast; a build without it has the slow loader alone.
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

FILES: dict[str, Any] = {
    "send_types": Keyed[SendType],
    "audiences": Audiences,
    "content_types": Keyed[ContentType],
    "volume": Volume,
    "scoring": Scoring,
    "timing": Timing,
    "text_features": TextFeatures,
    "digest": DigestRules,
    "classification": Classification,
}
"""Files that fill the setting of their name, with what they hold."""
SECTIONS: dict[str, tuple[str, str, Any]] = {
    # Forbidden words: ingest quarantines by them, the rules check schedules against them.
    "prohibited": ("ingest", "prohibited", dict[Name, Listed[Name]]),
    # Ingest maps caption types by these, the warehouse the types of sends.
    "type_aliases": ("ingest", "caption_types", dict[Name, Name]),
}
"""Settings that are one section of a file whose other sections belong to ingest: file, section, what it holds."""


def config_dir() -> Path:
    """Folder of the YAML files: ``EROS_CONFIG``, else the ``config/`` that came with the code."""
    return Path(os.environ.get("EROS_CONFIG") or bundled("config"))


def load_settings(home: Path | str | None = None) -> Settings:
    """Load every table; ``home`` defaults to ``EROS_HOME``, then to ``./data``.

    Raises :class:`ConfigError` for an unreadable file, an unknown key, flag, setting or name, and for a value that
    makes no sense.
    """
    folder = config_dir()
    path = folder / "system_config.yaml"
    system = parse_system(read_yaml(path), os.environ, path)
    where = Path(home or os.environ.get("EROS_HOME") or "data").expanduser().resolve()
    return Settings(paths=Paths(home=where), system=system, **_tables(folder))


@cache
def _tables(folder: Path) -> dict[str, Any]:
    read = {name: read_yaml(folder / f"{name}.yaml") for name in (*FILES, *{file for file, _, _ in SECTIONS.values()})}
    return parse_tables(read, folder)


def parse_tables(read: Mapping[str, Any], folder: Path) -> dict[str, Any]:
    """The settings of every file but the system's, by setting; ``read`` holds what stands in each file."""
    tables = {name: parse(read[name], kind, folder / f"{name}.yaml") for name, kind in FILES.items()}
    for name, (file, section, kind) in SECTIONS.items():
        content = read[file] if isinstance(read[file], dict) else {}
        tables[name] = parse(content.get(section), kind, folder / f"{file}.yaml", section)
    tables["content_types"] = active(tables["content_types"])
    check_references(tables)
    return tables


def parse_system(data: Any, environment: Mapping[str, str], path: Path) -> SystemConfig:
    """The system configuration, with the leaves that ``EROS__SECTION__KEY[__KEY]`` variables replace."""
    named: dict[str, str] = {}
    for name, text in sorted(environment.items()):
        if name.startswith("EROS__"):
            named[_override(data, name, text, path)] = name
    system: SystemConfig = parse(data, SystemConfig, path, named=named)
    try:
        check_flags(system)
    except ConfigError as error:
        source = f" (overridden by {', '.join(named.values())})" if named else ""
        raise ConfigError(f"{error}{source}") from error
    return system


def _override(data: Any, name: str, text: str, path: Path) -> str:
    """Put the value of one variable in its place; returns the place."""
    node, place = data, []
    parts = name.removeprefix("EROS__").split("__")
    for depth, part in enumerate(parts, start=1):
        key = next((k for k in node if str(k).lower() == part.lower()), None) if isinstance(node, dict) else None
        if key is None:
            raise ConfigError(f"environment variable {name}: no such setting in {path.name}")
        place.append(str(key))
        if depth < len(parts):
            node = node[key]
            continue
        try:
            node[key] = yaml.load(text, _LOADER)  # noqa: S506 (a safe loader)
        except yaml.YAMLError as error:
            raise ConfigError(f"environment variable {name}: {text!r} is no value: {error}") from error
    return ".".join(place)


def read_config(path: Path, kind: Any) -> Any:
    """Parse one YAML file into ``kind``; raises :class:`ConfigError` naming file, place and value."""
    return parse(read_yaml(path), kind, path)


def read_yaml(path: Path) -> Any:
    """What stands in a YAML file; raises :class:`ConfigError` where it cannot be read."""
    try:
        return yaml.load(path.read_text(encoding="utf-8"), _LOADER)  # noqa: S506 (a safe loader)
    except (OSError, ValueError, yaml.YAMLError) as error:
        raise ConfigError(f"{path.name}: {error}") from error


def parse(data: Any, kind: Any, path: Path, at: str = "", named: Mapping[str, str] | None = None) -> Any:
    """``data`` as ``kind``; raises :class:`ConfigError` naming file, place, value and what is allowed.

    ``at`` is the section of the file that ``data`` is; ``named`` gives the variables that places were overridden by.
    """
    try:
        return _adapter(kind).validate_python(_tuples(data))
    except ValidationError as error:
        lines = [f"{path.name}: {_explained(e, at, named or {})}" for e in error.errors(include_url=False)]
        raise ConfigError("\n".join(lines)) from error


@cache
def _adapter(kind: Any) -> TypeAdapter[Any]:
    return TypeAdapter(kind)


def _tuples(data: Any) -> Any:
    """The same with tuples for lists: what is read is never changed, and types are checked strictly."""
    if isinstance(data, dict):
        return {key: _tuples(value) for key, value in data.items()}
    return tuple(map(_tuples, data)) if isinstance(data, list) else data


def _lists(data: Any) -> Any:
    """What :func:`_tuples` was given, as a person wrote it."""
    if isinstance(data, dict):
        return {key: _lists(value) for key, value in data.items()}
    return list(map(_lists, data)) if isinstance(data, tuple) else data


def _explained(error: ErrorDetails, at: str, named: Mapping[str, str]) -> str:
    place = ".".join([*([at] if at else []), *map(str, error["loc"])])
    value = repr(_lists(error.get("input")))
    shown = value if len(value) <= 200 else f"{value[:200]} …"
    variable = next((name for key, name in named.items() if place == key or place.startswith(f"{key}.")), None)
    source = f", from {variable}" if variable else ""
    return f"{place}: {error['msg'].removeprefix('Value error, ')} (got {shown}{source})"
