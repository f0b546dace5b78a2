"""Who is on a list, who left it, and whose mail came back."""

from enum import StrEnum

from campaigns.zoho.envelope import SUBSCRIBERS
from campaigns.zoho.lists import pages
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown
from connections.zoho.shapes import Json

PAGE = 500
# Campaigns cannot be asked for one person: of longer lists it cannot be told.
MOST = 10_000


class State(StrEnum):
    """How a person stands with a list, in Campaigns' words."""

    ACTIVE = "active"
    LEFT = "unsub"
    BOUNCED = "bounce"


def find(client: ZohoClient, key: str, email: str, state: State) -> Json | None:
    """Return a person with this standing on a list; None if there is no such.

    Raises:
        OutcomeUnknown: the list is too long to tell.
        ZohoError: Campaigns could not be asked.
    """
    seen = 0
    asked = {"listkey": key, "status": str(state)}
    for row in pages(client, SUBSCRIBERS, asked, MOST, PAGE):
        if is_same(shapes.text(row.get("contact_email")), email):
            return row
        seen += 1
    if seen >= MOST:
        raise OutcomeUnknown("too_many")
    return None


def standing(client: ZohoClient, key: str, email: str) -> State | None:
    """Return how a person stands with a list; None where Campaigns does not have them.

    Raises as `find`.
    """
    known = (state for state in State if find(client, key, email, state))
    return next(known, None)


def is_same(one: str, other: str) -> bool:
    """Tell whether two addresses are one person's."""
    return one.strip().casefold() == other.strip().casefold()
