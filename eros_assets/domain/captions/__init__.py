"""What a text is and what it is worth."""
