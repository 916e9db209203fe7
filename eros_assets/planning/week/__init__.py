"""One creator-week: facts, records, and what both are worth."""
