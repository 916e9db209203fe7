"""What an item asks for: prices and amounts."""
