"""Zoho Campaigns, as the portal knows it."""

from campaigns import access, features, probes
from campaigns.zoho import leaving, lists, subscribing
from campaigns.zoho.envelope import CAMPAIGNS, METHODS
from connections.product import Product

PRODUCT = Product(
    name="Zoho Campaigns",
    envelope=CAMPAIGNS,
    features=(features.SUBSCRIBE, features.UNSUBSCRIBE),
    rights=access.RIGHTS,
    permits=access.permits,
    probes=(probes.LISTS,),
    senders=(subscribing.SUBSCRIBER, leaving.UNSUBSCRIBER, leaving.NEVER_MAILER),
    schema=lists.KINDS,
    paces=tuple(each.pace for each in METHODS if each.pace),
    notices=probes.notices_of,
)
