from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor


def let_people_lack_it(apps: Apps, _schema: BaseDatabaseSchemaEditor) -> None:
    """Many people have no e-mail address."""
    settings = apps.get_model("crm", "ModuleSettings")
    of_people = settings.objects.filter(module__in=["Contacts", "Leads"])
    of_people.update(may_lack_duplicate=True)


class Migration(migrations.Migration):
    dependencies = [("crm", "0005_forget_readings")]

    operations = [
        migrations.AddField(
            model_name="modulesettings",
            name="may_lack_duplicate",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="modulesettings",
            name="reference_field",
            field=models.CharField(blank=True, default="", max_length=100),
            preserve_default=False,
        ),
        migrations.RunPython(let_people_lack_it, migrations.RunPython.noop),
    ]
