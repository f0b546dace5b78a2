"""The API log's way into the database: many calls in one statement, a moment late.

A statement and a commit for each call cost as much as the call. What a process has not
written yet is lost when it is killed; its own log has a line for each call.
"""

import logging
import threading

from django.db import DataError, Error, IntegrityError, connection, transaction

from zohoportal.activity.models import ZohoCall
from zohoportal.run.durability import unsynced
from zohoportal.run.later import later

logger = logging.getLogger(__name__)

# So many calls wait at most, and so long.
BATCH = 50
SECONDS = 0.5

_lock = threading.Lock()
_waiting: list[ZohoCall] = []


def add(call: ZohoCall) -> None:
    """Have a call written soon; raises nothing.

    Within somebody's transaction it waits for its end, neither holding a lock nor able
    to spoil it; what was undone takes its calls out of the log.
    """
    if connection.in_atomic_block:
        transaction.on_commit(lambda: _add(call), robust=True)
    else:
        _add(call)


def _add(call: ZohoCall) -> None:
    with _lock:
        _waiting.append(call)
        is_full = len(_waiting) >= BATCH
    if is_full:
        write()
    else:
        later.do(write, SECONDS)


def write() -> None:
    """Write what waits in this process; raises nothing.

    That the database did not take it is told to the log and to nobody else.
    """
    with _lock:
        calls = _waiting.copy()
        _waiting.clear()
    if calls:
        _save(calls)


def _save(calls: list[ZohoCall]) -> None:
    try:
        with unsynced():
            ZohoCall.objects.bulk_create(calls)
    except Error as error:
        if isinstance(error, DataError | IntegrityError) and len(calls) > 1:
            # One that the database does not take is no reason to lose the others.
            for call in calls:
                _save([call])
            return
        logger.exception("calls to zoho not kept", extra={"calls": len(calls)})
