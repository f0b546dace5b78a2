"""The outbox: on disk before Zoho is asked, and to Zoho exactly once."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import timedelta
from typing import Any

from django.core.files.uploadedfile import UploadedFile
from django.db import IntegrityError, models, transaction
from django.utils import timezone

from connections import lanes
from connections.models import Connection
from zohoportal.accounts.models import User
from zohoportal.outbox import attached, recovery
from zohoportal.outbox import files as uploads
from zohoportal.outbox.attempts import attempt
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery, Job, Upload
from zohoportal.outbox.senders import Outcome, sender_of

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


def submit(
    *,
    kind: str,
    connection: Connection,
    person: User,
    form_key: FormKey,
    title: str,
    payload: Mapping[str, Any],
    is_bulk: bool = False,
    files: Sequence[UploadedFile] = (),
) -> Receipt:
    """Keep what was submitted, and try to send it if a slot is free right now.

    The same key with the same content gives the first delivery, whatever became of it;
    with other content nothing is stored or sent, and the person chooses. Each file is
    a delivery of the sender's `file_kind`, which waits until this one is in Zoho.

    Raises:
        NoSpace: the files do not fit on the disk; nothing was kept or sent.
    """
    kept = uploads.keep(person, files)
    delivery = Delivery(
        kind=kind,
        connection=connection,
        person=person,
        title=title[:300],
        payload=dict(payload),
        lane=lanes.key_of(connection, sender_of(kind).product),
        is_bulk=is_bulk,
        form_key=form_key.key,
        fingerprint=_fingerprint(kind, connection, payload, kept),
        replaces=_replaced(person, form_key),
    )
    receipt = _keep(delivery, form_key, kept)
    if receipt.is_twin or receipt.is_repeat:
        uploads.drop(kept)
    else:
        attempt(delivery)
    return receipt


def _keep(delivery: Delivery, form_key: FormKey, kept: Sequence[Upload]) -> Receipt:
    """Store a delivery with its files, unless it is there already."""
    person, fingerprint = delivery.person, delivery.fingerprint
    if not form_key.is_second and (
        twin := _twin(person, fingerprint, other_than=form_key)
    ):
        return Receipt(twin, is_twin=True)
    try:
        with transaction.atomic():
            delivery.save(force_insert=True)
            kind = sender_of(delivery.kind).file_kind
            attached.create(delivery, form_key, kept, kind)
    except IntegrityError:
        first = Delivery.objects.get(person=person, form_key=form_key.key)
        return Receipt(first, True, first.fingerprint == fingerprint)
    return Receipt(delivery)


def submit_files(
    *,
    kind: str,
    connection: Connection,
    person: User,
    form_key: FormKey,
    payload: Mapping[str, Any],
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
        payload=dict(payload),
        lane=lanes.key_of(connection, sender_of(kind).product),
        fingerprint=_fingerprint(kind, connection, payload),
    )
    with transaction.atomic():
        receipts = [
            _keep_file(attached.file_of(like, key, upload, kind))
            for key, upload in attached.keyed(form_key, kept)
        ]
    if new := [each.delivery for each in receipts if not each.is_repeat]:
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
            person=delivery.person, form_key=delivery.form_key
        )
        return Receipt(same.get(), is_repeat=True)
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


def send_again(delivery: Delivery) -> bool:
    """Send what waits; what may be at Zoho already is looked for first.

    Returns whether there was anything to send or to look for.
    """
    recovery.take_over(delivery)
    delivery.refresh_from_db()
    if delivery.state == State.UNKNOWN and not _looked_now(delivery):
        # It could not be looked for just now: the workers will, and it stays in doubt.
        return True
    this = Delivery.objects.filter(pk=delivery.pk)
    this.filter(state=State.UNKNOWN, lease_owner="").update(
        state=State.WAITING, deaths=0
    )
    # A file is not edited: what Zoho refused once, it may take later.
    this.filter(state=State.REFUSED, upload__isnull=False).update(
        state=State.WAITING, problem={}, finished_at=None
    )
    ready = this.filter(state=State.WAITING).exclude(held_for=Held.PARENT)
    waits = ready.update(held_for="", held_at=None, retry_at=timezone.now())
    if waits:
        attempt(delivery)
    return bool(waits)


def _looked_now(delivery: Delivery) -> bool:
    """Look at Zoho once more: a person may have looked in the wrong place."""
    if sender_of(delivery.kind).find is None:
        return True
    looks = delivery.looks
    Delivery.objects.filter(pk=delivery.pk, state=State.UNKNOWN, lease_owner="").update(
        retry_at=timezone.now()
    )
    attempt(delivery)
    return delivery.state != State.UNKNOWN or delivery.looks > looks


def mark_found(delivery: Delivery) -> bool:
    """Take a person's word that Zoho has it; return whether that was in doubt.

    Where it is there is not known: its files are cancelled.
    """
    recovery.take_over(delivery)
    outcome = asdict(Outcome("It was found in Zoho.", ""))
    return _settle(
        delivery, leave=State.UNKNOWN, to=State.DONE, outcome=outcome, problem={}
    )


def keep_as_draft(delivery: Delivery) -> bool:
    """Keep what waits by itself until a person sends it; return whether it did."""
    waits = Delivery.objects.filter(
        pk=delivery.pk, state=State.WAITING, held_for="", upload__isnull=True
    )
    return bool(waits.update(held_for=Held.DRAFT, held_at=timezone.now()))


def cancel(delivery: Delivery) -> bool:
    """Give up a delivery that waits; return whether it was still waiting."""
    return _settle(delivery, leave=State.WAITING, to=State.CANCELLED)


def _settle(delivery: Delivery, leave: str, to: str, **values: Any) -> bool:
    """End a delivery by a person's word, and what follows for its files."""
    with transaction.atomic():
        settled = Delivery.objects.filter(pk=delivery.pk, state=leave).update(
            state=to, finished_at=timezone.now(), retry_at=None, **values
        )
        if settled:
            attached.follow(delivery, to, values.get("outcome", {}))
    return bool(settled)


def visible_to(person: User) -> models.QuerySet[Delivery]:
    """Return what this person may see: everything for admins, else their own."""
    deliveries = Delivery.objects.select_related("person")
    return deliveries if person.is_admin else deliveries.filter(person=person)


def living_workers() -> models.QuerySet[Job]:
    """Return the mark that workers left lately, if any runs."""
    return Job.objects.filter(name="sweep", ran_at__gt=timezone.now() - ALIVE_WITHIN)


def is_anyone_working() -> bool:
    """Tell whether a worker runs: without one nothing is sent or looked for again."""
    return living_workers().exists()


def _fingerprint(
    kind: str,
    connection: Connection,
    payload: Mapping[str, Any],
    kept: Sequence[Upload] = (),
) -> str:
    content: list[Any] = [kind, str(connection.pk), payload]
    content += [[upload.name, upload.sha256] for upload in kept]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()
