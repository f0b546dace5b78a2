"""The outbox: on disk before Zoho is asked, and to Zoho exactly once."""

import hashlib
import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from connections import limits
from connections.models import Connection
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering import (
    attached,
    moves,
    order,
    reaper,
    tasks,
    transitions,
)
from zohoportal.outbox.delivering.first_try import attempt
from zohoportal.outbox.delivering.transitions import Rows
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import KEPT_BACK, Delivery, Job, Upload
from zohoportal.outbox.payloads import FilePayload, Payload
from zohoportal.outbox.senders import sender_of
from zohoportal.outbox.uploads import store as uploads

State = Delivery.State
Held = Delivery.Held

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


def submit(  # noqa: PLR0913  # what people hand in has so many parts
    *,
    kind: str,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    title: str,
    payload: Payload,
    is_bulk: bool = False,
    files: Sequence[UploadedFile] = (),
    brings: Sequence[Upload] = (),
) -> Receipt:
    """Keep what was submitted, and try to send it if a slot is free right now.

    The same key with the same content gives the first delivery, whatever became of it;
    with other content nothing is stored or sent, and the person chooses. Each of
    `files` is a delivery of the sender's `file_kind`, which waits until this one is in
    Zoho; what it `brings` was kept before, and goes with it.

    Raises:
        NoSpace: the files do not fit on the disk; nothing was kept or sent.
    """
    kept = uploads.keep(person, files)
    delivery = Delivery(
        kind=kind,
        connection=connection,
        person=person,
        title=title[:300],
        payload=payload.stored(),
        limit_key=_limit_key(connection, kind),
        is_bulk=is_bulk,
        idempotency_key=idempotency_key.key,
        fingerprint=_fingerprint(kind, connection, payload, kept),
        replaces=_replaced(person, idempotency_key),
    )
    receipt = _keep(delivery, idempotency_key, kept, brings)
    if receipt.is_twin or receipt.is_repeat:
        uploads.drop(kept)
    else:
        attempt(delivery)
    return receipt


def _limit_key(connection: Connection, kind: str) -> str:
    sender = sender_of(kind)
    return limits.key_of(connection, sender.product, sender.pace)


def _keep(
    delivery: Delivery,
    idempotency_key: IdempotencyKey,
    kept: Sequence[Upload],
    brings: Sequence[Upload],
) -> Receipt:
    """Store a delivery with its files, unless it is there already."""
    person, fingerprint = delivery.person, delivery.fingerprint
    if not idempotency_key.is_second and (
        twin := _twin(person, fingerprint, other_than=idempotency_key)
    ):
        return Receipt(twin, is_twin=True)
    try:
        with transaction.atomic():
            delivery.save(force_insert=True)
            kind = sender_of(delivery.kind).file_kind
            attached.create(delivery, idempotency_key, kept, kind)
            delivery.brings.set(brings)
            moves.join([delivery])
    except IntegrityError:
        first = Delivery.objects.get(person=person, idempotency_key=idempotency_key.key)
        return Receipt(first, True, first.fingerprint == fingerprint)
    return Receipt(delivery)


def submit_files(
    *,
    kind: str,
    connection: Connection,
    person: User,
    idempotency_key: IdempotencyKey,
    payload: FilePayload,
    files: Sequence[UploadedFile],
) -> list[Receipt]:
    """Keep files for something that is in Zoho already, and try to send them.

    `payload` names that; each file is a delivery of its own. The same key with the
    same file gives the first delivery of it.

    Raises:
        NoSpace: the files do not fit on the disk; nothing was kept or sent.
    """
    kept = uploads.keep(person, files)
    like = Delivery(
        connection=connection,
        person=person,
        payload=payload.stored(),
        limit_key=_limit_key(connection, kind),
        fingerprint=_fingerprint(kind, connection, payload),
    )
    with transaction.atomic():
        receipts = [
            _keep_file(attached.file_of(like, key, upload, kind))
            for key, upload in attached.keyed(idempotency_key, kept)
        ]
        new = [each.delivery for each in receipts if not each.is_repeat]
        moves.join(new)
    if new:
        attempt(*new)
    return receipts


def _keep_file(delivery: Delivery) -> Receipt:
    """Store the delivery of a file, unless it is there already."""
    try:
        with transaction.atomic():
            delivery.save(force_insert=True)
    except IntegrityError:
        assert delivery.upload  # noqa: S101  # every delivery of a file has one
        uploads.drop([delivery.upload])
        same = Delivery.objects.filter(
            person=delivery.person, idempotency_key=delivery.idempotency_key
        )
        return Receipt(same.get(), is_repeat=True)
    return Receipt(delivery)


def _twin(
    person: User, fingerprint: str, other_than: IdempotencyKey
) -> Delivery | None:
    return (
        Delivery.objects.filter(
            person=person,
            fingerprint=fingerprint,
            created_at__gt=timezone.now() - TWIN_WITHIN,
        )
        .exclude(idempotency_key=other_than.key)
        .exclude(state__in=[State.REFUSED, State.CANCELLED])
        .first()
    )


def _replaced(person: User, idempotency_key: IdempotencyKey) -> Delivery | None:
    if not idempotency_key.replaces:
        return None
    return Delivery.objects.filter(
        person=person, reference=idempotency_key.replaces
    ).first()


def send_again(delivery: Delivery, *, over: str = "", none_is_it: bool = False) -> bool:
    """Send what waits; what may be at Zoho already is looked for first.

    One that was overtaken is sent over the later one that `over` names, and not without
    that word. Where it cannot be told whether it is there, `none_is_it` is a person's
    word that it is not; without that nothing is sent, and its page asks. Returns
    whether there was anything to send or to look for.
    """
    reaper.take_over(delivery)
    delivery.refresh_from_db()
    if delivery.overtaken_by_id and str(delivery.overtaken_by_id) != over:
        return False
    if delivery.state == State.UNKNOWN and not _looked_now(delivery):
        # It could not be looked for just now: the workers will, and it stays in doubt.
        return True
    if delivery.state == State.UNKNOWN and delivery.unsure_at and not none_is_it:
        return False
    this = Delivery.objects.filter(pk=delivery.pk)
    transitions.send_missing(this)
    with transaction.atomic():
        # A file is not edited: what Zoho refused once, it may take later.
        refused = transitions.retry_refused(this.filter(upload__isnull=False))
        passed = this.filter(state=State.WAITING, overtaken_by__isnull=False)
        if passed.update(overtaken_by=None) or refused:
            moves.rejoin(delivery)
    waits = transitions.release(this.exclude(held_for__in=KEPT_BACK))
    if waits:
        # After those that only wait for their turn before it.
        ahead = order.before(delivery).exclude(order.is_stuck())
        attempt(delivery, *ahead, at_once=True)
    return bool(waits)


def release(delivery: Delivery, by: User) -> bool:
    """Let go what is held because its author lost the right: somebody stands for it.

    Returns whether it was held for that.
    """
    held = Delivery.objects.filter(pk=delivery.pk, held_for=Held.PERSON)
    with transaction.atomic():
        is_held = held.update(released_by=by)
        if is_held:
            delivery.files.update(released_by=by)
    return bool(is_held) and send_again(delivery)


def send_first(delivery: Delivery) -> bool:
    """Send what waits before those that it would wait for longer than people like to.

    Returns whether it still waited.
    """
    waits = Delivery.objects.filter(pk=delivery.pk, state=State.WAITING)
    if not waits.exclude(held_for__in=KEPT_BACK).exists():
        return False
    for each in order.before(delivery):
        reaper.take_over(each)
    moves.overtake(delivery)
    return send_again(delivery)


def _looked_now(delivery: Delivery) -> bool:
    """Look at Zoho once more: a person may have looked in the wrong place."""
    if sender_of(delivery.kind).find is None:
        return True
    looks = delivery.looks
    transitions.look_now(Delivery.objects.filter(pk=delivery.pk))
    attempt(delivery, at_once=True)
    return delivery.state != State.UNKNOWN or delivery.looks > looks


def mark_found(delivery: Delivery) -> bool:
    """Take a person's word that Zoho has it; return whether that was in doubt.

    Where it is there is not known: its files are cancelled.
    """
    reaper.take_over(delivery)
    return _settle(delivery, transitions.confirm, State.DONE)


def keep_as_draft(delivery: Delivery) -> bool:
    """Keep what waits by itself until a person sends it; return whether it did."""
    this = Delivery.objects.filter(pk=delivery.pk, upload__isnull=True)
    return bool(transitions.hold_as_draft(this))


def cancel(delivery: Delivery) -> bool:
    """Give up a delivery that waits; return whether it was still waiting.

    Not one that a restored backup has: it may be at Zoho.
    """
    return _settle(delivery, transitions.cancel, State.CANCELLED)


def _settle(
    delivery: Delivery, transition: Callable[[Rows], int], end: Delivery.State
) -> bool:
    """End a delivery by a person's word, and what follows for others."""
    this = Delivery.objects.filter(pk=delivery.pk).exclude(held_for=Held.RESTORED)
    with transaction.atomic():
        settled = transition(this)
        if settled:
            # Where it is in Zoho nobody said.
            moves.settled(delivery, end, {})
    if settled:
        tasks.wake_if_due(delivery.limit_key)
    return bool(settled)


def visible_to(person: User) -> models.QuerySet[Delivery]:
    """Return what this person may see: everything for managers, else their own."""
    deliveries = Delivery.objects.select_related("person")
    return deliveries if person.may_manage else deliveries.filter(person=person)


def living_workers() -> models.QuerySet[Job]:
    """Return the mark that workers left lately, if any runs."""
    return Job.objects.filter(name="sweep", ran_at__gt=timezone.now() - ALIVE_WITHIN)


def is_anyone_working() -> bool:
    """Tell whether a worker runs: without one nothing is sent or looked for again."""
    return living_workers().exists()


def _fingerprint(
    kind: str,
    connection: Connection,
    payload: Payload,
    kept: Sequence[Upload] = (),
) -> str:
    content: list[Any] = [kind, str(connection.pk), sender_of(kind).typed(payload)]
    content += [[upload.name, upload.sha256] for upload in kept]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
