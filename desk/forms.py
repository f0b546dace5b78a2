"""The form of a new ticket: what Desk always asks, then what the department's does."""

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from desk.departments import Department
from desk.fields import form_name
from desk.form_fields import MAKERS, dependent_field_for, field_for, from_desk, to_desk
from desk.layouts import Field, Layout
from zohoportal.outbox.file_fields import FilesField

# On the form anyway, or of no use on a new ticket.
ELSEWHERE = {"departmentId", "contactId", "accountId", "subject", "description"}
LATER = {"resolution"}
# Filled in by Desk from the contact, unless the layout insists.
OF_THE_CONTACT = {"email", "phone"}


class TicketForm(forms.Form):
    """A ticket; `departments` is None where Zoho could not be asked for them.

    `layout` is None while no department is chosen.
    """

    who = forms.CharField(
        label="Contact",
        max_length=300,
        help_text="Type the beginning of a name, an e-mail address or a phone number.",
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
        required=False,
    )
    contact = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    contact_name = forms.CharField(
        max_length=300, required=False, widget=forms.HiddenInput
    )
    email = forms.EmailField(
        label="E-mail",
        max_length=255,
        required=False,
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "invalid": "E-mail must be an address such as name@example.com.",
        },
    )
    last_name = forms.CharField(
        label="Last name",
        max_length=80,
        required=False,
    )
    first_name = forms.CharField(label="First name", max_length=40, required=False)
    phone = forms.CharField(
        label="Phone",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    department = forms.ChoiceField(
        label="Department",
        help_text="Those that the connected Zoho user may not see in Zoho Desk are not "
        "listed.",
        error_messages={
            "required": "Choose the department.",
            "invalid_choice": "This department is not there any more, or the connected "
            "Zoho user may not see it. Choose another.",
        },
    )
    subject = forms.CharField(
        label="Subject",
        max_length=255,
        error_messages={"required": "Enter the subject."},
    )
    description = forms.CharField(
        label="Description",
        max_length=60_000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
    )

    attachments = FilesField(label="Files")

    NEW_CONTACT = ("email", "last_name", "first_name", "phone")

    def __init__(
        self,
        *args: Any,
        departments: list[Department] | None,
        layout: Layout | None = None,
        takes_files: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        if not takes_files:
            del self.fields["attachments"]
        self.layout = layout or Layout()
        self.only_department: Department | None = None
        self.asks_about_the_past = False
        self._own: dict[str, Field] = {}
        self._offer(departments)
        for field in self.layout.fields:
            self._add(field)

    def _offer(self, departments: list[Department] | None) -> None:
        field = self.fields["department"]
        if departments is None:
            typed = self.data.get("department", "")
            field.choices = [(typed, "The department you chose")]  # type: ignore[attr-defined]  # a choice field
            return
        rows = [(row.id, row.name) for row in departments]
        field.choices = [("", "Choose a department"), *rows]  # type: ignore[attr-defined]  # a choice field
        if len(rows) == 1:
            self.only_department = departments[0]
            del self.fields["department"]

    @property
    def department_name(self) -> str:
        """Return what the chosen department is called."""
        if self.only_department:
            return self.only_department.name
        names = dict(self.fields["department"].choices)  # type: ignore[attr-defined]  # a choice field
        return str(names.get(self["department"].value(), "The department"))

    def _add(self, field: Field) -> None:
        if field.name == "description":
            self.fields["description"].required = field.is_demanded
        name = form_name(field.name)
        if not _is_asked(field) or field.kind not in MAKERS:
            return
        dependency = self.layout.dependency_of(field.name)
        made = (
            dependent_field_for(field, self.department_name, dependency)
            if dependency
            else field_for(field, self.department_name)
        )
        if dependency:
            parent = form_name(dependency.parent)
            made.widget.attrs["data-depends-on"] = f"id_{parent}"
        self.fields[name] = made
        self._own[name] = field

    def demanded(self) -> list[forms.BoundField]:
        """Return the layout's fields that Desk insists on."""
        return [self[name] for name, field in self._own.items() if field.is_demanded]

    def more(self) -> list[forms.BoundField]:
        """Return the layout's other fields."""
        return [
            self[name] for name, field in self._own.items() if not field.is_demanded
        ]

    def not_supported(self) -> list[Field]:
        """Return the layout's fields that can be filled in at Desk only."""
        return [
            field
            for field in self.layout.fields
            if _is_asked(field) and field.kind not in MAKERS
        ]

    @property
    def more_is_open(self) -> bool:
        """Whether a field under "More details" has an error or a value."""
        return any(field.value() or field.errors for field in self.more())

    @property
    def has_new_contact(self) -> bool:
        """Whether something is known of a person who is no contact yet."""
        return any(self[name].value() or self[name].errors for name in self.NEW_CONTACT)

    def clean(self) -> dict[str, Any]:
        """Mind what no field can mind alone."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.only_department:
            # Whatever an older form had.
            cleaned["department"] = self.only_department.id
        if cleaned.get("who", "") != cleaned.get("contact_name", ""):
            # Somebody typed on after choosing.
            cleaned["contact"] = cleaned["contact_name"] = ""
        self._mind_the_person(cleaned)
        self._mind_what_depends(cleaned)
        self._mind_the_past(cleaned.get("due_date"))
        return cleaned

    def _mind_the_person(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("contact"):
            for name in self.NEW_CONTACT:
                cleaned[name] = ""
                self.errors.pop(name, None)
        elif "email" in cleaned and not cleaned["email"]:
            if any(cleaned.get(name) for name in self.NEW_CONTACT):
                words = "Enter the e-mail address of the person who asks."
                self.add_error("email", words)
            else:
                self.add_error("who", "Choose the contact, or add a new one.")

    def _mind_what_depends(self, cleaned: dict[str, Any]) -> None:
        for each in self.layout.dependencies:
            parent, child = form_name(each.parent), form_name(each.child)
            value = cleaned.get(child)
            chosen = cleaned.get(parent) or ""
            if not value or parent not in self.fields:
                continue
            if value not in each.values.get(chosen, ()):
                label = str(self.fields[parent].label)
                words = f"This does not go with “{chosen}” of {label}. Choose another."
                self.add_error(child, words)

    def _mind_the_past(self, due: datetime | None) -> None:
        """Question a due date in the past, and take it when it is meant."""
        self.asks_about_the_past = bool(due and due < timezone.now())
        if self.asks_about_the_past and self.data.get("past_is_meant") != "on":
            words = "This is in the past. Change it, or tick the box to keep it."
            self.add_error("due_date", words)

    def left_out_by(self, other: "TicketForm") -> list[str]:
        """Return what was typed into the layout's fields and does not fit the other."""
        return [
            name
            for name in self._own
            if self[name].value() and not other.takes(name, self[name].value())
        ]

    def takes(self, name: str, value: Any) -> bool:
        """Tell whether a field of the layout takes this value."""
        if name not in self._own:
            return False
        try:
            self.fields[name].clean(value)
        except forms.ValidationError:
            return False
        return True

    def values(self) -> dict[str, str]:
        """Return what was filled in of the layout's fields, as Desk writes it."""
        found = {
            field.name: to_desk(self.cleaned_data.get(name))
            for name, field in self._own.items()
        }
        return {name: value for name, value in found.items() if value}

    def typed_values(self, values: dict[str, str]) -> Iterator[tuple[str, Any]]:
        """Return the form's values for what `values` returned earlier."""
        for name, field in self._own.items():
            if field.name in values:
                yield name, from_desk(field, values[field.name])


def _is_asked(field: Field) -> bool:
    if field.name in ELSEWHERE | LATER or field.is_read_only:
        return False
    return field.name not in OF_THE_CONTACT or field.is_demanded
