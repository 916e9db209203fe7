"""Column contracts of what each planning stage hands to the next."""

from __future__ import annotations

from eros_assets.domain.frames import Table, columns

_SLOT_KEY = ("week_start", "creator_id", "slot_id")
_SLOT = """
week_start DATE! Monday
creator_id VARCHAR! creator
slot_id VARCHAR! slot of the week, stable over the stages
"""

PERFORMANCE_ANALYSIS = Table(
    "planning",
    "performance_analysis",
    ("week_start", "creator_id"),
    columns(
        """
week_start DATE! Monday
creator_id VARCHAR! creator
as_of_date DATE! last day of data used
flag_set VARCHAR! JSON list of the flags in force for this creator
volume_tier VARCHAR! volume tier by fans
creator_tier BIGINT! 1–5
confidence DOUBLE! 0–1
confidence_name VARCHAR! confidence row in force
saturation_score DOUBLE! fused, 0–100
opportunity_score DOUBLE! fused, 0–100
earnings_trend DOUBLE 14-day window against the one before, fraction
view_rate_trend DOUBLE fraction
conversion_trend DOUBLE fraction
volatility DOUBLE population SD ÷ mean of earnings per priced send
rps DOUBLE dollars per priced send, 30 days
conversion_rate DOUBLE purchases ÷ views, 30 days
send_count BIGINT! priced sends of 30 days
data_quality VARCHAR! excellent, good, limited or insufficient
is_new BOOLEAN! few sends, or the first of them lately
data_age_days BIGINT days from the newest send of any creator
send_type_tiers VARCHAR! JSON: send type → tier
content_type_tiers VARCHAR! JSON: content type → tier
volume_triggers VARCHAR! JSON list of the triggers applied; evidence in scoring.volume_triggers
low_frequency_winners VARCHAR! JSON list of types to add [4.3]
game_choice VARCHAR game kind of the week [7.2]
game_performance VARCHAR! JSON: game kind → verdict; evidence in scoring.game_performance [7.2]
revenue_per_day VARCHAR! JSON list of seven counts, Monday first
engagement_per_day VARCHAR! JSON list of seven counts, bumps included
retention_per_day VARCHAR! JSON list of seven counts
bumps_per_day VARCHAR! JSON list of seven counts, part of engagement
followups_per_day VARCHAR! JSON list of seven counts, the most followups a day [5.1]
volume_explanation VARCHAR! JSON: every step from the tier to the week
"""
    ),
    "Stage 1: how the page is doing, how far its data may be trusted, and how much to send.",
)

SEND_TYPE_ALLOCATION = Table(
    "planning",
    "send_type_allocation",
    _SLOT_KEY,
    columns(
        _SLOT
        + """
scheduled_date DATE! creator-local
slot_order BIGINT! order within the day, from 1
send_type_key VARCHAR! send type
category VARCHAR! revenue, engagement, retention
strategy VARCHAR! order strategy of the day
flavor VARCHAR! emphasis of the weekday
structure VARCHAR rotation pattern in force [1.1]
style VARCHAR style this PPV takes in the pattern [1.1]
campaign_kind VARCHAR rhythm a campaign slot follows
is_forced BOOLEAN! made by a floor, trigger or variety rule rather than by value
relaxations VARCHAR! JSON list of sentences
"""
    ),
    "Stage 2: which kinds of send on which day.",
)

SEND_TIMES = Table(
    "planning",
    "send_times",
    _SLOT_KEY,
    columns(
        _SLOT
        + """
scheduled_local TIMESTAMP! creator-local
scheduled_at TIMESTAMP! UTC
timezone VARCHAR! IANA zone
slot_score DOUBLE! 0–100
is_prime BOOLEAN! prime hour of the day
jitter_minutes BIGINT! shift off the planning grid [10.7]
expires_at TIMESTAMP UTC
drip_window_id VARCHAR drip window the slot lies in [1.4]
linked_slot_id VARCHAR campaign slot a link drop points to [1.5]
timing_reason VARCHAR! JSON: what made the slot score
"""
    ),
    "Stage 3: when, in local time and UTC.",
)

CAPTION_SELECTION = Table(
    "planning",
    "caption_selection",
    _SLOT_KEY,
    columns(
        _SLOT
        + """
caption_id VARCHAR null with needs_caption
caption_hash VARCHAR null with needs_caption
caption_text VARCHAR null with needs_caption
char_length BIGINT trimmed code points
content_type_key VARCHAR null when no media
style VARCHAR style of the text
needs_caption BOOLEAN! people choose the caption
fallback_level BIGINT! 1–6
eros_score DOUBLE 0–1
score_parts VARCHAR JSON
value DOUBLE! what the objective counts: expected revenue, or a stated weight where a send earns nothing itself
expected_revenue DOUBLE! dollars
expected_revenue_low DOUBLE 80% interval, dollars
expected_revenue_high DOUBLE 80% interval, dollars
freshness DOUBLE 0–100
structure_score DOUBLE 0–1
price DOUBLE dollars, priced types only
price_reason VARCHAR why this price
goal_amount DOUBLE dollars, tip types
tip_goal_mode VARCHAR how the goal pays out
is_exploration BOOLEAN! slot given to a promising, uncertain caption
runners_up VARCHAR! JSON list, at most three, with the reason each lost
relaxations VARCHAR! JSON list of sentences
explanation VARCHAR! JSON: the value's factors
"""
    ),
    "Stage 4: which text, content and price.",
)

AUDIENCE_TARGETS = Table(
    "planning",
    "audience_targets",
    _SLOT_KEY,
    columns(
        _SLOT
        + """
channel_key VARCHAR! channel
target_key VARCHAR! audience
expected_recipients BIGINT! fans
target_reason VARCHAR! why this channel and segment
relaxations VARCHAR! JSON list of sentences
"""
    ),
    "Stage 5: through which channel to whom.",
)

FOLLOWUPS = Table(
    "planning",
    "followups",
    _SLOT_KEY,
    columns(
        _SLOT
        + """
parent_slot_id VARCHAR! slot of the parent
priority DOUBLE! 0–1, which parents are followed up first
delay_minutes BIGINT! minutes after the parent [1.3]
scheduled_local TIMESTAMP! creator-local
scheduled_at TIMESTAMP! UTC
parent_style VARCHAR style of the parent that the text should fit [2.4]
caption_id VARCHAR null with needs_caption
caption_hash VARCHAR null with needs_caption
caption_text VARCHAR null with needs_caption
char_length BIGINT trimmed code points
style VARCHAR style of the text
needs_caption BOOLEAN! people choose the caption
fallback_level BIGINT! 1–6
expected_revenue DOUBLE! dollars
expected_recipients BIGINT! fans
target_key VARCHAR! audience
channel_key VARCHAR! channel
relaxations VARCHAR! JSON list of sentences
"""
    ),
    "Stage 6: second messages after a PPV.",
)

STAGES = {
    table.name: table
    for table in (
        PERFORMANCE_ANALYSIS,
        SEND_TYPE_ALLOCATION,
        SEND_TIMES,
        CAPTION_SELECTION,
        AUDIENCE_TARGETS,
        FOLLOWUPS,
    )
}
"""The stages that leave a table of their own, in order; the last two leave the schedule, its items and verdicts."""
