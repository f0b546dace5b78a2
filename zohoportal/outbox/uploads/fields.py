"""A form field for several files; what does not fit is said beside it."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.template.defaultfilters import filesizeformat

from zohoportal.outbox.uploads.names import clean_name

NO_SPACE = (
    "There is too little space left on the server. Nothing was lost: what you typed is "
    "kept, and the files are still on your computer. Tell your admin, then send it "
    "again."
)
MEGABYTE = 1024 * 1024


def readable(size: int) -> str:
    """Return a size as people say it, such as 20 MB."""
    return filesizeformat(size).replace(".0\xa0", "\xa0")


class FilesInput(forms.FileInput):
    """The browser's own control, for several files."""

    allow_multiple_selected = True


class FilesField(forms.FileField):
    """Several files up to a size each; an empty list where none was chosen."""

    widget = FilesInput

    def __init__(
        self,
        *,
        most: int = 10,
        most_bytes: int = 20 * MEGABYTE,
        required: bool = False,
        **kwargs: Any,
    ) -> None:
        self.most, self.most_bytes = most, most_bytes
        limits = f"Up to {most} files of {readable(most_bytes)} each."
        kwargs.setdefault("help_text", limits)
        super().__init__(required=required, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Say the limits to scripts too: they tell before a long upload."""
        limits = {
            "data-most": self.most,
            "data-most-bytes": self.most_bytes,
            "data-most-together": settings.FILES_BYTES,
        }
        return super().widget_attrs(widget) | limits

    def clean(
        self,
        data: Sequence[UploadedFile] | None,
        initial: object = None,  # noqa: ARG002  # Django's signature
    ) -> list[UploadedFile]:
        """Return the files, or say of each what is wrong with it."""
        files = list(data or [])
        if not files and self.required:
            raise forms.ValidationError("Choose a file.", code="required")
        self.check(files)
        return files

    def check(self, files: Sequence[UploadedFile], besides: int = 0) -> None:
        """Object to files that do not fit, or are too many with those `besides`."""
        known = files[: settings.FILES_WRITTEN]
        problems = [words for file in known if (words := self._objection(file))]
        number = len(files) + besides
        if number > self.most:
            words = (
                f"You chose {number} files; the most is {self.most}. Choose fewer, and "
                "add the others afterwards."
            )
            problems.insert(0, words)
        if problems:
            # The same words once, where the disk is full for all of them.
            raise forms.ValidationError(list(dict.fromkeys(problems)))

    def _objection(self, file: UploadedFile) -> str:
        name, size = clean_name(file.name or ""), file.size or 0
        if getattr(file, "has_no_space", False):
            return NO_SPACE
        if getattr(file, "is_cut", False):
            return (
                f"“{name}” did not fit any more: one form takes "
                f"{readable(settings.FILES_BYTES)}. Choose fewer files, and add the "
                "others afterwards."
            )
        if size > self.most_bytes:
            return (
                f"“{name}” has {readable(size)}; the limit is "
                f"{readable(self.most_bytes)}. Choose a smaller file."
            )
        if not size:
            return f"“{name}” is empty (0 bytes). Choose another file."
        return ""
