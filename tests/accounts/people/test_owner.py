import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.conf import settings
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test import Client

from tests.environment import PORTAL_PORT
from tests.support.pages import text
from tests.support.people import PASSWORD, add_person
from zohoportal.accounts.models import Link, User
from zohoportal.accounts.people import owner
from zohoportal.activity.models import AuditEvent

pytestmark = pytest.mark.django_db

LINK = "/account/link/"
OWNER = "/account/owner/"
TYPED = {
    "name": "Owen Osborne",
    "email": "Owen@Example.com",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "time_zone": "Europe/Berlin",
}


def opened(client: Client, link: str) -> Client:
    client.post(LINK, {"link": link})
    return client


class TestA48FreshPortal:
    @pytest.mark.parametrize("page", ["/", "/account/sign-in/", "/settings/people/"])
    def test_leads_to_where_the_owner_is_made(
        self, fresh_client: Client, page: str
    ) -> None:
        answer: Any = fresh_client.get(page)

        assert answer.url == OWNER

    def test_says_where_the_link_is_and_takes_nothing_without(
        self, fresh_client: Client
    ) -> None:
        page = fresh_client.get(OWNER)
        answer = fresh_client.post(OWNER, TYPED)

        assert "manage.py owner_link" in text(page)
        assert "password1" not in page.content.decode()
        assert (page.status_code, answer.status_code) == (200, 403)
        assert not User.objects.exists()

    @pytest.mark.parametrize("link", ["", "#made-up", "#", "x" * 5000])
    def test_takes_no_other_link(self, fresh_client: Client, link: str) -> None:
        owner.new_link()

        page = fresh_client.post(LINK, {"link": link})

        assert "link" in page.context["form"].errors
        assert fresh_client.post(OWNER, TYPED).status_code == 403

    @pytest.mark.parametrize("is_whole", [True, False])
    def test_gets_its_owner_with_the_link(
        self, fresh_client: Client, is_whole: bool
    ) -> None:
        link = owner.new_link()
        pasted = link if is_whole else f"  {link.partition('#')[2]}\n"

        page = opened(fresh_client, pasted).post(OWNER, TYPED, follow=True)

        person = User.objects.get()
        assert (person.email, person.name, person.role) == (
            "owen@example.com",
            "Owen Osborne",
            "admin",
        )
        assert person.time_zone == "Europe/Berlin"
        assert person.check_password(PASSWORD)
        assert "Sign in to connect Zoho" in text(page)
        assert AuditEvent.objects.get().act == AuditEvent.Act.JOINED

    def test_keeps_of_the_link_a_hash_of_more_than_128_bits(self) -> None:
        token = owner.new_link().partition("#")[2]

        assert len(token) >= 43
        assert token not in repr(Link.objects.values())

    def test_has_one_link_at_a_time(self, fresh_client: Client) -> None:
        old = opened(fresh_client, owner.new_link())
        assert old.get(OWNER).context["form"].fields["password1"]

        owner.new_link()

        assert old.post(OWNER, TYPED).status_code == 403
        assert Link.objects.count() == 1

    def test_says_what_is_wrong_beside_the_field(self, fresh_client: Client) -> None:
        typed = TYPED | {"email": "owen", "password2": "another"}

        page = opened(fresh_client, owner.new_link()).post(OWNER, typed)

        assert set(page.context["form"].errors) == {"email", "password2"}
        assert PASSWORD not in page.content.decode()


class TestA48PortalWithPeople:
    def test_has_no_such_page(self, fresh_client: Client) -> None:
        opened(fresh_client, owner.new_link()).post(OWNER, TYPED)

        for client in (fresh_client, Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")):
            assert client.get(OWNER).status_code == 404
            assert client.post(OWNER, TYPED).status_code == 404

    def test_prints_no_link_any_more(self, staff: User) -> None:
        with pytest.raises(CommandError, match="There are people already"):
            call_command("owner_link")

    def test_takes_no_link_from_before(self, fresh_client: Client) -> None:
        link = owner.new_link()
        add_person("kim@example.com", "staff")

        page = fresh_client.post(LINK, {"link": link})

        assert "This link was used before" in text(page)


@pytest.mark.django_db(transaction=True)
def test_a48_of_twenty_who_race_one_makes_the_owner() -> None:
    link = owner.new_link()

    def race(number: int) -> int:
        try:
            client = Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")
            typed = TYPED | {"email": f"owner{number}@example.com"}
            return opened(client, link).post(OWNER, typed).status_code
        finally:
            database.close()

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(race, range(20)))

    assert User.objects.count() == 1
    assert set(statuses) <= {302, 403, 404}


class TestOwnerLink:
    def test_is_printed_as_an_address_of_the_portal(self) -> None:
        printed = io.StringIO()

        call_command("owner_link", stdout=printed)

        assert f"{settings.SITE_URL}{LINK}#" in printed.getvalue()

    def test_stays_out_of_what_a_service_keeps_of_its_start(self) -> None:
        printed = io.StringIO()

        call_command("owner_link", "--at-start", stdout=printed)

        assert "manage.py owner_link" in printed.getvalue()
        assert "#" not in printed.getvalue()
        assert not Link.objects.exists()

    def test_is_not_spoken_of_where_people_are(self, staff: User) -> None:
        printed = io.StringIO()

        call_command("owner_link", "--at-start", stdout=printed)

        assert printed.getvalue() == ""
