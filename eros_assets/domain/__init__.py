"""What the data mean: pure functions over frames, no engine, no clock."""
