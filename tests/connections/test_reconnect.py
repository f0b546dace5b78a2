import pytest

from connections import services
from connections.models import Connection
from connections.setup import flow
from connections.tokens import revocation
from connections.zoho.errors import Unavailable
from tests.connections import journey
from tests.zoho import SandboxZoho


class TestReconnect:
    def test_leaves_what_works_when_the_organisation_cannot_be_seen(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        before = connection.grants.get().pk
        zoho.script("GET", "/crm/v8/org", {"status": 503, "body": "<p>"})

        with pytest.raises(Unavailable) as caught:
            flow.connect_with_code(
                journey.stored(connection), journey.new_code(zoho, connection)
            )

        assert caught.value.code == "not_proven"
        assert connection.grants.get().pk == before
        assert zoho.effects()[-1] == "token revoked"

    def test_does_not_bring_back_what_was_ended_meanwhile(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        stale = journey.stored(connection)
        revocation.disconnect(connection)

        flow.connect_with_code(stale, journey.new_code(zoho, connection))

        assert journey.stored(connection).state == "disconnected"
        assert not connection.grants.filter(is_current=True).exists()

    def test_keeps_a_name_that_was_changed_meanwhile(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        stale = journey.stored(connection)
        services.rename(connection, "Head office")

        flow.connect_with_code(stale, journey.new_code(zoho, connection))

        assert journey.stored(connection).name == "Head office"


class TestTest:
    def test_never_puts_another_organisation_in_the_place_of_the_chosen_one(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script(
            "GET", "/api/v1/organizations", journey.organisations(("7", "Other Ltd"))
        )

        services.test(connection)

        names = connection.product_accounts.values_list("name", flat=True)
        assert set(names) == {"Example Ltd"}
