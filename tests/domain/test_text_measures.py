"""Length, freshness, persona and features of captions."""

from __future__ import annotations

import json

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from eros_assets.domain import frames
from eros_assets.domain.captions import features, length, persona
from eros_assets.domain.captions.freshness import freshness
from eros_assets.settings import load_settings
from tests.domain import samples

SETTINGS = load_settings()
SCORING = SETTINGS.scoring


@pytest.mark.parametrize(
    ("characters", "multiplier"),
    [
        (0, 0.037),
        (1, 0.220),
        (49, 0.220),
        (50, 0.469),
        (149, 0.469),
        (150, 0.755),
        (249, 0.755),
        (250, 1.0),
        (449, 1.0),
        (450, 0.372),
        (549, 0.372),
        (550, 0.112),
        (749, 0.112),
        (750, 0.037),
        (5000, 0.037),
    ],
)
def test_length_multiplier_boundaries(characters, multiplier):
    assert length.length_multipliers([characters], SCORING).tolist() == [multiplier]


@pytest.mark.parametrize("value", [-1, np.nan])
def test_length_that_is_no_length_is_an_error(value):
    with pytest.raises(ValueError, match="length"):
        length.length_multipliers([10, value], SCORING)


def test_optimal_length_includes_both_ends():
    assert length.is_optimal_length([249, 250, 449, 450], SCORING).tolist() == [False, True, True, False]


@pytest.mark.parametrize(("days", "score"), [(7, 31), (14, 53), (20, 66), (30, 80), (60, 96)])
def test_freshness_after_one_use(days, score):
    assert round(float(freshness(days, 1, SCORING.freshness))) == score


def test_never_used_is_fresh_whatever_others_did():
    assert freshness([np.nan], [0], SCORING.freshness, [50])[0] == 100


def test_repeats_lower_freshness_and_others_count_a_quarter():
    once, thrice, others = freshness([20, 20, 20], [1, 3, 1], SCORING.freshness, [0, 0, 8])
    assert thrice == pytest.approx(once * 0.85**2)
    assert others == pytest.approx(thrice)


@given(st.integers(0, 400), st.integers(0, 400), st.integers(0, 20), st.integers(0, 20))
def test_freshness_rises_with_rest_and_falls_with_use(day, other_day, use, other_use):
    rested, tired = max(day, other_day), min(day, other_day)
    assert freshness(rested, use, SCORING.freshness) >= freshness(tired, use, SCORING.freshness)
    few, many = min(use, other_use), max(use, other_use)
    assert freshness(day, few, SCORING.freshness) >= freshness(day, many, SCORING.freshness)
    assert 5 <= freshness(day, use, SCORING.freshness) <= 100


@pytest.mark.parametrize(
    ("count", "level"), [(0, "none"), (1, "light"), (2, "light"), (3, "moderate"), (4, "heavy"), (9, "heavy")]
)
def test_emoji_level_of_a_count(count, level):
    assert persona.emoji_levels([count], SCORING)[0] == level


@pytest.mark.parametrize(
    ("tone", "emoji", "slang", "points"),
    [
        ("flirty", "moderate", "light", 10),
        ("teasing", "moderate", "light", 7),  # secondary tone
        ("mysterious", "light", "none", 3),  # fits the persona type; emoji one step away
        ("professional", "none", "heavy", 0),
    ],
)
def test_persona_points(tone, emoji, slang, points):
    voice = persona.Voice("flirty", "teasing", "moderate", "light", "seductive")
    scored = persona.persona_points([tone], [emoji], [slang], voice, SCORING)
    assert scored.tolist() == [points]
    assert persona.persona_factor(scored, SCORING)[0] == pytest.approx(0.95 + points / 100)


def test_creator_without_persona_speaks_in_the_default_voice():
    creators = samples.creators({}, {"persona_type": "dominant"})
    found = persona.voices(creators, frames.RAW_PERSONAS.empty())
    assert found["c0"] == persona.Voice()
    assert found["c1"] == persona.Voice(persona_type="dominant")


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("no emoji, 3 stars* #1 ©", 0),
        ("one 😘", 1),
        ("family 👨‍👩‍👧‍👦 is one", 1),
        ("toned 👍🏽 is one", 1),
        ("flag 🇫🇷🇩🇪 are two", 2),
        ("keycap 1️⃣ is one", 1),
        ("heart ❤️ and ❤", 2),
        ("😂😂😂", 3),
    ],
)
def test_emoji_are_counted_as_people_see_them(text, count):
    counts, shares = features.emoji_counts(samples.captions([{"caption_text": text}])["caption_text"])
    assert counts[0] == count
    assert (shares[0] > 0) == (count > 0)


def test_emoji_share_is_of_graphemes():
    _, shares = features.emoji_counts(samples.captions([{"caption_text": "ab👍🏽e\u0301"}])["caption_text"])
    assert shares[0] == pytest.approx(1 / 4)


def feature_rows(*rows):
    return features.caption_features(samples.captions(list(rows)), SETTINGS).to_dict("records")


def test_structure_of_a_full_message_and_what_a_bare_one_lacks():
    full, bare = feature_rows(
        {"caption_text": "Guess what? My exclusive new set, 12 photos worth $40. Unlock it and tell me your favourite"},
        {"caption_text": "rain on the window and a long book"},
    )
    assert full["structure_score"] == 1.0
    assert json.loads(full["structure_missing"]) == []
    assert bare["structure_score"] == 0.0
    assert json.loads(bare["structure_missing"]) == ["hook", "special", "value", "action"]


def test_hook_counts_only_at_the_start():
    late = feature_rows({"caption_text": "a" * 101 + " ready"})[0]
    assert "hook" in json.loads(late["structure_missing"])


def test_bundles_are_held_against_their_own_elements():
    row = feature_rows(
        {"caption_type": "bundle", "caption_text": "20 pics and 3 videos, $60 value, gone by midnight: limited"}
    )[0]
    assert (row["structure_score"], row["style"]) == (1.0, "bundle")


@pytest.mark.parametrize(
    ("row", "style"),
    [
        ({"caption_text": "just me in the garden"}, "solo"),
        ({"caption_text": "part 2 of the story is here"}, "series"),
        ({"caption_text": "you are a lucky winner"}, "winner"),
        ({"caption_text": "everything in one place"}, "bundle"),
        ({"caption_text": "tip to play", "caption_type": "game_post"}, "winner"),
    ],
)
def test_style(row, style):
    assert feature_rows(row)[0]["style"] == style


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("Spin the wheel tonight", "wheel"),
        ("my PRIZE WHEEL is back", "prize_wheel"),
        ("open the mystery box", "mystery_box"),
        ("new scratch cards", "scratch_card"),
        ("pick a card", "card_game"),
    ],
)
def test_game_kind(text, kind):
    assert feature_rows({"caption_text": text})[0]["game_kind"] == kind


def test_file_tone_is_kept_and_missing_tone_is_computed():
    kept, computed, unknown = feature_rows(
        {"tone": "romantic", "caption_text": "unlock it now"},
        {"caption_text": "unlock it now, grab it, take it"},
        {"tone": "sarcastic", "caption_text": "no tone at all"},
    )
    assert (kept["tone"], computed["tone"], unknown["tone"]) == ("romantic", "direct", "playful")
    assert kept["energy"] == SCORING.tones.index("romantic")


def test_slang_levels_by_count():
    levels = [row["slang_level"] for row in feature_rows(*[{"caption_text": "lol " * n or "-"} for n in (0, 1, 2, 4)])]
    assert levels == ["none", "light", "moderate", "heavy"]


@settings(deadline=None)
@given(st.lists(st.text(min_size=1, max_size=80), min_size=1, max_size=8))
def test_features_of_any_text_stay_in_range(texts):
    for row in feature_rows(*[{"caption_text": text} for text in texts]):
        assert 0 <= row["structure_score"] <= 1
        assert 0 <= row["emoji_share"] <= 1
        assert 0 <= row["energy"] <= 9
        assert row["tone"] in SCORING.tones
