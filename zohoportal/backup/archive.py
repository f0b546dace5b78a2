"""A backup: the database, the files that wait, and what is needed to trust both.

One archive of mode 0600: `backup.json`, the database, and `uploads/`. The vault's keys
are not in it: they are kept apart, and without them nothing in it opens Zoho.
"""

import gzip
import json
import os
import re
import shutil
import tarfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import IO, Any, BinaryIO

from django.core.files.base import File
from django.core.files.storage import storages
from django.core.management import call_command
from django.db import DatabaseError, connection
from django.db.migrations.loader import MigrationLoader
from django.utils import timezone

from zohoportal.accounts.models import User
from zohoportal.backup import dumps
from zohoportal.backup.dumps import BackupError
from zohoportal.outbox import restored, services
from zohoportal.outbox.models import Upload

FORMAT = 1
LABEL = "backup.json"
DATABASE = "database"
UPLOADS = "uploads/"
STORED = re.compile(rf"{UPLOADS}([0-9a-f]{{32}})")
LARGEST_LABEL = 1024 * 1024
CHUNK = 1024 * 1024


@dataclass(frozen=True)
class Label:
    """What a backup says of itself.

    Attributes:
        migrations: the applied ones, as "app.name"; they say which versions fit.
        server: PostgreSQL's major version; 0 for SQLite.
    """

    format: int
    made_at: str
    vendor: str
    server: int
    migrations: list[str]


def make(path: Path) -> None:
    """Write a backup to a new file while the portal goes on working.

    Raises:
        BackupError: nothing was written.
    """
    label = Label(
        FORMAT,
        timezone.now().isoformat(),
        connection.vendor,
        dumps.server_version(),
        sorted(_names(MigrationLoader(connection).applied_migrations)),
    )
    with _new_file(path) as target, TemporaryDirectory(dir=path.parent) as folder:
        dump = Path(folder) / DATABASE
        dumps.dump(dump)
        with tarfile.open(fileobj=target, mode="w:gz", compresslevel=3) as archive:
            told = json.dumps(asdict(label)).encode()
            _add(archive, LABEL, len(told), BytesIO(told))
            archive.add(dump, DATABASE)
            _add_uploads(archive)


def restore(path: Path) -> int:
    """Put a backup into an unused database, and bring that up to this version.

    What may have been sent since it was made is held; returns how much that is.

    Raises:
        BackupError: it does not fit; the database is as it was.
    """
    try:
        with gzip.open(path) as file:
            # Its checksum comes last: nothing is missing or damaged.
            while file.read(CHUNK):
                pass
        with tarfile.open(path, "r:gz") as archive:
            label = _label(archive)
            _must_fit(label)
            # The database last: it makes the rest count.
            _put_back_uploads(archive)
            with TemporaryDirectory(dir=path.parent) as folder:
                dump = Path(folder) / DATABASE
                _extract(archive, DATABASE, dump)
                dumps.load(dump)
    except (tarfile.TarError, EOFError, KeyError, ValueError) as error:
        raise BackupError(
            f"{path} is not a whole backup of Zoho Portal. Use another one."
        ) from error
    except OSError as error:
        raise BackupError(f"{path} could not be restored: {error.strerror}.") from error
    call_command("migrate", verbosity=0, interactive=False)
    return restored.hold()


@contextmanager
def _new_file(path: Path) -> Iterator[BinaryIO]:
    """Open a file that only its owner may read, and that is whole or not there."""
    if path.exists():
        raise BackupError(f"{path} is there already. Name a new file.")
    part = path.with_name(f"{path.name}.part")
    try:
        handle = os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        try:
            with os.fdopen(handle, "wb") as file:
                yield file
                file.flush()
                os.fsync(file.fileno())
            part.rename(path)
        except BaseException:
            part.unlink()
            raise
    except OSError as error:
        raise BackupError(
            f"{path} could not be written: {error.strerror}. Nothing was kept of it."
        ) from error


def _must_fit(label: Label) -> None:
    """See that a backup can go into this database with this version.

    Raises:
        BackupError: it cannot.
    """
    known = _names(MigrationLoader(None).disk_migrations)
    if label.format > FORMAT or set(label.migrations) - known:
        raise BackupError(
            "This backup was made by a newer version of Zoho Portal. Install that "
            "version or a later one, then restore it."
        )
    if label.vendor != connection.vendor:
        raise BackupError(
            f"This backup holds a database of {label.vendor}, and DATABASE_URL names "
            f"one of {connection.vendor}. Change DATABASE_URL, then restore it."
        )
    if label.vendor == "postgresql":
        dumps.must_be_as_new_as("pg_restore", label.server)
    _must_be_unused()


def _must_be_unused() -> None:
    try:
        is_running = services.is_anyone_working()
        is_used = User.objects.exists()
    except DatabaseError:
        # It has no tables yet.
        return
    if is_running:
        raise BackupError("The portal is running. Stop it, then restore the backup.")
    if is_used:
        raise BackupError(
            "This database is in use: there are people in it. Restore into an empty "
            "one: move the old one away, or let DATABASE_URL name another."
        )


def _names(migrations: Mapping[tuple[str, str], Any]) -> set[str]:
    return {f"{app}.{name}" for app, name in migrations}


def _add_uploads(archive: tarfile.TarFile) -> None:
    storage = storages["uploads"]
    for name in Upload.objects.values_list("stored", flat=True).iterator():
        # One that is gone was delivered since the database was copied.
        if storage.exists(name):
            with storage.open(name) as file:
                _add(archive, f"{UPLOADS}{name}", file.size, file)


def _add(archive: tarfile.TarFile, name: str, size: int, content: IO[bytes]) -> None:
    entry = tarfile.TarInfo(name)
    entry.size, entry.mode = size, 0o600
    archive.addfile(entry, content)


def _label(archive: tarfile.TarFile) -> Label:
    entry = archive.getmember(LABEL)
    if entry.size > LARGEST_LABEL:
        raise ValueError("label too long")
    file = archive.extractfile(entry)
    if file is None:
        raise ValueError("no label")
    return Label(**json.load(file))


def _extract(archive: tarfile.TarFile, name: str, path: Path) -> None:
    file = archive.extractfile(name)
    if file is None:
        raise ValueError(f"no {name}")
    with path.open("xb") as target:
        shutil.copyfileobj(file, target)


def _put_back_uploads(archive: tarfile.TarFile) -> None:
    storage = storages["uploads"]
    for entry in archive.getmembers():
        # Names of our own making only, wherever an archive would have them written.
        named = STORED.fullmatch(entry.name)
        file = archive.extractfile(entry) if named else None
        if named and file and not storage.exists(named[1]):
            storage.save(named[1], File(file))
