"""Why a delivery is where it is: kept with it, and said in words for its reader."""

from dataclasses import asdict
from pathlib import PurePath
from typing import Any
from zoneinfo import ZoneInfo

from connections import features
from connections.messages.explain import explain
from connections.messages.facts import facts_about
from connections.messages.texts import Explanation
from connections.product import Feature
from connections.zoho.errors import ZohoError
from zohoportal.accounts.access import someone_to_ask
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.models import Attempt, Delivery, Upload
from zohoportal.outbox.senders import sender_of
from zohoportal.outbox.uploads.fields import readable

NO_ANSWER = "The portal stopped before an answer came."
NOTHING_SENT = "The portal stopped before anything was sent."
# What an attempt's result begins with, and what that means to people.
ATTEMPTS = {
    "": "No answer yet",
    "done": "Zoho saved it",
    "Rejected": "Zoho refused it",
    "OutcomeUnknown": "Zoho did not answer",
    "Unavailable": "Zoho gave no clear answer",
    "NotAsked": "Zoho was not available",
    "NotSent": "Zoho could not be reached",
    "RateLimited": "Zoho asked us to wait",
    "ReconnectRequired": "Zoho did not accept the connection",
    "PermissionMissing": "The connection lacks a permission",
    "TokenRefused": "Zoho did not accept the connection",
    "UnexpectedReply": "Zoho gave an answer that the portal does not know",
}


def problem_of(delivery: Delivery, error: ZohoError) -> dict[str, Any]:
    """Return what to keep of an error: the explanation, and Zoho's objections."""
    feature = _feature(delivery)
    facts = facts_about(delivery.connection, feature) if feature else {}
    if payload := known_payload(delivery):
        module = sender_of(delivery.kind).module(delivery.connection, payload)
        facts |= {"place": module, "module": module} if module else {}
    if delivery.upload:
        facts |= _file_facts(delivery, delivery.upload)
    # Sent by a worker or a thread, which have no zone of their own.
    zone = ZoneInfo(delivery.person.time_zone)
    words = explain(error, step="write", zone=zone, facts=facts)
    fields = [asdict(field) for field in getattr(error, "fields", ())]
    return asdict(words) | {"fields": fields, "code": error.code}


def _feature(delivery: Delivery) -> Feature | None:
    """Return the feature by which it was sent; it may have been taken away since.

    None where its product was.
    """
    sender = sender_of(delivery.kind)
    payload = known_payload(delivery)
    wanted = sender.feature(payload) if payload else ""
    of_product = [
        feature
        for feature in [*delivery.connection.chosen_features, *features.every()]
        if feature.product == sender.product
    ]
    named = (feature for feature in of_product if feature.key == wanted)
    return next(named, next(iter(of_product), None))


def _file_facts(delivery: Delivery, upload: Upload) -> dict[str, str]:
    parent = delivery.parent
    return {
        "file": upload.name,
        "size": readable(upload.size),
        "type": PurePath(upload.name).suffix or "this kind",
        "parent": parent.outcome.get("sentence", "") if parent else "",
    }


def explanation(delivery: Delivery, *, for_admin: bool = True) -> Explanation:
    """Return why a delivery is where it is, in words for admins or for staff."""
    own = {"fields", "code"}
    kept = {name: value for name, value in delivery.problem.items() if name not in own}
    words = Explanation(**kept)
    return words if for_admin else words.for_staff(someone_to_ask())


def attempt_words(attempt: Attempt) -> str:
    """Return what came of an attempt, in words for everybody."""
    if attempt.result in {NO_ANSWER, NOTHING_SENT}:
        return attempt.result
    return ATTEMPTS.get(attempt.result.partition(" ")[0], "It was not sent")
