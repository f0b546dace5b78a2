from collections.abc import Iterator

import pytest

from tests.openapi.desk_asker import DeskAsker
from tests.zoho import SandboxZoho


@pytest.fixture(scope="session")
def desk_asker() -> Iterator[DeskAsker]:
    with SandboxZoho() as plain, SandboxZoho() as rich:
        yield DeskAsker(plain, rich)
