"""``config/text_features.yaml`` and ``classification.yaml``: what words say of a text, and of its send type."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import model_validator

from eros_assets.settings.types import (
    GameKind,
    Listed,
    Name,
    Pattern,
    PositiveCharacters,
    PositiveCount,
    PositiveMinutes,
    PositiveShare,
    Range,
    Share,
    Typed,
    has_keys,
    require_sorted,
)

Style = Literal["solo", "bundle", "winner", "series"]
SlangLevel = Literal["light", "moderate", "heavy"]
MessageElement = Literal["hook", "special", "value", "action"]
BundleElement = Literal["items", "value", "urgency"]


class SlangRules(Typed):
    """Slang words, and how many of them make each level."""

    words: Pattern
    levels: Annotated[dict[str, PositiveCount], has_keys(SlangLevel)]

    @model_validator(mode="after")
    def _rises(self) -> SlangRules:
        require_sorted((self.levels[level] for level in ("light", "moderate", "heavy")), "levels")
        return self


class StyleRules(Typed):
    """Styles of PPV texts: by caption type, else by the first pattern that matches, else the default."""

    by_caption_type: dict[Name, Style]
    patterns: Annotated[dict[str, Pattern], has_keys(Literal["winner", "series", "bundle"])]
    default: Style


class StructureRules(Typed):
    """Elements looked for in a text; the hook only among its first characters."""

    hook_characters: PositiveCharacters
    bundle_caption_types: Listed[Name]
    message: Annotated[dict[str, Pattern], has_keys(MessageElement)]
    bundle: Annotated[dict[str, Pattern], has_keys(BundleElement)]


class OfferRules(Typed):
    """[10.1]: what a text announces, by its words, else by its caption type."""

    patterns: dict[Name, Pattern]
    within: dict[Name, dict[Name, Pattern]]
    game_caption_types: Listed[Name]
    by_caption_type: dict[Name, Name]


class TextFeatures(Typed):
    """What a caption's words say about it."""

    tones: dict[Name, Listed[Pattern]]
    default_tone: Name
    slang: SlangRules
    styles: StyleRules
    games: Annotated[dict[str, Pattern], has_keys(GameKind)]
    offers: OfferRules
    structure: StructureRules

    @model_validator(mode="after")
    def _knows_its_default(self) -> TextFeatures:
        if self.default_tone not in self.tones:
            raise ValueError(f"default_tone {self.default_tone!r}; allowed: {', '.join(self.tones)}")
        return self


class TypeWords(Typed):
    """Words that are evidence for a send type; ``#`` stands for a number."""

    unlock: Listed[Name]
    limited: Listed[Name]
    bundle: Listed[Name]
    pieces: Listed[Name]
    vip: Listed[Name]
    vip_price: Listed[Name]
    throwback: Listed[Name]
    first_to_tip: Listed[Name]
    game: Listed[Name]
    spin: Listed[Name]
    tip_goal: Listed[Name]
    comeback: Listed[Name]
    lapsed: Listed[Name]
    renew: Listed[Name]
    live: Listed[Name]
    like: Listed[Name]
    message_me: Listed[Name]
    link: Listed[Name]


class HitConfidence(Typed):
    """Confidence = base + step × hits, at most max."""

    base: PositiveShare
    step: Share
    max: PositiveShare

    @model_validator(mode="after")
    def _rises(self) -> HitConfidence:
        if self.base > self.max:
            raise ValueError(f"base {self.base}, max {self.max}; allowed: base ≤ max")
        return self


class UsualContent(Typed):
    """The creator's most frequent content type of the weeks before."""

    confidence: PositiveShare
    window_weeks: PositiveCount


class Classification(Typed):
    """Words and labels that decide a type."""

    words: TypeWords
    confidence: dict[Name, HitConfidence]
    followup_minutes: Range[PositiveMinutes]
    text_only_below: PositiveCharacters
    descriptive_from: PositiveCharacters
    long_from: PositiveCharacters
    content_keyword_confidence: HitConfidence
    content_usual: UsualContent

    @model_validator(mode="after")
    def _rises(self) -> Classification:
        require_sorted((self.text_only_below, self.descriptive_from, self.long_from), "lengths")
        return self
