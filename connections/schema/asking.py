"""Asking Zoho for an answer: one reader does, under a lease in the answer's row."""

import logging
import random
import secrets
import time
from collections.abc import Callable
from concurrent.futures import Future
from contextvars import copy_context
from datetime import timedelta
from functools import partial
from threading import Thread
from typing import Any, TypeVar

from django.db import connections
from django.db.models import Q
from django.utils import timezone

from connections.models import Connection, Reading, Readings
from connections.schema import patience
from connections.schema.rows import as_text, loaded, remember, row_of
from connections.schema.sources import Source
from connections.services import client_for
from connections.zoho.errors import PermissionMissing, Unavailable, ZohoError
from zohoportal.run.durability import unsynced

logger = logging.getLogger(__name__)

T = TypeVar("T")
# Longer than most answers take; who died in between keeps nobody waiting longer.
LEASE = timedelta(seconds=60)
# Who puts right what was in the way does not wait long to see what it brings.
LEFT_ALONE = timedelta(seconds=30)
NAME = "schema"


def ask(connection: Connection, source: Source[T], row: Reading, known: T | None) -> T:
    """Return what Zoho says now, or what another reader is just being told.

    While another one asks, who has something `known` goes on with that.

    Raises:
        ZohoError: Zoho could not be asked, or not within the time that is left.
    """
    with patience.spent() as seconds:
        deadline = time.monotonic() + seconds
        while not (owner := _take(row)):
            before, row = row, row_of(connection, source)
            told = known if row.read_at == before.read_at else loaded(row, source)
            if told is not None:
                return told
            _wait(row, deadline)
        return _done(partial(_told, connection, source, row, owner), row, deadline)


def _wait(row: Reading, deadline: float) -> None:
    """Wait a moment for who is asking.

    Raises:
        ZohoError: that did not work, or takes too long.
    """
    if trouble := trouble_of(row):
        raise trouble
    if time.monotonic() > deadline:
        raise _too_slow(row)
    time.sleep(0.05 + random.random() * 0.05)  # noqa: S311  # spreads callers


def _done(work: Callable[[], T], row: Reading, deadline: float) -> T:
    """Do it; a page waits for that until the deadline, and no longer."""
    # Another thread would not see what is not committed.
    if not patience.is_page() or connections["default"].in_atomic_block:
        return work()
    try:
        return _beside(work).result(deadline - time.monotonic())
    except TimeoutError:
        raise _too_slow(row) from None


def renew(connection: Connection, source: Source[Any], row: Reading) -> None:
    """Ask Zoho and keep what it says, unless somebody else is asking.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    if owner := _take(row):
        _told(connection, source, row, owner)


def trouble_of(row: Reading) -> ZohoError | None:
    """Return what was in the way a moment ago."""
    if row.trouble_until is None or row.trouble_until < timezone.now():
        return None
    code = row.trouble.removeprefix(Reading.NO_PERMISSION)
    return Unavailable(code) if code == row.trouble else PermissionMissing(code)


def _take(row: Reading) -> str:
    """Take the lease on what was not read since the row was; empty if that fails."""
    now = timezone.now()
    owner = secrets.token_hex(16)
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    with unsynced():
        taken = Reading.objects.filter(free, pk=row.pk, read_at=row.read_at).update(
            lease_owner=owner, lease_until=now + LEASE
        )
    return owner if taken else ""


def _beside(work: Callable[[], T]) -> Future[T]:
    """Do it in a thread: a page stops waiting, and the answer is kept all the same."""
    future: Future[T] = Future()

    def run() -> None:
        try:
            future.set_result(work())
        except BaseException as error:
            if not isinstance(error, ZohoError):
                # Who waited for it may have gone.
                logger.exception("schema not read")
            future.set_exception(error)
        finally:
            connections.close_all()

    # What it does is logged under the number of the page's request.
    context = copy_context()
    context.run(patience.leave_page)
    # A process that ends does not wait for it: the lease ends by itself.
    Thread(target=context.run, args=[run], name=NAME, daemon=True).start()
    return future


def _told(connection: Connection, source: Source[T], row: Reading, owner: str) -> T:
    """Ask as the lease's owner, and keep the answer or what was in the way."""
    # Nothing is kept that was asked before it was forgotten: that ends the lease.
    ours = Reading.objects.filter(pk=row.pk, lease_owner=owner)
    try:
        found = source.ask(client_for(connection))
    except ZohoError as error:
        if _is_left_alone(row, source, error):
            is_permission = isinstance(error, PermissionMissing)
            kind = Reading.NO_PERMISSION if is_permission else ""
            _leave_alone(ours, f"{kind}{error.code}")
        raise
    else:
        return _kept(connection, source, row, found, ours)
    finally:
        with unsynced():
            ours.update(lease_owner="", lease_until=None)


def _kept(
    connection: Connection, source: Source[T], row: Reading, found: T, ours: Readings
) -> T:
    before = loaded(row, source)
    if before is not None and not source.is_whole(before):
        before = None
    is_whole = source.is_whole(found)
    if before is not None and not is_whole:
        # What was whole is worth more than what is newer.
        found = before
    # A page that waits looks at the same row: it stays as the page read it.
    read_at = timezone.now()
    with unsynced():
        kept = ours.update(
            answer=as_text(found),
            read_at=read_at,
            fresh_until=read_at + (source.fresh if is_whole else LEFT_ALONE),
            trouble="",
            trouble_until=None,
        )
    if kept:
        remember(row, read_at, found)
    if kept and is_whole and before is not None:
        source.changed(connection, before, found)
    return found


def _is_left_alone(row: Reading, source: Source[Any], error: ZohoError) -> bool:
    """Tell whether the next one who needs it does not ask: it can be done without."""
    if isinstance(error, PermissionMissing):
        return True
    is_known = row.read_at is not None and not isinstance(error, source.ended_by)
    return is_known or source.is_side


def _too_slow(row: Reading) -> Unavailable:
    """Return why it was not waited longer; the next page does not wait at all."""
    _leave_alone(Reading.objects.filter(pk=row.pk, read_at=row.read_at), "timeout")
    return Unavailable("timeout")


def _leave_alone(rows: Readings, trouble: str) -> None:
    with unsynced():
        rows.update(trouble=trouble, trouble_until=timezone.now() + LEFT_ALONE)
