"""The whole: registry, flags, quality, gap table, and properties over random frames."""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eros_assets.domain import frames
from eros_assets.domain.inputs import PlanInputs
from eros_assets.rules.catalogue import catalogue
from eros_assets.rules.columns import KEY
from eros_assets.rules.gaps import gap_table
from eros_assets.rules.quality import quality
from eros_assets.rules.reference import Reference
from eros_assets.rules.registry import RULES, rule
from eros_assets.rules.rule import described
from eros_assets.rules.validate import validate
from eros_assets.settings import FLAG_NAMES, load_settings
from tests.rules.agency import MONDAY, changed, item_id, moved, of_type, reference, said, settings

ALWAYS_ON = ["3.3", "8.1", "9.1", "4.2", "5.1", "7.1", *(f"11.{n}" for n in range(1, 10))]


def test_the_registry_holds_the_catalogue_in_order():
    assert list(RULES) == [entry.rule for entry in catalogue() if entry.rule is not None]
    assert [one.gap for one in RULES if one.wave is None] == [f"11.{n}" for n in range(1, 10)]
    assert sorted(one.gap for one in RULES if one.flag is None) == sorted(ALWAYS_ON)
    assert {one.flag for one in RULES if one.flag} <= set(FLAG_NAMES)
    for one in RULES:
        assert rule(one.gap) is rule(one.name) is one
        assert described(one.description, load_settings()).endswith(".")
    with pytest.raises(KeyError, match=r"3\.3 send_type_diversity"):
        rule("99.9")


@cache
def _verdicts() -> pd.DataFrame:
    """The verdicts of the clean week, judged once for every test that starts from it."""
    return validate(reference())


def test_a_clean_week_is_approved():
    verdicts = _verdicts()
    assert verdicts.empty
    row = quality(reference(), verdicts).iloc[0]
    assert row["status"] == "approved"
    assert row["quality_score"] > 90


def test_flags_off_turn_judgement_into_information():
    base = moved(reference(), item_id(reference(), "bump_normal", 2), "2026-06-03 08:30")
    judged = validate(base)
    assert judged.set_index("rule").loc["10.7", "level"] == "error"
    assert quality(base, judged)["status"].tolist() == ["held"]
    off = replace(base, settings=base.settings.with_flags(ENABLE_TIMING_RULES=False))
    measured = validate(off)
    assert measured.set_index("rule").loc["10.7", "level"] == "info"
    assert quality(off, measured)["status"].tolist() == ["approved"]
    # What a schedule says of itself counts for nothing.
    claims = replace(base, schedules=base.schedules.assign(flag_set='["ENABLE_PAGE_TYPE_VOLUMES"]'))
    assert validate(claims).set_index("rule").loc["10.7", "level"] == "error"


def test_always_on_rules_hold_with_every_flag_off():
    base = changed(reference(flags=()), of_type("bundle"), content_type_key="couples")
    verdicts = validate(base)
    assert set(verdicts["level"]) - {"info"} == {"error"}
    assert quality(base, verdicts)["status"].tolist() == ["held"]


@pytest.mark.parametrize(
    ("warnings", "confidence", "penalty"),
    [(0, 1.0, 0), (3, 1.0, 6), (10, 1.0, 20), (30, 1.0, 20), (0, 0.59, 5), (0, 0.39, 10), (1, 0.6, 2)],
)
def test_points_lost_to_warnings_and_doubt(warnings: int, confidence: float, penalty: float):
    clean = quality(reference(), _verdicts())["quality_score"].iloc[0]
    base = reference(health={"confidence": confidence})
    template = {
        "week_start": MONDAY,
        "creator_id": "c1",
        "schedule_id": "s",
        "rule": "11.7",
        "name": "pool_exhaustion",
        "level": "warning",
    }
    verdicts = frames.SCHEDULE_VERDICTS.conform(
        pd.DataFrame(
            [template | {"item_id": "", "message": str(n)} for n in range(warnings)],
            columns=frames.SCHEDULE_VERDICTS.column_names,
        )
    )
    row = quality(base, verdicts).iloc[0]
    assert clean - row["quality_score"] == pytest.approx(penalty, abs=0.02)


@pytest.mark.parametrize(
    ("confidence", "lost", "status"),
    [(1.0, 10, "approved"), (1.0, 14, "needs_review"), (0.7, 14, "approved"), (0.5, 14, "approved")],
)
def test_thresholds_follow_the_confidence(confidence: float, lost: int, status: str):
    base = reference(health={"confidence": confidence})
    template = {
        "week_start": MONDAY,
        "creator_id": "c1",
        "schedule_id": "s",
        "rule": "11.7",
        "name": "x",
        "level": "warning",
    }
    rows = [template | {"item_id": "", "message": str(n)} for n in range(lost // 2)]
    verdicts = frames.SCHEDULE_VERDICTS.conform(pd.DataFrame(rows)[[*template, "item_id", "message"]])
    assert quality(base, verdicts)["status"].tolist() == [status]


def test_stale_data_are_at_best_for_review():
    stale = reference(health={"data_age_days": 4})
    row = quality(stale, validate(stale)).iloc[0]
    assert (row["status"], row["warnings"]) == ("needs_review", 1)


def test_the_gap_table_measures_whatever_the_flags_say():
    few = ("ENABLE_PAGE_TYPE_VOLUMES", "ENABLE_VOLUME_TRIGGERS", "ENABLE_PRICING_OPTIMIZATION")
    table = gap_table(reference(flags=few))
    assert table["gap"].tolist() == [entry.gap for entry in catalogue()]
    assert table.loc[table["state"] != "not_built", "target"].ne("").all()
    assert not (table["passes"] == False).any()  # noqa: E712 — null is no False
    broken = gap_table(moved(reference(flags=few), item_id(reference(), "bump_normal", 2), "2026-06-03 08:30"))
    assert broken.set_index("gap").loc["10.7", "passes"] == False  # noqa: E712
    nothing = replace(reference(), items=reference().items.iloc[:0], schedules=reference().schedules.iloc[:0])
    assert gap_table(nothing)["n"].sum() == 0
    assert gap_table(nothing)["passes"].isna().all()


def _many(weeks: int, creators: int) -> Reference:
    """The clean week of many creators over several weeks."""
    parts = []
    for week in range(weeks):
        one = reference(monday=MONDAY + pd.Timedelta(weeks=week))
        names = np.repeat([f"c{n}" for n in range(creators)], len(one.items))
        items = pd.concat([one.items] * creators, ignore_index=True)
        for name in ("item_id", "parent_item_id", "linked_item_id", "schedule_id"):
            items[name] = (names + "/" + items[name]).astype("str")
        tables = {
            name: _repeated(getattr(one, name), creators) for name in ("creators", "vault", "health", "schedules")
        }
        parts.append(replace(one, items=items.assign(creator_id=pd.Series(names, dtype="str")), **tables))
    return Reference.join(parts)


def _repeated(table: pd.DataFrame, creators: int) -> pd.DataFrame:
    names = np.repeat([f"c{n}" for n in range(creators)], len(table))
    return pd.concat([table] * creators, ignore_index=True).assign(creator_id=pd.Series(names, dtype="str"))


@pytest.mark.parametrize("creators", [20, pytest.param(500, marks=pytest.mark.long)])
def test_many_schedules_in_one_call(creators: int):
    base = _many(weeks=2, creators=creators)
    assert len(base.weeks) == 2 * creators
    victim = base.items["item_id"].eq(f"c7/{item_id(reference(), 'bundle', 2)}")
    broken = replace(base, items=base.items.assign(price=base.items["price"].mask(victim)))
    verdicts = validate(broken)
    priceless = verdicts[verdicts["rule"] == "11.6"]
    assert priceless[KEY].to_numpy().tolist() == [["c7", MONDAY]]
    statuses = quality(broken, verdicts).set_index(KEY)["status"]
    assert statuses.loc[("c7", MONDAY)] == "held"


def test_weeks_join_into_one_history():
    joined = _many(weeks=2, creators=1)
    # Both weeks start with the same pattern after another: the second week sees the first.
    assert len(joined.timeline) == 2 * len(reference().items)
    assert joined.past_items.empty
    messages = validate(joined)["message"].tolist()
    assert any("returns on 2026-06-08" in message for message in messages)


def test_from_inputs_takes_what_the_planner_has():
    base = reference()
    inputs = PlanInputs(
        week_start=MONDAY.date(),
        as_of_date=(MONDAY - pd.Timedelta(days=2)).date(),
        data_snapshot="1",
        now=MONDAY.to_pydatetime(),
        creators=base.creators,
        personas=frames.RAW_PERSONAS.empty(),
        vault=base.vault,
        captions=base.captions,
        features=base.features,
        health=base.health.drop(columns="week_start"),
        caption_performance=frames.CAPTION_PERFORMANCE.empty(),
        send_type_performance=base.send_type_performance.drop(columns="week_start"),
        content_type_performance=frames.CONTENT_TYPE_PERFORMANCE.empty(),
        hour_performance=frames.HOUR_PERFORMANCE.empty(),
        length_performance=frames.LENGTH_PERFORMANCE.empty(),
        caption_scores=frames.CAPTION_SCORES.empty(),
        response_curves=frames.RESPONSE_CURVES.empty(),
        recent_sends=base.recent_sends,
    )
    drafts = base.schedules.drop(columns=["quality_score", "objective"])
    built = Reference.from_inputs(inputs, base.items, drafts, settings())
    assert validate(built).empty
    assert built.weeks["confidence"].tolist() == [1.0]


def test_a_creator_nobody_knows_is_judged_as_a_free_page_with_little_data():
    base = reference()
    unknown = replace(base, creators=base.creators.iloc[:0], health=base.health.iloc[:0])
    assert unknown.weeks[["page_type", "tier", "confidence"]].to_numpy().tolist() == [["free", "LOW", 0.2]]
    assert len(said(unknown, "9.1", "not allowed on free pages"))


def test_verdicts_do_not_depend_on_the_order_of_rows():
    base = changed(reference(), of_type("ppv_unlock"), scheduled_time="12:00")
    base = changed(base, of_type("bump_normal"), caption_text="the same for all", price=3.0)
    shuffled = {
        name: getattr(base, name).sample(frac=1, random_state=7).reset_index(drop=True)
        for name in ("items", "captions", "features", "vault")
    }
    expected = validate(base)
    assert len(expected) > 20
    pd.testing.assert_frame_equal(validate(replace(base, **shuffled)), expected)


_PAGES = ("c1", "c2", "c3")
_KEYS = [row.key for row in settings().send_types]
_TEXT = st.one_of(st.none(), st.text(max_size=12))
_MONEY = st.one_of(st.none(), st.floats(-1e6, 1e6), st.just(float("inf")))


@st.composite
def _wild_items(draw: st.DrawFn) -> pd.DataFrame:
    """Items that keep the contract and nothing else."""
    base = reference().items
    rows = base.iloc[draw(st.lists(st.integers(0, len(base) - 1), max_size=30))].reset_index(drop=True).copy()
    rows["item_id"] = [f"i{n}" for n in range(len(rows))]
    columns = {
        "creator_id": st.sampled_from([*_PAGES, "nobody"]),
        "week_start": st.sampled_from([MONDAY, MONDAY + pd.Timedelta(days=7), pd.Timestamp("1990-01-03")]),
        "scheduled_date": st.datetimes(pd.Timestamp("1900-01-01"), pd.Timestamp("2262-01-01")).map(
            lambda d: pd.Timestamp(d).normalize()
        ),
        "scheduled_time": st.one_of(st.text(max_size=5), st.sampled_from(["00:00", "23:59", "02:30", "12:00"])),
        "scheduled_at": st.datetimes(pd.Timestamp("1900-01-01"), pd.Timestamp("2262-01-01")).map(pd.Timestamp),
        "send_type_key": st.sampled_from([*_KEYS, "", "unheard_of"]),
        "parent_item_id": st.one_of(st.none(), st.sampled_from(["i0", "i1", "x"])),
        "linked_item_id": st.one_of(st.none(), st.sampled_from(["i0", "i1", "x"])),
        "caption_text": _TEXT,
        "caption_hash": _TEXT,
        "content_type_key": st.one_of(st.none(), st.sampled_from(["solo", "duo", "?"])),
        "structure": _TEXT,
        "style": st.one_of(st.none(), st.sampled_from(["solo", "bundle", "?"])),
        "price": _MONEY,
        "goal_amount": _MONEY,
        "expected_revenue": st.floats(-1e9, 1e9),
        "eros_score": _MONEY,
        "weekday": st.integers(-3, 9),
        "fallback_level": st.integers(-1, 8),
        "pin_at": st.one_of(st.none(), st.just(MONDAY)),
        "unpin_at": st.one_of(st.none(), st.just(MONDAY), st.just(MONDAY + pd.Timedelta(days=9))),
        "expires_at": st.one_of(st.none(), st.just(MONDAY)),
        "status": st.sampled_from(["pending", "cancelled", "?"]),
        "is_followup": st.booleans(),
        "needs_caption": st.booleans(),
        "score_parts": _TEXT,
        "relaxations": st.sampled_from(["[]", "", '["x"]']),
    }
    for name in draw(st.lists(st.sampled_from(sorted(columns)), unique=True)):
        rows[name] = [draw(columns[name]) for _ in range(len(rows))]
    return frames.SCHEDULE_ITEM.conform(rows)


_HEALTH = st.fixed_dictionaries(
    {
        "confidence": st.one_of(st.none(), st.floats(-2, 3)),
        "volume_tier": st.sampled_from(["LOW", "ULTRA", "?", None]),
        "data_age_days": st.one_of(st.none(), st.integers(0, 99)),
        "is_new": st.booleans(),
        "saturation_7d": st.one_of(st.none(), st.floats(0, 100)),
    }
)
_FACTS = st.fixed_dictionaries(
    {
        "page_type": st.sampled_from(["paid", "free", "?"]),
        "timezone": st.sampled_from(["Europe/Berlin", "America/New_York", "Nowhere/Land", ""]),
        "content_category": st.sampled_from(["commercial", "lifestyle", "?"]),
        "sub_type": st.sampled_from(["gfe", "?"]),
    }
)
_FLAG_SETS = st.sampled_from(["[]", "not json", "{}", '["ENABLE_TIMING_RULES"]', None])


@cache
def _three_pages() -> Reference:
    """The clean week's page three times: several pages in one judgement cost little more than one."""
    return Reference.join([reference(creator={"creator_id": page}) for page in _PAGES])


def _filled(table: pd.DataFrame, rows: Sequence[dict[str, Any]]) -> pd.DataFrame:
    """``table`` with the values of ``rows``, one for each of its own."""
    return table.assign(**{name: [row[name] for row in rows] for name in rows[0]}).astype(table.dtypes.to_dict())


def _each(one: st.SearchStrategy) -> st.SearchStrategy:
    return st.tuples(*[one] * len(_PAGES))


@hypothesis_settings(max_examples=4, deadline=None)
@given(
    items=_wild_items(),
    past=_wild_items(),
    health=_each(_HEALTH),
    facts=_each(_FACTS),
    flag_sets=_each(_FLAG_SETS),
    seed=st.integers(0, 99),
)
def test_no_frame_that_keeps_the_contract_makes_a_validator_fail(items, past, health, facts, flag_sets, seed):
    base = _three_pages()
    creators = _filled(base.creators, facts)
    schedules = _filled(base.schedules, [{"flag_set": told} for told in flag_sets])
    wild = replace(
        base, items=items, past_items=past, schedules=schedules, creators=creators, roster=creators,
        health=_filled(base.health, health),
    )  # fmt: skip
    verdicts = validate(wild)
    assert set(verdicts["level"]) <= {"error", "warning", "info"}
    scored = quality(wild, verdicts)
    assert scored["quality_score"].between(0, 100).all()
    assert len(scored) == len(wild.weeks)
    assert len(gap_table(wild)) == len(catalogue())
    mixed = replace(wild, items=items.sample(frac=1, random_state=seed).reset_index(drop=True))
    pd.testing.assert_frame_equal(validate(mixed), verdicts)


def test_an_empty_reference_has_no_verdicts():
    nothing = {
        name: getattr(reference(), name).iloc[:0] for name in Reference.__dataclass_fields__ if name != "settings"
    }
    empty = Reference(settings=settings(), **nothing)
    assert validate(empty).empty
    assert quality(empty, validate(empty)).empty
