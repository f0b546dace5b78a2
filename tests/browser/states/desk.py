"""Tickets, and templates for them."""

import uuid

from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse
from playwright.sync_api import FilePayload, Page

from connections.models import Connection
from desk.models import TicketTemplate
from desk.views.my_tickets import known_ticket
from desk.zoho.answers import add_comment, add_files
from tests.browser.desk import add_contact, choose_department, options, who
from tests.browser.states.base import (
    DOWN,
    LONG,
    TOO_LARGE,
    Make,
    State,
    World,
    done_ticket,
    form,
    open_details,
    press,
)
from tests.desk.templates import made as made_template
from tests.support.connected import connected
from tests.support.departments import choose_organisation
from zohoportal.outbox.idempotency import IdempotencyKey


def one_department(world: World) -> str:
    world.zoho.reset(departments=[{"name": "Support"}])
    return form("desk:ticket")(world)


def without_database(world: World) -> str:
    """The form, while the database does not take what comes from it."""
    address = form("desk:ticket")(world)

    def fail(*_: object, **__: object) -> None:
        raise OperationalError

    world.monkeypatch.setattr("desk.services.open_ticket", fail)
    return address


def full_ticket_form(world: World) -> str:
    """The form with all that a department asks for, and a person's open tickets."""
    world.zoho.reset(desk="rich")
    connection = answering(world)
    department = choose_organisation(world.zoho, connection, "Support")
    contact = world.zoho.records()["desk_contacts"][0]["id"]
    address = reverse("desk:ticket", args=[connection.slug])
    return f"{address}?department={department}&contact={contact}&name=Ada"


def answering(world: World) -> Connection:
    keys = ["desk.tickets", "desk.answers"]
    return connected(world.zoho, world.admin, world.staff, keys)


def of_a_ticket(view: str) -> Make:
    """A page about the sandbox's first ticket, which has comments."""

    def make(world: World) -> str:
        connection = answering(world)
        ticket_id = world.zoho.records()["tickets"][0]["id"]
        for content, is_public in (("Is it plugged in?", True), ("Ask Bo.", False)):
            add_comment(
                connection=connection,
                person=world.staff,
                idempotency_key=IdempotencyKey(uuid.uuid4().hex),
                ticket=known_ticket(connection, ticket_id),
                content=content,
                is_public=is_public,
            )
        if view == "desk:show":
            return reverse(view, args=[connection.slug, ticket_id])
        return f"{reverse(view, args=[connection.slug])}?ticket={ticket_id}"

    return make


def demands(*names: str) -> Make:
    """A ticket that Desk does not let anybody close without these fields."""

    def make(world: World) -> str:
        address = of_a_ticket("desk:status")(world)
        errors = [{"fieldName": f"/{name}", "errorType": "missing"} for name in names]
        body = {"errorCode": "INVALID_DATA", "message": "No.", "errors": errors}
        answer = {"status": 422, "body": body}
        world.zoho.script("PATCH", "/api/v1/tickets/*", answer)
        return address

    return make


def gone_ticket(world: World) -> str:
    address = of_a_ticket("desk:comment")(world)
    ticket_id = world.zoho.records()["tickets"][0]["id"]
    not_there = {"status": 404, "body": {"errorCode": "URL_NOT_FOUND"}}
    world.zoho.script("POST", f"/api/v1/tickets/{ticket_id}/comments", not_there)
    world.zoho.script("GET", f"/api/v1/tickets/{ticket_id}", *[not_there] * 3)
    return address


def close_ticket(page: Page) -> None:
    page.get_by_label("Status").select_option("Closed")
    press("Change status")(page)
    page.get_by_test_id("error-summary").wait_for()


def comment_on_it(page: Page) -> None:
    page.get_by_label("Comment").fill("Done.")
    press("Add comment")(page)
    page.get_by_test_id("error-summary").wait_for()


def with_ticket_files(world: World) -> str:
    """A ticket with more files than a page shows, one refused and one that waits."""
    connection = answering(world)
    ticket_id = world.zoho.records()["tickets"][0]["id"]
    path = f"/api/v1/tickets/{ticket_id}/attachments"
    world.zoho.script("POST", path, TOO_LARGE, *[DOWN] * 5)
    add_files(
        connection=connection,
        person=world.staff,
        idempotency_key=IdempotencyKey(uuid.uuid4().hex),
        ticket=known_ticket(connection, ticket_id),
        files=[SimpleUploadedFile(name, b"x") for name in ("scan.tif", "offer.pdf")],
    )
    name, size = f"{'long-name-' * 11}.pdf", "20971520"
    made = {"name": name, "size": size, "createdTime": "2026-03-02T09:41:00.000Z"}
    rows = [{"id": str(number)} | made for number in range(20)]
    body = {"data": [*rows, {"id": "21", "name": "not shown"}]}
    world.zoho.script("GET", path, {"status": 200, "body": body})
    return reverse("desk:show", args=[connection.slug, ticket_id])


def ticket_without_files(world: World) -> str:
    address = of_a_ticket("desk:show")(world)
    path = f"/api/v1/tickets/{address.split('/')[-2]}/attachments"
    world.zoho.script("GET", path, *[DOWN] * 5)
    return address


def only_read(world: World) -> str:
    address = of_a_ticket("desk:show")(world)
    Connection.objects.update(lacking=["desk.answers"])
    return address


def file_named(name: str, content: bytes) -> FilePayload:
    return {"name": name, "mimeType": "text/plain", "buffer": content}


def choose_strange_files(page: Page) -> None:
    """Choose too many, one of them empty and one with a long name."""
    names = ["none.txt", f"{'long-name-' * 11}.txt", *"abcdefghi"]
    page.get_by_label("Files to add").set_input_files(
        [file_named(name, b"" if name == "none.txt" else b"x") for name in names]
    )


def lose_the_line(page: Page) -> None:
    page.route("**/files/new/**", lambda route: route.abort(), times=1)
    page.get_by_label("Files to add").set_input_files(file_named("a.txt", b"x"))
    press("Add files")(page)
    page.locator("[data-files-problem]").wait_for()


def no_ticket(world: World) -> str:
    return reverse("desk:show", args=[answering(world).slug, 1])


def my_tickets(world: World) -> str:
    done_ticket(world)
    return form("desk:tickets")(world)


def with_templates(view: str) -> Make:
    """A page about templates: one's own, and a shared one that fits no more."""

    def make(world: World) -> str:
        connection: Connection = world.connection
        texts = {"subject": "Repair under warranty", "description": "{contact name}:"}
        gone = {"department": "1", "department_name": "Repairs", "is_shared": True}
        own = made_template(world.staff, connection, **texts)
        made_template(world.admin, connection, name=LONG[:80], **gone)
        if view == "desk:template":
            TicketTemplate.objects.filter(pk=own.pk).update(**gone)
        if view in {"desk:template", "desk:delete_template"}:
            return reverse(view, args=[connection.slug, own.pk])
        return reverse(view, args=[connection.slug])

    return make


def use_unfit_template(page: Page) -> None:
    page.get_by_label("Subject").fill("Mine")
    page.get_by_label("Start from a template").select_option(index=1)
    press("Use template")(page)
    page.get_by_text("is not there any more").wait_for()


def use_template(page: Page) -> None:
    page.get_by_label("Start from a template").select_option("Warranty")
    press("Use template")(page)
    page.get_by_text("Filled in from").wait_for()


def department_and_details(page: Page) -> None:
    page.get_by_label("Department").select_option("Support")
    page.get_by_text("More details").wait_for()
    open_details(page)


def misspelled_template(page: Page) -> None:
    open_details(page)
    page.get_by_label("Subject").fill("For {customer}")
    press("Save template")(page)


def changed_twice(page: Page) -> None:
    page.get_by_label("Name of the template").fill("Mine")
    TicketTemplate.objects.update(version=2)
    press("Save template")(page)


def deleted_meanwhile(page: Page) -> None:
    TicketTemplate.objects.all().delete()
    press("Save template")(page)


def looked_up(page: Page) -> None:
    who(page).fill("ar")
    options(page).last.wait_for()
    page.keyboard.press("ArrowDown")


def past_date(page: Page) -> None:
    open_details(page)
    page.get_by_label("Due date").fill("2020-01-02T10:00")
    press("Open ticket")(page)


def no_departments(world: World) -> str:
    address = form("desk:ticket")(world)
    world.zoho.script("GET", "/api/v1/departments", *[DOWN] * 5)
    return address


def no_layout(world: World) -> str:
    address = form("desk:ticket")(world)
    world.zoho.script("GET", "/api/v1/layouts", *[DOWN] * 5)
    return address


def demands_a_product(world: World) -> str:
    address = form("desk:ticket")(world)
    for layout in world.zoho.records()["layouts"]:
        world.zoho.change_layout(layout["id"], require_field="productId")
    return address


def no_permission(world: World) -> str:
    address = form("desk:ticket")(world)
    Connection.objects.update(lacking=["desk.tickets"])
    return address


def typed_ticket(page: Page) -> None:
    add_contact(page, "new.person@example.com")
    choose_department(page, "Support")
    page.get_by_text("More details").click()
    press("Open ticket")(page)


def whole_ticket(page: Page) -> None:
    add_contact(page, "new.person@example.com")
    choose_department(page, "Support")
    page.get_by_label("Subject").fill("No paper")
    press("Open ticket")(page)
    page.get_by_role("button", name="Send it again").wait_for()


def nobody_new(page: Page) -> None:
    add_contact(page, "Ada Archer")
    choose_department(page, "Support")
    page.get_by_label("Subject").fill("No paper")
    press("Open ticket")(page)
    page.get_by_label("This is somebody else").wait_for()


STATES = [
    State("ticket", "desk:ticket", "staff", form("desk:ticket"), open_details),
    State("ticket refused", "desk:ticket", "staff", form("desk:ticket"), typed_ticket),
    State("ticket not stored", "desk:ticket", "staff", without_database, whole_ticket),
    State("ticket looked up", "desk:ticket", "staff", form("desk:ticket"), looked_up),
    State(
        "ticket with everything", "desk:ticket", "staff", full_ticket_form, open_details
    ),
    State("ticket in the past", "desk:ticket", "staff", full_ticket_form, past_date),
    State("my tickets", "desk:tickets", "staff", my_tickets),
    State("no tickets", "desk:tickets", "staff", form("desk:tickets")),
    State(
        "ticket from a template",
        "desk:ticket",
        "staff",
        with_templates("desk:ticket"),
        use_template,
    ),
    State(
        "ticket from an unfit template",
        "desk:ticket",
        "staff",
        with_templates("desk:ticket"),
        use_unfit_template,
    ),
    State("templates", "desk:templates", "staff", with_templates("desk:templates")),
    State("no templates", "desk:templates", "staff", form("desk:templates")),
    State("template", "desk:template", "staff", with_templates("desk:template")),
    State(
        "template new",
        "desk:new_template",
        "staff",
        form("desk:new_template"),
        department_and_details,
    ),
    State(
        "template refused",
        "desk:new_template",
        "staff",
        form("desk:new_template"),
        misspelled_template,
    ),
    State(
        "template changed twice",
        "desk:template",
        "staff",
        with_templates("desk:template"),
        changed_twice,
    ),
    State(
        "template gone",
        "desk:template",
        "staff",
        with_templates("desk:template"),
        deleted_meanwhile,
    ),
    State(
        "template delete",
        "desk:delete_template",
        "staff",
        with_templates("desk:delete_template"),
    ),
    State("ticket page", "desk:show", "staff", of_a_ticket("desk:show")),
    State("ticket with files", "desk:show", "staff", with_ticket_files),
    State("ticket without its files", "desk:show", "staff", ticket_without_files),
    State("ticket only to read", "desk:show", "staff", only_read),
    State("files for a ticket", "desk:files", "staff", of_a_ticket("desk:files")),
    State(
        "no files for a ticket",
        "desk:files",
        "staff",
        of_a_ticket("desk:files"),
        press("Add files"),
    ),
    State(
        "strange files for a ticket",
        "desk:files",
        "staff",
        of_a_ticket("desk:files"),
        choose_strange_files,
    ),
    State("line lost", "desk:files", "staff", of_a_ticket("desk:files"), lose_the_line),
    State("ticket not there", "desk:show", "staff", no_ticket),
    State("comment", "desk:comment", "staff", of_a_ticket("desk:comment")),
    State(
        "comment without words",
        "desk:comment",
        "staff",
        of_a_ticket("desk:comment"),
        press("Add comment"),
    ),
    State("status", "desk:status", "staff", of_a_ticket("desk:status")),
    State(
        "status that demands fields",
        "desk:status",
        "staff",
        demands("resolution", "priority"),
        close_ticket,
    ),
    State(
        "status that demands what has no input",
        "desk:status",
        "staff",
        demands("productId"),
        close_ticket,
    ),
    State("ticket that vanished", "desk:comment", "staff", gone_ticket, comment_on_it),
    State("ticket with one department", "desk:ticket", "staff", one_department),
    State("ticket without departments", "desk:ticket", "staff", no_departments),
    State(
        "ticket without a layout",
        "desk:ticket",
        "staff",
        no_layout,
        department_and_details,
    ),
    State(
        "ticket with a demand that has no input",
        "desk:ticket",
        "staff",
        demands_a_product,
        department_and_details,
    ),
    State("who is meant", "desk:ticket", "staff", form("desk:ticket"), nobody_new),
    State("ticket without permission", "desk:ticket", "staff", no_permission),
]
