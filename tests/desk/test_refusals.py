"""Every refusal of Desk ends in its text, for staff and for admins (A55: as text)."""

from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.utils import timezone

from connections.models import Connection, ProductAccount
from tests.desk.form import NASTY, TICKETS, created_tickets, filled, refusal, send, url
from tests.support.departments import filled as rich_form
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.models import Delivery, Job

ATTACHMENTS = "/api/v1/tickets/*"


@dataclass(frozen=True)
class Row:
    ref: str
    answer: dict[str, Any]
    for_staff: str
    for_admin: str
    buttons: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.ref} {self.answer['body']['errorCode']}"


KEPT = [
    Row(
        "E13",
        refusal("SCOPE_MISMATCH", 403),
        "Ask admin@example.com to allow “open tickets”. Your form is kept.",
        "A permission is missing: open tickets",
        ("Add permission",),
    ),
    Row(
        "E15",
        refusal("OAUTH_ORG_MISMATCH", 403),
        "Zoho is not connected at the moment Ask admin@example.com.",
        "This sign-in belongs to another Desk organisation",
        ("Choose the organisation", "Reconnect for Example Ltd"),
    ),
    Row(
        "E16",
        refusal("FORBIDDEN", 403),
        "The Zoho user behind this connection may not do this Ask admin@example.com.",
        "lacks the right to open tickets in Zoho Desk.",
        ("Test again", "Reconnect as another user", "Copy Note for the Zoho admin"),
    ),
    Row(
        "E22",
        refusal("TOO_MANY_REQUESTS", 429),
        "Zoho is busy with our requests",
        "Zoho limits how much may be asked at once. Your entry is kept.",
        ("Send when possible", "Keep as draft"),
    ),
    Row(
        "E22",
        refusal("THRESHOLD_EXCEEDED", 429, headers={"Retry-After": "7200"}),
        "Today's Zoho limit is used up",
        "Your plan's API credits for 24 hours are spent. Your entry is kept; we can "
        "send it when Zoho counts anew, about",
        ("Send when possible", "Keep as draft"),
    ),
]
ON_THE_FORM = [
    Row(
        "E17",
        refusal("LICENSE_ACCESS_LIMITED", 403),
        "Your Zoho plan does not include this. Ask admin@example.com, who can hide it",
        "Zoho says that “open tickets” is not part of your plan, or its limit is "
        "reached. We cannot change that from here.",
        ("Hide this feature",),
    ),
    Row(
        "E29",
        refusal("UNPROCESSABLE_ENTITY", 422),
        "Zoho did not accept this. Zoho's words: “No",
        "Zoho did not accept this. Zoho's words: “No",
    ),
    Row(
        "E29",
        refusal("RESOURCE_SIZE_EXCEEDED", 413),
        "Zoho did not accept this. Zoho's words: “No",
        "Zoho did not accept this. Zoho's words: “No",
    ),
]


class TestRefusals:
    @pytest.mark.parametrize("row", KEPT, ids=str)
    def test_that_keep_a_ticket_are_explained_a55(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
        row: Row,
    ) -> None:
        zoho.script("POST", TICKETS, row.answer)

        address = send(staff_client, connection).url

        for_staff, for_admin = staff_client.get(address), admin_client.get(address)
        assert row.for_staff in text(for_staff)
        assert row.for_admin in text(for_admin)
        for button in row.buttons:
            assert button in text(for_admin)
        assert NASTY not in for_staff.content.decode() + for_admin.content.decode()
        assert Delivery.objects.get().problem["ref"] == row.ref
        assert created_tickets(zoho) == 0

    @pytest.mark.parametrize("row", ON_THE_FORM, ids=str)
    def test_that_end_on_the_form_are_explained_a55(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
        row: Row,
    ) -> None:
        zoho.script("POST", TICKETS, row.answer, row.answer)

        for_staff, for_admin = [
            send(client, connection, subject=name)
            for name, client in (("One", staff_client), ("Two", admin_client))
        ]

        (said,) = for_staff.context["form"].non_field_errors()
        assert row.for_staff in said
        (said,) = for_admin.context["form"].non_field_errors()
        assert row.for_admin in said
        for button in row.buttons:
            assert button in text(for_admin)
            assert button not in text(for_staff)
        assert NASTY not in for_staff.content.decode() + for_admin.content.decode()
        assert for_staff.context["form"]["subject"].value() == "One"

    def test_of_a_value_stand_beside_its_field_e18_e19(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        errors = [
            {"fieldName": "/subject", "errorType": "missing"},
            {"fieldName": "/priority", "errorType": "invalid"},
        ]
        zoho.script("POST", TICKETS, refusal("INVALID_DATA", 422, errors=errors))

        shown = send(staff_client, connection, priority="High").context["form"]

        assert shown.errors == {
            "subject": ["Enter subject. Your department needs it."],
            "priority": ["Zoho does not take this value for priority. Change it."],
        }

    def test_of_a_value_that_is_not_there_any_more_names_it_e19(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        typed = filled(staff_client, connection, priority="High")
        layout = zoho.records()["layouts"][0]["id"]
        zoho.change_layout(layout, remove_value={"field": "priority", "value": "High"})
        errors = [{"fieldName": "/priority", "errorType": "invalid"}]
        zoho.script("POST", TICKETS, refusal("INVALID_DATA", 422, errors=errors))

        shown = staff_client.post(url(connection), typed).context["form"]

        words = "Choose one of the values of priority: “High” is not in Zoho's list."
        assert shown.errors == {"priority": [words]}

    def test_of_a_field_stand_in_desks_words_beside_it_forms_13(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        said = {"errorMessage": f"Priorities need {NASTY}."}
        errors = [{"fieldName": "/priority", "errorType": "invalid", **said}]
        zoho.script("POST", TICKETS, refusal("INVALID_DATA", 422, errors=errors))

        page = send(staff_client, connection, priority="High")

        assert page.context["form"].errors == {
            "priority": [
                "Zoho does not take this value for priority. Zoho's words: "
                f"“Priorities need {NASTY}.” Change it."
            ]
        }
        assert NASTY not in page.content.decode()
        details = dict(page.context["refusal"].details)
        assert details["Zoho's code"] == "INVALID_DATA"
        assert details["Priority"] == f"invalid, Priorities need {NASTY}., priority"

    @pytest.mark.parametrize(
        ("pointer", "field", "message"),
        [
            ("/cf/cf_serial_number", "cf_serial_number", "Serial numbers: 8 digits."),
            ("/subject", "subject", "A subject names the room first."),
            ("/contact/phone", "phone", f"No such {NASTY} number."),
        ],
    )
    def test_carry_desks_own_words_forms_13(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
        pointer: str,
        field: str,
        message: str,
    ) -> None:
        error = {"fieldName": pointer, "errorType": "invalid", "errorMessage": message}
        zoho.script("POST", TICKETS, refusal("INVALID_DATA", 422, errors=[error]))
        person = {"email": "", "last_name": "Caller", "phone": "7"}
        typed = rich_form(zoho, rich, staff_client, "Support", **person)

        page = staff_client.post(url(rich), typed)

        shown = page.context["form"]
        assert list(shown.errors) == [field]
        assert message in shown.errors[field][0]
        assert "cf_serial_number" not in " ".join(shown.errors[field])
        assert NASTY not in page.content.decode()

    def test_of_a_field_without_an_input_have_its_label_forms_13(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        error = {"fieldName": "/productId", "errorType": "missing"}
        zoho.script("POST", TICKETS, refusal("INVALID_DATA", 422, errors=[error]))
        typed = rich_form(zoho, rich, staff_client, "Support")

        page = staff_client.post(url(rich), typed)

        (words,) = page.context["form"].non_field_errors()
        assert (
            "needs Product Name, which is not on this form. Enter it in Zoho." in words
        )
        assert "productId" not in words

    @pytest.mark.parametrize("is_there", [True, False])
    def test_of_a_contact_name_it_gone_only_where_desk_lacks_it_e19(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        is_there: bool,
    ) -> None:
        known = zoho.records()["desk_contacts"][0]["id"] if is_there else "7"
        errors = [{"fieldName": "/contactId", "errorType": "invalid"}]
        zoho.script("POST", TICKETS, refusal("INVALID_DATA", 422, errors=errors))
        chosen = {"who": "Ada", "contact_name": "Ada", "contact": known, "email": ""}

        shown = send(staff_client, connection, **chosen).context["form"]

        there = "Zoho does not take this value for contact. Change it."
        gone = "Ada no longer exists in Zoho. Choose another."
        assert shown.errors == {"who": [there if is_there else gone]}

    @pytest.mark.parametrize(
        ("answer", "words"),
        [
            (refusal("RESOURCE_SIZE_EXCEEDED", 413), "which is more than Zoho takes."),
            (
                refusal("UNSUPPORTED_MEDIA_TYPE", 415),
                "Your Desk does not allow files of type .txt.",
            ),
        ],
        ids=["413", "415"],
    )
    def test_of_a_file_say_that_the_ticket_is_there_e23(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        answer: dict[str, Any],
        words: str,
    ) -> None:
        zoho.script("POST", ATTACHMENTS, answer)
        typed = filled(staff_client, answering)
        files = {"attachments": [SimpleUploadedFile("a.txt", b"A")]}

        staff_client.post(url(answering), typed | files)

        file = Delivery.objects.get(kind="desk.file")
        page = staff_client.get(file.get_absolute_url())
        assert "a.txt was not attached" in text(page)
        assert f"{words} Ticket #105 was opened." in text(page)
        ticket = zoho.records()["tickets"][-1]["id"]
        link = f'href="/c/{answering.slug}/desk/tickets/{ticket}/">Choose another file'
        assert link in page.content.decode()


class TestTimes:
    def test_are_by_the_authors_clock_whoever_sends_f56(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        User.objects.filter(email="staff@example.com").update(time_zone="Asia/Tokyo")
        used_up = refusal("THRESHOLD_EXCEEDED", 429, headers={"Retry-After": "7200"})
        zoho.script("POST", TICKETS, used_up)

        send(staff_client, connection)

        delivery = Delivery.objects.get()
        anew = delivery.created_at.astimezone(ZoneInfo("Asia/Tokyo"))
        hours = {f"{anew + timedelta(hours=2, minutes=late):%H:%M}" for late in (0, 1)}
        assert any(f"about {hour} on" in delivery.problem["cause"] for hour in hours)


class TestDraft:
    def test_is_sent_by_a_press_only_e22(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        busy = refusal("TOO_MANY_REQUESTS", 429, headers={"Retry-After": "1"})
        zoho.script("POST", TICKETS, busy)
        address = send(staff_client, connection).url
        Job.objects.create(name="sweep", ran_at=timezone.now())

        page = text(staff_client.post(f"{address}draft/", follow=True))

        assert "It is kept as a draft, and is not sent before you press" in page
        assert "Kept as a draft" in text(staff_client.get("/deliveries/"))
        assert not outbox.keep_as_draft(Delivery.objects.get())
        delivery = Delivery.objects.get()
        assert (delivery.state, delivery.held_for) == ("waiting", "draft")


class TestOrganisation:
    def test_is_chosen_anew_e15(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        desk = ProductAccount.objects.get(connection=connection, product="desk")
        right = desk.external_id
        ProductAccount.objects.filter(pk=desk.pk).update(external_id="1", name="Old")

        looked = f"/connections/{connection.pk}/organisations/"
        page = admin_client.post(looked, follow=True)
        assert "Which organisation do you want to work with?" in text(page)
        chosen = {"product": "desk", "organisation": right}
        admin_client.post(f"/connections/{connection.pk}/organisation/", chosen)

        desk.refresh_from_db()
        assert desk.external_id == right
        send(staff_client, connection)
        assert created_tickets(zoho) == 1

    def test_is_not_asked_where_there_is_no_other(
        self, connection: Connection, admin_client: Client
    ) -> None:
        looked = f"/connections/{connection.pk}/organisations/"

        page = text(admin_client.post(looked, follow=True))

        assert "Zoho names no other organisation" in page
