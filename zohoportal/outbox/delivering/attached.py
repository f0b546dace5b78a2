"""Files that belong to a delivery: each is a delivery of its own, and waits for it."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from django.db import transaction
from django.utils import timezone

from zohoportal.outbox.delivering import transitions
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import ENDED, KEPT_BACK, Delivery, Upload
from zohoportal.outbox.uploads.store import forget_content

State = Delivery.State
Held = Delivery.Held


# What is said of files in these states, the first that there are: of one, of several.
SENTENCES = (
    ((State.REFUSED, State.CANCELLED), ("was not attached", "were not attached")),
    ((State.UNKNOWN,), ("needs a look", "need a look")),
    ((State.WAITING, State.SENDING), ("is not attached yet", "are not attached yet")),
    ((State.DONE,), ("was attached", "were attached")),
)


def create(
    parent: Delivery,
    idempotency_key: IdempotencyKey,
    uploads: Sequence[Upload],
    kind: str,
) -> None:
    """Keep a delivery for each file; they wait until `parent` is in Zoho."""
    for key, upload in keyed(idempotency_key, uploads):
        file = file_of(parent, key, upload, kind)
        file.payload, file.parent = {}, parent
        file.held_for, file.held_at = Held.PARENT, timezone.now()
        file.save(force_insert=True)


def file_of(like: Delivery, key: str, upload: Upload, kind: str) -> Delivery:
    """Return a new delivery of one file, with all that it shares with `like`."""
    return Delivery(
        kind=kind,
        connection=like.connection,
        person=like.person,
        title=f"File “{upload.name}”",
        payload=like.payload,
        limit_key=like.limit_key,
        is_bulk=like.is_bulk,
        idempotency_key=key,
        fingerprint=_digest(like.fingerprint, upload.name, upload.sha256),
        upload=upload,
    )


def keyed(
    idempotency_key: IdempotencyKey, uploads: Sequence[Upload]
) -> Iterator[tuple[str, Upload]]:
    """Yield each file with a key of its content, so that a second click is known."""
    seen: Counter[str] = Counter()
    for upload in uploads:
        # Not by its place: another file may be left out when the form is sent again.
        yield (
            _digest(idempotency_key.key, str(seen[upload.sha256]), upload.sha256),
            upload,
        )
        seen[upload.sha256] += 1


def summary(files: Sequence[Delivery]) -> str:
    """Return how the files of a delivery fared, in a sentence."""
    if not files:
        return ""
    states = [file.state for file in files]
    for wanted, words in SENTENCES:
        if number := sum(state in wanted for state in states):
            verb = words[0] if number == 1 else words[1]
            some = number if number == len(files) else f"{number} of {len(files)}"
            return f"{some} {'file' if len(files) == 1 else 'files'} {verb}."
    return ""


def follow(
    parent: Delivery, state: str, outcome: Mapping[str, Any]
) -> Sequence[Delivery]:
    """Let the files of an ended delivery go; cancel them if nothing can take them.

    Returns those that go. Part of the transaction that settles it.
    """
    files = Delivery.objects.filter(
        parent=parent, state=State.WAITING, held_for__in=KEPT_BACK
    )
    if state == State.DONE and outcome.get("external_id"):
        going = list(files)
        transitions.release(files.filter(held_for=Held.PARENT))
        # They may hang there since before the backup was restored: looked for first.
        transitions.doubt(files.filter(held_for=Held.RESTORED), timezone.now())
        return going
    transitions.cancel(files)
    return ()


def forget_files(delivery: Delivery) -> None:
    """Keep what it brought no longer, but for what another is still to bring.

    Part of the transaction that settles it as done.
    """
    if delivery.upload:
        transaction.on_commit(partial(forget_content, delivery.upload))
    payload = known_payload(delivery)
    if payload is None or not payload.has_files:
        return
    others = Delivery.objects.exclude(pk=delivery.pk).exclude(state__in=ENDED)
    for upload in delivery.brings.exclude(brought_by__in=others):
        transaction.on_commit(partial(forget_content, upload))


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
