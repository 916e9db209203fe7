"""What is estimated from the sends of the past."""
