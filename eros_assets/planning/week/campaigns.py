"""Which flyer campaigns a week holds: every kind in its turn, within the month's number [4.3].

A month holds fewer campaigns than there are kinds × weeks, so kinds take turns. Each kind earns credit
at its weekly rate (else its share of the rest) times its volume triggers, for the stored weeks and
this one, and pays one for each campaign planned; the kinds with most credit are due. The fraction a week
cannot hold is thereby carried to the next one, and planning a week again gives the same.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from eros_assets.domain.learning.low_frequency_winners import campaign_kind
from eros_assets.domain.stable_hash import stable_unit
from eros_assets.domain.volume import DAYS
from eros_assets.planning.week.creator_week import CreatorWeek
from eros_assets.planning.week.demand import campaign_budget, locked_counts, week_cap
from eros_assets.planning.week.eligibility import Eligibility
from eros_assets.settings import SendType, Settings


def plan_campaigns(
    week: CreatorWeek, eligibility: Eligibility, factor: Mapping[str, float], winners: Sequence[str]
) -> dict[str, int]:
    """Campaigns of the week by send type, those already queued not counted; winners come first."""
    kinds = [kind for kind in week.types if kind.is_campaign and eligibility.has_any(kind.key)]
    locked = locked_counts(week)
    queued = Counter[str]()
    for (key, _), count in locked.items():
        queued[key] += count
    room = {
        kind.key: min(week_cap(week, kind) - queued[kind.key], len(eligibility.own_texts(kind.key))) for kind in kinds
    }
    rate = campaign_rates(kinds, week.settings)
    past = week.past_items
    planned = Counter(past["send_type_key"]) if len(past) else Counter[str]()
    weeks = past["week_start"].nunique() if len(past) else 0
    credit = {
        # The first turn of each kind falls anywhere in its cycle, else all pages would start alike.
        key: stable_unit("campaign", week.creator_id, key) + own * factor.get(key, 1.0) * (weeks + 1) - planned[key]
        for key, own in rate.items()
    }
    order = {kind.key: kind.sort for kind in kinds}
    chosen = Counter[str]()
    for _ in range(campaign_budget(week) - sum(queued[key] for key in rate)):
        # A second one in a week only when a trigger earned it in full: the others keep the week varied [3.3].
        earned = [key for key in credit if factor.get(key, 1.0) > 1 and credit[key] >= 1]
        open_ = [key for key in credit if chosen[key] < room[key] and (not chosen[key] or key in earned)]
        open_ = open_ or [key for key in credit if chosen[key] < room[key]]
        if not open_:
            break
        due = max(open_, key=lambda key: (key in winners and not chosen[key], credit[key] - queued[key], -order[key]))
        chosen[due] += 1
        credit[due] -= 1.0
    return dict(chosen)


def campaign_rates(kinds: Sequence[SendType], settings: Settings) -> dict[str, float]:
    """Campaigns a week of each kind without triggers: those with a rhythm of their own by it, others share the rest.

    At most one a week of each kind, which leaves room for all.
    """
    rule = settings.volume.campaigns
    total = rule.total[1] * DAYS / rule.window_days
    rate: dict[str, float] = {}
    for kind in kinds:
        name = campaign_kind(kind.key)
        if name is not None:
            low, high = rule.kinds[name].per_month
            rate[kind.key] = min((low + high) / 2 * DAYS / rule.window_days, 1.0)
    others = [kind for kind in kinds if kind.key not in rate]
    left, floors = max(total - sum(rate.values()), 0.0), sum(kind.weekly_floor for kind in others)
    return rate | {kind.key: min(left * kind.weekly_floor / floors, 1.0) for kind in others if floors}
