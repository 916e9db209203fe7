"""What must never go out: foreign content, prohibited words, wrong pages, impossible fields, stale data."""
