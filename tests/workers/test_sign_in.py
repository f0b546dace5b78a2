"""A45: 200 addresses attack one account at four processes behind one proxy."""

from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.processes import until
from tests.support.people import PASSWORD
from tests.workers.strangers import LOOKED_AT, Stranger
from tests.workers.web import WebServer
from zohoportal.accounts.models import User
from zohoportal.accounts.signing_in import limits

pytestmark = pytest.mark.django_db(transaction=True)

ADDRESSES = [f"198.51.100.{number}" for number in range(1, 201)]
MOST = 50
# Hashes of before, so that the few that are left do not take minutes beside others.
BEFORE = 40
# One hash at a time in each process, beside whatever else computes.
PATIENCE = 300


@pytest.fixture
def server(admin: User, staff: User, settings: object) -> Iterator[WebServer]:
    """Four processes, and two people whose passwords they can check."""
    settings.PASSWORD_HASHERS = [  # type: ignore[attr-defined]  # of pytest-django
        "zohoportal.accounts.signing_in.hashing.InTurn"
    ]
    for person in (admin, staff):
        person.set_password(PASSWORD)
        person.save()
    with WebServer(processes=4) as running:
        yield running


def in_the_end(who: Stranger, account: str, password: str) -> tuple[int, bool]:
    """Sign in, again where hashing was busy; tell how it ended and what was said."""
    found = []

    def is_told() -> bool:
        answer = who.sign_in(account, password)
        found.append((answer.status_code, LOOKED_AT in answer.text))
        return answer.status_code != 503

    until(is_told, PATIENCE)
    return found[-1]


class TestA45FourProcesses:
    def test_look_at_fifty_and_let_the_owner_in(
        self, server: WebServer, admin: User, staff: User
    ) -> None:
        owner = Stranger(server, "192.0.2.1")
        assert in_the_end(owner, admin.email, PASSWORD) == (302, False)
        owner.sign_out()

        def attack(address: str) -> tuple[int, bool]:
            return in_the_end(Stranger(server, address), admin.email, "a guess")

        for number in range(BEFORE):
            limits.check(admin.email, f"203.0.113.{number + 100}")
        pool = ThreadPoolExecutor(12)
        try:
            found = Counter(pool.map(attack, ADDRESSES))
        finally:
            pool.shutdown(cancel_futures=True)

        left = MOST - BEFORE
        assert found == {(200, True): left, (429, False): len(ADDRESSES) - left}
        right_from_elsewhere = Stranger(server, "203.0.113.9")
        assert right_from_elsewhere.sign_in(admin.email, PASSWORD).status_code == 429
        assert owner.sign_in(admin.email, PASSWORD).status_code == 302
        another = Stranger(server, "203.0.113.10")
        assert another.sign_in(staff.email, PASSWORD).status_code == 302
