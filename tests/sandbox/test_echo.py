"""What stands in for a product that the sandbox does not have yet."""

from tests.sandbox.client import Client
from tests.zoho import SandboxZoho

PATH = "/echo/books/v3/contacts"


class TestEcho:
    def test_repeats_what_it_is_asked(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.clear_journal()

        reply = client.post(f"{PATH}?organization_id=6", {"name": "Kim"})

        assert reply.json["code"] == 0
        assert reply.json["echo"] == {
            "method": "POST",
            "path": PATH,
            "query": {"organization_id": "6"},
            "body": {"name": "Kim"},
        }
        assert zoho.effects() == ["echoed"]

    def test_is_for_those_with_a_token(self, zoho: SandboxZoho) -> None:
        assert Client(zoho, "1000.unknown").get(PATH).status == 401
        assert zoho.effects() == []
