"""The forms about a ticket that is there."""

from collections.abc import Sequence
from typing import Any

from django import forms

from zohoportal.outbox.file_fields import FilesField


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
    ticket = forms.CharField(max_length=30, widget=forms.HiddenInput)
    status = forms.ChoiceField(
        label="Status",
        error_messages={
            "required": "Choose the status.",
            "invalid_choice": "“%(value)s” is not in Desk's list. Choose another.",
        },
    )

    def __init__(self, *args: Any, statuses: Sequence[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["status"].choices = [(each, each) for each in statuses]  # type: ignore[attr-defined]  # a choice field
