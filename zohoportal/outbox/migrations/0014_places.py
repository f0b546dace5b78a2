"""What was open before there were lines stands in them, in the order it was typed."""

from django.db import migrations
from django.db.models import F

from zohoportal.outbox.delivering import moves

OPEN = ("waiting", "sending", "unknown")


def give_places(apps, schema_editor):
    targets = apps.get_model("outbox", "Target").objects
    rows = apps.get_model("outbox", "Delivery").objects.filter(
        state__in=OPEN, targets=None
    )
    # A file joins when what it belongs to is at Zoho.
    old = list(rows.exclude(held_for="parent").order_by("created_at"))
    # All others were typed later.
    targets.filter(left_at=None).update(place=F("place") + len(old))
    for place, delivery in enumerate(old, start=1):
        for key in moves.lines_of(delivery):
            targets.create(delivery=delivery, key=key, place=place)


class Migration(migrations.Migration):
    dependencies = [
        ("crm", "0002_contact_deliveries"),
        ("outbox", "0013_unsure"),
    ]

    operations = [migrations.RunPython(give_places, migrations.RunPython.noop)]
