"""The sample's caption pool: distinct texts with type, variant, content type, length and true quality."""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.domain.captions.text import caption_hash
from eros_assets.sample import phrases
from eros_assets.sample.config import CaptionConfig, DemoConfig
from eros_assets.settings import Settings

# Send types whose captions come from a shared pool: caption type and variant (None = every variant).
SEND_POOLS: dict[str, tuple[str, str | None]] = {
    "ppv_wall": ("ppv_unlock", None),
    "bundle": ("bundle", "bundle"),
    "flash_bundle": ("bundle", "flash_bundle"),
    "snapchat_bundle": ("bundle", "snapchat_bundle"),
    "tip_goal": ("first_to_tip", "tip_goal"),
    "first_to_tip": ("first_to_tip", "first_to_tip"),
    "link_drop": ("link_drop", "link_drop"),
    "wall_link_drop": ("link_drop", "wall_link_drop"),
    "renew_on_post": ("renew_on_message", None),
}
_PLAIN_TYPES = ("bump_text_only", "link_drop", "ppv_followup")  # no media of their own
_LENGTH_GROUPS = {"ppv_unlock": "priced", "bundle": "bundle"}
_CAMPAIGN_TYPES = ("vip_program", "first_to_tip", "game_post", "expired_winback", "renew_on_message")
_GROUP_WEIGHTS = {
    "ppv_unlock": {"premium": 2.0, "solo": 2.0, "suggestive": 1.0, "lifestyle": 0.5},
    "other": {"premium": 0.2, "solo": 1.0, "suggestive": 1.5, "lifestyle": 2.0},
}
_MOST_ROUNDS = 40


def caption_counts(config: CaptionConfig, captions: int) -> dict[str, int]:
    """Captions per type: the measured counts scaled to ``captions``, rare types kept workable."""
    full = sum(config.counts.values())
    floor = min(config.floor, max(12, captions // 60))
    counts = {key: max(round(n * captions / full), min(n, floor)) for key, n in config.counts.items()}
    biggest = max(counts, key=lambda key: counts[key])
    counts[biggest] = max(floor, counts[biggest] + captions - sum(counts.values()))
    return counts


def make_captions(captions: int, config: DemoConfig, settings: Settings, rng: np.random.Generator) -> pd.DataFrame:
    """The pool and the ad hoc texts, one row per distinct text.

    Columns: text, caption_type, variant, content_type_key, names_content (its keyword stands in the
    text), price (named in the text, $), char_length, caption_hash, quality (true factor, mean 1),
    is_adhoc (sent, but in no caption file), is_plain (fits Windows-1252), has_emoji.
    """
    parts = []
    for kind, count in caption_counts(config.captions, captions).items():
        shares = phrases.VARIANT_SHARES.get(kind, {kind: 1.0})
        for variant, share in shares.items():
            parts.append(_texts_of(kind, variant, max(5, round(count * share)), config, settings, rng))
    pool = pd.concat(parts, ignore_index=True)
    pool = pd.concat([pool, _near_duplicates(pool, config.captions.near_duplicates, rng)], ignore_index=True)
    pool["text"] = _style_some(pool["text"], config.captions.styled, rng)
    pool["caption_hash"] = caption_hash(pool["text"])
    pool = pool.drop_duplicates("caption_hash", ignore_index=True)
    for kind, key in config.captions.commerce.items():
        for keyword in settings.content_type[key].keywords:
            says = (pool["caption_type"] == kind) & pool["text"].str.contains(keyword, case=False, regex=False)
            pool.loc[says, "content_type_key"] = key
    pool["char_length"] = pool["text"].str.len().astype("int64")
    sd = config.captions.quality_sd
    pool["quality"] = np.exp(rng.normal(-sd * sd / 2, sd, len(pool)))
    big = pool["caption_type"].map(pool["caption_type"].value_counts()) > 400
    pool["is_adhoc"] = big & (rng.random(len(pool)) < config.captions.adhoc)
    pool["is_plain"] = [text.isascii() for text in pool["text"]]
    return pool


def _texts_of(
    kind: str, variant: str, count: int, config: DemoConfig, settings: Settings, rng: np.random.Generator
) -> pd.DataFrame:
    """``count`` distinct texts of one type and variant, with the length shares of their group."""
    edges = np.array(config.captions.length_edges)
    group = _LENGTH_GROUPS.get(kind, "campaign" if kind in _CAMPAIGN_TYPES else "other")
    shares = np.array(config.captions.length_shares[group])
    quota = np.floor(shares / shares.sum() * count).astype(int)
    quota[np.argmax(quota)] += count - quota.sum()
    kept: list[pd.DataFrame] = []
    seen: set[str] = set()
    for round_number in range(_MOST_ROUNDS):
        open_quota = quota if round_number < _MOST_ROUNDS // 2 else np.full_like(quota, quota.sum())
        buckets = np.repeat(np.arange(len(quota)), np.minimum(quota * 3 // 2 + 20 * (quota > 0), 60_000))
        drawn = _draw(kind, variant, edges[buckets], edges[buckets + 1], config, settings, rng)
        drawn["bucket"] = np.searchsorted(edges, drawn["text"].str.len(), side="right") - 1
        drawn = drawn.drop_duplicates("text")
        drawn = drawn[~drawn["text"].isin(seen) & drawn["bucket"].between(0, len(quota) - 1)]
        rank = drawn.groupby("bucket").cumcount().to_numpy()
        drawn = drawn[rank < open_quota[drawn["bucket"].to_numpy()]].head(int(quota.sum()))
        kept.append(drawn)
        seen.update(drawn["text"])
        quota = np.maximum(0, quota - np.bincount(drawn["bucket"], minlength=len(quota)))
        if sum(map(len, kept)) >= count:
            break
    return pd.concat(kept, ignore_index=True).head(count).drop(columns="bucket")


def _draw(
    kind: str,
    variant: str,
    low: np.ndarray,
    high: np.ndarray,
    config: DemoConfig,
    settings: Settings,
    rng: np.random.Generator,
) -> pd.DataFrame:
    """One candidate text per row, aimed at a length in [low, high)."""
    n = len(low)
    aim = rng.integers(low, high)
    content, names, content_text = _content(kind, n, config, settings, rng)
    lead = _one_of(phrases.LEADS[kind, variant], n, rng)
    lead = np.where(
        names & (variant in ("solo", kind)) & (rng.random(n) < 0.4) & (kind in ("ppv_unlock", "bump_normal")), "", lead
    )
    price = np.full(n, np.nan)
    offer = np.full(n, "", dtype=object)
    if kind == "bundle":
        price = choose(config.sends.prices[variant], n, rng)
        worth = np.round(price * rng.uniform(2.2, 5.0, n) / 5) * 5
        offer = _text("Worth $", worth.astype(int).astype(str), ", yours for $", np.char.mod("%.2f", price), ".")
    elif kind == "link_drop":
        posts = rng.integers(100_000, 9_999_999, n).astype(str)
        offer = _text(f"https://{config.platform_host}/post/", posts)
    faces, face_count = _emoji(kind, n, config, settings, rng)
    text = _append(np.full(n, "", dtype=object), lead)
    text = _append(text, np.where(face_count >= 2, faces[0], ""))
    text = _append(text, content_text)
    text = _append(text, offer)
    text = _append(text, np.where(face_count >= 4, faces[1], ""))
    room = high - 1 - 2 * np.clip(face_count, 0, 3)
    if kind in ("ppv_unlock", "bundle"):
        for sentence in rng.permutation(len(phrases.PRICED_EXTRAS)):
            extra = np.where(rng.random(n) < 0.6, _realise(phrases.PRICED_EXTRAS[sentence], n, rng), "")
            text = _append_within(text, extra, np.minimum(room, aim + 30))
    closing = np.where(
        rng.random(n) < 0.7, _one_of((phrases.UNLOCK_CTA if kind == "ppv_unlock" else phrases.CLOSE,), n, rng), ""
    )
    reserve = _lengths(closing) + 1
    for _ in range(14):
        wanted = _lengths(text) + reserve < aim
        if not wanted.any():
            break
        body = np.full(n, "", dtype=object)
        body[wanted] = _one_of(phrases.BODIES, int(wanted.sum()), rng)
        text = _append_within(text, body, room)
    text = _append_within(text, closing, room)
    tail = np.where(face_count == 0, "", faces[2])
    tail = np.where(face_count >= 3, _text(tail, faces[3]), tail)
    tail = np.where(face_count >= 5, _text(tail, faces[4]), tail)
    return pd.DataFrame(
        {
            "text": _append(text, tail),
            "caption_type": kind,
            "variant": variant,
            "content_type_key": content,
            "names_content": names,
            "price": price,
            "has_emoji": face_count > 0,
        }
    )


def _content(
    kind: str, n: int, config: DemoConfig, settings: Settings, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """True content type of each text, whether its keyword is named, and the naming sentence."""
    captions = config.captions
    content = np.full(n, "teaser", dtype=object)
    if kind == "live_promo":
        content[:] = captions.commerce[kind]
    elif kind in captions.commerce:
        content[rng.random(n) < captions.commerce_share] = captions.commerce[kind]
    elif kind not in _PLAIN_TYPES:
        types = [ct for ct in settings.content_types if ct.group != "commerce" and ct.key != "teaser" and ct.keywords]
        weights = _GROUP_WEIGHTS["ppv_unlock" if kind == "ppv_unlock" else "other"]
        p = np.array([weights[ct.group] / (1 + 0.15 * rank) for rank, ct in enumerate(types)])
        other = rng.random(n) >= captions.teaser_share
        content[other] = np.array([ct.key for ct in types], dtype=object)[
            rng.choice(len(types), other.sum(), p=p / p.sum())
        ]
    named = (content != "teaser") | (rng.random(n) < captions.teaser_named)
    named &= kind not in _PLAIN_TYPES and kind not in captions.commerce
    keyword = np.full(n, "", dtype=object)
    for key in sorted(set(content[named])):
        rows = np.flatnonzero(named & (content == key))
        keyword[rows] = np.array(settings.content_type[key].keywords, dtype=object)[
            rng.integers(0, len(settings.content_type[key].keywords), len(rows))
        ]
    frames = _pick(phrases.CONTENT_FRAMES, n, rng)
    ends = np.where(rng.random(n) < 0.5, _text(", ", _pick(phrases.CONTENT_ENDS, n, rng)), ".")
    return content, named, np.where(named, _text(frames, " ", keyword, ends), "")


def _emoji(
    kind: str, n: int, config: DemoConfig, settings: Settings, rng: np.random.Generator
) -> tuple[list[np.ndarray], np.ndarray]:
    """Five different emoji a row, and how many of them the text takes (by emoji level)."""
    low, high = settings.scoring.emoji_levels[settings.send_type[kind].emoji]
    count = rng.integers(max(1, low), high + 1, n)
    count[rng.random(n) < config.captions.no_emoji] = 0
    first = rng.integers(0, len(phrases.EMOJI), n)
    step = 1 + 2 * rng.integers(0, 3, n)
    faces = np.array(phrases.EMOJI, dtype=object)
    return [faces[(first + k * step) % len(faces)] for k in range(5)], count


def _near_duplicates(pool: pd.DataFrame, share: float, rng: np.random.Generator) -> pd.DataFrame:
    """Copies of long texts with one more word: near-duplicates."""
    long = pool[pool["text"].str.len().between(120, 240) & pool["has_emoji"]]
    twins = long.sample(n=min(len(long), round(share * len(pool))), random_state=rng).copy()
    twins["text"] = "Hey! " + twins["text"]
    return twins


def _style_some(texts: pd.Series, share: float, rng: np.random.Generator) -> pd.Series:
    """The first word of some texts in mathematical bold letters."""
    bold = {ord("a") + k: 0x1D41A + k for k in range(26)} | {ord("A") + k: 0x1D400 + k for k in range(26)}
    rows = np.flatnonzero(rng.random(len(texts)) < share)
    out = texts.copy()
    words = texts.iloc[rows].str.split(" ", n=1)
    out.iloc[rows] = [" ".join([first[0].translate(bold), *first[1:]]) for first in words]
    return out


def choose(weights: dict[float, float], n: int, rng: np.random.Generator) -> np.ndarray:
    """``n`` draws of the keys in proportion to their weights."""
    p = np.array(list(weights.values()))
    return np.array(list(weights), dtype=float)[rng.choice(len(p), n, p=p / p.sum())]


def _pick(bank: tuple[str, ...], n: int, rng: np.random.Generator) -> np.ndarray:
    return np.array(bank, dtype=object)[rng.integers(0, len(bank), n)]


def _realise(sentence: phrases.Sentence, n: int, rng: np.random.Generator) -> np.ndarray:
    """``n`` sentences, one phrase of each bank, joined by blanks (none before a comma)."""
    out = _pick(sentence[0], n, rng)
    for bank in sentence[1:]:
        glue = "" if bank[0].startswith(",") else " "
        out = _text(out, glue, _pick(bank, n, rng))
    return out


def _one_of(sentences: tuple[phrases.Sentence, ...], n: int, rng: np.random.Generator) -> np.ndarray:
    out = np.full(n, "", dtype=object)
    which = rng.integers(0, len(sentences), n)
    for k, sentence in enumerate(sentences):
        rows = which == k
        out[rows] = _realise(sentence, int(rows.sum()), rng)
    return out


def _text(*parts: np.ndarray | str) -> np.ndarray:
    """Element-wise concatenation; at least one part is an array."""
    size = max(len(part) for part in parts if isinstance(part, np.ndarray))
    out = np.full(size, "", dtype=object)
    for part in parts:
        out = out + (part.astype(object) if isinstance(part, np.ndarray) else part)
    return out


def _lengths(texts: np.ndarray) -> np.ndarray:
    return np.fromiter(map(len, texts), dtype=int, count=len(texts))


def _append(texts: np.ndarray, more: np.ndarray) -> np.ndarray:
    """``more`` after ``texts`` with a blank between when both have something."""
    return _text(texts, np.where((texts != "") & (more != ""), " ", ""), more)


def _append_within(texts: np.ndarray, more: np.ndarray, most: np.ndarray) -> np.ndarray:
    """:func:`_append` where the result keeps within ``most`` characters."""
    fits = _lengths(texts) + _lengths(more) + 1 <= most
    return _append(texts, np.where(fits, more, ""))
