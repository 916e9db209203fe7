"""Tables of ``docs/reference/``: figures of ``config/`` and columns of table contracts, as Markdown."""
