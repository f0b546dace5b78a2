"""Ticket templates: made, shared, used, changed and deleted."""

from typing import Any

import pytest
from django.db import connection as database
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from connections import services
from connections.models import Connection
from desk import ticket_templates
from desk.models import TicketTemplate
from tests.desk import form
from tests.desk.form import created_tickets, sent
from tests.desk.templates import made, save, url, use
from tests.support.departments import choose_organisation
from tests.support.pages import text
from tests.support.people import add_person, signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import Role, User
from zohoportal.activity.models import AuditEvent

SUPPORT = {
    "category": "Hardware",
    "subCategory": "Printer",
    "cf_serial_number": "S-1",
    "cf_affected_systems": "E-mail;Web site",
}
LABELS = {
    "category": "Category",
    "subCategory": "Sub Category",
    "cf_serial_number": "Serial number",
    "cf_affected_systems": "Affected systems",
}
HOSTILE = '<script>alert(1)</script><b>"&'


@pytest.fixture
def colleague(connection: Connection, staff: User) -> User:
    """Somebody else who may use the connection."""
    found = add_person("colleague@example.com", Role.STAFF)
    services.set_members(connection, [staff, found])
    return found


def in_support(zoho: SandboxZoho, rich: Connection, **values: Any) -> dict[str, Any]:
    """Return what a template of the department that asks for much consists of."""
    department = choose_organisation(zoho, rich, "Support")
    own = {"department": department, "department_name": "Support"}
    return own | {"values": SUPPORT, "labels": LABELS} | values


def shown(page: Any) -> dict[str, Any]:
    """Return what stands in the fields of a form."""
    found = page.context["form"]
    return {name: found[name].value() for name in found.fields}


def said(page: Any) -> str:
    filling = page.context["filling"]
    return " ".join([filling.headline, *filling.sentences()])


class TestUsing:
    def test_fills_in_what_is_empty(
        self, zoho: SandboxZoho, rich: Connection, staff: User, staff_client: Client
    ) -> None:
        kept = in_support(zoho, rich, description="What is broken:")
        template = made(staff, rich, **kept)

        page = use(staff_client, rich, template)

        values = shown(page)
        assert values["department"] == kept["department"]
        assert values["subject"] == "A repair"
        assert values["description"] == "What is broken:"
        assert values["category"] == "Hardware"
        assert values["subCategory"] == "Printer"
        assert values["cf_affected_systems"] == ["E-mail", "Web site"]
        assert said(page) == (
            "Filled in from “Warranty”: Department, Subject, Description, Category, "
            "Sub Category, Serial number, Affected systems"
        )
        assert not page.context["form"].errors

    def test_never_overwrites_what_was_typed(
        self, zoho: SandboxZoho, rich: Connection, staff: User, staff_client: Client
    ) -> None:
        kept = in_support(zoho, rich, description="What is broken:")
        template = made(staff, rich, **kept)
        typed = {
            "department": kept["department"],
            "shown_department": kept["department"],
            "subject": "Mine",
            "category": "Software",
            "cf_serial_number": "S-9",
            "email": "kim.sample@example.com",
        }

        page = use(staff_client, rich, template, **typed)

        values = shown(page)
        assert {name: values[name] for name in typed if name in values} == {
            name: typed[name] for name in typed if name in values
        }
        assert values["description"] == "What is broken:"
        assert not values["subCategory"]
        assert "Subject and Serial number were left as you typed them." in said(page)
        assert "Category was left as you chose it." in said(page)
        assert (
            "Sub Category was left empty: “Printer” does not go with what Category has."
            in said(page)
        )

    def test_keeps_another_department_and_names_what_it_has_no_place_for(
        self, zoho: SandboxZoho, rich: Connection, staff: User, staff_client: Client
    ) -> None:
        kept = in_support(zoho, rich)
        template = made(staff, rich, **kept)
        billing = choose_organisation(zoho, rich, "Billing")
        chosen = {"department": billing, "shown_department": billing}

        page = use(staff_client, rich, template, **chosen)

        assert shown(page)["department"] == billing
        assert "Department was left as you chose it." in said(page)
        assert "This department has no place for Category" in said(page)

    def test_says_that_its_department_is_gone(
        self, zoho: SandboxZoho, rich: Connection, staff: User, staff_client: Client
    ) -> None:
        old = in_support(zoho, rich) | {"department": "1", "department_name": "Old"}
        template = made(staff, rich, **old)

        page = use(staff_client, rich, template)

        values = shown(page)
        assert not values["department"]
        assert values["subject"] == "A repair"
        assert "Its department “Old” is not there any more" in said(page)
        assert "Serial number and Affected systems choose a department" in said(page)

    def test_names_values_that_are_not_in_the_list_any_more(
        self, zoho: SandboxZoho, rich: Connection, staff: User, staff_client: Client
    ) -> None:
        old = in_support(zoho, rich, values=SUPPORT | {"category": "Fax machines"})
        template = made(staff, rich, **old)

        page = use(staff_client, rich, template)

        assert not shown(page)["category"]
        assert "Category does not take “Fax machines” any more." in said(page)
        assert "notice-warn" in page.content.decode()

    def test_works_by_a_link_and_keeps_the_person_of_it(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        template = made(staff, connection)
        query = f"?template={template.pk}&email=new@example.com&name=Nia+Person"

        page = staff_client.get(form.url(connection) + query)

        values = shown(page)
        assert values["subject"] == "A repair"
        assert values["email"] == "new@example.com"
        assert values["last_name"] == "Person"

    def test_brings_a_whole_ticket_to_zoho(
        self, zoho: SandboxZoho, rich: Connection, staff: User, staff_client: Client
    ) -> None:
        template = made(staff, rich, **in_support(zoho, rich))
        page = use(staff_client, rich, template, email="ada.archer@example.com")
        posted = {name: value or "" for name, value in shown(page).items()}
        more = {"shown_department": posted["department"]}
        more["form_key"] = staff_client.get(form.url(rich)).context["form_key"]
        del posted["attachments"]

        answer = staff_client.post(form.url(rich), posted | more)

        assert answer.status_code == 302, answer.context["form"].errors
        assert sent(zoho)["cf"]["cf_affected_systems"] == "E-mail;Web site"

    @pytest.mark.parametrize("asked", ["", "0", "x", "9" * 30, "٣"])
    def test_of_none_says_so_and_keeps_what_was_typed(
        self, connection: Connection, staff: User, staff_client: Client, asked: str
    ) -> None:
        page = use(
            staff_client, connection, made(staff, connection), start_from=asked,
            subject="Mine",
        )  # fmt: skip

        assert "No template was used" in text(page)
        assert shown(page)["subject"] == "Mine"

    def test_works_on_what_was_typed_while_zoho_is_down(
        self, zoho: SandboxZoho, rich: Connection, staff: User, staff_client: Client
    ) -> None:
        template = made(staff, rich, **in_support(zoho, rich))
        form.forget(zoho)

        page = use(staff_client, rich, template, description="Mine")

        values = shown(page)
        assert values["description"] == "Mine"
        assert values["cf_serial_number"] == "S-1"
        assert values["department"] == template.department

    def test_costs_no_call_and_the_same_queries_for_one_and_for_many(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        address = form.department_url(connection)
        made(staff, connection)
        staff_client.get(address)
        zoho.clear_journal()
        counted = _queries(staff_client, address)
        counted_in_list = _queries(staff_client, url(connection))
        for number in range(9):
            made(staff, connection, name=f"Number {number}")

        assert _queries(staff_client, address) == counted
        assert _queries(staff_client, url(connection)) == counted_in_list
        assert zoho.journal() == []

    def test_is_offered_only_where_there_is_one(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        assert "Start from a template" not in text(
            staff_client.get(form.url(connection))
        )
        made(staff, connection)
        assert "Start from a template" in text(staff_client.get(form.url(connection)))


class TestPlaceholders:
    def test_are_filled_in_when_it_is_used(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        words = "{Today}: call { my  e-mail }. {not: a placeholder} {0.__class__}"
        template = made(staff, connection, description=words)

        page = use(staff_client, connection, template)

        today = timezone.localdate()
        assert shown(page)["description"] == (
            f"{today.day} {today:%B %Y}: call staff@example.com. "
            "{not: a placeholder} {0.__class__}"
        )

    @pytest.mark.parametrize(
        ("person", "name"),
        [
            ({"who": "Ada A.", "contact_name": "Ada A.", "contact": "7"}, "Ada A."),
            ({"last_name": "Sample", "first_name": "Kim"}, "Kim Sample"),
            ({"last_name": "{today}"}, "{today}"),
        ],
        ids=["chosen", "new", "hostile"],
    )
    def test_name_the_contact_when_the_ticket_is_opened(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
        person: dict[str, str],
        name: str,
    ) -> None:
        words = {"subject": "For {contact name}", "description": "Dear {Contact Name},"}
        template = made(staff, connection, **words)
        page = use(staff_client, connection, template)
        assert "becomes the contact's name when you open the ticket" in said(page)
        if "contact" in person:
            person = person | {"contact": zoho.records()["desk_contacts"][0]["id"]}
        began = {"template": shown(page)["template"], "email": "new@example.com"}

        form.send(staff_client, connection, **words | began | person)

        assert sent(zoho)["subject"] == f"For {name}"
        assert sent(zoho)["description"].startswith(f"Dear {name},")

    def test_ask_for_a_name_that_is_not_known(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        words = {"subject": "For {contact name}", "template": "1"}

        page = form.send(staff_client, connection, **words)

        assert list(page.context["form"].errors) == ["last_name"]
        assert created_tickets(zoho) == 0

    def test_that_make_the_text_too_long_are_said_beside_it(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        words = {"subject": "x" * 240 + "{contact name}", "template": "1"}
        person = {"email": "kim@example.com", "last_name": "Sample of Somewhere"}

        page = form.send(staff_client, connection, **words, **person)

        assert list(page.context["form"].errors) == ["subject"]
        assert created_tickets(zoho) == 0

    def test_in_a_text_without_a_template_are_text(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        form.send(staff_client, connection, subject="What is {contact name}?")

        assert sent(zoho)["subject"] == "What is {contact name}?"

    @pytest.mark.parametrize("field", ["subject", "description", "cf_serial_number"])
    @pytest.mark.parametrize(
        "name", ["customer", "contact_name", "settings.KEY", "ärger"]
    )
    def test_that_nobody_knows_are_refused_with_those_there_are(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
        field: str,
        name: str,
    ) -> None:
        department = choose_organisation(zoho, rich, "Support")
        chosen = dict.fromkeys(["department", "shown_department"], department)

        page = save(staff_client, rich, **chosen, **{field: f"a {{{name}}}"})

        (words,) = page.context["form"].errors[field]
        assert words.startswith(f"“{{{name}}}” is not a placeholder.")
        assert "{contact name}, {my e-mail}, {today}" in words
        assert not TicketTemplate.objects.exists()

    @pytest.mark.parametrize(
        "harmless", ["{", "}", "{}", '{"a": 1}', "{1}", "{" * 5000, "{a" * 5000]
    )
    def test_leave_other_braces_alone(
        self, connection: Connection, staff_client: Client, harmless: str
    ) -> None:
        save(staff_client, connection, description=harmless)

        assert TicketTemplate.objects.get().description == harmless


class TestSaving:
    def test_keeps_values_as_desk_writes_them(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        department = choose_organisation(zoho, rich, "Support")
        chosen = dict.fromkeys(["department", "shown_department"], department)
        typed = SUPPORT | {"cf_affected_systems": ["E-mail", "Web site"]}

        save(staff_client, rich, **chosen, **typed, is_shared="on", owner="1")

        kept = TicketTemplate.objects.get()
        assert kept.values == SUPPORT
        assert set(kept.labels) == set(SUPPORT)
        assert kept.department_name == "Support"
        assert kept.is_shared
        assert kept.owner.email == "staff@example.com"

    def test_needs_nothing_but_a_name(
        self, connection: Connection, staff_client: Client
    ) -> None:
        answer = save(staff_client, connection)

        assert answer.url == url(connection)
        assert "The template “Warranty” was saved." in text(
            staff_client.get(answer.url)
        )

    @pytest.mark.parametrize(
        ("values", "field"),
        [
            ({"name": " "}, "name"),
            ({"name": "x" * 81}, "name"),
            ({"name": "NUL \x00"}, "name"),
            ({"subject": "x" * 256}, "subject"),
            ({"description": "x" * 60_001}, "description"),
            ({"department": "1"}, "department"),
        ],
        ids=lambda value: str(value)[:30],
    )
    def test_says_what_is_wrong_beside_the_field(
        self,
        connection: Connection,
        staff_client: Client,
        values: dict[str, str],
        field: str,
    ) -> None:
        page = save(staff_client, connection, **values)

        assert list(page.context["form"].errors) == [field]
        assert not TicketTemplate.objects.exists()

    @pytest.mark.parametrize(
        ("field", "value"),
        [
            ("category", "Fax"),
            ("subCategory", "Browser"),
            ("cf_users_affected", "many"),
        ],
    )
    def test_judges_the_departments_fields(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        staff_client: Client,
        field: str,
        value: str,
    ) -> None:
        department = choose_organisation(zoho, rich, "Support")
        chosen = dict.fromkeys(["department", "shown_department"], department)

        page = save(
            staff_client, rich, **chosen, **{"category": "Hardware", field: value}
        )

        assert list(page.context["form"].errors) == [field]

    def test_waits_while_nobody_can_judge_them(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        department = choose_organisation(zoho, rich, "Support")
        chosen = dict.fromkeys(["department", "shown_department"], department)
        form.forget(zoho)

        page = save(staff_client, rich, **chosen, cf_serial_number="S-1")

        assert "Nothing was saved" in text(page)
        assert shown(page)["cf_serial_number"] == "S-1"
        assert not TicketTemplate.objects.exists()

    def test_refuses_two_with_one_name(
        self, connection: Connection, staff: User, colleague: User, staff_client: Client
    ) -> None:
        made(colleague, connection, is_shared=True)
        save(staff_client, connection)

        page = save(staff_client, connection, name="WARRANTY")

        (words,) = page.context["form"].errors["name"]
        assert words.startswith("There is a template with this name already.")
        assert TicketTemplate.objects.filter(owner=staff).count() == 1

    def test_has_an_end(
        self,
        connection: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        for number in range(ticket_templates.MOST):
            made(staff, connection, name=f"Number {number}")

        page = save(staff_client, connection)

        assert "which is the most" in text(page)
        assert TicketTemplate.objects.count() == ticket_templates.MOST

    def test_takes_over_what_was_typed_for_a_ticket(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        department = choose_organisation(zoho, rich, "Support")
        chosen = dict.fromkeys(["department", "shown_department"], department)
        ticket = form.TICKET | chosen | SUPPORT | {"show_fields": "1"}

        page = staff_client.post(url(rich, "new"), ticket)

        values = shown(page)
        assert values["subject"] == form.TICKET["subject"]
        assert values["cf_serial_number"] == "S-1"
        assert not page.context["form"].errors
        assert "ada.archer" not in page.content.decode()

    @pytest.mark.parametrize("is_own", [True, False])
    def test_takes_over_a_ticket_that_is_there(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        admin_client: Client,
        is_own: bool,
    ) -> None:
        form.send(staff_client, answering, description="Dear all", priority="High")
        ticket = zoho.records()["tickets"][-1]
        client = staff_client if is_own else admin_client
        assert (
            b"Save as template"
            in client.get(f"/c/{answering.slug}/desk/tickets/{ticket['id']}/").content
        )

        page = client.get(f"{url(answering, 'new')}?ticket={ticket['id']}")

        values = shown(page)
        assert values["department"] == ticket["departmentId"]
        assert values["subject"] == form.TICKET["subject"]
        assert values["description"] == "Dear all"
        assert values["priority"] == ("High" if is_own else None)

    def test_keeps_what_was_typed_when_the_session_ended(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        address = url(connection, "new")
        key = staff_client.get(address).context["form_key"]
        staff_client.logout()
        save(staff_client, connection, subject="Typed", form_key=key)

        staff_client.force_login(staff)
        page = staff_client.get(address)

        assert "Your form was kept" in text(page)
        assert shown(page)["subject"] == "Typed"

    def test_shows_a55_html_as_text(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        texts = dict.fromkeys(["subject", "description", "department_name"], HOSTILE)
        template = made(staff, connection, name=HOSTILE, department="1", **texts)

        pages = [
            staff_client.get(url(connection)),
            staff_client.get(url(connection, template.pk)),
            staff_client.get(url(connection, template.pk, "delete")),
            staff_client.get(f"{form.url(connection)}?template={template.pk}"),
        ]

        for page in pages:
            assert b"<script>alert" not in page.content
            assert b"&lt;script&gt;alert" in page.content


class TestRights:
    def test_leave_a_private_one_to_its_owner_a27(
        self,
        connection: Connection,
        staff: User,
        colleague: User,
        admin_client: Client,
    ) -> None:
        template = made(staff, connection)

        for client in (signed_in(colleague), admin_client):
            for address in (
                url(connection, template.pk),
                url(connection, template.pk, "delete"),
            ):
                assert client.get(address).status_code == 404
                assert client.post(address, {"name": "X"}).status_code == 404
            assert "No template was used" in text(use(client, connection, template))
            assert "Warranty" not in text(client.get(url(connection)))
        assert TicketTemplate.objects.get().name == "Warranty"

    def test_let_everybody_use_a_shared_one_and_its_owner_change_it(
        self,
        connection: Connection,
        staff: User,
        staff_client: Client,
        colleague: User,
    ) -> None:
        template = made(staff, connection, is_shared=True)
        other = signed_in(colleague)

        assert shown(use(other, connection, template))["subject"] == "A repair"
        page = text(other.get(url(connection)))
        assert "shared by staff@example.com" in page
        assert "Change Warranty" not in page
        for address in (
            url(connection, template.pk),
            url(connection, template.pk, "delete"),
        ):
            assert other.get(address).status_code == 403
            assert other.post(address, {"name": "X"}).status_code == 403
            assert staff_client.get(address).status_code == 200

    def test_let_an_admin_change_and_delete_a_shared_one(
        self, connection: Connection, staff: User, admin_client: Client
    ) -> None:
        template = made(staff, connection, is_shared=True)
        address = url(connection, template.pk)

        admin_client.post(address, {"name": "Repairs", "version": "1"})
        template.refresh_from_db()
        assert (template.name, template.owner, template.is_shared) == (
            "Repairs",
            staff,
            False,
        )
        TicketTemplate.objects.update(is_shared=True)
        admin_client.post(url(connection, template.pk, "delete"))
        assert not TicketTemplate.objects.exists()

    def test_end_with_the_connection(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        template = made(staff, connection)
        services.set_members(connection, [])

        for parts in ((), ("new",), (template.pk,), (template.pk, "delete")):
            assert staff_client.get(url(connection, *parts)).status_code == 404

    def test_are_for_connections_that_open_tickets(
        self, connection: Connection, staff_client: Client
    ) -> None:
        Connection.objects.update(features=["crm.contacts"])

        assert staff_client.get(url(connection)).status_code == 404

    def test_do_not_reach_into_another_connection_a27(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        answering: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        template = made(staff, answering)

        assert staff_client.get(url(connection, template.pk)).status_code == 404
        assert "No template was used" in text(use(staff_client, connection, template))

    def test_leave_a_trail_of_what_concerns_others(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        save(staff_client, connection, name="Mine")
        save(staff_client, connection, name="Ours", is_shared="on")
        ours = TicketTemplate.objects.get(name="Ours")
        staff_client.post(url(connection, ours.pk), {"name": "Ours", "version": "1"})

        events = AuditEvent.objects.filter(target__contains="template").order_by("pk")
        assert [(each.target, each.details["now"]) for each in events] == [
            ("shared template “Ours”", "made"),
            ("shared template “Ours”", "not shared any more"),
        ]


class TestChanging:
    def test_keeps_what_others_changed_meanwhile_until_it_is_meant(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        template = made(staff, connection, is_shared=True)
        address = url(connection, template.pk)
        opened = staff_client.get(address).context["version"]
        first = {"name": "First", "version": str(opened)}
        second = {"name": "Second", "version": str(opened)}
        staff_client.post(address, first)

        page = staff_client.post(address, second)

        assert "was changed after you opened" in text(page)
        assert shown(page)["name"] == "Second"
        assert TicketTemplate.objects.get().name == "First"
        again = second | {"version": str(page.context["version"])}
        assert staff_client.post(address, again).status_code == 302
        assert TicketTemplate.objects.get().name == "Second"

    @pytest.mark.parametrize("version", ["", "x", "-1", "9" * 5000])
    def test_needs_to_know_what_was_read(
        self, connection: Connection, staff: User, staff_client: Client, version: str
    ) -> None:
        template = made(staff, connection)

        page = staff_client.post(
            url(connection, template.pk), {"name": "X", "version": version}
        )

        assert TicketTemplate.objects.get().name == "Warranty"
        assert "was changed after" in text(page)

    def test_counts_from_what_was_read_when_the_session_ended(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        template = made(staff, connection)
        address = url(connection, template.pk)
        key = staff_client.get(address).context["form_key"]
        staff_client.logout()
        typed = {"name": "Mine", "version": "1", "form_key": key}
        staff_client.post(address, typed)
        TicketTemplate.objects.update(version=2)

        staff_client.force_login(staff)

        page = staff_client.get(address)
        assert shown(page)["name"] == "Mine"
        assert page.context["version"] == "1"

    def test_of_one_that_was_deleted_keeps_what_was_typed(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        template = made(staff, connection)
        staff_client.post(url(connection, template.pk, "delete"))

        typed = {"name": "Mine", "subject": "Long typed"}
        page = staff_client.post(url(connection, template.pk), typed)

        assert page.status_code == 404
        assert shown(page)["subject"] == "Long typed"
        assert f'action="{url(connection, "new")}"' in page.content.decode()

    def test_shows_what_it_holds(
        self, zoho: SandboxZoho, rich: Connection, staff: User, staff_client: Client
    ) -> None:
        template = made(staff, rich, **in_support(zoho, rich))

        values = shown(staff_client.get(url(rich, template.pk)))

        assert values["name"] == "Warranty"
        assert values["cf_affected_systems"] == ["E-mail", "Web site"]
        assert values["subCategory"] == "Printer"

    @pytest.mark.parametrize(
        ("changes", "named"),
        [
            ({}, []),
            ({"values": SUPPORT | {"category": "Fax"}}, ["Category “Fax”"]),
            ({"values": {"cf_x": "1"}, "labels": {"cf_x": "Old field"}}, ["Old field"]),
            (
                {"department": "1", "department_name": "Old"},
                ["Department “Old”", *LABELS.values()],
            ),
        ],
        ids=["nothing", "value", "field", "department"],
    )
    def test_names_what_does_not_fit_any_more(
        self,
        zoho: SandboxZoho,
        rich: Connection,
        staff: User,
        staff_client: Client,
        changes: dict[str, Any],
        named: list[str],
    ) -> None:
        template = made(staff, rich, **in_support(zoho, rich) | changes)

        page = staff_client.get(url(rich, template.pk))

        assert page.context["outgrown"] == named
        assert ("is left out when you save" in text(page)) == bool(named)

    def test_to_another_department_names_what_is_left_out_r41(
        self, zoho: SandboxZoho, rich: Connection, staff: User, staff_client: Client
    ) -> None:
        template = made(staff, rich, **in_support(zoho, rich))
        billing = choose_organisation(zoho, rich, "Billing")
        posted = SUPPORT | {
            "name": "Warranty",
            "version": "1",
            "shown_department": template.department,
            "department": billing,
        }

        page = staff_client.post(url(rich, template.pk), posted)

        assert "Serial number" in page.context["left_out"]
        assert TicketTemplate.objects.get().department == template.department


class TestDeleting:
    def test_asks_first(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        template = made(staff, connection)
        address = url(connection, template.pk, "delete")

        assert "Delete “Warranty”?" in text(staff_client.get(address))
        assert TicketTemplate.objects.exists()
        answer: Any = staff_client.post(address)
        assert answer.url == url(connection)
        assert not TicketTemplate.objects.exists()


class TestList:
    def test_of_nothing_says_what_to_do(
        self, connection: Connection, staff_client: Client
    ) -> None:
        page = staff_client.get(url(connection))

        assert "There are no templates yet" in text(page)
        assert url(connection, "new") in page.content.decode()

    def test_has_pages_r64(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        for number in range(26):
            made(staff, connection, name=f"Number {number:02}")

        assert "Number 25" not in text(staff_client.get(url(connection)))
        assert "Number 25" in text(staff_client.get(f"{url(connection)}?page=2"))


def _queries(client: Client, address: str) -> int:
    with CaptureQueriesContext(database) as captured:
        assert client.get(address).status_code == 200
    return len(captured)
