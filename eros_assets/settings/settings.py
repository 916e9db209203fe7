"""Everything configurable in one object, and what its preset and flags mean together."""

from __future__ import annotations

import hashlib
import json
from functools import cached_property
from typing import Any, Literal

from eros_assets.settings.audiences import Audiences
from eros_assets.settings.content import ContentType
from eros_assets.settings.digest import DigestRules
from eros_assets.settings.flags import BUILT_FLAGS, FLAG_NAMES, FLAG_WAVES, PRESET_METHOD, Method, Preset
from eros_assets.settings.scoring import Scoring
from eros_assets.settings.send_types import SendType
from eros_assets.settings.system import Paths, SystemConfig, check_flags
from eros_assets.settings.texts import Classification, TextFeatures
from eros_assets.settings.timing import Timing
from eros_assets.settings.types import Typed
from eros_assets.settings.volume import Volume


class Settings(Typed):
    """Everything configurable, loaded once per process by :func:`load_settings`."""

    paths: Paths
    system: SystemConfig
    send_types: tuple[SendType, ...]
    audiences: Audiences
    content_types: tuple[ContentType, ...]
    volume: Volume
    scoring: Scoring
    timing: Timing
    text_features: TextFeatures
    prohibited: dict[str, tuple[str, ...]]
    digest: DigestRules
    classification: Classification
    type_aliases: dict[str, str]

    @cached_property
    def send_type(self) -> dict[str, SendType]:
        """Send types by key."""
        return {row.key: row for row in self.send_types}

    @cached_property
    def content_type(self) -> dict[str, ContentType]:
        """Content types by key."""
        return {row.key: row for row in self.content_types}

    @cached_property
    def text_rules_version(self) -> str:
        """Hash of what text features are computed from: another version, other features."""
        payload = {"rules": self.text_features.model_dump(mode="json"), "tones": self.scoring.tones}
        return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]

    @cached_property
    def config_hash(self) -> str:
        """Hash of everything that can change a schedule, so no paths and no shards: part of its replay key."""
        payload = self.model_dump(mode="json", exclude={"paths": True, "system": {"planning": {"shards"}}})
        return hashlib.sha256(json.dumps(payload, sort_keys=True).encode()).hexdigest()[:16]

    @property
    def base_preset(self) -> Literal["recommended", "baseline"]:
        """The preset that settings are compared with: ``custom`` is a departure from the recommended one."""
        return "baseline" if self.system.preset == "baseline" else "recommended"

    @property
    def method(self) -> Method:
        """How a week is planned for the pages of ``planning.method_share``; all others are on the baseline."""
        own = self.system.planning.method
        return PRESET_METHOD[self.base_preset] if own == "preset" else own

    @cached_property
    def flags_on(self) -> frozenset[str]:
        """Flags that are enabled, whatever their wave's share of pages."""
        by_preset = frozenset(BUILT_FLAGS if self.base_preset == "recommended" else ())
        return frozenset(
            name for name, state in self.system.flags.items() if (name in by_preset if state == "preset" else state)
        )

    @cached_property
    def preset_changes(self) -> tuple[str, ...]:
        """What differs from the preset, one sentence each; empty when nothing does."""
        planning = self.system.planning
        expected = frozenset(BUILT_FLAGS if self.base_preset == "recommended" else ())
        changes = []
        if self.method != PRESET_METHOD[self.base_preset]:
            changes.append(f"method {self.method}")
        if self.method == "exact" and planning.method_share < 1:
            changes.append(f"method exact on {planning.method_share:.0%} of pages, baseline on the others")
        changes += [
            f"{name} {'on' if name in self.flags_on else 'off'}"
            for name in FLAG_NAMES
            if (name in self.flags_on) != (name in expected)
        ]
        waves = {FLAG_WAVES[name] for name in self.flags_on}
        changes += [
            f"wave {wave} on {share:.0%} of pages"
            for wave, share in sorted(self.system.waves.items())
            if share < 1 and wave in waves
        ]
        return tuple(changes)

    def with_flags(self, **flags: bool) -> Settings:
        """A copy with the named flags on or off; :class:`ConfigError` for unknown ones and for those not built."""
        return self._with_system(flags={**self.system.flags, **flags})

    def with_preset(self, preset: Preset) -> Settings:
        """A copy that follows a preset in everything: method, flags and all pages."""
        planning = self.system.planning.model_copy(update={"method": "preset", "method_share": 1.0})
        nothing: dict[str, bool | Literal["preset"]] = dict.fromkeys(FLAG_NAMES, "preset")
        return self._with_system(
            preset=preset, flags=nothing, waves=dict.fromkeys(self.system.waves, 1.0), planning=planning
        )

    def with_method(self, method: Method, share: float = 1.0) -> Settings:
        """A copy that plans ``share`` of the pages by ``method``; flags stay."""
        update = {"method": method, "method_share": share}
        return self._with_system(planning=self.system.planning.model_copy(update=update))

    def with_waves(self, **shares: float) -> Settings:
        """A copy in which waves reach other shares of pages: ``with_waves(wave_2=0.1)``."""
        named = {int(name.removeprefix("wave_")): share for name, share in shares.items()}
        return self._with_system(waves={**self.system.waves, **named})

    def _with_system(self, **parts: Any) -> Settings:
        system = self.system.model_copy(update=parts)
        check_flags(system)
        # Only the fields: what is cached on the way belongs to the old settings.
        fields = {name: getattr(self, name) for name in type(self).model_fields}
        return Settings(**{**fields, "system": system})
