import pytest
from django.http import Http404

from connections import access, services
from connections.models import Connection
from zohoportal.accounts.models import User


class TestUsableBy:
    def test_is_everything_set_up_for_managers(
        self, admin: User, manager: User, connection: Connection, draft: Connection
    ) -> None:
        assert list(access.usable_by(admin)) == [connection]
        assert list(access.usable_by(manager)) == [connection]

    def test_is_what_was_opened_for_staff(
        self, staff: User, stranger: User, connection: Connection
    ) -> None:
        assert list(access.usable_by(staff)) == [connection]
        assert list(access.usable_by(stranger)) == []

    def test_is_nothing_for_who_only_reads(
        self, auditor: User, connection: Connection
    ) -> None:
        services.set_members(connection, [auditor])

        assert list(access.usable_by(auditor)) == []

    def test_never_has_a_draft(self, staff: User, draft: Connection) -> None:
        services.set_members(draft, [staff])

        assert list(access.usable_by(staff)) == []


class TestMayUse:
    def test_ends_with_the_membership(
        self, staff: User, connection: Connection
    ) -> None:
        assert access.may_use(staff, connection)

        services.set_members(connection, [])

        assert not access.may_use(staff, connection)

    def test_ends_with_the_account(
        self, admin: User, staff: User, connection: Connection
    ) -> None:
        admin.is_active = staff.is_active = False

        assert not access.may_use(admin, connection)
        assert not access.may_use(staff, connection)


class TestUsableOr404:
    def test_finds_what_one_may_use(self, staff: User, connection: Connection) -> None:
        assert access.usable_or_404(staff, connection.slug) == connection

    @pytest.mark.parametrize("slug", ["example-ltd", "nowhere"])
    def test_makes_foreign_and_unknown_look_the_same(
        self, stranger: User, connection: Connection, slug: str
    ) -> None:
        with pytest.raises(Http404) as caught:
            access.usable_or_404(stranger, slug)

        assert str(caught.value) == "No such connection"
