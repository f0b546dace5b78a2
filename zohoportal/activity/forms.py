"""What to show of the API log and the trail: read from the address, all optional."""

from collections.abc import Iterable
from typing import Any

from django import forms
from django.db.models import Max

from zohoportal.activity.models import AuditEvent, EntryQuerySet, ZohoCall


class FilterField(forms.ChoiceField):
    """A list to choose from; its first choice leaves nothing out."""

    def __init__(
        self, label: str, everything: str, choices: Iterable[tuple[str, str]] = ()
    ) -> None:
        super().__init__(
            label=label,
            required=False,
            widget=forms.Select(attrs={"class": "form-select"}),
            error_messages={"invalid_choice": f"{label}: choose one from the list."},
        )
        self._everything = everything
        self.offer(choices)

    def offer(self, choices: Iterable[tuple[str, str]]) -> None:
        self.choices = [("", self._everything), *choices]


class EntryFilter(forms.Form):
    """The fields are named like those of the entries that they filter by."""

    entries: EntryQuerySet
    connection_id = FilterField("Connection", "All connections")

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.offer("connection")

    def offer(self, what: str) -> None:
        """Offer all that the entries name, each by its newest name."""
        key, name = f"{what}_id", f"{what}_name"
        newest = self.entries.values(key).annotate(newest=Max("pk")).values("newest")
        rows = self.entries.filter(pk__in=newest).exclude(**{key: None})
        field = self.fields[key]
        assert isinstance(field, FilterField)  # noqa: S101
        named = rows.order_by(name).values_list(key, name)
        field.offer((str(pk), label) for pk, label in named)

    def found(self) -> EntryQuerySet:
        """Return the entries to show; none where the address makes no sense."""
        if not self.is_valid():
            return self.entries.none()
        return self.entries.filter(**self._wishes())

    def in_words(self) -> str:
        """Return what was chosen, for the trail."""
        wishes = self._wishes().items()
        return ", ".join(f"{name}={value}" for name, value in wishes) or "none"

    def _wishes(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value}


class CallFilter(EntryFilter):
    entries = ZohoCall.objects.all()
    is_failed = FilterField("Outcome", "All calls", [("True", "Only failed ones")])


class EventFilter(EntryFilter):
    entries = AuditEvent.objects.all()
    person_id = FilterField("Person", "Everybody")
    act = FilterField("Act", "All acts", AuditEvent.Act.choices)

    def __init__(self, data: Any) -> None:
        super().__init__(data)
        self.offer("person")
