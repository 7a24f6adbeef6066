"""The REST API. Same rows and same actions as the pages."""
