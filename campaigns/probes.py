"""What the doctor asks Zoho Campaigns, and what it has to tell admins."""

from django.urls import reverse

from campaigns.features import SUBSCRIBE, UNSUBSCRIBE
from campaigns.zoho.lists import read_lists
from connections.health.probes import Finding, Probe
from connections.models import Connection
from connections.product import Notice
from connections.zoho.client import ZohoClient

# https://www.zoho.com/campaigns/help/developers/ names these six.
CONFIRMED = {"us", "eu", "in", "au", "jp", "cn"}


def _lists(client: ZohoClient) -> Finding:
    names = [each.name for each in read_lists(client)]
    return Finding(", ".join(names) or "none yet: make one in Zoho Campaigns")


LISTS = Probe("campaigns_lists", "Mailing lists", _lists)


def notices_of(connection: Connection) -> list[Notice]:
    """Return a notice where nobody has confirmed Campaigns' host of the region."""
    row = connection.data_center_row
    is_used = {SUBSCRIBE.key, UNSUBSCRIBE.key} & set(connection.features)
    if not is_used or row.code in CONFIRMED or row.code == "sandbox":
        return []
    host = row.hosts.get("campaigns", "").removeprefix("https://")
    lines = (
        f"We ask {host}. If Zoho Campaigns opens at another address in your browser, "
        f"set ZOHO_HOSTS={row.code}.campaigns= with that host, and start the portal "
        "again.",
    )
    address = reverse("connections:detail", args=[connection.pk])
    title = f"Zoho does not say where Campaigns is in {row.name}"
    return [Notice(title, lines, address, "Show what was tested")]
