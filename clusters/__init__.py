"""Who: organisations, facts about them, their sources, and the people who act for them."""
