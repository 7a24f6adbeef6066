"""Forms of what people do with their own organisation and account."""
