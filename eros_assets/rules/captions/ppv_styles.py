"""The style of a PPV, and the styles of which a text was left.

Belongs here: what the rules on the order of styles [1.1] and on the same style twice running [1.2] both ask. The
style is that of the text; what the plan calls it is not read.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
import pandas as pd

from eros_assets.rules.columns import KEY
from eros_assets.rules.reference import Reference


def styled_ppvs(reference: Reference) -> pd.DataFrame:
    """PPV items of the timeline with ``true_style``, that of their caption; empty where it is not known."""
    ppv = reference.timeline[reference.timeline["is_ppv"]].reset_index(drop=True)
    styles = list(reference.settings.timing.rotation.styles)
    known = ppv["has_caption"] & ppv["caption_style"].isin(styles)
    return ppv.assign(true_style=ppv["caption_style"].where(known, ""))


def unused_styles(reference: Reference, ppv: pd.DataFrame) -> npt.NDArray[np.bool_]:
    """Styles in which the bank held a usable, unused text of each PPV's own caption type, (len(ppv), styles).

    PPVs of earlier weeks are held against what is left in the creator's first week under judgement.
    """
    styles = list(reference.settings.timing.rotation.styles)
    own = {row.key: row.caption_types[0] for row in reference.settings.send_types if row.is_ppv}
    bank = reference.bank
    bank = bank[bank["caption_type"].isin(set(own.values())) & (bank["caption_content"] != "")]
    left = reference.count_usable(bank, ["caption_type", "caption_style"], reference.spent_captions)
    first = reference.weeks.groupby("creator_id", as_index=False).agg(first_week=("week_start", "min"))
    rows = ppv[[*KEY, "send_type_key", "is_current"]].merge(first, on="creator_id", how="left")
    rows["week_start"] = rows["week_start"].where(rows["is_current"], rows["first_week"])
    rows["caption_type"] = rows["send_type_key"].map(own)
    flat = left.pivot_table(index=[*KEY, "caption_type"], columns="caption_style", values="usable", aggfunc="sum")
    place = pd.MultiIndex.from_frame(rows[[*KEY, "caption_type"]])
    held: npt.NDArray[np.bool_] = flat.reindex(index=place, columns=styles).fillna(0).to_numpy() > 0
    return held
