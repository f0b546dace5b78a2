"""Inputs for fields that take files.

A form comes back more than once, for a preview or a mistake, and browsers do not keep
the choice of files. So a file that came is kept, and the input brings back its mark,
as it does for each file that Zoho has: ticked it stays, unticked it goes.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django import forms
from django.core.files.uploadedfile import UploadedFile
from django.core.signing import BadSignature, Signer

from crm.zoho.file_items import Item
from zohoportal.outbox.uploads.fields import FilesField, FilesInput, readable

_SIGNER = Signer(salt="crm.file")


def mark(item: Item) -> str:
    """Return what an input carries for a file; the same each time."""
    return _SIGNER.sign_object(item)


def item_of(text: str) -> Item | None:
    """Return the file that a mark stands for; None for anything else."""
    try:
        found: Item = _SIGNER.unsign_object(text)
    except (BadSignature, ValueError):
        return None
    return found


class Chosen(list[str]):
    """The marks that came with a form, and the files that were chosen besides."""

    def __init__(
        self, marks: Iterable[str] = (), given: Sequence[UploadedFile] = ()
    ) -> None:
        # A file that was chosen makes a difference to what was shown.
        super().__init__([*marks, *(f"+{file.name}" for file in given)])
        self.given = given


class RecordFilesInput(FilesInput):
    """The browser's own control, beside the files that are there already."""

    def format_value(self, value: Any) -> list[str]:  # type: ignore[override]  # marks can come back
        return [mark(each) for each in value or ()]

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Chosen:
        marks = data.getlist(name) if hasattr(data, "getlist") else data.get(name, ())
        given = super().value_from_datadict(data, files, name)
        return Chosen((each for each in marks if item_of(each)), given or ())

    def value_omitted_from_data(self, data: Any, files: Any, name: str) -> bool:
        # Unticked boxes send nothing.
        return f"{name}-shown" not in data and name not in files


class RecordFilesField(FilesField):
    """Files of a record: items for those that are there, and new ones."""

    widget = RecordFilesInput
    # Read by field.html.
    keeps_files = True

    def bound_data(self, data: Any, initial: Any) -> Any:  # noqa: ARG002  # Django's signature
        # Django's own shows what a form started with: browsers keep no files.
        return data

    def clean(self, data: Any, initial: object = None) -> list[Any]:  # noqa: ARG002  # Django's signature
        chosen = data if isinstance(data, Chosen) else Chosen()
        there = [item for each in chosen if (item := item_of(each))]
        if self.required and not (there or chosen.given):
            words = self.error_messages["required"]
            raise forms.ValidationError(words, code="required")
        self.check(chosen.given, besides=len(there))
        return [*there, *chosen.given]


def rows(value: Any) -> list[dict[str, str]]:
    """Return the files of an input as its page shows them."""
    found = value if isinstance(value, Chosen) else map(mark, value or ())
    return [
        {
            "mark": each,
            "name": item["name"],
            "size": readable(item["size"]) if item["size"] else "",
        }
        for each in found
        if (item := item_of(each))
    ]
