"""A draft without a name of its own is named by its number, in the language of whoever reads it."""

from django.db import migrations, models

# What runs were named when started, in either language, before they had numbers.
GIVEN = r"^(Draft|Borrador|Repairs of release|Reparaciones de la versión) \d+$"


def number_runs(apps, schema_editor):
    runs = apps.get_model("matchmaking", "ScheduleRun").objects
    last: dict[int, int] = {}
    for run in runs.order_by("event_id", "created_at", "pk").only("pk", "event_id"):
        last[run.event_id] = last.get(run.event_id, 0) + 1
        runs.filter(pk=run.pk).update(number=last[run.event_id])
    runs.filter(name__regex=GIVEN).update(name="")


class Migration(migrations.Migration):
    dependencies = [("matchmaking", "0013_count_of_reach")]

    operations = [
        migrations.AddField(
            model_name="schedulerun",
            name="number",
            field=models.PositiveIntegerField(
                default=1,
                help_text="Names a run without a name.",
                verbose_name="number within the event",
            ),
        ),
        migrations.RunPython(number_runs, migrations.RunPython.noop, elidable=True),
    ]
