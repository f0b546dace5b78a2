"""Who may have whom subscribed, taken off a list, or never mailed again."""

from typing import Any

from campaigns.payloads import NeverMailPayload, SubscribePayload, UnsubscribePayload
from connections.access import may
from connections.models import Connection
from connections.product import Right
from zohoportal.accounts.models import User

_COMING, _LEAVING = ("campaigns.subscribe",), ("campaigns.unsubscribe",)

ADD, REMOVE, NEVER = ("campaigns.add", "campaigns.remove", "campaigns.never")

RIGHTS = (
    Right(ADD, "Subscribe people to lists", _COMING),
    Right(REMOVE, "Take people off lists", _LEAVING),
    Right(
        NEVER,
        "Stop all mail to people",
        _LEAVING,
        hint="From the whole organisation, whatever the list",
        needs=REMOVE,
    ),
)
_NEEDED: dict[type, str] = {
    SubscribePayload: ADD,
    UnsubscribePayload: REMOVE,
    NeverMailPayload: NEVER,
}


def permits(
    person: User,
    connection: Connection,
    payload: Any,
    _ask: object = None,
) -> bool:
    """Tell whether a person may have this sent to Campaigns."""
    return may(person, connection, _NEEDED[type(payload)])
