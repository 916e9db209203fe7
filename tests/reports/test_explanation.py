"""Reasons as a scheduler reads them: whole sentences, true of the item, without a key of the code."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest

from eros_assets.reports.explanation import (
    PlannedUnder,
    alternative_line,
    alternatives,
    cut,
    explanation_lines,
    given_up,
    plain_words,
    reasons,
    worth_text,
)
from eros_assets.reports.values import rows_of
from eros_assets.reports.week_explanation import PlannedAs, bound_words, configured_as, volume_lines
from eros_assets.settings import Settings
from tests.reports.conftest import Week

TRUSTED = PlannedUnder(1.0, frozenset({"ENABLE_CONFIDENCE_DAMPENING"}))
CODE = re.compile(r"\b[a-z]+_[a-z_0-9]+\b|\(T?\d+\.\d+\)|\bT\d+\.\d+|\[\d+\.\d+|Thompson|\$nothing|ENABLE_")


def first_of(week: Week, key: str, **changes: Any) -> dict[str, Any]:
    """The week's first item of a send type, with some columns changed."""
    return next(row for row in rows_of(week.items) if row["send_type_key"] == key) | changes


def topics(item: dict[str, Any], settings: Settings, under: PlannedUnder = TRUSTED) -> dict[str, str]:
    return {reason.topic: reason.text for reason in reasons(item, under, settings)}


def test_every_sentence_is_one_and_holds_no_key(week: Week, settings: Settings) -> None:
    for item in rows_of(week.items):
        lines = explanation_lines(item, TRUSTED, settings)
        assert lines
        for line in lines:
            assert not CODE.search(line), line
            assert line.startswith("Instead of: ") or line.endswith("."), line


def test_a_sale_says_what_it_expects_and_from_what(week: Week, settings: Settings) -> None:
    said = topics(first_of(week, "ppv_unlock"), settings)
    assert said["Expected"] == (
        "$49.50, 8 in 10 times between $20 and $190. At an average time the text earns $44.00; this day and hour"
        " make it × 1.45. 37% of it rests on this page's own sends of the text, the rest on similar ones."
    )
    assert said["Price"] == "$14.99, price of the caption, within $5–50."
    assert said["Time"] == "Sends of this hour earn 1.32 times the page's average; a prime hour."
    assert said["Audience"] == "Mass message, the usual channel for PPV unlock, to all active fans."
    assert said["Held back by"].startswith(
        "The share of texts with 250–449 characters the week needs ($3.20); the share the week owes to what sells"
        " (teaser) ($1.24); a text like this once a week (not kept in full). In dollars: what the week would gain"
    )


def test_a_followup_names_its_parent_and_its_fans(week: Week, settings: Settings) -> None:
    said = topics(first_of(week, "ppv_followup"), settings)
    assert said["Time"].startswith("27 minutes after its PPV")
    booked = topics(first_of(week, "ppv_followup", expected_revenue=0.0), settings)
    assert booked["Expected"] == "What it brings is counted with the PPV before it."
    assert said["Audience"] == "Fans who opened the PPV before it and did not buy."


@pytest.mark.parametrize(
    ("chosen_by", "start"),
    [
        ("the assignment of the whole week", "Chosen together with all texts of the week"),
        ("best baseline score", "The best scored of the rested texts"),
        ("exploration: best Thompson draw among uncertain captions", "A trial: a promising text"),
        ("the only caption of its kind", "the only caption of its kind"),
    ],
)
def test_how_the_text_was_chosen(week: Week, settings: Settings, chosen_by: str, start: str) -> None:
    why = {"caption": {"chosen_by": chosen_by}}
    assert topics(first_of(week, "bundle", explanation=json.dumps(why)), settings)["Text"].startswith(start)


@pytest.mark.parametrize(
    ("note", "said"),
    [
        (
            "caption of level 3: freshness 61, performance 55, 21 days since its last use",
            "Fallback ladder step 3: rested 21 days instead of 30.",
        ),
        (
            "caption of level 4: freshness 31, performance 33, never used before, written for bump",
            "Fallback ladder step 4: freshness 31 instead of 40, performance 33 instead of 50, written for bump.",
        ),
        (
            "fallback ladder step 5: freshness 61, performance 55, 4 days since its last use",
            "Fallback ladder step 5: rested 4 days instead of 30.",
        ),
        ("fallback ladder step 3", "Fallback ladder step 3: less rested or weaker than otherwise asked for."),
        (
            "text written for bump: no rested text of ppv_bump was left",
            "Text written for bump: no rested text of PPV bump was left.",
        ),
        (
            "no usable caption for tip_goal: a person chooses (level 6)",
            "No rested text fits this slot: a person chooses one.",
        ),
        (
            "audience renew_off closed or spent: all_active instead",
            "Closed or used up: fans whose renewal is off. It goes to all active fans instead.",
        ),
        (
            "fallback ladder step 3: rested 21 days instead of 30",
            "Fallback ladder step 3: rested 21 days instead of 30.",
        ),
    ],
)
def test_what_was_given_up_is_named(week: Week, settings: Settings, note: str, said: str) -> None:
    item = first_of(week, "bundle", relaxations=json.dumps([note]))
    assert given_up(item, TRUSTED, settings) == [said]


def test_rest_days_are_those_of_the_pages_confidence_while_its_rule_is_on(week: Week, settings: Settings) -> None:
    note = "caption of level 3: freshness 61, performance 55, 17 days since its last use"
    item = first_of(week, "bundle", relaxations=json.dumps([note]))
    on = PlannedUnder(0.5, frozenset({"ENABLE_CONFIDENCE_DAMPENING"}))
    assert given_up(item, on, settings) == ["Fallback ladder step 3: rested 17 days instead of 20."]
    off = PlannedUnder(0.5, frozenset())
    assert given_up(item, off, settings) == ["Fallback ladder step 3: rested 17 days instead of 30."]


def test_alternatives_carry_their_text_their_dollars_in_the_slot_and_the_reason(week: Week) -> None:
    first, second = alternatives(first_of(week, "ppv_unlock"))
    assert (first.text[:18], first.dollars, first.reason) == ("The lighthouse set", 35.5, "used on Thu in PPV unlock")
    assert (second.text, second.dollars) == ("caption cap-y", 21.25)
    assert second.reason == "needs step 4 of the fallback ladder: too little rested, or too weak"
    assert (
        alternative_line(first, 40)
        == "“The lighthouse set, with a view nobody…”, $35.50 here: used on Thu in PPV unlock"
    )


def test_a_send_that_sells_nothing_has_no_dollars_anywhere(week: Week, settings: Settings) -> None:
    nothing = {"expected_revenue": 0.0, "expected_revenue_low": 0.0, "expected_revenue_high": 0.0}
    item = first_of(week, "bump_normal", **nothing)
    assert worth_text(item) == "no sale"
    assert topics(item, settings)["Expected"] == "No sale: this send sells nothing itself, so no revenue is forecast."
    assert [other.dollars for other in alternatives(item)] == [None, None]
    assert not any("$" in text for text in topics(item, settings).values())
    # A sale that waits for its text has no forecast either, but it is no send that asks for nothing.
    assert worth_text(first_of(week, "ppv_unlock", **nothing)) == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            "first_to_tip on Sat at $71 expected is not pinned; 0 pins were live, the weakest at $nothing",
            "first to tip on Sat at $71 expected is not pinned; no pin was live",
        ),
        ("ppv_wall within $5–50", "PPV wall within $5–50"),
        ("full when ENABLE_CONFIDENCE_DAMPENING is off", "full when caution on thin data is off"),
        ("a plain sentence (with brackets), 3.5 times", "a plain sentence (with brackets), 3.5 times"),
    ],
)
def test_notes_become_words_and_good_sentences_stay(text: str, said: str) -> None:
    assert plain_words(text) == said


def test_a_cut_text_ends_between_words() -> None:
    assert cut("one two three", 40) == "one two three"
    assert cut("one two, three four", 14) == "one two…"
    assert cut("abcdefghijklmnop", 8) == "abcdefg…"


def test_the_bound_is_said_of_the_exact_method_only() -> None:
    assert bound_words({"method": "exact", "bound_gap": 0.0123}).startswith("within 1.2% of the best possible week")
    assert bound_words({"method": "exact", "bound_gap": 0.0}).startswith("within 0.1% ")
    assert bound_words({"method": "baseline", "bound_gap": 0.6}) == ""
    assert bound_words({"method": "exact", "bound_gap": None}) == bound_words({}) == ""


def test_the_configuration_says_what_differs_from_its_preset(settings: Settings) -> None:
    line = configured_as(settings.with_preset("recommended")).line
    assert line.startswith("preset recommended · exact method: everything in the week is decided together · nothing")
    changed = settings.with_preset("baseline").with_flags(ENABLE_TIMING_RULES=True).with_waves(wave_2=0.5)
    assert configured_as(changed).changes == ("timing rules on", "wave 2 on 50% of pages")
    assert not PlannedAs.of(None, None, []).is_known


def test_the_weeks_volume_is_told_step_by_step(settings: Settings) -> None:
    steps = [
        {"step": "tier", "source": "volume tiers", "reason": "by fans", "tier": "MID", "fans": 1493},
        {"step": "confidence", "reason": "x", "name": "full", "is_applied": False, "factor": 1.0, "per_day": [3, 2, 2]},
        {"step": "confidence", "reason": "x", "name": "low", "is_applied": True, "factor": 0.7, "per_day": [2, 1, 1]},
        {"step": "trend", "source": "earnings trend", "reason": "x", "trend": 0.188, "change": 1, "revenue": 4},
        {"step": "planning", "source": "planning", "reason": "ppv_wall on Mon: its audience is closed"},
        {"step": "tier", "reason": "as an older planner wrote it"},
    ]
    assert volume_lines({"volume_explanation": json.dumps(steps)}, settings) == [
        "1,493 fans: volume tier MID.",
        "Little is known of this page: 70% of the volume, 2 revenue, 1 engagement and 1 retention sends a day.",
        "Earnings of the last 14 days against the 14 before: +19%, so one revenue send a day more.",
        "PPV wall on Mon: its audience is closed",
        "as an older planner wrote it",
    ]
