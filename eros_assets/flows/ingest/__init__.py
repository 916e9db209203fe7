"""Export files → ``raw`` tables: ordered, merged by key, balanced, idempotent.

One transaction per file writes its rows, its quarantine and its ledger line together. A row that is
there already is replaced by a newer export of it and otherwise counted as a duplicate.

:mod:`~eros_assets.flows.ingest.files` reads file after file; ``inbox`` says which and where they go
afterwards, ``merge`` brings rows together with those stored, ``conflicts`` stops ids that two creators
claim, ``repeats`` finds rows that say the same under different keys, ``retry`` reads again what waited,
``ledger`` keeps every file's balance. How a file is understood stands in :mod:`eros_assets.ingest`.
"""

from eros_assets.flows.ingest.files import ingest_paths, retry_quarantine
from eros_assets.flows.ingest.ledger import FileReport

__all__ = ["FileReport", "ingest_paths", "retry_quarantine"]
