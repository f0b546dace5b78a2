from django.db import migrations, models

USUAL = "v8"


def by_product(apps, _editor):
    """Keep a version that was chosen for the CRM with the product that it is of."""
    connections = apps.get_model("connections", "Connection").objects
    for connection in connections.exclude(crm_version=USUAL):
        connection.versions = {"crm": connection.crm_version}
        connection.save(update_fields=["versions"])


def back(apps, _editor):
    connections = apps.get_model("connections", "Connection").objects
    for connection in connections.exclude(versions={}):
        connection.crm_version = connection.versions.get("crm", USUAL)
        connection.save(update_fields=["crm_version"])


class Migration(migrations.Migration):

    dependencies = [
        ("connections", "0005_limits"),
    ]

    operations = [
        migrations.AddField(
            model_name="connection",
            name="versions",
            field=models.JSONField(default=dict),
        ),
        migrations.RunPython(by_product, back),
        # Processes of the version before still read it while they are replaced: it goes
        # for good with the next release.
        migrations.AlterField(
            model_name="connection",
            name="crm_version",
            field=models.CharField(db_default=USUAL, default=USUAL, max_length=4),
        ),
        migrations.SeparateDatabaseAndState(
            state_operations=[
                migrations.RemoveField(model_name="connection", name="crm_version")
            ],
        ),
    ]
