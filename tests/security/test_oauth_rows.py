from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from django.db import connection as database
from django.test import Client

from connections import features, services
from connections.models import Connection, ConsentState, Grant
from connections.setup import clients, flow
from connections.setup import state as consent
from connections.zoho import datacenters
from connections.zoho.errors import ReconnectRequired, UnexpectedReply
from crm.envelope import CRM
from tests.connections import journey
from tests.security.trip import TOKEN_PATH, approve, come_back, leave, token_calls
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

AT_ONCE = 16
ROUNDS = 5

HOSTILE_DOMAINS = [
    "https://zohoapis.evil.example",
    "https://www.zohoapis.com.evil.example",
    "https://www.zohoapis.com@evil.example",
    "https://evil.example/www.zohoapis.com",
    "http://127.0.0.1",
    "http://127.0.0.1:1",
    "http://[::1]/",
    "http://169.254.169.254/",
    "//evil.example",
    "www.zohoapis.com",
    "file:///etc/passwd",
    "javascript:alert(1)",
    "https://www.zohoapis.com",
    7,
]

SAYINGS = [
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "{{ settings.SECRET_KEY }}",
    "{0.__class__}",
    "%s%n",
    "javascript:alert(1)",
    "\r\nSet-Cookie: a=b",
    "x" * 5000,
    "\u202eevil",
    "</title><h1>Sign in again at evil.example</h1>",
]


class TestA02SameCallbackAtTheSameMoment:
    @pytest.mark.django_db(transaction=True)
    def test_is_taken_once(self, draft: Connection, admin: User) -> None:
        for _ in range(ROUNDS):
            state = consent.issue_state(draft, person=admin, session_key="s")
            barrier = Barrier(AT_ONCE)

            def take(_: int, state: str = state, barrier: Barrier = barrier) -> bool:
                barrier.wait()
                try:
                    return bool(
                        consent.redeem_state(state, person=admin, session_key="s")
                    )
                finally:
                    database.close()

            with ThreadPoolExecutor(AT_ONCE) as pool:
                taken = list(pool.map(take, range(AT_ONCE)))

            assert taken.count(True) == 1


class TestA04ForeignCode:
    def test_is_refused_by_zoho_and_the_draft_stays(
        self, zoho: SandboxZoho, prepared: Connection, admin_client: Client
    ) -> None:
        back = approve(zoho, leave(admin_client, prepared))

        answer = come_back(admin_client, back | {"code": "1000.somebody.elses"})

        said = admin_client.get(answer["Location"]).content.decode()
        assert "The sign-in took too long" in said
        assert journey.stored(prepared).is_draft
        assert not Grant.objects.exists()


class TestA06RegionGrid:
    def test_only_two_that_agree_name_a_region(
        self, draft: Connection, settings: Any
    ) -> None:
        rows = datacenters.table()
        settings.DATA_CENTERS = rows
        grid = [(one, other) for one in rows.values() for other in rows.values()]

        found = {
            (one.code, other.code): flow.answering_region(
                draft, one.code, other.accounts
            )
            for one, other in grid
        }

        assert len(found) == 121
        for (location, server), row in found.items():
            assert row == (rows[location] if location == server else None)


class TestA08HostileApiDomain:
    @pytest.mark.parametrize("domain", HOSTILE_DOMAINS, ids=str)
    def test_is_refused_and_nothing_is_kept(
        self, zoho: SandboxZoho, draft: Connection, domain: object
    ) -> None:
        journey.give_client(zoho, draft)
        body = {
            "access_token": "1000.access.token",
            "refresh_token": "1000.refresh.token",
            "api_domain": domain,
            "expires_in": 3600,
        }
        zoho.script("POST", TOKEN_PATH, {"status": 200, "body": body})
        zoho.clear_journal()

        with pytest.raises(UnexpectedReply):
            flow.connect_with_code(draft, "1000.code")

        assert journey.paths(zoho) == [TOKEN_PATH]
        assert not Grant.objects.exists()


class TestA12ErrorFromTheOutside:
    @pytest.mark.parametrize("saying", SAYINGS, ids=range(len(SAYINGS)))
    def test_is_answered_with_our_own_words(
        self, prepared: Connection, admin_client: Client, saying: str
    ) -> None:
        address = leave(admin_client, prepared)
        state = journey.query(address)["state"]
        back = {"state": state, "error": saying, "error_description": saying}

        answer = come_back(admin_client, back)

        said = admin_client.get(answer["Location"]).content.decode()
        assert "Zoho sent you back without access" in said
        assert saying not in said
        assert not ConsentState.objects.exists()
        assert journey.stored(prepared).is_draft


class TestA14Scopes:
    def test_are_those_of_the_chosen_features_and_no_more(self) -> None:
        asked = features.scopes(["desk.tickets"])

        assert asked == [
            "Desk.tickets.CREATE",
            "Desk.tickets.READ",
            "Desk.contacts.READ",
            "Desk.contacts.CREATE",
            "Desk.basic.READ",
            "Desk.search.READ",
            "aaaserver.profile.READ",
        ]

    def test_fewer_than_asked_switch_a_feature_off_by_name(
        self, zoho: SandboxZoho, draft: Connection
    ) -> None:
        journey.give_client(zoho, draft)
        crm_only = ",".join(features.scopes(["crm.contacts"]))
        client_id, secret = zoho.new_client("self")
        clients.save_client(draft, client_id=client_id, secret=secret)

        flow.connect_with_code(draft, zoho.new_code(client_id, crm_only))

        made = journey.stored(draft)
        assert made.lacking == ["desk.tickets"]
        [check] = [row for row in made.checks if row["key"] == "permissions"]
        assert check["text"] == "A permission is missing: open tickets"

    def test_that_zoho_does_not_name_are_found_by_asking(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        Grant.objects.update(scopes=[])
        refusal = {"errorCode": "SCOPE_MISMATCH", "message": "no"}
        zoho.script("GET", "/api/v1/departments", {"status": 403, "body": refusal})

        services.test(connection)

        assert journey.stored(connection).lacking == ["desk.tickets"]


class TestA16PagesOfTheTrip:
    def test_are_not_stored_and_tell_nobody_where_people_came_from(
        self, zoho: SandboxZoho, prepared: Connection, admin_client: Client
    ) -> None:
        wizard = admin_client.get(f"/connections/{prepared.pk}/client/")
        back = come_back(admin_client, approve(zoho, leave(admin_client, prepared)))

        for answer in (wizard, back):
            assert "no-store" in answer["Cache-Control"]
            assert answer["Referrer-Policy"] == "same-origin"
        assert "code" not in back["Location"]


class TestA66StolenOrSwappedRows:
    def test_a_token_moved_to_another_grant_opens_nothing_and_is_not_sent(
        self, zoho: SandboxZoho, connection: Connection, admin: User
    ) -> None:
        other = journey.begin(admin, "self")
        journey.give_client(zoho, other)
        flow.connect_with_code(other, journey.new_code(zoho, other))
        stolen = other.grants.get().sealed_access_token
        connection.grants.update(sealed_access_token=stolen)
        zoho.clear_journal()

        with pytest.raises(ReconnectRequired):
            services.client_for(connection).call(CRM, "GET", "org")

        assert zoho.journal() == []
        assert token_calls(zoho) == []
