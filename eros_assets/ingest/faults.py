"""Every name that tells what was wrong with an exported row, and what became of it.

Three things can happen. A cell is mended and the row's ``_fixes`` names the repair; a row stays with a limit
of its use that ``_flags`` names; or a row cannot be used and goes to ``raw.quarantine`` under a rule.

Belongs here: the names, one sentence of each, and what follows from it. When a name is given stands with the
reader of the file; how often and with what thresholds in ``config/ingest.yaml``. ``docs/reference/inputs.md``
shows these tables.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal, get_args

Repair = Literal[
    "page_name_emptied",
    "handle_normalised",
    "page_renamed",
    "creator_found_by_page",
    "amount_read_from_text",
    "count_read_from_text",
    "time_emptied",
    "negative_sent_zeroed",
    "negative_count_emptied",
    "views_capped_at_sent",
    "purchases_capped_at_views",
    "encoding_repaired",
    "value_ignored",
    "repeats_merged",
    "caption_type_replaced",
    "page_type_derived",
    "timezone_replaced",
    "fan_count_filled",
]
"""Names in ``_fixes``."""

Flag = Literal[
    "possible_duplicate",
    "no_recipients",
    "refund",
    "price_drift",
    "unpriced_earnings",
    "large_earnings",
    "unknown_content_type",
    "dst_shifted",
    "dst_ambiguous",
    "short",
    "concatenated",
    "garbled",
    "foreign_link",
    "switched_off",
]
"""Names in ``_flags``."""

QuarantineRule = Literal[
    "missing_key",
    "unattributable_send",
    "bad_creator_id",
    "duplicate_page",
    "unknown_page",
    "unknown_content_type",
    "bad_time",
    "bad_price",
    "bad_money",
    "bad_currency",
    "not_a_count",
    "negative_earnings",
    "negative_fans",
    "key_conflict",
    "empty_caption",
    "too_long",
    "placeholder",
    "prohibited",
    "unaligned_row",
    "file_rejected",
]
"""Names in the column ``rule`` of ``raw.quarantine``."""


@dataclass(frozen=True)
class Mended:
    """What a repair did. ``is_contradiction``: the row's figures contradicted each other or were impossible.

    Contradictions of sends count against the logical integrity of the data quality score.
    """

    sentence: str
    is_contradiction: bool = False


@dataclass(frozen=True)
class Limited:
    """What a flag means and what follows for the row."""

    sentence: str
    effect: str


REPAIRS: Mapping[Repair, Mended] = {
    "page_name_emptied": Mended("The page name was a word for nothing, such as `nan`; it is empty now."),
    "handle_normalised": Mended("The page name lost `@`, a URL around it, spaces, a last dot or capitals."),
    "page_renamed": Mended("The page goes by a newer name (`config/page_aliases.yaml`)."),
    "creator_found_by_page": Mended("The creator id was missing or unknown; the page name says whose row it is."),
    "amount_read_from_text": Mended("An amount was text such as `$14.99`, `1.299,00` or `Free`, and was read."),
    "count_read_from_text": Mended("A count was text such as `1,234` or `1.2k`, and was read."),
    "time_emptied": Mended("A time that may be missing could not be read or believed; it is empty now."),
    "negative_sent_zeroed": Mended("The count of fans reached was negative; it is 0 now.", is_contradiction=True),
    "negative_count_emptied": Mended("Another count was negative; it is empty now.", is_contradiction=True),
    "views_capped_at_sent": Mended("More fans opened than were reached; cut to those reached.", is_contradiction=True),
    "purchases_capped_at_views": Mended(
        "More fans paid than opened; cut to those who opened, or where that is unknown to those reached.",
        is_contradiction=True,
    ),
    "encoding_repaired": Mended("The text was saved under the wrong encoding and could be restored for certain."),
    "value_ignored": Mended("A figure outside its range, or a word nobody knows, was ignored; a default may stand."),
    "repeats_merged": Mended("Several rows of the file held this text; they became one."),
    "caption_type_replaced": Mended("An old caption type got its new name, or an unknown one was emptied."),
    "page_type_derived": Mended("The page type was neither paid nor free; it follows the subscription price."),
    "timezone_replaced": Mended(
        "The time zone was an abbreviation, unknown or missing; a full name stands, or the default."
    ),
    "fan_count_filled": Mended("The fan count was missing or unreadable; the last known one stands, else 0."),
}

_KEPT = "kept"
_NO_RATE = "counts in no rate"
_UNSCHEDULED = "the caption is not scheduled"

FLAGS: Mapping[Flag, Limited] = {
    "possible_duplicate": Limited("same page, minute and text under another id", _NO_RATE),
    "no_recipients": Limited("nobody was reached, or the export does not say", _NO_RATE),
    "refund": Limited("negative earnings, and the status says refund", _KEPT),
    "price_drift": Limited("the earnings are not price × purchases", _KEPT),
    "unpriced_earnings": Limited("earnings without a price", _KEPT),
    "large_earnings": Limited("unusually large earnings", _KEPT),
    "unknown_content_type": Limited("the label is not configured", "the type is found by words"),
    "dst_shifted": Limited("a local time that a clock change skips", "moved forward"),
    "dst_ambiguous": Limited("a local time that a clock change repeats", "the first is taken"),
    "short": Limited("a caption that is too short and unproven", _UNSCHEDULED),
    "concatenated": Limited("several texts in one", _UNSCHEDULED),
    "garbled": Limited("the text was saved under the wrong encoding and cannot be restored", _UNSCHEDULED),
    "foreign_link": Limited("the text links to another site than the platform's", _UNSCHEDULED),
    "switched_off": Limited("the caption is off in the bank", _UNSCHEDULED),
}

QUARANTINE: Mapping[QuarantineRule, str] = {
    "missing_key": "a persona, vault, page-metrics or creator row that names no page or creator",
    "unattributable_send": "a send or wall post without page and creator",
    "bad_creator_id": "a creator whose id is empty or holds other signs than letters, digits, `_` and `-`",
    "duplicate_page": "a creator whose page name belongs to another creator already",
    "unknown_page": "a persona, vault or page-metrics row of a page that no known creator has",
    "unknown_content_type": "a row of a long vault file with a label nobody configured",
    "bad_time": "a required time or date that cannot be read or is not believable",
    "bad_price": "a price that cannot be read or lies outside its limits",
    "bad_money": "another amount that cannot be read",
    "bad_currency": "an amount that is not in dollars",
    "not_a_count": "a count that is no whole number",
    "negative_earnings": "negative earnings without a status that says refund",
    "negative_fans": "a negative number of fans",
    "key_conflict": "one platform id under two creators: both rows, also the one loaded before",
    "empty_caption": "a caption that is blank",
    "too_long": "a caption that is too long",
    "placeholder": 'a caption such as "todo" or "lorem ipsum"',
    "prohibited": "a caption with a prohibited term, disguises undone. It is never read again",
    "unaligned_row": "a line with more or fewer cells than the header, such as after a stray quote",
    "file_rejected": "a good row of a file that was rejected whole",
}


def _require_all(names: Any, table: Mapping[Any, object]) -> None:
    """Raise unless the table has a row for every name, in the same order."""
    if tuple(table) != get_args(names):
        raise AssertionError(f"names without a row, or out of order: {set(get_args(names)) ^ set(table)}")


_require_all(Repair, REPAIRS)
_require_all(Flag, FLAGS)
_require_all(QuarantineRule, QUARANTINE)
