"""The harbour bank: texts of every kind, distinct, harmless, of the promised lengths and languages."""

from __future__ import annotations

import re

import numpy as np
import pytest

from eros_assets.domain.captions.text import near_duplicates, plain_text, undisguised
from eros_assets.ingest.captions import foreign_links
from eros_assets.ingest.config import ingest_config
from eros_assets.sample.harbour import forms, phrases
from eros_assets.sample.harbour.captions import caption_counts, make_captions
from eros_assets.sample.harbour.config import load_harbour_config
from eros_assets.settings import Settings
from tests.sample.harbour.conftest import Harbour


def test_every_slot_has_words_in_its_language() -> None:
    own = {"scene", "url"}
    for key, forms_by_language in forms.FORMS.items():
        for language, own_forms in forms_by_language.items():
            for form in own_forms:
                slots = {slot.split(".")[0].lower() for slot in re.findall(r"\{(.*?)\}", form)}
                assert slots - own <= set(phrases.BANKS[language]), (key, language, form)
    assert set(load_harbour_config().captions.content) == set(phrases.SCENES)
    assert all(set(scenes) == {"en", "es", "de"} for scenes in phrases.SCENES.values())


def test_few_and_many_as_configured(harbour: Harbour) -> None:
    bank = harbour.captions[~harbour.captions["twin"]]
    counts = bank["caption_type"].value_counts()
    wanted = caption_counts(harbour.config.captions, harbour.config.sizes.captions)
    assert counts["bundle"] == 25
    assert counts["expired_winback"] == 12
    assert counts["link_drop"] == 60
    assert counts["bump_flyer"] < 10
    assert counts["bump_text_only"] <= 30
    assert "like_farm" not in counts
    for kind, count in wanted.items():
        assert counts[kind] == pytest.approx(count, rel=0.1), kind
    assert len(harbour.captions) == pytest.approx(harbour.config.sizes.captions, rel=0.05)


def test_texts_are_distinct_short_and_in_three_languages(harbour: Harbour) -> None:
    bank = harbour.captions
    assert bank["caption_hash"].is_unique
    length = bank["char_length"]
    assert length.between(40, 120).mean() > 0.7
    assert length.between(250, 449).mean() < 0.05
    assert length.max() < 450
    shares = bank["language"].value_counts(normalize=True)
    assert shares["es"] == pytest.approx(0.16, abs=0.03)
    assert shares["de"] == pytest.approx(0.10, abs=0.03)
    assert bank["text"].str.contains("\n").mean() > 0.05
    assert bank["text"].str.contains("[\U0001f300-\U0001faff☕⛵]", regex=True).mean() < 0.4
    assert not bank["text"].str.contains(r"[{}]|\\n| {2}", regex=True).any()


def test_texts_are_harmless_and_link_nowhere_else(harbour: Harbour, settings: Settings) -> None:
    texts = harbour.captions["text"]
    plain = undisguised(plain_text(texts))
    terms = [term for group in settings.prohibited.values() for term in group]
    found = plain.str.contains(r"\b(?:" + "|".join(map(re.escape, terms)) + r")\b", case=False, regex=True)
    assert not found.any(), texts[found].tolist()[:5]
    assert not foreign_links(texts, ingest_config()).any()


def test_content_is_spread_and_named_by_no_other_types_words(harbour: Harbour, settings: Settings) -> None:
    content = harbour.captions["content_type_key"]
    assert content.value_counts(normalize=True).max() < 0.2
    for row in settings.content_types:
        for keyword in row.keywords:
            says = harbour.captions["text"].str.contains(rf"\b{re.escape(keyword)}\b", case=False) & content.notna()
            assert (content[says] == row.key).all(), keyword


def test_near_duplicates_are_found_as_such(harbour: Harbour) -> None:
    twins = harbour.captions["twin"]
    assert twins.mean() == pytest.approx(harbour.config.captions.near_duplicates, abs=0.01)
    plain = plain_text(harbour.captions["text"])
    partner = near_duplicates(plain, twins, 0.9)
    assert partner[twins].notna().mean() > 0.95


def test_bundles_name_their_own_price_and_a_higher_value(harbour: Harbour) -> None:
    bundles = harbour.captions[harbour.captions["caption_type"] == "bundle"]
    assert set(bundles["variant"]) == {"bundle", "flash_bundle", "snapchat_bundle"}
    for text, price in zip(bundles["text"], bundles["price"], strict=True):
        dollars = {int(amount) for amount in re.findall(r"\$(\d+)", text)}
        assert int(price) == min(dollars)
        assert max(dollars) >= 2 * price


def test_prices_vary_caption_by_caption(harbour: Harbour) -> None:
    prices = harbour.captions.loc[harbour.captions["caption_type"] == "ppv_unlock", "price"]
    assert prices.nunique() == 10
    assert prices.value_counts(normalize=True).max() < 0.25


def test_too_small_a_bank_is_refused(settings: Settings) -> None:
    with pytest.raises(ValueError, match="captions = 210 is too small"):
        make_captions(210, load_harbour_config(), settings, np.random.default_rng(0))
