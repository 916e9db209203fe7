"""[7.2] A week's game is one that earns on this page; card games come every second week at most.

Belongs here: what each kind of game is known to earn on a page, and when it was last played there.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.domain.learning.evidence import has_worth
from eros_assets.rules.columns import KEY, numbers
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, gather


def planned_games(reference: Reference) -> pd.DataFrame:
    """Game posts under judgement with what their kind is known to earn.

    Columns besides those of ``slots``: ``mean`` (posterior of creator and kind, dollars), ``best``
    (highest posterior mean of any kind), ``ratio`` (mean ÷ benchmark), ``since`` (days since the
    creator's last game of that kind, planned or sent).
    """
    volume = reference.settings.volume
    games = reference.slots[(reference.slots["send_type_key"] == "game_post") & (reference.slots["game_kind"] != "")]
    prior = pd.DataFrame([(kind, game.mean) for kind, game in volume.games.items()], columns=["game_kind", "benchmark"])
    sends = reference.recent_sends
    sends = sends[(sends["send_type_key"] == "game_post") & has_worth(sends)]
    sends = sends[["creator_id", "caption_hash", "send_date", "earnings"]].merge(
        reference.caption_facts[["caption_hash", "game_kind"]].dropna(), on="caption_hash"
    )
    known = sends.merge(reference.weeks[KEY], on="creator_id")
    known = known[known["send_date"] < known["week_start"]].assign(earned=lambda s: numbers(s["earnings"]))
    evidence = known.groupby([*KEY, "game_kind"], as_index=False).agg(n=("earned", "size"), total=("earned", "sum"))
    grid = reference.weeks[KEY].merge(prior, how="cross").merge(evidence, on=[*KEY, "game_kind"], how="left")
    weight = volume.game_rules.prior_weight
    grid["mean"] = (weight * grid["benchmark"] + grid["total"].fillna(0)) / (weight + grid["n"].fillna(0))
    grid["ratio"] = grid["mean"] / grid["benchmark"]
    grid["best"] = grid.groupby(KEY)["mean"].transform("max")
    out = games.merge(grid[[*KEY, "game_kind", "mean", "ratio", "best"]], on=[*KEY, "game_kind"])
    line = reference.timeline[reference.timeline["send_type_key"] == "game_post"]
    line = line[["creator_id", "game_kind", "date", "item_id"]].rename(columns={"date": "played"})
    sent = known.rename(columns={"send_date": "played"})
    sent = sent[["creator_id", "game_kind", "played"]].drop_duplicates().assign(item_id="")
    earlier = out[["creator_id", "game_kind", "item_id", "date"]].merge(
        pd.concat([line, sent], ignore_index=True), on=["creator_id", "game_kind"], suffixes=("", "_played")
    )
    other = earlier["item_id"] != earlier["item_id_played"]
    before = (earlier["played"] < earlier["date"]) | (
        (earlier["played"] == earlier["date"]) & (earlier["item_id_played"] < earlier["item_id"])
    )
    last = earlier[other & before].groupby("item_id", as_index=False)["played"].max()
    out = out.merge(last, on="item_id", how="left")
    return out.assign(since=(out["date"] - out["played"]).dt.days)


def _find(reference: Reference) -> pd.DataFrame:
    rules = reference.settings.volume.game_rules
    games = planned_games(reference)
    cards = games[(games["game_kind"] == "card_game") & (games["since"] < rules.card_game_days)]
    poor = games[games["ratio"] < rules.avoid_below]
    return gather(
        finding(
            cards,
            f"card game on {{date:%a}} comes {{since:.0f}} days after the last; {rules.card_game_days} are the least",
            measured="since",
            limit=rules.card_game_days,
        ),
        finding(
            poor,
            "{game_kind} on {date:%a} earns this page {ratio:.0%} of the usual; better is up to ${best:.0f}",
            measured="ratio",
            limit=rules.avoid_below,
        ),
    )


def _measure(reference: Reference) -> Measure:
    games = planned_games(reference)
    rules = reference.settings.volume.game_rules
    cards = games[(games["game_kind"] == "card_game") & (games["since"] < rules.card_game_days)]
    regret = (games["best"] - games["mean"]).mean()
    note = f"expected regret ${regret:.0f} a game" if len(games) else ""
    return Measure(
        float(len(cards)) if len(games) else float("nan"), 0.0, "<=", len(games), "card games within 14 days", note
    )


game_type_success = Rule(
    gap="7.2",
    name="game_type_success",
    wave=3,
    priority="P1",
    flag="ENABLE_VOLUME_TRIGGERS",
    severity="info",
    stages=("performance_analyst", "send_type_allocator"),
    description=lambda settings: (
        "The week's game is one that earns on this page; card games at most every"
        f" {settings.volume.game_rules.card_game_days} days."
    ),
    find=_find,
    measure=_measure,
)
