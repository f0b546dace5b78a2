"""The form of a ticket template."""

from typing import Any

from django import forms

from desk.forms import placeholders
from desk.forms.layout import LayoutForm
from desk.models import TicketTemplate

# All texts of the department's fields together.
MOST_CHARACTERS = 60_000


class TemplateForm(LayoutForm):
    """A ticket without its contact, under a name; nothing but the name is needed."""

    name = forms.CharField(
        label="Name of the template",
        max_length=80,
        error_messages={"required": "Enter a name for the template."},
        widget=forms.TextInput(attrs={"autocomplete": "off"}),
    )
    is_shared = forms.BooleanField(
        label="Share it with everybody who may use this connection",
        help_text="They can use it. Only whoever made it and managers can change or "
        "delete it.",
        required=False,
    )

    field_order = ("name",)
    no_department = "Leave it open"
    # A day that was right once, and what belongs to one contact.
    not_here = frozenset({"dueDate", "email", "phone"})

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.required = name == "name"

    def clean(self) -> dict[str, Any]:
        """Refuse placeholders that nobody could fill in, and more text than is kept."""
        cleaned = super().clean()
        for name in self.texts():
            unknown = placeholders.first_unknown(str(cleaned.get(name) or ""))
            if unknown:
                self.add_error(
                    name,
                    f"“{{{unknown}}}” is not a placeholder. There are "
                    f"{placeholders.known()}. For words that are to stay in brackets, "
                    "use ( ) or [ ].",
                )
        if (
            sum(len(str(cleaned.get(name) or "")) for name in self._own)
            > MOST_CHARACTERS
        ):
            self.add_error(None, "This is more text than a template keeps. Shorten it.")
        return cleaned

    def kept(self) -> dict[str, Any]:
        """Return what was filled in, as the model keeps it."""
        values = self.values()
        department = self.cleaned_data.get("department", "")
        return {
            "name": self.cleaned_data["name"],
            "is_shared": self.cleaned_data["is_shared"],
            "department": department,
            "department_name": self.department_name if department else "",
            "subject": self.cleaned_data["subject"],
            "description": self.cleaned_data["description"],
            "values": values,
            "labels": {
                field.name: field.label
                for field in self._own.values()
                if field.name in values
            },
        }


def initial_of(template: TicketTemplate) -> dict[str, Any]:
    """Return what the form begins with, but for the department's fields."""
    return {
        "name": template.name,
        "is_shared": template.is_shared,
        "department": template.department,
        "subject": template.subject,
        "description": template.description,
    }
