"""Records that share a value: the one that was shown is the one that is written."""

from operator import itemgetter
from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from crm.models import ModuleSettings
from tests.crm.record_form import Form, effects, keep
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

FAMILY = "family@example.com"
PHONE = "+44 20 7946 0777"
TYPED = {"Email": FAMILY, "Last_Name": "Child", "First_Name": "Kim", "Phone": PHONE}


def now(zoho: SandboxZoho, record_id: str, module: str = "Contacts") -> dict[str, Any]:
    rows = zoho.crm_records(module)
    return next(row for row in rows if row["id"] == record_id)


@pytest.fixture
def parent(zoho: SandboxZoho, connection: Connection) -> str:
    return keep(zoho, First_Name="Kim", Last_Name="Parent", Email=FAMILY, Phone="old")


@pytest.fixture
def child(zoho: SandboxZoho, parent: str) -> str:
    account = {"name": "Example Bakery", "id": "77"}
    about = {"Last_Name": "Child", "Email": FAMILY, "Phone": "old"}
    return keep(zoho, First_Name="Kim", Account_Name=account, **about)


class TestSharedAddressForms01:
    def test_is_asked_about_and_the_one_that_is_chosen_is_written(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        parent: str,
        child: str,
        staff_client: Client,
    ) -> None:
        before = now(zoho, parent)
        form = Form(staff_client, connection)

        form.send(**TYPED)

        assert "Several contacts have the same Email. Which one is meant?" in form.said
        names = [each.record.name for each in form.page.context["candidates"]]
        assert names == ["Kim Child", "Kim Parent"]
        assert "family@example.com, Example Bakery, changed just now" in form.said
        form.send(target=child)
        assert "Will update Kim Child, changed just now" in form.said
        form.send()
        assert "Kim Child was updated. 1 field changed." in form.said
        assert effects(zoho) == [f"updated Contacts {child}"]
        assert now(zoho, child)["Phone"] == PHONE
        assert now(zoho, parent) == before
        assert f"/Contacts/{child}" in Delivery.objects.get().outcome["url"]

    @pytest.mark.usefixtures("parent", "child")
    def test_goes_nowhere_until_one_is_chosen(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form = Form(staff_client, connection)
        form.send(**TYPED)

        form.send()
        form.send(target="4711")

        assert "Choose one of them, or a new one." in form.said
        assert effects(zoho) == []
        assert not Delivery.objects.exists()

    def test_may_get_a_new_one_beside_the_others(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        parent: str,
        child: str,
        staff_client: Client,
    ) -> None:
        before = [now(zoho, each) for each in (parent, child)]
        form = Form(staff_client, connection)
        form.send(**TYPED)

        form.send(target="new")

        assert "Will create a new contact" in form.said
        assert "Kim Child, Kim Parent stay as they are." in form.said
        form.send()
        assert "Kim Child was created." in form.said
        assert [now(zoho, each) for each in (parent, child)] == before
        (effect,) = effects(zoho)
        assert effect.startswith("created Contacts")

    def test_of_leads_is_no_different(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        office = "info@acme.example.com"
        leads = [
            keep(zoho, "Leads", Last_Name=name, Email=office, Company="Acme")
            for name in ("One", "Two", "Three")
        ]
        form = Form(staff_client, rich, "Leads")

        form.send(Email=office, Last_Name="Two", Company="Acme", Phone=PHONE)
        form.send(target=leads[1])
        form.send()

        assert effects(zoho) == [f"updated Leads {leads[1]}"]
        phones = [now(zoho, each, "Leads").get("Phone") for each in leads]
        assert phones == [None, PHONE, None]

    def test_is_asked_about_where_two_fields_find_two(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        by_address = keep(zoho, Last_Name="Address", Email=FAMILY)
        by_number = keep(zoho, Last_Name="Number", Customer_Number="C-17")
        form = Form(staff_client, rich)

        form.send(**TYPED, Customer_Number="c-17")

        assert {each.record.id for each in form.page.context["candidates"]} == {
            by_address,
            by_number,
        }

    def test_that_somebody_else_changed_meanwhile_is_shown_anew(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        child: str,
        staff_client: Client,
    ) -> None:
        form = Form(staff_client, connection)
        form.send(**TYPED)
        form.send(target=child)
        zoho.put_crm_record("Contacts", id=child, Phone="theirs")

        form.send()

        assert "Somebody else changed this record meanwhile" in form.said
        (change,) = form.page.context["preview"].changes
        assert (change.label, change.old, change.new) == ("Phone", "theirs", PHONE)
        assert now(zoho, child)["Phone"] == "theirs"
        form.send()
        assert now(zoho, child)["Phone"] == PHONE

    def test_of_one_that_vanished_meanwhile_is_shown_anew(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        parent: str,
        child: str,
        staff_client: Client,
    ) -> None:
        form = Form(staff_client, connection)
        form.send(**TYPED)
        form.send(target=child)
        zoho.remove_crm_record("Contacts", child)

        form.send()

        assert "This record is not in Zoho any more" in form.said
        assert form.page.context["preview"].name == "Kim Parent"
        assert now(zoho, parent)["Phone"] == "old"

    def test_of_one_that_vanished_after_the_look_is_shown_anew(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        parent: str,
        child: str,
        staff_client: Client,
    ) -> None:
        form = Form(staff_client, connection)
        form.send(**TYPED)
        form.send(target=child)
        as_it_was = {"status": 200, "body": {"data": [now(zoho, child)]}}
        zoho.script("GET", f"/crm/v8/Contacts/{child}", as_it_was)
        zoho.remove_crm_record("Contacts", child)

        form.send()

        assert "This record is not in Zoho any more" in form.said
        assert form.page.context["preview"].name == "Kim Parent"
        assert now(zoho, parent)["Phone"] == "old"

    def test_is_told_while_the_form_is_filled_in(
        self,
        connection: Connection,
        parent: str,
        child: str,
        staff_client: Client,
    ) -> None:
        address = f"/c/{connection.slug}/crm/Contacts/found/"

        said = staff_client.post(address, TYPED).content.decode()

        assert "2 contacts in Zoho have this Email." in said
        assert parent not in said
        assert child not in said


class TestSaveThatFoundARecord:
    def test_is_believed_only_where_zoho_names_that_one(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        parent: str,
        staff_client: Client,
    ) -> None:
        form = Form(staff_client, connection)
        form.send(**TYPED)
        item = {"code": "SUCCESS", "details": {"id": "4711"}, "status": "success"}
        answer = {"status": 200, "body": {"data": [item]}}
        zoho.script("PUT", f"/crm/v8/Contacts/{parent}", answer)

        form.send()

        assert "Zoho changed another record than Kim Parent: look at it." in form.said

    @pytest.mark.usefixtures("parent")
    def test_that_changes_nothing_is_not_sent(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form = Form(staff_client, connection)
        form.send(Email=FAMILY, Last_Name="Parent", First_Name="Kim", Phone="old")
        assert "Kim Parent has all of this already" in form.said
        assert 'data-testid="save"' not in form.said

        form.send()

        assert "Kim Parent has all of this already: nothing was sent." in form.said
        assert effects(zoho) == []

    def test_becomes_another_one_by_the_second_button(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        parent: str,
        staff_client: Client,
    ) -> None:
        ModuleSettings.objects.create(
            connection=connection, module="Contacts", may_insert=True
        )
        before = now(zoho, parent)
        form = Form(staff_client, connection)
        form.send(**TYPED)
        assert "Create another one instead" in form.said

        # What was shown comes along with the button, as browsers send it.
        form.send(target="new")

        assert "Will create a new contact" in form.said
        assert effects(zoho) == []
        form.send()
        assert "Kim Child was created." in form.said
        assert now(zoho, parent) == before

    def test_leaves_what_was_cleared_meanwhile_to_others(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        parent: str,
        staff_client: Client,
    ) -> None:
        zoho.put_crm_record("Contacts", id=parent, Mobile="1", Title="Boss")
        form = Form(staff_client, connection)
        form.send(Email=FAMILY, Last_Name="Parent")

        form.send(clear=["Mobile", "Last_Name", "Owner"])

        assert "Kim Parent was updated. 1 field changed." in form.said
        after = now(zoho, parent)
        assert (after["Mobile"], after["Title"]) == (None, "Boss")
        assert after["Last_Name"] == "Parent"


class TestTurnedOut:
    """It was to be a new one, and Zoho had one with the same address after all."""

    def lagging(self, zoho: SandboxZoho) -> str:
        """Let a second client make a record that the search does not know yet."""
        zoho.limit(index_lag=3_600)
        return keep(
            zoho, First_Name="Ann", Last_Name="Other", Email=FAMILY, Title="Boss"
        )

    def test_is_said_with_the_real_name_and_what_was_there(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        other = self.lagging(zoho)
        form = Form(staff_client, connection)
        form.send(**TYPED)
        assert "Will create a new contact" in form.said

        form.send()

        sentence = "Ann Other was updated, not created: Zoho had a contact with this"
        assert f"{sentence} Email already. 3 fields changed." in form.said
        assert effects(zoho) == [f"updated Contacts {other}"]
        delivery = Delivery.objects.get()
        assert delivery.outcome["external_id"] == other
        # PostgreSQL keeps no order of names.
        changes = delivery.outcome["details"]["changes"]
        assert sorted(changes, key=itemgetter("field")) == [
            {"field": "First_Name", "old": "Ann", "new": "Kim"},
            {"field": "Last_Name", "old": "Other", "new": "Child"},
            {"field": "Phone", "old": None, "new": PHONE},
        ]
        assert "What was written into Ann Other" in form.said
        assert now(zoho, other)["Title"] == "Boss"

    def test_is_put_back_by_one_button_once(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        other = self.lagging(zoho)
        before = now(zoho, other)
        form = Form(staff_client, connection)
        form.send(**TYPED)
        form.send()
        reference = Delivery.objects.get().reference
        assert "Put the old values back" in form.said
        address = f"/c/{connection.slug}/crm/Contacts/put-back/{reference}/"

        answers: list[Any] = [staff_client.post(address) for _ in range(2)]

        assert answers[0].url == answers[1].url
        said = staff_client.get(answers[0].url).content.decode()
        assert "Ann Other was updated. 3 fields changed." in said
        after = now(zoho, other)
        assert after | {"Modified_Time": ""} == before | {
            "Modified_Time": "",
            "Phone": None,
        }

    def test_is_not_put_back_over_what_others_changed_since(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        other = self.lagging(zoho)
        form = Form(staff_client, connection)
        form.send(**TYPED)
        form.send()
        reference = Delivery.objects.get().reference
        zoho.put_crm_record("Contacts", id=other, First_Name="Anna")

        staff_client.post(f"/c/{connection.slug}/crm/Contacts/put-back/{reference}/")

        assert Delivery.objects.get(kind="crm.change").state == "refused"
        assert now(zoho, other)["First_Name"] == "Anna"

    def test_by_a_race_is_said_too(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form = Form(staff_client, connection)
        form.send(**TYPED)
        other = keep(zoho, Last_Name="Other", Email=FAMILY.upper())

        form.send()

        assert "Other was updated, not created" in form.said
        assert effects(zoho) == [f"updated Contacts {other}"]

    def test_names_nobody_and_offers_nothing_where_nothing_can_be_read(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        other = self.lagging(zoho)
        form = Form(staff_client, connection)
        form.send(**TYPED)
        for path in ("/crm/v8/Contacts", f"/crm/v8/Contacts/{other}"):
            zoho.script("GET", path, {"status": 500, "body": "<p>", "times": 9})

        form.send()

        assert "A contact was updated, not created" in form.said
        assert "What stood there before is not known" in form.said
        assert "Put the old values back" not in form.said
        reference = Delivery.objects.get().reference
        address = f"/c/{connection.slug}/crm/Contacts/put-back/{reference}/"
        assert staff_client.post(address).status_code == 404

    def test_of_somebody_elses_is_nothing_that_others_may_put_back(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        admin_client: Client,
        staff_client: Client,
    ) -> None:
        self.lagging(zoho)
        form = Form(admin_client, connection)
        form.send(**TYPED)
        form.send()
        reference = Delivery.objects.get().reference
        address = f"/c/{connection.slug}/crm/Contacts/put-back/{reference}/"

        assert staff_client.post(address).status_code == 404

    def test_where_nobody_looked_promises_and_says_neither(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        other = keep(zoho, Last_Name="Other", Email=FAMILY)
        down = {"status": 503, "body": "<p>", "times": 3}
        zoho.script("GET", "/crm/v8/Contacts/search", down)
        form = Form(staff_client, connection)
        form.send(**TYPED)
        assert "We could not look whether this contact is there" in form.said

        form.send()

        sentence = "Other was updated: Zoho had a contact with this Email already."
        assert sentence in form.said
        assert effects(zoho) == [f"updated Contacts {other}"]

    def test_by_our_own_first_try_is_called_what_it_was(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form = Form(staff_client, connection)
        form.send(**TYPED)
        zoho.script("POST", "/crm/v8/Contacts/upsert", {"drop": "after"})
        form.send()
        delivery = Delivery.objects.get()
        assert delivery.state == "waiting"

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.outcome["sentence"] == "Kim Child was created."
        assert len(effects(zoho)) == 1

    def test_by_a_colleague_during_our_tries_is_not_called_created(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form = Form(staff_client, connection)
        form.send(**TYPED)
        zoho.script("POST", "/crm/v8/Contacts/upsert", {"drop": "before"})
        form.send()
        delivery = Delivery.objects.get()
        keep(zoho, Last_Name="Other", Email=FAMILY)

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        sentence = "Other has in Zoho what you typed. 3 fields changed."
        assert delivery.outcome["sentence"] == sentence


class TestDefaults:
    """What nobody typed goes along only where the layout demands it."""

    def test_stay_out_of_a_record_that_may_be_there(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        form = Form(staff_client, rich)
        form.send(**TYPED)
        labels = [each.label for each in form.page.context["preview"].changes]
        assert "Sprache" not in labels

        form.send()

        (upsert,) = [e["body"] for e in zoho.journal() if e["method"] == "POST"]
        assert upsert["data"] == [TYPED]

    def test_that_the_layout_demands_stand_in_the_preview_as_typed(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        zoho.change_crm_metadata("Contacts", require_field="Language")
        form = Form(staff_client, rich)
        form.send(**TYPED)
        shown = {e.label: e.new for e in form.page.context["preview"].changes}
        assert shown["Sprache"] == "Deutsch"

        form.send()

        (upsert,) = [e["body"] for e in zoho.journal() if e["method"] == "POST"]
        assert upsert["data"] == [TYPED | {"Language": "German"}]


class TestWithoutAddressForms08:
    TYPED = {"Last_Name": "Phoneonly", "Phone": "+44 20 7946 0321"}

    @pytest.mark.parametrize("module", ["Contacts", "Leads"])
    def test_is_a_new_one(
        self, module: str, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        typed = self.TYPED | ({"Company": "Acme"} if module == "Leads" else {})
        form = Form(staff_client, rich, module)
        form.send(**typed)
        said = f"Will create a new {module.lower().removesuffix('s')}"
        assert said in form.said
        assert "nobody can tell whether this" in form.said

        form.send()

        assert "Phoneonly was created." in form.said
        (entry,) = [e for e in zoho.journal() if e["method"] == "POST"]
        assert entry["path"] == f"/crm/v8/{module}"
        assert entry["body"] == {"data": [typed]}

    def test_costs_no_search(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form = Form(staff_client, connection)
        zoho.clear_journal()

        form.send(**self.TYPED)
        form.send()

        assert [each["method"] for each in zoho.journal()] == ["POST"]

    def test_is_refused_where_an_admin_says_so(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        ModuleSettings.objects.create(connection=connection, module="Contacts")
        form = Form(staff_client, connection)

        form.send(**self.TYPED)

        assert form.page.context["form"].errors == {"Email": ["Enter Email."]}

    def test_whose_answer_was_lost_is_in_doubt_e25(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form = Form(staff_client, connection)
        form.send(**self.TYPED)
        zoho.script("POST", "/crm/v8/Contacts", {"drop": "after"})

        form.send()

        assert "We do not know yet whether Zoho saved this" in form.said
        delivery = Delivery.objects.get()
        staff_client.post(f"{delivery.get_absolute_url()}again/")
        delivery.refresh_from_db()
        assert delivery.outcome["sentence"] == "Phoneonly was created."
        assert len(effects(zoho)) == 1

    def test_with_a_number_that_another_has_names_the_other(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        keep(zoho, Last_Name="Number", Customer_Number="C-17")
        form = Form(staff_client, rich)

        form.send(**self.TYPED, Customer_Number="C-17")

        assert "Will update Number" in form.said
