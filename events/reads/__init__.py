"""What pages and the API show of events: each a function that returns a frozen dataclass."""
