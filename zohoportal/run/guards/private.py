"""What the portal keeps on disk is for its own account alone: seen to at each start."""

import logging
import stat
from collections.abc import Iterable, Iterator
from pathlib import Path

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

# What SQLite puts beside its file.
BESIDE = ("", "-wal", "-shm", "-journal")
OF_OTHERS = 0o077
OF_EVERYBODY = 0o007

logger = logging.getLogger(__name__)


def keep_private() -> None:
    """Take away what other accounts may do with the portal's files, and say so.

    Raises:
        ImproperlyConfigured: everybody may use a file that is somebody else's.
    """
    if put_right := [str(path) for path in _paths() if _close(path)]:
        logger.warning("other accounts could use files", extra={"closed": put_right})


def _paths() -> Iterable[Path]:
    # Nobody gets past the folders, so what is in them needs no look.
    yield settings.BASE_DIR / "var"
    yield Path(settings.UPLOAD_DIR)
    yield settings.BASE_DIR / ".env"
    yield from _database_files()


def _database_files() -> Iterator[Path]:
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        for ending in BESIDE:
            yield Path(f"{database['NAME']}{ending}")


def _close(path: Path) -> bool:
    """Close a file or folder to others; return whether it was open to them."""
    try:
        mode = stat.S_IMODE(path.stat().st_mode)
    except OSError:
        # Whoever needs it says so.
        return False
    if not mode & OF_OTHERS:
        return False
    try:
        path.chmod(mode & ~OF_OTHERS)
    except PermissionError:
        # Somebody else's, whose group we may be in: that is a way to give it to us.
        if mode & OF_EVERYBODY:
            raise ImproperlyConfigured(
                f"{path} is open to everybody on this machine, and belongs to another "
                f"account. Run “chmod o-rwx {path}” as its owner, and start again."
            ) from None
        return False
    return True
