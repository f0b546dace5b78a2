"""The outbox: on disk before Zoho is asked, and to Zoho exactly once."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import timedelta
from threading import Thread
from typing import Any

from django.db import IntegrityError, connections, models, transaction
from django.utils import timezone

from connections import lanes
from connections.lanes import HeldSlot
from connections.models import Connection
from zohoportal.accounts.models import User
from zohoportal.outbox import recovery, tasks, turns
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery, Job
from zohoportal.outbox.senders import Outcome, sender_of

State = Delivery.State

# So long a page waits for Zoho. The send goes on: it runs to its own deadline.
PATIENCE = 4.0
# Exactly the same, so soon after the first: the person is asked.
TWIN_WITHIN = timedelta(minutes=10)
# Workers leave a mark every second or so.
ALIVE_WITHIN = timedelta(seconds=60)


@dataclass(frozen=True)
class Receipt:
    """What became of a submitted form.

    Attributes:
        is_repeat: this form was submitted before; `delivery` is that first one.
        same_content: it was submitted with the same content.
        is_twin: nothing was kept or sent: the same was sent a moment ago, with
            another form, as `delivery`.
    """

    delivery: Delivery
    is_repeat: bool = False
    same_content: bool = True
    is_twin: bool = False


def submit(  # what makes a delivery, written out
    *,
    kind: str,
    connection: Connection,
    person: User,
    form_key: FormKey,
    title: str,
    payload: Mapping[str, Any],
    is_bulk: bool = False,
) -> Receipt:
    """Keep what was submitted, and try to send it if a slot is free right now.

    The same key with the same content gives the first delivery, whatever became of it;
    with other content nothing is stored or sent, and the person chooses.
    """
    fingerprint = _fingerprint(kind, connection, payload)
    if not form_key.is_second and (
        twin := _twin(person, fingerprint, other_than=form_key)
    ):
        return Receipt(twin, is_twin=True)
    try:
        with transaction.atomic():
            delivery = Delivery.objects.create(
                kind=kind,
                connection=connection,
                person=person,
                title=title[:300],
                payload=dict(payload),
                lane=lanes.key_of(connection, sender_of(kind).product),
                is_bulk=is_bulk,
                form_key=form_key.key,
                fingerprint=fingerprint,
                replaces=_replaced(person, form_key),
            )
    except IntegrityError:
        first = Delivery.objects.get(person=person, form_key=form_key.key)
        return Receipt(first, True, first.fingerprint == fingerprint)
    attempt(delivery)
    return Receipt(delivery)


def _twin(person: User, fingerprint: str, other_than: FormKey) -> Delivery | None:
    return (
        Delivery.objects.filter(
            person=person,
            fingerprint=fingerprint,
            created_at__gt=timezone.now() - TWIN_WITHIN,
        )
        .exclude(form_key=other_than.key)
        .exclude(state__in=[State.REFUSED, State.CANCELLED])
        .first()
    )


def _replaced(person: User, form_key: FormKey) -> Delivery | None:
    if not form_key.replaces:
        return None
    return Delivery.objects.filter(person=person, reference=form_key.replaces).first()


def attempt(delivery: Delivery) -> None:
    """Try to send a waiting delivery once, if a slot of its lane is free right now.

    Waits a few seconds for the outcome; the send itself runs to its own deadline.
    Without a slot a worker is woken, and the delivery stays kept.
    """
    slot = lanes.take(delivery.lane)
    if slot is None:
        tasks.wake(delivery.lane)
    elif connections["default"].in_atomic_block:
        # Another thread would not see what is not committed.
        _take_turn(delivery, slot)
    else:
        thread = Thread(target=_in_thread, args=(delivery, slot), daemon=True)
        thread.start()
        thread.join(PATIENCE)
    delivery.refresh_from_db()


def _in_thread(delivery: Delivery, slot: HeldSlot) -> None:
    try:
        _take_turn(Delivery.objects.get(pk=delivery.pk), slot)
    finally:
        connections.close_all()


def _take_turn(delivery: Delivery, slot: HeldSlot) -> None:
    try:
        if turn := turns.take(delivery, slot):
            turn.go()
    finally:
        slot.release()
    if turns.due(delivery.lane).exists():
        tasks.wake(delivery.lane)


def send_again(delivery: Delivery) -> bool:
    """Send what waits; what may be at Zoho already is looked for first.

    Returns whether there was anything to send or to look for.
    """
    recovery.take_over(delivery)
    delivery.refresh_from_db()
    if delivery.state == State.UNKNOWN:
        _look_now(delivery)
    this = Delivery.objects.filter(pk=delivery.pk)
    this.filter(state=State.UNKNOWN, lease_owner="").update(
        state=State.WAITING, deaths=0
    )
    waits = this.filter(state=State.WAITING).update(
        held_for="", held_at=None, retry_at=timezone.now()
    )
    if waits:
        attempt(delivery)
    return bool(waits)


def _look_now(delivery: Delivery) -> None:
    """Look at Zoho once more: a person presses the button because they saw nothing."""
    if sender_of(delivery.kind).find is None:
        return
    Delivery.objects.filter(pk=delivery.pk, lease_owner="").update(
        retry_at=timezone.now()
    )
    attempt(delivery)


def mark_found(delivery: Delivery) -> bool:
    """Take a person's word that Zoho has it; return whether that was in doubt."""
    recovery.take_over(delivery)
    return bool(
        Delivery.objects.filter(pk=delivery.pk, state=State.UNKNOWN).update(
            state=State.DONE,
            finished_at=timezone.now(),
            retry_at=None,
            outcome=asdict(Outcome("It was found in Zoho.", "")),
            problem={},
        )
    )


def cancel(delivery: Delivery) -> bool:
    """Give up a delivery that waits; return whether it was still waiting."""
    return bool(
        Delivery.objects.filter(pk=delivery.pk, state=State.WAITING).update(
            state=State.CANCELLED, retry_at=None, finished_at=timezone.now()
        )
    )


def visible_to(person: User) -> models.QuerySet[Delivery]:
    """Return what this person may see: everything for admins, else their own."""
    deliveries = Delivery.objects.select_related("person")
    return deliveries if person.is_admin else deliveries.filter(person=person)


def is_anyone_working() -> bool:
    """Tell whether a worker runs: without one nothing is sent or looked for again."""
    return Job.objects.filter(
        name="sweep", ran_at__gt=timezone.now() - ALIVE_WITHIN
    ).exists()


def _fingerprint(kind: str, connection: Connection, payload: Mapping[str, Any]) -> str:
    content = json.dumps([kind, str(connection.pk), payload], sort_keys=True)
    return hashlib.sha256(content.encode()).hexdigest()
