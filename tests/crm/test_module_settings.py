"""What an admin chooses about a module, and what staff have of it."""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from crm.forms.field_picker import KINDS, moved
from crm.models import ModuleSettings
from crm.schema import store
from crm.schema.metadata import ROWS
from crm.schema.plans import SUPPORTED
from tests.crm.module_page import address, filled_in, opened, save
from tests.zoho import SandboxZoho
from zohoportal.activity.models import AuditEvent

USUAL = [
    "Email",
    "Last_Name",
    "First_Name",
    "Phone",
    "Mobile",
    "Title",
    "Account_Name",
    "Description",
]
NEEDED = ["Email", "Last_Name"]


def ticked(page: Any) -> list[str]:
    return [row.name for row in page.context["picker"].ticked]


def layout_id(page: Any, name: str) -> str:
    layouts = page.context["drawn"].metadata.layouts
    return next(str(each.id) for each in layouts if each.name == name)


def staff_form(client: Client, rich: Connection) -> Any:
    page: Any = client.get(f"/c/{rich.slug}/crm/Contacts/new/")
    return page.context["form"]


def first(form: Any) -> list[str]:
    return [field.name for field in form.first_fields()]


def stored() -> ModuleSettings:
    return ModuleSettings.objects.get()


class TestWhatCanBeChosen:
    def test_is_every_field_of_the_layout_by_its_label(
        self, rich: Connection, admin_client: Client
    ) -> None:
        page = opened(admin_client, rich)

        picker, drawn = page.context["picker"], page.context["drawn"]
        fields = drawn.metadata.fields
        offered = [row.name for row in (*picker.ticked, *picker.others)]
        named = [fields[name].label for name in drawn.layout.fields]
        assert len(named) > 140
        assert len(offered) + len(picker.elsewhere) == len(named)
        assert {fields[name].label for name in offered} | {*picker.elsewhere} == set(
            named
        )
        assert "Suppliers" in picker.elsewhere
        assert ticked(page) == USUAL

    def test_says_in_plain_words_what_a_field_takes(
        self, rich: Connection, admin_client: Client
    ) -> None:
        said = opened(admin_client, rich).content.decode()

        for words in ("One of a list", "Amount of money", "Record of Accounts"):
            assert words in said
        assert "E-mail address. It decides about duplicates, so it is always" in said
        assert "Short text. Zoho requires it, so it is always there" in said
        assert KINDS.keys() == SUPPORTED | ROWS

    def test_tells_fields_of_one_label_apart(
        self, zoho: SandboxZoho, rich: Connection, admin_client: Client
    ) -> None:
        twin = {"api_name": "Title_2", "label": "Title"}
        zoho.change_crm_metadata("Contacts", add_field=twin)

        said = opened(admin_client, rich).content.decode()

        assert "Title (Title)" in said
        assert "Title (Title_2)" in said

    def test_says_what_decides_about_duplicates(
        self, rich: Connection, admin_client: Client
    ) -> None:
        page = opened(admin_client, rich)

        words = " ".join(page.content.decode().split())
        assert "<strong>Email</strong> decides about duplicates" in words
        choices = page.context["form"].fields["duplicate_field"].choices
        assert choices == [("Email", "Email"), ("Customer_Number", "Customer Number")]


class TestChoice:
    def test_is_what_staff_have_in_this_order(
        self, rich: Connection, admin_client: Client, staff_client: Client
    ) -> None:
        picked = ["Phone", "Last_Name", "Region", "Email"]

        answer = save(admin_client, rich, picked=picked)

        assert answer.status_code == 302
        form = staff_form(staff_client, rich)
        assert first(form) == picked
        assert "Country" in [field.name for field in form.more_fields()]
        assert AuditEvent.objects.filter(target="form of Contacts").count() == 1

    def test_can_leave_the_others_out(
        self, rich: Connection, admin_client: Client, staff_client: Client
    ) -> None:
        save(admin_client, rich, picked=[*NEEDED, "Phone"], shows_others="")

        assert list(staff_form(staff_client, rich).fields) == [*NEEDED, "Phone"]

    def test_never_loses_what_is_needed(
        self, rich: Connection, admin_client: Client, staff_client: Client
    ) -> None:
        save(admin_client, rich, picked=["Phone"])

        assert first(staff_form(staff_client, rich)) == ["Phone", *NEEDED]

    def test_that_is_the_usual_one_follows_zoho(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        admin_client: Client,
        staff_client: Client,
    ) -> None:
        save(admin_client, rich)

        assert stored().fields == []
        zoho.change_crm_metadata("Contacts", require_field="Title")
        store.forget(rich, "Contacts")
        assert first(staff_form(staff_client, rich))[:3] == [*NEEDED, "Title"]


class TestWithoutJavaScript:
    @pytest.mark.parametrize(
        ("way", "name", "place"),
        [("up", "Phone", 2), ("down", "Phone", 4), ("up", "Email", 0)],
    )
    def test_a_button_moves_a_field_and_keeps_the_rest(
        self, way: str, name: str, place: int, rich: Connection, admin_client: Client
    ) -> None:
        page = opened(admin_client, rich)
        values = filled_in(page, runs_automation="", **{way: name})

        again: Any = admin_client.post(address(rich), values)

        assert ticked(again).index(name) == place
        assert f"{name} is number {place + 1} of 8." in again.content.decode()
        assert f'name="{way}" value="{name}" autofocus' in again.content.decode()
        assert not again.context["form"].initial["runs_automation"]
        assert not ModuleSettings.objects.exists()

    def test_a_button_goes_back_to_the_usual_fields(
        self, rich: Connection, admin_client: Client
    ) -> None:
        save(admin_client, rich, picked=[*NEEDED, "Region"])
        page = opened(admin_client, rich)
        assert ticked(page) == [*NEEDED, "Region"]

        again: Any = admin_client.post(address(rich), filled_in(page, act="usual"))

        assert ticked(again) == USUAL
        admin_client.post(address(rich), filled_in(again))
        assert stored().fields == []

    def test_another_layout_shows_its_fields_before_it_is_saved(
        self, rich: Connection, admin_client: Client
    ) -> None:
        page = opened(admin_client, rich)
        partner = layout_id(page, "Partner")
        values = filled_in(
            page, layout=partner, picked=[*NEEDED, "Region", "Meter_Reading"]
        )

        again: Any = admin_client.post(address(rich), values)

        assert again.status_code == 200
        assert not ModuleSettings.objects.exists()
        assert ticked(again) == [*NEEDED, "Region", "Discount"]
        assert again.context["gone"] == ["Meter Reading is not in the layout Partner."]
        assert "Meter Reading is not in the layout" in again.content.decode()
        admin_client.post(address(rich), filled_in(again))
        assert stored().layout == partner
        assert stored().fields == [*NEEDED, "Region", "Discount"]

    def test_another_layout_has_its_own_usual_fields(
        self, rich: Connection, admin_client: Client
    ) -> None:
        page = opened(admin_client, rich)
        values = filled_in(page, layout=layout_id(page, "Partner"))

        again: Any = admin_client.post(address(rich), values)

        assert ticked(again) == ["Email", "Last_Name", "Discount", *USUAL[2:]]
        assert again.context["gone"] == []

    def test_a_row_knows_its_place(self) -> None:
        assert moved("abc", "c", 1) == ["a", "b", "c"]
        assert moved("abc", "a", -1) == ["a", "b", "c"]
        assert moved("abc", "c", -1) == ["a", "c", "b"]


class TestF47FieldsThatAreGone:
    def test_are_named(
        self, zoho: SandboxZoho, rich: Connection, admin_client: Client
    ) -> None:
        ModuleSettings.objects.create(
            connection=rich, module="Contacts", fields=[*NEEDED, "Shoe_Size", "Age"]
        )

        page = opened(admin_client, rich)

        assert page.context["gone"] == [
            "Shoe Size is not in Zoho any more.",
            "Age cannot be filled in here any more.",
        ]
        admin_client.post(address(rich), filled_in(page))
        assert stored().fields == NEEDED

    def test_are_named_when_they_go_while_the_page_is_open(
        self, rich: Connection, admin_client: Client
    ) -> None:
        answer = save(admin_client, rich, picked=[*NEEDED, "Shoe_Size"])

        page: Any = admin_client.get(answer.url)
        assert "Shoe Size is not in Zoho any more." in page.content.decode()
        assert stored().fields == NEEDED

    def test_leave_the_layout_that_is_there(
        self, rich: Connection, admin_client: Client
    ) -> None:
        ModuleSettings.objects.create(connection=rich, module="Contacts", layout="9")

        assert opened(admin_client, rich).context["drawn"].layout.name == "Standard"


class TestTwoAdmins:
    def test_lose_nothing_without_a_word(
        self, rich: Connection, admin_client: Client
    ) -> None:
        mine = opened(admin_client, rich)
        save(admin_client, rich, picked=[*NEEDED, "Region"], may_insert="1")

        page: Any = admin_client.post(
            address(rich), filled_in(mine, picked=[*NEEDED, "Phone"])
        )

        assert page.status_code == 200
        assert page.context["theirs"] == [
            "Another record with the same value is allowed: “Yes” was saved, you have "
            "“No”.",
            "Fields: “Email, Last Name, Region” was saved, you have “Email, Last Name, "
            "Phone”.",
        ]
        assert "Somebody else saved these settings meanwhile" in page.content.decode()
        assert stored().fields == [*NEEDED, "Region"]
        assert ticked(page) == [*NEEDED, "Phone"]
        admin_client.post(address(rich), filled_in(page))
        assert stored().fields == [*NEEDED, "Phone"]
        assert not stored().may_insert

    def test_who_choose_the_same_are_not_asked(
        self, rich: Connection, admin_client: Client
    ) -> None:
        mine = opened(admin_client, rich)
        save(admin_client, rich, picked=[*NEEDED, "Region"])

        answer = admin_client.post(
            address(rich), filled_in(mine, picked=[*NEEDED, "Region"])
        )

        assert answer.status_code == 302


class TestOneWay:
    def test_is_no_question(self, rich: Connection, admin_client: Client) -> None:
        page = opened(admin_client, rich, "Accounts")

        assert "layout" not in page.context["form"].fields
        answer = admin_client.post(address(rich, "Accounts"), filled_in(page))
        assert answer.status_code == 302
