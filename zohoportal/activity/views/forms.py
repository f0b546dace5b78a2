"""What to show of the API log and of the trail."""

from typing import Any

from django.db.models import Max

from zohoportal.activity.models import AuditEvent, EntryQuerySet, ZohoCall
from zohoportal.activity.views.filters import FilterField, FilterForm


class EntryFilter(FilterForm[EntryQuerySet]):
    connection_id = FilterField("Connection", "All connections")

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.offer_named("connection")

    def offer_named(self, what: str) -> None:
        """Offer all that the entries name, each by its newest name."""
        key, name = f"{what}_id", f"{what}_name"
        newest = self.rows.values(key).annotate(newest=Max("pk")).values("newest")
        rows = self.rows.filter(pk__in=newest).exclude(**{key: None})
        self.offer(key, rows.order_by(name).values_list(key, name))


class CallFilter(EntryFilter):
    rows = ZohoCall.objects.all()
    is_failed = FilterField("Outcome", "All calls", [("True", "Only failed ones")])


class EventFilter(EntryFilter):
    rows = AuditEvent.objects.all()
    person_id = FilterField("Person", "Everybody")
    act = FilterField("Act", "All acts", AuditEvent.Act.choices)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.offer_named("person")
