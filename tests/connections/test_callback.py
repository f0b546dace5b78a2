"""What Zoho sends back instead of a code, or beside it."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client

from connections.models import ClientSecret, Connection
from connections.zoho import datacenters
from tests.connections import journey
from tests.connections.journey import (
    CALLBACK,
    TOKEN,
    come_back,
    leave,
    refused_with,
    step,
)
from tests.support.pages import text
from tests.zoho import SandboxZoho


class TestError:
    @pytest.mark.parametrize(
        ("error", "ref", "words"),
        [
            ("access_denied", "E07", "You chose Reject at Zoho"),
            ("no_org", "E26", "only for products that the account uses"),
            ("invalid_client", "E02", "the client ID has a typo"),
            ("unauthorized_client", "E02", "the client ID has a typo"),
            ("invalid_redirect_uri", "E01", "character by character"),
            ("invalid_scope", "E29", "does not know one of the permissions"),
            ("invalid_oauthscope", "E29", "does not know one of the permissions"),
            ("server_error", "E29", "Zoho had a fault of its own."),
            ("temporarily_unavailable", "E29", "Zoho is too busy at the moment."),
            ("invalid_request", "E29", "Zoho could not read what we asked for."),
            ("general_error", "E29", "Zoho says only that there was an error."),
            ("never_heard_of", "E29", "It gave a reason that we do not know."),
        ],
    )
    def test_is_said_for_what_it_is(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        draft: Connection,
        error: str,
        ref: str,
        words: str,
    ) -> None:
        journey.give_client(zoho, draft)

        page = refused_with(admin_client, draft, error)

        assert page.context["problem"].ref == ref
        assert words in page.context["problem"].cause
        assert "never_heard_of" not in text(page)
        assert TOKEN not in journey.paths(zoho)

    def test_after_ten_codes_in_ten_minutes_asks_to_wait(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        journey.give_client(zoho, draft)
        for _ in range(10):
            zoho.script("POST", TOKEN, {"status": 200, "body": {"error": "x"}})
            come_back(zoho, admin_client, draft)

        problem = refused_with(admin_client, draft, "access_denied").context["problem"]

        assert (problem.ref, problem.title) == ("E09", "Zoho asks us to wait")
        assert "Try again at" in problem.next_step

    def test_after_ten_codes_of_yesterday_is_a_refusal(
        self, zoho: SandboxZoho, admin_client: Client, draft: Connection
    ) -> None:
        journey.give_client(zoho, draft)
        draft.client.codes = ["2026-01-01T10:00:00+00:00"] * 10
        draft.client.save()

        page = refused_with(admin_client, draft, "access_denied")

        assert page.context["problem"].ref == "E07"


class TestAccountsServer:
    @pytest.mark.parametrize(
        ("server", "location"),
        [("{}/", "sandbox"), ("{}", "SANDBOX"), ("HTTP{rest}/", "Sandbox")],
    )
    def test_may_be_written_in_another_way(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        draft: Connection,
        server: str,
        location: str,
    ) -> None:
        journey.give_client(zoho, draft)
        back = journey.decide(zoho, leave(admin_client, draft))
        written = server.format(zoho.url, rest=zoho.url.removeprefix("http"))

        answer: Any = admin_client.get(
            CALLBACK, back | {"accounts-server": written, "location": location}
        )

        assert answer.url == step(draft, "ready")


@pytest.fixture(scope="module")
def running_europe() -> Iterator[SandboxZoho]:
    with SandboxZoho("--location", "eu") as zoho:
        yield zoho


class TestMovedRegion:
    @pytest.mark.parametrize("refusal", ["invalid_client", "invalid_client_secret"])
    def test_asks_for_a_secret_of_its_own_and_keeps_both(
        self,
        zoho: SandboxZoho,
        running_europe: SandboxZoho,
        admin_client: Client,
        draft: Connection,
        settings: Any,
        refusal: str,
    ) -> None:
        running_europe.reset()
        rows = datacenters.table(sandbox=f"eu={running_europe.url}", only_sandbox=True)
        settings.DATA_CENTERS = {**django_settings.DATA_CENTERS, **rows}
        journey.give_client(running_europe, draft)
        client_id = draft.client.client_id
        right = "the-right-one-of-europe-77aa"
        running_europe.script(
            "POST", TOKEN, {"status": 200, "body": {"error": refusal}}
        )

        answer = come_back(running_europe, admin_client, draft)
        page = admin_client.get(answer.url)

        assert (
            page.context["problem"].title == "Europe wants a client secret of its own"
        )
        assert "Client secret for Europe" in text(page)
        assert journey.stored(draft).data_center == "sandbox"

        gone: Any = admin_client.post(
            answer.url, {"client_id": client_id, "client_secret": right}
        )

        assert gone.url.startswith(f"{zoho.url}/oauth/v2/auth?")
        kept = ClientSecret.objects.filter(client=draft.client)
        assert set(kept.values_list("data_center", flat=True)) == {"sandbox", "eu"}
        [used] = draft.client.secrets_for("eu")
        assert used.ending == "77aa"
