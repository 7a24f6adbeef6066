"""What pages and the API show: one function a page, each returning a frozen dataclass."""
