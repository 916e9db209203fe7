"""Every implemented rule, in the order of the catalogue, found by gap number or name."""

from __future__ import annotations

from eros_assets.rules import always_on, spacing, wave_1, wave_2, wave_3
from eros_assets.rules.caption_rest import caption_uniqueness
from eros_assets.rules.character_length import character_length
from eros_assets.rules.confidence_allocation import confidence_allocation
from eros_assets.rules.confidence_pricing import confidence_pricing
from eros_assets.rules.first_to_tip_amounts import first_to_tip_amounts
from eros_assets.rules.followup_templates import followup_templates
from eros_assets.rules.ppv_rotation import ppv_structure_rotation
from eros_assets.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    character_length,
    confidence_allocation,
    wave_1.send_type_diversity,
    wave_1.channel_assignment,
    wave_1.retention_paid_only,
    wave_1.non_converter_elimination,
    ppv_structure_rotation,
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
    followup_templates,
    confidence_pricing,
    first_to_tip_amounts,
    always_on.score_sanity,
    always_on.vault_compliance,
    always_on.prohibited_text,
    caption_uniqueness,
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
