"""Names that one configuration file uses and another defines: a name nobody defines is refused."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from typing import Any

from eros_assets.settings.texts import TextFeatures
from eros_assets.settings.types import ConfigError


def check_references(tables: Mapping[str, Any]) -> None:
    """Hold the settings of all files, by setting, against each other.

    Raises :class:`ConfigError` with file, place, value and the allowed names for a name that nobody defines.
    """
    types = frozenset(row.key for row in tables["send_types"])
    offers = _offers(tables["text_features"])
    _check_send_types(tables, types, offers)
    _check_texts(tables, types)
    for name, mode in tables["volume"].tip_goal_modes.items():
        _known(f"volume.yaml: tip_goal_modes.{name}.offer", [mode.offer], offers)
    for pair in tables["timing"].same_content:
        _known("timing.yaml: same_content", pair, types)


def _check_send_types(tables: Mapping[str, Any], types: frozenset[str], offers: frozenset[str]) -> None:
    audiences = tables["audiences"]
    channels, targets = ({row.key for row in rows} for rows in (audiences.channels, audiences.targets))
    for target in audiences.targets:
        _known(f"audiences.yaml: targets.{target.key}.channels", target.channels, channels)
    for row in tables["send_types"]:
        place = f"send_types.yaml: {row.key}"
        _known(f"{place}.channels", row.channels, channels)
        _known(f"{place}.targets", row.targets, targets)
        _known(f"{place}.caption_types", row.caption_types, types)
        _known(f"{place}.offers", row.offers, offers)
    _same("classification.yaml: confidence", tables["classification"].confidence, types)
    _known("ingest.yaml: caption_types", tables["type_aliases"].values(), types)


def _check_texts(tables: Mapping[str, Any], types: frozenset[str]) -> None:
    texts: TextFeatures = tables["text_features"]
    _same("text_features.yaml: tones", texts.tones, tables["scoring"].tones)
    _known("text_features.yaml: styles.by_caption_type", texts.styles.by_caption_type, types)
    _known("text_features.yaml: structure.bundle_caption_types", texts.structure.bundle_caption_types, types)
    offers = texts.offers
    _known("text_features.yaml: offers.by_caption_type", offers.by_caption_type, types)
    _known("text_features.yaml: offers.game_caption_types", offers.game_caption_types, types)
    # What a text announces beside the narrower offer is looked up by its caption type.
    _known("text_features.yaml: offers.within", offers.within, offers.by_caption_type)
    _known("text_features.yaml: offers.by_caption_type needs", ["game_post"], offers.by_caption_type)
    asked = {offer for row in tables["send_types"] for offer in row.offers}
    _known("text_features.yaml: offers", _offers(texts), asked)


def _offers(texts: TextFeatures) -> frozenset[str]:
    """Everything that a text can announce."""
    rules = texts.offers
    narrower = (offer for patterns in rules.within.values() for offer in patterns)
    return frozenset((*rules.patterns, *narrower, *rules.by_caption_type.values()))


def _known(place: str, names: Iterable[str], allowed: Collection[str]) -> None:
    if wrong := sorted(set(names) - set(allowed)):
        raise ConfigError(f"{place}: {', '.join(wrong)} unknown; allowed: {', '.join(sorted(allowed))}")


def _same(place: str, names: Collection[str], needed: Collection[str]) -> None:
    if wrong := sorted(set(names) ^ set(needed)):
        raise ConfigError(f"{place}: {', '.join(wrong)} missing or unknown; needed: {', '.join(sorted(needed))}")
