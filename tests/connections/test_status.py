from typing import Any

import pytest

from connections.models import Connection, OAuthClient
from connections.views import status

PASSED = {"key": "signed_in", "ok": True}
NO_PERMISSION = {"key": "permissions", "ok": False}
FAILED = {"key": "crm_contacts", "ok": False}


def connection_in(
    state: str, *checks: dict[str, Any], kind: str = "server"
) -> Connection:
    return Connection(state=state, checks=list(checks), client=OAuthClient(kind=kind))


class TestBadge:
    @pytest.mark.parametrize(
        ("state", "checks", "word"),
        [
            ("draft", [], "Setup not finished"),
            ("active", [], "Not tested yet"),
            ("active", [PASSED], "Working"),
            ("active", [PASSED, NO_PERMISSION], "Working, permission missing"),
            ("active", [PASSED, FAILED], "A check failed"),
            ("active", [PASSED, FAILED, NO_PERMISSION], "A check failed"),
            ("reconnect", [PASSED], "Needs reconnect"),
            ("disconnected", [PASSED], "Disconnected"),
        ],
    )
    def test_says_how_a_connection_is_r03(
        self, state: str, checks: list[dict[str, Any]], word: str
    ) -> None:
        badge = status.badge(connection_in(state, *checks))

        assert badge.word == word
        assert badge.icon

    def test_has_a_word_for_every_state(self) -> None:
        for state in Connection.State:
            assert status.badge(connection_in(state)).word


class TestNeededAct:
    @pytest.mark.parametrize(
        ("state", "checks", "label", "page"),
        [
            ("draft", [], "Continue", "client"),
            ("active", [PASSED], "Test", "test"),
            ("active", [FAILED], "Test", "test"),
            ("active", [NO_PERMISSION], "Add permission", "consent"),
            ("reconnect", [], "Reconnect", "consent"),
            ("disconnected", [], "Reconnect", "consent"),
        ],
    )
    def test_is_the_one_that_helps_most(
        self, state: str, checks: list[dict[str, Any]], label: str, page: str
    ) -> None:
        connection = connection_in(state, *checks)

        act = status.needed_act(connection)

        assert act.label == label
        assert act.url == f"/connections/{connection.pk}/{page}/"

    def test_leads_a_self_client_to_its_form(self) -> None:
        connection = connection_in("reconnect", kind="self")

        act = status.needed_act(connection)

        assert act == status.Act(
            "Reconnect", f"/connections/{connection.pk}/client/", posts=False
        )


class TestAct:
    @pytest.mark.parametrize(
        ("state", "action", "page", "posts"),
        [
            ("draft", "client", "client/", False),
            ("draft", "region", "account/", False),
            ("draft", "features", "account/", False),
            ("draft", "consent", "consent/", True),
            ("draft", "again", "consent/", True),
            ("draft", "test", "consent/", True),
            ("active", "reconnect", "consent/", True),
            ("active", "test", "test/", True),
            ("active", "again", "test/", True),
        ],
    )
    def test_has_a_place(self, state: str, action: str, page: str, posts: bool) -> None:
        connection = connection_in(state)

        act = status.act(connection, action, "Do it")

        assert act == status.Act("Do it", f"/connections/{connection.pk}/{page}", posts)

    def test_uses_the_newest_version_where_an_older_one_is_set_e28(self) -> None:
        connection = connection_in("active")
        connection.versions = {"crm": "v2"}

        act = status.act(connection, "version", "Use API v8")

        address = f"/connections/{connection.pk}/version/crm/v8/"
        assert act == status.Act("Use API v8", address, posts=True)

    def test_tests_where_the_newest_version_is_set_already_e28(self) -> None:
        connection = connection_in("active")

        act = status.act(connection, "version", "Use API v8")

        address = f"/connections/{connection.pk}/test/"
        assert act == status.Act("Test connection", address, posts=True)

    def test_asks_to_check_the_client_where_the_region_is_settled(self) -> None:
        connection = connection_in("active")

        act = status.act(connection, "region", "Choose another region")

        assert act.label == "Check the client ID"
        assert act.url == f"/connections/{connection.pk}/client/"

    def test_leads_to_the_list_otherwise(self) -> None:
        act = status.act(connection_in("active"), "list", "Start again")

        assert act.url == "/connections/"
