"""Tables between the exports and their measures that other layers read."""

from __future__ import annotations

from eros_assets.domain.frames.table import Table, columns

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
caption_type_confidence DOUBLE! [0–1] how sure the caption type is
content_type_key VARCHAR classified, null when unknown
content_type_confidence DOUBLE [0–1] how sure the content type is
suggested_price DOUBLE dollars
is_paid_page_only BOOLEAN! renewal and winback texts
is_active BOOLEAN! may be scheduled
tone VARCHAR file's tone, null when absent
slang_level VARCHAR file's level, null when absent
near_duplicate_of VARCHAR caption_hash of the older caption that reads alike
"""
    ),
    "The caption pool, typed and classified.",
)
