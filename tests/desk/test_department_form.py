"""The ticket form of departments that ask for more than the usual."""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from desk.zoho.layouts import forget_layout
from tests.desk import form
from tests.desk.form import created_tickets, sent, url
from tests.openapi.normaliser import FOLDER, errors, folder, request_schema
from tests.support.departments import NEEDED, choose_organisation, filled
from tests.support.pages import text
from tests.zoho import SandboxZoho


class TestDepartments:
    @pytest.mark.parametrize("name", NEEDED)
    def test_take_a_ticket_with_what_they_demand(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client, name: str
    ) -> None:
        typed = filled(zoho, rich, staff_client, name)
        zoho.clear_journal()

        answer = staff_client.post(url(rich), typed)

        assert answer.status_code == 302, answer.context["form"].errors
        ticket = sent(zoho)
        own = {key: value for key, value in NEEDED[name].items() if "cf_" in key}
        assert ticket.get("cf", {}) == own
        assert created_tickets(zoho) == 1

    @pytest.mark.parametrize("name", ["Support", "Billing", "Repairs"])
    def test_say_what_they_demand_before_anything_is_sent_e18(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client, name: str
    ) -> None:
        typed = filled(zoho, rich, staff_client, name)
        missing = dict.fromkeys(NEEDED[name], "")

        page = staff_client.post(url(rich), typed | missing)

        errors_ = page.context["form"].errors
        assert set(errors_) == set(missing)
        assert all(f"{name} needs it." in words[0] for words in errors_.values())
        assert created_tickets(zoho) == 0

    def test_get_every_kind_of_value_as_desk_writes_it(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        typed = filled(
            zoho,
            rich,
            staff_client,
            "Support",
            subCategory="Printer",
            priority="Urgent",
            cf_affected_systems=["E-mail", "Web site"],
            cf_users_affected="12",
            cf_has_backup="true",
            cf_steps_to_reproduce="One\nTwo",
        )

        staff_client.post(url(rich), typed)

        ticket = sent(zoho)
        assert ticket["subCategory"] == "Printer"
        assert ticket["priority"] == "Urgent"
        assert ticket["cf"] == {
            "cf_serial_number": "S-1",
            "cf_affected_systems": "E-mail;Web site",
            "cf_users_affected": "12",
            "cf_has_backup": "true",
            "cf_steps_to_reproduce": "One\nTwo",
        }
        assert created_tickets(zoho) == 1

    def test_get_moments_in_utc_f56(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        more = {"cf_picked_up_at": "2027-03-28T17:00", "cf_manual": "example.com/m"}
        typed = filled(zoho, rich, staff_client, "Repairs", **more)

        staff_client.post(url(rich), typed)

        assert sent(zoho)["cf"] == {
            "cf_device": "Laptop",
            "cf_picked_up_at": "2027-03-28T15:00:00.000Z",
            "cf_manual": "example.com/m",
        }

    @pytest.mark.parametrize(
        ("name", "values", "field"),
        [
            ("Support", {"subCategory": "Browser"}, "subCategory"),
            ("Support", {"priority": "Whatever"}, "priority"),
            ("Support", {"cf_users_affected": "many"}, "cf_users_affected"),
            ("Support", {"cf_serial_number": "x" * 41}, "cf_serial_number"),
            ("Support", {"cf_affected_systems": ["Fax"]}, "cf_affected_systems"),
            ("Billing", {"cf_amount": "a lot"}, "cf_amount"),
            ("Billing", {"cf_invoice_date": "2026-02-30"}, "cf_invoice_date"),
            ("Billing", {"cf_accounts_email": "nobody"}, "cf_accounts_email"),
            ("Repairs", {"cf_model": "P-100"}, "cf_model"),
            ("Repairs", {"cf_manual": "not one"}, "cf_manual"),
            ("Repairs", {"due_date": "2027-03-28T02:30"}, "due_date"),
            ("Repairs", {"due_date": "2027-10-31T02:30"}, "due_date"),
        ],
        ids=str,
    )
    def test_say_which_value_does_not_fit_e19(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
        name: str,
        values: dict[str, Any],
        field: str,
    ) -> None:
        typed = filled(zoho, rich, staff_client, name, **values)

        page = staff_client.post(url(rich), typed)

        assert list(page.context["form"].errors) == [field]
        assert created_tickets(zoho) == 0

    def test_name_the_fields_that_are_not_supported(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        department = choose_organisation(zoho, rich, "Support")

        page = text(staff_client.get(f"{url(rich)}?department={department}"))

        assert "filled in at Zoho Desk: Product Name, Ticket Owner." in page

    @pytest.mark.parametrize(
        "change",
        [
            {"require_field": "productId"},
            {"require_field": "assigneeId"},
            {
                "add_field": {
                    "apiName": "cf_seal",
                    "displayLabel": "Seal",
                    "type": "AutoNumber",
                    "isMandatory": True,
                }
            },
        ],
        ids=str,
    )
    def test_say_before_typing_what_nobody_can_fill_in_here_forms_09(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
        change: dict[str, Any],
    ) -> None:
        department = choose_organisation(zoho, rich, "Support")
        before = staff_client.get(f"{url(rich)}?department={department}")
        layout = next(
            each["id"]
            for each in zoho.records()["layouts"]
            if each["departmentId"] == department
        )
        forget_layout(rich, department)
        zoho.change_layout(layout, **change)

        page = staff_client.get(f"{url(rich)}?department={department}")

        label = {"productId": "Product Name", "assigneeId": "Ticket Owner"}
        wanted = label.get(str(change.get("require_field")), "Seal")
        said = f"Support demands what cannot be filled in here: {wanted}"
        assert said in text(page)
        assert said not in text(before)
        assert f'href="{zoho.url}"' in page.content.decode()
        assert "Zoho Desk will refuse a ticket that is opened from here" in text(page)

    def test_keep_the_sections_of_the_layout(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        department = choose_organisation(zoho, rich, "Support")

        page = staff_client.get(f"{url(rich)}?department={department}")

        sections = page.context["form"].sections()
        assert [
            (name, [field.name for field in fields][:3]) for name, fields in sections
        ] == [
            ("Ticket Information", ["status"]),
            ("Additional Information", ["due_date", "priority", "language"]),
        ]
        shown = page.content.decode()
        assert shown.index("Ticket Information") < shown.index("Additional Information")

    def test_cost_no_call_when_they_are_known(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        department = choose_organisation(zoho, rich, "Support")
        address = f"{url(rich)}?department={department}"
        staff_client.get(address)
        zoho.clear_journal()

        page = staff_client.get(address)

        assert "Serial number" in text(page)
        assert zoho.journal() == []

    @pytest.mark.skipif(
        folder() is None,
        reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
    )
    @pytest.mark.parametrize("name", NEEDED)
    def test_get_what_fits_zohos_description(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client, name: str
    ) -> None:
        staff_client.post(url(rich), filled(zoho, rich, staff_client, name))

        schema = request_schema("desk-v1/Ticket.json", "/api/v1/tickets", "POST")
        # The file requires all that a ticket can have, both kinds of person included.
        del schema["required"]
        assert [error.message for error in errors(schema, sent(zoho))] == []


class TestAnotherDepartment:
    def test_keeps_what_fits_and_names_the_rest_r41(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        more = {"priority": "Urgent", "channel": "Web", "cf_severity": "Major"}
        typed = filled(zoho, rich, staff_client, "Support", **more)
        billing = choose_organisation(zoho, rich, "Billing")

        step = {"department": billing, "show_fields": "1"}
        page = staff_client.post(url(rich), typed | step)

        shown = page.context["form"]
        assert page.context["left_out"] == [
            "Priority",
            "Category",
            "Serial number",
            "Severity",
        ]
        assert (shown["channel"].value(), shown["subject"].value()) == (
            "Web",
            form.TICKET["subject"],
        )
        assert shown["cf_invoice_number"].value() is None
        assert page.context["form_key"] == typed["form_key"]
        assert "has no place for it" in text(page)
        assert not shown.errors

    def test_loses_nothing_when_it_is_sent_at_once_r41(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        typed = filled(zoho, rich, staff_client, "Support")
        billing = choose_organisation(zoho, rich, "Billing")

        page = staff_client.post(url(rich), typed | {"department": billing})

        assert page.context["left_out"] == ["Category", "Serial number"]
        assert created_tickets(zoho) == 0

    def test_that_is_not_to_be_seen_any_more_is_explained(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        typed = filled(zoho, rich, staff_client, "Support")
        hidden = typed | {"department": "1"}

        page = staff_client.post(url(rich), hidden)

        shown = page.context["form"]
        assert "may not see it" in shown.errors["department"][0]
        assert shown["cf_serial_number"].value() == "S-1"


class TestChangedLayout:
    def test_shows_the_new_field_after_the_first_refusal(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        typed = filled(zoho, rich, staff_client, "Support")
        layout = next(
            each["id"]
            for each in zoho.records()["layouts"]
            if each["departmentId"] == typed["department"]
        )
        zoho.change_layout(layout, require_field="cf_severity")

        page = staff_client.post(url(rich), typed)

        shown = page.context["form"]
        assert list(shown.errors) == ["cf_severity"]
        assert [field.name for field in shown.demanded()] == [
            "category",
            "cf_serial_number",
            "cf_severity",
        ]
        assert shown["cf_serial_number"].value() == "S-1"


class TestPast:
    def test_is_questioned_and_taken_when_it_is_meant_r43(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        past = {"due_date": "2020-01-02T10:00"}
        typed = filled(zoho, rich, staff_client, "Sales", **past)

        page = staff_client.post(url(rich), typed)
        assert "Keep the due date in the past" in text(page)
        assert created_tickets(zoho) == 0

        staff_client.post(url(rich), typed | {"past_is_meant": "on"})
        assert sent(zoho)["dueDate"] == "2020-01-02T09:00:00.000Z"


class TestDeskIsDown:
    def test_keeps_what_was_typed_into_the_layouts_fields(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        typed = filled(zoho, rich, staff_client, "Support")
        form.forget(zoho)

        page = staff_client.post(url(rich), typed | {"subject": ""})

        shown = page.context["form"]
        assert shown["cf_serial_number"].value() == "S-1"
        assert shown["category"].value() == "Hardware"
