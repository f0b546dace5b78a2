"""forms/06 and replies/S3: which of the CRM's environments a token is for."""

from typing import Any

import pytest
from django.test import Client

from connections import services
from connections.models import Connection, Grant, OAuthClient
from connections.setup import flow
from connections.zoho import datacenters
from crm.envelope import CRM
from tests.connections import journey
from tests.connections.journey import come_back, step
from tests.support.contacts import send
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

EVERY_ROW = datacenters.table()
VARIANTS = [
    ("https://www.zohoapis.com/", "us", ""),
    ("https://api.zoho.com", "us", ""),
    ("https://sandbox.zohoapis.com", "us", "sandbox"),
    ("https://developer.zohoapis.com", "us", "developer"),
    ("HTTPS://www.zohoapis.com", "us", ""),
    ("https://api.zoho.eu", "eu", ""),
    ("https://sandbox.zohoapis.ca/", "ca", "sandbox"),
    ("https://WWW.ZOHOAPIS.COM.AU:443", "au", ""),
    ("zohoapis.in", "in", ""),
    ("www.zohoapis.jp", "jp", ""),
]


@pytest.fixture
def elsewhere(zoho: SandboxZoho, settings: Any) -> str:
    """The CRM's sandbox environment of the row, which tokens are for from now on."""
    address = zoho.url.replace("127.0.0.1", "localhost")
    row = settings.DATA_CENTERS["sandbox"].having(sandbox_api=address)
    settings.DATA_CENTERS = {**settings.DATA_CENTERS, "sandbox": row}
    return address


def connect(zoho: SandboxZoho, person: User, api_domain: str = "") -> Connection:
    zoho.reset(api_domain=api_domain)
    draft = journey.begin(person, OAuthClient.Kind.SELF)
    journey.give_client(zoho, draft)
    flow.connect_with_code(draft, journey.new_code(zoho, draft))
    return journey.stored(draft)


class TestApiDomain:
    @pytest.mark.parametrize(("named", "code", "environment"), VARIANTS)
    def test_is_the_row_however_it_is_written_replies_s3(
        self, named: str, code: str, environment: str
    ) -> None:
        assert EVERY_ROW[code].environment_of(named) == environment

    @pytest.mark.parametrize(("named", "code", "environment"), VARIANTS)
    def test_is_no_other_row_replies_s3(
        self, named: str, code: str, environment: str
    ) -> None:
        for row in EVERY_ROW.values():
            assert row.code == code or row.environment_of(named) is None

    @pytest.mark.parametrize("written", ["{}/", "HTTP://{}", " {}"])
    def test_is_never_an_address_replies_s3(
        self, zoho: SandboxZoho, admin: User, written: str
    ) -> None:
        host = zoho.url.removeprefix("http://")
        named = written.format(zoho.url if "HTTP" not in written else host)

        made = connect(zoho, admin, named)

        assert made.data_center_row.api == zoho.url
        assert not made.environment
        assert all(check["ok"] for check in made.checks)

    def test_of_another_region_is_refused_in_words_replies_s3(
        self, zoho: SandboxZoho, admin_client: Client, admin: User, settings: Any
    ) -> None:
        settings.DATA_CENTERS = {**EVERY_ROW, **settings.DATA_CENTERS}
        zoho.reset(api_domain="https://www.zohoapis.eu")
        draft = journey.begin(admin, OAuthClient.Kind.SELF)
        journey.give_client(zoho, draft)
        code = journey.new_code(zoho, draft)

        page = admin_client.post(
            step(draft), {"client_id": draft.client.client_id, "code": code}
        )

        problem = page.context["problem"]
        assert problem.title == "This Zoho account lives in Europe"
        assert problem.next_step == "Choose Europe and make a new code there."
        assert not Grant.objects.exists()

    def test_of_a_stranger_is_refused_in_words_replies_s3(
        self, zoho: SandboxZoho, admin_client: Client, admin: User
    ) -> None:
        zoho.reset(api_domain="https://www.zohoapis.evil.example")
        draft = journey.begin(admin)
        journey.give_client(zoho, draft)

        answer = come_back(zoho, admin_client, draft)

        page = admin_client.get(answer.url)
        assert page.context["problem"].ref == "E12"
        assert "evil.example" not in text(page).partition("Details")[0]


class TestCrmSandbox:
    def test_works_with_hosts_of_its_own_forms_06(
        self, zoho: SandboxZoho, admin: User, elsewhere: str
    ) -> None:
        made = connect(zoho, admin, elsewhere)

        hosts = {entry["headers"]["Host"] for entry in zoho.journal()[-4:]}
        assert made.environment == "sandbox"
        assert made.data_center_row.api == elsewhere
        assert made.name == "Example Ltd (CRM sandbox)"
        assert elsewhere.removeprefix("http://") in hosts
        assert all(check["ok"] for check in made.checks)

    def test_is_said_on_every_page_of_the_connection_forms_06(
        self, zoho: SandboxZoho, admin: User, admin_client: Client, elsewhere: str
    ) -> None:
        made = connect(zoho, admin, elsewhere)
        words = "CRM sandbox: what is saved here does not reach the live CRM."

        for page in (
            f"/c/{made.slug}/crm/contacts/new/",
            f"/c/{made.slug}/desk/tickets/new/",
            f"/connections/{made.pk}/",
        ):
            assert words in text(admin_client.get(page))
        assert "CRM sandbox" in text(admin_client.get("/connections/"))

    def test_takes_contacts_and_keeps_its_tokens_forms_06(
        self, zoho: SandboxZoho, admin: User, admin_client: Client, elsewhere: str
    ) -> None:
        made = connect(zoho, admin, elsewhere)
        zoho.expire_tokens()
        zoho.clear_journal()

        send(admin_client, made)

        host = elsewhere.removeprefix("http://")
        upserts = [e for e in zoho.journal() if e["path"].endswith("/upsert")]
        assert {entry["headers"]["Host"] for entry in upserts} == {host}
        assert zoho.crm_records("Contacts")[-1]["Last_Name"] == "Sample"

    @pytest.mark.parametrize("named", ["", "{live}", "{sandbox}/"])
    def test_goes_on_whatever_a_renewal_names_forms_06_u10(
        self, zoho: SandboxZoho, admin: User, elsewhere: str, named: str
    ) -> None:
        # Which host a renewal names for a sandbox is unconfirmed.
        made = connect(zoho, admin, elsewhere)
        made.grants.update(expires_at=made.created_at)
        body = {"access_token": "1000.new", "expires_in": 3600}
        body["api_domain"] = named.format(live=zoho.url, sandbox=elsewhere)
        zoho.script("POST", "/oauth/v2/token", {"status": 200, "body": body})
        zoho.script("GET", "/crm/v8/org", {"status": 200, "body": {"org": []}})

        services.client_for(made).call(CRM, "GET", "org")

        host = zoho.journal()[-1]["headers"]["Host"]
        assert host == elsewhere.removeprefix("http://")

    def test_is_not_mixed_up_with_the_live_one_forms_06(
        self, zoho: SandboxZoho, admin: User, admin_client: Client, elsewhere: str
    ) -> None:
        live = connect(zoho, admin)
        before = live.grants.get().pk
        zoho.reset(keep_clients=True, api_domain=elsewhere)
        code = journey.new_code(zoho, live)

        page = admin_client.post(
            step(live), {"client_id": live.client.client_id, "code": code}
        )

        problem = page.context["problem"]
        assert problem.title == "This sign-in is for another environment of Zoho CRM"
        assert "The connection works with: Live." in problem.cause
        assert live.grants.get(is_current=True).pk == before
        assert not journey.stored(live).environment


class TestDeveloperEnvironment:
    def test_has_hosts_of_its_own_forms_06(self) -> None:
        row = EVERY_ROW["eu"].in_environment("developer")

        assert row.api == "https://developer.zohoapis.eu"
        assert row.accounts == "https://accounts.zoho.eu"
        assert "https://www.zohoapis.eu" not in row.origins

    def test_of_the_sandbox_has_pages_of_its_own_forms_06(self) -> None:
        row = EVERY_ROW["ca"].in_environment("sandbox")

        assert row.api == "https://sandbox.zohoapis.ca"
        assert row.hosts["crm"] == "https://crmsandbox.zohocloud.ca"
        assert row.hosts["desk"] == "https://desk.zohocloud.ca"
