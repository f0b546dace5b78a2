"""The departments of a Desk organisation, as the connected Zoho user sees them."""

from dataclasses import dataclass

from connections.models import Connection
from connections.schema import store
from connections.schema.sources import Kind, Source
from connections.services import organisations
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from desk.envelope import DESK
from desk.zoho.tickets import rows_of

PAGE = 200
# A number that nobody has.
MOST = 5_000
STRANGE = "no_departments"


@dataclass(frozen=True)
class Department:
    id: str
    name: str


def departments_of(connection: Connection) -> list[Department]:
    """Return the departments to choose from.

    Raises:
        ZohoError: they are not known and Zoho could not be asked.
    """
    return store.read(connection, _source(organisation_of(connection)))


def forget_departments(connection: Connection) -> None:
    """Have the departments read anew."""
    store.forget(connection, "desk", organisation_of(connection))


def organisation_of(connection: Connection) -> str:
    """Return the id of the organisation that was chosen; empty where none was yet."""
    return organisations(connection).get("desk", "")


def _source(organisation: str) -> Source[list[Department]]:
    return Source(
        "desk", "departments", organisation, list[Department], read_departments
    )


def _renewed(
    connection: Connection, organisation: str
) -> Source[list[Department]] | None:
    """Return the source of the departments; None for those of another organisation."""
    is_chosen = organisation == organisation_of(connection)
    return _source(organisation) if is_chosen else None


KIND = Kind("desk", "departments", _renewed)


def read_departments(client: ZohoClient) -> list[Department]:
    """Ask Zoho Desk for its departments, all of them.

    Raises:
        ZohoError: Zoho could not be asked, or answered strangely.
    """
    found: list[Department] = []
    for start in range(0, MOST, PAGE):
        # Without a limit only ten: https://desk.zoho.com/DeskAPIDocument#Departments
        wanted = {"isEnabled": "true", "from": str(start), "limit": str(PAGE)}
        reply = client.call(DESK, "GET", "departments", params=wanted)
        rows = rows_of(reply, STRANGE)
        named = [(row["id"], shapes.text(row.get("name"))) for row in rows]
        sound = [Department(row_id, name) for row_id, name in named if name]
        if reply.get("data") and not sound:
            raise UnexpectedReply(STRANGE)
        found += sound
        if len(rows) < PAGE:
            break
    return found
