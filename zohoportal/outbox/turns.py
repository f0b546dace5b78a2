"""One holder's turn with one delivery: to send it, or to look for it at Zoho.

A turn is a lease: one conditional UPDATE with a random owner, renewed before each call,
and only its owner may write what became of the delivery. Whoever lost it, because the
process slept too long, makes no further call.
"""

import logging
import random
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from operator import itemgetter
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from connections import lanes
from connections.access import may_use
from connections.lanes import HeldSlot
from connections.models import Connection
from connections.services import client_for
from connections.zoho.errors import (
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedReply,
    ZohoError,
)
from connections.zoho.multipart import Still
from zohoportal.outbox import attached, verdicts
from zohoportal.outbox.explaining import problem_of
from zohoportal.outbox.models import Attempt, Delivery
from zohoportal.outbox.senders import sender_of

logger = logging.getLogger(__name__)

State = Delivery.State
Held = Delivery.Held

LEASE = lanes.LEASE
# Renewed so few seconds ago, a lease needs no renewal before the next call.
FRESH = 5.0
# A worker takes one of so many that are due the longest.
AT_THE_HEAD = 16
# A look-up that failed is tried again without counting.
LOOK_AGAIN = timedelta(seconds=30)


class LeaseLost(Exception):
    """Somebody else took over: what we were about to do is theirs to do."""


class Turn:
    """Holds a delivery and a slot of its lane; also the gate of its calls."""

    def __init__(self, delivery: Delivery, owner: str, slot: HeldSlot) -> None:
        self.delivery = delivery
        self._owner = owner
        self._slot = slot
        self._renewed = time.monotonic()
        self._attempt: Attempt | None = None
        self._answer = ""
        self._answered = False

    def go(self) -> None:
        """Send the delivery or look for it; afterwards its row says what happened."""
        try:
            if self.delivery.state == State.UNKNOWN:
                self._look()
            else:
                self._send()
        except LeaseLost:
            logger.warning("lost the lease", extra={"delivery": str(self.delivery.pk)})

    @contextmanager
    def call(self, product: str, method: str) -> Iterator[Still]:  # noqa: ARG002  # a delivery stays in its product's lane
        """Let one call to Zoho through, on record if it may have an effect.

        Raises:
            LeaseLost: the delivery is somebody else's by now.
            RateLimited: Zoho asked this organisation's callers to wait.
        """
        self._mind_pause()
        if method == "GET":
            self._hold()
        else:
            self._begin_attempt()
        try:
            yield self._hold
        except ZohoError as error:
            self._note(_words(error), _is_answer(error))
            raise
        self._note("done", answered=True)

    def _mind_pause(self) -> None:
        if not self._answer:
            return
        pause = lanes.pause_of(self._slot.lane)
        if pause and pause.was_asked and pause.paused_until:
            raise RateLimited("TOO_MANY_REQUESTS", retry_at=pause.paused_until)

    def _hold(self) -> None:
        if time.monotonic() - self._renewed < FRESH:
            return
        ours = Delivery.objects.filter(pk=self.delivery.pk, lease_owner=self._owner)
        if not (ours.update(lease_until=timezone.now() + LEASE) and self._slot.renew()):
            raise LeaseLost
        self._renewed = time.monotonic()

    def _begin_attempt(self) -> None:
        """Commit the attempt before its call: without an end it may have had effect.

        In one transaction with the lease: who took over sees it, or we see them.
        """
        self._end_attempt()
        self._hold()
        number = self.delivery.attempt_count + 1
        with transaction.atomic():
            ours = Delivery.objects.filter(pk=self.delivery.pk, lease_owner=self._owner)
            if not ours.update(
                lease_until=timezone.now() + LEASE, attempt_count=number
            ):
                raise LeaseLost
            self._attempt = self.delivery.attempts.create(number=number)
        self.delivery.attempt_count = number

    def _note(self, answer: str, answered: bool) -> None:
        self._answer, self._answered = answer, answered

    def _end_attempt(self) -> None:
        if self._attempt:
            self._attempt.ended_at = timezone.now()
            self._attempt.result = self._answer[:300]
            self._attempt.answered = self._answered
            self._attempt.save(update_fields=["ended_at", "result", "answered"])

    def _send(self) -> None:
        delivery = self.delivery
        try:
            if not may_use(delivery.person, delivery.connection):
                raise verdicts.NotAllowedAnyMore
            client = client_for(delivery.connection, self)
            sender = sender_of(delivery.kind)
            outcome = sender.send(
                client, attached.payload_of(delivery), delivery.reference
            )
        except ZohoError as error:
            self._settle_failure(error)
        else:
            self._settle(**verdicts.done(outcome))
            lanes.succeeded(self._slot)

    def _look(self) -> None:
        delivery = self.delivery
        find = sender_of(delivery.kind).find
        found = None
        try:
            if find:
                client = client_for(delivery.connection, self)
                payload = attached.payload_of(delivery)
                found = find(client, payload, delivery.reference, self._since)
        except (RateLimited, Unavailable) as error:
            lanes.failed(self._slot.lane, error)
            self._settle(retry_at=timezone.now() + LOOK_AGAIN)
        except ZohoError as error:
            logger.warning("look-up failed", extra={"zoho_code": error.code})
            self._settle(**verdicts.next_look(delivery))
        else:
            if found:
                self._settle(**verdicts.done(found))
            else:
                missed = verdicts.next_look(delivery)
                self._settle(**missed, missed_at=timezone.now())
            lanes.succeeded(self._slot)

    @property
    def _since(self) -> datetime:
        first = self.delivery.attempts.first()
        return first.started_at if first else self.delivery.created_at

    def _settle_failure(self, error: ZohoError) -> None:
        if isinstance(error, UnexpectedReply):
            logger.error("unexpected reply", extra={"zoho_code": error.code})
        lanes.failed(self._slot.lane, error)
        if isinstance(error, Rejected):
            lanes.succeeded(self._slot)
        values = verdicts.after(self.delivery, error, had_effect=bool(self._attempt))
        if values["state"] == State.UNKNOWN:
            # What came does not tell what became of the call: it was no answer.
            self._note(_words(error), answered=False)
        self._settle(**values, problem=problem_of(self.delivery, error))

    def _settle(self, **values: Any) -> None:
        """End the turn: what came of the attempt and of the delivery, or neither."""
        with transaction.atomic():
            kept = Delivery.objects.filter(
                pk=self.delivery.pk,
                lease_owner=self._owner,
                state__in=[State.SENDING, State.UNKNOWN],
            ).update(lease_owner="", lease_until=None, **values)
            if kept:
                self._end_attempt()
            if kept and sender_of(self.delivery.kind).file_kind:
                outcome = values.get("outcome", {})
                attached.follow(self.delivery, values.get("state", ""), outcome)
        if not kept:
            raise LeaseLost


def take(pk: UUID, slot: HeldSlot) -> Turn | None:
    """Take the lease on a delivery; None if it is not to be had."""
    owner = secrets.token_hex(16)
    now = timezone.now()
    lease = {"lease_owner": owner, "lease_until": now + LEASE}
    this = Delivery.objects.filter(pk=pk)
    ready = this.filter(state=State.WAITING).exclude(held_for=Held.PARENT)
    taken = ready.update(state=State.SENDING, **lease)
    taken = taken or this.filter(
        Q(lease_until=None) | Q(lease_until__lt=now),
        state=State.UNKNOWN,
        retry_at__isnull=False,
    ).update(**lease)
    if not taken:
        return None
    # Read only now that nobody else may change it.
    return Turn(
        this.select_related("connection", "person", "upload").get(), owner, slot
    )


def due(lane: str = "") -> Any:
    """Return the deliveries whose time has come, people's before bulk."""
    now = timezone.now()
    free = Q(lease_until=None) | Q(lease_until__lt=now)
    rows = Delivery.objects.filter(
        Q(state=State.WAITING, held_for="") | Q(free, state=State.UNKNOWN),
        retry_at__lte=now,
        connection__state=Connection.State.ACTIVE,
    ).order_by("is_bulk", "created_at")
    return rows.filter(lane=lane) if lane else rows


def take_next(slot: HeldSlot) -> Turn | None:
    """Take the next delivery of the slot's lane, unless the lane is paused."""
    if not slot.goes_on():
        return None
    first = list(due(slot.lane).values_list("is_bulk", "pk")[:AT_THE_HEAD])
    # Not all workers at the same row: each waits in PostgreSQL for who was faster.
    random.shuffle(first)
    for _, pk in sorted(first, key=itemgetter(0)):
        if turn := take(pk, slot):
            return turn
    return None


def _words(error: ZohoError) -> str:
    return f"{type(error).__name__} {error}"


def _is_answer(error: ZohoError) -> bool:
    return not isinstance(error, OutcomeUnknown | Unavailable)
