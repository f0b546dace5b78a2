"""Zoho Books, as the portal knows it."""

from books import access, features, probes
from books.zoho import senders, settings
from books.zoho.envelope import BOOKS, PACE
from connections.product import Product

PRODUCT = Product(
    name="Zoho Books",
    envelope=BOOKS,
    features=(features.CONTACTS, features.INVOICES, features.DELETIONS),
    rights=access.RIGHTS,
    permits=access.permits,
    probes=(probes.ORGANISATION, probes.CONTACTS),
    senders=(
        senders.CONTACT,
        senders.CHANGE,
        senders.PERSON,
        senders.PRIMARY,
        senders.REMOVAL,
        senders.STATUS,
    ),
    schema=settings.KINDS,
    paces=(PACE,),
)
