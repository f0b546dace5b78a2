import pytest
from django.test import Client

from connections.models import Connection
from tests.support.contacts import send
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery


class TestContactView:
    def test_creates_a_contact_and_says_so(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        answer = send(staff_client, connection)

        page = staff_client.get(answer.url)
        assert "Kim Sample was created." in page.content.decode()
        created = [e for e in zoho.effects() if e.startswith("created Contacts")]
        assert len(created) == 1

    @pytest.mark.parametrize(
        "pasted",
        [
            "\u200bkim.sample@example.com",
            "Kim Sample <kim.sample@example.com>",
            "mailto:kim.sample@example.com;",
        ],
    )
    def test_takes_the_address_out_of_what_was_pasted_forms_15(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        pasted: str,
    ) -> None:
        send(staff_client, connection, Email=pasted)

        made = zoho.crm_records("Contacts")[-1]
        assert made["Email"] == "kim.sample@example.com"

    def test_updates_the_contact_with_the_same_address(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)

        answer = send(staff_client, connection, First_Name="Kimberly")

        page = staff_client.get(answer.url)
        said = page.content.decode()
        assert "Kim Sample was updated. 1 field changed." in said

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
