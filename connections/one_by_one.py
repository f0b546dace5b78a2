"""How the calls of a page or a check get through: one by one, each with a slot."""

import random
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from connections import limits
from connections.limits import HeldSlot, kept
from connections.models import Connection
from connections.pace import wait_for_turn
from connections.zoho.envelope import Pace
from connections.zoho.errors import NotAsked, RateLimited, Unavailable, ZohoError
from connections.zoho.multipart import Still

# So long a page waits for a free slot.
PATIENCE = 5.0


class OneByOne:
    """Lets the calls of a page or a check through, each with a slot of its own.

    `organisations` are the connection's, by product. `at_once` is for people who ask
    whether it works: no guess of ours holds them up.
    """

    def __init__(
        self,
        connection: Connection,
        organisations: Mapping[str, str],
        *,
        at_once: bool = False,
    ) -> None:
        self._connection = connection
        self._organisations = dict(organisations)
        self._at_once = at_once

    @contextmanager
    def call(self, product: str, method: str, pace: Pace | None) -> Iterator[Still]:
        """Hold a slot for the time of one call.

        Raises:
            RateLimited: Zoho asked this organisation's callers to wait.
            Unavailable: no slot came free for a few seconds, or Zoho did not answer a
                moment ago.
        """
        organisation = self._organisations.get(product, "")
        key = limits.key(self._connection, product, organisation, pace)
        slot = self._taken(key, reads=method == "GET")
        try:
            if pace:
                wait_for_turn(key, pace)
            yield slot.renew
        except ZohoError as error:
            limits.failed(slot.limit_key, error)
            slot.release()
            raise
        except BaseException:
            slot.release()
            raise
        limits.succeeded(slot)
        # Others are given back at once: a send may be waiting for one.
        if slot.is_healthy and slot.is_for_reading:
            kept.keep(slot)
        else:
            slot.release()

    def _taken(self, key: str, *, reads: bool) -> HeldSlot:
        deadline = time.monotonic() + PATIENCE
        while True:
            slot = kept.take(key) if reads else None
            slot = slot or limits.take(key, at_once=self._at_once, reads=reads)
            if slot:
                return slot
            pause = limits.open_breaker(key)
            if pause and (until := pause.paused_until):
                if pause.was_asked:
                    raise RateLimited("TOO_MANY_REQUESTS", retry_at=until)
                if not self._at_once:
                    raise NotAsked(asked_at=until - limits.OUTAGE_PAUSE)
            if time.monotonic() > deadline:
                raise Unavailable("busy", host=self._connection.data_center_row.api)
            kept.wait(0.05 + random.random() * 0.05)  # noqa: S311  # spreads callers
