"""The end of an outage of Zoho's accounts servers: noticed by itself, and soon.

Tokens are few, so a renewal that failed is tried again at growing intervals. Between
these the server is asked a question that costs no token. Once it answers after it was
silent, everybody may try at once.
"""

from itertools import groupby

from django.conf import settings

from connections import services
from connections.models import Connection, Grant
from connections.tokens import broker, renewal
from connections.zoho import oauth
from connections.zoho.datacenters import find
from connections.zoho.errors import ZohoError


def notice_end() -> None:
    """Ask the servers that failed whether they are back, and renew what is due."""
    failing = Grant.objects.filter(
        is_current=True,
        failures__gt=0,
        connection__state=Connection.State.ACTIVE,
    ).order_by("data_center")
    for data_center, grants in groupby(failing, lambda grant: grant.data_center):
        row = find(settings.DATA_CENTERS, data_center)
        if oauth.is_answering(services.transport_to(row), row):
            renewal.end_silence(data_center)
        else:
            for grant in grants:
                renewal.note_silence(grant)
    for grant in failing.select_related("connection"):
        _renew(grant)


def _renew(grant: Grant) -> None:
    if renewal.must_wait(grant):
        return
    connection, row = grant.connection, grant.data_center_row
    transport = services.transport_for(connection, row)
    try:
        broker.StoredTokens(connection, transport).current()
    except ZohoError:
        # It is noted with the grant, and due again later.
        return
