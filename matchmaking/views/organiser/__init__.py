"""The organiser's console of one event."""
