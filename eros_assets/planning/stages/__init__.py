"""The eight stages of a week, in order; each hands records to the next."""
