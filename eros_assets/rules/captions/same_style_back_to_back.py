"""[1.2] Two PPVs in a row never share a style.

Belongs here: repeats over midnight and week borders too, and the same style twice a day on one side of noon. A
repeat is a fault only where a text of another style was left.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from eros_assets.rules.captions.ppv_styles import styled_ppvs, unused_styles
from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference
from eros_assets.rules.rule import Rule, finding, gather, violations

_NOON = 12


def _find(reference: Reference) -> pd.DataFrame:
    styles = reference.settings.timing.rotation.styles
    ppv = styled_ppvs(reference)
    before = ppv.groupby("creator_id", sort=False)["true_style"].shift()
    repeated = ppv[ppv["is_current"] & (ppv["true_style"] != "") & (before == ppv["true_style"])]
    others = repeated["true_style"].to_numpy()[:, None] != np.array(styles)
    choice = pd.Series((unused_styles(reference, repeated) & others).any(axis=1), index=repeated.index)
    current = ppv[ppv["is_current"] & (ppv["true_style"] != "")]
    current = current.assign(
        late=current["hour"] >= _NOON, ppvs=current.groupby([*KEY, "date"])["item_id"].transform("size")
    )
    days = current.groupby([*KEY, "schedule_id", "date", "true_style", "ppvs"], as_index=False).agg(
        count=("late", "size"), late=("late", "sum")
    )
    one_sided = days[(days["count"] > 1) & ((days["late"] == 0) | (days["late"] == days["count"]))]
    # Past one repeat a day, the morning has no room for the first of every pair.
    full = one_sided["ppvs"] > len(styles) + 1
    split = "{date:%a} has {count} PPV of style {true_style} on the same side of noon"
    text = "PPV on {local:%a %H:%M} has the style of the one before: {true_style}"
    return gather(
        finding(repeated[choice], text),
        finding(repeated[~choice], text + "; captions of another style are missing", level="warning"),
        finding(one_sided[~full], split, measured="count", limit=1, whole=True),
        finding(one_sided[full], split, measured="count", limit=1, level="warning", whole=True),
    )


same_style_back_to_back = Rule(
    gap="1.2",
    name="same_style_back_to_back",
    wave=2,
    priority="P0",
    flag="ENABLE_ROTATION_PATTERNS",
    severity="error",
    stages=("content_curator",),
    description="Two PPV in a row never share a style, over midnight too; twice in a day means before and after 12:00.",
    find=_find,
    measure=lambda r: violations(_find(r), int(r.slots["is_ppv"].sum()), "repeated styles"),
)
