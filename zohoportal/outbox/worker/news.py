"""How a worker hears that a task was queued, without asking all the time.

PostgreSQL tells whoever listens; a pooler between them keeps that from arriving, so it
is tried at the start. SQLite has a number that changes with each commit of others.
Where neither tells, the worker asks twice a second.
"""

import logging
import time
from typing import Protocol

from django.conf import settings
from django.db import connection, connections

from zohoportal.outbox.delivering.tasks import CHANNEL, ring, stopping

logger = logging.getLogger(__name__)

ASK_SECONDS = 0.5
LOOK_SECONDS = 0.1
LISTEN_SECONDS = 0.25
# A message within the same database takes milliseconds.
PROOF_SECONDS = 2.0


class News(Protocol):
    def wait(self, seconds: float) -> bool:
        """Wait so long at most, or until the process ends; tell if a task may wait."""

    def close(self) -> None:
        """Give back what it holds."""


class Polling:
    """Knows nothing, and so says each half second that a task may wait."""

    def wait(self, seconds: float) -> bool:
        stopping.wait(min(seconds, ASK_SECONDS))
        return True

    def close(self) -> None:
        pass


class Watching:
    """Sees that somebody else has committed to SQLite's file.

    https://www.sqlite.org/pragma.html#pragma_data_version
    """

    def __init__(self) -> None:
        self._seen = self._version()

    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not stopping.wait(LOOK_SECONDS) and time.monotonic() < end:
            if (now := self._version()) != self._seen:
                self._seen = now
                return True
        return False

    def close(self) -> None:
        pass

    def _version(self) -> int:
        connection.ensure_connection()
        # Not by a cursor of Django's, which takes ten times as long.
        with connection.wrap_database_errors:
            cursor = connection.connection.execute("PRAGMA data_version")
            version: int = cursor.fetchone()[0]
        return version


class Listening:
    """Hears what PostgreSQL tells whoever listens, over a connection of its own."""

    def __init__(self) -> None:
        self._connection = connections.create_connection("default")
        # Not changed in place: all connections of the process share what it came with.
        self._connection.settings_dict = (
            self._connection.settings_dict | settings.DATABASE_DIRECT
        )
        self._connection.ensure_connection()
        with self._connection.cursor() as cursor:
            cursor.execute(f"LISTEN {CHANNEL}")

    def wait(self, seconds: float) -> bool:
        end = time.monotonic() + seconds
        while not stopping.is_set() and (left := end - time.monotonic()) > 0:
            session = self._connection.connection
            # Whoever asks this process to end does not wake it here.
            told = session.notifies(timeout=min(left, LISTEN_SECONDS), stop_after=1)
            with self._connection.wrap_database_errors:
                if list(told):
                    return True
        return False

    def is_proven(self) -> bool:
        """Tell whether what is told in the portal's database arrives here."""
        ring()
        return self.wait(PROOF_SECONDS)

    def close(self) -> None:
        self._connection.close()


def subscribe() -> News:
    """Return the best way to hear of tasks that works here.

    Raises:
        DatabaseError: the database is away.
    """
    if connection.vendor == "sqlite":
        return Watching()
    listening = Listening()
    if listening.is_proven():
        return listening
    listening.close()
    logger.warning("no notifications from the database, asking it instead")
    return Polling()
