"""Files that people hand in: kept whole until they are delivered, then forgotten."""

import hashlib
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from datetime import datetime, timedelta
from tempfile import TemporaryFile

from django.conf import settings
from django.core.files.base import File as DjangoFile
from django.core.files.storage import Storage, storages
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Exists, OuterRef, Q
from django.http import FileResponse
from django.utils import timezone

from connections.zoho.client import ZohoClient
from connections.zoho.envelope import Envelope
from connections.zoho.errors import Rejected
from connections.zoho.multipart import CHUNK, File
from zohoportal.accounts.models import User
from zohoportal.outbox.models import ENDED, Delivery, Upload
from zohoportal.outbox.uploads.handler import NO_SPACE
from zohoportal.outbox.uploads.names import clean_name

# A file that no delivery ever named: its request died on the way.
UNUSED_AFTER = timedelta(days=1)
# What is in the folder without being an upload: a line broke, or a process died.
STRAY_AFTER = timedelta(hours=1)


class NoSpace(Exception):
    """The files do not fit on the server's disk; none of them was kept."""


def keep(person: User, given: Iterable[UploadedFile]) -> list[Upload]:
    """Keep files whole, under random names; all of them, or none.

    Raises:
        NoSpace: the disk is full.
    """
    kept: list[Upload] = []
    try:
        for file in given:
            kept.append(_keep(person, file))  # noqa: PERF401  # kept so far, if it breaks
    except OSError as error:
        drop(kept)
        if error.errno in NO_SPACE:
            raise NoSpace from error
        raise
    return kept


def _keep(person: User, file: UploadedFile) -> Upload:
    upload = Upload(
        person=person, name=clean_name(file.name or ""), size=file.size or 0
    )
    upload.sha256 = _digest(file)
    upload.stored = _storage().save(upload.pk.hex, file)
    upload.save()
    return upload


def drop(uploads: Iterable[Upload]) -> None:
    """Remove files that are not needed after all."""
    for upload in uploads:
        _storage().delete(upload.stored)
        upload.delete()


def forget_content(upload: Upload) -> None:
    """Remove a file whose delivery was the last use of it; what it was called stays."""
    _storage().delete(upload.stored)


@contextmanager
def opened(upload_id: str) -> Iterator[File]:
    """Open a file that is kept, to be sent; it is proven whole before.

    Raises:
        Rejected: it is not here any more, or not as it was handed in.
    """
    upload = Upload.objects.filter(pk=upload_id).first() if upload_id else None
    if upload is None or not _storage().exists(upload.stored):
        raise Rejected("file_gone")
    with _storage().open(upload.stored) as handle:
        if handle.size != upload.size or _digest(handle) != upload.sha256:
            raise Rejected("file_gone")
        yield File(upload.name, handle, upload.size)  # type: ignore[arg-type]  # Django's proxy of one


def as_download(
    client: ZohoClient, envelope: Envelope, path: str, *, name: str, most: int
) -> FileResponse | None:
    """Return a file at Zoho as a download, never shown in place; None: it is gone.

    Raises:
        TooLarge: it has more than `most` bytes.
        ZohoError: Zoho did not give it.
    """
    with ExitStack() as stack:
        file = stack.enter_context(TemporaryFile(dir=settings.UPLOAD_DIR))
        if not client.download(envelope, path, into=file, most=most):
            return None
        file.seek(0)
        # From here on the response closes it.
        stack.pop_all()
    return FileResponse(
        file,
        as_attachment=True,
        filename=clean_name(name),
        content_type="application/octet-stream",
        # Should a browser show it all the same, nothing in it can act.
        headers={"Content-Security-Policy": "default-src 'none'; sandbox"},
    )


def forget_old_uploads() -> None:
    """Remove files whose deliveries were settled long ago, and what nobody needs."""
    now = timezone.now()
    settled_before = now - timedelta(days=settings.KEEP_CONTENT_DAYS)
    holding = Q(upload=OuterRef("pk")) | Q(brings=OuterRef("pk"))
    needing = Delivery.objects.filter(holding).exclude(
        state__in=ENDED, finished_at__lt=settled_before
    )
    drop(
        Upload.objects.filter(
            ~Exists(needing), created_at__lt=now - UNUSED_AFTER
        ).iterator()
    )
    _remove_strays(now - STRAY_AFTER)


def _remove_strays(before: datetime) -> None:
    """Remove what a request left that never came to its end, and what was delivered."""
    storage = _storage()
    needed = Upload.objects.exclude(deliveries__state=Delivery.State.DONE)
    waiting = set(needed.values_list("stored", flat=True))
    for name in set(storage.listdir("")[1]) - waiting:
        try:
            if storage.get_modified_time(name) < before:
                storage.delete(name)
        except FileNotFoundError:
            # Its request has come to its end just now.
            continue


def _storage() -> Storage:
    return storages["uploads"]


def _digest(file: DjangoFile) -> str:
    digest = hashlib.sha256()
    for chunk in file.chunks(CHUNK):
        digest.update(chunk)
    return digest.hexdigest()
