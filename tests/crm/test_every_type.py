from fnmatch import fnmatch
from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from tests.crm.every_type import TYPES, UPSERT, sent
from tests.crm.record_form import address_of
from tests.openapi.normaliser import FOLDER, errors, folder, request_schema
from tests.support.contacts import press
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

NEEDED = {"Email": "kim.sample@example.com", "Last_Name": "Sample"}
WRONG: list[tuple[str, Any, str]] = [
    ("First_Name", "x" * 41, "First Name must be 40 characters or fewer."),
    ("Notes_on_Access", "x" * 2_001, "2000 characters or fewer"),
    ("Second_Email", "nobody", "an e-mail address such as name@example.com"),
    ("Second_Email", f"{'x' * 100}@example.com", "100 characters or fewer"),
    ("Door_Phone", "0" * 31, "30 characters or fewer"),
    ("Portfolio", "not a web address", "a web address such as https://example.com"),
    ("Portfolio", "javascript:alert(1)", "a web address such as"),
    ("Language", "Klingon", "Choose one of the values of sprache"),
    ("Interests", ["Garden", "Cellar"], "Choose one of the values of interessen"),
    ("Is_Reseller", "perhaps", "Choose one of the values"),
    ("Customer_Since", "2023-02-29", "a date such as 31/12/2026"),
    ("Customer_Since", "0001-01-01", "must be in a year such as 2026"),
    ("Next_Visit", "tomorrow", "a day and a time such as"),
    ("Next_Visit", "9999-12-31T23:59", "must be in a year such as 2026"),
    ("Visits", "1.5", "a whole number such as 12"),
    ("Visits", "1234567890", "9 digits or fewer"),
    ("Meter_Reading", "12a", "a whole number such as 12"),
    ("Meter_Reading", "1" * 19, "18 digits or fewer"),
    ("Distance", "NaN", "a number such as 1234.56"),
    ("Distance", "1.2345", "3 digits or fewer after the point"),
    ("Credit_Limit", "1,5", "a number such as 1234.56"),
    ("Credit_Limit", "1234567890123456.78", "more digits than can be sent exactly"),
    ("Credit_Limit", "1" * 17, "16 digits or fewer before the point"),
    ("Discount", "a lot", "a number such as 12.5"),
    ("Tag", "x" * 26, "25 characters or fewer"),
    ("Agent", "1", "Choose one of the values"),
    ("Project", "Nothing like that", "Zoho knows no Project called"),
]


def writes(zoho: SandboxZoho) -> list[dict[str, Any]]:
    return [each for each in zoho.journal() if each["method"] in ("POST", "PUT")]


@pytest.mark.usefixtures("version")
class TestEveryType:
    @pytest.mark.parametrize("data_type", TYPES)
    def test_arrives_in_zohos_form(
        self, data_type: str, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        field, typed, arrives = TYPES[data_type]

        press(staff_client, address_of(rich), NEEDED | {field: typed})

        # A default of the layout comes with every new record.
        found = {name: sent(zoho)[name] for name in (*NEEDED, field)}
        assert found == NEEDED | {field: arrives}
        assert Delivery.objects.get().state == "done"

    def test_has_an_input(self, rich: Connection, staff_client: Client) -> None:
        page: Any = staff_client.get(address_of(rich))

        form = page.context["form"]
        types = {form.meta(name).data_type for name in form.fields}
        assert types >= {*TYPES, "lookup", "ownerlookup", "userlookup"}
        said = page.content.decode()
        assert "Not supported here" in said
        assert "Suppliers" in said

    def test_fits_zohos_description_of_the_request(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        if folder() is None:
            pytest.skip(f"{FOLDER} does not name a folder with Zoho's OpenAPI files")
        everything = {field: typed for field, typed, _ in TYPES.values()}

        press(staff_client, address_of(rich), NEEDED | everything)

        (entry,) = [each for each in zoho.journal() if fnmatch(each["path"], UPSERT)]
        schema = request_schema("crm-v8/record.json", "/{module}/upsert", "POST")
        assert [error.message for error in errors(schema, entry["body"])] == []


class TestWrongValue:
    @pytest.mark.parametrize(
        ("field", "typed", "words"),
        WRONG,
        ids=[f"{w[0]}-{i}" for i, w in enumerate(WRONG)],
    )
    def test_is_refused_beside_its_field_before_any_write(
        self,
        field: str,
        typed: Any,
        words: str,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        page = press(staff_client, address_of(rich), NEEDED | {field: typed})

        form = page.context["form"]
        assert list(form.errors) == [field]
        assert words in form.errors[field][0]
        assert form[field].value() == typed
        assert writes(zoho) == []
        assert not Delivery.objects.exists()
