"""The harbour agency's caption bank: distinct texts with kind, language, content type, price and true appeal."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
import pandas as pd

from eros_assets.domain.captions.text import caption_hash
from eros_assets.sample.harbour import forms, phrases
from eros_assets.sample.harbour.config import CaptionConfig, HarbourConfig, Language
from eros_assets.settings import Settings

# Send types whose texts come from another kind's pool: caption type and variants (none = all of them).
SEND_POOLS: dict[str, tuple[str, tuple[str, ...]]] = {
    "ppv_wall": ("ppv_unlock", ("solo", "series")),
    "bundle": ("bundle", ("bundle",)),
    "flash_bundle": ("bundle", ("flash_bundle",)),
    "snapchat_bundle": ("bundle", ("snapchat_bundle",)),
    "tip_goal": ("first_to_tip", ("tip_goal",)),
    "first_to_tip": ("first_to_tip", ("first_to_tip",)),
    "link_drop": ("link_drop", ("link_drop",)),
    "wall_link_drop": ("link_drop", ("wall_link_drop",)),
    "renew_on_post": ("renew_on_message", ()),
}
PARENT_STYLES = {"solo": "solo", "long": "solo", "bundle": "bundle", "series": "series", "winner": "winner"}
_NO_MEDIA = ("bump_text_only", "link_drop", "ppv_followup")
_COMMERCE = {"live_promo": "live_stream", "renew_on_message": "renewal_offer", "first_to_tip": "tip_request"}
_COMMERCE_SHARE = {"live_promo": 1.0, "renew_on_message": 0.3, "first_to_tip": 0.3}
_SLOT = re.compile(r"\{(\w+)(\.lower)?\}")
_FULL_STOP = re.compile(r"(?<=[a-z])\.(?= )")
_MOST_TRIES = 60
_LEAST_WORDS_OF_TWIN = 10  # one word more of so many keeps the overlap of words above nine tenths
T = TypeVar("T")


def caption_counts(config: CaptionConfig, captions: int) -> dict[str, int]:
    """Texts of each kind: the few of the rare kinds as they are, the others share what is left."""
    rest = captions - sum(config.fixed.values())
    if rest <= 0:
        raise ValueError(f"captions = {captions} is too small for this agency; at least {captions - rest + 1}")
    return config.fixed | {kind: max(6, round(rest * share)) for kind, share in config.shared.items()}


def make_captions(captions: int, config: HarbourConfig, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """The bank, one row a distinct text.

    Columns: text, caption_type, variant, language, content_type_key (null without media), price (its
    own, $; priced types only), caption_hash, char_length, quality (true appeal, added; mean 0),
    twin (copy of another text with little changed).
    """
    counts = caption_counts(config.captions, captions)
    rows = [row for kind, count in counts.items() for row in _texts_of(kind, count, config, rng)]
    pool = pd.DataFrame(rows, columns=["text", "caption_type", "variant", "language", "content_type_key", "price"])
    pool["text"] = _dressed(pool["text"], pool["caption_type"], config.captions, rng)
    pool["twin"] = False
    pool = pd.concat([pool, _twins(pool, config.captions.near_duplicates, rng)], ignore_index=True)
    pool["caption_hash"] = caption_hash(pool["text"])
    pool = pool.drop_duplicates("caption_hash", ignore_index=True)
    pool["content_type_key"] = _as_said(pool, settings)
    pool["char_length"] = pool["text"].str.len().astype("int64")
    pool["quality"] = rng.normal(0.0, config.captions.quality_sd, len(pool)).round(4)
    return pool


def _texts_of(kind: str, count: int, config: HarbourConfig, rng: np.random.Generator) -> Iterator[tuple[object, ...]]:
    if kind == "bundle":
        yield from _bundles(count, config, rng)
        return
    if kind == "expired_winback":
        for text in forms.WINBACKS[:count]:
            yield text, kind, kind, _language_of(text), _content(kind, config.captions, rng), np.nan
        return
    shares = forms.VARIANT_SHARES.get(kind, {"any": 1.0})
    seen: set[str] = set()
    for variant, wanted in zip(shares, largest_remainder(list(shares.values()), count), strict=True):
        for language, number in zip(
            config.captions.languages, largest_remainder(list(config.captions.languages.values()), wanted), strict=True
        ):
            own = forms.FORMS[kind, variant][language]
            for _ in range(number):
                found = _distinct(kind, own, language, seen, config, rng)
                if found is not None:
                    text, content = found
                    yield text, kind, variant, language, content, _price_of(kind, config, rng)


def _distinct(
    kind: str,
    of_kind: forms.Forms,
    language: Language,
    seen: set[str],
    config: HarbourConfig,
    rng: np.random.Generator,
) -> tuple[str, str | None] | None:
    """A text not seen yet with its content type; null when the forms have run dry."""
    for _ in range(_MOST_TRIES):
        content = _content(kind, config.captions, rng)
        text = _filled(_one(of_kind, rng), language, content, config, rng)
        if text not in seen:
            seen.add(text)
            return text, content
    return None


def _filled(form: str, language: Language, content: str | None, config: HarbourConfig, rng: np.random.Generator) -> str:
    """The form with every slot filled; a bank's word occurs once in a text."""
    banks = phrases.BANKS[language]
    used: set[str] = set()

    def fill(match: re.Match[str]) -> str:
        name = match.group(1)
        if name == "url":
            return f"https://{config.platform_host}/post/{rng.integers(10_000, 9_999_999)}"
        bank = phrases.SCENES[content or "casual_chat"][language] if name.lower() == "scene" else banks[name]
        open_words = [word for word in bank if word not in used] or list(bank)
        word = _one(open_words, rng)
        used.add(word)
        if name == "Scene":
            return word[0].upper() + word[1:]
        return word[0].lower() + word[1:] if match.group(2) else word

    text = _SLOT.sub(fill, form)
    text = re.sub(r" +\n", "\n", text).strip()
    # A slot at the start of a sentence may have been filled with a word in small letters.
    text = re.sub(r"(^|[.!?] |\n)(?!http)([a-zäöüáéíóú])", lambda m: m.group(1) + m.group(2).upper(), text)
    return re.sub(r" {2,}", " ", text)


def _bundles(count: int, config: HarbourConfig, rng: np.random.Generator) -> Iterator[tuple[object, ...]]:
    for number in range(count):
        variant, form = forms.BUNDLES[number % len(forms.BUNDLES)]
        price = float(_one(config.habits.other_prices[variant], rng))
        worth = 5 * round(price * rng.uniform(2.4, 4.5) / 5)
        text = form.format(clips=rng.integers(3, 12), count=rng.integers(14, 70), price=f"{price:.0f}", worth=worth)
        yield text, "bundle", variant, _language_of(text), _content("bundle", config.captions, rng), price


def _price_of(kind: str, config: HarbourConfig, rng: np.random.Generator) -> float:
    if kind == "ppv_unlock":
        levels = config.habits.prices
        p = np.array(list(levels.values()))
        return float(np.array(list(levels))[rng.choice(len(p), p=p / p.sum())])
    return float(_one(config.habits.other_prices[kind], rng)) if kind == "game_post" else np.nan


def _content(kind: str, config: CaptionConfig, rng: np.random.Generator) -> str | None:
    if kind in _NO_MEDIA and rng.random() >= config.shown_beside:
        return None
    if kind in _COMMERCE and rng.random() < _COMMERCE_SHARE[kind]:
        return _COMMERCE[kind]
    p = np.array(list(config.content.values()))
    return str(list(config.content)[rng.choice(len(p), p=p / p.sum())])


def _as_said(pool: pd.DataFrame, settings: Settings) -> pd.Series:
    """Content types, where a text uses the configured word of a type, that type: labels and words agree."""
    content = pool["content_type_key"].copy()
    for row in settings.content_types:
        for keyword in row.keywords:
            says = pool["text"].str.contains(rf"\b{re.escape(keyword)}\b", case=False) & content.notna()
            content[says] = row.key
    return content


def _dressed(texts: pd.Series, kinds: pd.Series, config: CaptionConfig, rng: np.random.Generator) -> pd.Series:
    """Some texts in small letters, some with emoji behind, as the people of the agency write."""
    n = len(texts)
    p = np.array(list(config.emoji.values()))
    emoji = np.array(list(config.emoji))[rng.choice(len(p), n, p=p / p.sum())]
    small = (rng.random(n) < config.lower_case) & kinds.isin(("bump_normal", "ppv_unlock", "dm_farm")).to_numpy()
    marks = rng.integers(0, len(phrases.EMOJI), (n, 3))
    return pd.Series(
        [
            f"{text.lower() if is_small else text} {''.join(phrases.EMOJI[k] for k in own[:count])}".rstrip()
            for text, is_small, count, own in zip(texts, small, emoji, marks, strict=True)
        ],
        index=texts.index,
    )


def _twins(pool: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """Copies of texts with a word more or other marks: one text written down twice."""
    words = pool["text"].str.count(r"\w+")
    plain = ~pool["text"].str.contains(r"\$|http", regex=True)
    able = pool[(words >= _LEAST_WORDS_OF_TWIN) & plain & pool["caption_type"].isin(("ppv_unlock", "bump_normal"))]
    twins = able.sample(n=min(len(able), round(share * len(pool))), random_state=rng).copy()
    turn = rng.random(len(twins))
    twins["text"] = [
        f"{text} {_one(phrases.LATE_WORDS[language], rng)}" if u < 0.5 else f"{_FULL_STOP.sub('!', text, count=1)} !"
        for text, language, u in zip(twins["text"], twins["language"], turn, strict=True)
    ]
    return twins.assign(twin=True)


def _language_of(text: str) -> str:
    """Language of a text written by hand, by its own letters and words."""
    if re.search(r"[¿¡ñ]|\b(y|fotos|viejos|verano)\b", text):
        return "es"
    return "de" if re.search(r"\b(und|Dein|Seit|statt|Fotos)\b", text) else "en"


def largest_remainder(weights: Sequence[float], total: int) -> list[int]:
    """Whole numbers in proportion to ``weights`` that sum to ``total``."""
    exact = np.array(weights) / sum(weights) * total
    counts = np.floor(exact).astype(int)
    counts[np.argsort(counts - exact, kind="stable")[: total - int(counts.sum())]] += 1
    return [int(count) for count in counts]


def _one(words: Sequence[T], rng: np.random.Generator) -> T:
    return words[int(rng.integers(0, len(words)))]
