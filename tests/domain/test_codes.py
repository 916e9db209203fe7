"""Labels as positions among known ones."""

import warnings

import numpy as np
import pandas as pd

from eros_assets.domain.codes import codes_of


def test_unknown_and_missing_labels_have_no_position_and_no_warning() -> None:
    values = pd.Series(["b", "x", None, "a", pd.NA], dtype="str")
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        codes = codes_of(values, ["a", "b"])
    assert codes.dtype == np.int64
    assert codes.tolist() == [1, -1, -1, 0, -1]


def test_arrays_and_nothing_are_taken_too() -> None:
    assert codes_of(np.array(["a", "a"]), ["a"]).tolist() == [0, 0]
    assert codes_of(pd.Series([], dtype="str"), ["a"]).tolist() == []
    assert codes_of(pd.Series(["a"]), []).tolist() == [-1]
