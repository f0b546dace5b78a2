import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):

    dependencies = [
        ("crm", "0006_new_records"),
    ]

    operations = [
        # Processes of the version before still read it while they are replaced: it goes
        # for good with the next release. It keeps no connection from being deleted.
        migrations.AlterField(
            model_name="reading",
            name="connection",
            field=models.ForeignKey(
                db_constraint=False,
                on_delete=django.db.models.deletion.CASCADE,
                related_name="crm_readings",
                to="connections.connection",
            ),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[migrations.DeleteModel(name="Reading")],
        ),
    ]
