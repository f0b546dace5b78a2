from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
import time_machine
from django.core import mail
from django.db import connection
from django.test import Client
from django.utils import timezone

from tests.environment import PORTAL_PORT
from tests.support.pages import text
from tests.support.people import PASSWORD, signed_in
from zohoportal.accounts.models import Link, User
from zohoportal.accounts.people import invitations, links
from zohoportal.accounts.people.refusals import Refused
from zohoportal.activity.models import AuditEvent

pytestmark = pytest.mark.django_db

LINK = "/account/link/"
JOIN = "/account/join/"
PEOPLE = "/settings/people/"
EMAIL = "new@example.com"
TYPED = {
    "name": "Nora New",
    "password1": PASSWORD,
    "password2": PASSWORD,
    "time_zone": "Asia/Kolkata",
}


@pytest.fixture
def link(admin: User) -> str:
    return invitations.invite(EMAIL, name="Nora", role="staff", by=admin).address


def visitor() -> Client:
    return Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")


def opened(link: str) -> Any:
    """Open a link in a browser of its own; return the page it leads to."""
    client = visitor()
    return client, client.post(LINK, {"link": link}, follow=True)


class TestInvite:
    def test_shows_a_link_once_and_lists_who_was_asked(
        self, admin_client: Client
    ) -> None:
        asked = {"email": " New@Example.com", "name": "Nora New", "role": "manager"}
        page = admin_client.post(PEOPLE, asked)
        token = page.context["sent"].address.partition("#")[2]

        listed = admin_client.get(PEOPLE)

        assert len(token) >= 43
        assert token in page.content.decode()
        assert token not in listed.content.decode()
        assert token not in repr(Link.objects.values())
        assert "Nora New" in text(listed)
        event = AuditEvent.objects.get()
        assert (event.act, event.target) == (AuditEvent.Act.INVITED, EMAIL)
        assert token not in event.facts

    def test_is_mailed_where_mail_is_set_up(
        self, admin_client: Client, settings: Any
    ) -> None:
        settings.EMAIL_IS_SET = True

        page = admin_client.post(PEOPLE, {"email": EMAIL, "role": "staff"})

        (sent,) = mail.outbox
        assert sent.to == [EMAIL]
        assert page.context["sent"].address in sent.body
        assert "sent to them by mail" in text(page)

    def test_says_so_where_the_mail_could_not_be_sent(
        self, admin: User, settings: Any
    ) -> None:
        settings.EMAIL_IS_SET = True
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 9

        page = signed_in(admin).post(PEOPLE, {"email": EMAIL, "role": "staff"})

        assert "The mail could not be sent" in text(page)
        assert page.context["sent"].address in page.content.decode()

    @pytest.mark.parametrize(
        ("is_active", "words"), [(True, "Change their role"), (False, "Reactivate")]
    )
    def test_refuses_who_is_there(
        self, admin_client: Client, staff: User, is_active: bool, words: str
    ) -> None:
        User.objects.filter(pk=staff.pk).update(is_active=is_active)

        page = admin_client.post(PEOPLE, {"email": staff.email, "role": "admin"})

        assert words in text(page)
        assert not Link.objects.exists()

    def test_again_ends_the_link_before(self, admin_client: Client, link: str) -> None:
        pk = Link.objects.get().pk

        page = admin_client.post(f"{PEOPLE}invitations/{pk}/renew/")

        assert Link.objects.count() == 1
        assert opened(link)[1].context["form"].errors["link"] == [links.NOT_KNOWN]
        assert opened(page.context["sent"].address)[1].request["PATH_INFO"] == JOIN

    def test_can_be_taken_back(self, admin_client: Client, link: str) -> None:
        pk = Link.objects.get().pk

        admin_client.post(f"{PEOPLE}invitations/{pk}/take-back/")

        assert opened(link)[1].context["form"].errors["link"] == [links.NOT_KNOWN]

    def test_taken_back_ends_for_who_has_it_open(self, admin: User, link: str) -> None:
        client, _ = opened(link)
        invitations.take_back(Link.objects.get(), by=admin)

        answer: Any = client.post(JOIN, TYPED)

        assert answer.url == LINK
        assert not User.objects.filter(email=EMAIL).exists()


class TestAccept:
    def test_makes_a_person_as_invited(self, link: str) -> None:
        client, form = opened(link)

        page = client.post(JOIN, TYPED | {"role": "admin", "email": "x@example.com"})

        person = User.objects.get(email=EMAIL)
        assert EMAIL in text(form)
        assert form.context["form"]["name"].value() == "Nora"
        assert page.url == "/account/sign-in/"
        assert (person.name, person.role, person.time_zone) == (
            "Nora New",
            "staff",
            "Asia/Kolkata",
        )
        assert client.get("/").status_code == 302

    @pytest.mark.parametrize("zone", ["", "Mars/Olympus", "x" * 9000])
    def test_goes_by_the_portals_time_zone_without_a_good_one(
        self, link: str, zone: str
    ) -> None:
        client, _ = opened(link)

        client.post(JOIN, TYPED | {"time_zone": zone})

        assert User.objects.get(email=EMAIL).time_zone == "UTC"

    def test_twice_says_to_sign_in(self, link: str) -> None:
        first, second = opened(link)[0], opened(link)[0]
        first.post(JOIN, TYPED)

        late = second.post(JOIN, TYPED, follow=True)
        _, again = opened(link)

        assert links.WAS_USED in text(late)
        assert again.context["form"].errors["link"] == [links.WAS_USED]
        assert User.objects.filter(email=EMAIL).count() == 1

    def test_too_late_says_to_ask_for_another(self, link: str) -> None:
        client, _ = opened(link)
        with time_machine.travel(timezone.now() + timedelta(hours=73)):
            _, late = opened(link)
            held_open = client.post(JOIN, TYPED, follow=True)

        assert late.context["form"].errors["link"] == [links.IS_LATE]
        assert held_open.request["PATH_INFO"] in (LINK, JOIN)
        assert not User.objects.filter(email=EMAIL).exists()

    def test_by_somebody_else_who_is_signed_in_uses_nothing(
        self, link: str, staff_client: Client
    ) -> None:
        page = staff_client.post(LINK, {"link": link})

        assert page.status_code == 403
        assert "sign out and open the link again" in text(page)
        assert EMAIL in text(page)
        assert opened(link)[1].request["PATH_INFO"] == JOIN

    def test_needs_the_link_and_not_only_its_page(self, link: str) -> None:
        answer: Any = visitor().post(JOIN, TYPED)

        assert answer.url == LINK
        assert not User.objects.filter(email=EMAIL).exists()

    @pytest.mark.parametrize(
        ("typed", "field"),
        [
            ({"name": ""}, "name"),
            ({"password1": ""}, "password1"),
            ({"password2": "another one"}, "password2"),
            ({"password1": "short", "password2": "short"}, "password1"),
        ],
    )
    def test_says_what_is_missing(
        self, link: str, typed: dict[str, str], field: str
    ) -> None:
        client, _ = opened(link)

        page = client.post(JOIN, TYPED | typed)

        assert field in page.context["form"].errors
        assert PASSWORD not in page.content.decode()

    def test_after_somebody_was_added_by_hand_is_refused_in_words(
        self, link: str
    ) -> None:
        client, _ = opened(link)
        User.objects.add(EMAIL, role="staff", password=PASSWORD, time_zone="UTC")

        page = client.post(JOIN, TYPED)

        assert "is there already" in text(page)


@pytest.mark.django_db(transaction=True)
def test_accepting_at_the_same_instant_makes_one_person(admin: User) -> None:
    link = invitations.invite(EMAIL, name="", role="staff", by=admin).address

    def accept(_number: int) -> bool:
        try:
            invitations.accept(
                links.recognise(link), name="N", password=PASSWORD, time_zone="UTC"
            )
        except Refused:
            return False
        finally:
            connection.close()
        return True

    with ThreadPoolExecutor(8) as pool:
        accepted = list(pool.map(accept, range(8)))

    assert accepted.count(True) == 1
    assert User.objects.filter(email=EMAIL).count() == 1
