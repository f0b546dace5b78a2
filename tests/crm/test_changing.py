"""The form that changes a record: what a person touched is judged and sent, only that.

Against a sandbox with records as organisations have them from former times.
"""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from tests.crm.as_browser import form_of
from tests.crm.change_form import Page, keep, now, puts, retire
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

PHONE = "+44 20 7946 0777"


# As GET Contacts/ID answers: forms/02, forms/03, replies/S1 and others of their kind.
ODD: dict[str, dict[str, Any]] = {
    "forms/02 retired values": {
        "Language": "French",
        "Interests": ["Garden", "Bath"],
        "Region": "Europe",
        "Country": "France",
        "City": "Paris",
    },
    "forms/02 a value that never was one": {"Language": "Klingon", "Interests": ["X"]},
    "forms/02 a retired value without its parent": {"City": "Atlantis"},
    "forms/02 a tag with a comma": {"Tag": [{"name": "VIP, gold"}, {"name": "web"}]},
    "forms/02 line ends of all kinds": {
        "Description": "\nOne\rTwo\r\nThree\n\n",
        "First_Name": "Kim\nAnn",
    },
    "forms/02 spaces around": {"First_Name": "  Kim ", "Description": " x \t"},
    "forms/03 addresses that are none": {
        "Second_Email": "info@example.com; sales@example.com",
        "Email": " old@example.com ",
        "Portfolio": "see letter",
    },
    "forms/03 more digits than the field has": {
        "Distance": 1.23456,
        "Credit_Limit": 10.005,
        "Discount": 1e22,
        "Visits": 12345678901,
        "Meter_Reading": "1234567890123456789012",
    },
    "forms/03 days before all others": {
        "Customer_Since": "1899-12-30",
        "Next_Visit": "0001-01-01T00:00:00+00:00",
    },
    "forms/03 days that are none": {
        "Customer_Since": "2023-02-30",
        "Next_Visit": "soon",
    },
    "forms/03 the last day of all": {"Next_Visit": "9999-12-31T23:59:59-12:00"},
    "forms/03 a child without its parent": {"Country": "France"},
    "forms/03 long texts": {"Description": "x" * 40_000, "First_Name": "y" * 500},
    "forms/03 long tags": {"Tag": [{"name": "x" * 60}]},
    "seconds": {"Next_Visit": "2026-12-01T17:30:45+01:00"},
    "an hour that comes twice": {"Next_Visit": "2026-10-25T02:30:00+01:00"},
    "somebody who left": {
        "Owner": {"name": "Gone", "id": "1", "email": "gone@example.com"},
        "Agent": {"name": "Gone too", "id": "2"},
    },
    "a lookup without a name": {"Account_Name": {"name": None, "id": "77"}},
    "a lookup with an odd name": {"Account_Name": {"name": "A\nB  C: 1", "id": "77"}},
    "replies/S1 tags with colours": {
        "Tag": [{"name": "vip", "id": "1111110000000002", "color_code": None}]
    },
    "a shape of another type": {
        "Door_Phone": [{"name": "vip"}],
        "Title": {"a": 1},
        "Is_Reseller": None,
    },
    "letters of all kinds": {
        "First_Name": "K\u0131m <b>&amp; \u202e\u00a0\ud83d\ude00"
    },
}


class TestUntouchedValue:
    @pytest.mark.parametrize("values", ODD.values(), ids=ODD)
    def test_is_neither_judged_nor_sent_forms_02_forms_03(
        self,
        values: dict[str, Any],
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        record = keep(zoho, **values)
        retire(zoho, Language="French", Interests="Bath", City="Paris")
        page = Page(staff_client, rich, record)

        answer = page.save(Phone=PHONE)

        assert answer.status_code == 302, answer.content.decode()
        assert puts(zoho) == [[{"Phone": PHONE}]]
        after = now(zoho, record)
        stamps = {"Phone": PHONE, "Modified_Time": after["Modified_Time"]}
        assert after == record | stamps
        said = staff_client.get(answer.url).content.decode()
        assert "Old was updated. 1 field changed." in said


class TestRetiredValue:
    @pytest.fixture
    def page(self, zoho: SandboxZoho, rich: Connection, staff_client: Client) -> Page:
        record = keep(zoho, Language="French", Interests=["Garden", "Bath"])
        retire(zoho, Language="French", Interests="Bath")
        return Page(staff_client, rich, record)

    def test_stays_selectable_and_says_what_it_is_forms_02(self, page: Page) -> None:
        said = page.shown.content.decode()

        assert "French (no longer in the list)" in said
        assert "Bath (no longer in the list)" in said
        assert page.form["Interests"] == ["Garden", "Bath"]

    def test_stays_ticked_beside_a_new_one(self, page: Page, zoho: SandboxZoho) -> None:
        page.save(Interests=["Garden", "Kitchen", "Bath"])

        (entry,) = puts(zoho)
        assert entry == [{"Interests": ["Garden", "Kitchen", "Bath"]}]

    def test_can_be_changed_and_taken_away(self, page: Page, zoho: SandboxZoho) -> None:
        page.save(Language="German", Interests=["Garden"])

        assert puts(zoho) == [[{"Language": "German", "Interests": ["Garden"]}]]

    def test_stays_while_something_else_is_wrong(
        self, page: Page, zoho: SandboxZoho
    ) -> None:
        again = page.save(Second_Email="nobody", Phone=PHONE)

        assert list(again.context["form"].errors) == ["Second_Email"]
        mended = form_of(again) | {"Second_Email": "kim@example.com"}
        assert mended["Language"] == ["French"]
        page._client.post(page.address, mended)
        assert puts(zoho) == [[{"Second_Email": "kim@example.com", "Phone": PHONE}]]


class TestTouchedValue:
    def test_is_judged(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        page = Page(staff_client, rich, keep(zoho, Second_Email="a; b"))

        answer = page.save(Second_Email="a; b; c", Last_Name="")

        form = answer.context["form"]
        assert set(form.errors) == {"Second_Email", "Last_Name"}
        assert puts(zoho) == []

    def test_is_judged_with_the_one_it_goes_with(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        page = Page(staff_client, rich, keep(zoho, Region="Europe", Country="France"))

        answer = page.save(Region="Asia")

        assert answer.context["form"].errors == {
            "Country": ["With Region “Asia”, Country can be: India, Japan."]
        }
        page.save(Region="Asia", Country="Japan")
        assert puts(zoho) == [[{"Region": "Asia", "Country": "Japan"}]]

    def test_among_tags_leaves_the_others_as_they_are(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        tags = [{"name": "VIP, gold"}, {"name": 'the "one"'}]
        page = Page(staff_client, rich, keep(zoho, Tag=tags))
        (typed,) = page.form["Tag"]

        page.save(Tag=f"{typed}, web")

        assert puts(zoho) == [[{"Tag": [*tags, {"name": "web"}]}]]

    def test_can_be_emptied_without_scripts(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        account = zoho.put_crm_record("Accounts", Account_Name="Bakery")
        link = {"name": "Bakery", "id": account["id"]}
        record = keep(zoho, Account_Name=link, Interests=["Bath"], Next_Visit=None)
        page = Page(staff_client, rich, record)
        assert page.form["Account_Name"] == ["Bakery"]

        page.save(Account_Name="", Interests=[])

        assert puts(zoho) == [[{"Account_Name": None, "Interests": None}]]


class TestTwoTabs:
    @pytest.fixture
    def record(self, zoho: SandboxZoho, rich: Connection) -> dict[str, Any]:
        return keep(zoho, Title="First", Phone="1", Language="German")

    def test_that_touch_different_fields_both_get_through(
        self,
        record: dict[str, Any],
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        one, other = (Page(staff_client, rich, record) for _ in range(2))

        answers = [one.save(Title="Mine"), other.save(Phone="2")]

        assert [answer.status_code for answer in answers] == [302, 302]
        assert now(zoho, record)["Title"] == "Mine"
        assert now(zoho, record)["Phone"] == "2"

    def test_see_each_others_change_of_the_same_field(
        self,
        record: dict[str, Any],
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        one, other = (Page(staff_client, rich, record) for _ in range(2))
        one.save(Title="One", Language="French")

        page = other.save(Title="Other")

        assert now(zoho, record)["Title"] == "One"
        said = page.content.decode()
        assert "Title: Zoho has “One” now, your form had “Other”." in said
        assert "Sprache: Zoho has “Französisch” now, your form had “Deutsch”." in said
        form = form_of(page)
        assert (form["Title"], form["Language"]) == (["Other"], ["French"])
        staff_client.post(other.address, form)
        assert puts(zoho)[-1] == [{"Title": "Other"}]

    def test_that_say_the_same_are_not_stopped(
        self,
        record: dict[str, Any],
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
    ) -> None:
        one, other = (Page(staff_client, rich, record) for _ in range(2))
        one.save(Title="Same")

        answer = other.save(Title="Same", Phone="2")

        said = staff_client.get(answer.url).content.decode()
        assert "Old was updated." in said
        assert now(zoho, record)["Phone"] == "2"


class TestToken:
    @pytest.fixture
    def page(self, zoho: SandboxZoho, rich: Connection, staff_client: Client) -> Page:
        return Page(staff_client, rich, keep(zoho, Title="First", Phone="1"))

    @pytest.mark.parametrize("token", ["", "made up", "W10:x:y"])
    def test_that_is_none_brings_the_form_back_with_both(
        self, token: str, page: Page, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        again = page.save(opened=token, Title="Mine")

        assert "This form was open too long" in again.content.decode()
        clashes = again.context["clashes"]
        assert [(c.label, c.theirs, c.ours) for c in clashes] == [
            ("Title", "First", "Mine")
        ]
        assert puts(zoho) == []
        staff_client.post(page.address, form_of(again))
        assert puts(zoho) == [[{"Title": "Mine"}]]

    def test_of_another_record_counts_for_nothing(
        self, page: Page, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        other = Page(staff_client, rich, keep(zoho, Title="Second", Phone="2"))

        again = page.save(opened=other.form["opened"], Title="Mine")

        assert "This form was open too long" in again.content.decode()
        assert puts(zoho) == []


class TestVanishedRecord:
    def test_is_told_and_what_was_typed_is_kept(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        record = keep(zoho)
        page = Page(staff_client, rich, record)
        zoho.remove_crm_record("Contacts", record["id"])

        again = page.save(Phone=PHONE)

        assert "Old is not in Zoho CRM any more" in again.content.decode()
        assert form_of(again)["Phone"] == [PHONE]
        assert not Delivery.objects.exists()

    def test_at_the_last_moment_is_told_too(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        record = keep(zoho)
        page = Page(staff_client, rich, record)
        zoho.remove_crm_record("Contacts", record["id"])
        body = {"data": [record | {"Full_Name": "Old"}]}
        as_it_was = {"status": 200, "body": body}
        zoho.script("GET", f"/crm/v*/Contacts/{record['id']}", as_it_was)

        again = page.save(Phone=PHONE)

        assert "Old is not in Zoho CRM any more" in again.content.decode()
        assert form_of(again)["Phone"] == [PHONE]
        assert Delivery.objects.get().state == "refused"
        said = staff_client.get(Delivery.objects.get().get_absolute_url())
        assert "This record is not in Zoho any more" in said.content.decode()

    def test_that_cannot_be_asked_for_is_changed_later(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        record = keep(zoho)
        page = Page(staff_client, rich, record)
        path = f"/crm/v*/Contacts/{record['id']}"
        zoho.script("GET", path, {"status": 503, "body": "<p>", "times": 6})

        answer = page.save(Phone=PHONE)

        delivery = Delivery.objects.get()
        assert answer.url == delivery.get_absolute_url()
        assert delivery.state == "waiting"
        zoho.clear_script()
        staff_client.post(f"{delivery.get_absolute_url()}again/")
        assert now(zoho, record)["Phone"] == PHONE


class TestLateChange:
    """What the worker finds when a kept change is sent at last."""

    def late(
        self, zoho: SandboxZoho, rich: Connection, client: Client, **theirs: Any
    ) -> tuple[dict[str, Any], Delivery]:
        record = keep(zoho, Title="First", Phone="1")
        path = f"/crm/v*/Contacts/{record['id']}"
        page = Page(client, rich, record)
        zoho.script("PUT", path, {"status": 503, "body": "<p>", "times": 3})
        page.save(Title="Mine")
        zoho.clear_script()
        zoho.put_crm_record("Contacts", id=record["id"], **theirs)
        delivery = Delivery.objects.get()
        client.post(f"{delivery.get_absolute_url()}again/")
        delivery.refresh_from_db()
        return now(zoho, record), delivery

    def test_of_another_field_is_no_reason_to_stop(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        after, delivery = self.late(zoho, rich, staff_client, Phone="2")

        assert delivery.state == "done"
        assert (after["Title"], after["Phone"]) == ("Mine", "2")
        assert delivery.outcome["stamp"] == after["Modified_Time"]

    def test_of_the_same_field_asks_the_person(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        after, delivery = self.late(zoho, rich, staff_client, Title="Theirs")

        assert delivery.state == "refused"
        assert after["Title"] == "Theirs"
        page = staff_client.get(delivery.get_absolute_url()).content.decode()
        assert "Somebody else changed this record meanwhile" in page

    def test_by_which_it_is_so_already_is_not_written_again(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        _, delivery = self.late(zoho, rich, staff_client, Title="Mine")

        assert delivery.state == "done"
        assert delivery.outcome["sentence"] == "Zoho has your changes of Old."
        assert [e for e in zoho.effects() if e.startswith("updated")] == []

    def test_between_the_look_and_the_write_is_looked_at_again(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        record = keep(zoho, Title="First")
        path = f"/crm/v*/Contacts/{record['id']}"
        page = Page(staff_client, rich, record)
        zoho.put_crm_record("Contacts", id=record["id"], Phone="2")
        as_it_was = {"status": 200, "body": {"data": [record]}}
        zoho.script("GET", path, as_it_was, as_it_was)

        page.save(Title="Mine")

        assert now(zoho, record)["Title"] == "Mine"
        statuses = [e["status"] for e in zoho.journal() if e["method"] == "PUT"]
        assert statuses == [412, 200]
