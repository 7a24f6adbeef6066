"""Repairs to choose from, progress that stays, and composite keys that tie everything to its event.

A meeting's request, slot and table and a draft's run, request, slot and table stand in the same event. No
two active meetings share a table in a slot, whether their rows in `TableUse` exist or not.
"""

import django.db.models.deletion
import pgtrigger.compiler
import pgtrigger.migrations
from django.db import migrations, models

FILL = """
SET CONSTRAINTS ALL IMMEDIATE;
UPDATE matchmaking_draftmeeting AS meeting SET event_id = run.event_id
    FROM matchmaking_schedulerun AS run WHERE run.id = meeting.run_id;
SET CONSTRAINTS ALL DEFERRED;
"""
KEYS = (
    ("draftmeeting", "run", "matchmaking_schedulerun"),
    ("draftmeeting", "request", "matchmaking_meetingrequest"),
    ("draftmeeting", "slot", "events_slot"),
    ("draftmeeting", "table", "events_table"),
    ("meeting", "request", "matchmaking_meetingrequest"),
    ("meeting", "slot", "events_slot"),
    ("meeting", "table", "events_table"),
)
FORWARD = [
    f"ALTER TABLE matchmaking_{rows} ADD CONSTRAINT {rows}_{column}_in_event "
    f"FOREIGN KEY ({column}_id, event_id) REFERENCES {target} (id, event_id) "
    "DEFERRABLE INITIALLY DEFERRED"
    for rows, column, target in KEYS
] + [
    "ALTER TABLE matchmaking_meeting ADD CONSTRAINT meeting_table_slot_once "
    "EXCLUDE USING btree (table_id WITH =, slot_id WITH =) WHERE (status <> 'cancelled') "
    "DEFERRABLE INITIALLY DEFERRED"
]
BACKWARD = ["ALTER TABLE matchmaking_meeting DROP CONSTRAINT meeting_table_slot_once"] + [
    f"ALTER TABLE matchmaking_{rows} DROP CONSTRAINT {rows}_{column}_in_event"
    for rows, column, _target in KEYS
]


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0004_weights_and_closed_slots"),
        ("matchmaking", "0006_the_day"),
    ]

    operations = [
        migrations.AddField(
            model_name="schedulerun",
            name="attempts",
            field=models.PositiveSmallIntegerField(default=0, verbose_name="times taken up"),
        ),
        migrations.AddField(
            model_name="schedulerun",
            name="is_curve",
            field=models.BooleanField(
                default=False, verbose_name="works out repairs to choose from"
            ),
        ),
        migrations.AddField(
            model_name="schedulerun",
            name="points",
            field=models.JSONField(blank=True, default=list, verbose_name="repairs to choose from"),
        ),
        migrations.AddField(
            model_name="schedulerun",
            name="track",
            field=models.JSONField(
                blank=True, default=list, verbose_name="progress: seconds, value, bound"
            ),
        ),
        migrations.AddConstraint(
            model_name="meetingrequest",
            constraint=models.UniqueConstraint(
                fields=("id", "event"), name="request_with_its_event"
            ),
        ),
        migrations.AddConstraint(
            model_name="schedulerun",
            constraint=models.UniqueConstraint(fields=("id", "event"), name="run_with_its_event"),
        ),
        migrations.AddField(
            model_name="draftmeeting",
            name="event",
            field=models.ForeignKey(
                editable=False,
                null=True,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="events.event",
                verbose_name="event",
            ),
        ),
        migrations.RunSQL(FILL, migrations.RunSQL.noop),
        migrations.AlterField(
            model_name="draftmeeting",
            name="event",
            field=models.ForeignKey(
                editable=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="+",
                to="events.event",
                verbose_name="event",
            ),
        ),
        pgtrigger.migrations.AddTrigger(
            model_name="draftmeeting",
            trigger=pgtrigger.compiler.Trigger(
                name="draft_meeting_in_its_event",
                sql=pgtrigger.compiler.UpsertTriggerSql(
                    func="SELECT event_id INTO NEW.event_id FROM matchmaking_schedulerun WHERE id = NEW.run_id; RETURN NEW;",
                    hash="837f7fe7dbc5da267dcb6eac84ef25a6066fe288",
                    operation="INSERT",
                    pgid="pgtrigger_draft_meeting_in_its_event_cd1f1",
                    table="matchmaking_draftmeeting",
                    when="BEFORE",
                ),
            ),
        ),
        migrations.RunSQL(FORWARD, BACKWARD),
    ]
