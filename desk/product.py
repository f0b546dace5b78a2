"""Zoho Desk, as the portal knows it."""

from connections.product import Product
from desk import access, own_rows, probes, services
from desk.envelope import DESK
from desk.zoho import answers, attachments, departments, layouts, opening, status

PRODUCT = Product(
    name="Zoho Desk",
    envelope=DESK,
    features=(services.TICKETS, answers.ANSWERS),
    rights=access.RIGHTS,
    places=access.PLACES,
    permits=access.permits,
    probes=(probes.ORGANISATION, probes.DEPARTMENTS),
    holders=(own_rows.TEMPLATES,),
    schema=(departments.KIND, layouts.KIND),
    senders=(opening.SENDER, attachments.SENDER, answers.COMMENT, status.STATUS),
)
