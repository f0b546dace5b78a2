from collections.abc import Iterator

import pytest

from tests.openapi.books_cases import BooksAsker
from tests.openapi.desk_asker import DeskAsker
from tests.zoho import SandboxZoho


@pytest.fixture(scope="session")
def desk_asker() -> Iterator[DeskAsker]:
    with SandboxZoho() as plain, SandboxZoho() as rich:
        yield DeskAsker(plain, rich)


@pytest.fixture
def books_asker() -> Iterator[BooksAsker]:
    with SandboxZoho() as zoho:
        yield BooksAsker(zoho)
