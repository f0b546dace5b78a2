from django.db import migrations

# What everybody who used a connection could do before there were rights.
KEPT = [
    "crm.contacts.see",
    "crm.contacts.create",
    "crm.contacts.change",
    "crm.records.see",
    "crm.records.create",
    "crm.records.change",
    "desk.see",
    "desk.all",
    "desk.create",
    "desk.answer",
    "desk.change",
]


def keep(apps, _editor):
    memberships = apps.get_model("connections", "Membership")
    memberships.objects.update(rights=KEPT, is_unreviewed=True)


class Migration(migrations.Migration):

    dependencies = [
        ('connections', '0008_rights'),
    ]

    operations = [
        migrations.RunPython(keep, migrations.RunPython.noop),
    ]
