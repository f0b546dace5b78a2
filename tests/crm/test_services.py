from fnmatch import fnmatch
from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from crm.schema.preset import FIXED_CONTACTS
from tests.crm.contacts import upsert_contact
from tests.openapi.normaliser import FOLDER, errors, folder, request_schema
from tests.recorded import body_of
from tests.support.contacts import CONTACT, send, url
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

# Of whatever version.
UPSERT = "/crm/v*/Contacts/upsert"
EVERYTHING = {
    "Email": "kim.sample@example.com",
    "Last_Name": "Sample",
    "First_Name": "Kim",
    "Phone": "+49 30 000000",
    "Mobile": "+49 170 0000000",
    "Title": "Office manager",
    "Description": "Met at the fair.\nLikes tea & <b>cake</b>.",
}


def sent(zoho: SandboxZoho) -> dict[str, Any]:
    """Return the body of the only upsert."""
    (entry,) = [each for each in zoho.journal() if fnmatch(each["path"], UPSERT)]
    body: dict[str, Any] = entry["body"]
    return body


def save(connection: Connection, person: User, **values: Any) -> Delivery:
    return upsert_contact(connection, person, **values).delivery


def refuse(zoho: SandboxZoho, field: str, code: str = "INVALID_DATA") -> None:
    item = {"code": code, "details": {"api_name": field}, "status": "error"}
    zoho.script("POST", UPSERT, {"status": 400, "body": {"data": [item]}})


@pytest.mark.usefixtures("version")
class TestUpsertContact:
    def test_sends_every_field_by_zohos_name(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        save(connection, staff, **EVERYTHING)

        assert sent(zoho) == {
            "data": [EVERYTHING],
            "duplicate_check_fields": ["Email"],
        }

    def test_overwrites_nothing_with_what_was_left_empty(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        save(connection, staff, **EVERYTHING)

        save(connection, staff, Email=EVERYTHING["Email"], Last_Name="New")

        (contact,) = [
            each
            for each in zoho.records()["contacts"]
            if each["Email"] == EVERYTHING["Email"]
        ]
        assert contact["Last_Name"] == "New"
        assert contact["Phone"] == EVERYTHING["Phone"]

    def test_keeps_the_id_as_text_and_links_to_it_f53(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        answer = {"status": 200, "body": body_of("crm", "updated")}
        zoho.script("POST", UPSERT, answer)
        organisation = connection.product_accounts.get(product="crm").external_id

        outcome = save(connection, staff, **EVERYTHING).outcome

        assert outcome["external_id"] == "9007199254740993"
        # Whose it was cannot be read here: nobody is named.
        assert outcome["sentence"] == (
            "A contact was updated: Zoho had a contact with this Email already."
        )
        assert outcome["url"] == (
            f"{zoho.url}/crm/org{organisation}/tab/Contacts/9007199254740993"
        )

    def test_is_harmless_to_repeat_when_its_answer_was_lost(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", UPSERT, {"drop": "after"})

        delivery = save(connection, staff, **EVERYTHING)

        assert delivery.state == "waiting"

    @pytest.mark.skipif(
        folder() is None,
        reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
    )
    def test_fits_zohos_description_of_the_request(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        save(connection, staff, **EVERYTHING)

        schema = request_schema("crm-v8/record.json", "/{module}/upsert", "POST")
        assert [error.message for error in errors(schema, sent(zoho))] == []


class TestContactForm:
    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"Email": "nobody"}, "Email"),
            ({"Email": f"{'x' * 100}@example.com"}, "Email"),
            ({"Last_Name": ""}, "Last_Name"),
            ({"Last_Name": "   "}, "Last_Name"),
            ({"Last_Name": "x" * 81}, "Last_Name"),
            ({"First_Name": "x" * 41}, "First_Name"),
            ({"Phone": "0" * 31}, "Phone"),
            ({"Mobile": "0" * 31}, "Mobile"),
            ({"Title": "x" * 101}, "Title"),
            ({"Description": "x" * 32_001}, "Description"),
            ({"Description": "NUL \x00"}, "Description"),
        ],
        ids=lambda value: str(value)[:30],
    )
    def test_says_what_is_wrong_beside_the_field_and_keeps_the_rest(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        values: dict[str, str],
        field: str,
    ) -> None:
        page = send(staff_client, connection, **values)

        shown = page.context["form"]
        typed = CONTACT | values
        assert list(shown.errors) == [field]
        assert {name: shown[name].value() for name in typed} == typed
        assert {each["method"] for each in zoho.journal()} == {"GET"}
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("field", FIXED_CONTACTS.fields)
    def test_shows_a_refusal_beside_each_field_r13(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        field: str,
    ) -> None:
        refuse(zoho, field)

        page = send(staff_client, connection)

        assert list(page.context["form"].errors) == [field]

    def test_shows_a_refusal_of_a_field_we_do_not_have_in_the_summary_r13(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        refuse(zoho, "Created_By", "MANDATORY_NOT_FOUND")

        page = send(staff_client, connection)

        assert page.context["form"].non_field_errors() == [
            "Your CRM layout needs Created By, which is not on this form. Enter it in "
            "Zoho, or ask your admin to add it here."
        ]

    def test_is_not_there_for_others(
        self, connection: Connection, stranger_client: Client
    ) -> None:
        assert stranger_client.get(url(connection)).status_code == 404

    def test_is_not_there_where_contacts_were_not_chosen(
        self, connection: Connection, staff_client: Client
    ) -> None:
        Connection.objects.update(features=["desk.tickets"])

        assert staff_client.get(url(connection)).status_code == 404


class TestFixedFields:
    def test_serve_a_connection_that_may_not_read_metadata(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        refusal = {"status": 401, "body": {"code": "OAUTH_SCOPE_MISMATCH"}}
        zoho.script("GET", "/crm/v8/settings/modules", *[refusal | {"times": 9}])

        page: Any = staff_client.get(url(connection))

        assert "Add permission to see your own fields" in page.content.decode()
        assert list(page.context["form"].fields) == list(FIXED_CONTACTS.fields)

        answer = send(staff_client, connection)

        said = staff_client.get(answer.url).content.decode()
        assert "Kim Sample was created." in said
