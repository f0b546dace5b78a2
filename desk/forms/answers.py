"""The forms about a ticket that is there."""

from collections.abc import Sequence
from typing import Any

from django import forms

from connections.zoho import shapes
from desk.forms.inputs import field_for, to_desk
from desk.zoho.layouts import Field
from zohoportal.outbox.uploads.fields import FilesField


class CommentForm(forms.Form):
    ticket = forms.CharField(max_length=30, widget=forms.HiddenInput)
    content = forms.CharField(
        label="Comment",
        max_length=32_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "Enter the comment."},
    )
    is_public = forms.ChoiceField(
        label="Who reads it",
        choices=[("no", "Only colleagues"), ("yes", "The customer too")],
        initial="no",
        widget=forms.RadioSelect,
        error_messages={"required": "Choose who reads it."},
    )


class FilesForm(forms.Form):
    ticket = forms.CharField(max_length=30, widget=forms.HiddenInput)
    attachments = FilesField(label="Files to add", required=True)


class StatusForm(forms.Form):
    """Another status for a ticket, and what Desk asks for with it.

    `statuses` are those to choose from, `demanded` the fields that Desk asks for. The
    form brings back what it `shown`: a text of its own, which nobody has to believe.
    """

    ticket = forms.CharField(max_length=30, widget=forms.HiddenInput)
    shown = forms.Field(required=False, widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label="Status",
        error_messages={
            "required": "Choose the status.",
            "invalid_choice": "“%(value)s” is not in Desk's list. Choose another.",
        },
    )

    def __init__(
        self,
        *args: Any,
        statuses: Sequence[str],
        demanded: Sequence[Field] = (),
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(each, each) for each in statuses]  # type: ignore[attr-defined]  # a choice field
        self._demanded = {field.name: field for field in demanded}
        for name, field in self._demanded.items():
            self.fields[name] = field_for(field, "Zoho Desk")

    def clean(self) -> dict[str, Any]:
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        status = cleaned.get("status")
        if status and status == self.shown_values().get("status"):
            words = f"The ticket was “{status}” already. Choose another status."
            self.add_error("status", words)
        return cleaned

    def shown_values(self) -> dict[str, str]:
        """Return what the person saw, by Desk's names; nothing if that is no sense."""
        found = shapes.decode(str(self["shown"].value() or "").encode()) or {}
        is_text = all(isinstance(each, str) for each in found.values())
        return found if is_text else {}

    def values(self) -> dict[str, str]:
        """Return what Desk asked for, by its names and as it writes it."""
        return {name: to_desk(self.cleaned_data[name]) for name in self._demanded}
