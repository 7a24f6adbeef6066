"""Fixtures name no times: the database says when a row came in, and keeps that on a second load."""

from django.db import migrations

FUNCTION = """
CREATE FUNCTION keep_when_recorded() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := now();
    ELSE
        NEW.created_at := OLD.created_at;
    END IF;
    RETURN NEW;
END $$;
CREATE FUNCTION keep_when_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        NEW.created_at := coalesce(NEW.created_at, now());
        NEW.updated_at := coalesce(NEW.updated_at, now());
        RETURN NEW;
    END IF;
    NEW.created_at := coalesce(NEW.created_at, OLD.created_at);
    NEW.updated_at := OLD.updated_at;
    -- A generated column is still empty here.
    IF to_jsonb(NEW) - 'folded' IS DISTINCT FROM to_jsonb(OLD) - 'folded' THEN
        NEW.updated_at := now();
    END IF;
    RETURN NEW;
END $$;
"""
DROP_FUNCTION = "DROP FUNCTION keep_when_recorded(); DROP FUNCTION keep_when_changed();"

FACTS = (
    "sectorfocus",
    "internationaltarget",
    "cooperationinterest",
    "label",
    "relation",
    "fieldstatement",
    "figure",
)


def triggers():
    for name in FACTS:
        table = f"clusters_{name}"
        yield (
            f"CREATE TRIGGER keep_when_recorded BEFORE INSERT OR UPDATE ON {table} FOR EACH ROW "
            "WHEN (NEW.created_at IS NULL) EXECUTE FUNCTION keep_when_recorded()",
            f"DROP TRIGGER keep_when_recorded ON {table}",
        )
    yield (
        "CREATE TRIGGER keep_when_changed BEFORE INSERT OR UPDATE ON clusters_organisation FOR EACH ROW "
        "WHEN (NEW.created_at IS NULL OR NEW.updated_at IS NULL) EXECUTE FUNCTION keep_when_changed()",
        "DROP TRIGGER keep_when_changed ON clusters_organisation",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('clusters', '0003_mail_for_invitations'),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, DROP_FUNCTION),
        *[migrations.RunSQL(forward, backward) for forward, backward in triggers()],
    ]
