import io
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection as database
from django.test import Client

from connections import limits
from connections.models import Connection, Membership
from tests.accounts.apps import set_up
from tests.environment import PORTAL_PORT
from tests.outbox.lines import fill_slots
from tests.support.contacts import send
from tests.support.deliveries import new_contact, new_ticket
from tests.support.pages import text
from tests.support.people import PASSWORD, add_person, sign_in, signed_in
from zohoportal.accounts.models import User
from zohoportal.accounts.people import changes, invitations, links
from zohoportal.accounts.people.refusals import Refused
from zohoportal.activity.models import AuditEvent
from zohoportal.outbox.models import Delivery

pytestmark = pytest.mark.django_db

PEOPLE = "/settings/people/"
LINK = "/account/link/"
NEW_PASSWORD = "staple battery horse"


def page_of(person: User, act: str = "") -> str:
    return f"{PEOPLE}{person.pk}/{act}"


def run(command: str, *arguments: str) -> str:
    printed = io.StringIO()
    call_command(command, *arguments, stdout=printed)
    return printed.getvalue()


def is_in(client: Client) -> bool:
    return client.get("/").status_code == 200


@pytest.fixture
def second_admin(db: None) -> User:
    return add_person("second@example.com", "admin")


class TestA29Staff:
    ACTS = (
        "",
        "hand-over/",
        "sign-out/",
        "new-password/",
        "deactivate/",
        "reactivate/",
    )

    @pytest.mark.parametrize("who", ["staff", "manager", "auditor"])
    def test_neither_raises_nor_touches_anybody(
        self, admin: User, staff: User, who: str
    ) -> None:
        person = staff if who == "staff" else add_person(f"{who}@example.com", who)
        client = signed_in(person)
        before = list(User.objects.order_by("pk").values())

        for whom in (person, admin):
            for act in self.ACTS:
                typed = {"name": "X", "role": "admin", "to": str(person.pk)}
                answer = client.post(page_of(whom, act), typed)
                assert answer.status_code == 403, act
        asked = client.post(PEOPLE, {"email": "x@example.com", "role": "admin"})
        own = client.post(
            "/account/settings/",
            {"name": "", "time_zone": "Europe/Berlin", "role": "admin"},
        )

        assert (asked.status_code, own.status_code) == (403, 302)
        assert list(User.objects.order_by("pk").values()) == before
        assert is_in(client)


class TestA29LastAdmin:
    @pytest.mark.parametrize("role", ["manager", "staff", "auditor"])
    def test_is_not_demoted(self, admin: User, role: str) -> None:
        page = signed_in(admin).post(page_of(admin), {"name": "", "role": role})

        admin.refresh_from_db()
        assert admin.role == "admin"
        assert "is the only admin who can sign in" in text(page)
        assert page.context["form"].errors

    def test_is_not_deactivated(self, admin: User, second_admin: User) -> None:
        changes.deactivate(second_admin, by=admin)

        page = signed_in(admin).post(page_of(admin, "deactivate/"), follow=True)

        admin.refresh_from_db()
        assert admin.is_active
        assert "Make somebody else an admin first" in text(page)

    def test_who_gets_in_without_the_company_stays(
        self, admin: User, second_admin: User, settings: Any
    ) -> None:
        admin.is_break_glass = True
        admin.save()
        settings.OIDC = object()

        with pytest.raises(Refused, match="Name another admin first"):
            changes.deactivate(admin, by=second_admin)

    def test_may_go_once_there_is_another(
        self, admin: User, second_admin: User
    ) -> None:
        client = signed_in(admin)

        client.post(page_of(admin, "deactivate/"))

        assert not is_in(client)
        assert list(User.objects.admins()) == [second_admin]


@pytest.mark.django_db(transaction=True)
def test_a29_two_admins_who_remove_each_other_leave_one() -> None:
    people = [add_person(f"admin{number}@example.com", "admin") for number in range(4)]

    def remove(number: int) -> None:
        try:
            other = people[(number + 1) % len(people)]
            if number % 2:
                changes.deactivate(other, by=people[number])
            else:
                changes.change(other, name="", role="staff", by=people[number])
        except Refused:
            pass
        finally:
            database.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(remove, range(4)))

    assert User.objects.admins().count() == 1


class TestA29LinksForOthers:
    @pytest.mark.parametrize("goes", ["deactivated", "demoted"])
    def test_end_with_who_has_made_them(
        self, admin: User, second_admin: User, staff: User, goes: str
    ) -> None:
        invited = invitations.invite("x@example.com", name="", role="admin", by=admin)
        reset = changes.new_password_link(staff, by=admin)
        others = changes.new_password_link(second_admin, by=second_admin)

        if goes == "deactivated":
            changes.deactivate(admin, by=second_admin)
        else:
            changes.change(admin, name="", role="staff", by=second_admin)

        for address in (invited.address, reset):
            with pytest.raises(Refused, match="not known"):
                links.recognise(address)
        assert links.recognise(others).person == second_admin


class TestA30Deactivating:
    def test_ends_the_next_request_and_old_cookies_for_good(
        self, admin: User, staff: User
    ) -> None:
        phone, laptop = signed_in(staff), signed_in(staff)
        assert is_in(phone)
        assert is_in(laptop)

        admin_client = signed_in(admin)
        admin_client.post(page_of(staff, "deactivate/"))

        assert not is_in(phone)
        admin_client.post(page_of(staff, "reactivate/"))
        assert not is_in(phone)
        assert not is_in(laptop)
        assert is_in(signed_in(staff))
        assert is_in(admin_client)

    def test_ends_links_for_a_new_password(self, admin: User, staff: User) -> None:
        address = changes.new_password_link(staff, by=admin)
        changes.deactivate(staff, by=admin)
        changes.reactivate(staff, by=admin)

        with pytest.raises(Refused, match="not known"):
            links.recognise(address)

    def test_says_what_waits_and_hands_it_over(
        self,
        zoho: Any,
        admin: User,
        staff: User,
        connection: Connection,
    ) -> None:
        zoho.script("POST", "/crm/v8/Contacts/upsert", {"status": 503, "body": "<p>"})
        send(signed_in(staff), connection)
        delivery = Delivery.objects.get()
        client = signed_in(admin)
        client.post(page_of(staff, "deactivate/"))
        shown = client.get(page_of(staff))
        assert "1 form or file" in text(shown)

        client.post(page_of(staff, "hand-over/"), {"to": str(admin.pk)})

        delivery.refresh_from_db()
        event = AuditEvent.objects.get(act=AuditEvent.Act.HANDED_OVER)
        assert delivery.person == admin
        assert "Nothing" in text(client.get(page_of(staff)))
        assert (event.target, event.details) == (
            staff.email,
            {"to": admin.email, "count": 1},
        )

    def test_hands_nothing_to_who_could_not_send_it(
        self,
        zoho: Any,
        admin: User,
        staff: User,
        stranger: User,
        connection: Connection,
    ) -> None:
        zoho.script("POST", "/crm/v8/Contacts/upsert", {"status": 503, "body": "<p>"})
        send(signed_in(staff), connection)
        delivery = Delivery.objects.get()

        page = signed_in(admin).post(
            page_of(staff, "hand-over/"), {"to": str(stranger.pk)}
        )

        delivery.refresh_from_db()
        assert delivery.person == staff
        assert (
            f"{stranger.email} does not have the right to {delivery.title} "
            f"({connection}). Give them the right first"
        ) in text(page)

    def test_hands_over_what_the_other_one_has_the_right_to(
        self, admin: User, staff: User, stranger: User, connection: Connection
    ) -> None:
        fill_slots(limits.key_of(connection, "crm"))
        fill_slots(limits.key_of(connection, "desk"))
        contact = new_contact(connection, staff).delivery
        ticket = new_ticket(connection, staff).delivery
        rights = [f"crm.contacts.{each}" for each in ("see", "create", "change")]
        Membership.objects.create(connection=connection, person=stranger, rights=rights)
        client = signed_in(admin)

        page = client.post(
            page_of(staff, "hand-over/"), {"to": str(stranger.pk)}, follow=True
        )

        contact.refresh_from_db()
        ticket.refresh_from_db()
        assert (contact.person, ticket.person) == (stranger, staff)
        assert (
            f"1 handed over to {stranger.email}. {staff.email} keeps {ticket.title} "
            f"({connection}): {stranger.email} does not have the right to it."
        ) in text(page)


class TestA35RoleChange:
    @pytest.mark.parametrize("role", ["manager", "admin"])
    def test_signs_out_and_counts_at_once(
        self, admin: User, staff: User, role: str
    ) -> None:
        client = signed_in(staff)

        signed_in(admin).post(page_of(staff), {"name": "Sam", "role": role})

        staff.refresh_from_db()
        assert (staff.name, staff.role) == ("Sam", role)
        assert not is_in(client)

    def test_of_the_name_alone_signs_nobody_out(self, admin: User, staff: User) -> None:
        client = signed_in(staff)

        signed_in(admin).post(page_of(staff), {"name": "Sam", "role": "staff"})

        assert is_in(client)


class TestSignOutEverywhere:
    def test_ends_all_of_one_and_nobody_elses(
        self, admin: User, staff: User, stranger: User
    ) -> None:
        phone, laptop, other = signed_in(staff), signed_in(staff), signed_in(stranger)

        signed_in(admin).post(page_of(staff, "sign-out/"))

        assert [is_in(each) for each in (phone, laptop, other)] == [False, False, True]


class TestNewPassword:
    def test_is_set_by_a_link_and_ends_what_was_open(
        self, admin: User, staff: User
    ) -> None:
        old = signed_in(staff)
        made = signed_in(admin).post(page_of(staff, "new-password/"))
        visitor = Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")
        typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

        visitor.post(LINK, {"link": made.context["address"]})
        page = visitor.post("/account/new-password/", typed, follow=True)
        again = visitor.post(LINK, {"link": made.context["address"]})

        staff.refresh_from_db()
        assert staff.check_password(NEW_PASSWORD)
        assert "Your new password is set" in text(page)
        assert not is_in(old)
        assert again.context["form"].errors["link"] == [links.WAS_USED]

    def test_needs_a_good_one(self, admin: User, staff: User) -> None:
        address = changes.new_password_link(staff, by=admin)
        visitor = Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")
        visitor.post(LINK, {"link": address})

        page = visitor.post(
            "/account/new-password/", {"password1": "short", "password2": "short"}
        )

        staff.refresh_from_db()
        assert page.context["form"].errors
        assert staff.check_password(PASSWORD)

    def test_gets_nobody_around_a_second_factor(self, admin: User, staff: User) -> None:
        set_up(signed_in(staff))
        address = changes.new_password_link(staff, by=admin)
        visitor = Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")
        typed = {"password1": NEW_PASSWORD, "password2": NEW_PASSWORD}

        visitor.post(LINK, {"link": address})
        visitor.post("/account/new-password/", typed)

        assert not is_in(visitor)
        assert sign_in(visitor, staff.email, NEW_PASSWORD).url == (
            "/account/sign-in/code/"
        )

    def test_link_ends_the_one_before(self, admin: User, staff: User) -> None:
        first = changes.new_password_link(staff, by=admin)

        changes.new_password_link(staff, by=admin)

        with pytest.raises(Refused, match="not known"):
            links.recognise(first)


class TestTrail:
    def test_has_every_act(self, admin: User, staff: User) -> None:
        changes.change(staff, name="Sam", role="manager", by=admin)
        changes.sign_out(staff, by=admin)
        changes.new_password_link(staff, by=admin)
        changes.deactivate(staff, by=admin)
        changes.reactivate(staff, by=None)

        found = list(AuditEvent.objects.order_by("pk").values_list("act", "target"))

        acts = ["changed", "changed", "signed_out", "made_link", "deactivated"]
        assert found == [(act, staff.email) for act in [*acts, "reactivated"]]
        assert AuditEvent.objects.last().person_name == "command line"  # type: ignore[union-attr]  # there are six


class TestCommands:
    def test_do_what_the_pages_do(self, admin: User, staff: User) -> None:
        client = signed_in(staff)

        run("sign_out_person", staff.email)
        assert not is_in(client)
        run("change_person", staff.email, "--role", "manager", "--name", "Sam")
        run("deactivate_person", staff.email)
        staff.refresh_from_db()
        assert (staff.role, staff.name, staff.is_active) == ("manager", "Sam", False)
        run("reactivate_person", staff.email)
        staff.refresh_from_db()
        assert staff.is_active
        printed = run("password_link", staff.email)
        assert links.recognise(printed.split()[-1]).person == staff
        printed = run("invite_person", "new@example.com", "--role", "staff")
        assert links.recognise(printed.split()[-1]).email == "new@example.com"

    @pytest.mark.parametrize(
        ("command", "arguments", "words"),
        [
            ("deactivate_person", ["admin@example.com"], "only admin"),
            ("change_person", ["admin@example.com", "--role", "staff"], "only admin"),
            ("sign_out_person", ["nobody@example.com"], "Nobody here has the address"),
            ("invite_person", ["admin@example.com", "--role", "staff"], "already"),
            ("invite_person", ["nobody", "--role", "staff"], "valid email"),
        ],
    )
    def test_refuse_with_a_next_step(
        self, admin: User, command: str, arguments: list[str], words: str
    ) -> None:
        with pytest.raises(CommandError, match=words):
            run(command, *arguments)


class TestLastSeen:
    def test_is_shown_of_who_was_here(self, admin: User, staff: User) -> None:
        before = text(signed_in(admin).get(page_of(staff)))
        signed_in(staff).get("/")

        after = text(signed_in(admin).get(page_of(staff)))

        assert "Last seen Not yet" in before
        assert "Last seen Not yet" not in after
