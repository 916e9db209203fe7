"""Column contracts of every table that more than one layer touches.

One :class:`Table` per table: name, key, columns with DuckDB type, unit and meaning. Ingest and
planning build frames to these contracts, the warehouse creates tables from them, Dagster shows
them as column schemas and the docs list them. dbt models document their own columns in YAML;
the as-of tables that planning reads are declared here as well, and a test keeps both in step.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import pandas as pd


class FrameError(ValueError):
    """A frame that does not match its contract; names table and columns."""


@dataclass(frozen=True)
class Column:
    """One column: ``type`` is a DuckDB type; ``required`` means never null."""

    name: str
    type: str
    doc: str
    required: bool = False


@dataclass(frozen=True)
class Table:
    """One table: schema-qualified name, key columns and columns in order."""

    schema: str
    name: str
    key: tuple[str, ...]
    columns: tuple[Column, ...]
    doc: str

    @property
    def full_name(self) -> str:
        """``schema.name``."""
        return f"{self.schema}.{self.name}"

    @property
    def column_names(self) -> list[str]:
        """Names in order."""
        return [column.name for column in self.columns]

    def empty(self) -> pd.DataFrame:
        """A frame of zero rows with every column."""
        return pd.DataFrame({column.name: pd.Series(dtype=PANDAS_TYPES[column.type]) for column in self.columns})

    def conform(self, frame: pd.DataFrame) -> pd.DataFrame:
        """``frame`` with exactly the contract's columns and types, in order.

        Columns the frame lacks become null; raises :class:`FrameError` for unknown columns,
        nulls in a required column, or duplicate keys.
        """
        unknown = [name for name in frame.columns if name not in self.column_names]
        if unknown:
            raise FrameError(f"{self.full_name}: unknown columns {unknown}")
        out = pd.DataFrame(
            {
                c.name: (
                    frame[c.name].astype(PANDAS_TYPES[c.type])
                    if c.name in frame
                    else pd.Series(pd.NA, index=frame.index, dtype=PANDAS_TYPES[c.type])
                )
                for c in self.columns
            },
            index=frame.index,
        ).reset_index(drop=True)
        for column in self.columns:
            if column.required and out[column.name].isna().any():
                raise FrameError(f"{self.full_name}.{column.name}: {int(out[column.name].isna().sum())} nulls")
        if self.key and out.duplicated(list(self.key)).any():
            rows = out.loc[out.duplicated(list(self.key)), list(self.key)].head(3).to_dict("records")
            raise FrameError(f"{self.full_name}: duplicate key {rows}")
        return out


PANDAS_TYPES: dict[str, Any] = {
    "VARCHAR": "str",
    "BIGINT": "Int64",
    "INTEGER": "Int64",
    "DOUBLE": "Float64",
    "BOOLEAN": "boolean",
    "TIMESTAMP": "datetime64[us]",
    "DATE": "datetime64[us]",
}


def columns(text: str) -> tuple[Column, ...]:
    """Columns from lines ``name TYPE[!] meaning``; ``!`` marks a required column."""
    parsed = []
    for line in filter(str.strip, text.splitlines()):
        name, kind, doc = line.strip().split(None, 2)
        parsed.append(Column(name, kind.rstrip("!"), doc, kind.endswith("!")))
    return tuple(parsed)


PROVENANCE = """
_fixes VARCHAR fault ids repaired in this row, comma separated
_flags VARCHAR flags that limit the row's use (price_drift, possible_duplicate, dst_ambiguous …), comma separated
_file_hash VARCHAR! SHA-256 of the export file
_file_name VARCHAR! name of the export file
_row_number BIGINT! row in the file, header = 1
_exported_at TIMESTAMP! when the export was made (file name, else modification time), UTC
"""

RAW_SENDS = Table(
    "raw",
    "sends",
    ("row_key",),
    columns(
        """
row_key VARCHAR! message_id, else hash of page_name, sending_time, text and sent_count
message_id VARCHAR platform id
creator_id VARCHAR creator, resolved from the page name where the export has none (F03)
page_name VARCHAR normalised handle (F05)
sending_time TIMESTAMP! when it left, UTC
message_content VARCHAR the caption as sent
caption_hash VARCHAR hash of the normalised text, joins raw.captions
char_length BIGINT trimmed Unicode code points of the text
message_type VARCHAR ppv or free
send_type VARCHAR send type where the export names one
caption_id VARCHAR opaque id of the export
price DOUBLE dollars; null or 0 = unpriced
sent_count BIGINT fans reached
viewed_count BIGINT fans who opened
purchased_count BIGINT fans who paid
earnings DOUBLE gross dollars to date of export
content_type VARCHAR label of the export, unclassified
media_count BIGINT pieces of media
media_type VARCHAR none, picture, gif, video, flyer
channel VARCHAR channel
target VARCHAR audience
sender VARCHAR who queued it
is_unsent BOOLEAN! withdrawn; kept, out of rates
canceled_at TIMESTAMP when withdrawn, UTC
"""
        + PROVENANCE
    ),
    "Mass messages, one row per send; a later export of the same send replaces the row.",
)

RAW_WALL_POSTS = Table(
    "raw",
    "wall_posts",
    ("post_id",),
    columns(
        """
post_id VARCHAR! platform id
creator_id VARCHAR creator, resolved from the page name
page_name VARCHAR normalised handle
post_date TIMESTAMP! UTC
post_type VARCHAR permanent, story, campaign
message_content VARCHAR text as posted
caption_hash VARCHAR hash of the normalised text
char_length BIGINT trimmed code points
price DOUBLE dollars
tip_goal DOUBLE dollars
tips_total DOUBLE dollars
earnings DOUBLE dollars
views_count BIGINT views
likes_count BIGINT likes
comments_count BIGINT comments
expires_at TIMESTAMP UTC
is_pinned BOOLEAN pinned
"""
        + PROVENANCE
    ),
    "Wall posts; no recipient count exists.",
)

RAW_CREATORS = Table(
    "raw",
    "creators",
    ("creator_id",),
    columns(
        """
creator_id VARCHAR! key
page_name VARCHAR! normalised handle, unique
display_name VARCHAR name to show
page_type VARCHAR! paid or free
subscription_price DOUBLE dollars a month
is_active BOOLEAN! inactive creators are not planned
timezone VARCHAR! IANA zone of the page's calendar
creator_group VARCHAR links a person's pages
current_active_fans BIGINT! fans
current_total_earnings DOUBLE dollars
content_category VARCHAR! lifestyle, softcore, amateur, commercial
sub_type VARCHAR! gfe, commercial, personalized
persona_type VARCHAR persona type
vault_notes VARCHAR free text restrictions, shown only
default_ppv_price DOUBLE! dollars
created_at TIMESTAMP UTC
updated_at TIMESTAMP UTC
"""
        + PROVENANCE
    ),
    "Managed pages.",
)

RAW_PERSONAS = Table(
    "raw",
    "personas",
    ("creator_id",),
    columns(
        """
creator_id VARCHAR! key
primary_tone VARCHAR! tone
secondary_tone VARCHAR tone
tone_confidence DOUBLE! 0–1
emoji_frequency VARCHAR! none, light, moderate, heavy
emoji_per_message DOUBLE mean count
favorite_emojis VARCHAR JSON list
forbidden_emojis VARCHAR JSON list
slang_level VARCHAR! none, light, moderate, heavy
avg_sentiment DOUBLE 0–1
avg_caption_length BIGINT characters
caption_length_preference VARCHAR short, medium, long, varies
"""
        + PROVENANCE
    ),
    "The creator's voice.",
)

RAW_CAPTIONS = Table(
    "raw",
    "captions",
    ("caption_hash",),
    columns(
        """
caption_hash VARCHAR! SHA-256 of the normalised text
caption_id VARCHAR! id of the bank, else the first 12 characters of the hash
alias_ids VARCHAR JSON list of every id this text had (F29)
caption_text VARCHAR! text as written
plain_text VARCHAR! NFKC text with styled letters folded, for matching (F32)
char_length BIGINT! trimmed code points
caption_type VARCHAR key after alias mapping; null = to be classified
content_type VARCHAR label of the file, unclassified
price DOUBLE last price, dollars
suggested_price DOUBLE dollars
price_range_min DOUBLE dollars
price_range_max DOUBLE dollars
schedulable_type VARCHAR ppv, ppv_bump, wall
is_paid_page_only BOOLEAN! true for renewal and winback texts
is_active BOOLEAN! may be scheduled (F25–F27, F31, F33 switch it off)
page_name VARCHAR last page that used it, history only
times_used BIGINT counter of the file, informational
total_earnings DOUBLE counter of the file, informational
last_used_date TIMESTAMP date of the file, informational
tone VARCHAR tone of the file
emoji_style VARCHAR emoji level of the file
slang_level VARCHAR slang level of the file
classification_confidence DOUBLE 0–1
classification_method VARCHAR how the type was found
near_duplicate_of VARCHAR caption_hash of the older twin (F30)
source VARCHAR caption_bank or caption_logger
"""
        + PROVENANCE
    ),
    "Caption pool, one row per distinct text; shared by all creators.",
)

RAW_VAULT = Table(
    "raw",
    "vault",
    ("creator_id", "content_type_key"),
    columns(
        """
creator_id VARCHAR! key
content_type_key VARCHAR! configured content type
has_content BOOLEAN! owns it
quantity_available BIGINT pieces, when the cell is a count
quality_rating VARCHAR 1–5 or HIGH, MID, LOW
"""
        + PROVENANCE
    ),
    "Vault matrix in long form.",
)

RAW_PAGE_METRICS = Table(
    "raw",
    "page_metrics",
    ("creator_id", "metric_date"),
    columns(
        """
creator_id VARCHAR! key
metric_date DATE! local calendar date
fan_count BIGINT active fans
renew_on_count BIGINT fans with auto-renew on
expired_count BIGINT former fans
new_subscribers BIGINT that day
cancelled_subscribers BIGINT that day
total_earnings DOUBLE dollars
message_earnings DOUBLE dollars
tips_earnings DOUBLE dollars
subscription_earnings DOUBLE dollars
post_earnings DOUBLE dollars
profile_visits BIGINT visits
"""
        + PROVENANCE
    ),
    "Daily page statistics.",
)

RAW_QUARANTINE = Table(
    "raw",
    "quarantine",
    ("quarantine_key",),
    columns(
        """
quarantine_key VARCHAR! hash of file hash, row number, column and rule
kind VARCHAR! table the row was meant for
file_name VARCHAR! export file
file_hash VARCHAR! SHA-256 of the file
row_number BIGINT! row in the file, header = 1
column_name VARCHAR column at fault
value VARCHAR offending value, first 500 characters
rule VARCHAR! rule name, e.g. bad_price
fault VARCHAR! F01 … F51
reason VARCHAR! sentence for a person
row_json VARCHAR! the row as read
is_terminal BOOLEAN! never retried (F34)
exported_at TIMESTAMP! UTC
"""
    ),
    "Rows that could not be loaded, each with its reason; nothing is dropped.",
)

RAW_LEDGER = Table(
    "raw",
    "ingest_ledger",
    ("file_hash",),
    columns(
        """
file_hash VARCHAR! SHA-256 of the content
file_name VARCHAR! name
kind VARCHAR! table kind, or unknown
status VARCHAR! loaded, rejected
exported_at TIMESTAMP! UTC
rows_read BIGINT! data rows
rows_loaded BIGINT! new rows in the table
rows_updated BIGINT! rows that replaced an older export
rows_duplicate BIGINT! identical or older than what is there
rows_quarantined BIGINT! rows in quarantine
seconds DOUBLE! wall time
error VARCHAR reason of a rejection
warnings VARCHAR JSON list of sentences
ingested_at TIMESTAMP! UTC
"""
    ),
    "Every file ever seen, by content hash.",
)

RAW_TABLES = {
    table.name: table
    for table in (
        RAW_SENDS,
        RAW_WALL_POSTS,
        RAW_CREATORS,
        RAW_PERSONAS,
        RAW_CAPTIONS,
        RAW_VAULT,
        RAW_PAGE_METRICS,
        RAW_QUARANTINE,
        RAW_LEDGER,
    )
}

EVIDENCE = """
send_count BIGINT! mature sends in the window, undecayed; wall posts included when their earnings are known
n_eff DOUBLE! sum of decay weights
rps DOUBLE decay-weighted mean of winsorised earnings per send, dollars
log_rps DOUBLE decay-weighted mean of log1p(winsorised earnings)
sent_weighted DOUBLE! decay-weighted fans reached, sends with recipients only
viewed_weighted DOUBLE! decay-weighted opens, sends with recipients only
purchased_weighted DOUBLE! decay-weighted purchases, sends with recipients only
"""

FCT_SENDS = Table(
    "performance",
    "fct_sends",
    ("send_key",),
    columns(
        """
send_key VARCHAR! row_key of raw.sends
creator_id VARCHAR null for pages we do not manage (F04)
page_name VARCHAR handle
page_type VARCHAR paid or free, null when unknown
sent_at TIMESTAMP! UTC
sent_local TIMESTAMP! in the creator's zone
send_date DATE! local calendar date, the partition
sent_hour BIGINT! local hour
sent_weekday BIGINT! 0 = Monday
send_type_key VARCHAR! send type, classified by its words where the export has none
send_type_confidence DOUBLE! 0–1
channel_key VARCHAR! channel
target_key VARCHAR! audience
is_priced BOOLEAN! price > 0
price DOUBLE dollars
sent_count BIGINT fans reached
viewed_count BIGINT fans who opened
purchased_count BIGINT fans who paid
earnings DOUBLE dollars; 0 when a message's export has none, null when a wall post's has none
view_rate DOUBLE viewed / sent
purchase_rate DOUBLE purchased / sent
conversion_rate DOUBLE purchased / viewed, priced sends
rpr DOUBLE earnings / sent
caption_hash VARCHAR text hash, also of texts that are not in the pool
is_caption_matched BOOLEAN! the hash is in raw.captions
char_length BIGINT trimmed code points
length_bucket VARCHAR key of the length bucket
content_type_key VARCHAR classified, null when unknown
content_type_confidence DOUBLE 0–1
tone VARCHAR tone of the matched caption
is_rated BOOLEAN! counts in rates: not withdrawn, sent_count > 0, no possible duplicate; never a post without recipients
is_withdrawn BOOLEAN! withdrawn after sending
"""
    ),
    "One row per send with everything derived; the grain of all performance tables.",
)

CREATOR_HEALTH = Table(
    "performance",
    "creator_health",
    ("as_of_date", "creator_id"),
    columns(
        """
as_of_date DATE! last day whose data the row uses
creator_id VARCHAR! creator
page_name VARCHAR! handle
page_type VARCHAR! paid or free
fan_count BIGINT! newest metric ≤ as_of_date, else the creators file
renew_on_count BIGINT newest metric ≤ as_of_date
expired_count BIGINT newest metric ≤ as_of_date
fan_growth DOUBLE! fans now against 14 days before, fraction, 0 without metrics
volume_tier VARCHAR! volume tier by fans
creator_tier BIGINT! 1–5 by revenue percentile
sends_90d BIGINT! sends in the last 90 days
confidence DOUBLE! 0–1
first_send_date DATE first send ever ≤ as_of_date
last_send_date DATE newest send ≤ as_of_date
data_age_days BIGINT days from the newest send of any creator to as_of_date
is_new BOOLEAN! few sends, or the first of them lately
saturation_7d DOUBLE score of the horizon, null when it is missing
saturation_14d DOUBLE score of the horizon
saturation_30d DOUBLE score of the horizon
opportunity_7d DOUBLE score of the horizon
opportunity_14d DOUBLE score of the horizon
opportunity_30d DOUBLE score of the horizon
priced_sends_7d BIGINT! rated priced sends
priced_sends_14d BIGINT! rated priced sends
priced_sends_30d BIGINT! rated priced sends
rps_7d DOUBLE dollars per priced send
rps_14d DOUBLE dollars per priced send
rps_30d DOUBLE dollars per priced send
conversion_30d DOUBLE purchases ÷ views of priced sends
view_rate_30d DOUBLE views ÷ sent
earnings_trend DOUBLE 14-day window against the one before, fraction
view_rate_trend DOUBLE fraction
conversion_trend DOUBLE fraction
volatility DOUBLE population SD ÷ mean of earnings per priced send, 14 days
mean_log_rps DOUBLE decayed mean of log1p(winsorised earnings), priced sends and priced wall posts
mean_rps DOUBLE decayed mean of winsorised earnings, priced sends and priced wall posts, dollars
mean_view_rate DOUBLE decayed views ÷ sent, unpriced sends
mean_conversion DOUBLE decayed purchases ÷ views, priced sends
elasticity_r0 DOUBLE! dollars per recipient, r0 of r0 × exp(−k × sends a day)
elasticity_k DOUBLE! share lost with each further send of a day
elasticity_r2 DOUBLE fit quality
is_elasticity_fitted BOOLEAN! false = the configured defaults
weekday_factors VARCHAR! JSON list of seven factors, Monday first
data_quality VARCHAR! excellent, good, limited, insufficient
"""
    ),
    "One row per creator: how the page is doing and how far its data may be trusted.",
)

CAPTION_PERFORMANCE = Table(
    "performance",
    "caption_performance",
    ("as_of_date", "creator_id", "caption_hash"),
    columns(
        """
as_of_date DATE! last day whose data the row uses
creator_id VARCHAR! creator
caption_hash VARCHAR! text hash
priced_count BIGINT! of the sends, how many were priced
"""
        + EVIDENCE
        + """
total_earnings DOUBLE! dollars, all sends ≤ as_of_date in the window
last_used_date DATE! newest use ≤ as_of_date, mature or not
uses_30d BIGINT! uses in the last 30 days
uses_60d BIGINT! uses in the last 60 days
"""
    ),
    "Per creator and caption, from days ≤ as_of_date.",
)

TYPE_COLUMNS = (
    EVIDENCE
    + """
uses_30d BIGINT! sends in the last 30 days
rps_30d DOUBLE dollars per send, last 30 days
conversion_30d DOUBLE purchases ÷ views, last 30 days
rps_last_week DOUBLE dollars per send, last 7 days
rps_previous_week DOUBLE dollars per send, the 7 days before
view_rate_7d DOUBLE views ÷ sent, last 7 days
view_rate_previous_7d DOUBLE views ÷ sent, the 7 days before
falling_days BIGINT! days in a row, up to as_of_date, on which the view rate fell
shrunk_log_rps DOUBLE log_rps shrunk toward the pool figure
shrunk_view_rate DOUBLE view rate shrunk toward the pool figure
shrunk_conversion DOUBLE conversion shrunk toward the pool figure
performance_score DOUBLE! 0–100
performance_tier VARCHAR! TOP, MID, LOW, AVOID
"""
)

SEND_TYPE_PERFORMANCE = Table(
    "performance",
    "send_type_performance",
    ("as_of_date", "creator_id", "send_type_key"),
    columns(
        """
as_of_date DATE! last day whose data the row uses
creator_id VARCHAR! creator
send_type_key VARCHAR! send type
"""
        + TYPE_COLUMNS
    ),
    "Per creator and send type.",
)

CONTENT_TYPE_PERFORMANCE = Table(
    "performance",
    "content_type_performance",
    ("as_of_date", "creator_id", "content_type_key"),
    columns(
        """
as_of_date DATE! last day whose data the row uses
creator_id VARCHAR! creator
content_type_key VARCHAR! content type
"""
        + TYPE_COLUMNS
    ),
    "Per creator and content type.",
)

HOUR_PERFORMANCE = Table(
    "performance",
    "hour_performance",
    ("as_of_date", "creator_id", "sent_hour"),
    columns(
        """
as_of_date DATE! last day whose data the row uses
creator_id VARCHAR! creator
sent_hour BIGINT! local hour 0–23, every hour has a row
"""
        + EVIDENCE
        + """
hour_factor DOUBLE! shrunk RPS of the hour ÷ the creator's mean, pool curve where data are thin
"""
    ),
    "Per creator and local hour, priced sends.",
)

LENGTH_PERFORMANCE = Table(
    "performance",
    "length_performance",
    ("as_of_date", "creator_id", "length_bucket"),
    columns(
        """
as_of_date DATE! last day whose data the row uses
creator_id VARCHAR! creator
length_bucket VARCHAR! key of the length bucket
"""
        + EVIDENCE
        + """
length_factor DOUBLE shrunk RPS of the bucket ÷ the creator's mean
"""
    ),
    "Per creator and caption length, priced sends.",
)

POOL_PERFORMANCE = Table(
    "performance",
    "caption_pool_performance",
    ("as_of_date", "caption_hash"),
    columns(
        """
as_of_date DATE! last day whose data the row uses
caption_hash VARCHAR! text hash
priced_count BIGINT! of the sends, how many were priced
"""
        + EVIDENCE
        + """
lift_log DOUBLE decayed mean of log1p(earnings) minus the sending creator's mean_log_rps, priced sends
view_lift DOUBLE decayed view rate ÷ the sending creators' mean view rate
last_used_date DATE! newest use by anybody ≤ as_of_date
uses_30d BIGINT! uses in the last 30 days by anybody
creator_count BIGINT! creators who used it
"""
    ),
    "Per caption over all creators: the prior of a creator who has not used it yet.",
)

AS_OF_TABLES = {
    table.name: table
    for table in (
        CREATOR_HEALTH,
        CAPTION_PERFORMANCE,
        SEND_TYPE_PERFORMANCE,
        CONTENT_TYPE_PERFORMANCE,
        HOUR_PERFORMANCE,
        LENGTH_PERFORMANCE,
        POOL_PERFORMANCE,
    )
}

POOL_CAPTIONS = Table(
    "intermediate",
    "int_captions",
    ("caption_hash",),
    columns(
        """
caption_hash VARCHAR! key
caption_id VARCHAR! id
caption_text VARCHAR! text as written
plain_text VARCHAR! folded text for matching
char_length BIGINT! trimmed code points
length_bucket VARCHAR! key of the length bucket
caption_type VARCHAR! caption type, classified by its words where the file has none
caption_type_confidence DOUBLE! 0–1
content_type_key VARCHAR classified, null when unknown
content_type_confidence DOUBLE 0–1
suggested_price DOUBLE dollars
is_paid_page_only BOOLEAN! renewal and winback texts
is_active BOOLEAN! may be scheduled
tone VARCHAR file's tone, null when absent
slang_level VARCHAR file's level, null when absent
near_duplicate_of VARCHAR caption_hash of the older twin (F30)
"""
    ),
    "The caption pool, typed and classified.",
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

CAPTION_FEATURES = Table(
    "scoring",
    "caption_features",
    ("caption_hash",),
    columns(
        """
caption_hash VARCHAR! key
emoji_count BIGINT! emoji graphemes
emoji_share DOUBLE! emoji graphemes ÷ graphemes
tone VARCHAR! one of the configured tones, computed where the file has none
slang_level VARCHAR! none, light, moderate, heavy
style VARCHAR! PPV or followup style the text fits: solo, bundle, winner, series [1.1, 2.4]
game_kind VARCHAR game a text announces [7.2]
offer VARCHAR what a text announces: piece, bundle, game, race, goal …; null: nothing [10.1]
energy BIGINT! 0–9, order of the tones
structure_score DOUBLE! 0–1 [2.2]
structure_missing VARCHAR! JSON list of missing elements [2.2]
rules_version VARCHAR! hash of the text rules the row was computed with
"""
    ),
    "What a text is like; computed once per caption content hash.",
)

CAPTION_SCORES = Table(
    "scoring",
    "caption_scores",
    ("week_start", "creator_id", "caption_hash"),
    columns(
        """
week_start DATE! Monday the scores are for
as_of_date DATE! last day of data used
creator_id VARCHAR! creator
caption_hash VARCHAR! caption; only the best candidates per caption type and length class are kept
caption_type VARCHAR! caption type
content_type_key VARCHAR null when unknown or too uncertain for the vault filter
char_length BIGINT! trimmed code points
is_optimal_length BOOLEAN! in 250–449 characters [2.1]
is_priced BOOLEAN! price class of the caption type's first send type
length_multiplier DOUBLE! by length bucket
performance_score DOUBLE! 0–100
freshness DOUBLE! 0–100
days_since_use BIGINT days from the last use to week_start, null when this creator never used it
uses_30d BIGINT! this creator's uses in the last 30 days
persona_factor DOUBLE! 0.95–1.05
persona_points DOUBLE! 0–10
eros_score DOUBLE! 0–1, diversity at its best, before slot terms
score_parts VARCHAR! JSON: rps, conversion, execution, diversity, length
structure_score DOUBLE! 0–1
style VARCHAR! solo, bundle, winner, series
expected_revenue DOUBLE! dollars of one send at mean hour, day and price, first of its day; 0 if the type sells nothing
value DOUBLE! what planning counts: expected_revenue, or the stated weight of a text that sells nothing; never a revenue
expected_log_sd DOUBLE! standard deviation of the log of the value (uncertainty of the mean)
n_eff DOUBLE! own decayed sends behind it
is_known DOUBLE! this creator's own sends of it ÷ (those + the weight of the prior), 0–1
"""
    ),
    "What each candidate caption is worth to each creator in one week.",
)

RESPONSE_CURVES = Table(
    "scoring",
    "response_curves",
    ("week_start", "creator_id", "curve", "curve_key"),
    columns(
        """
week_start DATE! Monday the curves are for
creator_id VARCHAR! creator
curve VARCHAR! hour, weekday, send_type, content_type, length, price_length, saturation
curve_key VARCHAR! hour 0–23, weekday 0–6, type key, bucket key, price|bucket, or k
factor DOUBLE! multiplies expected revenue, mean 1 over the creator's sends; saturation: k per further send a day
log_sd DOUBLE! uncertainty of the log factor
n_eff DOUBLE! decayed sends behind it
"""
    ),
    "How expected revenue answers to hour, weekday, type, length, price and volume.",
)

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

REVENUE_MODEL = Table(
    "scoring",
    "revenue_model",
    ("week_start",),
    columns(
        """
week_start DATE! Monday the model plans for
as_of_date DATE! last day of data it was trained on
model VARCHAR! the trained model as JSON
"""
    ),
    "The week's revenue model, trained on data before the week only.",
)

VOLUME_TRIGGERS = Table(
    "scoring",
    "volume_triggers",
    ("week_start", "creator_id", "kind", "trait_key", "trigger_name"),
    columns(
        """
week_start DATE! Monday the triggers are for; each week replaces the creator's triggers
as_of_date DATE! last day of data used
creator_id VARCHAR! creator
kind VARCHAR! what the trigger is about: send_type, content_type, length_bucket, tone, price
trait_key VARCHAR! send type, content type, bucket, tone or price in question
trigger_name VARCHAR! name of the volume trigger
factor DOUBLE! volume factor of the trigger, 1 when it is not applied
is_applied BOOLEAN! the factor counts in planning
decision VARCHAR! why it is applied or not
confidence VARCHAR! low, moderate, high
n BIGINT! sends behind it: uses in 30 days, or settled priced sends compared
best_count BIGINT TRAIT_SHARE: how many of the best sends have the trait
other_count BIGINT TRAIT_SHARE: how many of the other sends have it
share DOUBLE TRAIT_SHARE: best_count ÷ best sends
p_value DOUBLE TRAIT_SHARE: one-sided Fisher exact, Bonferroni over the traits tested of this creator
reason VARCHAR! the figures in a sentence
metrics VARCHAR! JSON: the figures that met the condition
detected_on DATE! day the evidence ends
expires_on DATE! last day the trigger lives
"""
    ),
    "Send types and traits that deserve more or fewer sends, with the evidence [4.1].",
)

LOW_FREQUENCY_WINNERS = Table(
    "scoring",
    "low_frequency_winners",
    ("week_start", "creator_id", "send_type_key"),
    columns(
        """
week_start DATE! Monday the row is for
as_of_date DATE! last day of data used
creator_id VARCHAR! creator
send_type_key VARCHAR! send type open to the page, not AVOID, with enough sends to be judged
send_count BIGINT! settled sends behind the estimate
shrunk_log_rps DOUBLE! log1p of shrunk dollars per send
top_quarter_line DOUBLE! least shrunk_log_rps of the creator's best quarter of types
ratio DOUBLE! shrunk dollars per send ÷ those at the line
campaign_kind VARCHAR campaign rhythm the type follows, null without one
uses_30d BIGINT! sends in the last 30 days
per_month_min BIGINT least sends a month of that rhythm
is_winner BOOLEAN! among the best and too rare: planning adds toward the minimum
decision VARCHAR! why it is a winner or not
"""
    ),
    "Which send types earn best and are sent too rarely, per creator [4.3].",
)

GAME_PERFORMANCE = Table(
    "scoring",
    "game_performance",
    ("week_start", "creator_id", "game_kind"),
    columns(
        """
week_start DATE! Monday the row is for
as_of_date DATE! last day of data used
creator_id VARCHAR! creator
game_kind VARCHAR! wheel, prize_wheel, mystery_box, scratch_card or card_game, told from the caption's text
n BIGINT! the creator's games of that kind whose earnings are known
mean DOUBLE dollars a game, null without one
sd DOUBLE population standard deviation of the dollars a game, null without one
benchmark DOUBLE! pool mean of the kind, the prior [7.2]
posterior_mean DOUBLE! mean of the normal–inverse-gamma posterior, dollars a game
posterior_sd DOUBLE! scale of the posterior mean's Student t, dollars
degrees DOUBLE! degrees of freedom of that t
low DOUBLE! lower end of the 95% interval of the mean
high DOUBLE! upper end of the 95% interval of the mean
ratio DOUBLE! posterior mean ÷ benchmark
verdict VARCHAR! avoid, keep or recommend
last_played DATE last day the creator sent that game
"""
    ),
    "What each kind of game earns a creator, against the pool's figure [7.2].",
)

GAP_COVERAGE = Table(
    "governance",
    "gap_coverage",
    ("week_start", "gap"),
    columns(
        """
week_start DATE! newest week measured
weeks BIGINT! weeks measured together
gap VARCHAR! rule id
name VARCHAR! rule name
wave BIGINT wave, null for rules without one
priority VARCHAR! P0–P2
flag VARCHAR flag, null = always on
severity VARCHAR! error, warning, info
description VARCHAR! the rule in a sentence
state VARCHAR! on, off, partly (on for some pages) or not_built
in_force DOUBLE share of the measured creator-weeks on which the rule is in force, null when it is not built
measured DOUBLE figure
target VARCHAR! target as text, empty when the rule is not built
unit VARCHAR unit
passes BOOLEAN null when there was nothing to measure
n BIGINT! items, schedules or weeks behind the figure
note VARCHAR what limits the figure
"""
    ),
    "Every rule of the contract with its state, measured figure, target and verdict.",
)
