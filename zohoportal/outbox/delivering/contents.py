"""What a delivery holds: its payload, and what goes with that when it is sent."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

import msgspec
from django.db import transaction
from django.utils import timezone

from zohoportal.outbox.delivering import order
from zohoportal.outbox.models import Delivery, Target
from zohoportal.outbox.payloads import FilePayload, Payload, Unreadable
from zohoportal.outbox.senders import Earlier, Sending, sender_of


def payload_of(delivery: Delivery) -> Payload:
    """Return what was typed; a file that came with another delivery hangs on that.

    Raises:
        Unreadable: this version does not know how it was kept.
    """
    kept_by: type[Payload] = sender_of(delivery.kind).payload
    payload = kept_by.read(delivery.payload)
    if not (delivery.parent_id and isinstance(payload, FilePayload)):
        return payload
    # Read anew: it was sent a moment ago.
    parent = Delivery.objects.only("outcome").get(pk=delivery.parent_id)
    attach_to = parent.outcome.get("external_id", "")
    return msgspec.structs.replace(payload, attach_to=attach_to)


def known_payload(delivery: Delivery) -> Payload | None:
    """Return what was typed; None if it was deleted, or cannot be read."""
    if not delivery.payload and not delivery.parent_id:
        return None
    try:
        return payload_of(delivery)
    except Unreadable:
        return None


def sending_of(delivery: Delivery, payload: Payload) -> Sending:
    """Return what a sender gets beyond what was typed."""
    brings = delivery.brings.all() if payload.has_files else ()
    return Sending(
        reference=delivery.reference,
        typed_at=delivery.created_at,
        tried_at=_tried_at(delivery),
        upload=str(delivery.upload_id or ""),
        uploads={f"{each.name} {each.sha256}": str(each.pk) for each in brings},
        earlier=_earlier(delivery),
    )


def forget(outcomes: Mapping[UUID, dict[str, Any]], words: str) -> None:
    """Delete what was typed into forms, and what names it; words stand there instead.

    Where it went stays: so that nobody takes it for another one's.
    """
    with transaction.atomic():
        Target.objects.filter(delivery__in=outcomes).delete()
        for pk, outcome in outcomes.items():
            Delivery.objects.filter(pk=pk).update(
                title=words,
                payload={},
                problem={},
                outcome=outcome | {"sentence": "", "details": {}},
                forgotten_at=timezone.now(),
            )


def _tried_at(delivery: Delivery) -> datetime | None:
    if not delivery.attempt_count:
        # Most were never tried: nothing is asked for them.
        return None
    unclear = delivery.attempts.filter(answered=False).first()
    return unclear.started_at if unclear else None


def _earlier(delivery: Delivery) -> list[Earlier]:
    """Return what was saved since then of those that change the same, oldest first."""
    saved = order.saved_since(delivery).only("kind", "payload", "outcome", "parent")
    return [
        Earlier(
            payload,
            each.outcome.get("external_id", ""),
            each.outcome.get("stamp", ""),
        )
        for each in saved
        if (payload := known_payload(each))
    ]
