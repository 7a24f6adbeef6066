from django.db import migrations

# A citation says whether a fact is stated or inferred, and names of cooperation kinds stand in reasons:
# both belong to what scores and their sentences are made of.
FUNCTION = """
CREATE FUNCTION note_citation_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO clusters_profilechange (organisation_id) SELECT DISTINCT fact.organisation_id '
        'FROM changed JOIN %I AS fact ON fact.id = changed.%I', TG_ARGV[0], TG_ARGV[1]);
    RETURN NULL;
END $$;
"""
DROP_FUNCTION = "DROP FUNCTION note_citation_change();"

FACTS = ("sectorfocus", "internationaltarget", "cooperationinterest", "label", "relation")
OF_ALL = ("clusters_cooperationkind", "clusters_successstory_citations")


def triggers():
    for fact in FACTS:
        table = f"clusters_{fact}_citations"
        for event, rows in (("INSERT", "NEW"), ("UPDATE", "NEW"), ("DELETE", "OLD")):
            name = f"note_{event.lower()}"
            yield (
                f"CREATE TRIGGER {name} AFTER {event} ON {table} REFERENCING {rows} TABLE AS changed "
                f"FOR EACH STATEMENT EXECUTE FUNCTION note_citation_change('clusters_{fact}', '{fact}_id')",
                f"DROP TRIGGER {name} ON {table}",
            )
    for table in OF_ALL:
        yield (
            f"CREATE TRIGGER note_change AFTER INSERT OR UPDATE OR DELETE ON {table} "
            "FOR EACH STATEMENT EXECUTE FUNCTION note_change_for_all()",
            f"DROP TRIGGER note_change ON {table}",
        )
    yield (
        "CREATE TRIGGER note_change AFTER UPDATE ON clusters_citation FOR EACH ROW "
        "WHEN (OLD.code IS DISTINCT FROM NEW.code OR OLD.basis IS DISTINCT FROM NEW.basis) "
        "EXECUTE FUNCTION note_change_for_all()",
        "DROP TRIGGER note_change ON clusters_citation",
    )


class Migration(migrations.Migration):

    dependencies = [
        ('clusters', '0005_region_notes'),
    ]

    operations = [
        migrations.RunSQL(FUNCTION, DROP_FUNCTION),
        *[migrations.RunSQL(forward, backward) for forward, backward in triggers()],
    ]
