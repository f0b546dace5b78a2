"""A24: acts that a person proves themselves for once more."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.test import Client

from connections.models import Connection
from tests.support.pages import text
from tests.support.people import PASSWORD, signed_in
from zohoportal.accounts.models import User

pytestmark = pytest.mark.django_db

CONFIRM = "/account/confirm/"
NOW = datetime(2026, 6, 1, 9, tzinfo=UTC)
LATER = 11 * 60


@pytest.fixture
def late_client(admin: User, connection: Connection) -> Iterator[Client]:
    """The browser of an admin who gave their password eleven minutes ago."""
    client = signed_in(admin)
    with time_machine.travel(datetime.now(UTC), tick=True) as clock:
        clock.shift(LATER)
        yield client


def answers(page: Any, password: str = PASSWORD) -> dict[str, Any]:
    """Return what a browser sends when the page that asks is answered."""
    context = page.context
    fields: dict[str, Any] = {"confirm-next": context["next"]}
    if context["is_post"]:
        fields["confirm-post"] = "1"
    for name, value in context["kept"]:
        fields.setdefault(name, []).append(value)
    return fields | {"confirm-password": password}


GUARDED = ("people", "secret", "disconnect")


class TestA24Act:
    @pytest.mark.parametrize("act", GUARDED)
    def test_is_done_at_once_after_signing_in(
        self, act: str, admin_client: Client, connection: Connection
    ) -> None:
        page = admin_client.get(f"/connections/{connection.pk}/{act}/")

        assert page.status_code == 200

    @pytest.mark.parametrize("act", GUARDED)
    def test_asks_for_the_password_later(
        self, act: str, late_client: Client, connection: Connection
    ) -> None:
        address = f"/connections/{connection.pk}/{act}/"

        page: Any = late_client.get(address, follow=True)

        assert "Confirm it is you" in text(page)
        back: Any = late_client.post(CONFIRM, answers(page))
        assert (back.status_code, back.url) == (302, address)
        assert late_client.get(address).status_code == 200

    def test_is_not_done_before(
        self, late_client: Client, connection: Connection
    ) -> None:
        page = late_client.post(
            f"/connections/{connection.pk}/disconnect/", {"name": connection.name}
        )

        connection.refresh_from_db()
        assert page.status_code == 403
        assert connection.is_active

    def test_keeps_what_was_typed_and_goes_on_with_it(
        self, late_client: Client, connection: Connection, staff: User, stranger: User
    ) -> None:
        address = f"/connections/{connection.pk}/people/"
        typed = {"members": [str(staff.pk), str(stranger.pk)]}
        page = late_client.post(address, typed)

        wrong = late_client.post(CONFIRM, answers(page, "not the password"))
        on: Any = late_client.post(CONFIRM, answers(wrong))

        assert "This is not your password." in text(wrong)
        # 307: the browser posts the same once more.
        assert (on.status_code, on.url) == (307, address)
        late_client.post(on.url, answers(wrong))
        assert set(connection.members.all()) == {staff, stranger}

    def test_shows_no_secret_meanwhile(
        self, late_client: Client, connection: Connection
    ) -> None:
        page = late_client.post(
            f"/connections/{connection.pk}/secret/", {"client_secret": "a" * 42}
        )

        assert "a" * 42 not in page.content.decode()
        assert "paste it again" in text(page)

    @pytest.mark.parametrize(
        ("export", "page_of"),
        [
            ("/activity/trail/export/?act=changed", "/activity/trail/?act=changed"),
            ("/activity/calls/export/", "/activity/calls/"),
            ("/deliveries/export/", "/deliveries/"),
        ],
    )
    def test_that_brings_a_file_leads_back_to_its_button(
        self, late_client: Client, export: str, page_of: str
    ) -> None:
        page: Any = late_client.post(export, follow=True)

        back: Any = late_client.post(CONFIRM, answers(page))

        assert (back.status_code, back.url) == (302, page_of)
        assert late_client.post(export).status_code == 200


class TestA24Question:
    def test_wants_an_answer(self, late_client: Client) -> None:
        page = late_client.post(CONFIRM, {"confirm-next": "/", "confirm-password": ""})

        assert "Enter your password." in text(page)

    def test_is_no_way_to_guess_a45(self, late_client: Client) -> None:
        form = {"confirm-next": "/", "confirm-password": "wrong"}

        found = [late_client.post(CONFIRM, form) for _ in range(6)]

        assert [page.status_code for page in found] == [200] * 5 + [429]
        assert found[-1]["Retry-After"]

    @pytest.mark.parametrize(
        "address",
        [
            "https://evil.example/",
            "//evil.example/",
            "javascript:alert(1)",
            "\\\\evil.example",
            "evil",
            "",
        ],
    )
    @pytest.mark.parametrize("is_post", ["", "1"])
    def test_leads_to_no_other_site_a42(
        self, late_client: Client, address: str, is_post: str
    ) -> None:
        on: Any = late_client.post(
            CONFIRM,
            {
                "confirm-next": address,
                "confirm-post": is_post,
                "confirm-password": PASSWORD,
            },
        )

        assert on.url == "/"


class TestA24Passkey:
    @pytest.mark.parametrize("step", ["", "begin/"])
    def test_is_not_added_by_whoever_sits_there_later(
        self, step: str, late_client: Client
    ) -> None:
        page = late_client.post(f"/account/second-factor/passkeys/{step}")

        assert page.status_code == 403
        assert "Confirm it is you" in text(page)
