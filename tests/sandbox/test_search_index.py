import pytest

from tests.sandbox.client import Client
from tests.zoho import SandboxZoho

JANE = {"lastName": "Doe", "email": "jane@example.com"}
SEARCH = "/api/v1/contacts/search?email=jane@example.com"


@pytest.fixture
def ticket_id(zoho: SandboxZoho, client: Client) -> str:
    """A ticket just opened for somebody new, with a lagging index."""
    zoho.limit(index_lag=60)
    department_id = client.get("/api/v1/departments").json["data"][0]["id"]
    new = {"subject": "Printer", "departmentId": department_id, "contact": JANE}
    found: str = client.post("/api/v1/tickets", new).json["id"]
    return found


@pytest.mark.usefixtures("ticket_id")
class TestSearchIndex:
    def test_does_not_know_a_new_contact_yet(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        assert client.get(SEARCH).status == 204
        zoho.advance(59)
        assert client.get(SEARCH).status == 204

    def test_learns_of_it(self, zoho: SandboxZoho, client: Client) -> None:
        zoho.advance(61)

        assert client.get(SEARCH).json["count"] == 1

    def test_does_not_lag_without_a_setting(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.limit(index_lag=0)

        assert client.get(SEARCH).json["count"] == 1

    def test_is_nothing_that_lists_wait_for(
        self, client: Client, ticket_id: str
    ) -> None:
        (newest,) = client.get("/api/v1/tickets?sortBy=-createdTime&limit=1").json[
            "data"
        ]

        assert newest["id"] == ticket_id


class TestCrmSearchIndex:
    def found(self, client: Client, email: str) -> list[str]:
        criteria = f"(Email:equals:{email})"
        reply = client.get(f"/crm/v8/Contacts/search?criteria={criteria}")
        return [row["Last_Name"] for row in reply.json["data"]] if reply.body else []

    def test_knows_a_record_as_it_was(self, zoho: SandboxZoho, client: Client) -> None:
        old, new = "old@example.com", "new@example.com"
        record = zoho.put_crm_record("Contacts", Last_Name="Doe", Email=old)
        assert self.found(client, old) == ["Doe"]
        zoho.limit(index_lag=60)
        assert self.found(client, old) == []
        zoho.advance(61)
        assert self.found(client, old) == ["Doe"]

        zoho.limit(index_lag=120)
        zoho.put_crm_record("Contacts", id=record["id"], Email=new)

        assert self.found(client, new) == []
        zoho.advance(60)
        assert self.found(client, new) == ["Doe"]
        assert self.found(client, old) == []

    def test_is_nothing_that_lists_wait_for(
        self, zoho: SandboxZoho, client: Client
    ) -> None:
        zoho.limit(index_lag=60)
        record = zoho.put_crm_record("Contacts", Last_Name="Doe")

        (newest,) = client.get(
            "/crm/v8/Contacts?fields=Last_Name&sort_by=Modified_Time&per_page=1"
        ).json["data"]

        assert newest["id"] == record["id"]
