"""[11.3] No text holds a prohibited term, however it is spelled.

Belongs here: the search; the lists of terms are configuration.
"""

from __future__ import annotations

import re

import pandas as pd

from eros_assets.domain.captions.text import plain_text, undisguised
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, violations


def _find(reference: Reference) -> pd.DataFrame:
    slots = reference.slots[reference.slots["chars"] > 0]
    # Two readings stand on two lines; a term must not reach from one into the other.
    plain = undisguised(plain_text(slots["caption_text"]).str.replace(r"\s+", " ", regex=True))
    parts = [finding(slots.iloc[:0], "")]
    for topic, terms in sorted(reference.settings.prohibited.items()):
        if not terms:
            continue
        longest = sorted((term.lower() for term in terms), key=lambda term: (-len(term), term))
        pattern = r"\b(" + "|".join(re.escape(term) for term in longest) + r")\b"
        hit = plain.str.extract(pattern)[0]
        rows = slots[hit.notna()].assign(term=hit[hit.notna()])
        parts.append(finding(rows, f"the caption of {{send_type_key}} holds a prohibited term ({topic}): “{{term}}”"))
    return gather(*parts)


prohibited_text = Rule(
    gap="11.3",
    name="prohibited_text",
    wave=None,
    priority="P0",
    flag=None,
    severity="error",
    stages=("content_curator", "followup_generator"),
    description="No caption holds a term of the configured prohibited lists, disguised spellings included.",
    find=_find,
    measure=lambda r: violations(_find(r), int(r.slots["has_caption"].sum()), "prohibited captions"),
)
