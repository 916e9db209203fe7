"""Which texts a fan would take for the same message again: mostly the same words, or the same first.

Near-duplicates (``text.near_duplicates``) are one text with a slip; these are texts of one template, which are
good in different weeks and look careless in one.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray
from scipy.sparse import csr_array

from eros_assets.domain.captions.text import plain_text, token_sets
from eros_assets.settings import Likeness

_LINK = r"https?://\S+"
_NUMBER = r"\d+"


@dataclass(frozen=True)
class Wording:
    """What texts are compared by, one row a text: their sets of words, and how they open."""

    words: csr_array  # (texts, vocabulary), ones
    opening: NDArray[np.int64]  # number of the first words, −1 of a text that has fewer

    def __getitem__(self, rows: NDArray[Any]) -> Wording:
        return Wording(self.words[rows], self.opening[rows])

    def reads_like(self, text: int, rule: Likeness) -> NDArray[np.bool_]:
        """Whether each text reads like the one in row ``text``, itself included."""
        shared = self.words @ self.words[[text]].toarray()[0]
        size = np.diff(self.words.indptr)
        alike = shared >= rule.least_jaccard * (size + size[text] - shared) - 1e-9
        alike &= size > 0
        if self.opening[text] >= 0:
            alike |= self.opening == self.opening[text]
        alike[text] = True
        return np.asarray(alike, dtype=bool)


def wording(texts: pd.Series, rule: Likeness) -> Wording:
    """The wording of plain texts (see :func:`plain_text`; no nulls): links left out, all numbers alike."""
    bare = texts.str.replace(_LINK, " ", regex=True).str.replace(_NUMBER, "0", regex=True)
    opening, words = pd.factorize(_first_words(bare, rule.opening_words))
    is_long = np.array([text.count(" ") + 1 == rule.opening_words for text in words], dtype=bool)
    opening = np.where(is_long[opening], opening, -1)
    return Wording(token_sets(bare), opening.astype(np.int64))


def _first_words(texts: pd.Series, number: int) -> pd.Series:
    """The first ``number`` words of each text, lower-case, one blank between; all of a shorter one."""
    words = texts.str.lower().str.replace(r"[^\w']+", " ", regex=True).str.strip()
    return words.str.extract(rf"^((?:\S+ ?){{0,{number}}})", expand=False).fillna("").str.strip()


def first_alike(texts: pd.Series, groups: pd.Series, rule: Likeness) -> pd.Series:
    """For each text, the index label of the first earlier one of its group that it reads like, else null.

    ``texts`` are as exported, without nulls; earlier is by place.
    """
    worded, found = wording(plain_text(texts), rule), pd.Series(pd.NA, index=texts.index, dtype=object)
    for rows in groups.reset_index(drop=True).groupby(groups.to_numpy()).indices.values():
        own = worded[np.asarray(rows)]
        like = np.tril(np.array([own.reads_like(at, rule) for at in range(len(rows))]), k=-1)
        later = np.flatnonzero(like.any(axis=1))
        found.iloc[rows[later]] = texts.index[rows[like[later].argmax(axis=1)]].to_numpy()
    return found
