"""What a caption's text is like: emoji, tone, slang, style, game and structure (CAPTION_FEATURES).

Patterns come from ``config/text_features.yaml``. Texts are folded (``plain_text``) and lower-cased
once; each pattern then runs over the whole column in the Arrow engine (RE2), about a hundred times
faster than a row at a time.
"""

from __future__ import annotations

import json

import numpy as np
import numpy.typing as npt
import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
import regex

from eros_assets.domain import frames
from eros_assets.settings import OfferRules, Settings, StructureRules, TextFeatures

# One emoji as people count them: flags, keycaps, and pictographs joined by ZWJ or toned are one.
_PICTOGRAPH = r"[\p{Extended_Pictographic}--[©®™]](?:\uFE0F|\p{Emoji_Modifier})?"
EMOJI = regex.compile(
    rf"\p{{RI}}\p{{RI}}|[0-9#*]\uFE0F?\u20E3|{_PICTOGRAPH}(?:[\U000E0020-\U000E007F]+|(?:\u200D{_PICTOGRAPH})*)",
    regex.V1,
)
_EXTENDING = regex.compile(r"[\p{M}\u200d]")


def caption_features(captions: pd.DataFrame, settings: Settings) -> pd.DataFrame:
    """CAPTION_FEATURES of POOL_CAPTIONS rows, one per caption in the same order.

    Tone and slang of the file are kept where they are known values.
    """
    rules = settings.text_features
    text = captions["plain_text"].astype("str").str.lower()
    counts, shares = emoji_counts(captions["caption_text"])
    tone = _known(captions["tone"], settings.scoring.tones).fillna(_tones(text, settings.scoring.tones, rules))
    slang = _known(captions["slang_level"], ("none", *rules.slang.levels)).fillna(_slang_levels(text, rules))
    score, missing = structure(text, captions["caption_type"], rules.structure)
    games = _first_match(text, rules.games)
    return frames.CAPTION_FEATURES.conform(
        pd.DataFrame(
            {
                "caption_hash": captions["caption_hash"],
                "emoji_count": counts,
                "emoji_share": shares,
                "tone": tone,
                "slang_level": slang,
                "style": styles(text, captions["caption_type"], rules),
                "game_kind": games,
                "offer": offers(text, captions["caption_type"], games, rules.offers),
                "energy": tone.map({name: order for order, name in enumerate(settings.scoring.tones)}),
                "structure_score": score,
                "structure_missing": missing,
                "rules_version": settings.text_rules_version,
            }
        )
    )


def emoji_counts(texts: pd.Series) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.float64]]:
    """Emoji graphemes of each text, and their share of all graphemes; shapes (n,)."""
    count = np.zeros(len(texts), dtype=np.int64)
    share = np.zeros(len(texts))
    # Most texts hold no sign outside ASCII and keycaps, hence no emoji: leave them out of the slow part.
    plain = texts.str.isascii().to_numpy(dtype=bool)
    for row, text in zip(np.flatnonzero(~plain), texts[~plain], strict=True):
        rest, found = EMOJI.subn("", text)
        graphemes = found + len(rest) - len(_EXTENDING.findall(rest))
        count[row] = found
        share[row] = found / graphemes if graphemes else 0.0
    return count, share


def styles(text: pd.Series, caption_types: pd.Series, rules: TextFeatures) -> pd.Series:
    """Style each text fits (solo, bundle, winner, series): by caption type, else by words [1.1]."""
    by_type = caption_types.map(rules.styles.by_caption_type).astype("str")
    return by_type.fillna(_first_match(text, rules.styles.patterns)).fillna(rules.styles.default)


def offers(text: pd.Series, caption_types: pd.Series, games: pd.Series, rules: OfferRules) -> pd.Series:
    """What each text announces, null for nothing [10.1]: its words decide, then its caption type.

    ``games`` are the games the texts name; texts of the types that sell announce the game they name.
    """
    by_type = caption_types.map(rules.by_caption_type).astype("str")
    for kind, patterns in rules.within.items():
        own = caption_types == kind
        by_type = by_type.mask(own, _first_match(text, patterns).fillna(rules.by_caption_type[kind]))
    named = games.notna() & caption_types.isin(rules.game_caption_types)
    by_words = _first_match(text, rules.patterns)
    return by_words.fillna(by_type.mask(named, rules.by_caption_type["game_post"]))


def structure(
    text: pd.Series, caption_types: pd.Series, rules: StructureRules
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.str_]]:
    """Structure score 0–1 and the JSON list of missing elements of each lower-case text [2.2].

    Bundle captions are held against the bundle elements, all others against the four of a message.
    """
    is_bundle = caption_types.isin(rules.bundle_caption_types).to_numpy(dtype=bool)
    score, missing = np.empty(len(text)), np.empty(len(text), dtype=object)
    for rows, elements in ((is_bundle, rules.bundle), (~is_bundle, rules.message)):
        if rows.any():
            score[rows], missing[rows] = _elements(text[rows], elements, rules.hook_characters)
    return score, missing.astype(str)


def _elements(
    text: pd.Series, elements: dict[str, str], hook_characters: int
) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.object_]]:
    found = np.column_stack(
        [
            _matches(text.str.slice(0, hook_characters) if name == "hook" else text, pattern)
            for name, pattern in elements.items()
        ]
    )
    # A handful of combinations exist: write each list once and look it up by its bits.
    names = np.array(list(elements))
    bits = 1 << np.arange(len(names))
    lists = [json.dumps(names[(code & bits) > 0].tolist()) for code in range(1 << len(names))]
    return found.mean(axis=1), np.array(lists, dtype=object)[(~found) @ bits]


def _tones(text: pd.Series, tones: tuple[str, ...], rules: TextFeatures) -> pd.Series:
    hits = np.column_stack([np.sum([_hits(text, pattern) for pattern in rules.tones[tone]], axis=0) for tone in tones])
    best = np.where(hits.any(axis=1), np.array(tones)[hits.argmax(axis=1)], rules.default_tone)
    return pd.Series(best, index=text.index, dtype="str")


def _slang_levels(text: pd.Series, rules: TextFeatures) -> pd.Series:
    words = _hits(text, rules.slang.words)
    levels = sorted(rules.slang.levels.items(), key=lambda level: -level[1])
    level = np.select([words >= least for _, least in levels], [name for name, _ in levels], "none")
    return pd.Series(level, index=text.index, dtype="str")


def _first_match(text: pd.Series, patterns: dict[str, str]) -> pd.Series:
    """Name of the first pattern each text matches, else null."""
    result = pd.Series(pd.NA, index=text.index, dtype="str")
    for name, pattern in reversed(patterns.items()):
        result = result.mask(_matches(text, pattern), name)
    return result


def _matches(text: pd.Series, pattern: str) -> npt.NDArray[np.bool_]:
    found: npt.NDArray[np.bool_] = pc.match_substring_regex(pa.array(text, type=pa.string()), pattern).to_numpy(
        zero_copy_only=False
    )
    return found


def _hits(text: pd.Series, pattern: str) -> npt.NDArray[np.int64]:
    hits: npt.NDArray[np.int64] = pc.count_substring_regex(pa.array(text, type=pa.string()), pattern).to_numpy()
    return hits


def _known(values: pd.Series, allowed: tuple[str, ...]) -> pd.Series:
    return values.astype("str").where(values.isin(allowed))
