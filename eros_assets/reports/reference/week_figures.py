"""When sends go out, at which price, and how a finished week is judged: figures as tables."""

from __future__ import annotations

from collections.abc import Callable

from eros_assets.reports.reference.pages import (
    WEEKDAYS,
    clock_hours,
    codes,
    dollars,
    markdown_table,
    percent,
    span,
    weekdays,
)
from eros_assets.settings import Settings

# -- timing --


def _day(settings: Settings) -> str:
    t = settings.timing
    rows = [
        ("first hour, one for each page", clock_hours(t.active_window.start)),
        ("last hour, one for each page", clock_hours(t.active_window.end)),
        (
            "hours of the wide window, for full days",
            span((t.active_window.default_start, t.active_window.default_end)),
        ),
        ("hours nothing is sent", clock_hours({*t.avoid_hours, *t.late_hours})),
        ("most sends in four hours", t.max_per_four_hours),
    ]
    return markdown_table(("the page's day, local time", "figure"), rows)


def _prime_hours(settings: Settings) -> str:
    rows = [(WEEKDAYS[day], clock_hours(hours)) for day, hours in enumerate(settings.timing.prime_hours)]
    return markdown_table(("day", "prime hours before the page's own shift"), rows)


def _distances(settings: Settings) -> str:
    gap = settings.timing.spacing_minutes
    hours = settings.volume.content_limits.hours_between
    pairs = "; ".join(codes(pair) for pair in settings.timing.same_content)
    rows = [
        ("any two sends", gap.any),
        ("two sends sold for a price", gap.ppv),
        ("two bumps", gap.bump),
        (f"two that show the same content whatever their text ({pairs})", 60 * hours),
    ]
    return markdown_table(("between", "least minutes"), rows)


def _slot_score(settings: Settings) -> str:
    s = settings.timing.slot_score
    rows = [
        ("every hour", s.base),
        (
            "a preferred hour of the type, the first; each further one less",
            f"{s.preferred:g}, {s.preferred_step:g} less",
        ),
        ("a best day of the type", s.best_day),
        ("a prime hour of the page", s.prime_hour),
        (f"a prime day ({weekdays(settings.timing.prime_days)})", s.prime_day),
        ("the page's best learned hour; others in proportion", s.learned_max),
        (f"a PPV at {clock_hours(s.ppv_evening_hours)}", s.ppv_evening),
        ("an hour the page sends in most", s.habit),
        ("an hour to avoid", -s.avoid),
    ]
    return markdown_table(("slot score", "points"), rows)


def _followups(settings: Settings) -> str:
    f = settings.timing.followup
    high, low, late = f.high_confidence, f.low_confidence, f.late
    rows = [
        ("usual", span(f.window), f.mean),
        (f"confidence from {high.from_:g}", span(high.window), high.mean),
        (f"confidence below {low.below:g}", span(low.window), low.mean),
        (f"parent from {late.from_hour}:00", span(late.window), late.mean),
    ]
    return markdown_table(("followup", "minutes after its parent", "aim"), rows)


def _links_and_pins(settings: Settings) -> str:
    t = settings.timing
    rows = [
        ("hours after its campaign in which a link should come", span(t.link_drop_hours_after.window)),
        ("hours after which a link may no longer point to it", t.link_drop_hours_after.latest),
        ("most pinned posts at a time", t.pins.max),
        ("hours a post stays pinned at most", t.pins.hours),
        ("share of the week's wall posts that earn too little for a pin", percent(t.pins.percentile)),
        ("minutes a send moves off its quarter hour", f"{t.jitter.low} to +{t.jitter.high}"),
        ("minutes of the hour that no send keeps", ", ".join(f":{m:02d}" for m in t.jitter.forbidden_minutes)),
    ]
    return markdown_table(("links, pins, minutes", "figure"), rows)


# -- pricing, campaigns and games --


def _price_lengths(settings: Settings) -> str:
    rows = [(dollars(p.price), span(p.length), p.too_short, p.too_long) for p in settings.scoring.price_lengths]
    return markdown_table(("price", "fitting characters", "shorter: revenue ×", "longer: revenue ×"), rows)


def _price_points(settings: Settings) -> str:
    races = next(t.price for t in settings.send_types if t.key == "first_to_tip")
    rows = [
        ("prices in use", ", ".join(map(dollars, settings.scoring.price_points))),
        ("amounts of a race to tip", ", ".join(map(dollars, races.rotation if races else ()))),
        ("last amounts that are not repeated", settings.volume.game_rules.tip_memory),
    ]
    return markdown_table(("rounding and rotation", "figure"), rows)


def _tip_goals(settings: Settings) -> str:
    rows = [
        (f"`{name}`", dollars(m.goal), m.expires_hours, m.offer, m.pays)
        for name, m in settings.volume.tip_goal_modes.items()
    ]
    return markdown_table(("mode", "amount", "expires after hours", "a text must announce", "who is rewarded"), rows)


def _campaigns(settings: Settings) -> str:
    c = settings.volume.campaigns
    rows = [(f"all flyer campaigns in any {c.window_days} days", span(c.total))]
    rows += [(f"`{name}`", span(kind.per_month)) for name, kind in c.kinds.items()]
    return markdown_table(("rhythm", "a month"), rows)


def _games(settings: Settings) -> str:
    rows = [(f"`{name}`", dollars(g.mean), dollars(g.sd)) for name, g in settings.volume.games.items()]
    return markdown_table(("game", "mean of a game", "standard deviation"), rows)


def _game_rules(settings: Settings) -> str:
    r = settings.volume.game_rules
    rows = [
        ("games that the agency's figure counts for", r.prior_weight),
        ("share of the agency's figure below which a game is avoided", r.avoid_below),
        ("share above which it is recommended", r.recommend_above),
        ("days between two card games", r.card_game_days),
    ]
    return markdown_table(("choice of a game", "figure"), rows)


def _rotation(settings: Settings) -> str:
    r = settings.timing.rotation
    rows = [(number, " → ".join(pattern)) for number, pattern in enumerate(r.patterns, start=1)]
    return markdown_table(("first pattern", f"order of styles, for {' or '.join(map(str, r.days))} days"), rows)


# -- quality --


def _quality(settings: Settings) -> str:
    q = settings.scoring.quality
    parts = {
        "compliance": "owned content, no AVOID types, enough types, types of the page",
        "captions": "length, structure, emoji and freshness of the texts",
        "timing": "items without a finding on followups, links, minutes and distances",
        "mix": "rules on mix, bumps, followups and weekly types that found nothing",
        "completeness": "items with a caption and every field",
    }
    return markdown_table(("part", "points", "is whole when"), [(n, getattr(q, n), what) for n, what in parts.items()])


def _status(settings: Settings) -> str:
    rows = [(f"≥ {s.from_:g}", s.approved, s.review) for s in settings.scoring.quality.status]
    return markdown_table(("confidence", "approved from", "needs review from"), rows)


def _digest(settings: Settings) -> str:
    d = settings.digest
    rows = [
        ("days side by side", ", ".join(map(str, d.horizons))),
        ("settled priced sends that make a horizon usable", d.horizon_min_sends),
        ("days whose mean yesterday is held against", d.mean_days),
        ("hours after which a send is settled", settings.scoring.maturity_hours),
        ("days after which data are called late", settings.scoring.stale_days),
        ("share of the week's priced sends that an advice moves", percent(d.shift_share)),
        ("most recommendations on a page", d.max_recommendations),
    ]
    return markdown_table(("digest", "figure"), rows)


WEEK_FIGURES: dict[str, Callable[[Settings], str]] = {
    "day": _day,
    "prime hours": _prime_hours,
    "distances": _distances,
    "slot score": _slot_score,
    "followup delays": _followups,
    "links, pins and minutes": _links_and_pins,
    "price and length": _price_lengths,
    "price points": _price_points,
    "tip goals": _tip_goals,
    "campaign rhythm": _campaigns,
    "games": _games,
    "game rules": _game_rules,
    "rotation": _rotation,
    "quality": _quality,
    "status": _status,
    "digest": _digest,
}
"""Tables by the name of their mark."""
