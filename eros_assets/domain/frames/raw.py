"""Tables that ingest writes: one per kind of export file, the quarantine and the ledger of files."""

from __future__ import annotations

from eros_assets.domain.frames.table import Table, columns

PROVENANCE = """
_fixes VARCHAR names of the repairs done to this row, in alphabetical order, comma separated
_flags VARCHAR names of what limits the row's use (price_drift, possible_duplicate …), comma separated
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
creator_id VARCHAR creator, resolved from the page name where the export has none
page_name VARCHAR normalised handle
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
alias_ids VARCHAR JSON list of every id this text had
caption_text VARCHAR! text as written
plain_text VARCHAR! NFKC text with styled letters folded, for matching
char_length BIGINT! trimmed code points
caption_type VARCHAR key after alias mapping; null = to be classified
content_type VARCHAR label of the file, unclassified
price DOUBLE last price, dollars
suggested_price DOUBLE dollars
price_range_min DOUBLE dollars
price_range_max DOUBLE dollars
schedulable_type VARCHAR ppv, ppv_bump, wall
is_paid_page_only BOOLEAN! true for renewal and winback texts
is_active BOOLEAN! may be scheduled; false for texts too short, run together, garbled, linking elsewhere, switched off
page_name VARCHAR last page that used it, history only
times_used BIGINT counter of the file, informational
total_earnings DOUBLE counter of the file, informational
last_used_date TIMESTAMP date of the file, informational
tone VARCHAR tone of the file
emoji_style VARCHAR emoji level of the file
slang_level VARCHAR slang level of the file
classification_confidence DOUBLE 0–1
classification_method VARCHAR how the type was found
near_duplicate_of VARCHAR caption_hash of the older caption that reads alike
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
reason VARCHAR! sentence for a person
row_json VARCHAR! the row as read
is_terminal BOOLEAN! never read again: the text is prohibited
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

EXPORT_TABLES = {
    table.name: table
    for table in (RAW_SENDS, RAW_WALL_POSTS, RAW_CREATORS, RAW_PERSONAS, RAW_CAPTIONS, RAW_VAULT, RAW_PAGE_METRICS)
}
"""Tables by the kind of export file they are filled from."""
RAW_TABLES = {**EXPORT_TABLES, RAW_QUARANTINE.name: RAW_QUARANTINE, RAW_LEDGER.name: RAW_LEDGER}
