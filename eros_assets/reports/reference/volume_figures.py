"""How many sends a week holds. Figures as tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from eros_assets.reports.reference.pages import by_tier, dollars, markdown_table, percent, span
from eros_assets.settings import Settings, Tier

# -- volume --


def _volume_tiers(settings: Settings) -> str:
    return markdown_table(("volume tier", "from fans"), [(t.key, t.min_fans) for t in settings.volume.tiers])


def _base_volume(settings: Settings) -> str:
    base = settings.volume.base_per_day
    names = ("revenue", "engagement", "retention")
    rows = [
        (f"{page}, {name}", {tier: base[page][tier][place] for tier in base[page]})
        for page in base
        for place, name in enumerate(names)
    ]
    return by_tier(rows, settings)


def _tier_limits(settings: Settings) -> str:
    rows = [(name.replace("_", " "), dict(by)) for name, by in settings.volume.tier_limits.items()]
    return by_tier(rows, settings)


def _bounds(settings: Settings) -> str:
    rows = [
        (name.replace("_", " "), b.day_min, b.day_max, b.week_max, b.day_max_with_bumps, b.week_max_with_bumps)
        for name, b in settings.volume.bounds.items()
    ]
    header = ("category", "least a day", "most a day", "most a week", "a day with bumps", "a week with bumps")
    return markdown_table(header, rows)


def _saturation(settings: Settings) -> str:
    s = settings.volume.scores.saturation
    rows = [
        (f"RPS fell by more than {percent(s.rps_fall)}", s.rps_points),
        (f"view rate fell by more than {percent(s.view_fall)}", s.view_points),
        (f"purchases per fan reached fell by more than {percent(s.purchase_fall)}", s.purchase_points),
        (f"earnings per send vary by more than {s.volatility:g} × their mean", s.volatility_points),
    ]
    return markdown_table(("saturation rises when", "points"), rows)


def _opportunity(settings: Settings) -> str:
    o = settings.volume.scores.opportunity
    rows = [
        (f"RPS is above {o.rps_ratio:g} × that of the days before", o.rps_points),
        (f"view rate rose by more than {percent(o.view_rise)}", o.view_points),
        (f"more than {percent(o.purchase_rate)} of the fans reached bought", o.purchase_points),
        (f"fans grew by more than {percent(o.fan_growth)}", o.fan_points),
    ]
    return markdown_table(("opportunity rises when", "points"), rows)


def _fusion(settings: Settings) -> str:
    f = settings.volume.fusion
    names = [f"{days} days" for days in f.horizons]
    rows = [
        ("usual weight", *f.normal),
        (f"weight when the first and last differ by {f.rapid_difference:g} points", *f.rapid),
    ]
    return markdown_table(("horizon", *names), rows)


def _multipliers(settings: Settings) -> str:
    m = settings.volume.multipliers
    mid, high = m.opportunity_mid, m.opportunity_high
    rows = [
        *((f"saturation {score:g}", factor) for score, factor in m.saturation),
        (f"opportunity from {high.from_:g}, saturation below {m.opportunity_gate:g}", high.factor),
        (
            f"opportunity {mid.from_:g}–{mid.to:g}, saturation below {mid.below_saturation:g}",
            span((mid.low, mid.high)),
        ),
    ]
    return markdown_table(("at", "factor of the volume"), rows)


def _confidence_steps(settings: Settings) -> str:
    days = settings.volume.confidence.window_days
    rows = [(step.from_, step.value) for step in settings.volume.confidence.steps]
    return markdown_table((f"sends of the last {days} days, from", "confidence"), rows)


def _confidence_rows(settings: Settings) -> str:
    rows = [
        (r.name, r.from_, r.volume, r.rest_days, r.followups, r.price, r.min_types)
        for r in settings.volume.confidence_rows
    ]
    header = ("row", "confidence from", "volume ×", "days of rest", "followups ×", "price ×", "least different types")
    return markdown_table(header, rows)


def _bumps(settings: Settings) -> str:
    b = settings.volume.bumps
    rows: list[tuple[str, Mapping[Tier, object]]] = [
        ("PPVs a day the bands are made for", {t: span(s) for t, s in b.ppv_heads.items()})
    ]
    rows += [(name.replace("_", ", "), {t: span(s) for t, s in by.items()}) for name, by in b.accepted.items()]
    return by_tier(rows, settings)


def _bump_factors(settings: Settings) -> str:
    b = settings.volume.bumps
    rows = [
        *b.factor.items(),
        ("added on free pages", b.free_page_extra),
        ("most above tier LOW", b.factor_cap_above_low),
    ]
    return markdown_table(("content category", "bumps per engagement send"), rows)


def _mix(settings: Settings) -> str:
    rows = [
        (category, part, f"{percent(low)} to {percent(high)}")
        for category, parts in settings.volume.category_mix.items()
        for part, (low, high) in parts.items()
    ]
    return markdown_table(("category", "part", "share of the category"), rows)


def _revenue_share(settings: Settings) -> str:
    share = settings.volume.revenue_share
    tiers = {tier.key: percent(getattr(share, tier.key)) for tier in settings.volume.tiers}
    return by_tier([(f"revenue sends, ± {100 * share.tolerance:g} points", tiers)], settings)


def _triggers(settings: Settings) -> str:
    t = settings.volume.triggers
    high, rising, emerging, trait = (t[n] for n in ("HIGH_PERFORMER", "TRENDING_UP", "EMERGING_WINNER", "TRAIT_SHARE"))
    falling, tired = t["SATURATING"], t["AUDIENCE_FATIGUE"]
    rich = f"RPS above {dollars(high.rps or 0)}"
    when = {
        "HIGH_PERFORMER": f"{rich} and conversion above {percent(high.conversion or 0)}, 30 days",
        "TRENDING_UP": f"RPS of 7 days more than {percent(rising.rise or 0)} above the 7 days before",
        "EMERGING_WINNER": f"RPS above {dollars(emerging.rps or 0)}, fewer than {emerging.max_uses} uses in 30 days",
        "TRAIT_SHARE": f"a trait of {percent(trait.share or 0)} of the {trait.top_n} best sends, not of the others",
        "SATURATING": f"view rate fell on {falling.falling_days} days with sends in a row",
        "AUDIENCE_FATIGUE": f"view rate of 7 days more than {percent(tired.view_fall or 0)} below the 7 days before",
    }
    rows = [
        (f"`{name}`", when[name], span(row.factor_range) if row.factor_range else row.factor, row.days)
        for name, row in t.items()
    ]
    return markdown_table(("trigger", "when", "factor", "lives, days"), rows)


def _content_limits(settings: Settings) -> str:
    c = settings.volume.content_limits
    rows = [
        ("most a day", c.max_per_day),
        ("most a week", c.max_per_week),
        ("least hours between two", c.hours_between),
    ]
    return markdown_table(("one content type", "figure"), rows)


VOLUME_FIGURES: dict[str, Callable[[Settings], str]] = {
    "volume tiers": _volume_tiers,
    "base volume": _base_volume,
    "tier limits": _tier_limits,
    "bounds": _bounds,
    "saturation": _saturation,
    "opportunity": _opportunity,
    "fusion": _fusion,
    "multipliers": _multipliers,
    "confidence": _confidence_steps,
    "confidence rows": _confidence_rows,
    "bump bands": _bumps,
    "bump factors": _bump_factors,
    "category mix": _mix,
    "revenue share": _revenue_share,
    "volume triggers": _triggers,
    "content limits": _content_limits,
}
"""Tables by the name of their mark."""
