from typing import Any

from django.test import Client

from connections.models import Connection
from tests.crm.test_contact import press
from tests.zoho import SandboxZoho

TYPED = {"Email": "kim.sample@example.com", "Last_Name": "Sample"}


def form_of(rich: Connection, module: str = "Contacts") -> str:
    return f"/c/{rich.slug}/crm/{module}/new/"


def add_account(client: Client, rich: Connection, name: str) -> None:
    press(client, form_of(rich, "Accounts"), {"Account_Name": name})


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
        press(staff_client, form_of(rich), TYPED | values)

        assert sent(zoho)["Account_Name"] == {"id": account}

    def test_asks_which_one_is_meant(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        add_account(staff_client, rich, "Example Bakery North")
        add_account(staff_client, rich, "Example Bakery South")
        south = zoho.crm_records("Accounts")[-1]["id"]

        page = press(staff_client, form_of(rich), TYPED | {"Account_Name": "Bakery"})

        assert "Choose the Account Name that is meant" in page.content.decode()
        chosen = f"{south}:Example Bakery South"
        assert f'value="{chosen}"' in page.content.decode()
        values = {"Account_Name": "Bakery", "Account_Name-picked": chosen}
        press(staff_client, form_of(rich), TYPED | values)
        assert sent(zoho)["Account_Name"] == {"id": south}

    def test_says_so_when_there_is_none_and_keeps_the_name(
        self, rich: Connection, staff_client: Client
    ) -> None:
        page = press(staff_client, form_of(rich), TYPED | {"Account_Name": "Nobody"})

        form = page.context["form"]
        assert "called “Nobody”" in form.errors["Account_Name"][0]
        assert form["Account_Name"].value() == "Nobody"


class TestDependentPicklists:
    def test_take_what_goes_together(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        values = {"Region": "Europe", "Country": "Germany", "City": "Berlin"}

        press(staff_client, form_of(rich), TYPED | values)

        assert values.items() <= sent(zoho).items()

    def test_refuse_what_does_not_before_any_write(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        values = {"Region": "Europe", "Country": "Japan"}

        page = press(staff_client, form_of(rich), TYPED | values)

        assert page.context["form"].errors == {
            "Country": ["With Region “Europe”, Country can be: France, Germany."]
        }
        assert {each["method"] for each in zoho.journal()} == {"GET"}

    def test_ask_for_the_one_they_follow(
        self, rich: Connection, staff_client: Client
    ) -> None:
        page = press(staff_client, form_of(rich), TYPED | {"Country": "Japan"})

        assert page.context["form"].errors == {"Region": ["Choose Region too."]}
