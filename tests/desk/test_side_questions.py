"""What Desk refuses to tell of its set-up never stops a form (replies/S6)."""

from typing import Any

import pytest
from django.test import Client

from connections.models import Connection
from tests.desk import form
from tests.desk.form import (
    created_tickets,
    department_url,
    know_nothing,
    send,
    sent,
    url,
)
from tests.support.departments import choose_organisation, filled
from tests.support.pages import text
from tests.support.people import signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

FORM = "/api/v1/myForm"
DEPENDENCIES = "/api/v1/dependencyMappings"
CONVERSATIONS = "/api/v1/tickets/*/conversations"


def refusal(status: int, code: str, **more: Any) -> dict[str, Any]:
    body = {"errorCode": code, "message": "x", **more}
    return {"status": status, "body": body}


REFUSALS = [
    refusal(403, "LICENSE_ACCESS_LIMITED", maxAllowedEntity=0, editionType="FREE"),
    refusal(422, "UNPROCESSABLE_ENTITY"),
    refusal(404, "URL_NOT_FOUND"),
    refusal(403, "FORBIDDEN"),
    refusal(500, "INTERNAL_SERVER_ERROR"),
    {"status": 503, "body": "<h1>Down</h1>"},
    {"status": 200, "body": "<h1>Sign in</h1>"},
    {"status": 403, "body": "<h1>No</h1>"},
    {"status": 200, "body": {"data": [7], "sections": [7]}},
]


@pytest.fixture(
    params=REFUSALS, ids=lambda each: f"{each['status']} {each['body']}"[:40]
)
def refused(request: pytest.FixtureRequest) -> dict[str, Any]:
    """Something that Desk answers instead of what was asked."""
    answer: dict[str, Any] = request.param
    return answer


class TestDependencies:
    def test_are_left_out_replies_s6(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
        refused: dict[str, Any],
    ) -> None:
        zoho.script("GET", DEPENDENCIES, refused)

        typed = filled(zoho, rich, staff_client, "Support", subCategory="Printer")
        page = staff_client.get(f"{url(rich)}?department={typed['department']}")
        staff_client.post(url(rich), typed)

        assert "does not tell which values go together" in text(page)
        assert not page.context["gaps"]
        assert sent(zoho)["subCategory"] == "Printer"

    def test_leave_a_text_where_they_have_the_values_replies_s6(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", DEPENDENCIES, REFUSALS[0])

        typed = filled(zoho, rich, staff_client, "Repairs", cf_model="L-13")
        staff_client.post(url(rich), typed)

        assert sent(zoho)["cf"] == {"cf_device": "Laptop", "cf_model": "L-13"}


class TestMyForm:
    def test_is_told_by_the_layout_replies_s6(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
        refused: dict[str, Any],
    ) -> None:
        zoho.script("GET", FORM, refused)

        typed = filled(zoho, rich, staff_client, "Billing")
        page = staff_client.get(f"{url(rich)}?department={typed['department']}")
        staff_client.post(url(rich), typed)

        assert "does not tell which fields may be filled in" in text(page)
        assert not page.context["gaps"]
        assert created_tickets(zoho) == 1


class TestLayouts:
    def test_give_way_to_desks_usual_fields_replies_s6(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        refused: dict[str, Any],
    ) -> None:
        zoho.script("GET", form.LAYOUTS, *[refused] * 4)

        page = staff_client.get(department_url(connection))
        send(staff_client, connection, priority="High", due_date="2030-12-01T11:00")

        assert "does not tell what this department asks for" in text(page)
        assert "Its usual fields are shown." in text(page)
        assert {"priority", "due_date"} < page.context["form"].fields.keys()
        assert sent(zoho)["priority"] == "High"
        assert sent(zoho)["dueDate"] == "2030-12-01T10:00:00.000Z"

    def test_keep_what_was_typed_into_their_fields_replies_s6(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        more = {"cf_affected_systems": ["E-mail", "Web site"], "priority": "Urgent"}
        typed = filled(zoho, rich, staff_client, "Support", **more)
        form.forget(zoho)
        zoho.script("GET", form.LAYOUTS, REFUSALS[0])

        page = staff_client.post(url(rich), typed | {"subject": ""})

        shown = page.context["form"]
        assert shown["cf_affected_systems"].value() == ["E-mail", "Web site"]
        assert shown["priority"].value() == "Urgent"
        assert list(shown.errors) == ["subject"]
        assert "cf_" not in text(page)


class TestDepartments:
    def test_leave_the_form_with_what_is_typed_replies_s6(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        refused: dict[str, Any],
    ) -> None:
        zoho.script("GET", form.DEPARTMENTS, *[refused] * 2)

        page = staff_client.get(url(connection))
        typed = form.TICKET | {"form_key": page.context["form_key"]}
        again = staff_client.post(url(connection), typed)

        assert "does not tell its departments" in text(page)
        (words,) = again.context["form"].errors["department"]
        assert "Press “Ask Zoho again”" in words
        assert again.context["form"]["subject"].value() == typed["subject"]
        zoho.clear_script()
        known = staff_client.post(url(connection), typed | {"show_fields": "again"})
        assert known.context["form"]["subject"].value() == typed["subject"]
        assert "Support" in text(known)

    def test_are_told_without_set_up_words_replies_s6(
        self, zoho: SandboxZoho, connection: Connection, staff: User, admin: User
    ) -> None:
        zoho.script("GET", form.DEPARTMENTS, *[REFUSALS[3]] * 2)

        for_staff, for_admin = (
            text(signed_in(each).get(url(connection))) for each in (staff, admin)
        )

        assert "Ask admin@example.com" in for_staff
        assert "profile or role" in for_admin
        assert "profile or role" not in for_staff


class TestTicketPage:
    def address(self, zoho: SandboxZoho, connection: Connection) -> str:
        ticket = zoho.records()["tickets"][0]["id"]
        return f"/c/{connection.slug}/desk/tickets/{ticket}/"

    def test_goes_on_without_its_layout_replies_s6(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        refused: dict[str, Any],
    ) -> None:
        zoho.script("GET", form.LAYOUTS, refused)

        page = staff_client.get(self.address(zoho, answering))

        offered = page.context["status_form"].fields["status"].choices
        assert [value for value, _ in offered] == [
            "Open",
            "On Hold",
            "Escalated",
            "Closed",
        ]
        assert "Add comment" in text(page)

    def test_goes_on_without_what_was_said_replies_s6(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        refused: dict[str, Any],
    ) -> None:
        zoho.script("GET", CONVERSATIONS, refused)

        page = text(staff_client.get(self.address(zoho, answering)))

        assert "does not tell what was said" in page
        assert "Nothing was said" not in page
        assert "Add comment" in page

    def test_keeps_a_status_that_is_no_more_in_the_list_forms_02(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        support = choose_organisation(zoho, rich, "Support")
        typed = filled(zoho, rich, staff_client, "Support", status="Solved")
        staff_client.post(url(rich), typed)
        (layout,) = (
            each["id"]
            for each in zoho.records()["layouts"]
            if each["departmentId"] == support
        )
        zoho.change_layout(layout, remove_value={"field": "status", "value": "Solved"})
        ticket = zoho.records()["tickets"][-1]["id"]
        know_nothing()

        page = staff_client.get(f"/c/{rich.slug}/desk/tickets/{ticket}/")

        assert page.context["status_form"]["status"].value() == "Solved"
        offered = page.context["status_form"].fields["status"].choices
        assert ("Solved", "Solved") in offered
