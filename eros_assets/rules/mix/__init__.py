"""How many items of which type: variety, shares, limits, and volume that follows the data."""
