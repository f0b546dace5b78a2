from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("outbox", "0009_grows_old"),
    ]

    # The columns keep their names, so that nothing is written anew.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveIndex("delivery", "due_in_lane"),
                migrations.RemoveConstraint("delivery", "one_delivery_per_form"),
                migrations.RenameField("delivery", "lane", "limit_key"),
                migrations.AlterField(
                    "delivery",
                    "limit_key",
                    models.CharField(db_column="lane", max_length=120),
                ),
                migrations.RenameField("delivery", "form_key", "idempotency_key"),
                migrations.AlterField(
                    "delivery",
                    "idempotency_key",
                    models.CharField(db_column="form_key", max_length=64),
                ),
                migrations.AddIndex(
                    "delivery",
                    models.Index(
                        condition=models.Q(("retry_at__isnull", False)),
                        fields=["limit_key", "is_bulk", "created_at"],
                        name="due_in_lane",
                    ),
                ),
                migrations.AddConstraint(
                    "delivery",
                    models.UniqueConstraint(
                        fields=("person", "idempotency_key"),
                        name="one_delivery_per_form",
                    ),
                ),
            ],
        ),
    ]
