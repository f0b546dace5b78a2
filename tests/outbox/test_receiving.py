"""Files on their way in, as Django reads them from a request."""

import resource
import tracemalloc
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http.multipartparser import MultiPartParser

from tests.outbox.sample_files import chosen
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Upload
from zohoportal.outbox.uploads import store
from zohoportal.outbox.uploads.fields import NO_SPACE, FilesField
from zohoportal.outbox.uploads.handler import ReceivedFile, StreamedUpload

MEGABYTE = 1024 * 1024
HEAD = (
    b'--b\r\nContent-Disposition: form-data; name="files"; filename="%s"\r\n'
    b"Content-Type: text/html\r\n\r\n"
)
NOTE = b'--b\r\nContent-Disposition: form-data; name="note"\r\n\r\nkept\r\n'


class Stream:
    """A request with a file of so many zero bytes that never were in memory."""

    def __init__(self, size: int) -> None:
        self._head, self._left = NOTE + HEAD % b"large.bin", size
        self._tail = b"\r\n--b--\r\n"
        self.length = len(self._head) + size + len(self._tail)

    def read(self, size: int | None = None, /) -> bytes:
        if self._head:
            head, self._head = self._head, b""
            return head
        if self._left:
            piece = bytes(min(size or self._left, self._left))
            self._left -= len(piece)
            return piece
        tail, self._tail = self._tail, b""
        return tail


def received(size: int) -> tuple[str, ReceivedFile]:
    """Return the note and the file of a request, as Django reads them."""
    stream = Stream(size)
    meta = {
        "CONTENT_TYPE": "multipart/form-data; boundary=b",
        "CONTENT_LENGTH": str(stream.length),
    }
    values, found = MultiPartParser(meta, stream, [StreamedUpload()]).parse()  # type: ignore[arg-type]  # it only reads
    file = found["files"]
    assert isinstance(file, ReceivedFile)
    return str(values["note"]), file


@contextmanager
def disk_for(size: int) -> Iterator[None]:
    """Let no file of this process grow beyond a size, as a full disk would."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def folder() -> set[str]:
    return {path.name for path in Path(settings.UPLOAD_DIR).iterdir()}


class TestReceiving:
    def test_keeps_memory_flat(self) -> None:
        tracemalloc.start()
        note, file = received(50 * MEGABYTE)
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()

        assert (note, file.size) == ("kept", 50 * MEGABYTE)
        assert Path(file.temporary_file_path()).parent == Path(settings.UPLOAD_DIR)
        assert most < 3 * MEGABYTE
        file.close()

    def test_writes_no_more_than_one_request_may_bring(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(settings, "FILES_BYTES", MEGABYTE)

        _, file = received(20 * MEGABYTE)

        assert Path(file.temporary_file_path()).stat().st_size == 0
        with pytest.raises(forms.ValidationError, match=r"large\.bin” did not fit"):
            FilesField(most_bytes=30 * MEGABYTE).clean([file])
        file.close()

    def test_says_that_the_disk_is_full_beside_the_field_f58(self) -> None:
        with disk_for(8 * MEGABYTE):
            note, file = received(12 * MEGABYTE)

        assert note == "kept"
        assert Path(file.temporary_file_path()).stat().st_size == 0
        with pytest.raises(forms.ValidationError) as raised:
            FilesField().clean([file, file])
        assert raised.value.messages == [NO_SPACE]
        file.close()


class TestKeeping:
    def test_stores_under_a_random_name_and_never_the_type_a60_a63(
        self, staff: User
    ) -> None:
        page = SimpleUploadedFile("../../x<.html", b"<script>", "image/png")

        (upload,) = store.keep(staff, [page])

        assert upload.name == "x_.html"
        assert upload.stored == upload.pk.hex
        assert upload.stored in folder()
        assert not {field.name for field in Upload._meta.fields} & {"content_type"}

    def test_keeps_all_or_nothing_when_the_disk_is_full_f58(self, staff: User) -> None:
        before = folder()
        large = SimpleUploadedFile("large.bin", bytes(12 * MEGABYTE))

        with disk_for(8 * MEGABYTE), pytest.raises(store.NoSpace):
            store.keep(staff, [*chosen("a.txt"), large])

        assert folder() == before
        assert Upload.objects.count() == 0


class TestFilesField:
    field = FilesField(most=2, most_bytes=10)

    def test_states_its_limits(self) -> None:
        assert FilesField().help_text == "Up to 10 files of 20\xa0MB each."

    def test_takes_several(self) -> None:
        given = chosen("a.txt", "b.txt")

        assert self.field.clean(given) == given
        assert self.field.clean([]) == []

    @pytest.mark.parametrize(
        ("given", "words"),
        [
            ([SimpleUploadedFile("a.txt", b"")], "“a.txt” is empty (0 bytes). Choose"),
            ([SimpleUploadedFile("a.txt", bytes(11))], "has 11\xa0bytes; the limit is"),
            (chosen("a", "b", "c"), "You chose 3 files; the most is 2."),
        ],
    )
    def test_says_what_is_wrong(
        self, given: list[SimpleUploadedFile], words: str
    ) -> None:
        with pytest.raises(forms.ValidationError) as raised:
            self.field.clean(given)

        assert words in raised.value.messages[0]

    def test_takes_a_file_at_its_limit(self) -> None:
        assert self.field.clean([SimpleUploadedFile("a.txt", bytes(10))])

    def test_is_the_browsers_own_control(self) -> None:
        form_class = type("Files", (forms.Form,), {"files": FilesField()})

        html = str(form_class()["files"])

        assert 'type="file"' in html
        assert " multiple" in html
        assert 'data-most="10"' in html
