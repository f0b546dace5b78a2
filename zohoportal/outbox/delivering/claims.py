"""One holder's claim on one delivery: to send it, or to look for it at Zoho.

A claim is a lease: one conditional UPDATE with a random owner, renewed before each
call, and only its owner may write what became of the delivery. Whoever lost it, because
the process slept too long, makes no further call.
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

from django.db import models, transaction
from django.db.models import Q
from django.utils import timezone

from connections import limits
from connections.limits import HeldSlot
from connections.models import Connection
from connections.pace import wait_for_turn
from connections.services import client_for
from connections.zoho.client import ZohoClient
from connections.zoho.envelope import Pace
from connections.zoho.errors import (
    OutcomeUnknown,
    RateLimited,
    Rejected,
    Unavailable,
    UnexpectedReply,
    ZohoError,
)
from connections.zoho.multipart import Still
from zohoportal.outbox.delivering import failures, moves, order, transitions
from zohoportal.outbox.delivering.contents import payload_of, sending_of
from zohoportal.outbox.delivering.explaining import problem_of
from zohoportal.outbox.delivering.transitions import Ending
from zohoportal.outbox.models import Attempt, Delivery
from zohoportal.outbox.payloads import Unreadable
from zohoportal.outbox.permission import may_be_sent
from zohoportal.outbox.senders import Outcome, sender_of
from zohoportal.run.prepared import Given, Prepared

logger = logging.getLogger(__name__)

State = Delivery.State
Held = Delivery.Held

LEASE = limits.LEASE
# Renewed so few seconds ago, a lease needs no renewal before the next call.
FRESH = 5.0
# A worker takes one of so many that are due the longest.
AT_THE_HEAD = 16
# A look-up that failed is tried again without counting.
LOOK_AGAIN = timedelta(seconds=30)
# So long a person's word that it is not there stands for a look.
A_MOMENT = timedelta(seconds=5)
# What an attempt has as its result when Zoho said that it did what was asked.
DONE = "done"


class LeaseLost(Exception):
    """Somebody else took over: what we were about to do is theirs to do."""


class Claim:
    """Holds a delivery and a slot of its limit; also the gate of its calls."""

    def __init__(self, delivery: Delivery, owner: str, slot: HeldSlot) -> None:
        self.delivery = delivery
        self._owner = owner
        self._slot = slot
        self._renewed = time.monotonic()
        self._has_called = False
        self._called = slot.limit_key
        # What a call raised, as opposed to what a sender made of its answer.
        self._failure: ZohoError | None = None
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
    def call(
        self,
        product: str,  # noqa: ARG002  # a delivery stays with its product
        method: str,
        pace: Pace | None,
    ) -> Iterator[Still]:
        """Let one call to Zoho through, on record if it may have an effect.

        Raises:
            LeaseLost: the delivery is somebody else's by now.
            RateLimited: Zoho asked this organisation's callers to wait.
        """
        self._called = self._key_for(pace)
        self._mind_breaker()
        if pace:
            wait_for_turn(self._called, pace)
        if method == "GET":
            self._hold()
        else:
            self._begin_attempt()
        self._has_called = True
        try:
            yield self._hold
        except ZohoError as error:
            self._failure = error
            if method != "GET":
                self._note(_words(error), failures.is_denial(error))
            raise
        if method != "GET":
            self._note(DONE, answered=True)

    def _mind_breaker(self) -> None:
        is_own = self._called == self._slot.limit_key
        if is_own and not (self._has_called and self._slot.has_news):
            return
        pause = limits.open_breaker(self._called)
        if pause and pause.was_asked and pause.paused_until:
            raise RateLimited("TOO_MANY_REQUESTS", retry_at=pause.paused_until)

    def _key_for(self, pace: Pace | None) -> str:
        """Return the key of the limit that a call counts under: it may have its own."""
        own = self._slot.limit_key
        return f"{limits.whole(own)}/{pace.name}" if pace else own

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
        self._note("", answered=False)
        self._hold()
        number = self.delivery.attempt_count + 1
        with transaction.atomic():
            ours = Delivery.objects.filter(
                pk=self.delivery.pk, lease_owner=self._owner, overtaken_by=None
            )
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

    def _client(self) -> ZohoClient:
        at_once = self._slot.at_once
        return client_for(self.delivery.connection, self, at_once=at_once)

    def _send(self) -> None:
        try:
            outcome = self._sent()
        except ZohoError as error:
            self._settle_failure(error)
        else:
            self._settle(transitions.done(outcome))
            limits.succeeded(self._slot)

    def _sent(self) -> Outcome:
        delivery = self.delivery
        payload = payload_of(delivery)
        if not may_be_sent(delivery, payload, self._client):
            raise failures.NotAllowedAnyMore
        if there := self._already_there():
            return there
        sending = sending_of(delivery, payload)
        return sender_of(delivery.kind).send(self._client(), payload, sending)

    def _already_there(self) -> Outcome | None:
        """Look for what may have arrived, immediately before it is sent again.

        Raises:
            OutcomeUnknown: it cannot be told whether it is there.
        """
        delivery = self.delivery
        was_tried = delivery.attempt_count and delivery.may_have_arrived()
        if not (was_tried or delivery.missed_at) or failures.repeatable(delivery):
            return None
        # A person who looked a moment ago, and said that it is not there, is believed.
        said_at = delivery.missed_at if self._slot.at_once else None
        if said_at and said_at > timezone.now() - A_MOMENT:
            return None
        try:
            return self._found()
        except (Rejected, UnexpectedReply) as error:
            # That is about the look, not about what was sent.
            raise OutcomeUnknown(error.code, status=error.status) from error

    def _found(self) -> Outcome | None:
        delivery = self.delivery
        payload, find = payload_of(delivery), sender_of(delivery.kind).find
        if find is None:
            return None
        first = delivery.attempts.first()
        since = first.started_at if first else delivery.created_at
        return find(self._client(), payload, sending_of(delivery, payload), since)

    def _look(self) -> None:
        delivery = self.delivery
        try:
            found = self._found()
        except (RateLimited, Unavailable) as error:
            limits.failed(self._called, error)
            self._settle(transitions.looked(timezone.now() + LOOK_AGAIN))
        except Unreadable as error:
            ending = transitions.looked(None)
            self._settle(ending, problem=problem_of(delivery, error))
        except OutcomeUnknown:
            self._settle(failures.unsure(delivery))
        except ZohoError as error:
            logger.warning("look-up failed", extra={"zoho_code": error.code})
            self._settle(failures.after_look(delivery))
        else:
            self._settle(
                transitions.done(found) if found else failures.missed(delivery)
            )
            limits.succeeded(self._slot)

    def _settle_failure(self, error: ZohoError) -> None:
        if isinstance(error, UnexpectedReply):
            logger.error("unexpected reply", extra={"zoho_code": error.code})
        limits.failed(self._called, error)
        if isinstance(error, Rejected):
            limits.succeeded(self._slot)
        may_be_there = self._may_be_there(error)
        ending = failures.after(self.delivery, error, may_be_there=may_be_there)
        problem = problem_of(self.delivery, error)
        self._settle(ending, problem=problem)
        if problem.get("fields"):
            payload = payload_of(self.delivery)
            sender_of(self.delivery.kind).doubt(self.delivery.connection, payload)

    def _may_be_there(self, error: ZohoError) -> bool:
        """Tell whether the last call that may have an effect did not surely fail."""
        makes_no_sense = isinstance(error, OutcomeUnknown | UnexpectedReply)
        if self._answer == DONE and makes_no_sense and error is not self._failure:
            # Zoho said yes, in a way that the sender could not read.
            self._note(_words(error), answered=False)
        is_denied = self._answered and self._answer != DONE
        return self._attempt is not None and not is_denied

    def _settle(self, ending: Ending, **values: Any) -> None:
        """End the claim: what came of the attempt and of the delivery, or neither."""
        with transaction.atomic():
            this = Delivery.objects.filter(pk=self.delivery.pk)
            kept = transitions.end_claim(this, self._owner, ending, **values)
            if kept:
                self._end_attempt()
                moves.settled(self.delivery, ending.state, ending.outcome)
        if not kept:
            raise LeaseLost


def take(pk: UUID, slot: HeldSlot) -> Claim | None:
    """Take the lease on a delivery; None if it is not to be had."""
    owner = secrets.token_hex(16)
    now = timezone.now()
    this = Delivery.objects.filter(pk=pk)
    free = this.filter(_is_free(now), retry_at__isnull=False)
    if not (
        transitions.claim(pk, owner, now + LEASE)
        or transitions.claim_look(free, owner, now + LEASE)
    ):
        return None
    # Read only now that nobody else may change it.
    return Claim(
        this.select_related("connection", "person", "released_by", "upload").get(),
        owner,
        slot,
    )


def due(limit_key: str | Given = "", now: datetime | Given | None = None) -> Any:
    """Return the deliveries whose time has come, people's before bulk."""
    now = now or timezone.now()
    rows = Delivery.objects.filter(
        Q(order.may_go(), state=State.WAITING, held_for="")
        | Q(_is_free(now), state=State.UNKNOWN),
        retry_at__lte=now,
        connection__state=Connection.State.ACTIVE,
    ).order_by("is_bulk", "created_at")
    return rows.filter(limit_key=limit_key) if limit_key else rows


def _is_free(now: datetime | Given) -> Q:
    return Q(lease_until=None) | Q(lease_until__lt=now)


_first_due = Prepared(
    lambda: due(
        Given("limit_key", models.CharField()), Given("now", models.DateTimeField())
    ).values_list("is_bulk", "pk")[:AT_THE_HEAD]
)


def take_next(slot: HeldSlot) -> Claim | None:
    """Take the next delivery under the slot's limit, unless that is paused."""
    if not slot.goes_on():
        return None
    first = _first_due.rows(limit_key=slot.limit_key, now=timezone.now())
    # Not all workers at the same row: each waits in PostgreSQL for who was faster.
    random.shuffle(first)
    for _, pk in sorted(first, key=itemgetter(0)):
        if claim := take(pk, slot):
            return claim
    return None


def _words(error: ZohoError) -> str:
    return f"{type(error).__name__} {error}"
