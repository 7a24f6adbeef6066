"""What people do with their own organisation, and with their account."""
