"""What the pages show that an organisation's people use to keep its own house."""
