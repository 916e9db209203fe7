"""[7.4] The amount of a first-to-tip game changes from game to game.

Belongs here: the amounts as planned and sent, against the configured rotation.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather, violations

_TYPE = "first_to_tip"


def tip_games(reference: Reference) -> pd.DataFrame:
    """First-to-tip games under judgement, with ``is_known``, ``is_too_high`` and ``since``.

    ``is_known``: the amount is one of the rotation. ``is_too_high``: above the half of it that is meant for pages
    with thin data. ``since``: how many games back the same amount stood last (1 = the game before), NaN if never.
    """
    settings = reference.settings
    price = settings.send_type[_TYPE].price
    rotation = sorted(price.rotation) if price else []
    low = rotation[: len(rotation) // 2 + 1]
    games = reference.timeline[reference.timeline["send_type_key"] == _TYPE].reset_index(drop=True)
    turn = games.groupby("creator_id", sort=False).cumcount()
    last = turn.groupby([games["creator_id"], games["goal_amount"]], sort=False).shift()
    weeks = reference.weeks[KEY].assign(
        is_unsure=reference.weeks["confidence"] < settings.volume.variety.low_confidence
    )
    games = games.assign(since=turn - last, is_known=games["goal_amount"].isin(rotation))
    games = games[games["is_current"]].merge(weeks, on=KEY, how="left")
    return games.assign(
        is_too_high=games["is_unsure"].fillna(False).astype(bool) & (games["goal_amount"] > max(low, default=np.inf)),
        most=float(max(low, default=np.inf)),
    )


def _find(reference: Reference) -> pd.DataFrame:
    memory = reference.settings.volume.game_rules.tip_memory
    games = tip_games(reference)
    name = "first_to_tip on {date:%a} asks for ${goal_amount:.0f}"
    return gather(
        finding(games[~games["is_known"]], name + ", which is no amount of the rotation", measured="goal_amount"),
        finding(
            games[games["since"] <= memory],
            name + f" as {{since:.0f}} games before; {memory} different ones are due between",
            measured="since",
            limit=memory,
        ),
        finding(
            games[games["is_too_high"]],
            name + "; at confidence {confidence:.2f} ${most:.0f} is the most",
            measured="goal_amount",
            limit="most",
        ),
    )


def _measure(reference: Reference) -> Measure:
    games = tip_games(reference)
    amounts = games.groupby("creator_id")["goal_amount"].nunique()
    note = f"{amounts.mean():.1f} different amounts a page" if len(amounts) else ""
    return violations(_find(reference), len(games), "amounts repeated or out of place", note)


first_to_tip_amounts = Rule(
    gap="7.4",
    name="first_to_tip_amounts",
    wave=5,
    priority="P2",
    flag="ENABLE_PRICING_OPTIMIZATION",
    severity="warning",
    stages=("content_curator",),
    description=lambda settings: (
        "First-to-tip amounts from the rotation, none again within the last"
        f" {settings.volume.game_rules.tip_memory}; thin data take the lower half."
    ),
    find=_find,
    measure=_measure,
)
