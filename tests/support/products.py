"""Products with more than they bring, for tests that watch a delivery from inside."""

from dataclasses import replace
from typing import Any

from connections import product
from connections.access import may_use
from connections.product import Product
from zohoportal.outbox.senders import Sender


def having(sender: Sender) -> Product:
    """Return the sender's product with it.

    What only this sender sends, whoever uses the connection may send.
    """
    known = product.named(sender.product)
    others = [getattr(each, "payload", None) for each in known.senders]

    def permits(person: Any, connection: Any, payload: Any, ask: Any) -> bool:
        if sender.payload not in others and isinstance(payload, sender.payload):
            return may_use(person, connection)
        return known.permits is None or known.permits(person, connection, payload, ask)

    return replace(known, senders=(*known.senders, sender), permits=permits)


def give(*senders: Sender) -> None:
    """Let products have these senders too, for the rest of the run."""
    for sender in senders:
        product._products[sender.product] = having(sender)
