"""The departments of a Desk organisation, as the connected Zoho user sees them."""

from dataclasses import dataclass

from connections.models import Connection
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from desk.remembered import remembered


@dataclass(frozen=True)
class Department:
    id: str
    name: str


def departments_of(connection: Connection) -> list[Department]:
    """Return the departments to choose from; remembered for ten minutes.

    Raises:
        ZohoError: they are not remembered and Zoho could not be asked.
    """
    return remembered(connection, "departments", read_departments)


def read_departments(client: ZohoClient) -> list[Department]:
    """Ask Zoho Desk for its departments.

    Raises:
        ZohoError: Zoho could not be asked, or answered strangely.
    """
    # Without a limit only ten: https://desk.zoho.com/DeskAPIDocument#Departments
    wanted = {"isEnabled": "true", "limit": "200"}
    reply = client.desk("GET", "departments", params=wanted)
    try:
        return [
            Department(str(row["id"]), str(row["name"]))
            for row in reply.get("data", [])
        ]
    except (KeyError, TypeError):
        raise UnexpectedReply("no_departments") from None
