"""Forms that choose what a list shows: read from the address, all optional."""

from collections.abc import Iterable
from typing import Generic, TypeVar

from django import forms
from django.db.models import Q, QuerySet

Rows = TypeVar("Rows", bound=QuerySet)


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


class FilterForm(forms.Form, Generic[Rows]):
    """Chooses among `rows`; fields are named like the columns that they filter by."""

    rows: Rows

    def offer(self, name: str, choices: Iterable[tuple[object, str]]) -> None:
        """Say what there is to choose from in one of the lists."""
        field = self.fields[name]
        assert isinstance(field, FilterField)  # noqa: S101
        field.offer((str(value), label) for value, label in choices)

    def found(self) -> Rows:
        """Return the rows to show; none where the address makes no sense."""
        if not self.is_valid():
            return self.rows.none()
        return self.rows.filter(self.wanted(self._wishes()))

    def wanted(self, wishes: dict[str, str]) -> Q:
        """Return the condition that the wishes stand for."""
        return Q(**wishes)

    def in_words(self) -> str:
        """Return what was chosen, for the trail."""
        wishes = self._wishes().items()
        return ", ".join(f"{name}={value}" for name, value in wishes) or "none"

    def _wishes(self) -> dict[str, str]:
        return {name: value for name, value in self.cleaned_data.items() if value}
