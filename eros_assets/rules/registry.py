"""Every implemented rule, in the order of the catalogue, found by gap number or name.

Belongs here: the list. A rule is one module of the subject it is about (``captions``, ``timing``, ``mix``, ``money``,
``safety``), named as the rule; it is imported and listed here and nowhere else.
"""

from __future__ import annotations

from eros_assets.rules.captions.caption_uniqueness import caption_uniqueness
from eros_assets.rules.captions.character_length import character_length
from eros_assets.rules.captions.followup_templates import followup_templates
from eros_assets.rules.captions.pool_exhaustion import pool_exhaustion
from eros_assets.rules.captions.ppv_structure_rotation import ppv_structure_rotation
from eros_assets.rules.captions.same_style_back_to_back import same_style_back_to_back
from eros_assets.rules.mix.bump_ratio import bump_ratio
from eros_assets.rules.mix.confidence_allocation import confidence_allocation
from eros_assets.rules.mix.followup_daily_limit import followup_daily_limit
from eros_assets.rules.mix.game_type_success import game_type_success
from eros_assets.rules.mix.low_frequency_winners import low_frequency_winners
from eros_assets.rules.mix.non_converter_elimination import non_converter_elimination
from eros_assets.rules.mix.revenue_engagement_mix import revenue_engagement_mix
from eros_assets.rules.mix.send_type_diversity import send_type_diversity
from eros_assets.rules.mix.vip_weekly_limit import vip_weekly_limit
from eros_assets.rules.mix.volume_bounds import volume_bounds
from eros_assets.rules.mix.volume_triggers import volume_triggers
from eros_assets.rules.money.confidence_pricing import confidence_pricing
from eros_assets.rules.money.first_to_tip_amounts import first_to_tip_amounts
from eros_assets.rules.rule import Rule
from eros_assets.rules.safety.channel_assignment import channel_assignment
from eros_assets.rules.safety.data_freshness import data_freshness
from eros_assets.rules.safety.prohibited_text import prohibited_text
from eros_assets.rules.safety.required_fields import required_fields
from eros_assets.rules.safety.retention_paid_only import retention_paid_only
from eros_assets.rules.safety.score_sanity import score_sanity
from eros_assets.rules.safety.vault_compliance import vault_compliance
from eros_assets.rules.timing.followup_window import followup_window
from eros_assets.rules.timing.link_drop_expiration import link_drop_expiration
from eros_assets.rules.timing.pinned_post_rotation import pinned_post_rotation
from eros_assets.rules.timing.round_minute_avoidance import round_minute_avoidance
from eros_assets.rules.timing.spacing_and_hours import spacing_and_hours

RULES: tuple[Rule, ...] = (
    character_length,
    confidence_allocation,
    send_type_diversity,
    channel_assignment,
    retention_paid_only,
    non_converter_elimination,
    ppv_structure_rotation,
    same_style_back_to_back,
    followup_window,
    link_drop_expiration,
    pinned_post_rotation,
    round_minute_avoidance,
    revenue_engagement_mix,
    bump_ratio,
    volume_triggers,
    low_frequency_winners,
    followup_daily_limit,
    vip_weekly_limit,
    game_type_success,
    followup_templates,
    confidence_pricing,
    first_to_tip_amounts,
    score_sanity,
    vault_compliance,
    prohibited_text,
    caption_uniqueness,
    spacing_and_hours,
    required_fields,
    pool_exhaustion,
    data_freshness,
    volume_bounds,
)
_BY_KEY = {key: rule for rule in RULES for key in (rule.gap, rule.name)}


def rule(gap_or_name: str) -> Rule:
    """The rule of a gap (``3.3``) or name (``send_type_diversity``); raises ``KeyError`` naming the known ones."""
    if gap_or_name not in _BY_KEY:
        known = ", ".join(f"{one.gap} {one.name}" for one in RULES)
        raise KeyError(f"no rule {gap_or_name!r}; known: {known}")
    return _BY_KEY[gap_or_name]
