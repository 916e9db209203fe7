"""The faults of real exports, planted at the rates of ``config/demo.yaml`` and counted."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

Plant = Callable[[pd.DataFrame, np.ndarray, np.random.Generator], None]

KEY_FAULTS = ("negative_sent", "zero_sent", "formula_text")  # they change the row key of a send


def plant(
    frame: pd.DataFrame,
    plants: Mapping[str, Plant],
    shares: Mapping[str, float],
    rng: np.random.Generator,
    *,
    least: int = 0,
    exported_once: np.ndarray | None = None,
) -> dict[str, int]:
    """Apply each fault in place to its own rows of ``frame``; returns how many rows each one took.

    ``least`` rows a kind are taken whatever the share, as long as a third of the file stays clean.
    Faults in :data:`KEY_FAULTS` keep to rows where ``exported_once`` holds: on a send that another
    report shows too they would make a second send of it.
    """
    free = rng.permutation(len(frame))
    wanted = {kind: max(least, int(rng.binomial(len(frame), shares[kind]))) for kind in plants}
    if sum(wanted.values()) > len(frame) // 3:
        return {}
    counts = {}
    for kind in sorted(plants, key=lambda kind: kind not in KEY_FAULTS):
        usable = free[exported_once[free]] if kind in KEY_FAULTS and exported_once is not None else free
        rows = usable[: wanted[kind]]
        if len(rows):
            plants[kind](frame, rows, rng)
            counts[kind] = len(rows)
            free = free[~np.isin(free, rows)]
    return counts


def put(column: str, *values: object) -> Plant:
    """A fault that writes one of ``values`` into a column."""

    def apply(frame: pd.DataFrame, rows: np.ndarray, rng: np.random.Generator) -> None:
        picked = np.array(values, dtype=object)[rng.integers(0, len(values), len(rows))]
        frame.loc[frame.index[rows], column] = picked

    return apply


def from_column(column: str, source: str, change: Callable[[float], object]) -> Plant:
    """A fault that writes a changed number of ``source`` into ``column``."""

    def apply(frame: pd.DataFrame, rows: np.ndarray, rng: np.random.Generator) -> None:
        numbers = pd.to_numeric(
            frame[source].iloc[rows].astype(str).str.replace(r"[$,]", "", regex=True), errors="coerce"
        )
        changed = np.array([change(x) for x in numbers.fillna(0)], dtype=object)
        frame.loc[frame.index[rows], column] = changed

    return apply


def send_faults(
    time: str, message: str, price: str, sent: str, viewed: str, purchased: str, earnings: str
) -> dict[str, Plant]:
    """Faults of a report of mass messages, by the names of its columns."""
    return {
        "bad_time": put(
            time, "31/31/2025 99:99", "yesterday evening", "Jan 5, 2012 at 9:00 AM", "", "Aug 22, 2099 at 1:00 PM"
        ),
        "bad_price": put(price, "-5", "999", "call me"),
        "bad_currency": put(price, "14,99 €", "£12.00"),
        "count_text": put(viewed, "1.2k", "1,034"),
        "percent_count": put(viewed, "98%", "21.5%"),
        "viewed_above_sent": from_column(viewed, sent, lambda x: str(int(x) + 7)),
        "purchased_above_viewed": from_column(purchased, viewed, lambda x: str(int(x) + 3)),
        "negative_count": put(purchased, "-2", "-1"),
        "negative_sent": put(sent, "-1"),
        "zero_sent": put(sent, "0"),
        "negative_earnings": put(earnings, "-12.50", "-$40.00"),
        "absurd_earnings": put(earnings, "$48,500.00", "25000"),
        "price_drift": from_column(earnings, earnings, lambda x: f"{x * 1.07 + 4:.2f}"),
        "formula_text": put(
            message,
            "=) guess what I found today, tell me your guess",
            "+1 if you like rainy mornings as I do",
            "- listen - I have a secret to tell you",
            "@you, yes you, good morning from the terrace",
        ),
    }


def line_faults(
    rows: int, shares: Mapping[str, float], rng: np.random.Generator
) -> tuple[frozenset[int], frozenset[int], dict[str, int]]:
    """Positions of blank lines and of widened lines in a text file, with their counts."""
    positions = rng.permutation(rows)
    blanks = int(rng.binomial(rows, shares["blank_line"]))
    wide = int(rng.binomial(rows, shares["extra_cells"]))
    counts = {kind: n for kind, n in (("blank_line", blanks), ("extra_cells", wide)) if n}
    return (
        frozenset(positions[:blanks].tolist()),
        frozenset(positions[blanks : blanks + wide].tolist()),
        counts,
    )


def repeat_rows(frame: pd.DataFrame, share: float, rng: np.random.Generator) -> tuple[pd.DataFrame, int]:
    """Some rows a second time further down."""
    count = int(rng.binomial(len(frame), share))
    again = frame.iloc[rng.permutation(len(frame))[:count]]
    return pd.concat([frame, again], ignore_index=True), count
