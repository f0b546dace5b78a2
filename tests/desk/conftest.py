import pytest

from connections.models import Connection, ProductAccount
from tests.conftest import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User


@pytest.fixture
def answering(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    """A connection that may also answer tickets."""
    return connected(zoho, admin, staff, ["desk.tickets", "desk.answers"])


@pytest.fixture
def rich(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    """A connection to a Desk with departments that ask for more than the usual."""
    zoho.reset(desk="rich")
    made = connected(zoho, admin, staff, ["desk.tickets", "desk.answers"])
    choose_organisation(zoho, made, "Support")
    zoho.clear_journal()
    return made


def choose_organisation(
    zoho: SandboxZoho, connection: Connection, department: str
) -> str:
    """Settle on the organisation that has this department; return its id."""
    departments = zoho.records()["departments"]
    (row,) = [each for each in departments if each["name"] == department]
    ProductAccount.objects.update_or_create(
        connection=connection,
        product="desk",
        defaults={"external_id": row["org_id"], "name": "Example"},
    )
    found: str = row["id"]
    return found
