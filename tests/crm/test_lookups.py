from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from crm.schema.metadata import Field, Layout, Metadata, Module
from crm.zoho.telling import told_apart
from tests.crm.record_form import add_account, address_of
from tests.support.contacts import TYPED, press
from tests.zoho import SandboxZoho


def sent(zoho: SandboxZoho) -> dict[str, Any]:
    path = "/crm/v8/Contacts/upsert"
    (entry,) = [each for each in zoho.journal() if each["path"] == path]
    record: dict[str, Any] = entry["body"]["data"][0]
    return record


class TestLookup:
    def test_finds_the_record_by_its_name(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        add_account(staff_client, rich, "Example Bakery (North), Ltd")
        account = zoho.crm_records("Accounts")[-1]["id"]

        values = {"Account_Name": "example bakery (north), ltd"}
        press(staff_client, address_of(rich), TYPED | values)

        assert sent(zoho)["Account_Name"] == {"id": account}

    def test_asks_which_one_is_meant(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        add_account(staff_client, rich, "Example Bakery North")
        add_account(staff_client, rich, "Example Bakery South")
        south = zoho.crm_records("Accounts")[-1]["id"]

        page = press(staff_client, address_of(rich), TYPED | {"Account_Name": "Bakery"})

        assert "Choose the Account Name that is meant" in page.content.decode()
        chosen = f"{south}:Example Bakery South"
        assert f'value="{chosen}"' in page.content.decode()
        values = {"Account_Name": "Bakery", "Account_Name-picked": chosen}
        press(staff_client, address_of(rich), TYPED | values)
        assert sent(zoho)["Account_Name"] == {"id": south}

    def test_says_so_when_there_is_none_and_keeps_the_name(
        self, rich: Connection, staff_client: Client
    ) -> None:
        page = press(staff_client, address_of(rich), TYPED | {"Account_Name": "Nobody"})

        form = page.context["form"]
        assert "called “Nobody”" in form.errors["Account_Name"][0]
        assert form["Account_Name"].value() == "Nobody"


class TestSameNames:
    """forms/11: two of one name are told apart, in the list and in the choice."""

    def add_people(self, client: Client, rich: Connection, **values: str) -> None:
        for address in ("john.a@example.com", "john.b@example.com"):
            person = {"First_Name": "John", "Last_Name": "Smith", "Email": address}
            press(client, address_of(rich), person | values)

    def test_have_their_addresses_in_the_list_forms_11(
        self, rich: Connection, staff_client: Client
    ) -> None:
        self.add_people(staff_client, rich)

        page = staff_client.get(
            f"/c/{rich.slug}/crm/Deals/lookup/Contact_Name/", {"q": "John Smith"}
        ).content.decode()

        assert page.count('data-label="John Smith"') == 2
        assert "john.a@example.com" in page
        assert "john.b@example.com" in page

    def test_have_their_addresses_in_the_choice_forms_11(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        self.add_people(staff_client, rich)
        deal = {"Deal_Name": "New kitchen", "Stage": "Qualification"}
        typed = deal | {"Contact_Name": "John Smith"}

        page: Any = press(staff_client, address_of(rich, "Deals"), typed)

        offered = page.context["form"].matches["Contact_Name"]
        john_b = next(each for each in offered if "john.b" in each.details)
        assert ">john.b@example.com" in page.content.decode()
        chosen = {"Contact_Name-picked": f"{john_b.id}:John Smith"}
        press(staff_client, address_of(rich, "Deals"), typed | chosen)
        assert zoho.crm_records("Deals")[-1]["Contact_Name"]["id"] == john_b.id

    @pytest.mark.parametrize(
        ("records", "details"),
        [
            # Two firms of one name: the town says which.
            (
                [{"Billing_City": "Bath"}, {"Billing_City": "York"}],
                ["Bath", "York"],
            ),
            # What is the same for both does not help: more is said.
            (
                [
                    {"Website": "a.example", "Phone": "1", "Billing_City": "Bath"},
                    {"Website": "a.example", "Phone": "1", "Billing_City": "York"},
                ],
                ["1, a.example, Bath", "1, a.example, York"],
            ),
            # Nothing is known of either but when it came.
            (
                [
                    {"Created_Time": "2026-11-02T09:00:00+00:00"},
                    {"Created_Time": "2026-11-03T10:30:00+00:00"},
                ],
                ["added 2 Nov 2026, 09:00", "added 3 Nov 2026, 10:30"],
            ),
            # What is alone of its name needs no more than usual.
            (
                [{"Website": "a.example", "Phone": "1", "Billing_City": "Bath"}],
                ["1, a.example"],
            ),
        ],
    )
    def test_get_the_details_that_they_need_forms_11(
        self, records: list[dict[str, Any]], details: list[str]
    ) -> None:
        types = {"Account_Name": "text", "Website": "website", "Phone": "phone"}
        types["Billing_City"] = "text"
        fields = {name: Field(name, name, kind) for name, kind in types.items()}
        accounts = Module("Accounts", "Account", "Accounts")
        known = Metadata(accounts, fields, (Layout.of(fields),))
        rows = [
            {"id": str(number), "Account_Name": "Smith Ltd"} | each
            for number, each in enumerate(records)
        ]

        found = told_apart(known, rows)

        assert [each.details for each in found] == details


class TestDependentPicklists:
    def test_take_what_goes_together(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        values = {"Region": "Europe", "Country": "Germany", "City": "Berlin"}

        press(staff_client, address_of(rich), TYPED | values)

        assert values.items() <= sent(zoho).items()

    def test_refuse_what_does_not_before_any_write(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        values = {"Region": "Europe", "Country": "Japan"}

        page = press(staff_client, address_of(rich), TYPED | values)

        assert page.context["form"].errors == {
            "Country": ["With Region “Europe”, Country can be: France, Germany."]
        }
        assert {each["method"] for each in zoho.journal()} == {"GET"}

    def test_ask_for_the_one_they_follow(
        self, rich: Connection, staff_client: Client
    ) -> None:
        page = press(staff_client, address_of(rich), TYPED | {"Country": "Japan"})

        assert page.context["form"].errors == {"Region": ["Choose Region too."]}
