"""What assets, checks and faces call: read the lake, call the pure functions, write back."""
