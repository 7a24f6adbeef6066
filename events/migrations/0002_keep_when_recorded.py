"""As for organisations: an event loaded from a fixture keeps when it came in (clusters 0004)."""

from django.db import migrations


class Migration(migrations.Migration):

    dependencies = [
        ('clusters', '0004_keep_when_recorded'),
        ('events', '0001_initial'),
    ]

    operations = [
        migrations.RunSQL(
            "CREATE TRIGGER keep_when_changed BEFORE INSERT OR UPDATE ON events_event FOR EACH ROW "
            "WHEN (NEW.created_at IS NULL OR NEW.updated_at IS NULL) EXECUTE FUNCTION keep_when_changed()",
            "DROP TRIGGER keep_when_changed ON events_event",
        ),
    ]
