"""How full the disks are that the portal writes to."""

import shutil
from collections.abc import Iterator
from pathlib import Path

from django.conf import settings

# Admins are warned, and then no files are taken: what people type still fits.
WARN_AT = 90
REFUSE_AT = 95


def percent_used() -> int:
    """Return how full the fuller of the disks is, of what we may use of it."""
    return max(_percent(folder) for folder in _folders())


def takes_files() -> bool:
    """Tell whether there is space for files besides what people type."""
    return percent_used() < REFUSE_AT


def warning() -> str:
    """Return what an admin is to do about the disks; empty while there is space."""
    used = percent_used()
    if used < WARN_AT:
        return ""
    return (
        f"The server's disk is {used} % full. Free some space on it: from "
        f"{REFUSE_AT} % on the portal takes no files, and on a full one nothing."
    )


def _folders() -> Iterator[Path]:
    yield Path(settings.UPLOAD_DIR)
    database = settings.DATABASES["default"]
    if database["ENGINE"].endswith("sqlite3"):
        yield Path(database["NAME"]).parent


def _percent(folder: Path) -> int:
    try:
        space = shutil.disk_usage(folder)
    except OSError:
        # A folder that is not there says so where it is used.
        return 0
    return 100 * space.used // max(1, space.used + space.free)
