"""Every failure that Zoho can cause is explained on a page, with one main action."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from django.conf import settings
from django.utils import timezone
from playwright.sync_api import Page, expect

from connections import features
from connections.models import Connection, Grant, OAuthClient
from connections.setup import clients
from tests.browser.pages import Enter
from tests.connections import journey
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

pytestmark = [pytest.mark.browser, pytest.mark.looks]

TOKEN = "/oauth/v2/token"
UPSERT = "/crm/v8/Contacts/upsert"

AT_ZOHO = "/oauth/v2/auth?"
CLIENT = "/client/"
ACCOUNT = "/account/"
LIST = "/connections/"
DETAIL = "/connections/"

Answer = dict[str, Any]


def error(code: str, status: int = 200) -> Answer:
    return {"status": status, "body": {"error": code}}


def crm(code: str, status: int) -> Answer:
    body = {"code": code, "details": {}, "message": "no", "status": "error"}
    return {"status": status, "body": body}


@dataclass(frozen=True)
class Case:
    """What Zoho answers, and what people read; without `button` there is none."""

    ref: str
    title: str
    answers: tuple[Answer, ...] = ()
    button: str = ""
    leads_to: str = ""
    before: Callable[[SandboxZoho], None] = field(default=lambda zoho: None)

    def __str__(self) -> str:
        return self.ref


THROTTLED = {"status": 400, "body": {"error": "Access Denied"}}
ONE_HOUR = {"status": 200, "body": {"access_token": "1000.a.b", "expires_in": 3600}}

AT_EXCHANGE = [
    Case(
        "E01",
        "The redirect address at Zoho is different from ours",
        (error("invalid_redirect_uri"),),
        "Show the redirect address",
        CLIENT,
    ),
    Case(
        "E03",
        "The client secret does not fit",
        (error("invalid_client_secret"),),
        "Enter the secret again",
        CLIENT,
    ),
    Case(
        "E04",
        "The sign-in took too long",
        (error("invalid_code"),),
        "Go to Zoho again",
        AT_ZOHO,
    ),
    Case("E09", "Zoho asks us to wait", (THROTTLED,), "Try again", AT_ZOHO),
    Case(
        "E10",
        "Zoho gave access for one hour only",
        (ONE_HOUR,),
        "Approve again",
        AT_ZOHO,
    ),
    Case(
        "E24",
        "Zoho has a problem at the moment",
        ({"status": 503, "body": "<p>"},),
        "Try again",
        AT_ZOHO,
    ),
    Case("E25", "We cannot reach Zoho", ({"drop": "before"},), "Try again", AT_ZOHO),
]

WITH_A_CODE = [
    Case(
        "E02",
        "Zoho does not know this client in Sandbox",
        (error("invalid_client"),),
        "Choose another region",
        ACCOUNT,
    ),
    Case(
        "E05",
        "This code has expired or was used before",
        (error("invalid_code"),),
        "Show the steps",
        CLIENT,
    ),
]


def end_the_grant(zoho: SandboxZoho) -> None:
    zoho.revoke_tokens()
    Grant.objects.update(expires_at=timezone.now())


REFUSED_TWICE = (crm("INVALID_TOKEN", 401),) * 2
NOT_READ_TWICE = (crm("AUTHENTICATION_FAILURE", 401),) * 2

ON_A_CONTACT = [
    Case(
        "E06",
        "Zoho has ended this connection",
        button="Reconnect",
        leads_to=CLIENT,
        before=end_the_grant,
    ),
    Case(
        "E13",
        "A permission is missing",
        (crm("OAUTH_SCOPE_MISMATCH", 401),),
        "Add permission",
        CLIENT,
    ),
    Case(
        "E14",
        "Zoho no longer accepts this connection",
        REFUSED_TWICE,
        "Reconnect",
        CLIENT,
    ),
    Case(
        "E16",
        "The Zoho user behind this connection may not do this",
        (crm("NO_PERMISSION", 403),),
        "Test again",
        DETAIL,
    ),
    Case("E22", "Zoho is busy with our requests", (crm("TOO_MANY_REQUESTS", 429),)),
    Case(
        "E24",
        "Zoho has a problem at the moment",
        ({"status": 500, "body": "<p>"},),
    ),
    Case("E25", "We cannot reach Zoho", ({"drop": "before"},)),
    Case(
        "E27",
        "Zoho could not read our sign-in",
        NOT_READ_TWICE,
        "Test again",
        DETAIL,
    ),
    Case(
        "E28",
        "This address of Zoho still expects the old key",
        (crm("AUTHTOKEN_DEPRECATED", 403),),
        "Test connection",
        DETAIL,
    ),
]

ON_THE_FORM = [
    Case(
        "E17",
        "Your Zoho plan does not include this",
        (crm("LICENSE_LIMIT_EXCEEDED", 403),),
        "Hide this feature",
        "/features/",
    ),
    Case(
        "E21",
        "Zoho has no Contacts for this connection",
        (crm("INVALID_MODULE", 400),),
        "Test connection",
        DETAIL,
    ),
    Case("E29", "Zoho did not accept this", (crm("SOMETHING_NEW", 400),)),
]


@pytest.fixture
def prepared(zoho: SandboxZoho, draft: Connection) -> Connection:
    """A setup one click before Zoho's consent page."""
    client_id, secret = zoho.new_client(redirect_uris=[settings.REDIRECT_URI])
    clients.save_client(draft, client_id=client_id, secret=secret)
    return draft


def accept(page: Page, connection: Connection) -> None:
    page.goto(f"/connections/{connection.pk}/client/")
    page.get_by_role("button", name="Save and go to Zoho").click()
    page.get_by_role("button", name="Accept").click()


def reads(page: Page, case: Case) -> None:
    """Assert title, words without raw data, closed details, and the one action."""
    box = page.get_by_test_id("explanation")
    expect(box.get_by_test_id("explanation-title")).to_contain_text(case.title)
    assert '{"' not in box.inner_text()
    assert "Traceback" not in box.inner_text()
    expect(box.locator("details[open]")).to_have_count(0)
    buttons = box.locator(".btn-primary")
    expect(buttons).to_have_count(1 if case.button else 0)
    if case.button:
        expect(buttons).to_have_text(case.button)
        buttons.click()
        page.wait_for_url(lambda url: case.leads_to in url)


class TestAtTheExchange:
    @pytest.mark.parametrize("case", AT_EXCHANGE, ids=str)
    def test_explains(
        self,
        page: Page,
        enter: Enter,
        admin: User,
        zoho: SandboxZoho,
        prepared: Connection,
        case: Case,
    ) -> None:
        enter(page, admin)
        zoho.script("POST", TOKEN, *case.answers)

        accept(page, prepared)

        reads(page, case)

    def test_explains_a_refusal_e07(
        self, page: Page, enter: Enter, admin: User, prepared: Connection
    ) -> None:
        enter(page, admin)
        page.goto(f"/connections/{prepared.pk}/client/")
        page.get_by_role("button", name="Save and go to Zoho").click()

        page.get_by_role("button", name="Reject").click()

        reads(
            page, Case("E07", "Access was not granted", (), "Ask Zoho again", AT_ZOHO)
        )

    def test_explains_a_product_that_the_account_lacks_e26(
        self,
        page: Page,
        enter: Enter,
        admin: User,
        zoho: SandboxZoho,
        prepared: Connection,
    ) -> None:
        enter(page, admin)
        zoho.reset(keep_clients=True, no_products=["Desk"])
        page.goto(f"/connections/{prepared.pk}/client/")
        page.get_by_role("button", name="Save and go to Zoho").click()
        page.get_by_role("button", name="Back to app").click()
        title = page.get_by_test_id("explanation-title")
        expect(title).to_contain_text("Your Zoho account has no Zoho CRM or Zoho Desk")

        page.get_by_role("button", name="Connect without Zoho Desk").click()

        page.get_by_role("button", name="Accept").click()
        expect(
            page.get_by_role("heading", name="Connected to Example Ltd")
        ).to_be_visible()

    @pytest.mark.parametrize(
        ("query", "title"),
        [
            ("?state=made-up&code=1", "This sign-in link is no longer good"),
            ("", "This sign-in link is no longer good"),
        ],
        ids=["E11 unknown", "E11 missing"],
    )
    def test_explains_an_old_link_e11(
        self, page: Page, enter: Enter, admin: User, query: str, title: str
    ) -> None:
        enter(page, admin)

        page.goto(f"/oauth/callback/{query}")

        reads(page, Case("E11", title, (), "Start again", LIST))

    def test_explains_an_answer_from_a_stranger_e12(
        self, page: Page, enter: Enter, admin: User, prepared: Connection
    ) -> None:
        enter(page, admin)
        page.goto(f"/connections/{prepared.pk}/client/")
        page.get_by_role("button", name="Save and go to Zoho").click()
        state = journey.query(page.url)["state"]

        stranger = "location=us&accounts-server=https://evil.example"
        page.goto(f"/oauth/callback/?state={state}&code=1&{stranger}")

        title = "This answer did not come from a Zoho address we know"
        reads(page, Case("E12", title, (), "Start again", LIST))


class TestWithACode:
    @pytest.mark.parametrize("case", WITH_A_CODE, ids=str)
    def test_explains(
        self, page: Page, enter: Enter, admin: User, zoho: SandboxZoho, case: Case
    ) -> None:
        made = journey.begin(admin, OAuthClient.Kind.SELF)
        journey.give_client(zoho, made)
        enter(page, admin)
        zoho.script("POST", TOKEN, *case.answers)
        page.goto(f"/connections/{made.pk}/client/")
        page.get_by_label("Code").fill("1000.code")

        page.get_by_role("button", name="Connect with this code").click()

        reads(page, case)


class TestOnAContact:
    @pytest.mark.parametrize("case", ON_A_CONTACT, ids=str)
    def test_explains(
        self,
        page: Page,
        enter: Enter,
        admin: User,
        zoho: SandboxZoho,
        connection: Connection,
        case: Case,
    ) -> None:
        enter(page, admin)
        if case.answers:
            zoho.script("POST", UPSERT, *case.answers)

        send_contact(page, connection, lambda: case.before(zoho))

        expect(page.get_by_text("What you typed is kept").first).to_be_visible()
        reads(page, case)

    @pytest.mark.parametrize("case", ON_THE_FORM, ids=str)
    def test_says_it_on_the_form_with_everything_kept(
        self,
        page: Page,
        enter: Enter,
        admin: User,
        zoho: SandboxZoho,
        connection: Connection,
        case: Case,
    ) -> None:
        enter(page, admin)
        zoho.script("POST", UPSERT, *case.answers)

        send_contact(page, connection)

        expect(page.get_by_test_id("error-summary")).to_contain_text(case.title)
        expect(page.get_by_label("Last name")).to_have_value("Sample")
        acts = page.get_by_test_id("act")
        expect(acts).to_have_count(1 if case.button else 0)
        if case.button:
            expect(acts).to_have_text(case.button)
            acts.click()
            page.wait_for_url(lambda url: case.leads_to in url)

    @pytest.mark.parametrize(
        ("code", "title", "ask"),
        [
            (
                "OAUTH_SCOPE_MISMATCH",
                "A permission is missing: create and update contacts",
                "Ask admin@example.com to allow “create and update contacts”.",
            ),
            (
                "NO_PERMISSION",
                "The Zoho user behind this connection may not do this",
                "Ask admin@example.com. Your form is kept.",
            ),
        ],
        ids=["E13", "E16"],
    )
    def test_tells_staff_what_to_ask_for_and_admins_what_to_do(
        self,
        page: Page,
        enter: Enter,
        request: pytest.FixtureRequest,
        connection: Connection,
        code: str,
        title: str,
        ask: str,
    ) -> None:
        enter(page, request.getfixturevalue("staff"))
        zoho: SandboxZoho = request.getfixturevalue("zoho")
        zoho.script("POST", UPSERT, crm(code, 401 if "SCOPE" in code else 403))

        send_contact(page, connection)

        box = page.get_by_test_id("explanation")
        expect(box.get_by_test_id("explanation-title")).to_have_text(title)
        expect(box).to_contain_text(ask)
        expect(box.get_by_test_id("act")).to_have_count(0)
        enter(page, request.getfixturevalue("admin"))
        page.reload()
        expect(box.get_by_test_id("act").first).to_be_visible()
        note = box.get_by_test_id("note")
        expect(note).to_have_count(1 if code == "NO_PERMISSION" else 0)

    def test_tells_staff_whom_to_ask_e06(
        self,
        page: Page,
        enter: Enter,
        staff: User,
        zoho: SandboxZoho,
        connection: Connection,
    ) -> None:
        enter(page, staff)
        end_the_grant(zoho)

        send_contact(page, connection)

        box = page.get_by_test_id("explanation")
        expect(box).to_contain_text("Zoho is not connected at the moment")
        expect(box).to_contain_text("Ask admin@example.com. Your form is kept.")
        expect(box.locator(".btn-primary")).to_have_count(0)

    def test_leads_from_too_old_a_version_to_the_newest_e28(
        self,
        page: Page,
        enter: Enter,
        admin: User,
        zoho: SandboxZoho,
        connection: Connection,
    ) -> None:
        enter(page, admin)
        connection.versions = {"crm": "v2"}
        connection.save()
        old_key = crm("AUTHTOKEN_DEPRECATED", 403)
        zoho.script("POST", "/crm/v2/Contacts/upsert", old_key)

        send_contact(page, connection)

        title = "This address of Zoho still expects the old key"
        reads(page, Case("E28", title, (), "Use API v8", DETAIL))
        said = page.get_by_text("Zoho CRM is asked by API v8 from now on.")
        expect(said).to_be_visible()
        connection.refresh_from_db()
        assert connection.versions == {"crm": "v8"}


class TestRefusedInWords:
    """What CRM refuses is said by its code, beside the field or above the form."""

    @pytest.fixture
    def form(self, page: Page, enter: Enter, staff: User, rich: Connection) -> Page:
        """Staff on the form of a new contact, filled in."""
        enter(page, staff)
        page.goto(f"/c/{rich.slug}/crm/Contacts/new/")
        page.locator("#id_Email").fill("kim@example.com")
        page.locator("#id_Last_Name").fill("Sample")
        page.locator("#id_Phone").fill("12")
        return page

    def test_a_blueprint_leads_to_zoho_forms_04(
        self,
        page: Page,
        enter: Enter,
        staff: User,
        rich: Connection,
        zoho: SandboxZoho,
    ) -> None:
        enter(page, staff)
        page.goto(f"/c/{rich.slug}/crm/Deals/new/")
        page.locator("#id_Deal_Name").fill("Floor plan")
        save(page)
        deal = zoho.crm_records("Deals")[-1]["id"]
        message = "Stage cannot be updated as it is in the blueprint"
        refusal = refused("RECORD_IN_BLUEPRINT", message, api_name="Stage")
        zoho.script("PUT", f"/crm/v8/Deals/{deal}", refusal)
        page.goto(f"/c/{rich.slug}/crm/Deals/{deal}/change/")
        page.locator("#id_Stage").select_option("Closed Lost")

        page.get_by_role("button", name="Save changes").click()

        words = "Zoho lets this stage change only by its blueprint. Change it in Zoho."
        expect(page.locator("#id_Stage_error")).to_have_text(words)
        expect(page.locator("main")).not_to_contain_text("not in Zoho's list")
        expect(page.locator("#id_Stage")).to_have_value("Closed Lost")
        address = page.get_by_test_id("at-zoho").get_attribute("href") or ""
        assert address.endswith(f"/tab/Deals/{deal}")
        has_details(page, "RECORD_IN_BLUEPRINT", message)

    def test_a_lead_in_the_way_can_be_opened_forms_05(
        self, form: Page, zoho: SandboxZoho
    ) -> None:
        lead = {"id": "4150868000000999001", "Full_Name": "Lee Lead"}
        found = {"status": 200, "body": {"data": [lead]}, "times": 9}
        zoho.script("GET", f"/crm/v8/Leads/{lead['id']}", found)
        other = {"id": lead["id"], "module": {"api_name": "Leads"}}
        details = {"api_name": "Email", "duplicate_record": other}
        zoho.script("POST", UPSERT, refused("DUPLICATE_DATA", "no", **details))

        save(form)

        notice = form.get_by_test_id("taken")
        words = "A lead with this address is already there: Lee Lead"
        expect(notice).to_contain_text(words)
        expect(notice).to_contain_text("Zoho allows “kim@example.com” only once.")
        expect(form.locator("main")).not_to_contain_text("A contact with this")
        has_details(form, "DUPLICATE_DATA")
        notice.get_by_role("link", name="Open Lee Lead").click()
        expect(form.get_by_role("heading", level=1)).to_have_text("Lee Lead")

    @pytest.mark.parametrize(
        ("details", "words"),
        [
            (
                {"expected_data_type": "phone"},
                "Phone must be a phone number such as +44 20 7946 0777.",
            ),
            (
                {},
                "Zoho does not take this value for phone. Zoho's words: "
                "“<b>Eight</b> digits.” Change it.",
            ),
        ],
        ids=["known", "quoted"],
    )
    def test_zohos_own_words_stand_beside_the_field_forms_13(
        self, form: Page, zoho: SandboxZoho, details: dict[str, str], words: str
    ) -> None:
        message = "required" if details else "<b>Eight</b> digits."
        refusal = refused("INVALID_DATA", message, api_name="Phone", **details)
        zoho.script("POST", UPSERT, refusal)

        save(form)

        expect(form.locator("#id_Phone_error")).to_have_text(words)
        expect(form.get_by_label("Last name")).to_have_value("Sample")
        has_details(form, "INVALID_DATA", message)

    def test_a_field_that_is_not_here_goes_by_its_label(
        self, form: Page, zoho: SandboxZoho
    ) -> None:
        missing = refused("MANDATORY_NOT_FOUND", "no", api_name="Created_By")
        zoho.script("POST", UPSERT, missing)

        save(form)

        words = "Your CRM layout needs Created By, which is not on this form."
        expect(form.get_by_test_id("error-summary")).to_contain_text(words)
        has_details(form, "MANDATORY_NOT_FOUND", "Created_By")


def refused(code: str, message: str, **details: Any) -> Answer:
    item = {"code": code, "details": details, "message": message, "status": "error"}
    return {"status": 400, "body": {"data": [item]}}


def save(page: Page) -> None:
    page.get_by_role("button", name=re.compile("Save (contact|deal)")).click()
    page.get_by_test_id("save").click()


def has_details(page: Page, *words: str) -> None:
    """Assert that codes are folded away, and there for who asks."""
    details = page.get_by_test_id("refusal").locator("details")
    expect(details.locator("dl")).to_be_hidden()
    expect(page.get_by_test_id("error-summary")).not_to_contain_text(words[0])
    details.locator("summary").click()
    for each in words:
        expect(details.locator("dl")).to_contain_text(each)


class TestReconnect:
    def test_refuses_another_organisation_and_says_which_e15(
        self,
        page: Page,
        enter: Enter,
        admin: User,
        zoho: SandboxZoho,
        connection: Connection,
    ) -> None:
        enter(page, admin)
        zoho.script(
            "GET", "/api/v1/organizations", journey.organisations(("7", "Other Ltd"))
        )
        scopes = ",".join(features.scopes(connection.features))
        code = zoho.new_code(connection.client.client_id, scopes)
        page.goto(f"/connections/{connection.pk}/client/")
        page.get_by_label("Code").fill(code)

        page.get_by_role("button", name="Connect with this code").click()

        box = page.get_by_test_id("explanation")
        expect(box).to_contain_text("This sign-in belongs to another organisation")
        expect(box).to_contain_text("Example Ltd")
        assert Grant.objects.get().is_current


def send_contact(
    page: Page, connection: Connection, before: Callable[[], None] = lambda: None
) -> None:
    """Fill in the form and save it; `before` happens after the look at Zoho."""
    page.goto(f"/c/{connection.slug}/crm/contacts/new/")
    page.locator("#id_Email").fill("kim@example.com")
    page.locator("#id_Last_Name").fill("Sample")
    page.get_by_role("button", name="Save contact").click()
    shown = page.get_by_test_id("preview").or_(page.get_by_test_id("state"))
    shown.wait_for()
    before()
    if page.get_by_test_id("preview").is_visible():
        page.get_by_test_id("save").click()
