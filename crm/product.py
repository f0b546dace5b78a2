"""Zoho CRM, as the portal knows it."""

from connections.product import Product, Version
from crm import access, probes
from crm.envelope import CRM
from crm.opening import notices_of
from crm.schema.store import KINDS
from crm.services import CONTACTS, RECORDS
from crm.zoho import attachments, senders

PRODUCT = Product(
    name="Zoho CRM",
    envelope=CRM,
    features=(CONTACTS, RECORDS),
    rights=access.RIGHTS,
    permits=access.permits,
    probes=(probes.ORGANISATION, probes.CONTACTS),
    versions=(
        Version(
            CRM.version,
            "v8 (recommended)",
            "What Zoho develops further. It names everything that is wrong with an "
            "entry at once.",
        ),
        Version(
            "v2",
            "v2",
            "Only if you follow an older guide that needs it. It names one mistake at "
            "a time.",
        ),
    ),
    senders=(
        senders.RECORD,
        senders.INSERT,
        senders.CHANGE,
        senders.DELETION,
        attachments.SENDER,
    ),
    schema=KINDS,
    notices=notices_of,
)
