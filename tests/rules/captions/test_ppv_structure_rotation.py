"""[1.1] The order of PPV styles, read from the sends alone."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pandas as pd
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from eros_assets.rules.captions.ppv_structure_rotation import pattern_runs, readings
from eros_assets.rules.reference import Reference
from eros_assets.rules.registry import rule
from tests.rules.agency import (
    MONDAY,
    changed,
    following,
    found,
    item_id,
    of_type,
    reference,
    said,
    styled,
    week_before,
    without,
)

PPV = of_type("ppv_unlock")
A = "solo-bundle-winner-series"
B = "bundle-series-solo-winner"
C = "winner-solo-series-bundle"


def _turns(patterns: Sequence[str], last: str | None = None) -> list[str]:
    """Styles of two PPVs a day that take turns in the day's pattern; a new one starts at its first fresh style."""
    sent: list[str] = []
    before = None
    for pattern in patterns:
        order = pattern.split("-")
        for _ in range(2):
            last = sent[-1] if sent else last
            if pattern == before:
                style = order[(order.index(sent[-1]) + 1) % 4]
            else:
                style = next(one for one in order if one != last)
            sent.append(style)
            before = pattern
    return sent


def _week(*patterns: str, before: Sequence[str] = ()) -> Reference:
    """A week whose days stand under the given patterns, after a week under ``before``; nothing says so."""
    base = reference()
    turns = _turns([*before, *patterns])
    ids = base.items[PPV(base.items)].sort_values("scheduled_at")["item_id"]
    week = styled(base, pd.Series(turns[-14:], index=ids))
    week = replace(week, items=week.items.assign(structure=pd.Series(pd.NA, index=week.items.index, dtype="str")))
    if before:
        past = week_before()
        places = past[PPV(past)].sort_values("scheduled_at").index
        past.loc[places, "style"] = turns[:14]
        week = following(week, past)
    return week


def _lifetimes(base: Reference) -> pd.DataFrame:
    hits = found(base, "1.1")
    return hits[hits["message"].str.contains("are the (?:most|least)")]


def test_the_hand_made_week_passes():
    assert found(reference(), "1.1").empty


@pytest.mark.parametrize(
    ("before", "week", "breaks"),
    [
        ((), (A, A, A, B, B, B, B), False),
        ((), (A, A, A, A, B, B, B), False),
        ((), (A, A, A, A, A, B, B), True),
        ((), (A,) * 7, True),
        ((C, C, C, C, A, A, A), (A, B, B, B, C, C, C), False),
        ((C, C, C, C, A, A, A), (A, A, B, B, B, C, C), True),
        ((C, C, C, C, B, B, B), (A, A, A, A, C, C, C), False),
        ((A, A, A, A, A, A, A), (A, A, A, A, A, A, A), True),
    ],
)
def test_an_order_lives_three_or_four_days_over_week_borders(before: tuple[str, ...], week: tuple[str, ...], breaks):
    assert _lifetimes(_week(*week, before=before)).empty != breaks


def test_what_the_plan_says_of_itself_counts_for_nothing():
    stuck = _week(*(A,) * 7)
    claims = changed(stuck, PPV, structure=lambda rows: np.where(rows["weekday"] < 3, A, B))
    assert said(claims, "1.1", "has stood 7 days")["level"].tolist() == ["error"]
    kept = _week(A, A, A, B, B, B, B)
    assert found(changed(kept, PPV, structure="freestyle"), "1.1").empty


def test_an_order_that_goes_on_under_another_name_has_not_changed():
    # The same four styles, begun one later: a reader sees no change.
    same = "series-solo-bundle-winner"
    assert said(_week(A, A, A, A, same, same, same), "1.1", "has stood 7 days").shape[0] == 1


def test_days_without_a_ppv_belong_to_either_order():
    quiet = without(_week(A, A, A, B, B, C, C), lambda i: PPV(i) & i["weekday"].isin([2, 5]))
    assert _lifetimes(quiet).empty
    assert pattern_runs(without(reference(), PPV)).empty


def test_an_order_does_not_return_after_one_other():
    back = _week(B, B, B, B, A, A, A, before=(C, C, C, C, A, A, A))
    assert said(back, "1.1", "returns on 2026-06-05")["level"].tolist() == ["warning"]
    assert not found(_week(A, A, A, B, B, B, C), "1.1")["message"].str.contains("returns").any()


def test_a_false_style_is_said():
    base = reference()
    renamed = changed(base, lambda i: i["item_id"] == item_id(base, "ppv_unlock", 1, 1), style="solo")
    assert said(renamed, "1.1", "called “solo”, but its caption is of style series").shape[0] == 1


def _with_one(style: str) -> Reference:
    """The clean week but for Monday's second PPV."""
    base = reference()
    return styled(base, pd.Series({item_id(base, "ppv_unlock", 0, 1): style}))


def test_a_style_may_be_passed_over_only_where_no_own_text_of_it_was_left():
    base = reference()
    # solo-winner-solo-series: whatever the order, a style is passed over on the second day.
    ids = base.items[PPV(base.items)].sort_values("scheduled_at")["item_id"]
    odd = ["solo", "winner", "solo", "winner"]
    wrong = styled(base, pd.Series(odd, index=ids[:4]))
    assert len(_lifetimes(wrong)) + found(wrong, "1.1")["message"].str.contains("no order").sum() > 0
    own = base.captions["caption_type"].eq("ppv_unlock") & ~base.captions["caption_hash"].isin(
        base.items["caption_hash"]
    )
    styles = wrong.features.set_index("caption_hash")["style"].reindex(base.captions["caption_hash"]).to_numpy()
    gone = own & np.isin(styles, ["bundle", "series"])
    # A game's text of that style is no help: it is not of the PPV's own type.
    poor = replace(wrong, captions=base.captions.assign(is_active=base.captions["is_active"] & ~gone))
    assert found(poor, "1.1").empty


def test_a_day_in_no_order_is_a_warning():
    base = reference()
    repeated = styled(base, pd.Series({item_id(base, "ppv_unlock", 2, n): "solo" for n in (0, 1)}))
    assert said(repeated, "1.1", "take the styles in no order")["level"].tolist() == ["warning"]


def test_the_measure_counts_whole_runs_only():
    measure = rule("1.1").measure(_week(A, B, B, B, C, C, C, before=(C, C, C, C, A, A, A)))
    assert measure.value == 1.0
    assert measure.n >= 1
    assert rule("1.1").measure(_week(*(A,) * 7, before=(A,) * 7)).passes is not True
    assert rule("1.1").measure(without(reference(), PPV)).passes is None


@given(
    st.lists(st.integers(0, 3), min_size=2, max_size=12),
    st.permutations(range(4)),
)
@hypothesis_settings(max_examples=100, deadline=None)
def test_a_sequence_in_an_order_is_readable_in_it(starts: list[int], order: list[int]):
    styles = np.array([order[(starts[0] + step) % 4] for step in range(len(starts))])
    held = np.ones((len(styles) - 1, 4), dtype=bool)
    assert np.bitwise_and.reduce(readings(styles[:-1], styles[1:], held)) != 0
    # All six ways to take turns exist, and with every style held a pair tells apart a third of them.
    pairs = [(a, b) for a in range(4) for b in range(4) if a != b]
    bits = readings(*np.array(pairs).T, np.ones((12, 4), dtype=bool))
    assert [int(one).bit_count() for one in bits] == [2] * 12


def test_rotation_of_the_week_after_is_judged_with_the_week_before():
    base = _week(A, A, A, A, B, B, B, before=(B, B, B, B, C, C, C))
    runs = pattern_runs(base)
    assert runs["first"].min() < MONDAY
    assert found(base, "1.1").empty
