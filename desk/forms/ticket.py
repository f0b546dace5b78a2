"""The form of a new ticket: what Desk always asks, then what the department's does."""

from datetime import datetime
from typing import Any

from django import forms
from django.utils import timezone

from desk.forms import placeholders
from desk.forms.layout import LayoutForm
from desk.zoho.person_words import person_in
from zohoportal.outbox.uploads.fields import FilesField
from zohoportal.web.pasted import PastedEmailField


class TicketForm(LayoutForm):
    """A ticket: whose it is, its department's form, and files."""

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
    email = PastedEmailField(
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
    is_new = forms.BooleanField(
        label="This is somebody else: add a new contact", required=False
    )
    # The template it began with, whose text may still speak of the contact.
    template = forms.CharField(max_length=30, required=False, widget=forms.HiddenInput)
    attachments = FilesField(label="Files")

    # As they stand on the page, so that errors are listed in this order.
    field_order = (
        "who",
        "contact",
        "contact_name",
        "email",
        "last_name",
        "first_name",
        "phone",
        "is_new",
    )
    NEW_CONTACT = ("email", "last_name", "first_name", "phone")

    def __init__(self, *args: Any, takes_files: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not takes_files:
            del self.fields["attachments"]
        # So that an objection names the contact.
        self.fields["who"].target = "contacts"  # type: ignore[attr-defined]  # read where objections are shown
        # One of the two is asked for, and no single one of them.
        for name in ("email", "last_name"):
            self.fields[name].is_asked = True  # type: ignore[attr-defined]  # read where labels are shown
        self.asks_about_the_past = False
        self.asks_who_is_meant = bool(self["is_new"].value())

    @property
    def has_new_contact(self) -> bool:
        """Whether something is known of a person who is no contact yet."""
        return any(self[name].value() or self[name].errors for name in self.NEW_CONTACT)

    def clean(self) -> dict[str, Any]:
        """Mind what no field can mind alone."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("who", "") != cleaned.get("contact_name", ""):
            # Somebody typed on after choosing.
            cleaned["contact"] = cleaned["contact_name"] = ""
        self._mind_the_person(cleaned)
        self._mind_the_past(cleaned.get("due_date"))
        if cleaned.get("template"):
            self._name_the_contact(cleaned)
        return cleaned

    def _mind_the_person(self, cleaned: dict[str, Any]) -> None:
        if cleaned.get("contact"):
            for name in self.NEW_CONTACT:
                cleaned[name] = ""
                self.errors.pop(name, None)
            return
        self._take_the_pasted_name(cleaned)
        if "email" not in cleaned or "last_name" not in cleaned:
            return
        if not cleaned["email"] and not cleaned["last_name"]:
            if any(cleaned.get(name) for name in self.NEW_CONTACT):
                words = "Enter the last name or the e-mail address of who asks."
                self.add_error("last_name", words)
            else:
                self.add_error("who", "Choose the contact, or add a new one.")

    def _take_the_pasted_name(self, cleaned: dict[str, Any]) -> None:
        """Keep the name that was pasted into the address: `Ann Archer <ann@…>`."""
        if cleaned.get("email") and not cleaned.get("last_name"):
            pasted = person_in(str(self["email"].value()))
            names = ("first_name", "last_name")
            cleaned |= {name: pasted[name] for name in names if name in pasted}

    def _name_the_contact(self, cleaned: dict[str, Any]) -> None:
        """Put the contact's name where the template's text speaks of it."""
        new = f"{cleaned.get('first_name', '')} {cleaned.get('last_name', '')}".strip()
        name = cleaned.get("contact_name") or new
        for each in self.texts():
            text = cleaned.get(each) or ""
            if not placeholders.names_contact(text):
                continue
            if not name:
                words = "Enter the last name: the text has {contact name} in it."
                if not self.errors.keys() & {"who", "last_name"}:
                    self.add_error("last_name", words)
                return
            cleaned[each] = placeholders.with_contact(text, name)
            try:
                self.fields[each].run_validators(cleaned[each])
            except forms.ValidationError as error:
                self.add_error(each, error)

    def _mind_the_past(self, due: datetime | None) -> None:
        """Question a due date in the past, and take it when it is meant."""
        self.asks_about_the_past = bool(due and due < timezone.now())
        if self.asks_about_the_past and self.data.get("past_is_meant") != "on":
            words = "This is in the past. Change it, or tick the box to keep it."
            self.add_error("due_date", words)
