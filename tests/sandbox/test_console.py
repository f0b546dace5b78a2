import re

from tests.sandbox.client import REDIRECT_URI, SCOPE, Client, exchange
from tests.zoho import SandboxZoho


def shown(text: str, name: str) -> str:
    found = re.search(f'id="{name}">([^<]+)<', text)
    assert found, name
    return found[1]


class TestConsole:
    def test_registers_a_server_client(self, zoho: SandboxZoho) -> None:
        browser = Client(zoho)

        reply = browser.submit(
            "/console/clients",
            kind="server",
            name="Portal",
            homepage="http://127.0.0.1:8000",
            redirect_uris=f"http://127.0.0.1/,\n{REDIRECT_URI}",
        )

        page = browser.get(reply.headers["Location"]).text
        assert shown(page, "client-id").startswith("1000.")
        assert shown(page, "client-secret")
        assert REDIRECT_URI in page

    def test_refuses_a_redirect_uri_that_is_none(self, zoho: SandboxZoho) -> None:
        reply = Client(zoho).submit(
            "/console/clients", kind="server", name="Portal", redirect_uris="nowhere"
        )

        assert reply.status == 400
        assert "Enter a valid redirect URI" in reply.text

    def test_generates_a_code_that_works(self, zoho: SandboxZoho) -> None:
        credentials = zoho.new_client("self")

        reply = Client(zoho).submit(
            "/console/codes", client_id=credentials[0], scope=SCOPE, minutes="10"
        )

        code = shown(reply.text, "generated-code")
        assert "access_token" in exchange(zoho, credentials, code)

    def test_refuses_a_scope_it_does_not_know(self, zoho: SandboxZoho) -> None:
        client_id, _ = zoho.new_client("self")

        reply = Client(zoho).submit(
            "/console/codes", client_id=client_id, scope="Desk.none.READ", minutes="3"
        )

        assert "Enter a valid scope" in reply.text
