"""What CRM refuses is said by its code, with Zoho's words, labels and a way out."""

import re
from html import unescape
from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from crm.models import ModuleSettings
from tests.crm.change_form import opened
from tests.crm.record_form import add_account
from tests.support.contacts import press
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

UPSERT = "/crm/v8/Contacts/upsert"
NASTY = "<script>alert(1)</script>"
RAW = re.compile(r"\b[A-Z][a-z]+_[A-Z0-9]\w+|\b\d{17,20}\b")
TYPED = {"Email": "kim.sample@example.com", "Last_Name": "Sample", "Region": "Europe"}


def error(code: str, message: str = "invalid data", **details: Any) -> dict[str, Any]:
    return {"code": code, "details": details, "message": message, "status": "error"}


def refuse(zoho: SandboxZoho, code: str, message: str = "no", **details: Any) -> None:
    body = {"data": [error(code, message, **details)]}
    zoho.script("POST", UPSERT, {"status": 400, "body": body})


def send(client: Client, rich: Connection, **values: str) -> Any:
    return press(client, f"/c/{rich.slug}/crm/Contacts/new/", TYPED | values)


def errors(page: Any) -> dict[str, list[str]]:
    found: dict[str, list[str]] = page.context["form"].errors
    return found


def said(page: Any) -> str:
    """Return what stands on a page outside its folded details and its inputs."""
    shown = re.sub(
        r"<details.*?</details>", " ", page.content.decode(), flags=re.DOTALL
    )
    words = re.sub(r"<[^>]*>", " ", shown)
    return re.sub(r"\s+", " ", unescape(words))


def details(page: Any) -> dict[str, str]:
    return dict(page.context["refusal"].details)


class TestOfAField:
    def test_says_what_kind_of_value_it_must_be_and_keeps_the_code_forms_13(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        expected = {"api_name": "Phone", "expected_data_type": "phone"}
        refuse(zoho, "INVALID_DATA", "invalid data", **expected)

        page = send(staff_client, rich, Phone="12")

        words = "Phone must be a phone number such as +44 20 7946 0777."
        assert errors(page) == {"Phone": [words]}
        assert details(page)["Zoho's code"] == "INVALID_DATA"
        assert details(page)["Phone"] == "INVALID_DATA, invalid data, Phone"
        assert "INVALID_DATA" in page.content.decode()
        assert "INVALID_DATA" not in said(page)

    def test_quotes_zoho_as_text_where_it_knows_no_better_forms_13(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        message = f"Serial\u202e numbers\n have 8 digits. {NASTY} {'x' * 5_000}"
        refuse(zoho, "PATTERN_NOT_MATCHED", message, api_name="Customer_Number")

        page = send(staff_client, rich, Customer_Number="C-17")

        (words,) = errors(page)["Customer_Number"]
        start = "Zoho does not take this value for Customer Number. Zoho's words: “"
        assert words.startswith(f"{start}Serial numbers have 8 digits. {NASTY} xxx")
        assert len(words) < 350
        assert NASTY not in page.content.decode()

    def test_of_a_listed_value_does_not_call_it_unlisted_forms_04(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        refuse(zoho, "INVALID_DATA", "not in your territory", api_name="Region")

        page = send(staff_client, rich)

        (words,) = errors(page)["Region"]
        assert "not in Zoho's list" not in words
        assert "“not in your territory”" in words

    def test_names_the_field_that_is_missing_by_its_label(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        dependee = {"api_name": "Region"}
        missing = {"api_name": "Country", "dependee": dependee}
        refuse(zoho, "DEPENDENT_FIELD_MISSING", "required when", **missing)

        page = send(staff_client, rich)

        words = "Enter country. Zoho needs it with region."
        assert errors(page) == {"Country": [words]}

    def test_names_each_of_the_fields_that_would_do(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        expected = [{"api_name": "Phone"}, {"api_name": "Mobile"}]
        refuse(zoho, "EXPECTED_FIELD_MISSING", expected_fields=expected)

        page = send(staff_client, rich)

        assert errors(page) == {
            "Phone": [
                "Enter phone or mobile. Zoho needs one of them. Zoho's words: “no”."
            ],
            "Mobile": [
                "Enter mobile or phone. Zoho needs one of them. Zoho's words: “no”."
            ],
        }

    def test_that_asks_for_the_rest_names_it_alone(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        expected = [{"api_name": "Mobile"}]
        refuse(zoho, "EXPECTED_FIELD_MISSING", "", expected_fields=expected)

        page = send(staff_client, rich, Phone="12345")

        words = "Enter mobile. Your CRM layout needs it."
        assert errors(page) == {"Mobile": [words]}

    def test_of_several_stands_beside_each_and_above_the_form(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        several = [
            error("INVALID_DATA", api_name="Phone", maximum_length=30),
            error("INVALID_DATA", api_name="Created_By"),
            error("RECORD_LOCKED", "locked by Ada", api_name="id"),
        ]
        refuse(zoho, "MULTIPLE_OR_MULTI_ERRORS", errors=several)

        page = send(staff_client, rich, Phone="12")

        assert errors(page)["Phone"] == ["Phone must be 30 characters or fewer."]
        of_all = errors(page)["__all__"]
        assert of_all[0].startswith("Zoho does not take this value for Created By.")
        assert of_all[1].startswith("This record is locked in Zoho.")
        assert "“locked by Ada”" in of_all[1]

    @pytest.mark.parametrize(
        ("name", "path", "words"),
        [
            ("Quantity", "Items_1[1].Quantity", "a value in row 2 of a table"),
            ("id", "Unknown_1.id", "a field that the portal does not know"),
            ("Unknown_1", "Unknown_1", "a field that the portal does not know"),
        ],
    )
    def test_that_nobody_knows_is_named_in_the_details_only(
        self,
        name: str,
        path: str,
        words: str,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        place = {"api_name": name, "json_path": f"$.data[0].{path}"}
        refuse(zoho, "INVALID_DATA", **place)

        page = send(staff_client, rich)

        (of_all,) = errors(page)["__all__"]
        assert of_all.startswith(f"Zoho does not take this value for {words}.")
        assert not RAW.findall(said(page))
        assert path.partition("[")[0].partition(".")[0] in details(page)["Field"]

    @pytest.mark.parametrize(
        ("answer", "is_gone"),
        [
            (None, False),
            ({"status": 204, "body": ""}, True),
            ({"status": 400, "body": error("INVALID_DATA", "no such id")}, True),
            ({"status": 404, "body": error("INVALID_URL_PATTERN")}, True),
            ({"status": 403, "body": error("NO_PERMISSION")}, False),
            ({"status": 503, "body": "", "times": 3}, False),
        ],
    )
    def test_of_a_lookup_calls_it_gone_only_where_zoho_lacks_it_e19_forms_13(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
        answer: dict[str, Any] | None,
        is_gone: bool,
    ) -> None:
        add_account(staff_client, rich, "Acme")
        account = zoho.crm_records("Accounts")[-1]["id"]
        if answer:
            zoho.script("GET", f"/crm/v8/Accounts/{account}", answer)
        inner = {"api_name": "id", "json_path": "$.data[0].Account_Name.id"}
        refuse(zoho, "INVALID_DATA", "the filter leaves it out", **inner)

        chosen = {"Account_Name": "Acme", "Account_Name-chosen": f"{account}:Acme"}
        page = send(staff_client, rich, **chosen)

        (words,) = errors(page)["Account_Name"]
        if is_gone:
            assert words == "Acme no longer exists in Zoho. Choose another."
        else:
            assert "no longer exists" not in words
            assert "“the filter leaves it out”" in words


class TestOfARecord:
    @pytest.fixture
    def deal(self, zoho: SandboxZoho, rich: Connection, staff_client: Client) -> str:
        values = {"Deal_Name": "Big one", "Stage": "Qualification"}
        press(staff_client, f"/c/{rich.slug}/crm/Deals/new/", values)
        made = zoho.crm_records("Deals")[-1]["id"]
        return f"/c/{rich.slug}/crm/Deals/{made}/"

    def test_in_a_blueprint_says_so_and_leads_to_zoho_forms_04(
        self, zoho: SandboxZoho, deal: str, staff_client: Client
    ) -> None:
        stage = {"api_name": "Stage", "json_path": "$.data[0].Stage"}
        message = "Stage cannot be updated as it is in the blueprint"
        body = {"data": [error("RECORD_IN_BLUEPRINT", message, **stage)]}
        zoho.script("PUT", "/crm/v8/Deals/*", {"status": 400, "body": body})
        typed = opened(staff_client, deal) | {"Stage": "Closed Lost"}

        page: Any = staff_client.post(f"{deal}change/", typed)

        words = "Zoho lets this stage change only by its blueprint. Change it in Zoho."
        assert errors(page) == {"Stage": [words]}
        refusal = page.context["refusal"]
        assert refusal.url.endswith(deal.partition("/crm/")[2].strip("/"))
        assert f'href="{refusal.url}"' in page.content.decode()
        assert details(page)["Zoho's code"] == "RECORD_IN_BLUEPRINT"
        assert details(page)["Zoho's words"] == message

    @pytest.mark.parametrize(
        ("code", "words"),
        [
            ("RECORD_LOCKED", "Have whoever locked it, or a Zoho admin, unlock it."),
            ("NOT_APPROVED", "Have its approver approve or reject it in Zoho."),
            ("NOT_REVIEWED", "Have its reviewer finish the review in Zoho."),
            ("RECORD_IN_BLUEPRINT", "Make this change in Zoho."),
        ],
    )
    def test_says_who_must_act(
        self,
        code: str,
        words: str,
        zoho: SandboxZoho,
        deal: str,
        staff_client: Client,
    ) -> None:
        body = {"data": [error(code, "kept by Ada", api_name="id")]}
        zoho.script("PUT", "/crm/v8/Deals/*", {"status": 400, "body": body})
        typed = opened(staff_client, deal) | {"Stage": "Closed Lost"}

        page: Any = staff_client.post(f"{deal}change/", typed)

        (of_all,) = errors(page)["__all__"]
        assert words in of_all
        assert "“kept by Ada”" in of_all
        assert "Open in Zoho CRM" in said(page)

    def test_of_rights_waits_and_says_so_e16_forms_13(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        refuse(zoho, "AUTHORIZATION_FAILED", resource_path_index=0)

        answer = send(staff_client, rich)

        page = said(staff_client.get(answer.url))
        assert "The Zoho user behind this connection may not do this" in page
        assert Delivery.objects.get().problem["ref"] == "E16"

    @pytest.mark.parametrize(
        ("code", "ref", "title"),
        [
            ("LIMIT_EXCEEDED", "E22", "Today's Zoho limit is used up"),
            ("DEPENDENT_SERVICE_ERROR", "E24", "Zoho has a problem at the moment"),
            ("INTERNAL_ERROR", "E24", "Zoho has a problem at the moment"),
        ],
    )
    def test_that_may_pass_is_kept_and_said_e22_e24_forms_13(
        self,
        code: str,
        ref: str,
        title: str,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        refuse(zoho, code)

        answer = send(staff_client, rich)

        assert title in said(staff_client.get(answer.url))
        delivery = Delivery.objects.get()
        assert (delivery.problem["ref"], delivery.state) == (ref, "waiting")

    def test_of_a_module_goes_by_its_label_e21(
        self, zoho: SandboxZoho, rich: Connection, admin_client: Client
    ) -> None:
        ModuleSettings.objects.create(connection=rich, module="CustomModule1")
        body = error("INVALID_MODULE", resource_path_index=0)
        upsert = "/crm/v8/CustomModule1/upsert"
        zoho.script("POST", upsert, {"status": 400, "body": body})

        address = f"/c/{rich.slug}/crm/CustomModule1/new/"
        page = press(admin_client, address, {"Name": "Floor Plan 2"})

        (of_all,) = errors(page)["__all__"]
        assert of_all.startswith("Zoho has no Projects for this connection.")
        assert "CustomModule1" not in said(page)

    def test_answered_by_a_page_is_zohos_fault_e24(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", UPSERT, {"status": 403, "body": "<html>no</html>"})

        answer = send(staff_client, rich)

        page = said(staff_client.get(answer.url))
        assert "Zoho has a problem at the moment" in page
        assert "The fault is at Zoho (403)." in page


class TestPageOfADelivery:
    def test_lists_the_objections_by_label(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        several = [
            error("MANDATORY_NOT_FOUND", api_name="Customer_Number"),
            error("INVALID_DATA", "only for Ada", api_name="Region"),
        ]
        refuse(zoho, "MULTIPLE_OR_MULTI_ERRORS", errors=several)
        send(staff_client, rich)
        delivery = Delivery.objects.get()

        page = staff_client.get(delivery.get_absolute_url())

        words = said(page)
        assert "Zoho does not take this value for region." in words
        assert "“only for Ada”" in words
        assert "Customer Number" in words
        assert not RAW.findall(words)
