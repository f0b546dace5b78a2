from typing import Any

from django.db import migrations


def forget_readings(apps: Any, _schema_editor: Any) -> None:
    """Have Zoho asked anew: what was kept knows no sections of layouts."""
    apps.get_model("crm", "Reading").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [("crm", "0004_reading")]

    operations = [migrations.RunPython(forget_readings, migrations.RunPython.noop)]
