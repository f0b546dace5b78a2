from collections.abc import Iterator

import pytest

from connections import features, services
from connections.models import Connection
from connections.setup import flow
from desk.zoho.answers import ANSWERS
from desk.zoho.departments import departments_of
from tests.campaigns.people import KEYS
from tests.workers.process import WorkerProcess
from tests.zoho import SandboxZoho


@pytest.fixture
def worker(transactional_db: None) -> Iterator[WorkerProcess]:
    with WorkerProcess() as process:
        yield process.wait_until_ready()


@pytest.fixture
def answering(zoho: SandboxZoho, connection: Connection) -> Connection:
    """A connection that may also comment, attach files, change a status, use lists."""
    services.change_features(connection, [*connection.features, *KEYS])
    scopes = features.scopes([*connection.features, ANSWERS.key])
    client = connection.client.client_id
    flow.connect_with_code(connection, zoho.new_code(client, ",".join(scopes)))
    departments_of(connection)
    return connection
