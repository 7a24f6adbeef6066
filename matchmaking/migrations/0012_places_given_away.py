"""A missed meeting whose place another pair took no longer holds its table."""

from django.db import migrations

DROP = "ALTER TABLE matchmaking_meeting DROP CONSTRAINT meeting_table_slot_once"
ADD = (
    "ALTER TABLE matchmaking_meeting ADD CONSTRAINT meeting_table_slot_once "
    "EXCLUDE USING btree (table_id WITH =, slot_id WITH =) "
    "WHERE (status <> 'cancelled'{}) DEFERRABLE INITIALLY DEFERRED"
)


class Migration(migrations.Migration):
    dependencies = [("matchmaking", "0011_printouts")]

    operations = [
        migrations.RunSQL(
            [DROP, ADD.format(" AND NOT is_given_away")],
            [DROP, ADD.format("")],
        )
    ]
