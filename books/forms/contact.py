"""The forms about customers, vendors and their contact persons."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from django import forms

from books.forms.known import KnownForm
from books.zoho.names import ADDRESSES, OF_ADDRESS, OF_CONTACT, OF_PERSON
from books.zoho.settings import Currency, CustomField
from zohoportal.web.pasted import PastedEmailField

# So many contact persons come with a new customer; more are added to it.
PERSONS = 2
KINDS = (("customer", "Customer"), ("vendor", "Vendor"))
LONGEST_CUSTOM = 500
NO_FIRST_NAME = "Enter the first name: Zoho Books asks for it."


def _person_fields(prefix: str = "") -> dict[str, forms.Field]:
    fields: dict[str, forms.Field] = {
        f"{prefix}{name}": forms.CharField(
            label=label, max_length=longest, required=False
        )
        for name, (label, longest) in OF_PERSON.items()
    }
    fields[f"{prefix}email"] = PastedEmailField(
        label="E-mail",
        max_length=OF_PERSON["email"][1],
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "invalid": "E-mail must be an address such as name@example.com."
        },
    )
    return fields


class ContactForm(KnownForm):
    """A customer or vendor, as far as it is known; blank is left as it is.

    `currencies` are those to choose from, `custom` the organisation's own fields.
    """

    contact_type = forms.ChoiceField(
        label="Kind", choices=KINDS, initial="customer", widget=forms.RadioSelect
    )
    contact_name = forms.CharField(
        label="Name",
        max_length=OF_CONTACT["contact_name"][1],
        help_text="Zoho Books has each name once.",
        error_messages={"required": "Enter the name."},
    )

    def __init__(
        self,
        *args: Any,
        currencies: Sequence[Currency],
        custom: Sequence[CustomField],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name in ("company_name", "website", "notes"):
            label, longest = OF_CONTACT[name]
            self.fields[name] = forms.CharField(
                label=label, max_length=longest, required=False
            )
        self.fields["notes"].widget = forms.Textarea(attrs={"rows": 3})
        self._offer(currencies)
        for address in ADDRESSES:
            for part, (label, longest) in OF_ADDRESS.items():
                self.fields[f"{address}__{part}"] = forms.CharField(
                    label=label, max_length=longest, required=False
                )
        self.labels = {each.name: each.label for each in custom}
        for name, label in self.labels.items():
            self.fields[name] = forms.CharField(
                label=label, max_length=LONGEST_CUSTOM, required=False
            )

    def _offer(self, currencies: Sequence[Currency]) -> None:
        if currencies:
            named = [(each.id, f"{each.code}, {each.name}") for each in currencies]
            self.fields["currency_id"] = forms.ChoiceField(
                label="Currency",
                choices=[("", "As Zoho Books has it"), *named],
                required=False,
            )

    @property
    def main(self) -> list[forms.BoundField]:
        names = ("contact_type", "contact_name", "company_name", "currency_id")
        return self._shown(names)

    def _shown(self, names: Iterable[str]) -> list[forms.BoundField]:
        return [self[name] for name in names if name in self.fields]

    @property
    def addresses(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """Return each address: its name, its fields, whether it has something."""
        return [
            (label, fields, any(each.value() or each.errors for each in fields))
            for address, label in ADDRESSES.items()
            if (fields := self._shown(f"{address}__{part}" for part in OF_ADDRESS))
        ]

    @property
    def more(self) -> list[forms.BoundField]:
        return self._shown(("website", "notes", *self.labels))

    @property
    def has_more(self) -> bool:
        return any(each.value() or each.errors for each in self.more)

    def typed(self) -> dict[str, str]:
        """Return the contact's own values, blank ones as well."""
        own = {**OF_CONTACT, **self.labels}
        return {
            name: value
            for name, value in super().typed().items()
            if name in own or name.partition("__")[0] in ADDRESSES
        }


class NewContactForm(ContactForm):
    """A new customer or vendor, with contact persons."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for number in range(1, PERSONS + 1):
            self.fields.update(_person_fields(_prefix(number)))

    @property
    def people(self) -> list[tuple[str, list[forms.BoundField], bool]]:
        """Return each contact person: a title, the fields, whether to be shown."""
        return [
            (
                "Contact person" if number == 1 else "Another contact person",
                fields,
                number == 1 or any(each.value() or each.errors for each in fields),
            )
            for number in range(1, PERSONS + 1)
            if (fields := [self[f"{_prefix(number)}{name}"] for name in OF_PERSON])
        ]

    def persons(self) -> list[dict[str, str]]:
        """Return the contact persons that were typed, without blanks."""
        found = []
        for number in range(1, PERSONS + 1):
            prefix = _prefix(number)
            named = {name: self.cleaned_data.get(prefix + name) for name in OF_PERSON}
            if typed := {name: value for name, value in named.items() if value}:
                found.append(typed)
        return found

    def clean(self) -> dict[str, Any]:
        data: dict[str, Any] = super().clean() or self.cleaned_data
        for number in range(1, PERSONS + 1):
            prefix = _prefix(number)
            names = [f"{prefix}{name}" for name in OF_PERSON]
            if any(data.get(name) for name in names) and not data.get(names[0]):
                self.add_error(names[0], NO_FIRST_NAME)
        return data


def _prefix(number: int) -> str:
    return f"person{number}_"


def spread(persons: Sequence[Mapping[str, str]]) -> dict[str, str]:
    """Return contact persons as the values of a form."""
    return {
        f"{_prefix(number)}{name}": value
        for number, values in enumerate(persons, 1)
        for name, value in values.items()
    }


class PersonForm(KnownForm):
    """A contact person of a customer that is there."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields.update(_person_fields())
        first = self.fields["first_name"]
        first.required = True
        first.error_messages["required"] = NO_FIRST_NAME
