"""A place handed over to somebody else needs a new receipt for the same delegate row."""

from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [
        ("events", "0005_person_since"),
        ("matchmaking", "0009_scores_when_asked"),
    ]

    operations = [
        migrations.RemoveConstraint(model_name="contactreceipt", name="receipt_once"),
    ]
