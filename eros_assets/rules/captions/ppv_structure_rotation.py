"""[1.1] PPV styles take turns in an order that changes every three or four days.

Belongs here: what a reader of the sends can see. The style of a PPV is that of its text, the order in force is
read from the styles as they were sent, and a style may be passed over only where the bank had no unused text of
the slot's own type in it. What the plan calls its pattern is not read.

Four styles can take turns in six ways (an order and its rotations look alike). A stretch of days is *readable*
in those ways in which every PPV comes next, and a change of order is seen where two stretches together are
readable in none. The days are cut into runs so that as little as possible breaks the rule: what remains broken is
broken however the days are read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.domain.arrays import Ints
from eros_assets.rules.captions.ppv_styles import styled_ppvs, unused_styles
from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather, share

_HISTORY_DAYS = 21
"""Days before the first week under judgement that are read: enough for the run in force and the two before it."""
_SILENCE_DAYS = 7
"""Longer without a PPV, and nothing is known of the order any more."""


def readings(before: Ints, after: Ints, held: npt.NDArray[np.bool_]) -> Ints:
    """In which of the orders each PPV comes next after the one before it, a bit per order, shape (n,).

    ``before`` and ``after`` are style numbers, −1 where unknown: such a pair is readable in every order. Styles
    that are not ``held`` (n, styles) may be passed over.
    """
    count = held.shape[1]
    bits = np.zeros(len(before), dtype=np.int64)
    for number, order in enumerate((0, *rest) for rest in permutations(range(1, count))):
        place = np.argsort(order)
        # Styles between the two on the way round; a style that follows itself passes all the others.
        way = (place[after] - place[before] - 1) % count
        passed = np.zeros(len(before), dtype=bool)
        for step in range(1, count):
            between = np.array(order)[(place[before] + step) % count]
            passed |= (step <= way) & held[np.arange(len(before)), between]
        bits |= np.where(~passed | (before < 0) | (after < 0), 1 << number, 0)
    return bits


@dataclass(frozen=True)
class _Day:
    """A creator's PPVs of one day: in which orders they are readable, alone and after the day before."""

    date: pd.Timestamp
    inside: int
    link: int
    styles: tuple[int, ...]


@dataclass(frozen=True)
class Run:
    """Days that are read as standing under one order, places in the list of days (both included)."""

    first: int
    last: int
    bits: int


def ppv_days(reference: Reference, ppv: pd.DataFrame) -> Iterator[tuple[str, list[_Day]]]:
    """Every creator's days with a PPV, cut where a longer silence leaves nothing known."""
    styles = list(reference.settings.timing.rotation.styles)
    number = ppv["true_style"].map({style: place for place, style in enumerate(styles)}).fillna(-1).astype(int)
    own = ppv.groupby("creator_id", sort=False)
    before = number.groupby(ppv["creator_id"], sort=False).shift().fillna(-1)
    earlier, later = (np.asarray(one, dtype=np.int64) for one in (before, number))
    bits = readings(earlier, later, unused_styles(reference, ppv))
    starts = own["date"].shift().ne(ppv["date"])
    nothing = np.full(1, -1, dtype=np.int64)
    every = readings(nothing, nothing, np.zeros((1, len(styles)), dtype=bool))[0]
    rows = ppv[["creator_id", "date"]].assign(
        inside=np.where(starts, every, bits), link=np.where(starts, bits, every), style=number
    )
    days = rows.groupby(["creator_id", "date"], sort=False, as_index=False).agg(
        inside=("inside", np.bitwise_and.reduce), link=("link", np.bitwise_and.reduce), styles=("style", tuple)
    )
    chain: list[_Day] = []
    owner = ""
    for row in days.to_dict("records"):
        day = _Day(row["date"], int(row["inside"]), int(row["link"]), row["styles"])
        if chain and (row["creator_id"] != owner or (day.date - chain[-1].date).days > _SILENCE_DAYS):
            yield owner, chain
            chain = []
        owner = str(row["creator_id"])
        chain.append(day)
    if chain:
        yield owner, chain


def cut_into_runs(days: Sequence[_Day], life: tuple[int, int], styles: int) -> list[Run]:
    """The days cut into runs of readable days, as few as possible of which live too long or too short.

    Two runs that read as one although all styles are seen in them are one: nothing changed there.
    """
    # Last day of a run → its first day → faults so far, the run, first day of the run before it.
    best: list[dict[int, tuple[int, Run, int | None]]] = [{} for _ in days]
    for last in range(len(days)):
        for run in _runs_to(days, last):
            own = faults_of(days, run, life)
            ways: list[tuple[int, Run, int | None]] = [
                (cost + own, run, first)
                for first, (cost, before, _) in (best[run.first - 1].items() if run.first else ())
                if not _is_one(days, before, run, styles)
            ]
            if not run.first:
                ways = [(own, run, None)]
            if ways:
                best[last][run.first] = min(ways, key=lambda way: way[0])
    runs: list[Run] = []
    at: int | None = None
    last = len(days) - 1
    while last >= 0:
        _, run, before = best[last][at] if at is not None else min(best[last].values(), key=lambda way: way[0])
        runs.append(run)
        last, at = run.first - 1, before
    return runs[::-1]


def _runs_to(days: Sequence[_Day], last: int) -> Iterator[Run]:
    """Every run that ends on a day, the shortest first; a day readable in no order stands alone."""
    bits = days[last].inside
    yield Run(last, last, bits)
    for first in range(last - 1, -1, -1):
        bits &= days[first + 1].link & days[first].inside
        if not bits:
            return
        yield Run(first, last, bits)


def faults_of(days: Sequence[_Day], run: Run, life: tuple[int, int]) -> int:
    """1 for a run that lived too long, or too short with both neighbours known."""
    return int(shortest_life(days, run) > life[1] or longest_life(days, run) < life[0])


def shortest_life(days: Sequence[_Day], run: Run) -> int:
    """Days from a run's first PPV to its last."""
    return int((days[run.last].date - days[run.first].date).days) + 1


def longest_life(days: Sequence[_Day], run: Run) -> float:
    """Days a run may have lived: days without a PPV belong to either neighbour; ∞ where one is not known."""
    if run.first == 0 or run.last == len(days) - 1:
        return float("inf")
    return float((days[run.last + 1].date - days[run.first - 1].date).days - 1)


def _is_one(days: Sequence[_Day], before: Run, run: Run, styles: int) -> bool:
    """Whether two runs read as one although every style is seen in them."""
    together = before.bits & run.bits & days[run.first].link
    seen = {style for day in days[before.first : run.last + 1] for style in day.styles if style >= 0}
    return together != 0 and len(seen) == styles


def pattern_runs(reference: Reference) -> pd.DataFrame:
    """Runs of days under one order of styles, as sent, per creator in order of time.

    Columns: creator_id, order (styles as they first appear, e.g. ``solo-bundle``), first, last (dates), next_first
    (first day of the following run, null for the newest), shortest and longest (days the run lived at least and at
    most), is_whole (both neighbours are known), is_readable (its PPVs follow some order), twice_before (order of the
    run before the one before, empty where it is not known).
    """
    rotation = reference.settings.timing.rotation
    ppv = styled_ppvs(reference)
    if len(ppv):
        since = reference.weeks["week_start"].min() - pd.Timedelta(days=_HISTORY_DAYS)
        ppv = ppv[ppv["date"] >= since].reset_index(drop=True)
    rows = []
    for creator_id, days in ppv_days(reference, ppv):
        runs = cut_into_runs(days, rotation.days, len(rotation.styles))
        for place, run in enumerate(runs):
            longest = longest_life(days, run)
            rows.append(
                {
                    "creator_id": creator_id,
                    "order": _order(days, run, rotation.styles),
                    "first": days[run.first].date,
                    "last": days[run.last].date,
                    "next_first": days[run.last + 1].date if run.last + 1 < len(days) else pd.NaT,
                    "shortest": shortest_life(days, run),
                    "longest": longest,
                    "is_whole": np.isfinite(longest),
                    "is_readable": run.bits != 0,
                    "twice_before": _order(days, runs[place - 2], rotation.styles) if place > 1 else "",
                }
            )
    columns = [
        *("creator_id", "order", "first", "last", "next_first", "shortest", "longest", "is_whole", "is_readable"),
        "twice_before",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    dates = dict.fromkeys(("first", "last", "next_first"), "datetime64[us]")
    truths = dict.fromkeys(("is_whole", "is_readable"), "bool")
    return frame.astype({**dates, **truths, "shortest": "int64", "longest": "float64", "order": "str"})


def _order(days: Sequence[_Day], run: Run, styles: Sequence[str]) -> str:
    """Styles in the order in which a run first shows them."""
    shown = dict.fromkeys(style for day in days[run.first : run.last + 1] for style in day.styles if style >= 0)
    return "-".join(styles[style] for style in shown)


def _find(reference: Reference) -> pd.DataFrame:
    rotation = reference.settings.timing.rotation
    least, most = rotation.days
    runs = pattern_runs(reference)
    current = styled_ppvs(reference)
    current = current[current["is_current"]]
    untrue = (current["style"] != "") & (current["true_style"] != "") & (current["true_style"] != current["style"])
    whole_order = runs["order"].str.count("-") == len(rotation.styles) - 1
    again = whole_order & (runs["order"] == runs["twice_before"])
    return gather(
        finding(
            current[untrue],
            "PPV on {date:%a} is called “{style}”, but its caption is of style {true_style}",
        ),
        finding(
            _in_week(reference, runs[~runs["is_readable"]], "first"),
            "the PPVs of {first:%a} take the styles in no order that gives every one its turn: {order}",
            level="warning",
            whole=True,
        ),
        finding(
            _in_week(reference, runs[runs["shortest"] > most], "last"),
            f"the order {{order}} has stood {{shortest}} days since {{first:%Y-%m-%d}}; {most} are the most",
            measured="shortest",
            limit=most,
            whole=True,
        ),
        finding(
            _in_week(reference, runs[runs["longest"] < least], "next_first"),
            f"the order {{order}} of {{first:%Y-%m-%d}} lived {{longest:.0f}} days; {least} are the least",
            measured="longest",
            limit=least,
            whole=True,
        ),
        finding(
            _in_week(reference, runs[again], "first"),
            "the order {order} returns on {first:%Y-%m-%d} after only one other",
            level="warning",
            whole=True,
        ),
    )


def _in_week(reference: Reference, runs: pd.DataFrame, day: str) -> pd.DataFrame:
    """Runs with the creator-week under judgement that holds the date ``day``."""
    monday = runs[day] - pd.to_timedelta(runs[day].dt.day_of_week, unit="D")
    return runs.assign(week_start=monday).merge(reference.weeks[[*KEY, "schedule_id"]], on=KEY)


def _measure(reference: Reference) -> Measure:
    runs = pattern_runs(reference)
    least, most = reference.settings.timing.rotation.days
    whole = runs[runs["is_whole"]]
    kept = (whole["shortest"] <= most) & (whole["longest"] >= least)
    longest = int(runs["shortest"].max()) if len(runs) else 0
    return share(kept, 1.0, "share of runs of days", f"longest {longest} days")


ppv_structure_rotation = Rule(
    gap="1.1",
    name="ppv_structure_rotation",
    wave=2,
    priority="P0",
    flag="ENABLE_ROTATION_PATTERNS",
    severity="error",
    stages=("send_type_allocator",),
    description=lambda settings: (
        f"PPV styles take turns in an order that lives {' or '.join(map(str, settings.timing.rotation.days))} days and"
        " never returns within two changes."
    ),
    find=_find,
    measure=_measure,
)
