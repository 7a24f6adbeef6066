"""Composite foreign keys that Django cannot express.

A seat and a table in use always stand in the slot (and at the table) of their meeting, and both ends of a
request stand in its event. With the unique constraints of 0001 this keeps rules 1 and 2 of the product
whatever code writes. Deferrable, so that two meetings may swap places in one transaction.
"""

from django.db import migrations

FORWARD = """
ALTER TABLE matchmaking_meetingseat
    ADD CONSTRAINT seat_follows_meeting FOREIGN KEY (meeting_id, slot_id)
    REFERENCES matchmaking_meeting (id, slot_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE matchmaking_tableuse
    ADD CONSTRAINT table_use_follows_meeting FOREIGN KEY (meeting_id, slot_id, table_id)
    REFERENCES matchmaking_meeting (id, slot_id, table_id) ON UPDATE CASCADE DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE matchmaking_meetingrequest
    ADD CONSTRAINT request_sender_in_event FOREIGN KEY (sender_id, event_id)
    REFERENCES events_registration (id, event_id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE matchmaking_meetingrequest
    ADD CONSTRAINT request_receiver_in_event FOREIGN KEY (receiver_id, event_id)
    REFERENCES events_registration (id, event_id) DEFERRABLE INITIALLY DEFERRED;
"""
BACKWARD = """
ALTER TABLE matchmaking_meetingrequest DROP CONSTRAINT request_receiver_in_event;
ALTER TABLE matchmaking_meetingrequest DROP CONSTRAINT request_sender_in_event;
ALTER TABLE matchmaking_tableuse DROP CONSTRAINT table_use_follows_meeting;
ALTER TABLE matchmaking_meetingseat DROP CONSTRAINT seat_follows_meeting;
"""


class Migration(migrations.Migration):
    dependencies = [("matchmaking", "0001_initial"), ("events", "0001_initial")]

    operations = [migrations.RunSQL(FORWARD, BACKWARD)]
