"""May it be sent? Asked where its page offers to, and again just before it is."""

from collections.abc import Callable

from connections import product
from connections.access import may_use
from connections.zoho.client import ZohoClient
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering.contents import known_payload
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.payloads import Payload


def may_be_sent(
    delivery: Delivery, payload: Payload, ask: Callable[[], ZohoClient]
) -> bool:
    """Tell whether its author, or who let it go, still has the right to it.

    Raises:
        ZohoError: Zoho has to be asked for that, and could not be.
    """
    return _permits(delivery.released_by or delivery.person, delivery, payload, ask)


def may_bring_on(person: User, delivery: Delivery) -> bool:
    """Tell whether a person may have a delivery sent, as far as is known here."""
    return _permits(person, delivery, known_payload(delivery), None)


def _permits(
    person: User,
    delivery: Delivery,
    payload: Payload | None,
    ask: Callable[[], ZohoClient] | None,
) -> bool:
    of = product.find(product.product_key(delivery.kind))
    if payload is None or of is None or of.permits is None:
        return may_use(person, delivery.connection)
    return of.permits(person, delivery.connection, payload, ask)
