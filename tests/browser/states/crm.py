"""Records of a CRM, and how staff use its modules."""

import uuid
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from playwright.sync_api import FilePayload, Page

from connections.models import Connection
from crm.models import ModuleSettings
from crm.services import attach_files
from tests.browser.states.base import (
    DOWN,
    LONG,
    NO_SCOPE,
    TOO_LARGE,
    UPSERT,
    Act,
    Make,
    State,
    World,
    changed_at_zoho,
    contact,
    crm_sandbox,
    form,
    in_rich,
    open_details,
    press,
)
from zohoportal.outbox.idempotency import IdempotencyKey


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


def shared_address(world: World) -> str:
    """A form whose address several have."""
    address = form("crm:contact")(world)
    for name in ("Parent", "Child"):
        world.zoho.put_crm_record(
            "Contacts",
            First_Name="Kim",
            Last_Name=name,
            Email="kim.sample@example.com",
            Account_Name={"name": LONG, "id": "77"},
        )
    return address


def look_at_candidates(page: Page) -> None:
    page.locator("#id_Email").fill("kim.sample@example.com")
    page.locator("#id_Last_Name").fill("Sample")
    press("Save contact")(page)
    page.get_by_test_id("candidates").wait_for()
    press("Go on")(page)
    page.get_by_text("Choose one of them").wait_for()


def changed_by_others(*answers: dict[str, Any]) -> Make:
    """A form of a record that looks otherwise when it is saved."""

    def make(world: World) -> str:
        address = of_record("crm:change")(world)
        record = world.zoho.crm_records("Contacts")[0]
        before = record | {"Title": "Boss", "Modified_Time": "2020-01-01T00:00:00Z"}
        opened = {"status": 200, "body": {"data": [before]}}
        path = f"/crm/v8/Contacts/{record['id']}"
        world.zoho.script("GET", path, opened, *answers)
        return address

    return make


def change_title(test_id: str) -> Act:
    def act(page: Page) -> None:
        page.locator("#id_Title").fill("Office manager")
        press("Save changes")(page)
        page.get_by_test_id(test_id).wait_for()

    return act


def change_outdated(page: Page) -> None:
    page.locator("[name=opened]").evaluate("each => { each.value = 'x' }")
    change_title("outdated")(page)


def known_contact(world: World) -> str:
    assert world.connection
    contact(world)
    return form("crm:contact")(world)


def fixed_fields(world: World) -> str:
    address = form("crm:contact")(world)
    refused = {"status": 401, "body": {"code": "OAUTH_SCOPE_MISMATCH"}, "times": 9}
    world.zoho.script("GET", "/crm/v8/settings/modules", refused)
    return address


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


def with_demands(world: World) -> str:
    """A form that cannot take all that is demanded, of which Zoho tells too little."""
    grown: Connection = world.grown
    world.zoho.change_crm_metadata("Deals", require_field="Suppliers")
    world.zoho.change_crm_metadata("Deals", demand_field="Next_Step")
    refused = {"status": 403, "body": {"code": "NO_PERMISSION", "message": "no"}}
    world.zoho.script("GET", "/crm/v8/users", refused)
    return reverse("crm:new", args=[grown.slug, "Deals"])


def with_rows(view: str) -> Make:
    """A page about a deal that has rows, links, and a text without an end."""

    def make(world: World) -> str:
        grown: Connection = world.grown
        rows = [
            {"id": "5550001", "Language": "French", "Level": "Klingon"},
            {"id": "5550002", "Language": "Welsh", "Since": "2020-05-01"},
        ]
        deal = world.zoho.put_crm_record(
            "Deals",
            Deal_Name="New kitchen",
            Stage="Qualification",
            Description="A word and another one. " * 500,
            Languages_Known=rows,
            Partners=[{"id": "91", "Partner": {"id": "5", "name": "Old partner"}}],
        )
        return reverse(view, args=[grown.slug, "Deals", deal["id"]])

    return make


def add_a_row(page: Page) -> None:
    """Add a row, and save it although it lacks something."""
    open_details(page)
    page.get_by_role("button", name="Add a row to Languages Known").click()
    page.get_by_role("group", name="New row").get_by_label("Level").select_option(
        "Basic"
    )
    press("Save changes")(page)
    page.get_by_text("Enter Language.").first.wait_for()


def keep_files(page: Page) -> None:
    """Choose files, one with a long name, and see the preview."""
    open_details(page)
    page.get_by_label("Deal Name").fill("New kitchen")
    names = ("long-name-" * 11 + ".pdf", "terms.pdf")
    files: list[FilePayload] = [
        {"name": name, "mimeType": "application/pdf", "buffer": b"%PDF"}
        for name in names
    ]
    page.locator("#id_Contracts").set_input_files(files)
    press("Save deal")(page)
    page.get_by_test_id("preview").wait_for()


def with_a_refusal(world: World) -> str:
    """A form to which Zoho objects in several ways, in long words."""
    address = in_rich("crm:new")(world)
    said = {"message": "Only people of the northern desk may choose this. " * 4}
    errors = [
        {"code": "INVALID_DATA", "details": {"api_name": "Phone"}} | said,
        {"code": "MANDATORY_NOT_FOUND", "details": {"api_name": "Created_By"}},
        {"code": "RECORD_LOCKED", "details": {}} | said,
    ]
    several = {"code": "MULTIPLE_OR_MULTI_ERRORS", "details": {"errors": errors}}
    item = {**several, "status": "error"}
    world.zoho.script("POST", UPSERT, {"status": 400, "body": {"data": [item]}})
    return address


def save_refused(page: Page) -> None:
    look_at_contact(page)
    press("Create contact")(page)
    page.get_by_test_id("refusal").locator("summary").click()


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
        idempotency_key=IdempotencyKey(uuid.uuid4().hex),
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


def search_for(words: str) -> Act:
    def act(page: Page) -> None:
        page.get_by_label("Search").fill(words)
        press("Find")(page)

    return act


STATES = [
    State(
        "contact in a CRM sandbox",
        "crm:contact",
        "staff",
        crm_sandbox("crm:contact", "slug"),
    ),
    State(
        "settings with changes",
        "crm:settings",
        "admin",
        changed_at_zoho("crm:settings"),
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
    State("contact shared", "crm:contact", "staff", shared_address, look_at_candidates),
    State(
        "change clashing",
        "crm:change",
        "staff",
        changed_by_others(),
        change_title("clashes"),
    ),
    State(
        "change of nothing",
        "crm:change",
        "staff",
        changed_by_others({"status": 204}),
        change_title("gone"),
    ),
    State(
        "change outdated",
        "crm:change",
        "staff",
        of_record("crm:change"),
        change_outdated,
    ),
    State("record refused", "crm:new", "staff", with_a_refusal, save_refused),
    State("deal", "crm:new", "staff", in_rich("crm:new", "Deals"), open_details),
    State("deal with demands", "crm:new", "admin", with_demands, keep_files),
    State("deal with rows", "crm:change", "staff", with_rows("crm:change"), add_a_row),
    State("deal that is long", "crm:record", "staff", with_rows("crm:record")),
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
]
