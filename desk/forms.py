from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from desk.departments import Department

# Desk's own values in a new organisation.
PRIORITIES = ("Low", "Medium", "High")
CHANNELS = ("Phone", "Email", "Web", "Chat", "Forums")
LANGUAGES = (
    "Chinese",
    "Dutch",
    "English",
    "French",
    "German",
    "Italian",
    "Japanese",
    "Portuguese",
    "Spanish",
)


def _choices(values: Sequence[str]) -> list[tuple[str, str]]:
    return [("", "As Desk has it"), *((value, value) for value in values)]


class TicketForm(forms.Form):
    """A ticket; `departments` is None where Zoho could not be asked for them."""

    department = forms.ChoiceField(
        label="Department",
        error_messages={
            "required": "Choose the department.",
            "invalid_choice": "This department is not there any more. Choose another.",
        },
    )
    email = forms.EmailField(
        label="Contact's e-mail",
        max_length=255,
        help_text="We look the person up in Zoho Desk.",
        widget=forms.EmailInput(attrs={"autocomplete": "off"}),
        error_messages={
            "required": "Enter the e-mail address of the person who asks.",
            "invalid": "E-mail must be an address such as name@example.com.",
        },
    )
    last_name = forms.CharField(
        label="Last name",
        max_length=80,
        required=False,
        help_text="Needed for a person whom Desk does not know yet.",
    )
    first_name = forms.CharField(label="First name", max_length=40, required=False)
    phone = forms.CharField(
        label="Phone",
        max_length=30,
        required=False,
        widget=forms.TextInput(attrs={"type": "tel"}),
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
    priority = forms.ChoiceField(
        label="Priority", required=False, choices=_choices(PRIORITIES)
    )
    channel = forms.ChoiceField(
        label="Channel", required=False, choices=_choices(CHANNELS)
    )
    due_date = forms.DateTimeField(
        label="Due date",
        required=False,
        widget=forms.DateTimeInput(
            attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"
        ),
        error_messages={"invalid": "Due date must be a day and a time of that day."},
    )
    language = forms.ChoiceField(
        label="Language", required=False, choices=_choices(LANGUAGES)
    )

    MORE = ("priority", "channel", "due_date", "language")

    def __init__(
        self, *args: Any, departments: list[Department] | None, **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        self.only_department = None
        field = self.fields["department"]
        if departments is None:
            typed = self.data.get("department", "")
            field.choices = [(typed, "The department you chose")]  # type: ignore[attr-defined]
        else:
            rows = [(row.id, row.name) for row in departments]
            several = [("", "Choose a department"), *rows]
            field.choices = rows if len(rows) == 1 else several  # type: ignore[attr-defined]
            if len(rows) == 1:
                self.only_department = departments[0]
                del self.fields["department"]
        zone = timezone.get_current_timezone_name()
        self.fields["due_date"].help_text = f"Day and time in {zone}."

    def clean_due_date(self) -> datetime | None:
        due: datetime | None = self.cleaned_data["due_date"]
        if due and not 2000 <= due.year < 3000:
            raise forms.ValidationError("Due date must be in a year such as 2026.")
        return due

    def clean(self) -> dict[str, Any]:
        """Fill in the only department, whatever an older form had."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if self.only_department:
            cleaned["department"] = self.only_department.id
        return cleaned

    @property
    def more_is_open(self) -> bool:
        """Whether a field under "More details" has an error or a value."""
        filled = any(self[name].value() for name in self.MORE)
        return filled or any(name in self.errors for name in self.MORE)
