"""Every implemented rule, in the order of the catalogue, found by gap number or name."""

from __future__ import annotations

from eros_assets.rules import always_on, spacing, wave_1, wave_2, wave_3
from eros_assets.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    wave_1.character_length,
    wave_1.confidence_allocation,
    wave_1.send_type_diversity,
    wave_1.channel_assignment,
    wave_1.retention_paid_only,
    wave_1.non_converter_elimination,
    wave_2.ppv_structure_rotation,
    wave_2.same_style_back_to_back,
    wave_2.followup_window,
    wave_2.link_drop_expiration,
    wave_2.pinned_post_rotation,
    wave_2.round_minute_avoidance,
    wave_3.revenue_engagement_mix,
    wave_3.bump_ratio,
    wave_3.volume_triggers,
    wave_3.low_frequency_winners,
    wave_3.followup_daily_limit,
    wave_3.vip_weekly_limit,
    wave_3.game_type_success,
    always_on.score_sanity,
    always_on.vault_compliance,
    always_on.prohibited_text,
    always_on.caption_uniqueness,
    spacing.spacing_and_hours,
    always_on.required_fields,
    always_on.pool_exhaustion,
    always_on.data_freshness,
    always_on.volume_bounds,
)
_BY_KEY = {key: rule for rule in RULES for key in (rule.gap, rule.name)}


def rule(gap_or_name: str) -> Rule:
    """The rule of a gap (``3.3``) or name (``send_type_diversity``); raises ``KeyError`` naming the known ones."""
    if gap_or_name not in _BY_KEY:
        known = ", ".join(f"{one.gap} {one.name}" for one in RULES)
        raise KeyError(f"no rule {gap_or_name!r}; known: {known}")
    return _BY_KEY[gap_or_name]
