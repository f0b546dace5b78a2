"""The pages on which managers say what people may do."""

from typing import Any

import pytest
from django.test import Client

from connections import rights
from connections.models import Connection, Membership
from tests.support.pages import text
from tests.support.people import add_person, signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import Role, User
from zohoportal.activity.models import AuditEvent


def address(person: User) -> str:
    return f"/connections/rights/{person.pk}/"


def kept(person: User) -> Membership:
    return Membership.objects.get(person=person)


def ticked(connection: Connection, **values: Any) -> dict[str, Any]:
    """Return what a browser posts: everything that people start with, and `values`."""
    preset = rights.preset()
    usual = {
        "uses": "on",
        "crm": [key for key in preset if key.startswith("crm.contacts.")],
        "desk": ["desk.see", "desk.create"],
        "desk_all": "",
        "desk_limit": "every",
    }
    known = {name: value for name, value in (usual | values).items() if value != []}
    return {f"{connection.slug}-{name}": value for name, value in known.items()}


@pytest.fixture
def manager_client(manager: User) -> Client:
    return signed_in(manager)


class TestRights:
    def test_say_in_plain_words_what_somebody_may_do(
        self, connection: Connection, staff: User, manager_client: Client
    ) -> None:
        page = text(manager_client.get(address(staff)))

        for words in (
            "See contacts",
            "Create contacts",
            "Open tickets",
            "Only tickets they opened here",
            "Every department",
            "Support",
        ):
            assert words in page
        # Not used here.
        assert "Change the status" not in page
        assert "leads" not in page.lower()

    def test_are_saved_with_what_they_need_and_count_at_once(
        self, connection: Connection, staff: User, manager_client: Client
    ) -> None:
        create = ticked(connection, crm=["crm.contacts.create"], desk=[])
        answer = manager_client.post(address(staff), create)

        assert answer.status_code == 302
        of_crm = {key for key in kept(staff).rights if key.startswith("crm.contacts")}
        assert of_crm == {"crm.contacts.see", "crm.contacts.create"}
        browser = signed_in(staff)
        assert browser.get(f"/c/{connection.slug}/crm/contacts/new/").status_code == 200
        assert browser.get(f"/c/{connection.slug}/desk/tickets/").status_code == 403
        assert "Tickets" not in text(browser.get("/"))

    def test_keep_those_of_what_is_not_chosen_now(
        self, connection: Connection, staff: User, manager_client: Client
    ) -> None:
        manager_client.post(address(staff), ticked(connection, crm=[], desk=[]))

        assert {"desk.answer", "crm.records.see"} <= {*kept(staff).rights}
        assert "desk.create" not in kept(staff).rights

    def test_are_limited_to_departments(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        manager_client: Client,
    ) -> None:
        department = zoho.records()["departments"][0]["id"]

        manager_client.post(
            address(staff),
            ticked(connection, desk_limit="some", desk_places=[department]),
        )

        assert kept(staff).places == {"desk": [department]}
        manager_client.post(address(staff), ticked(connection))
        assert kept(staff).places == {}

    def test_are_not_limited_to_nothing(
        self, connection: Connection, staff: User, manager_client: Client
    ) -> None:
        before = kept(staff).places

        page = manager_client.post(
            address(staff), ticked(connection, desk_limit="some")
        )

        assert "Tick at least one department" in text(page)
        assert kept(staff).places == before

    def test_keep_their_departments_while_desk_does_not_tell_them(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        manager_client: Client,
    ) -> None:
        Membership.objects.update(places={"desk": ["77"]})
        connection.readings.all().delete()
        zoho.script("GET", "/api/v1/departments", {"status": 503, "times": 9})

        page = manager_client.get(address(staff))
        manager_client.post(address(staff), ticked(connection))

        assert "Departments cannot be chosen now" in text(page)
        assert kept(staff).places == {"desk": ["77"]}

    def test_end_with_the_tick_and_are_told_in_the_trail(
        self, connection: Connection, staff: User, manager_client: Client
    ) -> None:
        manager_client.post(address(staff), ticked(connection, uses=[]))

        assert not Membership.objects.filter(person=staff).exists()
        event = AuditEvent.objects.latest("at")
        assert event.target == "rights of staff@example.com"
        assert event.details["now"] == "none"

    def test_are_not_asked_for_people_of_another_role(
        self, connection: Connection, admin: User, auditor: User, manager_client: Client
    ) -> None:
        assert "everything" in text(manager_client.get(address(admin)))
        assert "read who did what" in text(manager_client.get(address(auditor)))
        manager_client.post(address(auditor), ticked(connection))
        assert not Membership.objects.filter(person=auditor).exists()

    def test_are_not_given_by_oneself_a29(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        before = kept(staff).rights

        answer = staff_client.post(address(staff), ticked(connection, desk_all="all"))

        assert answer.status_code == 403
        assert kept(staff).rights == before

    @pytest.mark.parametrize("value", ["desk.all", "desk.answer", "crm.records.see"])
    def test_are_none_that_are_not_offered_a28(
        self, connection: Connection, staff: User, manager_client: Client, value: str
    ) -> None:
        page = manager_client.post(
            address(staff), ticked(connection, desk=["desk.see", value])
        )

        assert page.status_code == 200
        assert "There is a problem" in text(page)


class TestMembers:
    def test_keep_their_rights_when_others_come(
        self, connection: Connection, staff: User, manager_client: Client
    ) -> None:
        other = add_person("other@example.com", Role.STAFF)
        before = kept(staff).rights

        manager_client.post(
            f"/connections/{connection.pk}/people/", {"members": [staff.pk, other.pk]}
        )

        assert kept(staff).rights == before
        assert kept(other).rights == rights.preset()

    def test_have_a_way_to_their_rights(
        self, connection: Connection, staff: User, manager_client: Client
    ) -> None:
        page = manager_client.get(f"/connections/{connection.pk}/people/")

        assert address(staff) in page.content.decode()


class TestRightsOfBefore:
    def test_are_told_until_somebody_leaves_them_so(
        self, connection: Connection, staff: User, manager_client: Client
    ) -> None:
        Membership.objects.update(is_unreviewed=True)
        words = "Some people may still do all"
        assert words in text(manager_client.get("/"))
        assert words not in text(signed_in(staff).get("/"))

        manager_client.post("/connections/rights/reviewed/")

        assert words not in text(manager_client.get("/"))
        assert kept(staff).rights

    def test_are_told_until_each_was_looked_at(
        self, connection: Connection, staff: User, manager_client: Client
    ) -> None:
        Membership.objects.update(is_unreviewed=True)

        manager_client.post(address(staff), ticked(connection))

        assert not kept(staff).is_unreviewed
