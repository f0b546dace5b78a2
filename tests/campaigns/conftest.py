import pytest

from connections.models import Connection
from tests.campaigns.people import KEYS
from tests.support.connected import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User


@pytest.fixture
def campaigns(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    """A working connection to Campaigns that `staff` may use."""
    return connected(zoho, admin, staff, KEYS)
