"""When and where: events, sessions, slots, tables and registrations."""
