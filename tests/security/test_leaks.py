import base64
import io
import logging
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from typing import Any
from urllib.parse import quote

import pytest
from django.conf import settings as portal
from django.db import connection as database
from django.test import Client

from connections import features, services
from connections.messages.explain import explain
from connections.models import Connection, Grant, OAuthClient
from connections.setup import flow
from connections.tokens import vault
from connections.zoho.errors import ZohoError
from crm.envelope import CRM
from desk.envelope import DESK
from tests.environment import PORTAL_PORT
from tests.security import leaks, routes
from tests.security.leaks import Leak
from tests.security.trip import approve, query
from tests.support.contacts import save
from tests.support.people import PASSWORD
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

FEATURES = ["crm.contacts", "desk.tickets"]
REVOKED = {"status": 401, "body": {"code": "INVALID_TOKEN", "status": "error"}}


class Browser(Client):
    """Keeps every page it was shown, with its headers."""

    def __init__(self, who: str, pages: dict[str, str]) -> None:
        super().__init__(HTTP_HOST=f"localhost:{PORTAL_PORT}")
        self.raise_request_exception = False
        self._who = who
        self._pages = pages

    def request(self, **request: Any) -> Any:
        answer = super().request(**request)
        name = f"{len(self._pages)} {self._who} {request['REQUEST_METHOD']} "
        headers = [
            f"{key}: {value}"
            for key, value in answer.items()
            # This one takes the state to Zoho, where it belongs.
            if not (key == "Location" and "/oauth/v2/auth?" in value)
        ]
        page = name + request["PATH_INFO"]
        self._pages[page] = "\n".join([*headers, answer.getvalue().decode()])
        return answer


@dataclass
class Journey:
    """What a walk through the portal left behind, and the secrets that were in it."""

    pages: dict[str, str] = field(default_factory=dict)
    secrets: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    sessions: dict[str, str] = field(default_factory=dict)

    def browser(self, person: User) -> Browser:
        """Sign in by the form, as people do."""
        browser = Browser(person.role, self.pages)
        browser.get("/account/sign-in/")
        wrong = {"username": person.email, "password": f"{PASSWORD}-wrong"}
        browser.post("/account/sign-in/", wrong)
        form = {"username": person.email, "password": PASSWORD}
        assert browser.post("/account/sign-in/", form).status_code == 302
        name = f"session of {person.role}"
        self.sessions[name] = browser.cookies["session"].value
        return browser

    def keep(self, name: str, value: str) -> str:
        self.secrets[f"{name} {len(self.secrets)}"] = value
        return value

    def keep_tokens(self) -> None:
        for grant in Grant.objects.all():
            self.keep("access token", vault.unseal(grant, "sealed_access_token"))
            self.keep("refresh token", vault.unseal(grant, "sealed_refresh_token"))

    def note(self, name: str, failing: Callable[[], object]) -> None:
        """Keep everything that an exception says of itself."""
        with pytest.raises(ZohoError) as raised:
            failing()
        error = raised.value
        shown = "".join(traceback.format_exception(error))
        parts = [shown, str(error), repr(error), repr(error.args), repr(vars(error))]
        self.errors[f"exception {name}"] = "\n".join([*parts, repr(explain(error))])


def begin(admin: Browser, kind: str) -> Connection:
    form = {"data_center": "sandbox", "features": FEATURES, "kind": kind}
    admin.post("/connections/new/", form)
    return Connection.objects.latest("created_at")


def redirect_door(journey: Journey, zoho: SandboxZoho, admin: Browser) -> Connection:
    """Connect by consent, after a reject, a wrong code, a wrong secret and a 503."""
    client_id, secret = zoho.new_client(redirect_uris=[portal.REDIRECT_URI])
    made = begin(admin, OAuthClient.Kind.SERVER)
    page = f"/connections/{made.pk}/client/"
    wrong = journey.keep("wrong secret", f"wrong{secret}")
    answers: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (wrong, "accept", {}),
        (secret, "reject", {}),
        (secret, "accept", {"status": 503, "body": "<p>busy</p>"}),
        (secret, "accept", {"status": 200, "body": {"error": "invalid_code"}}),
        (secret, "accept", {"status": 307, "headers": {"Location": "/x"}}),
        (secret, "accept", {"drop": "before"}),
        (secret, "accept", {"status": 200, "body": "not json"}),
        (journey.keep("client secret", secret), "accept", {}),
    )
    admin.post(page, {"client_id": "with a space", "client_secret": secret})
    for given, decision, scripted in answers:
        form = {"client_id": client_id, "client_secret": given}
        address = admin.post(page, form)["Location"]
        journey.keep("state", query(address)["state"])
        back = approve(zoho, address, decision)
        if "code" in back:
            journey.keep("code", back["code"])
        if scripted:
            zoho.script("POST", "/oauth/v2/token", scripted)
        admin.get("/oauth/callback/", back)
        admin.get(page)
        # Once more: used up by now.
        admin.get("/oauth/callback/", back)
        # Twice the same parameter, and a host nobody knows.
        admin.get(f"/oauth/callback/?code={back.get('code', '')}&code=2")
        admin.get("/oauth/callback/", back | {"accounts-server": "https://x.example"})
    made.refresh_from_db()
    assert made.is_active
    return made


def self_client_door(journey: Journey, zoho: SandboxZoho, admin: Browser) -> Connection:
    """Connect with a Self Client, after a wrong code, a wrong secret and a 503."""
    client_id, secret = zoho.new_client("self")
    made = begin(admin, OAuthClient.Kind.SELF)
    page = f"/connections/{made.pk}/client/"
    journey.keep("client secret", secret)
    scopes = ",".join(features.scopes(FEATURES))
    wrong = journey.keep("wrong secret", f"wrong{secret}")
    unknown = f"1000.{'ab' * 16}.{'cd' * 16}"
    attempts: tuple[tuple[str, str, dict[str, Any]], ...] = (
        (secret, unknown, {}),
        (wrong, zoho.new_code(client_id, scopes), {}),
        (secret, zoho.new_code(client_id, scopes), {"status": 503, "body": "<p>"}),
        (secret, zoho.new_code(client_id, scopes), {}),
    )
    admin.post(page, {"client_id": client_id, "client_secret": secret})
    for given, code, scripted in attempts:
        journey.keep("code", code)
        if scripted:
            zoho.script("POST", "/oauth/v2/token", scripted)
        form = {"client_id": client_id, "client_secret": given, "code": code}
        admin.post(page, form)
        admin.get(page)
    admin.post(f"/connections/{made.pk}/secret/", {"client_secret": wrong})
    made.refresh_from_db()
    assert made.is_active
    return made


def work(zoho: SandboxZoho, staff: Browser, connection: Connection) -> None:
    """Save contacts and open tickets, in good times and in bad ones."""
    troubles: tuple[dict[str, Any], ...] = (
        {},
        {"status": 503, "body": "<p>busy</p>"},
        {"status": 429, "body": {"code": "TOO_MANY_REQUESTS"}},
        {"status": 500, "body": {"code": "INTERNAL_ERROR", "message": "oops"}},
        {"status": 403, "body": {"code": "OAUTH_SCOPE_MISMATCH"}},
        {"status": 302, "headers": {"Location": "https://x.example/"}},
        {"drop": "after"},
        {"status": 200, "body": "not json"},
    )
    forms = {
        f"/c/{connection.slug}/crm/contacts/new/": "/crm/v8/Contacts/upsert",
        f"/c/{connection.slug}/desk/tickets/new/": "/api/v1/tickets",
    }
    for place, path in forms.items():
        for trouble in troubles:
            page = staff.get(place)
            values = {
                "form_key": page.context["form_key"],
                "email": "kim.sample@example.com",
                "last_name": "Sample",
                "Email": "kim.sample@example.com",
                "Last_Name": "Sample",
                "subject": "Sample",
            }
            department = page.context["form"].fields.get("department")
            if department:
                values["department"] = list(department.choices)[-1][0]
            if trouble:
                zoho.script("POST", path, trouble)
            answer = save(staff, place, values)
            if answer.status_code == 302:
                staff.get(answer["Location"])


def end_badly(journey: Journey, zoho: SandboxZoho, connection: Connection) -> None:
    """Raise one of every kind of error, with real tokens at hand."""
    client = services.client_for(connection)
    bodies: dict[str, dict[str, Any]] = {
        "503": {"status": 503, "body": "<p>"},
        "429": {"status": 429, "body": {"code": "TOO_MANY_REQUESTS"}},
        "400": {"status": 400, "body": {"code": "INVALID_DATA", "message": "no"}},
        "scope": {"status": 403, "body": {"code": "OAUTH_SCOPE_MISMATCH"}},
        "redirect": {"status": 307, "headers": {"Location": "https://x.example"}},
        "no json": {"status": 200, "body": "<p>"},
        "hung up": {"drop": "after"},
    }
    ticket = {"subject": "Printer", "departmentId": "1"}
    for name, scripted in bodies.items():
        zoho.script("GET", "/crm/v8/org", scripted)
        journey.note(name, lambda: client.call(CRM, "GET", "org"))
        zoho.script("POST", "/api/v1/tickets", scripted)
        send = partial(client.call, DESK, "POST", "tickets", json=ticket)
        journey.note(f"ticket {name}", send)
        zoho.script("POST", "/oauth/v2/token", scripted)
        code = journey.keep("code", f"1000.{'12' * 16}.{len(journey.errors):032x}")
        journey.note(f"token {name}", partial(flow.connect_with_code, connection, code))
    zoho.script("GET", "/crm/v8/org", REVOKED, REVOKED)
    journey.note("refused", lambda: client.call(CRM, "GET", "org"))
    journey.keep_tokens()


def look_at_everything(
    journey: Journey, connection: Connection, *browsers: Browser
) -> None:
    delivery = Delivery.objects.first()
    assert delivery
    for browser in browsers:
        for name in routes.every():
            pk = delivery.pk if name.startswith("outbox:") else connection.pk
            known = {"slug": connection.slug, "module": "Contacts", "record": 1}
            known |= {"field": "Account_Name", "ticket": 1, "contact": 1}
            known |= {"key": "crm", "version": "v8", "attachment": 1, "template": 1}
            known |= {"reference": "none", "passkey": 1, "person": delivery.person_id}
            known |= {"delivery": delivery.pk, "contact_person": 1}
            browser.get(routes.address(name, known | {"pk": pk}))
        for each in Delivery.objects.all():
            browser.get(each.get_absolute_url())
        browser.post("/activity/calls/export/")
        browser.post("/activity/trail/export/")


@pytest.fixture
def journey(
    transactional_db: None,
    zoho: SandboxZoho,
    admin: User,
    staff: User,
    log: io.StringIO,
    settings: Any,
) -> Journey:
    """A whole life of two connections, up to the day their access is taken away."""
    told = Journey()
    told.secrets |= {"SECRET_KEY": portal.SECRET_KEY, "password": PASSWORD}
    for key in portal.VAULT_KEYS.values():
        told.keep("vault key", base64.urlsafe_b64encode(key).decode().rstrip("="))
        told.keep("vault key's bytes", key.decode("latin-1"))
    admin_browser, staff_browser = told.browser(admin), told.browser(staff)
    first = redirect_door(told, zoho, admin_browser)
    second = self_client_door(told, zoho, admin_browser)
    told.keep_tokens()
    for each in (first, second):
        people = {"members": [str(staff.pk)]}
        admin_browser.post(f"/connections/{each.pk}/people/", people)
        work(zoho, staff_browser, each)
    look_at_everything(told, first, admin_browser, staff_browser)
    Grant.objects.filter(connection=second).update(expires_at=first.created_at)
    admin_browser.post(f"/connections/{second.pk}/test/")
    told.keep_tokens()
    end_badly(told, zoho, first)
    zoho.revoke_tokens()
    Grant.objects.update(expires_at=first.created_at)
    for each in (first, second):
        admin_browser.post(f"/connections/{each.pk}/test/")
        staff_browser.get(f"/c/{each.slug}/desk/tickets/new/")
    look_at_everything(told, second, admin_browser, staff_browser)
    return told


def kinds(secrets: dict[str, str]) -> set[str]:
    return {name.rstrip("0123456789").strip() for name in secrets}


class TestA18Leaks:
    def test_are_nowhere_after_a_whole_journey(
        self, journey: Journey, zoho: SandboxZoho, log: io.StringIO
    ) -> None:
        calls = zoho.journal()
        addresses = "\n".join(f"{call['path']} {call['query']}" for call in calls)
        places: dict[str, str | bytes] = {
            "the log": log.getvalue(),
            "addresses at Zoho": addresses,
            **journey.pages,
            **journey.errors,
            **leaks.database_content(),
            **leaks.database_files(),
        }

        assert leaks.find(journey.secrets, places) == []

        public = {"the log": log.getvalue(), "at Zoho": addresses, **journey.pages}
        assert leaks.find(journey.sessions, _without_own_cookie(public)) == []
        assert kinds(journey.secrets) == {
            "SECRET_KEY",
            "access token",
            "client secret",
            "code",
            "password",
            "refresh token",
            "state",
            "vault key",
            "vault key's bytes",
            "wrong secret",
        }
        assert len(journey.pages) > 150
        assert len(journey.errors) > 20
        assert len(calls) > 50
        assert "zoho call failed" in log.getvalue()

    def test_are_not_in_a_log_line_by_accident(self, log: io.StringIO) -> None:
        secret = f"1000.{'ab' * 16}.{'cd' * 16}"
        logging.getLogger("anything").warning(
            "GET /x?code=%s&state=abcdefghijklmnop", secret, extra={"more": [secret]}
        )

        secrets = {"token": secret, "state": "abcdefghijklmnop"}
        assert "anything" in log.getvalue()
        assert leaks.find(secrets, {"the log": log.getvalue()}) == []


def _without_own_cookie(places: dict[str, str]) -> dict[str, str]:
    """Leave out the one line that brings a browser its own session."""
    return {
        place: "\n".join(
            line for line in text.splitlines() if not line.startswith("Set-Cookie:")
        )
        for place, text in places.items()
    }


SECRET = "1000.canary-canary+canary/<canary>&\u00e9"
DISGUISES = {
    "raw": SECRET,
    "hex": SECRET.encode().hex().upper(),
    "address": quote(SECRET, safe=""),
    "base64": base64.b64encode(SECRET.encode()).decode(),
    "base64 inside": base64.b64encode(f"Basic a:{SECRET}:b".encode()).decode(),
    "base64 further inside": base64.urlsafe_b64encode(f"ab{SECRET}".encode()).decode(),
    "html": "1000.canary-canary+canary/&lt;canary&gt;&amp;\u00e9",
    "beginning": SECRET[:20],
    "end": SECRET[-20:],
    "json": "1000.canary-canary+canary/<canary>&\\u00e9",
}


class TestA18Scanner:
    @pytest.mark.parametrize("disguise", DISGUISES)
    def test_finds_a_secret_in_disguise(self, disguise: str) -> None:
        text = f"before {DISGUISES[disguise]} after"

        found = leaks.find({"it": SECRET}, {"a page": text, "another": "nothing"})

        assert {(leak.place, leak.secret) for leak in found} == {("a page", "it")}

    def test_finds_nothing_where_nothing_is(self) -> None:
        assert leaks.find({"it": SECRET}, {"a page": "1000.canary"}) == []

    def test_never_holds_what_it_found(self) -> None:
        (leak, *_others) = leaks.find({"it": SECRET}, {"a page": SECRET})

        assert isinstance(leak, Leak)
        assert "canary" not in repr(leak)

    def test_finds_one_on_a_page(self, staff: User) -> None:
        pages: dict[str, str] = {}
        browser = Browser("nobody", pages)

        browser.post("/account/sign-in/", {"username": "canary-typed@example.com"})

        assert leaks.find({"it": "canary-typed@example.com"}, pages)

    def test_finds_one_in_a_header(self, staff: User) -> None:
        pages: dict[str, str] = {}
        browser = Browser("nobody", pages)

        browser.get("/deliveries/", {"from": "canary-in-an-address"})

        assert leaks.find({"it": "canary-in-an-address"}, pages)

    def test_finds_one_in_the_log(self, log: io.StringIO) -> None:
        logging.getLogger("anything").info("look: %s", "canary-in-the-log")

        found = leaks.find({"it": "canary-in-the-log"}, {"log": log.getvalue()})

        assert [leak.form for leak in found if leak.form == "raw"] == ["raw"]

    def test_finds_one_in_an_exception(self) -> None:
        journey = Journey()

        def failing() -> None:
            raise ZohoError("x", message="canary-in-words")

        journey.note("planted", failing)

        assert leaks.find({"it": "canary-in-words"}, journey.errors)

    @pytest.mark.django_db(transaction=True)
    def test_finds_one_in_the_database(self, draft: Connection) -> None:
        Connection.objects.update(zoho_user="canary-in-a-row")

        places = leaks.database_content() | leaks.database_files()
        found = leaks.find({"it": "canary-in-a-row"}, places)

        assert "table connections_connection" in {leak.place for leak in found}
        is_file = database.vendor == "sqlite"
        assert any(leak.place.startswith("file") for leak in found) == is_file
