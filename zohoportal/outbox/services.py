"""The outbox: on disk before Zoho is asked, and to Zoho exactly once."""

import hashlib
import json
import logging
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.db import IntegrityError, models, transaction
from django.db.models import F, Q
from django.utils import timezone

from connections.models import Connection
from connections.services import client_for
from connections.zoho.errors import (
    OutcomeUnknown,
    RateLimited,
    Rejected,
    UnexpectedReply,
    ZohoError,
)
from connections.zoho.explain import explain
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Attempt, Delivery
from zohoportal.outbox.senders import Outcome, sender_of

logger = logging.getLogger(__name__)

State = Delivery.State

# Longer than all the calls of one try at their deadlines: a renewal of the token, a
# look-up, another renewal after a 401, the look-up again, and the send.
LEASE = timedelta(minutes=5)


@dataclass(frozen=True)
class Receipt:
    """What became of a submitted form; `is_repeat`: this form was submitted before."""

    delivery: Delivery
    is_repeat: bool = False
    same_content: bool = True


def submit(
    *,
    kind: str,
    connection: Connection,
    person: User,
    form_key: str,
    title: str,
    payload: Mapping[str, Any],
) -> Receipt:
    """Keep what was submitted, then try to send it.

    The same key with the same content gives the first delivery, whatever became of it;
    with other content nothing is stored or sent, and the person chooses.
    """
    fingerprint = _fingerprint(kind, connection, payload)
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(
                kind=kind,
                connection=connection,
                person=person,
                title=title[:300],
                payload=dict(payload),
                form_key=form_key,
                fingerprint=fingerprint,
            )
    except IntegrityError:
        first = Delivery.objects.get(person=person, form_key=form_key)
        return Receipt(first, True, first.fingerprint == fingerprint)
    attempt(delivery)
    return Receipt(delivery)


def attempt(delivery: Delivery) -> None:
    """Try to send a delivery once; afterwards its row says what happened.

    Does nothing if it is not waiting, or somebody else is sending it.
    """
    owner = _claim(delivery)
    if not owner:
        delivery.refresh_from_db()
        return
    # Committed before the call: an attempt without an end may have had its effect.
    record = Attempt.objects.create(delivery=delivery, number=delivery.attempt_count)
    try:
        client = client_for(delivery.connection)
        outcome = sender_of(delivery.kind).send(
            client, delivery.payload, delivery.reference
        )
    except ZohoError as error:
        _settle_failure(delivery, owner, record, error)
    else:
        _settle_done(delivery, owner, record, outcome)
    delivery.refresh_from_db()


def send_again(delivery: Delivery) -> None:
    """Send what waits, or what a person looked for at Zoho and did not find."""
    Delivery.objects.filter(
        Q(state=State.UNKNOWN) | Q(state=State.SENDING, lease_until__lt=timezone.now()),
        pk=delivery.pk,
    ).update(state=State.WAITING, lease_owner="", lease_until=None)
    attempt(delivery)


def mark_found(delivery: Delivery) -> None:
    """Take a person's word that Zoho has it."""
    abandoned = Q(state=State.SENDING, lease_until__lt=timezone.now())
    Delivery.objects.filter(Q(state=State.UNKNOWN) | abandoned, pk=delivery.pk).update(
        state=State.DONE,
        finished_at=timezone.now(),
        outcome=asdict(Outcome("It was found in Zoho.", "")),
        problem={},
    )


def cancel(delivery: Delivery) -> bool:
    """Give up a delivery that waits; return whether it was still waiting."""
    return bool(
        Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(
            state=State.CANCELLED, finished_at=timezone.now()
        )
    )


def visible_to(person: User) -> models.QuerySet[Delivery]:
    """Return what this person may see: everything for admins, else their own."""
    deliveries = Delivery.objects.select_related("person")
    return deliveries if person.is_admin else deliveries.filter(person=person)


def _claim(delivery: Delivery) -> str:
    """Take the lease with one conditional UPDATE; empty if it was not to be had."""
    owner = secrets.token_hex(16)
    claimed = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(
        state=State.SENDING,
        lease_owner=owner,
        lease_until=timezone.now() + LEASE,
        attempt_count=F("attempt_count") + 1,
    )
    if not claimed:
        return ""
    delivery.refresh_from_db(fields=["attempt_count", "state"])
    return owner


def _settle_done(
    delivery: Delivery, owner: str, record: Attempt, outcome: Outcome
) -> None:
    _leave(
        delivery,
        owner,
        state=State.DONE,
        outcome=asdict(outcome),
        problem={},
        finished_at=timezone.now(),
    )
    _end(record, "done")


def _settle_failure(
    delivery: Delivery, owner: str, record: Attempt, error: ZohoError
) -> None:
    if isinstance(error, UnexpectedReply):
        logger.error("unexpected reply", extra={"zoho_code": error.code})
    state = _state_after(error)
    _leave(
        delivery,
        owner,
        state=state,
        problem=_problem(delivery, error),
        retry_at=error.retry_at if isinstance(error, RateLimited) else None,
        finished_at=timezone.now() if state == State.REFUSED else None,
    )
    _end(record, f"{type(error).__name__} {error}")


def _state_after(error: ZohoError) -> str:
    if isinstance(error, Rejected):
        return State.REFUSED
    if isinstance(error, OutcomeUnknown):
        return State.UNKNOWN
    return State.WAITING


def _leave(delivery: Delivery, owner: str, **values: Any) -> None:
    """End the lease; only its owner may write what became of the delivery."""
    Delivery.objects.filter(
        pk=delivery.pk, lease_owner=owner, state=State.SENDING
    ).update(lease_owner="", lease_until=None, **values)


def _end(record: Attempt, result: str) -> None:
    record.ended_at = timezone.now()
    record.result = result[:300]
    record.save(update_fields=["ended_at", "result"])


def _problem(delivery: Delivery, error: ZohoError) -> dict[str, Any]:
    connection = delivery.connection
    facts = {
        "region": connection.region,
        "zoho_user": connection.zoho_user or "The Zoho user",
        "organisation": connection.name,
        "feature": sender_of(delivery.kind).again.lower(),
    }
    zone = timezone.get_current_timezone()
    words = explain(error, step="write", zone=zone, facts=facts)
    fields = [asdict(field) for field in getattr(error, "fields", ())]
    return asdict(words) | {"fields": fields}


def _fingerprint(kind: str, connection: Connection, payload: Mapping[str, Any]) -> str:
    content = json.dumps([kind, str(connection.pk), payload], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
