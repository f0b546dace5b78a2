import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("connections", "0004_environments"),
    ]

    # Table and columns keep their names, so that nothing is written anew.
    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.AlterModelTable("lane", "connections_lane"),
                migrations.RenameModel("Lane", "Limit"),
                migrations.RemoveConstraint("slot", "one_slot"),
                migrations.RenameField("slot", "lane", "limit"),
                migrations.AlterField(
                    "slot",
                    "limit",
                    models.ForeignKey(
                        db_column="lane_id",
                        on_delete=django.db.models.deletion.CASCADE,
                        related_name="slots",
                        to="connections.limit",
                    ),
                ),
                migrations.AddConstraint(
                    "slot",
                    models.UniqueConstraint(fields=("limit", "number"), name="one_slot"),
                ),
            ],
        ),
    ]
