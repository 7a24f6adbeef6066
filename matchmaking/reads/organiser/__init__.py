"""The organiser's console of one event: one module for each of its pages."""
