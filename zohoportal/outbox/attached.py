"""Files that belong to a delivery: each is a delivery of its own, and waits for it."""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from django.db.models import Q
from django.utils import timezone

from connections.models import Connection
from zohoportal.accounts.models import User
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import ENDED, Delivery, Upload

State = Delivery.State
Held = Delivery.Held

# Afterwards a file that Zoho refused is found in Activity only.
SHOWN_FOR = timedelta(days=1)

# What is said of files in these states, the first that there are: of one, of several.
SENTENCES = (
    ((State.REFUSED, State.CANCELLED), ("was not attached", "were not attached")),
    ((State.UNKNOWN,), ("needs a look", "need a look")),
    ((State.WAITING, State.SENDING), ("is not attached yet", "are not attached yet")),
    ((State.DONE,), ("was attached", "were attached")),
)


def create(
    parent: Delivery, form_key: FormKey, uploads: Sequence[Upload], kind: str
) -> None:
    """Keep a delivery for each file; they wait until `parent` is in Zoho."""
    for key, upload in keyed(form_key, uploads):
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
        lane=like.lane,
        is_bulk=like.is_bulk,
        form_key=key,
        fingerprint=_digest(like.fingerprint, upload.name, upload.sha256),
        upload=upload,
    )


def keyed(form_key: FormKey, uploads: Sequence[Upload]) -> Iterator[tuple[str, Upload]]:
    """Yield each file with a key of its content, so that a second click is known."""
    seen: Counter[str] = Counter()
    for upload in uploads:
        # Not by its place: another file may be left out when the form is sent again.
        yield _digest(form_key.key, str(seen[upload.sha256]), upload.sha256), upload
        seen[upload.sha256] += 1


def payload_of(delivery: Delivery) -> Mapping[str, Any]:
    """Return what a sender gets: with the file's `upload`, and what to `attach_to`."""
    payload = dict(delivery.payload)
    if delivery.upload_id:
        payload["upload"] = str(delivery.upload_id)
    if delivery.parent_id:
        # Read anew: it was sent a moment ago.
        parent = Delivery.objects.only("outcome").get(pk=delivery.parent_id)
        payload["attach_to"] = parent.outcome["external_id"]
    return payload


def unsent(
    person: User, connection: Connection, kind: str, attach_to: str
) -> list[Delivery]:
    """Return this person's files for something in Zoho that are not attached to it."""
    is_refused = Q(state=State.REFUSED, finished_at__gt=timezone.now() - SHOWN_FOR)
    is_for_it = Q(payload__attach_to=attach_to) | Q(
        parent__outcome__external_id=attach_to
    )
    return list(
        Delivery.objects.filter(
            is_refused | ~Q(state__in=ENDED),
            is_for_it,
            kind=kind,
            person=person,
            connection=connection,
        )
    )


def is_ours(kind: str, external_id: str) -> bool:
    """Tell whether a delivery attached this one: a file may be chosen twice."""
    made = Delivery.objects.filter(kind=kind, state=State.DONE)
    return made.filter(outcome__external_id=external_id).exists()


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


def follow(parent: Delivery, state: str, outcome: Mapping[str, Any]) -> None:
    """Let the files of a settled delivery go; cancel them if nothing can take them.

    Part of the transaction that settles it.
    """
    files = Delivery.objects.filter(
        parent=parent, state=State.WAITING, held_for=Held.PARENT
    )
    now = timezone.now()
    if state == State.DONE and outcome.get("external_id"):
        files.update(held_for="", held_at=None, retry_at=now)
    elif state in {State.DONE, State.REFUSED, State.CANCELLED}:
        files.update(state=State.CANCELLED, held_for="", retry_at=None, finished_at=now)


def _digest(*parts: str) -> str:
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()
