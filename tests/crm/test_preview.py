"""What a save will do is shown before it is sent, and only that is sent."""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from crm.models import ModuleSettings
from tests.crm import module_page
from tests.support.contacts import CONTACT, SEARCH, TYPED, agree, look, press, send, url
from tests.support.deliveries import UPSERT
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery


def upserts(zoho: SandboxZoho) -> list[dict[str, Any]]:
    return [each["body"] for each in zoho.journal() if each["path"] == UPSERT]


def changes(zoho: SandboxZoho) -> list[tuple[str, Any]]:
    """Return which records were changed, and what each was given."""
    puts = [each for each in zoho.journal() if each["method"] == "PUT"]
    return [(each["path"].rpartition("/")[2], each["body"]["data"]) for each in puts]


def stored(zoho: SandboxZoho) -> dict[str, Any]:
    rows = zoho.crm_records("Contacts")
    return next(row for row in rows if row.get("Email") == TYPED["Email"])


class TestPreviewR14:
    def test_says_that_a_contact_will_be_new(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = look(staff_client, connection)

        assert "Will create a new contact" in page.content.decode()
        assert upserts(zoho) == []
        assert not Delivery.objects.exists()

    def test_names_the_contact_and_only_what_changes(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)

        page = look(staff_client, connection, First_Name="Kimberly")

        shown = page.context["preview"]
        assert "Will update Kim Sample, changed" in page.content.decode()
        assert [(c.label, c.old, c.new) for c in shown.changes] == [
            ("First Name", "Kim", "Kimberly")
        ]
        assert [each.api_name for each in shown.kept] == ["Mobile"]

    def test_is_what_is_sent_and_nothing_else_r05(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)
        typed = {"First_Name": "Kim", "Title": "Manager"}
        page = look(staff_client, connection, **typed)

        agree(staff_client, connection, page)

        assert changes(zoho) == [(stored(zoho)["id"], [{"Title": "Manager"}])]
        assert stored(zoho)["Mobile"] == CONTACT["Mobile"]

    def test_clears_only_what_is_ticked(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection, Phone="+49 30 1")
        page = look(staff_client, connection)
        kept = {each.api_name for each in page.context["preview"].kept}
        assert kept == {"First_Name", "Phone", "Mobile"}

        agree(staff_client, connection, page, clear=["Phone", "Last_Name", "Owner"])

        assert stored(zoho)["Phone"] is None
        assert stored(zoho)["Mobile"] == CONTACT["Mobile"]
        assert stored(zoho)["Last_Name"] == "Sample"

    def test_is_made_anew_when_something_else_is_typed(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = look(staff_client, connection)

        again = agree(staff_client, connection, page, Last_Name="Other")

        assert "Will create a new contact" in again.content.decode()
        assert upserts(zoho) == []

    def test_of_another_person_counts_for_nothing(
        self, connection: Connection, staff_client: Client, admin_client: Client
    ) -> None:
        seen = look(admin_client, connection).context["seen"]

        page = look(staff_client, connection, seen=seen)

        assert page.context["preview"]
        assert not Delivery.objects.exists()

    def test_does_not_believe_what_only_contains_the_address(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        row = {"id": "1", "Email": f"not.{TYPED['Email']}", "Last_Name": "Other"}
        answer = {"status": 200, "body": {"data": [row], "info": {}}}
        zoho.script("GET", SEARCH, answer)

        page = look(staff_client, connection)

        assert page.context["preview"].shown is None

    def test_finds_the_address_whatever_its_case(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)

        page = look(staff_client, connection, Email=TYPED["Email"].upper())

        assert page.context["preview"].shown.record_id == stored(zoho)["id"]

    def test_is_not_in_the_way_when_zoho_cannot_be_asked(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", SEARCH, *[{"status": 503, "body": "<p>"}] * 3)

        page = look(staff_client, connection)

        assert "We could not look" in page.content.decode()
        answer: Any = agree(staff_client, connection, page)
        assert answer.status_code == 302
        assert Delivery.objects.get().state == "done"

    def test_costs_one_call_and_the_save_two(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        staff_client.get(url(connection))
        zoho.clear_journal()

        send(staff_client, connection)

        assert [(e["method"], e["path"]) for e in zoho.journal()] == [
            ("GET", SEARCH),
            # Whether it is still so: the search may lag.
            ("GET", "/crm/v8/Contacts"),
            ("POST", UPSERT),
        ]

    def test_comes_alone_for_the_script_that_asks_for_it(
        self, connection: Connection, staff_client: Client
    ) -> None:
        page: Any = staff_client.get(url(connection))
        values = TYPED | {"form_key": page.context["form_key"]}

        answer = staff_client.post(
            url(connection), values, headers={"X-Fragment": "preview"}
        )

        assert answer.headers["X-Fragment"] == "preview"
        assert "<html" not in answer.content.decode()
        wrong = values | {"Email": "nobody"}
        page = staff_client.post(
            url(connection), wrong, headers={"X-Fragment": "preview"}
        )
        assert "X-Fragment" not in page.headers


class TestAutomation:
    def test_runs_unless_an_admin_says_no(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)
        ModuleSettings.objects.create(
            connection=connection, module="Contacts", runs_automation=False
        )

        send(staff_client, connection, First_Name="Kimberly")

        (first,) = upserts(zoho)
        (second,) = [each for each in zoho.journal() if each["method"] == "PUT"]
        assert "trigger" not in first
        assert second["body"]["trigger"] == []


@pytest.mark.usefixtures("version")
class TestInsert:
    def insert(self, connection: Connection, client: Client, zoho: SandboxZoho) -> Any:
        send(client, connection)
        ModuleSettings.objects.create(
            connection=connection, module="Contacts", may_insert=True
        )
        page = look(client, connection, First_Name="Kim")
        assert "Create another one instead" in page.content.decode()
        page = agree(client, connection, page, target="new")
        said = page.content.decode()
        assert "Will create a new contact" in said
        assert "Kim Sample stays as it is." in said
        return agree(client, connection, page)

    def test_makes_a_second_one_where_an_admin_allows(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        self.insert(connection, staff_client, zoho)

        rows = zoho.crm_records("Contacts")
        same = [row for row in rows if row.get("Email") == TYPED["Email"]]
        assert len(same) == 2

    def test_is_not_to_be_had_otherwise(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)
        page = look(staff_client, connection, First_Name="Kimberly")

        page = agree(staff_client, connection, page, target="new")
        agree(staff_client, connection, page)

        assert page.context["preview"].shown.record_id == stored(zoho)["id"]
        rows = zoho.crm_records("Contacts")
        assert len([row for row in rows if row.get("Email") == TYPED["Email"]]) == 1

    def test_whose_answer_was_lost_is_found_by_its_content(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", "/crm/v*/Contacts", {"drop": "after"})
        self.insert(connection, staff_client, zoho)
        delivery = Delivery.objects.first()
        assert delivery
        assert delivery.state == "unknown"
        page = staff_client.get(delivery.get_absolute_url()).content.decode()
        assert "Look for: <strong>Contact Kim Sample</strong>." in page
        assert "It carries the reference" not in page

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "done"
        rows = zoho.crm_records("Contacts")
        assert len([row for row in rows if row.get("Email") == TYPED["Email"]]) == 2


@pytest.mark.usefixtures("version")
class TestOtherModules:
    def test_are_saved_by_their_own_duplicate_field(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        deal = {"Deal_Name": "New kitchen", "Amount": "1200.50", "Stage": "Closed Won"}

        press(staff_client, f"/c/{rich.slug}/crm/Deals/new/", deal)

        (entry,) = [e for e in zoho.journal() if e["method"] == "POST"]
        assert entry["path"].endswith("/Deals/upsert")
        assert entry["body"] == {
            "data": [deal | {"Amount": 1200.5}],
            "duplicate_check_fields": ["Deal_Name"],
        }

    def test_of_an_organisations_own_are_opened_by_an_admin(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        address = f"/c/{rich.slug}/crm/CustomModule1/new/"
        assert staff_client.get(address).status_code == 404
        page = module_page.opened(admin_client, rich, "CustomModule1")
        values = module_page.filled_in(page, is_used="on")
        admin_client.post(module_page.address(rich, "CustomModule1"), values)

        press(staff_client, address, {"Name": "Roof", "Phase": "Building"})

        (record,) = zoho.crm_records("CustomModule1")[-1:]
        assert (record["Name"], record["Phase"]) == ("Roof", "Building")

    def test_that_zoho_does_not_have_look_like_pages_that_are_not_there(
        self, rich: Connection, admin_client: Client
    ) -> None:
        ModuleSettings.objects.create(connection=rich, module="settings")

        for name in ("settings", "Nothing", "org"):
            address = f"/c/{rich.slug}/crm/{name}/new/"
            assert admin_client.get(address).status_code == 404
