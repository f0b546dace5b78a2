"""Files on their way in: straight to disk, up to a limit, even if the disk is full.

Where something is wrong with a file, it is marked and the request goes on: so the form
can say it beside the field, and keeps what was typed into the other fields.
"""

import errno
import os
from io import BytesIO
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

from zohoportal.run import disk

# No space, no space for this account, and a limit of the system for one file.
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class ReceivedFile(TemporaryUploadedFile):
    """A file as it came in.

    Attributes:
        is_cut: there was more of it than one request may bring.
        has_no_space: it did not fit on the disk, or is not to fill it up.
    """

    is_cut = False
    has_no_space = False

    @property
    def is_whole(self) -> bool:
        return not (self.is_cut or self.has_no_space)

    def take(self, data: bytes) -> None:
        """Write to disk unbuffered, so that a full disk shows here and not later."""
        rest = memoryview(data)
        try:
            while rest:
                rest = rest[os.write(self.fileno(), rest) :]
        except OSError as error:
            if error.errno not in NO_SPACE:
                raise
            self.has_no_space = True
            self.empty()

    def empty(self) -> None:
        """Give the space back at once: what is not whole is of no use."""
        os.ftruncate(self.fileno(), 0)


class CountedFile(UploadedFile):
    """A file of which nothing was kept: there were so many before it."""

    is_cut = True


class StreamedUpload(FileUploadHandler):
    """Writes files to disk as they arrive, and counts what is too many or too much."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._received = 0
        self._files = 0
        self._file: ReceivedFile | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._files += 1
        if self._files > settings.FILES_WRITTEN:
            return
        self._file = ReceivedFile(
            str(self.file_name), str(self.content_type), 0, self.charset, {}
        )
        self._file.has_no_space = not disk.takes_files()

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002  # Django's signature
        if self._file is None:
            return
        self._received += len(raw_data)
        if self._received > settings.FILES_BYTES and not self._file.is_cut:
            self._file.is_cut = True
            self._file.empty()
        if self._file.is_whole:
            self._file.take(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        if self._file is None:
            return CountedFile(BytesIO(), self.file_name, size=file_size)
        file, self._file = self._file, None
        file.seek(0)
        file.size = file_size
        return file

    def upload_interrupted(self) -> None:
        """Remove what has come of a file whose line broke."""
        if self._file:
            self._file.close()
