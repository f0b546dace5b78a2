"""Every page of the portal, in every state that looks different."""

import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest
from django.core.exceptions import SuspiciousOperation
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import OperationalError
from django.urls import reverse
from django.utils import timezone
from playwright.sync_api import FilePayload, Page

from connections import endings, services, setup
from connections.models import Connection, OAuthClient
from connections.zoho import datacenters
from crm import reading, refreshing
from crm.models import ModuleSettings, Reading
from crm.services import attach_files
from desk.answers import add_comment, add_files
from desk.models import TicketTemplate
from desk.my_tickets import known_ticket
from desk.services import open_ticket
from tests.activity.entries import calls as add_calls
from tests.activity.entries import events as add_events
from tests.browser.desk import add_contact, choose_department, options, who
from tests.conftest import PASSWORD, connected
from tests.crm.contacts import upsert_contact
from tests.desk.conftest import choose_organisation
from tests.desk.templates import made as made_template
from tests.zoho import SandboxZoho
from zohoportal.outbox import services as outbox
from zohoportal.outbox.form_keys import FormKey
from zohoportal.outbox.models import Delivery, Job

UPSERT = "/crm/v8/Contacts/upsert"
DOWN = {"status": 503, "body": "<h1>Down</h1>"}
REFUSED = {"status": 400, "body": {"code": "INVALID_DATA", "message": "no"}}
NO_SCOPE = {"status": 401, "body": {"code": "OAUTH_SCOPE_MISMATCH"}}
STRANGE = {"status": 200, "body": {"data": "strange"}}
LOST = {"drop": "after"}
TOO_LARGE = {"status": 413, "body": {"code": "BODY_SIZE_REACHED", "message": "no"}}
LONG = "A name as long as names of connections may be, " * 4


class World:
    """What states are made of: the suite's fixtures, asked for by name."""

    def __init__(self, request: pytest.FixtureRequest) -> None:
        self._request = request

    def __getattr__(self, name: str) -> Any:
        return self._request.getfixturevalue(name)


Make = Callable[[World], str]
Act = Callable[[Page], None]


def stay(page: Page) -> None:
    """Look at the page as it opens."""


@dataclass(frozen=True)
class State:
    """A page to look at.

    Attributes:
        name: what is special about it.
        view: the URL name of its address.
        who: the fixture of the person who looks; empty if nobody is signed in.
        make: prepares everything and returns the address.
        act: what the person then does to get there.
    """

    name: str
    view: str
    who: str
    make: Make
    act: Act = field(default=stay)

    def __str__(self) -> str:
        return self.name.replace(" ", "-")


def press(button: str) -> Act:
    return lambda page: page.get_by_role("button", name=button, exact=True).click()


def at(view: str, **values: object) -> Make:
    return lambda world: reverse(view, kwargs=values)


def of_connection(view: str) -> Make:
    return lambda world: reverse(view, args=[world.connection.pk])


def of_draft(view: str) -> Make:
    return lambda world: reverse(view, args=[world.draft.pk])


def form(view: str) -> Make:
    return lambda world: reverse(view, args=[world.connection.slug])


# --- Wizard and connections -----------------------------------------------------------


def self_client_draft(world: World) -> str:
    draft: Connection = world.draft
    setup.change_setup(
        draft,
        data_center="sandbox",
        feature_keys=draft.features,
        kind=OAuthClient.Kind.SELF,
    )
    return reverse("connections:client", args=[draft.pk])


def all_regions(world: World) -> str:
    world.settings.DATA_CENTERS = datacenters.table()
    return reverse("connections:new")


def unknown_client(page: Page) -> None:
    page.get_by_label("Client ID").fill("1000.UNKNOWN")
    page.get_by_label("Client secret").fill("0123456789abcdef")
    page.get_by_label("Code", exact=True).fill("1000.used.before")
    press("Connect with this code")(page)


def several_organisations(world: World) -> str:
    desk = [{"name": "Example Ltd"}, {"name": "Example Services Ltd"}]
    world.zoho.reset(keep_clients=True, desk_organizations=desk)
    connection: Connection = world.connection
    connection.choices = {"desk": [["1", "Example Ltd"], ["2", "Example Services"]]}
    connection.save()
    return reverse("connections:ready", args=[connection.pk])


def failed_check(world: World) -> str:
    connection: Connection = world.connection
    world.zoho.script("GET", "/crm/v8/org", DOWN, DOWN, DOWN)
    services.test(connection)
    return reverse("connections:detail", args=[connection.pk])


def ended(world: World) -> str:
    connection: Connection = world.connection
    connection.move(leave=connection.state, to=Connection.State.RECONNECT)
    return reverse("connections:detail", args=[connection.pk])


def disconnected(world: World) -> str:
    endings.disconnect(world.connection)
    return reverse("connections:detail", args=[world.connection.pk])


def lacking(world: World) -> str:
    connection: Connection = world.connection
    connection.lacking = ["desk.tickets"]
    connection.checks = [
        check | {"ok": check["key"] != "permissions"} for check in connection.checks
    ]
    connection.save()
    return reverse("connections:detail", args=[connection.pk])


def broken_elsewhere(world: World) -> str:
    connection: Connection = world.connection
    connection.move(leave=connection.state, to=Connection.State.RECONNECT)
    return reverse("outbox:list")


def every_badge(world: World) -> str:
    working: Connection = world.connection
    refused = {"key": "permissions", "ok": False}
    looks: list[tuple[str, str, list[dict[str, Any]]]] = [
        ("Draft", Connection.State.DRAFT, []),
        ("Not tested", Connection.State.ACTIVE, []),
        ("No permission", Connection.State.ACTIVE, [refused]),
        ("Failed", Connection.State.ACTIVE, [refused | {"key": "region"}]),
        ("Ended", Connection.State.RECONNECT, []),
        ("Disconnected", Connection.State.DISCONNECTED, []),
    ]
    for name, state, checks in looks:
        working.pk = uuid.uuid4()
        working.name, working.slug = name, f"row-{working.pk}"
        working.state, working.checks = state, checks
        working._state.adding = True
        working.save()
    return reverse("connections:list")


# --- Forms and deliveries -------------------------------------------------------------


def contact(world: World, last_name: str = "Sample") -> Delivery:
    return upsert_contact(
        connection=world.connection,
        person=world.staff,
        form_key=FormKey(uuid.uuid4().hex),
        Email="kim.sample@example.com",
        First_Name="Kim",
        Last_Name=last_name,
    ).delivery


def ticket(world: World) -> Delivery:
    departments = world.zoho.records()["tickets"]
    return open_ticket(
        connection=world.connection,
        person=world.staff,
        form_key=FormKey(uuid.uuid4().hex),
        subject="The printer on the second floor is out of paper",
        department=departments[0]["departmentId"],
        email="ada.archer@example.com",
    ).delivery


def sent(*answers: dict[str, Any]) -> Make:
    """A contact to which Zoho answered in this way."""

    def make(world: World) -> str:
        zoho: SandboxZoho = world.zoho
        connection = world.connection
        if answers:
            zoho.script("POST", UPSERT, *answers)
        assert connection
        return contact(world).get_absolute_url()

    return make


def done_ticket(world: World) -> str:
    assert world.connection
    return ticket(world).get_absolute_url()


def unknown_ticket(world: World) -> str:
    assert world.connection
    world.zoho.script("POST", "/api/v1/tickets", LOST)
    return ticket(world).get_absolute_url()


def refused_ticket(code: str, status: int) -> Make:
    """A ticket to which Desk answered with this code."""

    def make(world: World) -> str:
        assert world.connection
        body = {"errorCode": code, "message": "No."}
        answer = {"status": status, "body": body}
        world.zoho.script("POST", "/api/v1/tickets", answer)
        return ticket(world).get_absolute_url()

    return make


def cancelled(world: World) -> str:
    sent(*[DOWN] * 5)(world)
    delivery = Delivery.objects.get()
    assert outbox.cancel(delivery)
    return delivery.get_absolute_url()


def being_sent(minutes: int) -> Make:
    """A contact whose lease runs out in so many minutes."""

    def make(world: World) -> str:
        address = sent(*[DOWN] * 5)(world)
        Delivery.objects.update(
            state=Delivery.State.SENDING,
            problem={},
            lease_until=timezone.now() + timedelta(minutes=minutes),
        )
        return address

    return make


def let_worker_run() -> None:
    Job.objects.update_or_create(name="sweep", defaults={"ran_at": timezone.now()})


def standing(make: Make, **values: Any) -> Make:
    """A delivery that stands like this while a worker runs."""

    def made(world: World) -> str:
        address = make(world)
        let_worker_run()
        Delivery.objects.update(**values)
        return address

    return made


def cut_off(world: World) -> str:
    connection: Connection = world.connection
    world.zoho.revoke_tokens()
    address = contact(world).get_absolute_url()
    Delivery.objects.update(held_for="reconnect", held_at=timezone.now())
    connection.move(leave=connection.state, to=Connection.State.RECONNECT)
    return address


def not_allowed(world: World) -> str:
    address = sent(*[DOWN] * 5)(world)
    services.set_members(world.connection, [])
    outbox.send_again(Delivery.objects.get())
    return address


def too_old(world: World) -> str:
    Connection.objects.filter(pk=world.connection.pk).update(crm_version="v2")
    old_key = {"status": 403, "body": {"code": "AUTHTOKEN_DEPRECATED"}}
    world.zoho.script("POST", "/crm/v2/Contacts/upsert", old_key)
    world.connection.refresh_from_db()
    return contact(world).get_absolute_url()


def edited(world: World) -> str:
    address = sent(REFUSED)(world)
    correction = contact(world)
    refused = Delivery.objects.get(state=Delivery.State.REFUSED)
    Delivery.objects.filter(pk=correction.pk).update(replaces=refused)
    return address


def full_activity(world: World) -> str:
    for number in range(25):
        contact(world, f"Sample {number}")
    unknown_ticket(world)
    world.zoho.script("POST", UPSERT, *[REFUSED] * 2)
    contact(world, "Refused")
    contact(world, "Refused as well")
    world.zoho.script("POST", UPSERT, *[DOWN] * 5)
    contact(world, "Waiting")
    contact(world, "A surname that is as long as surnames may be, " * 4)
    Delivery.objects.filter(title__endswith="Waiting").update(held_for="reconnect")
    let_worker_run()
    second: Connection = world.connection
    second.pk, second.name, second.slug = uuid.uuid4(), "Second Ltd", "second"
    second._state.adding = True
    second.save()
    Delivery.objects.filter(title__startswith="Ticket").update(connection=second)
    return reverse("outbox:list")


def filtered(make: Make, query: str) -> Make:
    return lambda world: make(world) and f"{reverse('outbox:list')}?{query}"


def with_a_look(world: World) -> str:
    unknown_ticket(world)
    return reverse("home")


def full_calls(world: World) -> str:
    add_calls(28)
    add_calls(1, status=0, code="timeout", path=f"/api/v1/tickets/{'1' * 18}/comments")
    add_calls(1, connection_id=uuid.uuid4(), connection_name=LONG, path="/x" * 250)
    add_calls(1, status=400, code="INVALID_DATA", method="POST", path=UPSERT)
    return world.admin and reverse("activity:calls")


def choose(label: str, option: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_label(label).select_option(option)
        press("Show these")(page)

    return act


def senseless_filter(page: Page) -> None:
    page.goto(f"{reverse('activity:calls')}?connection_id=x")


def full_trail(world: World) -> str:
    add_events(28)
    add_events(1, details={"features": "crm.contacts, desk.tickets", "region": "US"})
    add_events(1, person_id="2", person_name=f"{'a' * 64}@example.com")
    add_events(1, connection_id=uuid.uuid4(), connection_name=LONG, target="x" * 300)
    add_events(1, connection_name="", act="exported", target="calls-to-zoho.csv")
    return world.admin and reverse("activity:trail")


def with_a_call(world: World) -> str:
    add_calls(1)
    return world.admin and reverse("activity:calls")


def with_an_event(world: World) -> str:
    add_events(1)
    return world.admin and reverse("activity:trail")


def recent(world: World) -> str:
    done_ticket(world)
    contact(world)
    return reverse("home")


def one_department(world: World) -> str:
    world.zoho.reset(departments=[{"name": "Support"}])
    return form("desk:ticket")(world)


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
                form_key=FormKey(uuid.uuid4().hex),
                ticket=known_ticket(connection, ticket_id),
                content=content,
                is_public=is_public,
            )
        if view == "desk:show":
            return reverse(view, args=[connection.slug, ticket_id])
        return f"{reverse(view, args=[connection.slug])}?ticket={ticket_id}"

    return make


def with_ticket_files(world: World) -> str:
    """A ticket with more files than a page shows, one refused and one that waits."""
    connection = answering(world)
    ticket_id = world.zoho.records()["tickets"][0]["id"]
    path = f"/api/v1/tickets/{ticket_id}/attachments"
    world.zoho.script("POST", path, TOO_LARGE, *[DOWN] * 5)
    add_files(
        connection=connection,
        person=world.staff,
        form_key=FormKey(uuid.uuid4().hex),
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


def no_permission(world: World) -> str:
    address = form("desk:ticket")(world)
    Connection.objects.update(lacking=["desk.tickets"])
    return address


def typed_ticket(page: Page) -> None:
    add_contact(page, "new.person@example.com")
    choose_department(page, "Support")
    page.get_by_label("Subject").fill("No paper")
    page.get_by_text("More details").click()
    press("Open ticket")(page)


def look_at_contact(page: Page) -> None:
    page.locator("#id_Email").fill("kim.sample@example.com")
    page.locator("#id_Last_Name").fill("Sample")
    page.locator("#id_Title").fill("Office manager")
    press("Save contact")(page)
    page.get_by_test_id("preview").wait_for()


def unanswered_contact(page: Page) -> None:
    press("Save contact")(page)
    page.get_by_test_id("error-summary").wait_for()


def look_at_kept(page: Page) -> None:
    look_at_contact(page)
    page.get_by_text("Left as it is").click()


def typed_contact(page: Page) -> None:
    look_at_contact(page)
    press("Create contact")(page)
    page.get_by_text("was created").first.wait_for()
    page.go_back()
    page.locator("#id_First_Name").fill("Kimberly")
    press("Save contact")(page)
    press("Save changes")(page)
    page.get_by_test_id("already-sent").wait_for()


def leave_the_address(page: Page) -> None:
    page.locator("#id_Email").fill("kim.sample@example.com")
    page.locator("#id_Last_Name").focus()
    page.get_by_text("Found: Kim Sample").wait_for()


def known_contact(world: World) -> str:
    assert world.connection
    contact(world)
    return form("crm:contact")(world)


def fixed_fields(world: World) -> str:
    address = form("crm:contact")(world)
    refused = {"status": 401, "body": {"code": "OAUTH_SCOPE_MISMATCH"}, "times": 9}
    world.zoho.script("GET", "/crm/v8/settings/modules", refused)
    return address


def in_rich(view: str, module: str = "Contacts", *more: object) -> Make:
    return lambda world: reverse(view, args=[world.rich.slug, module, *more])


def of_record(view: str) -> Make:
    """A page about a record of the CRM that has everything."""

    def make(world: World) -> str:
        rich: Connection = world.rich
        record = world.zoho.crm_records("Contacts")[0]["id"]
        return reverse(view, args=[rich.slug, "Contacts", record])

    return make


def with_another(world: World) -> str:
    """A form whose value Zoho has already, in another record."""
    address = in_rich("crm:new")(world)
    other = world.zoho.crm_records("Contacts")[0]["id"]
    details = {"api_name": "Email", "id": other}
    item = {"code": "DUPLICATE_DATA", "details": details, "status": "error"}
    world.zoho.script("POST", UPSERT, {"status": 400, "body": {"data": [item]}})
    return address


def save_contact(page: Page) -> None:
    look_at_contact(page)
    press("Create contact")(page)
    page.get_by_test_id("taken").wait_for()


def with_files(world: World) -> str:
    """A record with files, a link to one, a file that is lost and one refused."""
    rich: Connection = world.rich
    record = world.zoho.crm_records("Contacts")[0]["id"]
    at_zoho = f"/crm/v8/Contacts/{record}/Attachments"
    world.zoho.script("POST", at_zoho, TOO_LARGE, DOWN)
    attach_files(
        connection=rich,
        person=world.staff,
        form_key=FormKey(uuid.uuid4().hex),
        module="Contacts",
        record_id=record,
        files=[SimpleUploadedFile(name, b"x") for name in ("scan.tif", "offer.pdf")],
    )
    made = {"Created_Time": "2026-03-02T09:41:00+01:00", "Created_By": {"name": "Bo"}}
    link = {"$type": "Link URL", "$link_url": "https://example.com/plan"}
    rows = [
        {"id": "1", "File_Name": f"{'long-name-' * 11}.pdf", "Size": "20971520"} | made,
        {"id": "2", "File_Name": "Plan of the hall"} | made | link,
        {"id": "3", "File_Name": "Somewhere else", "$type": "Link URL"} | made,
    ]
    body = {"data": rows, "info": {"more_records": True}}
    world.zoho.script("GET", at_zoho, {"status": 200, "body": body})
    return reverse("crm:record", args=[rich.slug, "Contacts", record])


def files_unread(*answers: dict[str, Any]) -> Make:
    """A record whose files cannot be read."""

    def make(world: World) -> str:
        address = of_record("crm:record")(world)
        record = address.split("/")[-2]
        path = f"/crm/v8/Contacts/{record}/Attachments"
        world.zoho.script("GET", path, *answers)
        return address

    return make


def lost_modules(world: World) -> str:
    address = reverse("crm:modules", args=[world.rich.slug])
    world.zoho.script("GET", "/crm/v8/settings/modules", *[DOWN] * 5)
    return address


def chosen_before(world: World) -> str:
    """A choice of fields of which some are not there any more."""
    fields = ["Email", "Shoe_Size", "Last_Name", "Age"]
    ModuleSettings.objects.create(
        connection=world.rich, module="Contacts", fields=fields
    )
    return in_rich("crm:settings")(world)


def another_field(page: Page) -> None:
    page.get_by_test_id("others").locator("summary").click()
    page.get_by_label("Country", exact=True).check()
    page.get_by_role("button", name="Move up Country").click()


def saved_meanwhile(page: Page) -> None:
    ModuleSettings.objects.update(version=7, fields=["Email", "Last_Name", "Mobile"])
    press("Save settings")(page)
    page.get_by_test_id("theirs").wait_for()


def changed_layout(page: Page) -> None:
    look_at_contact(page)
    press("Create contact")(page)
    page.get_by_test_id("drift").wait_for()


def with_drift(world: World) -> str:
    address = in_rich("crm:new")(world)
    value = {"api_name": "Shoe_Size", "label": "Shoe size", "required": True}
    opened = world.staff_client.get(address)
    assert opened.status_code == 200
    world.zoho.change_crm_metadata("Contacts", add_field=value)
    return address


def changed_at_zoho(view: str) -> Make:
    """Look at what the workers found changed in a module that is in use."""

    def make(world: World) -> str:
        of_contacts = in_rich("crm:settings")(world)
        connection: Connection = world.rich
        reading.metadata_of(connection, "Contacts")
        Reading.objects.update(fresh_until=timezone.now())
        world.zoho.change_crm_metadata("Contacts", require_field="Title")
        gone = {"field": "Region", "value": "Europe"}
        world.zoho.change_crm_metadata("Contacts", remove_value=gone)
        refreshing.refresh()
        detail = reverse("connections:detail", args=[connection.pk])
        return of_contacts if view == "crm:settings" else detail

    return make


def search_for(words: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_label("Search").fill(words)
        press("Find")(page)

    return act


# --- People and errors ----------------------------------------------------------------


def wrong_password(page: Page) -> None:
    page.get_by_label("E-mail").fill("admin@example.com")
    page.get_by_label("Password").fill(f"not {PASSWORD}")
    press("Sign in")(page)


def old_form(page: Page) -> None:
    page.context.clear_cookies(name="csrf")
    press("Save settings")(page)


def failing(error: Exception) -> Make:
    """The activity page, made to fail."""

    def fail(*_: object, **__: object) -> None:
        raise error

    def make(world: World) -> str:
        world.monkeypatch.setattr("zohoportal.activity.listing.page", fail)
        return reverse("outbox:list")

    return make


def open_menu(page: Page) -> None:
    page.get_by_test_id("account-menu").locator("summary").click()


def open_details(page: Page) -> None:
    for summary in page.locator("main details > summary").all():
        summary.click()


STATES = [
    State("sign in", "accounts:sign_in", "", at("accounts:sign_in")),
    State(
        "sign in refused",
        "accounts:sign_in",
        "",
        at("accounts:sign_in"),
        wrong_password,
    ),
    State("settings", "accounts:settings", "staff", at("accounts:settings")),
    State("menu", "accounts:settings", "admin", at("accounts:settings"), open_menu),
    State(
        "settings saved",
        "accounts:settings",
        "staff",
        at("accounts:settings"),
        press("Save settings"),
    ),
    State("password", "accounts:password", "staff", at("accounts:password")),
    State(
        "password refused",
        "accounts:password",
        "staff",
        at("accounts:password"),
        press("Change password"),
    ),
    State("home to set up", "home", "admin", at("home")),
    State("home of admin", "home", "admin", lambda w: w.connection and reverse("home")),
    State("home of staff", "home", "staff", lambda w: w.connection and reverse("home")),
    State("home with results", "home", "staff", recent),
    State("home with a look", "home", "admin", with_a_look),
    State("home broken", "home", "staff", lambda w: ended(w) and reverse("home")),
    State(
        "home without access",
        "home",
        "stranger",
        lambda w: w.admin and reverse("home"),
    ),
    State("wizard", "connections:new", "admin", at("connections:new")),
    State("wizard with all regions", "connections:new", "admin", all_regions),
    State(
        "wizard unanswered",
        "connections:new",
        "admin",
        all_regions,
        press("Continue"),
    ),
    State(
        "wizard again", "connections:account", "admin", of_draft("connections:account")
    ),
    State(
        "wizard client",
        "connections:client",
        "admin",
        of_draft("connections:client"),
        open_details,
    ),
    State(
        "wizard client unanswered",
        "connections:client",
        "admin",
        of_draft("connections:client"),
        press("Save and go to Zoho"),
    ),
    State("wizard self client", "connections:client", "admin", self_client_draft),
    State(
        "wizard unknown client",
        "connections:client",
        "admin",
        self_client_draft,
        unknown_client,
    ),
    State(
        "replace client",
        "connections:client",
        "admin",
        of_connection("connections:client"),
    ),
    State("ready", "connections:ready", "admin", of_connection("connections:ready")),
    State("ready to choose", "connections:ready", "admin", several_organisations),
    State("link too old", "oauth_callback", "admin", at("oauth_callback")),
    State("no connections", "connections:list", "admin", at("connections:list")),
    State("every badge", "connections:list", "admin", every_badge),
    State(
        "connection", "connections:detail", "admin", of_connection("connections:detail")
    ),
    State("connection failed", "connections:detail", "admin", failed_check),
    State(
        "connection with changes",
        "connections:detail",
        "admin",
        changed_at_zoho("connections:detail"),
    ),
    State(
        "settings with changes",
        "crm:settings",
        "admin",
        changed_at_zoho("crm:settings"),
    ),
    State("connection lacking", "connections:detail", "admin", lacking),
    State("banner", "outbox:list", "admin", broken_elsewhere),
    State("connection ended", "connections:detail", "admin", ended),
    State("connection disconnected", "connections:detail", "admin", disconnected),
    State(
        "features",
        "connections:features",
        "admin",
        of_connection("connections:features"),
    ),
    State("secret", "connections:secret", "admin", of_connection("connections:secret")),
    State(
        "crm version",
        "connections:version",
        "admin",
        of_connection("connections:version"),
    ),
    State("version too old", "outbox:delivery", "admin", too_old),
    State("people", "connections:people", "admin", of_connection("connections:people")),
    State(
        "disconnect",
        "connections:disconnect",
        "admin",
        of_connection("connections:disconnect"),
        press("Disconnect"),
    ),
    State("contact", "crm:contact", "staff", form("crm:contact")),
    State(
        "contact refused",
        "crm:contact",
        "staff",
        form("crm:contact"),
        unanswered_contact,
    ),
    State(
        "contact sent before",
        "crm:contact",
        "staff",
        form("crm:contact"),
        typed_contact,
    ),
    State("contact new", "crm:contact", "staff", form("crm:contact"), look_at_contact),
    State("contact known", "crm:contact", "staff", known_contact, look_at_kept),
    State("contact found", "crm:contact", "staff", known_contact, leave_the_address),
    State("contact with usual fields", "crm:contact", "admin", fixed_fields),
    State("record rich", "crm:new", "staff", in_rich("crm:new"), open_details),
    State("record changed at Zoho", "crm:new", "staff", with_drift, changed_layout),
    State("record taken", "crm:new", "staff", with_another, save_contact),
    State("deal", "crm:new", "staff", in_rich("crm:new", "Deals"), open_details),
    State(
        "modules",
        "crm:modules",
        "admin",
        lambda w: reverse("crm:modules", args=[w.rich.slug]),
    ),
    State("modules lost", "crm:modules", "admin", lost_modules),
    State("records", "crm:records", "staff", in_rich("crm:records")),
    State("no records", "crm:records", "staff", in_rich("crm:records", "Deals")),
    State(
        "records not found",
        "crm:records",
        "staff",
        in_rich("crm:records"),
        search_for("nobody at all"),
    ),
    State(
        "records searched badly",
        "crm:records",
        "staff",
        in_rich("crm:records"),
        search_for("x"),
    ),
    State("record", "crm:record", "admin", of_record("crm:record")),
    State("record with files", "crm:record", "staff", with_files),
    State("record without its files", "crm:record", "staff", files_unread(*[DOWN] * 3)),
    State("files not allowed", "crm:record", "staff", files_unread(NO_SCOPE)),
    State("files to allow", "crm:record", "admin", files_unread(NO_SCOPE)),
    State("add files", "crm:files", "staff", of_record("crm:files")),
    State(
        "add no files",
        "crm:files",
        "staff",
        of_record("crm:files"),
        press("Add files"),
    ),
    State("record change", "crm:change", "staff", of_record("crm:change")),
    State(
        "record change refused",
        "crm:change",
        "staff",
        of_record("crm:change"),
        press("Save changes"),
    ),
    State("record delete", "crm:delete", "admin", of_record("crm:delete")),
    State(
        "module settings",
        "crm:settings",
        "admin",
        in_rich("crm:settings"),
        another_field,
    ),
    State(
        "module settings saved meanwhile",
        "crm:settings",
        "admin",
        chosen_before,
        saved_meanwhile,
    ),
    State(
        "module settings of one layout",
        "crm:settings",
        "admin",
        in_rich("crm:settings", "Accounts"),
    ),
    State("ticket", "desk:ticket", "staff", form("desk:ticket"), open_details),
    State("ticket refused", "desk:ticket", "staff", form("desk:ticket"), typed_ticket),
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
    State("ticket with one department", "desk:ticket", "staff", one_department),
    State("ticket without departments", "desk:ticket", "staff", no_departments),
    State("ticket without permission", "desk:ticket", "staff", no_permission),
    State("contact done", "outbox:delivery", "staff", sent(), open_details),
    State("ticket done", "outbox:delivery", "staff", done_ticket),
    State("stopped", "outbox:delivery", "staff", sent(*[DOWN] * 5), open_details),
    State(
        "waiting",
        "outbox:delivery",
        "staff",
        standing(sent(*[DOWN] * 5)),
        open_details,
    ),
    State(
        "waiting for its turn",
        "outbox:delivery",
        "staff",
        standing(sent(*[DOWN] * 5), problem={}),
    ),
    State("held for a reconnect", "outbox:delivery", "staff", cut_off),
    State("held for a reconnect, for admins", "outbox:delivery", "admin", cut_off),
    State("held for a permission", "outbox:delivery", "staff", sent(NO_SCOPE)),
    State("held for a person", "outbox:delivery", "staff", not_allowed),
    State("held for a person, for admins", "outbox:delivery", "admin", not_allowed),
    State("held for a reply", "outbox:delivery", "staff", sent(STRANGE)),
    State("unknown", "outbox:delivery", "staff", unknown_ticket),
    State("looked for", "outbox:delivery", "staff", standing(unknown_ticket)),
    State(
        "set aside",
        "outbox:delivery",
        "staff",
        standing(unknown_ticket, deaths=3, retry_at=None),
    ),
    State("refused", "outbox:delivery", "staff", sent(REFUSED), open_details),
    State("refused and edited", "outbox:delivery", "staff", edited),
    State("being sent", "outbox:delivery", "staff", being_sent(minutes=2)),
    State("given up", "outbox:delivery", "admin", being_sent(minutes=-2), open_details),
    State(
        "not allowed at Zoho, for admins",
        "outbox:delivery",
        "admin",
        refused_ticket("FORBIDDEN", 403),
    ),
    State(
        "another organisation, for admins",
        "outbox:delivery",
        "admin",
        refused_ticket("OAUTH_ORG_MISMATCH", 403),
    ),
    State(
        "kept as a draft",
        "outbox:delivery",
        "staff",
        standing(refused_ticket("THRESHOLD_EXCEEDED", 429), held_for="draft"),
    ),
    State(
        "looked for in vain",
        "outbox:delivery",
        "staff",
        standing(unknown_ticket, missed_at=timezone.now(), retry_at=None),
    ),
    State("cancelled", "outbox:delivery", "staff", cancelled),
    State("no activity", "outbox:list", "staff", at("outbox:list")),
    State("full activity", "outbox:list", "admin", full_activity),
    State(
        "own activity",
        "outbox:list",
        "staff",
        filtered(full_activity, "state=refused"),
    ),
    State(
        "activity with a look",
        "outbox:list",
        "staff",
        filtered(unknown_ticket, "state=look"),
    ),
    State(
        "no fitting delivery",
        "outbox:list",
        "admin",
        filtered(done_ticket, "state=cancelled&text=printer"),
    ),
    State(
        "activity of nobody",
        "outbox:list",
        "admin",
        filtered(done_ticket, "person_id=x"),
    ),
    State("no calls", "activity:calls", "admin", at("activity:calls")),
    State("full calls", "activity:calls", "admin", full_calls),
    State(
        "no fitting call",
        "activity:calls",
        "admin",
        with_a_call,
        choose("Outcome", "Only failed ones"),
    ),
    State("calls of nobody", "activity:calls", "admin", with_a_call, senseless_filter),
    State("no trail", "activity:trail", "admin", at("activity:trail")),
    State("full trail", "activity:trail", "admin", full_trail),
    State(
        "no fitting act",
        "activity:trail",
        "admin",
        with_an_event,
        choose("Act", "Exported"),
    ),
    State("error 400", "outbox:list", "staff", failing(SuspiciousOperation())),
    State(
        "error 403",
        "connections:list",
        "staff",
        lambda w: w.admin and reverse("connections:list"),
    ),
    State(
        "error 404",
        "connections:detail",
        "admin",
        at("connections:detail", pk=uuid.uuid4()),
    ),
    State("error 500", "outbox:list", "staff", failing(RuntimeError())),
    State("error 503", "outbox:list", "staff", failing(OperationalError())),
    State(
        "form too old",
        "accounts:settings",
        "staff",
        at("accounts:settings"),
        old_form,
    ),
]

# Addresses that answer with no page of their own.
WITHOUT_PAGE = {
    "health",
    "accounts:sign_out",
    "activity:export_calls",
    "activity:export_trail",
    "connections:consent",
    "connections:discard",
    "connections:organisation",
    "connections:organisations",
    "connections:test",
    "connections:use_version",
    "connections:without",
    "desk:contacts",
    "desk:download",
    "desk:open_tickets",
    "crm:download",
    "crm:found",
    "crm:lookup",
    "crm:seen",
    "outbox:again",
    "outbox:cancel",
    "outbox:draft",
    "outbox:export",
    "outbox:found",
}
