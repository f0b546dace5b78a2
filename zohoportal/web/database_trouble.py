"""What is wrong with the database, and what people are to do about it.

https://www.sqlite.org/rescode.html
https://www.postgresql.org/docs/current/errcodes-appendix.html
"""

import os
import re
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError

from zohoportal.run.disk import percent_used
from zohoportal.run.guards.migrated import misfit

# PostgreSQL refuses these connections before there is a code for it.
NO_CONNECTION = re.compile(r"too many (connections|clients)|connection slots", re.I)
NO_SPACE_LEFT = 99


@dataclass(frozen=True)
class Trouble:
    """Why a page could not be made, and what to do; it passes without our doing."""

    title: str
    cause: str
    next_step: str


UPDATING = Trouble(
    "The portal is being updated",
    "Its database and this part of it are not of the same version just now.",
    "Look again in a few minutes. If this stays, tell your admin to run “python "
    "manage.py migrate” and to start every part of the portal again.",
)
FULL = Trouble(
    "The server's disk is full",
    "The portal can show what it has, and cannot keep anything new.",
    "Tell your admin to free some space on the server. Then try again.",
)
READ_ONLY = Trouble(
    "The portal cannot save anything at the moment",
    "Its database lets itself be read, but not changed.",
    "Tell your admin to see why: a disk that may only be read, a file of another "
    "account, or a stand-by server. Then try again.",
)
CROWDED = Trouble(
    "Too much is going on at the moment",
    "The database had no connection left for this page.",
    "Try again in half a minute. If this stays, tell your admin to allow the portal "
    "more connections to the database.",
)
AWAY = Trouble(
    "The database cannot be reached",
    "It is being started again, or the line to it is broken.",
    "Try again in a minute. If this stays, tell your admin to see whether the "
    "database runs.",
)
BUSY = Trouble(
    "The database is busy",
    "Something else has kept it for longer than this page could wait.",
    "Try again in half a minute. If this stays, tell your admin.",
)
BROKEN = Trouble(
    "The database cannot use its disk",
    "A file of it could not be read or written.",
    "Tell your admin at once: the disk may be failing, or a limit of the system may "
    "be reached. A backup helps where a file is damaged.",
)

_BY_STATE = {
    **dict.fromkeys(["53100"], FULL),
    **dict.fromkeys(["25006"], READ_ONLY),
    **dict.fromkeys(["53300"], CROWDED),
    **dict.fromkeys(["57P01", "57P02", "57P03", "57P05"], AWAY),
    **dict.fromkeys(["40P01", "55P03", "57014"], BUSY),
    **dict.fromkeys(["58030", "XX001", "XX002"], BROKEN),
}
_BY_NAME = {
    "SQLITE_FULL": FULL,
    "SQLITE_READONLY": READ_ONLY,
    "SQLITE_BUSY": BUSY,
    "SQLITE_LOCKED": BUSY,
    "SQLITE_IOERR": BROKEN,
    "SQLITE_CORRUPT": BROKEN,
    "SQLITE_NOTADB": BROKEN,
}


def trouble_of(error: BaseException | None) -> Trouble | None:
    """Return what is wrong with the database; None if it is not the database."""
    if not isinstance(error, DatabaseError | InterfaceError):
        return None
    cause = error.__cause__
    if isinstance(cause, sqlite3.Error):
        return _of_sqlite(cause) or _of_version()
    state = getattr(cause, "sqlstate", None) or ""
    return _BY_STATE.get(state) or _of_version() or _of_line(error)


def _of_sqlite(error: sqlite3.Error) -> Trouble | None:
    # Their longer names say what was being done: SQLITE_IOERR_WRITE.
    name = "_".join(getattr(error, "sqlite_errorname", "").split("_")[:2])
    found = _BY_NAME.get(name)
    if name == "SQLITE_CANTOPEN":
        folder = Path(settings.DATABASES["default"]["NAME"]).parent
        # Its log needs to be written even to read.
        is_there = folder.is_dir() and not os.access(folder, os.W_OK)
        return READ_ONLY if is_there else AWAY
    # A quota of the account looks like a disk that fails.
    return FULL if found is BROKEN and percent_used() >= NO_SPACE_LEFT else found


def _of_version() -> Trouble | None:
    try:
        return UPDATING if misfit() else None
    except (DatabaseError, InterfaceError):
        return None


def _of_line(error: Exception) -> Trouble | None:
    if NO_CONNECTION.search(str(error)):
        return CROWDED
    return AWAY if isinstance(error, OperationalError | InterfaceError) else None
