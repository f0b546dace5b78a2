from typing import Any

import pytest
from django.test import Client

from connections import services
from connections.models import Connection
from tests.desk import form
from tests.desk.form import (
    DEPARTMENTS,
    SEARCH,
    TICKETS,
    created_tickets,
    department_url,
    send,
    sent,
    url,
)
from tests.openapi.normaliser import FOLDER, errors, folder, request_schema
from tests.recorded import body_of
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

NEW_PERSON = {
    "email": "kim.sample@example.com",
    "last_name": "Sample",
    "first_name": "Kim",
    "phone": "+49 30 000000",
}
DETAILS = {
    "priority": "High",
    "channel": "Web",
    "language": "German",
    "due_date": "2026-12-01T11:00",
    "description": "It jams.",
}
INVALID = "INVALID_DATA"


def refusal(*problems: tuple[str, str]) -> dict[str, Any]:
    found = [{"fieldName": name, "errorType": kind} for name, kind in problems]
    body = {"errorCode": INVALID, "message": "No.", "errors": found}
    return {"status": 422, "body": body}


class TestTicketForm:
    def test_offers_the_departments_of_zoho(
        self, connection: Connection, staff_client: Client
    ) -> None:
        choices = staff_client.get(url(connection)).context["form"]["department"]

        names = [label for _, label in choices.field.choices]
        assert names == ["Choose a department", "Support", "Billing"]

    def test_shows_an_only_department_as_text_r41(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        only = {"data": [{"id": "4150868000000300002", "name": "Support"}]}
        zoho.script("GET", DEPARTMENTS, {"status": 200, "body": only})

        page = staff_client.get(url(connection)).content.decode()

        assert 'data-testid="only-department"' in page
        assert "<select" not in page.partition("More details")[0]

    def test_names_the_time_zone_of_the_due_date_r43(
        self, connection: Connection, staff_client: Client
    ) -> None:
        page = text(staff_client.get(department_url(connection)))

        assert "Day and time in Europe/Berlin." in page

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"subject": ""}, "subject"),
            ({"subject": "x" * 256}, "subject"),
            ({"email": ""}, "who"),
            ({"email": "", "first_name": "Jo"}, "last_name"),
            ({"email": "", "phone": "+44 20 7946 0555"}, "last_name"),
            ({"email": "nobody"}, "email"),
            ({"department": ""}, "department"),
            ({"department": "1"}, "department"),
            ({"priority": "Urgent"}, "priority"),
            ({"description": "x" * 60_001}, "description"),
            ({"description": "NUL \x00"}, "description"),
            ({"due_date": "tomorrow"}, "due_date"),
            ({"due_date": "2026-02-29T10:00"}, "due_date"),
            ({"due_date": "2027-03-28T02:30"}, "due_date"),
            ({"due_date": "0001-01-01T00:00"}, "due_date"),
            ({"due_date": "0026-12-01T10:00"}, "due_date"),
            ({"due_date": "9999-12-31T23:59"}, "due_date"),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_says_what_is_wrong_beside_the_field_f56(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        values: dict[str, str],
        field: str,
    ) -> None:
        page = send(staff_client, connection, **values)

        shown = page.context["form"]
        assert list(shown.errors) == [field]
        assert shown.errors[field][0].endswith(".")
        typed = {name: shown[name].value() for name in values}
        assert typed == values
        assert not Delivery.objects.exists()

    @pytest.mark.parametrize("name", ["priority", "due_date"])
    def test_opens_the_details_that_hold_an_error_r42(
        self, connection: Connection, staff_client: Client, name: str
    ) -> None:
        page = send(staff_client, connection, **{name: "wrong"}).content.decode()

        assert '<details class="more" open>' in page

    def test_is_not_there_where_tickets_were_not_chosen(
        self, connection: Connection, staff_client: Client
    ) -> None:
        Connection.objects.update(features=["crm.contacts"])

        assert staff_client.get(url(connection)).status_code == 404

    def test_is_not_there_for_others(
        self, connection: Connection, stranger_client: Client
    ) -> None:
        assert stranger_client.get(url(connection)).status_code == 404


class TestPerson:
    def test_is_found_by_the_address(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        (known,) = [
            each
            for each in zoho.records()["desk_contacts"]
            if each["email"] == form.TICKET["email"]
        ]

        send(staff_client, connection, email="Ada.Archer@Example.com")

        assert sent(zoho)["contactId"] == known["id"]
        assert "contact" not in sent(zoho)

    def test_comes_along_when_desk_does_not_know_them(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection, **NEW_PERSON)

        assert sent(zoho)["contact"] == {
            "lastName": "Sample",
            "firstName": "Kim",
            "email": "kim.sample@example.com",
            "phone": "+49 30 000000",
        }
        assert "contactId" not in sent(zoho)

    def test_needs_no_more_than_an_address_forms_07(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection, email=NEW_PERSON["email"])

        assert sent(zoho)["contact"] == {"email": NEW_PERSON["email"]}
        assert created_tickets(zoho) == 1

    def test_is_asked_for_the_name_where_desk_insists_forms_07(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", TICKETS, refusal(("/contact/lastName", "missing")))
        typed = NEW_PERSON | DETAILS | {"last_name": ""}

        page = send(staff_client, connection, **typed)

        shown = page.context["form"]
        assert list(shown.errors) == ["last_name"]
        assert "last name" in shown.errors["last_name"][0]
        assert {name: shown[name].value() for name in typed} == typed
        again = shown.data.dict() | {"form_key": page.context["form_key"]}
        staff_client.post(url(connection), again | {"last_name": "Sample"})
        assert created_tickets(zoho) == 1

    @pytest.mark.parametrize(
        "body",
        [
            {"data": None},
            {"data": "x"},
            {"data": [None, 7, "x", []]},
            {"data": {"id": "1"}},
        ],
        ids=str,
    )
    def test_survives_a_search_of_another_shape(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        body: object,
    ) -> None:
        zoho.script("GET", SEARCH, {"status": 200, "body": body})

        answer = send(staff_client, connection)

        assert answer.status_code in {200, 302}
        assert Delivery.objects.get().state in {"waiting", "refused"}
        assert created_tickets(zoho) == 0

    @pytest.mark.parametrize(
        "body",
        [
            {"data": [{"email": 7, "id": "1"}, {"email": None}]},
            {"data": [{"email": "ada.archer@example.com"}]},
            {},
        ],
        ids=str,
    )
    def test_is_left_to_desk_where_the_search_names_nobody(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        body: object,
    ) -> None:
        zoho.script("GET", SEARCH, {"status": 200, "body": body})

        send(staff_client, connection)

        assert sent(zoho)["contact"] == {"email": form.TICKET["email"]}

    def test_is_found_where_the_search_takes_no_address(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        body = {"errorCode": "UNPROCESSABLE_ENTITY", "message": "Extra parameter"}
        zoho.script("GET", SEARCH, {"status": 422, "body": body})

        send(staff_client, connection)

        assert "contactId" in sent(zoho)

    def test_is_never_one_with_a_similar_address(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        similar = {"data": [{"id": "1", "email": "kim.sample@example.com.au"}]}
        zoho.script("GET", SEARCH, {"status": 200, "body": similar})

        send(staff_client, connection, **NEW_PERSON)

        assert "contactId" not in sent(zoho)

    def test_cannot_be_looked_up_while_zoho_is_down(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", SEARCH, {"status": 503})

        answer = send(staff_client, connection)

        assert "What you typed is kept." in text(staff_client.get(answer.url))
        assert Delivery.objects.get().state == "waiting"
        assert created_tickets(zoho) == 0


class TestTicket:
    def test_is_opened_with_number_and_link(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        answer = send(staff_client, connection)

        page = staff_client.get(answer.url)
        ticket = zoho.records()["tickets"][-1]
        assert f"Ticket #{ticket['ticketNumber']} was opened." in text(page)
        assert f"{zoho.url}/desk/tickets/{ticket['id']}" in page.content.decode()

    def test_sends_only_what_was_filled_in(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection)

        assert sent(zoho).keys() == {
            "subject",
            "departmentId",
            "contactId",
            "description",
        }

    def test_sends_everything_that_was_filled_in(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        send(staff_client, connection, **DETAILS)

        assert sent(zoho) | {
            "priority": "High",
            "channel": "Web",
            "language": "German",
            "dueDate": "2026-12-01T10:00:00.000Z",
        } == sent(zoho)

    def test_escapes_what_was_typed_and_ends_with_the_reference_a55(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        typed = 'One & <b>two</b>\n<script>alert("3")</script>'

        send(staff_client, connection, description=typed)

        lines = sent(zoho)["description"].split("<br>")
        assert lines == [
            "One &amp; &lt;b&gt;two&lt;/b&gt;",
            "&lt;script&gt;alert(&quot;3&quot;)&lt;/script&gt;",
            "",
            f"Ref. {Delivery.objects.get().reference}",
        ]

    @pytest.mark.parametrize(
        ("typed", "utc"),
        [
            ("2027-10-30T17:00", "2027-10-30T15:00:00.000Z"),
            ("2027-11-01T17:00", "2027-11-01T16:00:00.000Z"),
            ("2027-03-27T17:00", "2027-03-27T16:00:00.000Z"),
            ("2027-03-28T17:00", "2027-03-28T15:00:00.000Z"),
            ("2028-02-29T00:00", "2028-02-28T23:00:00.000Z"),
        ],
    )
    def test_sends_the_due_date_in_utc_f56(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        typed: str,
        utc: str,
    ) -> None:
        send(staff_client, connection, due_date=typed)

        assert sent(zoho)["dueDate"] == utc

    @pytest.mark.parametrize(
        ("zone", "utc"),
        [
            ("Asia/Kolkata", "2026-12-01T05:30:00.000Z"),
            ("America/New_York", "2026-12-01T16:00:00.000Z"),
        ],
    )
    def test_reads_the_due_date_in_the_persons_zone_f56(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
        zone: str,
        utc: str,
    ) -> None:
        User.objects.filter(pk=staff.pk).update(time_zone=zone)

        send(staff_client, connection, due_date="2026-12-01T11:00")

        assert sent(zoho)["dueDate"] == utc

    def test_names_the_organisation_in_every_call_but_the_first(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        own = connection.product_accounts.get(product="desk").external_id

        services.test(connection)
        send(staff_client, connection)

        asked = {
            entry["path"]: entry["org_id"]
            for entry in zoho.journal()
            if entry["path"].startswith("/api/v1/")
        }
        assert asked.pop("/api/v1/organizations") is None
        assert asked.keys() >= {
            DEPARTMENTS,
            SEARCH,
            TICKETS,
            "/api/v1/layouts",
            "/api/v1/myForm",
            "/api/v1/dependencyMappings",
        }
        assert set(asked.values()) == {own}

    @pytest.mark.parametrize(
        "link",
        [
            "javascript:alert(1)",
            "JavaScript:alert(1)",
            "data:text/html,x",
            "http://evil.example/1",
            "//evil.example/1",
            "https://evil.example/1",
            "http://[::1",
            7,
            None,
            ["https://evil.example"],
        ],
        ids=str,
    )
    def test_shows_no_link_that_people_should_not_follow(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        link: object,
    ) -> None:
        created = body_of("desk", "created") | {"webUrl": link}
        zoho.script("POST", TICKETS, {"status": 200, "body": created})

        answer = send(staff_client, connection)

        page = staff_client.get(answer.url)
        assert "Ticket #105 was opened." in text(page)
        assert "Open in Zoho Desk" not in text(page)
        assert "javascript" not in page.content.decode().lower().replace("js/", "")

    @pytest.mark.skipif(
        folder() is None,
        reason=f"{FOLDER} does not name a folder with Zoho's OpenAPI files",
    )
    @pytest.mark.parametrize(
        "values",
        [
            {},
            DETAILS,
            # The file forbids more than these two; Desk's examples have the others.
            {"email": NEW_PERSON["email"], "last_name": NEW_PERSON["last_name"]},
        ],
    )
    def test_fits_zohos_description_of_the_request(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        values: dict[str, str],
    ) -> None:
        send(staff_client, connection, **values)

        schema = request_schema("desk-v1/Ticket.json", "/api/v1/tickets", "POST")
        # The file requires all that a ticket can have, both kinds of person included.
        del schema["required"]
        found = [error.message for error in errors(schema, sent(zoho))]
        assert found == []


class TestRefusal:
    @pytest.mark.parametrize(
        ("pointer", "field"),
        [
            ("/subject", "subject"),
            ("/departmentId", "department"),
            ("/priority", "priority"),
            ("/channel", "channel"),
            ("/dueDate", "due_date"),
            ("/language", "language"),
            ("/description", "description"),
            ("/email", "email"),
            ("/contactId", "who"),
            ("/contact", "who"),
            ("/contact/email", "email"),
            ("/contact/lastName", "last_name"),
            ("/contact/firstName", "first_name"),
            ("/contact/phone", "phone"),
        ],
    )
    def test_stands_beside_its_field_r13(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        pointer: str,
        field: str,
    ) -> None:
        zoho.script("POST", TICKETS, refusal((pointer, "invalid")))
        typed = NEW_PERSON | DETAILS

        page = send(staff_client, connection, **typed)

        shown = page.context["form"]
        assert list(shown.errors) == [field]
        assert {name: shown[name].value() for name in typed} == typed

    def test_stands_in_the_summary_for_a_field_we_do_not_have_r13(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        answer = refusal(("/cf/cf_model", "missing"), ("/subject", "invalid"))
        zoho.script("POST", TICKETS, answer)

        page = send(staff_client, connection)

        shown = page.context["form"]
        assert shown.non_field_errors() == [
            "Your department needs a field that the portal does not know. Enter it in "
            "Zoho."
        ]
        assert "subject" in shown.errors

    @pytest.mark.parametrize("errors_", [None, [], [7], "x"], ids=str)
    def test_is_said_in_zohos_words_without_a_field(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        errors_: object,
    ) -> None:
        body = {"errorCode": INVALID, "message": "Not <today>.", "errors": errors_}
        zoho.script("POST", TICKETS, {"status": 422, "body": body})

        page = send(staff_client, connection)

        (sentence,) = page.context["form"].non_field_errors()
        assert "Zoho's words: “Not <today>.”" in sentence
        assert "<today>" not in page.content.decode()

    @pytest.mark.parametrize(
        "name", ["__all__", "form_key", "csrfmiddlewaretoken", "", "<b>", "a" * 5_000]
    )
    def test_bears_any_name_of_a_field(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        name: str,
    ) -> None:
        zoho.script("POST", TICKETS, refusal((name, "invalid")))

        page = send(staff_client, connection)

        assert page.status_code == 200
        assert page.context["form"].non_field_errors()
        assert "<b>" not in page.content.decode()


class TestUnreadableDepartments:
    def test_have_no_set_up_words_for_staff(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        zoho.revoke_tokens()

        for_staff = text(staff_client.get(url(connection)))

        assert "Zoho is not connected at the moment" in for_staff
        assert "Ask admin@example.com." in for_staff
        assert "econnect" not in for_staff

    def test_keep_what_was_typed_when_a_field_is_wrong(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        typed = form.filled(staff_client, connection, subject="", **DETAILS)
        form.forget(zoho)

        page = staff_client.post(url(connection), typed)

        shown = page.context["form"]
        assert list(shown.errors) == ["subject"]
        assert {name: shown[name].value() for name in DETAILS} == DETAILS
        assert shown["department"].value() == typed["department"]
        assert "What you typed is kept" in text(page)

    def test_do_not_keep_a_good_ticket_back(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        typed = form.filled(staff_client, connection)
        form.forget(zoho)

        staff_client.post(url(connection), typed)

        assert created_tickets(zoho) == 1
