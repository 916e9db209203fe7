"""The joint programs that decide a week, and their proof."""
