"""Contacts that were submitted before are deliveries of records now."""

from django.db import migrations

FIELDS = {
    "email": "Email",
    "last_name": "Last_Name",
    "first_name": "First_Name",
    "phone": "Phone",
    "mobile": "Mobile",
    "title": "Title",
    "description": "Description",
}


def as_record(payload):
    if not payload:
        # What was typed is deleted some time after the delivery was settled.
        return payload
    values = {zoho: payload[ours] for ours, zoho in FIELDS.items() if payload.get(ours)}
    names = (values.get("First_Name"), values.get("Last_Name"))
    return {
        "module": "Contacts",
        "singular": "Contact",
        "name": " ".join(filter(None, names)),
        "values": values,
        "unchanged": [],
        "clear": [],
        "changes": None,
        "duplicate_field": "Email",
        "layout": "",
        "automation": True,
    }


def turn_contacts_into_records(apps, schema_editor):
    delivery_model = apps.get_model("outbox", "Delivery")
    for delivery in delivery_model.objects.filter(kind="crm.contact").iterator():
        delivery.kind = "crm.record"
        delivery.payload = as_record(delivery.payload)
        delivery.save(update_fields=["kind", "payload"])


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0001_initial"),
        ("outbox", "0002_workers"),
    ]

    operations = [
        migrations.RunPython(turn_contacts_into_records, migrations.RunPython.noop)
    ]
