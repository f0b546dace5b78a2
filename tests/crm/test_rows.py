"""Rows of a field: read with their columns' labels, and edited cell by cell."""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from tests.crm.as_browser import form_of
from tests.support.connected import connected
from tests.support.deals import NEEDED, Deal, puts
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

FIELDS = "/crm/v8/settings/fields"
FRENCH = {
    "id": "5550001",
    "Language": "French",
    "Level": "Klingon",
    "Since": "0001-01-01",
    "Certificate": [{"id": "7", "File_Name__s": "c.pdf", "File_Id__s": "f"}],
    "Internal_Code": "x1",
    "Modified_Time": "2026-01-01T00:00:00+00:00",
}
WELSH = {"id": "5550002", "Language": "Welsh", "Level": "Basic", "Since": None}
ROWS = [FRENCH, WELSH]


@pytest.fixture
def deal(zoho: SandboxZoho, grown: Connection, staff_client: Client) -> Deal:
    return Deal(zoho, staff_client, grown, Languages_Known=ROWS)


class TestRead:
    def test_by_the_labels_of_their_columns_forms_09(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        row = {
            "id": "1",
            "Language": "French",
            "Is_Certified": True,
            "Since": "2020-05-01",
        }
        deal = zoho.put_crm_record("Deals", **NEEDED, Languages_Known=[row])

        page = staff_client.get(f"/c/{grown.slug}/crm/Deals/{deal['id']}/")

        said = page.content.decode()
        assert "Certified" in said
        assert "1 May 2020" in said
        assert "Is Certified" not in said
        assert "Is_Certified" not in said

    def test_are_shown_though_zoho_does_not_tell_their_columns(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        refused = {"status": 403, "body": {"code": "NO_PERMISSION", "status": "error"}}
        # The module's own fields are told, those of its rows are not.
        zoho.script("GET", FIELDS, {"apply": True}, refused)

        deal = Deal(zoho, staff_client, grown, Languages_Known=ROWS)

        said = deal.page.content.decode()
        assert "What the rows of these are made of" in said
        assert "Languages_Known-5550001-Level" not in deal.form
        page = staff_client.get(deal.address.removesuffix("change/"))
        assert "Language: French" in page.content.decode()


class TestChange:
    def test_of_one_cell_sends_it_alone_and_names_the_others(
        self, zoho: SandboxZoho, deal: Deal
    ) -> None:
        answer = deal.save(**{"Languages_Known-5550002-Level": "Native"})

        assert answer.status_code == 302
        rows = [{"id": "5550001"}, {"id": "5550002", "Level": "Native"}]
        assert puts(zoho) == [[{"Languages_Known": rows}]]
        french, welsh = deal.now["Languages_Known"]
        # Odd old values, columns without input and what no column tells of survive.
        assert french == FRENCH
        assert welsh == WELSH | {"Level": "Native"}
        assert Delivery.objects.get().state == "done"

    def test_leaves_out_what_are_too_many_rows_for_a_page(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        many = [WELSH | {"id": str(number)} for number in range(1, 201)]
        deal = Deal(zoho, staff_client, grown, Languages_Known=many)
        assert "These are many rows." in deal.page.content.decode()
        assert len(deal.form) < 1_000

        deal.save(**{"Languages_Known-3-Level": "Native"})

        wanted = [
            row | {"Level": "Native"} if row["id"] == "3" else row for row in many
        ]
        assert deal.now["Languages_Known"] == wanted

    def test_of_another_field_leaves_rows_alone(
        self, zoho: SandboxZoho, deal: Deal
    ) -> None:
        deal.save(Deal_Name="Newer kitchen")

        assert puts(zoho) == [[{"Deal_Name": "Newer kitchen"}]]

    def test_of_nothing_sends_nothing(self, zoho: SandboxZoho, deal: Deal) -> None:
        answer = deal.save()

        assert "Nothing was changed" in answer.content.decode()
        assert puts(zoho) == []

    def test_empties_a_cell(self, zoho: SandboxZoho, deal: Deal) -> None:
        deal.save(**{"Languages_Known-5550002-Level": ""})

        assert deal.languages() == [("French", "Klingon"), ("Welsh", None)]

    def test_takes_a_row_out(self, zoho: SandboxZoho, deal: Deal) -> None:
        deal.save(**{"Languages_Known-5550001-gone": "on"})

        rows = [{"id": "5550001", "_delete": None}, {"id": "5550002"}]
        assert puts(zoho) == [[{"Languages_Known": rows}]]
        assert deal.languages() == [("Welsh", "Basic")]

    @pytest.mark.parametrize("replaces", [False, True])
    def test_adds_a_row_whether_zoho_keeps_unnamed_rows_or_not(
        self,
        zoho: SandboxZoho,
        admin: User,
        staff: User,
        staff_client: Client,
        replaces: bool,
    ) -> None:
        way = {"name": "Grown Ltd", "sample": "grown", "rows_replace": replaces}
        zoho.reset(crm_organizations=[way])
        grown = connected(zoho, admin, staff, ["crm.contacts", "crm.records"])
        deal = Deal(zoho, staff_client, grown, Languages_Known=ROWS)

        more = staff_client.post(
            deal.address, deal.form | {"add-row": "Languages_Known"}
        )

        assert more.status_code == 200
        form = form_of(more)
        assert form["Languages_Known-new0-Language"] == [""]
        assert "Enter Language" not in more.content.decode()
        deal.form = form
        deal.save(**{"Languages_Known-new0-Language": "Irish"})
        rows = [{"id": "5550001"}, {"id": "5550002"}, {"Language": "Irish"}]
        assert puts(zoho) == [[{"Languages_Known": rows}]]
        assert deal.languages()[2] == ("Irish", None)

    def test_keeps_what_was_typed_while_a_row_is_added(self, deal: Deal) -> None:
        deal.form["Languages_Known-5550002-Level"] = ["Native"]
        deal.form["Deal_Name"] = ["Other"]

        more = deal.save(**{"add-row": "Languages_Known"})

        form = form_of(more)
        assert form["Languages_Known-5550002-Level"] == ["Native"]
        assert form["Deal_Name"] == ["Other"]

    def test_does_without_new_rows_that_stay_empty_or_are_taken_out(
        self, zoho: SandboxZoho, deal: Deal
    ) -> None:
        new = {
            "Languages_Known-new0-Language": "",
            "Languages_Known-new1-Language": "Irish",
            "Languages_Known-new2-Language": "Manx",
            "Languages_Known-new2-gone": "on",
        }

        deal.save(**new)

        assert [name for name, _ in deal.languages()] == ["French", "Welsh", "Irish"]

    def test_asks_for_what_a_new_row_lacks_beside_it(
        self, zoho: SandboxZoho, deal: Deal
    ) -> None:
        answer = deal.save(**{"Languages_Known-new0-Level": "Basic"})

        errors = answer.context["form"].errors
        assert errors == {"Languages_Known-new0-Language": ["Enter Language."]}
        assert puts(zoho) == []

    def test_finds_the_record_that_a_cell_leads_to(
        self, zoho: SandboxZoho, deal: Deal
    ) -> None:
        school = zoho.put_crm_record("Accounts", Account_Name="Bath school")

        deal.save(**{"Languages_Known-5550002-School": "Bath school"})

        rows = [{"id": "5550001"}, {"id": "5550002", "School": {"id": school["id"]}}]
        assert puts(zoho) == [[{"Languages_Known": rows}]]

    def test_offers_records_for_a_cell_while_somebody_types(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        zoho.put_crm_record("Accounts", Account_Name="Bath school")
        cell = "Languages_Known-5550002-School"

        found = staff_client.get(f"/c/{grown.slug}/crm/Deals/lookup/{cell}/?q=Bath")

        assert "Bath school" in found.content.decode()


class TestRefusal:
    @pytest.mark.parametrize(
        ("number", "place"),
        [(1, "Languages_Known-5550002-Level"), (2, "Languages_Known-new1-Level")],
    )
    def test_of_a_cell_stands_beside_it_replies_22(
        self, zoho: SandboxZoho, deal: Deal, number: int, place: str
    ) -> None:
        where = f"$.data[0].Languages_Known[{number}].Level"
        details = {"api_name": "Level", "json_path": where}
        item = {"code": "INVALID_DATA", "status": "error", "message": "invalid data"}
        refused = {"status": 400, "body": {"data": [item | {"details": details}]}}
        zoho.script("PUT", f"/crm/v8/Deals/{deal.before['id']}", refused)

        answer = deal.save(
            **{
                "Languages_Known-5550002-Level": "Native",
                "Languages_Known-new0-Language": "",
                "Languages_Known-new1-Language": "Irish",
                "Languages_Known-new1-Level": "Basic",
            }
        )

        errors = answer.context["form"].errors
        assert list(errors) == [place]
        assert "value for level" in errors[place][0]
        assert form_of(answer)["Languages_Known-5550002-Level"] == ["Native"]

    def test_is_told_with_its_row_where_there_is_no_form(
        self, zoho: SandboxZoho, deal: Deal, staff_client: Client
    ) -> None:
        where = "$.data[0].Languages_Known[1].Is_Certified"
        details = {"api_name": "Is_Certified", "json_path": where}
        item = {"code": "INVALID_DATA", "status": "error", "message": "invalid data"}
        refused = {"status": 400, "body": {"data": [item | {"details": details}]}}
        zoho.script("PUT", f"/crm/v8/Deals/{deal.before['id']}", refused)
        deal.save(**{"Languages_Known-5550002-Level": "Native"})

        page = staff_client.get(Delivery.objects.get().get_absolute_url())

        words = "for Certified in row 2 of Languages Known"
        assert words in page.content.decode()


class TestMeanwhile:
    def colleague(self, zoho: SandboxZoho, deal: Deal, rows: list[Any]) -> None:
        zoho.put_crm_record(
            "Deals",
            **deal.now
            | {"Languages_Known": rows, "Modified_Time": "2030-01-01T00:00:00+00:00"},
        )

    def test_another_row_is_a_colleagues_own_business(
        self, zoho: SandboxZoho, deal: Deal
    ) -> None:
        self.colleague(zoho, deal, [FRENCH | {"Level": "Basic"}, WELSH])

        deal.save(**{"Languages_Known-5550002-Level": "Native"})

        assert deal.languages() == [("French", "Basic"), ("Welsh", "Native")]

    def test_the_same_cell_is_asked_about(self, zoho: SandboxZoho, deal: Deal) -> None:
        self.colleague(zoho, deal, [FRENCH, WELSH | {"Level": "Fluent"}])

        answer = deal.save(**{"Languages_Known-5550002-Level": "Native"})

        assert "Somebody else changed this record" in answer.content.decode()
        assert form_of(answer)["Languages_Known-5550002-Level"] == ["Native"]
        assert puts(zoho) == []

    def test_a_row_whose_answer_was_lost_is_not_added_twice(
        self, zoho: SandboxZoho, deal: Deal, staff_client: Client
    ) -> None:
        zoho.script("PUT", f"/crm/v8/Deals/{deal.before['id']}", {"drop": "after"})
        deal.save(**{"Languages_Known-new0-Language": "Irish"})
        delivery = Delivery.objects.get()
        assert delivery.state == "waiting"

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "done"
        assert [name for name, _ in deal.languages()] == ["French", "Welsh", "Irish"]


class TestNewRecord:
    def test_has_its_rows_and_links(
        self, zoho: SandboxZoho, grown: Connection, staff_client: Client
    ) -> None:
        account = zoho.put_crm_record("Accounts", Account_Name="Acme")
        address = f"/c/{grown.slug}/crm/Deals/new/"
        form = form_of(staff_client.get(address)) | NEEDED
        form |= {
            "Languages_Known-new0-Language": "Irish",
            "Languages_Known-new1-Language": "Manx",
            "Partners-new0-Partner": "Acme",
        }
        shown: Any = staff_client.post(address, form)
        assert "Language: Irish; Language: Manx" in shown.content.decode()

        staff_client.post(address, form_of(shown))

        record = zoho.crm_records("Deals")[-1]
        assert [row["Language"] for row in record["Languages_Known"]] == [
            "Irish",
            "Manx",
        ]
        (partner,) = record["Partners"]
        assert partner["Partner"] == {"id": account["id"], "name": "Acme"}


class TestLinks:
    """Lookups and people of which several can be chosen."""

    HELD = {
        "Partners": [{"id": "91", "Partner": {"id": "5", "name": "Old partner"}}],
        "Suppliers": [{"id": "92", "Supplier": {"id": "6", "name": "Old supplier"}}],
    }

    @pytest.fixture
    def deal(self, zoho: SandboxZoho, grown: Connection, staff_client: Client) -> Deal:
        return Deal(zoho, staff_client, grown, **self.HELD)

    def test_are_added_beside_those_that_are_there(
        self, zoho: SandboxZoho, deal: Deal
    ) -> None:
        account = zoho.put_crm_record("Accounts", Account_Name="Acme")

        deal.save(**{"Partners-new0-Partner": "Acme"})

        rows = [{"id": "91"}, {"Partner": {"id": account["id"]}}]
        assert puts(zoho) == [[{"Partners": rows}]]

    def test_are_taken_out(self, zoho: SandboxZoho, deal: Deal) -> None:
        assert "Old partner" in deal.page.content.decode()

        deal.save(**{"Partners-91-gone": "on"})

        assert puts(zoho) == [[{"Partners": [{"id": "91", "_delete": None}]}]]

    def test_of_people_are_chosen(self, zoho: SandboxZoho, deal: Deal) -> None:
        people = deal.page.context["form"].plan.users

        deal.save(**{"Team-new0-Member": people[0].actual})

        assert puts(zoho) == [[{"Team": [{"Member": {"id": people[0].actual}}]}]]

    def test_that_metadata_gives_no_way_to_write_are_shown(
        self, grown: Connection, staff_client: Client, deal: Deal
    ) -> None:
        assert not [name for name in deal.form if name.startswith("Suppliers")]
        page = staff_client.get(deal.address.removesuffix("change/"))
        assert "Old supplier" in page.content.decode()
