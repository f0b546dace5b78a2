from typing import Any

from django.test import Client

from connections.models import Connection
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

CONTACT = {
    "Email": "kim.sample@example.com",
    "Last_Name": "Sample",
    "First_Name": "Kim",
    "Phone": "",
    "Mobile": "+49 170 0000000",
    "Title": "",
    "Description": "",
}


def url(connection: Connection) -> str:
    return f"/c/{connection.slug}/crm/contacts/new/"


def send(client: Client, connection: Connection, **values: str) -> Any:
    """Fill in the form for a contact and press its button, twice if it asks."""
    return press(client, url(connection), CONTACT | values)


def press(client: Client, address: str, values: dict[str, Any]) -> Any:
    """Open a form and press its button; what a preview shows is agreed to."""
    page: Any = client.get(address)
    return save(client, address, {"form_key": page.context["form_key"]} | values)


def save(client: Client, address: str, values: dict[str, Any]) -> Any:
    """Press the button of a form that is open; what a preview shows is agreed to."""
    page: Any = client.post(address, values)
    if page.context and page.context.get("preview"):
        return client.post(address, values | {"seen": page.context["seen"]})
    return page


class TestContactView:
    def test_creates_a_contact_and_says_so(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        answer = send(staff_client, connection)

        page = staff_client.get(answer.url)
        assert "Kim Sample was created." in page.content.decode()
        created = [e for e in zoho.effects() if e.startswith("created Contacts")]
        assert len(created) == 1

    def test_updates_the_contact_with_the_same_address(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)

        answer = send(staff_client, connection, First_Name="Kimberly")

        page = staff_client.get(answer.url)
        said = page.content.decode()
        assert "Kimberly Sample was updated. 1 field changed." in said

    def test_shows_a_refusal_beside_the_field_and_keeps_everything(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        item = {
            "code": "INVALID_DATA",
            "details": {
                "api_name": "Mobile",
                "expected_data_type": "phone",
                "json_path": "$.data[0].Mobile",
            },
            "message": "invalid data",
            "status": "error",
        }
        refusal = {"status": 400, "body": {"data": [item]}}
        zoho.script("POST", "/crm/v8/Contacts/upsert", refusal)

        page = send(staff_client, connection)

        assert "Mobile" in page.context["form"].errors
        assert page.context["form"]["Last_Name"].value() == "Sample"

    def test_keeps_what_could_not_be_sent(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", "/crm/v8/Contacts/upsert", {"status": 503, "body": "<p>"})

        answer = send(staff_client, connection)

        page = staff_client.get(answer.url).content.decode()
        assert "Zoho has a problem at the moment" in page
        assert "Send again" in page
        assert Delivery.objects.get().state == "waiting"
