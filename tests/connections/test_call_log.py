"""Each call to Zoho leaves one row in the API log, whatever became of it."""

from typing import Any

import pytest
from django.test import Client

from connections import services
from connections.models import Connection, Grant
from connections.setup import flow
from connections.tokens import revocation, vault
from connections.zoho.errors import ZohoError
from crm.envelope import CRM
from desk.envelope import DESK
from tests.connections import journey
from tests.security import leaks
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.activity.models import ZohoCall

ORG = "/crm/v8/org"
TOKEN = "/oauth/v2/token"
TICKETS = "/api/v1/tickets"
DOWN = {"status": 503, "body": "<p>busy</p>"}
# What Zoho did, and the status and the code that the log then has.
ENDS: dict[str, tuple[dict[str, Any], int, str]] = {
    "refused": ({"status": 400, "body": {"code": "INVALID_DATA"}}, 400, "INVALID_DATA"),
    "asked to wait": (
        {"status": 429, "body": {"code": "TOO_MANY_REQUESTS"}},
        429,
        "TOO_MANY_REQUESTS",
    ),
    "refused inside a success": (
        {"status": 200, "body": {"data": [{"status": "error", "code": "LOCKED"}]}},
        200,
        "LOCKED",
    ),
    "away": (DOWN, 503, "no_json"),
    "hung up": ({"drop": "after"}, 0, "line_broke"),
    "sent elsewhere": (
        {"status": 307, "headers": {"Location": "https://x.example/"}},
        307,
        "redirect",
    ),
}


@pytest.fixture(autouse=True)
def own_transactions(transactional_db: None) -> None:
    """Rows are written outside of transactions, as the portal runs."""


@pytest.fixture
def connection(connection: Connection) -> Connection:
    """A working connection whose setup is not in the log any more."""
    ZohoCall.objects.all().forget()
    return connection


def logged() -> list[tuple[str, str, int, str]]:
    """Return the calls in the log, oldest first."""
    rows = ZohoCall.objects.order_by("pk")
    return list(rows.values_list("method", "path", "status", "code"))


class TestCalls:
    def test_are_logged_with_all_that_may_be_known_and_nothing_else(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        client = services.client_for(connection)
        client.call(CRM, "GET", "Contacts/search", params={"word": "canary"})

        call = ZohoCall.objects.get()
        known = (call.method, call.path, call.status, call.code)
        assert known == ("GET", "/crm/v8/Contacts/search", 204, "")
        assert call.host == zoho.url.removeprefix("http://")
        assert (call.connection_id, call.connection_name) == (
            connection.pk,
            "Example Ltd",
        )
        assert 0 <= call.milliseconds < 10_000
        assert not call.is_failed
        assert call.request_id == ""

    @pytest.mark.parametrize("name", ENDS)
    def test_that_fail_are_logged_with_zohos_code_or_our_word(
        self, zoho: SandboxZoho, connection: Connection, name: str
    ) -> None:
        answer, status, code = ENDS[name]
        zoho.script("GET", ORG, answer)

        with pytest.raises(ZohoError):
            services.client_for(connection).call(CRM, "GET", "org")

        assert logged() == [("GET", ORG, status, code)]
        assert ZohoCall.objects.get().is_failed

    def test_of_desk_have_its_code(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        ticket = {"subject": "", "departmentId": "1"}
        with pytest.raises(ZohoError):
            services.client_for(connection).call(DESK, "POST", "tickets", json=ticket)

        assert logged() == [("POST", TICKETS, 422, "INVALID_DATA")]

    def test_after_a_refused_token_are_each_a_row(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.expire_tokens()
        services.client_for(connection).call(CRM, "GET", "org")

        assert logged() == [
            ("GET", ORG, 401, "INVALID_TOKEN"),
            ("POST", TOKEN, 200, ""),
            ("GET", ORG, 200, ""),
        ]

    def test_are_as_many_as_zoho_saw(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        services.test(connection)

        asked = [(entry["method"], entry["path"]) for entry in zoho.journal()]
        assert len(asked) > 3
        assert [row[:2] for row in logged()] == asked

    def test_of_a_page_have_its_request(
        self, zoho: SandboxZoho, connection: Connection, admin_client: Client
    ) -> None:
        admin_client.post(f"/connections/{connection.pk}/test/")

        (request,) = set(ZohoCall.objects.values_list("request_id", flat=True))
        assert len(request) == 36


class TestTokenCalls:
    def test_of_a_consent_and_of_its_refusal_are_logged(
        self, zoho: SandboxZoho, admin: User
    ) -> None:
        made = journey.begin(admin, "self")
        journey.give_client(zoho, made)

        with pytest.raises(ZohoError):
            flow.connect_with_code(made, "1000.wrong.code")
        flow.connect_with_code(made, journey.new_code(zoho, made))

        token_calls = [row for row in logged() if row[1] == TOKEN]
        # Accounts refuses with a 200.
        assert token_calls == [
            ("POST", TOKEN, 200, "invalid_code"),
            ("POST", TOKEN, 200, ""),
        ]
        assert {row.connection_id for row in ZohoCall.objects.all()} == {made.pk}

    def test_of_an_end_are_logged_confirmed_or_not(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script("POST", f"{TOKEN}/revoke", DOWN)

        revocation.disconnect(connection)
        revocation.revoke_pending()

        assert logged() == [
            ("POST", f"{TOKEN}/revoke", 503, "no_json"),
            ("POST", f"{TOKEN}/revoke", 200, ""),
        ]


class TestA18CallsInTheLog:
    def test_have_no_token_query_or_body(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        admin: User,
    ) -> None:
        client = services.client_for(connection)
        zoho.expire_tokens()
        client.call(
            CRM, "GET", "Contacts/search", params={"word": "canary-in-the-query"}
        )
        echo = {"status": 400, "body": {"code": "1000.canary-in-the-answer"}}
        zoho.script("POST", "/crm/v8/Contacts/upsert", echo)
        body = {
            "data": [{"Last_Name": "canary-in-the-body"}],
            "duplicate_check_fields": ["Email"],
        }
        with pytest.raises(ZohoError):
            client.call(CRM, "POST", "Contacts/upsert", json=body)
        secrets = {
            "client secret": vault.unseal(connection.client.secrets.get(), "sealed"),
            "query": "canary-in-the-query",
            "body": "canary-in-the-body",
            "answer": "canary-in-the-answer",
        }
        for grant in Grant.objects.all():
            secrets["access token"] = vault.unseal(grant, "sealed_access_token")
            secrets["refresh token"] = vault.unseal(grant, "sealed_refresh_token")

        table = leaks.database_content()["table activity_zohocall"]

        assert len(table.splitlines()) == 4
        assert leaks.find(secrets, {"the API log": table}) == []
