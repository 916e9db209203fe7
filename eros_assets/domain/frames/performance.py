"""The sends as facts, and what they say of creators, captions, types and hours up to a day."""

from __future__ import annotations

from eros_assets.domain.frames.table import Table, columns

EVIDENCE = """
send_count BIGINT! mature sends in the window, undecayed; wall posts included when their earnings are known
n_eff DOUBLE! sum of decay weights
rps DOUBLE decay-weighted mean of winsorised earnings per send, dollars
log_rps DOUBLE decay-weighted mean of log1p(winsorised earnings)
sent_weighted DOUBLE! decay-weighted fans reached, sends with recipients only
viewed_weighted DOUBLE! decay-weighted opens, sends with recipients only
purchased_weighted DOUBLE! decay-weighted purchases, sends with recipients only
"""

EVIDENCE_CHECKS = ("n_eff <= send_count + 1e-6", "viewed_weighted <= sent_weighted + 1e-6")

CAPTION_EVIDENCE = EVIDENCE.replace("wall posts included", "wall posts that sell something included")

FCT_SENDS = Table(
    "performance",
    "fct_sends",
    ("send_key",),
    columns(
        """
send_key VARCHAR! row_key of raw.sends, or wall_ and the post id
creator_id VARCHAR null for pages we do not manage
page_name VARCHAR handle
page_type VARCHAR paid or free, null when unknown
sent_at TIMESTAMP! UTC
sent_local TIMESTAMP! in the creator's zone
send_date DATE! local calendar date, the partition
sent_hour BIGINT! [0–23] local hour
sent_weekday BIGINT! [0–6] local weekday, 0 = Monday
send_type_key VARCHAR! send type, classified by its words where the export has none
send_type_confidence DOUBLE! [0–1] how sure the send type is
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
content_type_confidence DOUBLE [0–1] how sure the content type is
tone VARCHAR tone of the matched caption
is_rated BOOLEAN! counts in rates: not withdrawn, sent_count > 0, no possible duplicate; never a post without recipients
is_withdrawn BOOLEAN! withdrawn after sending
"""
    ),
    "One row per send with everything derived; the grain of all performance tables.",
    (
        "earnings is not null or channel_key in ('wall_post', 'story')",
        "not is_rated or (sent_count > 0 and not is_withdrawn)",
        "caption_hash is not null or not is_caption_matched",
    ),
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
volume_tier VARCHAR! [LOW | MID | HIGH | ULTRA] volume tier by fans
creator_tier BIGINT! [1–5] fifth of all creators by revenue, 1 = the highest
sends_90d BIGINT! sends in the last 90 days
confidence DOUBLE! [0–1] how far the page's data may be trusted, by its sends
first_send_date DATE first send ever ≤ as_of_date
last_send_date DATE newest send ≤ as_of_date
data_age_days BIGINT days from the newest send of any creator to as_of_date
is_new BOOLEAN! few sends, or the first of them lately
saturation_7d DOUBLE [0–100] score of the horizon, null when it is missing
saturation_14d DOUBLE [0–100] score of the horizon
saturation_30d DOUBLE [0–100] score of the horizon
opportunity_7d DOUBLE [0–100] score of the horizon
opportunity_14d DOUBLE [0–100] score of the horizon
opportunity_30d DOUBLE [0–100] score of the horizon
priced_sends_7d BIGINT! rated priced sends; wall posts, which have no recipients, are not in the windows
priced_sends_14d BIGINT! rated priced sends; wall posts, which have no recipients, are not in the windows
priced_sends_30d BIGINT! rated priced sends; wall posts, which have no recipients, are not in the windows
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
elasticity_r0 DOUBLE! [> 0] dollars per recipient, r0 of r0 × exp(−k × sends a day)
elasticity_k DOUBLE! [> 0] share lost with each further send of a day
elasticity_r2 DOUBLE fit quality
is_elasticity_fitted BOOLEAN! false = the configured defaults
weekday_factors VARCHAR! JSON list of seven factors, Monday first
data_quality VARCHAR! [excellent | good | limited | insufficient] horizons and sends behind the scores
"""
    ),
    "One row per creator: how the page is doing and how far its data may be trusted.",
    ("last_send_date <= as_of_date", "json_array_length(weekday_factors) = 7"),
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
        + CAPTION_EVIDENCE
        + """
total_earnings DOUBLE! dollars, all sends ≤ as_of_date in the window
last_used_date DATE! newest use ≤ as_of_date, mature or not
uses_30d BIGINT! uses in the last 30 days
uses_60d BIGINT! uses in the last 60 days
"""
    ),
    "Per creator and caption, from days ≤ as_of_date.",
    (*EVIDENCE_CHECKS, "last_used_date <= as_of_date", "uses_30d <= uses_60d", "priced_count <= send_count"),
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
falling_days BIGINT! [0–30] days in a row, up to as_of_date, on which the view rate fell
shrunk_log_rps DOUBLE log_rps shrunk toward the pool figure
shrunk_view_rate DOUBLE view rate shrunk toward the pool figure
shrunk_conversion DOUBLE conversion shrunk toward the pool figure
performance_score DOUBLE! [0–100] the group against the creator's own level, 50 = equal to it
performance_tier VARCHAR! [TOP | MID | LOW | AVOID] tier by score, sends and confidence
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
    EVIDENCE_CHECKS,
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
    EVIDENCE_CHECKS,
)

HOUR_PERFORMANCE = Table(
    "performance",
    "hour_performance",
    ("as_of_date", "creator_id", "sent_hour"),
    columns(
        """
as_of_date DATE! last day whose data the row uses
creator_id VARCHAR! creator
sent_hour BIGINT! [0–23] local hour, every hour has a row
"""
        + EVIDENCE
        + """
hour_factor DOUBLE! [≥ 0] shrunk RPS of the hour ÷ the creator's mean, pool curve where data are thin
"""
    ),
    "Per creator and local hour, priced sends and priced wall posts.",
    EVIDENCE_CHECKS,
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
length_factor DOUBLE [≥ 0] shrunk RPS of the bucket ÷ the creator's mean
"""
    ),
    "Per creator and caption length, priced sends and priced wall posts.",
    EVIDENCE_CHECKS,
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
        + CAPTION_EVIDENCE
        + """
lift_log DOUBLE decayed mean of log1p(earnings) minus the sending creator's mean_log_rps, priced sends
view_lift DOUBLE decayed view rate ÷ the sending creators' mean view rate
last_used_date DATE! newest use by anybody ≤ as_of_date
uses_30d BIGINT! uses in the last 30 days by anybody
creator_count BIGINT! [> 0] creators who used it
"""
    ),
    "Per caption over all creators: the prior of a creator who has not used it yet.",
    (*EVIDENCE_CHECKS, "last_used_date <= as_of_date", "priced_count <= send_count"),
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
