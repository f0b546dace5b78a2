"""Files on their way in: straight to disk, up to a limit, even if the disk is full.

Where something is wrong with a file, it is marked and the request goes on: so the form
can say it beside the field, and keeps what was typed into the other fields.
"""

import errno
import os
from typing import Any

from django.core.files.uploadedfile import TemporaryUploadedFile, UploadedFile
from django.core.files.uploadhandler import FileUploadHandler

# More bytes of files than this are not written for one request, whatever it claims.
MOST_PER_REQUEST = 250 * 1024 * 1024
# No space, no space for this account, and a limit of the system for one file.
NO_SPACE = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class ReceivedFile(TemporaryUploadedFile):
    """A file as it came in.

    Attributes:
        is_cut: there was more of it than one request may bring.
        has_no_space: it did not fit on the disk.
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


class StreamedUpload(FileUploadHandler):
    """Writes every file to disk as it arrives."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._received = 0
        self._file: ReceivedFile | None = None

    def new_file(self, *args: Any, **kwargs: Any) -> None:
        super().new_file(*args, **kwargs)
        self._file = ReceivedFile(
            str(self.file_name), str(self.content_type), 0, self.charset, {}
        )

    def receive_data_chunk(self, raw_data: bytes, start: int) -> None:  # noqa: ARG002  # Django's signature
        assert self._file  # noqa: S101  # Django begins every file with new_file
        self._received += len(raw_data)
        if self._received > MOST_PER_REQUEST and not self._file.is_cut:
            self._file.is_cut = True
            self._file.empty()
        if self._file.is_whole:
            self._file.take(raw_data)

    def file_complete(self, file_size: int) -> UploadedFile | None:
        assert self._file  # noqa: S101
        file, self._file = self._file, None
        file.seek(0)
        file.size = file_size
        return file

    def upload_interrupted(self) -> None:
        """Remove what has come of a file whose line broke."""
        if self._file:
            self._file.close()
