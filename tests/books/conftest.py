import pytest

from connections.models import Connection
from tests.books.customers import KEYS
from tests.support.connected import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User


@pytest.fixture
def books(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    """A working connection to Books that `staff` may use."""
    return connected(zoho, admin, staff, KEYS)
