from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext

from tests.accounts.sign_ins import browser, sign_in
from tests.support.pages import text
from tests.support.people import PASSWORD, signed_in
from zohoportal.accounts import sessions
from zohoportal.accounts.models import Session, User
from zohoportal.accounts.signing_in.devices import device

pytestmark = pytest.mark.django_db

NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
MINUTE = 60
PAGE = "/account/sessions/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
CHROME = (
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) "
    "Chrome/140.0.0.0 Safari/537.36"
)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


def arrived(person: User, user_agent: str = FIREFOX) -> Client:
    client = browser()
    client.defaults["HTTP_USER_AGENT"] = user_agent
    assert sign_in(person.email, client=client).status_code == 302
    return client


class TestA36Idle:
    def test_ends_after_two_hours_without_work(
        self, staff: User, clock: time_machine.Traveller
    ) -> None:
        client = arrived(staff)
        clock.shift(120 * MINUTE - 1)
        assert is_in(client)

        clock.shift(120 * MINUTE)

        assert not is_in(client)

    def test_is_a_setting(
        self, staff: User, clock: time_machine.Traveller, settings: Any
    ) -> None:
        settings.SESSION_IDLE_MINUTES = 30
        client = arrived(staff)

        clock.shift(31 * MINUTE)

        assert not is_in(client)

    def test_is_known_without_a_write_for_each_request(
        self, staff: User, clock: time_machine.Traveller
    ) -> None:
        client = arrived(staff)
        with CaptureQueriesContext(database) as first:
            assert is_in(client)
        clock.shift(2 * MINUTE)
        with CaptureQueriesContext(database) as later:
            assert is_in(client)

        writes = [
            sum(query["sql"].startswith("UPDATE") for query in queries)
            for queries in (first, later)
        ]
        assert writes == [0, 1]


class TestA36Age:
    def test_ends_after_twelve_hours_whatever_happens(
        self, staff: User, clock: time_machine.Traveller
    ) -> None:
        client = arrived(staff)
        for _ in range(12 * 6 - 1):
            clock.shift(10 * MINUTE)
            assert is_in(client)
            client.post("/account/settings/", {"time_zone": "UTC"})

        clock.shift(10 * MINUTE)

        assert not is_in(client)

    def test_is_not_moved_by_a_new_password(
        self, staff: User, clock: time_machine.Traveller
    ) -> None:
        client = arrived(staff)
        began = Session.objects.get(person=staff).began_at
        clock.shift(60 * MINUTE)

        change_password(client)

        assert Session.objects.get(person=staff).began_at == began

    def test_begins_with_signing_in_not_with_a_kept_form(
        self, staff: User, clock: time_machine.Traveller
    ) -> None:
        client = browser()
        client.get("/account/sign-in/")
        session = client.session
        session["kept_form"] = []
        session.save()
        client.cookies["session"] = str(session.session_key)
        clock.shift(60 * MINUTE)

        sign_in(staff.email, client=client)

        assert Session.objects.get(person=staff).began_at == datetime.now(UTC)


def change_password(client: Client) -> None:
    new = "another horse entirely"
    form = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert client.post("/account/password/", form).status_code == 302


class TestA66StolenDatabase:
    def test_signs_in_nowhere(self, staff: User) -> None:
        client = arrived(staff)
        key = client.cookies["session"].value
        with database.cursor() as cursor:
            cursor.execute("SELECT * FROM accounts_session")
            stolen = [str(value) for row in cursor.fetchall() for value in row]

        assert key not in "\n".join(stolen)
        # Each of them, in a thief's cookie.
        assert [value for value in stolen if sessions.SessionStore(value).load()] == []
        assert sessions.SessionStore(key).load()["_auth_user_id"] == str(staff.pk)


class TestOwnSessions:
    def test_are_shown_with_device_and_time(
        self, staff: User, clock: time_machine.Traveller
    ) -> None:
        arrived(staff, CHROME)
        page = text(arrived(staff).get(PAGE))

        assert "Chrome on Windows 192.0.2.1 1 Jun, 11:00 1 Jun, 11:00" in page
        assert "Firefox on Linux" in page
        assert page.count("This device") == 1

    def test_are_ended_one_by_one(self, staff: User) -> None:
        here, there, elsewhere = (arrived(staff) for _ in range(3))
        name = sessions.hashed(there.cookies["session"].value)

        here.post(PAGE, {"session": name})

        assert [is_in(each) for each in (here, there, elsewhere)] == [True, False, True]

    def test_are_ended_all_but_this(self, staff: User) -> None:
        here, *others = (arrived(staff) for _ in range(3))

        page = here.post(PAGE, follow=True)

        assert "All other devices are signed out." in text(page)
        assert is_in(here)
        assert not any(is_in(each) for each in others)

    def test_of_others_are_out_of_reach(self, staff: User, stranger: User) -> None:
        theirs = arrived(stranger)
        name = sessions.hashed(theirs.cookies["session"].value)
        here = arrived(staff)

        here.post(PAGE, {"session": name})
        here.post(PAGE)

        assert is_in(theirs)

    def test_are_gone_with_a_new_password_a35(self, staff: User) -> None:
        here, there = arrived(staff), arrived(staff)

        change_password(here)

        assert is_in(here)
        assert not is_in(there)
        assert Session.objects.filter(person=staff).count() == 1

    def test_are_ended_for_somebody_who_goes(self, staff: User) -> None:
        clients = [arrived(staff), signed_in(staff)]

        assert sessions.end_all(staff) == 2

        assert not any(is_in(each) for each in clients)


class TestDevice:
    @pytest.mark.parametrize(
        ("user_agent", "words"),
        [
            (FIREFOX, "Firefox on Linux"),
            (CHROME, "Chrome on Windows"),
            (f"{CHROME} Edg/140.0", "Edge on Windows"),
            (
                "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 "
                "Mobile/15E148 Safari/604.1",
                "Safari on an iPhone",
            ),
            ("curl/8.5", "A browser"),
            ("", "A browser"),
            ("<script>" * 99, "A browser"),
        ],
    )
    def test_is_called_as_people_do(self, user_agent: str, words: str) -> None:
        assert device(user_agent) == words
