"""[2.4] A followup's text fits the style of the message it follows.

Belongs here: which style that is, and whether the bank held an unused followup text of it.
"""

from __future__ import annotations

import pandas as pd

from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Measure, Rule, finding, share

_TYPE = "ppv_followup"


def styled_followups(reference: Reference) -> pd.DataFrame:
    """Captioned followups whose parent's style is known, with ``parent_style``, ``fits`` and ``is_open``.

    A bundle's followup reminds of a bundle; every other parent has the style of its own text. ``is_open``: the
    text fits, or the bank held an unused one that would have.
    """
    slots = reference.slots
    parents = slots[["creator_id", "week_start", "item_id", "send_type_key", "caption_style"]].rename(
        columns={"item_id": "parent_item_id", "send_type_key": "parent_type", "caption_style": "parent_style"}
    )
    rows = slots[slots["is_followup"] & slots["has_caption"] & (slots["caption_style"] != "")]
    rows = rows.merge(parents.drop_duplicates([*KEY, "parent_item_id"]), on=[*KEY, "parent_item_id"])
    is_bundle = rows["parent_type"].str.contains("bundle")
    rows["parent_style"] = rows["parent_style"].mask(is_bundle, "bundle")
    rows = rows[rows["parent_style"] != ""]
    rows["fits"] = rows["caption_style"] == rows["parent_style"]
    kinds = reference.settings.send_type[_TYPE].caption_types
    bank = reference.bank[reference.bank["caption_type"].isin(kinds) & (reference.bank["caption_content"] != "")]
    left = reference.count_usable(bank, ["caption_style"], reference.spent_captions)
    rows = rows.merge(left.rename(columns={"caption_style": "parent_style"}), on=[*KEY, "parent_style"], how="left")
    # One text left can mend one followup, the first of those that lack it.
    rank = rows[~rows["fits"]].groupby([*KEY, "parent_style"]).cumcount().reindex(rows.index)
    return rows.assign(is_open=rows["fits"] | (rank < rows["usable"]))


def _find(reference: Reference) -> pd.DataFrame:
    rows = styled_followups(reference)
    return finding(
        rows[rows["is_open"] & ~rows["fits"]],
        "the followup on {date:%a} is of style {caption_style}; its {parent_type} is of style {parent_style}, "
        "and a text of that style was left",
    )


def _measure(reference: Reference) -> Measure:
    rows = styled_followups(reference)
    rest = int((~rows["is_open"]).sum())
    note = f"{rest} without such a text in the bank" if rest else ""
    return share(rows.loc[rows["is_open"], "fits"], 1.0, "share of followups", note)


followup_templates = Rule(
    gap="2.4",
    name="followup_templates",
    wave=4,
    priority="P1",
    flag="ENABLE_QUALITY_VALIDATORS",
    severity="warning",
    stages=("followup_generator",),
    description="A followup's text fits the style of its parent where the bank holds such a text.",
    find=_find,
    measure=_measure,
)
