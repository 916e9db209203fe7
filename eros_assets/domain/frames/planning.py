"""Schedules: the volume of a week, its items, and what the validators found."""

from __future__ import annotations

from eros_assets.domain.frames.table import Table, columns

VOLUME_PLAN = Table(
    "planning",
    "volume_plan",
    ("creator_id", "weekday"),
    columns(
        """
creator_id VARCHAR! creator
weekday BIGINT! 0 = Monday
revenue BIGINT! revenue sends of the day
engagement BIGINT! engagement sends of the day without bumps_extra
bumps BIGINT! bumps of the day in all: those inside engagement plus bumps_extra
bumps_extra BIGINT! bumps that [3.2] adds above engagement
retention BIGINT! retention sends of the day, followups apart
followups_max BIGINT! most followups of the day
confidence_name VARCHAR! confidence row in force
rest_days BIGINT! least days since a caption's last use
followup_factor DOUBLE! of the confidence row
price_factor DOUBLE! of the confidence row [10.12]
min_types BIGINT! least different send types of the week
is_elasticity_capped BOOLEAN! elasticity lowered the day's revenue sends
explanation VARCHAR! JSON list: every step with source, values and reason; the same on all days
"""
    ),
    "How many sends of each category on each weekday, and why.",
)

SCHEDULE = Table(
    "planning",
    "schedule",
    ("creator_id", "week_start", "version"),
    columns(
        """
schedule_id VARCHAR! sched_<week>_<creator>_v<version>
creator_id VARCHAR! creator
page_name VARCHAR! handle
page_type VARCHAR! paid or free
timezone VARCHAR! IANA zone
week_start DATE! Monday
week_end DATE! Sunday
version BIGINT! rises with each different plan; same inputs keep it
status VARCHAR! draft, approved, needs_review, held, published, superseded, completed
generated_at TIMESTAMP! injected, UTC, not part of the hash
algorithm_version VARCHAR! version of the planner
config_hash VARCHAR! hash of the configuration
flag_set VARCHAR! JSON list of the flags in force for this creator
method VARCHAR! how the week was planned: exact or baseline
preset VARCHAR! preset of the configuration
preset_changes VARCHAR! JSON list: what differs from the preset
data_snapshot VARCHAR! lake snapshot planned from
seed BIGINT! seed
content_hash VARCHAR! hash of the items without ids and version: same hash = same plan
as_of_date DATE! last day of data used
item_count BIGINT! items
ppv_count BIGINT! ppv_unlock and ppv_wall items
bump_count BIGINT! bump items
followup_count BIGINT! followups
unique_types BIGINT! different send types
revenue_count BIGINT! items
engagement_count BIGINT! items
retention_count BIGINT! items, followups included
expected_revenue DOUBLE! dollars
expected_revenue_low DOUBLE! 80% interval, dollars
expected_revenue_high DOUBLE! 80% interval, dollars
optimal_length_share DOUBLE! of the captioned items that sell, those of optimal length [2.1]
pool_used_share DOUBLE! share of the usable captions in this week
quality_score DOUBLE! 0–100
objective DOUBLE what the plan counts: dollars, and a stated weight for sends that earn nothing themselves
bound DOUBLE proven upper bound of the value
bound_gap DOUBLE 1 − objective ÷ bound
confidence DOUBLE! 0–1
volume_explanation VARCHAR! JSON: every step from the tier to the week
generation_seconds DOUBLE! wall time of the plan, not part of the hash
"""
    ),
    "One creator-week.",
)

SCHEDULE_ITEM = Table(
    "planning",
    "schedule_item",
    ("item_id",),
    columns(
        """
item_id VARCHAR! hash of schedule, date, order, type
schedule_id VARCHAR! schedule
creator_id VARCHAR! creator
week_start DATE! Monday
scheduled_date DATE! creator-local
scheduled_time VARCHAR! HH:MM, creator-local
scheduled_at TIMESTAMP! UTC
weekday BIGINT! 0 = Monday
slot_order BIGINT! order within the day, from 1
send_type_key VARCHAR! send type
category VARCHAR! revenue, engagement, retention
channel_key VARCHAR! channel
target_key VARCHAR! audience
caption_id VARCHAR null with needs_caption
caption_hash VARCHAR null with needs_caption
caption_text VARCHAR null with needs_caption
char_length BIGINT characters
needs_caption BOOLEAN! people choose the caption
fallback_level BIGINT! 1–6
content_type_key VARCHAR null when no media
media_type VARCHAR! none, picture, gif, video, flyer
flyer_required BOOLEAN! a flyer is needed
price DOUBLE dollars, priced types only
price_reason VARCHAR why this price
goal_amount DOUBLE dollars, tip types
tip_goal_mode VARCHAR how the goal pays out
is_followup BOOLEAN! second message after a PPV
parent_item_id VARCHAR followups
delay_minutes BIGINT followups
linked_item_id VARCHAR campaign a link drop points to
linked_post_url VARCHAR link of that post, when known
expires_at TIMESTAMP UTC
pin_at TIMESTAMP UTC [1.6]
unpin_at TIMESTAMP UTC [1.6]
drip_set_id VARCHAR drip pieces
drip_position BIGINT drip pieces
drip_window_id VARCHAR drip window the item lies in [1.4]
outfit_id VARCHAR drip pieces
structure VARCHAR rotation pattern in force, e.g. solo-bundle-winner-series [1.1]
style VARCHAR PPV style: solo, bundle, winner, series
structure_score DOUBLE 0–1 [2.2, 2.3]
label VARCHAR label shown on the calendar
flavor VARCHAR! emphasis of the weekday
strategy VARCHAR! what the week puts first
eros_score DOUBLE 0–1
score_parts VARCHAR JSON
expected_revenue DOUBLE! dollars
expected_revenue_low DOUBLE dollars
expected_revenue_high DOUBLE dollars
expected_recipients BIGINT! fans
freshness DOUBLE 0–100
performance_tier VARCHAR tier of the send type for this creator
slot_score DOUBLE! 0–100
is_prime BOOLEAN! prime hour
is_exploration BOOLEAN! slot given to a promising, uncertain caption
relaxations VARCHAR! JSON list of sentences
explanation VARCHAR! JSON object: why this slot, caption, price, audience
runners_up VARCHAR! JSON list, at most three, with the reason each lost
experiment_id VARCHAR running experiment
variant VARCHAR its variant
status VARCHAR! pending, queued, sent, skipped, expired, cancelled
notes VARCHAR for the person who queues it
"""
    ),
    "One planned send.",
)

SCHEDULE_VERDICTS = Table(
    "planning",
    "schedule_verdicts",
    ("week_start", "creator_id", "rule", "item_id", "message"),
    columns(
        """
week_start DATE! Monday
creator_id VARCHAR! creator
schedule_id VARCHAR! schedule
rule VARCHAR! gap id, e.g. 3.3
name VARCHAR! rule name, e.g. send_type_diversity
level VARCHAR! error, warning, info
item_id VARCHAR! item, or an empty text for the whole schedule
measured DOUBLE figure
limit_value DOUBLE limit it is held against
message VARCHAR! sentence for a person
"""
    ),
    "What the validators found, one row per finding.",
)
