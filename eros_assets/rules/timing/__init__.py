"""When items are sent: distances, hours, minutes, followups, expiries and pins."""
