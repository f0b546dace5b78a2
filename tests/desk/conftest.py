import pytest

from connections.models import Connection
from tests.support.connected import connected
from tests.support.departments import choose_organisation
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
