"""The rule itself: from what was kept to what somebody may do."""

from importlib import import_module
from typing import Any

import pytest
from django.apps import apps
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from connections import access, features, rights
from connections.models import Connection, Membership, OAuthClient
from crm import access as crm
from crm.payloads import (
    ChangePayload,
    DeletionPayload,
    RecordFilePayload,
    RecordPayload,
)
from desk import access as desk
from desk.payloads import TicketPayload
from zohoportal.accounts.models import Role, User

KEYS = [right.key for right in rights.every()]
FEATURES = [feature.key for feature in features.every()]
kept = st.lists(st.sampled_from([*KEYS, "parcels.gone", ""]), unique=True)
chosen = st.lists(st.sampled_from([*FEATURES, "parcels.parcels"]), unique=True)
known = {right.key: right for right in rights.every()}


class TestRule:
    @given(kept, chosen)
    def test_gives_nothing_that_was_not_kept_or_is_not_chosen(
        self, keys: list[str], used: list[str]
    ) -> None:
        found = rights.in_force(keys, {}, used).rights

        assert found <= {*keys}
        for key in found:
            assert {*known[key].features} & {*used}
            assert known[key].needs in {"", *found}

    @given(kept, kept, chosen)
    def test_gives_no_less_for_more(
        self, keys: list[str], more: list[str], used: list[str]
    ) -> None:
        fewer = rights.in_force(keys, {}, used).rights

        assert fewer <= rights.in_force([*keys, *more], {}, used).rights

    @given(kept)
    def test_gives_all_of_what_the_form_keeps(self, keys: list[str]) -> None:
        whole = rights.completed(keys)

        assert rights.in_force(whole, {}, FEATURES).rights == {*whole}
        assert rights.completed(whole) == whole
        assert {*whole} >= {*keys} & {*KEYS}

    def test_starts_people_with_their_own_tickets_and_without_deleting(self) -> None:
        assert {*KEYS} - {*rights.preset()} == {
            "crm.contacts.delete",
            "crm.records.delete",
            "desk.all",
        }


def crm_payloads(module: str) -> dict[str, Any]:
    of = "contacts" if module == "Contacts" else "records"
    return {
        f"crm.{of}.create": RecordPayload(module=module, values={}),
        f"crm.{of}.change": ChangePayload(
            module=module, id="1", values={}, before={}, as_of=""
        ),
        f"crm.{of}.delete": DeletionPayload(module=module, id="1", name=""),
    }


def test_files_of_records_need_the_right_to_change(membership: Membership) -> None:
    person, connection = membership.person, membership.connection
    connection.features = FEATURES
    file = RecordFilePayload(module="Contacts", attach_to="1")

    for keys in (["crm.contacts.see"], ["crm.contacts.see", "crm.contacts.change"]):
        Membership.objects.update(rights=keys)

        assert crm.permits(person, connection, file) == (len(keys) == 2)


@pytest.mark.parametrize("field", ["duplicate_field", "free_field"])
def test_what_may_go_over_a_record_needs_the_right_to_change(
    membership: Membership, field: str
) -> None:
    person, connection = membership.person, membership.connection
    connection.features = FEATURES
    decides: dict[str, Any] = {field: "Email"}
    typed = RecordPayload(module="Contacts", values={}, **decides)
    Membership.objects.update(rights=["crm.contacts.see", "crm.contacts.create"])

    assert crm.permits(person, connection, typed) == (field == "free_field")


PAYLOADS = crm_payloads("Contacts") | crm_payloads("Leads")


@pytest.fixture
def membership(admin: User, staff: User) -> Membership:
    """Of `staff`, on a connection that nobody has to ask Zoho about."""
    client = OAuthClient.objects.create()
    connection = Connection.objects.create(
        slug="example", client=client, state="active", created_by=admin
    )
    return Membership.objects.create(connection=connection, person=staff)


# Each example writes all that it reads.
anew = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


class TestDoors:
    @anew
    @given(keys=kept, used=chosen, role=st.sampled_from(Role.values))
    def test_open_by_the_right_and_by_nothing_else(
        self, membership: Membership, keys: list[str], used: list[str], role: str
    ) -> None:
        person, connection = membership.person, membership.connection
        person.role, connection.features = role, used
        Membership.objects.update(rights=keys)

        found = access.granted(person, connection).rights

        everything = {key for key in KEYS if {*known[key].features} & {*used}}
        held = rights.in_force(keys, {}, used).rights
        assert found == {"staff": held, "auditor": set()}.get(role, everything)

    @anew
    @given(keys=kept)
    def test_of_the_worker_are_those_of_the_pages(
        self, membership: Membership, keys: list[str]
    ) -> None:
        person, connection = membership.person, membership.connection
        connection.features = FEATURES
        Membership.objects.update(rights=keys)

        held = access.granted(person, connection).rights
        # What was submitted outlives the features of the connection.
        connection.features = []

        for right, payload in PAYLOADS.items():
            assert crm.permits(person, connection, payload) == (right in held)
        ticket = TicketPayload(subject="Hm", department="1")
        assert desk.permits(person, connection, ticket) == ("desk.create" in held)

    @anew
    @given(keys=kept)
    def test_are_shut_for_who_was_deactivated_or_is_no_member(
        self, membership: Membership, stranger: User, keys: list[str]
    ) -> None:
        person, connection = membership.person, membership.connection
        connection.features = FEATURES
        Membership.objects.update(rights=keys)

        assert not access.granted(stranger, connection).rights
        person.is_active = False
        assert not access.granted(person, connection).rights
        person.is_active = True


class TestMembershipsOfBefore:
    def test_keep_all_that_everybody_could_do(self, membership: Membership) -> None:
        migration = import_module("connections.migrations.0009_kept_rights")
        Membership.objects.update(rights=[])

        migration.keep(apps, None)

        membership.refresh_from_db()
        assert membership.is_unreviewed
        before = [key for key in KEYS if key.startswith(("crm.", "desk."))]
        assert {*membership.rights} == {key for key in before if "delete" not in key}
        assert membership.places == {}
