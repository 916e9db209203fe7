"""[2.1] Texts that sell have 250–449 characters; the others keep to the length of their own type.

Belongs here: shares of length and the highest shares the bank allows. Which types sell is
`SendType.is_selling`; the ranges are configuration.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pandas as pd
from scipy.sparse import csr_array
from scipy.sparse.csgraph import maximum_flow

from eros_assets.domain.arrays import Floats
from eros_assets.rules.columns import KEY, numbers, truths
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather
from eros_assets.settings import SendType

OTHERS_SHARE = 0.9
"""Least share of the types that do not sell inside their own acceptable range, where captions exist."""


def length_shares(reference: Reference) -> pd.DataFrame:
    """Per creator-week with captions: what lies in range.

    Counts ``captioned``, ``optimal`` (of all), ``ppv``, ``ppv_optimal``, ``selling``, ``selling_optimal`` and
    ``others``, ``others_fitting`` (inside their own acceptable range). ``share`` is that of the selling items,
    ``others_share`` that of the others (NaN where there are none); ``limit`` and ``others_limit`` are the least
    shares asked for: the configured one, or the highest the usable captions allow when that is less.
    """
    slots = _marked(reference)
    names = ["captioned", "optimal", "ppv", "ppv_optimal", "selling", "selling_optimal", "others", "others_fitting"]
    weeks = slots.groupby([*KEY, "schedule_id"], as_index=False)[names].sum()
    weeks["share"] = weeks["selling_optimal"] / weeks["selling"].where(weeks["selling"] > 0)
    weeks["others_share"] = weeks["others_fitting"] / weeks["others"].where(weeks["others"] > 0)
    types = reference.settings.send_types
    for name, count, target, best in (
        ("share", "selling", reference.settings.scoring.optimal_length_share, _best_selling),
        ("others_share", "others", OTHERS_SHARE, _best_others),
    ):
        limit = name.replace("share", "limit")
        weeks[limit] = target
        short = weeks[name] < target
        if short.any():
            kinds = [row for row in types if row.is_selling == (name == "share")]
            most = best(reference, weeks.loc[short, KEY], kinds) / weeks.loc[short, count].to_numpy()
            weeks.loc[short, limit] = np.minimum(target, most)
    return weeks


def _marked(reference: Reference) -> pd.DataFrame:
    """Captioned items of known types with the marks that :func:`length_shares` counts."""
    slots = reference.slots[reference.slots["has_caption"] & reference.slots["is_known_type"]]
    ranges = pd.DataFrame(
        [(row.key, *row.acceptable) for row in reference.settings.send_types],
        columns=["send_type_key", "shortest", "longest"],
    )
    slots = slots.merge(ranges, on="send_type_key")
    optimal = slots["chars"].between(*reference.settings.scoring.optimal_length)
    return slots.assign(
        captioned=1,
        optimal=optimal,
        ppv=slots["is_ppv"],
        ppv_optimal=optimal & slots["is_ppv"],
        selling=slots["is_selling"],
        selling_optimal=optimal & slots["is_selling"],
        others=~slots["is_selling"],
        others_fitting=~slots["is_selling"] & slots["chars"].between(slots["shortest"], slots["longest"]),
    )


def _best_selling(reference: Reference, weeks: pd.DataFrame, types: Sequence[SendType]) -> Floats:
    """Most selling items of each creator-week that could carry an own text of 250–449 characters, (len(weeks),).

    A maximum flow per creator-week from send types (captioned items) to caption types (usable captions, each
    once), along the kinds that are true of the send type.
    """
    keys = [row.key for row in types]
    links = [(place, name) for place, row in enumerate(types) for name in row.caption_types]
    kinds = sorted({name for _, name in links})
    low, high = reference.settings.scoring.optimal_length
    bank = reference.bank[reference.bank["length"].between(low, high) & reference.bank["caption_type"].isin(kinds)]
    usable = reference.count_usable(bank, ["caption_type"], reference.unusable_captions)
    wanted, offered = _wanted(reference, weeks, keys), _grid(usable, weeks, "caption_type", "usable", kinds)
    size, first = len(keys) + len(kinds) + 2, 1 + len(keys)
    ends_of = [first + kinds.index(name) for _, name in links]
    starts = [0] * len(keys) + [1 + place for place, _ in links] + list(range(first, size - 1))
    ends = [*range(1, first), *ends_of, *[size - 1] * len(kinds)]
    counts = []
    for need, stock in zip(wanted, offered, strict=True):
        capacity = np.concatenate([need, [need[place] for place, _ in links], stock]).astype(np.int32)
        graph = csr_array((capacity, (starts, ends)), shape=(size, size))
        counts.append(float(maximum_flow(graph, 0, size - 1).flow_value))
    return np.array(counts)


def _best_others(reference: Reference, weeks: pd.DataFrame, types: Sequence[SendType]) -> Floats:
    """Most other items of each creator-week that could lie in their type's acceptable range, (len(weeks),).

    Types are looked at one by one, so texts that two of them would share count for both: the bound is generous.
    """
    keys = [row.key for row in types]
    bank = reference.bank
    parts = [
        bank[bank["caption_type"].isin(row.caption_types) & bank["length"].between(*row.acceptable)].assign(
            send_type_key=row.key
        )
        for row in types
    ]
    fitting = pd.concat(parts, ignore_index=True)
    usable = reference.count_usable(fitting, ["send_type_key"], reference.unusable_captions)
    offered = _grid(usable, weeks, "send_type_key", "usable", keys)
    most: Floats = np.minimum(_wanted(reference, weeks, keys), offered).sum(axis=1)
    return most


def _wanted(reference: Reference, weeks: pd.DataFrame, keys: list[str]) -> Floats:
    slots = reference.slots[reference.slots["has_caption"]]
    return _grid(slots.assign(items=1), weeks, "send_type_key", "items", keys)


def _grid(rows: pd.DataFrame, weeks: pd.DataFrame, column: str, value: str, names: list[str]) -> Floats:
    """Sum of ``value`` per creator-week of ``weeks`` (rows) and name of ``column`` (columns)."""
    table = rows.pivot_table(index=KEY, columns=column, values=value, aggfunc="sum")
    return table.reindex(index=pd.MultiIndex.from_frame(weeks[KEY]), columns=names).fillna(0).to_numpy(dtype=float)


def _find(reference: Reference) -> pd.DataFrame:
    weeks = length_shares(reference)
    low, high = reference.settings.scoring.optimal_length
    return gather(
        finding(
            weeks[weeks["share"] < weeks["limit"] - 1e-9],
            f"{{share:.0%}} of the selling items have {low}–{high} characters; the bank allows {{limit:.0%}}",
            measured="share",
            limit="limit",
            whole=True,
        ),
        finding(
            weeks[weeks["others_share"] < weeks["others_limit"] - 1e-9],
            "{others_share:.0%} of the other items keep to their type's length; the bank allows {others_limit:.0%}",
            measured="others_share",
            limit="others_limit",
            whole=True,
        ),
    )


def _measure(reference: Reference) -> Measure:
    target = reference.settings.scoring.optimal_length_share
    weeks = length_shares(reference)
    total = weeks.drop(columns=[*KEY, "schedule_id"]).sum()
    low, high = reference.settings.scoring.optimal_length
    pool = numbers(reference.captions.loc[truths(reference.captions["is_active"]), "char_length"])
    in_pool = float(((pool >= low) & (pool <= high)).mean()) if len(pool) else float("nan")

    def part(count: str, of: str) -> float:
        return float(total[count] / total[of]) if total[of] else float("nan")

    note = (
        f"other types in their own range {part('others_fitting', 'others'):.1%} (≥ {OTHERS_SHARE:.0%}); "
        f"all captions {part('optimal', 'captioned'):.1%} (plan {target:.0%}), "
        f"PPV only {part('ppv_optimal', 'ppv'):.1%}, pool {in_pool:.1%}"
    )
    value = part("selling_optimal", "selling")
    return Measure(value, target, ">=", int(total["selling"]), "share of selling items", note)


character_length = Rule(
    gap="2.1",
    name="character_length",
    wave=1,
    priority="P0",
    flag="ENABLE_CHAR_LENGTH_MULTIPLIER",
    severity="warning",
    stages=("content_curator",),
    description=lambda settings: (
        f"At least {settings.scoring.optimal_length_share:.0%} of a week's selling items have "
        "{}–{} characters, or the most the bank allows.".format(*settings.scoring.optimal_length)
    ),
    find=_find,
    measure=_measure,
)
