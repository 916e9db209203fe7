"""Texts of captions and messages: hashing, folding, repair and near duplicates.

Every function takes and returns Series on the same index; null stays null. Work is done once per
distinct text, because exports repeat texts heavily.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Callable
from functools import cache
from itertools import combinations

import ftfy
import numpy as np
import pandas as pd
from ftfy.badness import is_bad
from numpy.typing import NDArray
from scipy.sparse import csr_array

_WORD = re.compile(r"\w+(?:'\w+)?")
# The lead letters of UTF-8 read as Windows-1252, followed by what its continuation bytes become.
_SUSPECT = (
    r"[ÂÃÐÑâãäåðï][\u0080-\u00bf\u0152\u0153\u0160\u0161\u0178\u017d\u017e\u0192\u02c6\u02dc"
    r"\u2013-\u203a\u20ac\u2122]|\ufffd"
)
_SPACED_OUT = re.compile(r"\b\w(?:[\s.*_-]+\w\b){3,}")
_DIGITS_AS_LETTERS = re.compile(r"[0134578@$!]+(?=[a-z])|(?<=[a-z])[0134578$]+(?!\w)")
_AS_LETTERS = str.maketrans("0134578@$!", "oieastbasi")
_FOREIGN_LETTER = re.compile(r"[^\W\d_a-z]|[\u0300-\u036f]")
_CONFUSABLE = str.maketrans(
    "\u0430\u0435\u043e\u0440\u0441\u0443\u0445\u0456\u0458\u0455\u04bb\u0501\u043a\u043c\u0442\u043d\u0432"
    "\u03b1\u03b5\u03bf\u03c1\u03b9\u03bd\u03c5\u03ba\u03c4\u0131",
    "aeopcyxijshdkmthbaeopivukti",
)
_STYLED_NAME = re.compile(r"^(?:LATIN LETTER SMALL CAPITAL|NEGATIVE (?:CIRCLED|SQUARED) LATIN CAPITAL LETTER) ([A-Z])$")
# Texts above this many distinct tokens are joined on single rare tokens: triples would be too many.
_LONG_TEXT = 120
_PAIR_CHUNK = 200_000


def caption_hash(texts: pd.Series) -> pd.Series:
    """Hex SHA-256 of each text after NFC, trim, whitespace runs → one space, lower-case."""
    return _by_distinct(texts, lambda text: hashlib.sha256(_normal(text).encode("utf-8", "replace")).hexdigest())


def plain_text(texts: pd.Series) -> pd.Series:
    """Each text for matching: NFKC, styled letters folded to plain ones, invisible marks removed."""
    return _by_distinct(texts, _plain)


def undisguised(texts: pd.Series) -> pd.Series:
    """Each plain text (see :func:`plain_text`) for matching against lists of forbidden words [10.6].

    Lower-case text; when it differs, a second line reads it without combining marks, with
    look-alike letters of other scripts, digits used as letters and s p a c e d letters undone.
    """
    return _by_distinct(texts, _undisguised)


def char_length(texts: pd.Series) -> pd.Series:
    """Trimmed length in Unicode code points, nullable integer."""
    return texts.str.strip().str.len().astype("Int64")


def repair_mojibake(texts: pd.Series) -> tuple[pd.Series, pd.Series, pd.Series]:
    """Undo UTF-8 read as Windows-1252.

    Returns the texts, whether each was repaired, and whether it is still garbled (replacement
    characters or mojibake that no round trip undoes).
    """
    suspect = texts.str.contains(_SUSPECT, regex=True).fillna(False).astype(bool)
    repaired = texts.copy()
    if suspect.any():
        repaired[suspect] = _by_distinct(texts[suspect], ftfy.fix_encoding)
    garbled = suspect.copy()
    garbled[suspect] = np.array([("\ufffd" in text) or is_bad(text) for text in repaired[suspect]], dtype=bool)
    changed = suspect & (repaired != texts).fillna(False).astype(bool)
    return repaired, changed, garbled


def near_duplicates(texts: pd.Series, is_new: pd.Series, least_jaccard: float) -> pd.Series:
    """Oldest near twin of each new text: index label of an earlier row, or null.

    ``texts`` are plain (see :func:`plain_text`) and come oldest first, without nulls. Two texts are
    near twins when the Jaccard similarity of their sets of words is at least ``least_jaccard``
    (0.5 < value ≤ 1). Exact: a pair that similar shares three of the rarest words of both, so only
    such pairs are compared.
    """
    twins = pd.Series(pd.NA, index=texts.index, dtype=object)
    sets = token_sets(texts)
    if sets.shape[0] == 0:
        return twins
    new = is_new.to_numpy(dtype=bool)
    left, right = _candidate_pairs(sets, new, least_jaccard)
    sizes = np.diff(sets.indptr)
    kept = []
    for start in range(0, len(left), _PAIR_CHUNK):
        a, b = left[start : start + _PAIR_CHUNK], right[start : start + _PAIR_CHUNK]
        shared = np.asarray(sets[a].multiply(sets[b]).sum(axis=1)).ravel()
        kept.append(np.flatnonzero(shared >= least_jaccard * (sizes[a] + sizes[b] - shared) - 1e-9) + start)
    if kept:
        match = np.concatenate(kept)
        pairs = pd.DataFrame({"older": left[match], "newer": right[match]})
        oldest = pairs[new[pairs["newer"]]].groupby("newer")["older"].min()
        twins.iloc[oldest.index.to_numpy()] = texts.index[oldest.to_numpy()].to_numpy()
    return twins


def token_sets(texts: pd.Series) -> csr_array:
    """Plain texts × words, rarest word first: one row of ones per text."""
    found = [sorted(set(_WORD.findall(text))) for text in texts.str.lower()]
    rows = np.repeat(np.arange(len(found)), [len(tokens) for tokens in found])
    codes, vocabulary = pd.factorize(np.array([token for tokens in found for token in tokens], dtype=object))
    counts = np.bincount(codes, minlength=len(vocabulary))
    rank = np.empty(len(vocabulary), dtype=np.int64)
    rank[np.lexsort((vocabulary.astype(str), counts))] = np.arange(len(vocabulary))
    ones = np.ones(len(rows), dtype=np.int32)
    matrix = csr_array((ones, (rows, rank[codes])), shape=(len(found), max(1, len(vocabulary))))
    matrix.sort_indices()
    return matrix


def _by_distinct(texts: pd.Series, function: Callable[[str], str]) -> pd.Series:
    """``function`` of each distinct text, spread back over ``texts``."""
    codes, distinct = pd.factorize(texts)
    values = pd.array([function(text) for text in distinct], dtype="str")
    if not len(distinct):
        return pd.Series(pd.NA, index=texts.index, dtype="str")
    return pd.Series(values.take(codes, allow_fill=True), index=texts.index, name=texts.name)


def _normal(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split()).lower()


@cache
def _foldings() -> tuple[re.Pattern[str], dict[int, str | None]]:
    """Styled Latin letters that NFKC leaves alone → plain letter, invisible marks → nothing."""
    table: dict[int, str | None] = {}
    for point in (*range(0x1D00, 0x1D30), *range(0x0250, 0x02B0), *range(0xA700, 0xA800), *range(0x1F130, 0x1F190)):
        found = _STYLED_NAME.match(unicodedata.name(chr(point), ""))
        if found:
            table[point] = found.group(1) if point > 0xFFFF else found.group(1).lower()
    table |= {point: None for point in range(0x110000) if unicodedata.category(chr(point)) == "Cf"}
    return re.compile("[" + "".join(map(chr, sorted(table))) + "]"), table


def _plain(text: str) -> str:
    if text.isascii():
        return text
    folded = unicodedata.normalize("NFKC", text)
    pattern, table = _foldings()
    return folded.translate(table) if pattern.search(folded) else folded


def _undisguised(text: str) -> str:
    plain = bare = text.lower()
    if _FOREIGN_LETTER.search(plain):
        marked = unicodedata.normalize("NFD", plain)
        bare = "".join(c for c in marked if not unicodedata.combining(c)).translate(_CONFUSABLE)
    bare = _DIGITS_AS_LETTERS.sub(lambda found: found.group().translate(_AS_LETTERS), bare)
    bare = _SPACED_OUT.sub(lambda run: re.sub(r"[\W_]+", "", run.group()), bare)
    return plain if bare == plain else f"{plain}\n{bare}"


def _candidate_pairs(
    sets: csr_array, new: NDArray[np.bool_], least_jaccard: float
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Pairs (older, newer) that may reach ``least_jaccard`` and hold at least one new text."""
    sizes = np.diff(sets.indptr)
    keys, owners = [], []
    for size in np.unique(sizes[sizes > 0]):
        members = np.flatnonzero(sizes == size)
        spare = int(size) - int(np.ceil(least_jaccard * size - 1e-9))
        for shared in _prefix_depths(int(size), least_jaccard):
            width = min(spare + shared, int(size))
            prefix = sets.indices[sets.indptr[members][:, None] + np.arange(width)].astype(np.uint64)
            for chosen in combinations(range(width), min(shared, width)):
                key = np.full(len(members), shared, dtype=np.uint64)
                for place in chosen:
                    key = (key * np.uint64(0x9E3779B97F4A7C15)) ^ (prefix[:, place] + np.uint64(1))
                keys.append(key)
                owners.append(members)
    if not keys:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    entries = pd.DataFrame({"key": np.concatenate(keys), "row": np.concatenate(owners)})
    entries["new"] = new[entries["row"]]
    groups = entries.groupby("key", sort=False)["new"]
    entries = entries[(groups.transform("size") > 1) & groups.transform("any")]
    entries = entries.sort_values(["key", "row"], kind="stable")
    return _pairs_within(entries["key"].to_numpy(), entries["row"].to_numpy(), sizes, new, least_jaccard)


def _prefix_depths(size: int, least_jaccard: float) -> tuple[int, ...]:
    """How many shared rare words a set of ``size`` is joined on: three, or one for long texts.

    A set near the limit is joined both ways, because its twin may lie on either side. A set of
    fewer than three words shares its whole self with a twin, so its depth is its size.
    """
    depths = []
    if size <= _LONG_TEXT:
        depths.append(3)
    if size >= least_jaccard * _LONG_TEXT:
        depths.append(1)
    return tuple(depths)


def _pairs_within(
    keys: NDArray[np.uint64],
    rows: NDArray[np.int64],
    sizes: NDArray[np.int64],
    new: NDArray[np.bool_],
    least_jaccard: float,
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """All distinct row pairs inside runs of equal keys whose sizes and newness allow a match."""
    starts = np.flatnonzero(np.r_[True, keys[1:] != keys[:-1]]) if len(keys) else np.empty(0, dtype=np.int64)
    end_of_run = np.repeat(np.r_[starts[1:], len(keys)], np.diff(np.r_[starts, len(keys)])) if len(keys) else starts
    older, newer = [], []
    step = 1
    place = np.arange(len(keys))
    while len(place := place[place + step < end_of_run[place]]):
        a, b = rows[place], rows[place + step]
        small, large = np.minimum(sizes[a], sizes[b]), np.maximum(sizes[a], sizes[b])
        fits = (small >= least_jaccard * large - 1e-9) & (new[a] | new[b]) & (a != b)
        older.append(a[fits])
        newer.append(b[fits])
        step += 1
    if not older:
        return np.empty(0, dtype=np.int64), np.empty(0, dtype=np.int64)
    pairs = np.unique(np.concatenate(older) * len(sizes) + np.concatenate(newer))
    return pairs // len(sizes), pairs % len(sizes)
