"""Which texts read alike: words in common, first words, and what makes no difference."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eros_assets.domain.captions.likeness import first_alike, wording
from eros_assets.domain.captions.text import plain_text
from eros_assets.settings import Likeness

RULE = Likeness(least_jaccard=0.5, opening_words=3)
WORDS = st.lists(st.sampled_from(["rain", "lamp", "pier", "tea", "snow", "map", "song", "coat"]), max_size=8)


def alike(one: str, other: str) -> bool:
    worded = wording(plain_text(pd.Series([one, other], dtype="str")), RULE)
    assert worded.reads_like(0, RULE)[1] == worded.reads_like(1, RULE)[0]
    return bool(worded.reads_like(0, RULE)[1])


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (
            "A quick reminder of what is inside: 58 photos.",
            "a quick reminder of what is inside: 9 photos! Well? Tea, snow",
        ),
        ("Still on. https://platform.example/post/1", "Still on. https://platform.example/post/27"),
        ("Words only. I am wide awake and hungry.", "Words only. I think of a map, a coat, and rain on a pier."),
        ("Write me, I have ginger tea.", "Write me, I have black tea."),
        ("𝐏𝐚𝐫𝐭 4 of 5, the story goes on.", "Part 1 of 9, the story goes on. And a map of the pier."),
    ],
)
def test_one_template_with_other_details_reads_alike(one: str, other: str) -> None:
    assert alike(one, other)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Good morning. Rain on the pier, tea in the pot.", "Good morning. A lamp, a map, and nobody to hurry."),
        ("Good morning.", "Good morning. A lamp, a map, and nobody to hurry."),
        ("✨", "🎁"),
        ("", ""),
        ("https://platform.example/post/1", "https://platform.example/post/2"),
        (
            "One two three four. Rain on the pier all day long.",
            "Four three two. Snow, a song, a coat, a lamp and a map.",
        ),
    ],
)
def test_a_greeting_signs_and_bare_links_make_no_likeness(one: str, other: str) -> None:
    assert not alike(one, other)


@given(st.lists(WORDS, min_size=1, max_size=6))
def test_likeness_is_the_share_of_common_words(texts: list[list[str]]) -> None:
    worded = wording(
        pd.Series([", ".join(words) for words in texts], dtype="str"), Likeness(least_jaccard=0.5, opening_words=99)
    )
    for place, own in enumerate(texts):
        found = worded.reads_like(place, RULE)
        for other, words in enumerate(texts):
            union = set(own) | set(words)
            assert found[other] == (place == other or (bool(union) and 2 * len(set(own) & set(words)) >= len(union)))


def test_the_first_of_the_group_is_named() -> None:
    texts = pd.Series(
        [
            "Write me, I have ginger tea.",
            "Snow on the pier.",
            "Write me, I have black tea.",
            "Write me, I have no tea.",
        ],
        index=["a", "b", "c", "d"],
        dtype="str",
    )
    same = first_alike(texts, pd.Series(1, index=texts.index), RULE)
    assert same.dropna().to_dict() == {"c": "a", "d": "a"}
    apart = first_alike(texts, pd.Series(np.arange(4), index=texts.index), RULE)
    assert apart.isna().all()
    assert first_alike(texts.iloc[:0], pd.Series(dtype=int), RULE).empty
