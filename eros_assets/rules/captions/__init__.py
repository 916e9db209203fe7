"""What texts say and how often: length, style, rest, repeats, and how many are left."""
