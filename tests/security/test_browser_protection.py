import json
import os
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest
from django.conf import settings as portal
from django.db import connection as database
from django.http import HttpResponseBase
from django.test import Client

from tests.check import PRODUCTION
from tests.environment import PORTAL_PORT
from tests.security import routes
from tests.security.house import PEOPLE, House
from tests.security.observatory import Seen, directives, faults
from tests.support.oidc import RunningProvider
from tests.support.people import PASSWORD, signed_in
from zohoportal.accounts.models import User

ROOT = Path(__file__).resolve().parent.parent.parent
ORIGIN = f"http://localhost:{PORTAL_PORT}"
SIGN_IN = "/account/sign-in/"
CODE = [
    path
    for folder in ("connections", "crm", "desk", "zohoportal")
    for path in (ROOT / folder).rglob("*.py")
]
# Without what the suite itself needs for its browser.
ENVIRONMENT = {
    name: value
    for name, value in (os.environ | PRODUCTION).items()
    if name != "DJANGO_ALLOW_ASYNC_UNSAFE"
}
UNSAFE = ("POST", "PUT", "PATCH", "DELETE")
Answers = dict[str, dict[str, Any]]


@pytest.fixture(scope="session")
def production(tmp_path_factory: pytest.TempPathFactory) -> Answers:
    """Answers of a portal with production settings, by what was asked."""
    folder = tmp_path_factory.mktemp("production")
    database_url = {"DATABASE_URL": f"sqlite:///{folder / 'portal.sqlite3'}"}
    done = subprocess.run(
        [sys.executable, "-m", "tests.security.production", str(folder)],
        cwd=ROOT,
        env=ENVIRONMENT | database_url,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    answers: Answers = json.loads(done.stdout)
    return answers


def seen(answer: HttpResponseBase) -> Seen:
    return Seen(
        headers={name.lower(): value for name, value in answer.items()},
        cookies=[cookie.OutputString() for cookie in answer.cookies.values()],
        body=getattr(answer, "content", b"").decode(),
        is_https=False,
    )


def sign_in(client: Client, person: User, password: str = PASSWORD) -> Any:
    return client.post(SIGN_IN, {"username": person.email, "password": password})


class TestA34Cookies:
    @pytest.mark.parametrize("name", ["__Host-session", "__Host-csrf", "__Host-known"])
    def test_are_bound_to_this_host_and_hidden_from_scripts(
        self, name: str, production: Answers
    ) -> None:
        cookies = production["sign in"]["cookies"]

        (cookie,) = [each for each in cookies if each.startswith(f"{name}=")]
        attributes = {part.strip() for part in cookie.split(";")[1:]}
        assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= attributes
        assert not any(each.startswith("Domain") for each in attributes)

    def test_are_these_three_and_no_others(self, production: Answers) -> None:
        names = {
            cookie.partition("=")[0]
            for answer in production.values()
            for cookie in answer["cookies"]
        }

        assert names == {"__Host-session", "__Host-csrf", "__Host-known"}

    def test_are_plain_on_this_machine_without_https(
        self, admin: User, anonymous_client: Client
    ) -> None:
        answer = sign_in(anonymous_client, admin)

        session = answer.cookies["session"]
        assert session["httponly"]
        assert session["samesite"] == "Lax"
        assert session["path"] == "/"


class TestA35Session:
    def test_gets_a_new_key_at_sign_in(
        self, admin: User, anonymous_client: Client
    ) -> None:
        planted = import_module(portal.SESSION_ENGINE).SessionStore()
        planted["from"] = "a stranger"
        planted.create()
        anonymous_client.cookies["session"] = planted.session_key

        sign_in(anonymous_client, admin)

        assert anonymous_client.cookies["session"].value != planted.session_key
        other = Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")
        other.cookies["session"] = planted.session_key
        assert other.get("/").status_code == 302

    def test_is_dead_after_signing_out(
        self, admin: User, anonymous_client: Client
    ) -> None:
        sign_in(anonymous_client, admin)
        kept = anonymous_client.cookies["session"].value

        anonymous_client.post("/account/sign-out/")

        anonymous_client.cookies["session"] = kept
        assert anonymous_client.get("/").status_code == 302

    def test_of_other_devices_ends_with_a_new_password(self, admin: User) -> None:
        here, there = signed_in(admin), signed_in(admin)
        before = here.cookies["session"].value
        form = {
            "old_password": PASSWORD,
            "new_password1": "another horse entirely",
            "new_password2": "another horse entirely",
        }

        assert here.post("/account/password/", form).status_code == 302

        assert here.get("/").status_code == 200
        assert here.cookies["session"].value != before
        assert there.get("/").status_code == 302

    def test_of_a_former_admin_opens_no_admin_page(self, admin: User) -> None:
        browser = signed_in(admin)
        assert browser.get("/connections/").status_code == 200

        User.objects.filter(pk=admin.pk).update(role="staff")

        assert browser.get("/connections/").status_code == 403

    def test_of_who_was_deactivated_ends(self, admin: User) -> None:
        browser = signed_in(admin)

        User.objects.filter(pk=admin.pk).update(is_active=False)

        assert browser.get("/").status_code == 302

    def test_shows_nothing_after_signing_out_and_back(self, admin: User) -> None:
        page = signed_in(admin).get("/")

        assert "no-store" in page["Cache-Control"]


def with_mark(house: House, who: str) -> tuple[Client, str]:
    """Return a browser that insists on the form's mark, and the mark."""
    browser = house.browser(who)
    browser.handler.enforce_csrf_checks = True
    browser.get("/account/password/" if house.people[who] else SIGN_IN)
    return browser, browser.cookies["csrf"].value


# The provider says there, by a token that it signs, that somebody signed out.
SIGNED_BY_OTHERS = {"accounts:provider_signed_out"}


class TestA37ForgedRequest:
    @pytest.mark.parametrize("name", sorted(routes.every().keys() - SIGNED_BY_OTHERS))
    def test_without_the_mark_is_refused(self, name: str, house: House) -> None:
        address = house.address(name)

        for who in PEOPLE:
            browser, _ = with_mark(house, who)
            answers = [browser.generic(method, address) for method in UNSAFE]

            assert {answer.status_code for answer in answers} == {403}

    @pytest.mark.parametrize(
        "origin",
        [
            "https://evil.example",
            "null",
            f"https://localhost:{PORTAL_PORT}",
            "http://x",
        ],
    )
    def test_from_another_origin_is_refused(self, origin: str, house: House) -> None:
        browser, mark = with_mark(house, "staff")
        form = {"csrfmiddlewaretoken": mark, "time_zone": "UTC"}

        answer = browser.post("/account/settings/", form, HTTP_ORIGIN=origin)

        assert answer.status_code == 403

    def test_with_a_wrong_mark_is_refused(self, house: House) -> None:
        browser, mark = with_mark(house, "staff")
        form = {"csrfmiddlewaretoken": mark[::-1], "time_zone": "UTC"}

        assert browser.post("/account/settings/", form).status_code == 403

    def test_is_told_from_our_own(self, house: House) -> None:
        browser, mark = with_mark(house, "staff")
        form = {"csrfmiddlewaretoken": mark, "time_zone": "UTC"}

        answer = browser.post("/account/settings/", form, HTTP_ORIGIN=ORIGIN)

        assert answer.status_code == 302

    def test_has_no_exempt_view(self) -> None:
        assert len(CODE) > 40
        exempt = [path for path in CODE if "csrf_exempt" in path.read_text()]

        # The company's provider signs what it says there, and is no browser.
        assert [str(path.relative_to(ROOT)) for path in exempt] == [
            "zohoportal/accounts/views/provider.py"
        ]


POLICY = {
    "default-src": ["'none'"],
    "script-src": ["'self'"],
    "style-src": ["'self'"],
    "img-src": ["'self'", "data:"],
    "connect-src": ["'self'"],
    "object-src": ["'none'"],
    "base-uri": ["'none'"],
    "frame-ancestors": ["'none'"],
}
DOMAINS = ("zoho.com", "zoho.eu", "zoho.in", "zoho.com.au", "zoho.jp", "zohocloud.ca")
MORE_DOMAINS = ("zoho.sa", "zoho.uk", "zoho.ae", "zoho.sg", "zoho.com.cn")
ACCOUNTS = [f"https://accounts.{domain}" for domain in DOMAINS + MORE_DOMAINS]


class TestA38Headers:
    @pytest.mark.parametrize("name", routes.every())
    def test_of_every_route_cost_no_points(self, name: str, house: House) -> None:
        answers = [
            house.browser(who).generic(method, house.address(name))
            for who in PEOPLE
            for method in ("GET", "POST")
        ]

        for answer in answers:
            assert faults(seen(answer)) == {}
            assert answer["Cross-Origin-Opener-Policy"] == "same-origin"
            assert answer["Cross-Origin-Resource-Policy"] == "same-origin"
            assert "no-store" in answer["Cache-Control"]

    def test_of_every_answer_in_production_cost_no_points(
        self, production: Answers
    ) -> None:
        assert len(production) > 30
        for name, answer in production.items():
            met = Seen(
                answer["headers"],
                answer["cookies"],
                answer["body"],
                is_https="plain http" not in name,
            )
            assert (name, faults(met)) == (name, {})

    def test_of_every_answer_in_production_are_as_designed(
        self, production: Answers
    ) -> None:
        expected = POLICY | {"form-action": ["'self'", *ACCOUNTS]}
        for name, answer in production.items():
            headers = answer["headers"]
            assert directives(headers["content-security-policy"]) == expected, name
            assert headers["cross-origin-opener-policy"] == "same-origin", name
            assert headers["cross-origin-resource-policy"] == "same-origin", name
            assert headers["referrer-policy"] == "same-origin", name
            assert headers["x-frame-options"] == "DENY", name
            assert "access-control-allow-origin" not in headers, name
            assert "server" not in headers, name
            assert "x-powered-by" not in headers, name

    def test_keep_every_page_out_of_caches(self, production: Answers) -> None:
        for name, answer in production.items():
            is_file = "/static/" in name and answer["status"] == 200
            assert ("no-store" in answer["headers"]["cache-control"]) != is_file, name

    def test_make_browsers_use_https_for_years(self, production: Answers) -> None:
        for name, answer in production.items():
            if "plain http" not in name:
                header = answer["headers"]["strict-transport-security"]
                assert header == "max-age=63072000"

    def test_lead_from_http_to_https_on_the_same_host(
        self, production: Answers
    ) -> None:
        answer = production["plain http"]

        assert answer["status"] == 301
        target = "https://portal.example.com/connections/?a=b"
        assert answer["headers"]["location"] == target

    def test_name_the_sandbox_as_a_place_for_forms(self, admin_client: Client) -> None:
        policy = directives(admin_client.get("/")["Content-Security-Policy"])

        sandbox = portal.DATA_CENTERS["sandbox"].accounts
        assert policy == POLICY | {"form-action": ["'self'", sandbox]}

    def test_are_enforced_not_only_reported(self, production: Answers) -> None:
        for answer in production.values():
            names = answer["headers"].keys()
            assert "content-security-policy-report-only" not in names

    @pytest.mark.parametrize(
        ("header", "value", "fault"),
        [
            ("content-security-policy", "", -25),
            ("content-security-policy", "default-src *", -20),
            ("content-security-policy", "script-src 'unsafe-inline'", -20),
            ("referrer-policy", "unsafe-url", -5),
            ("strict-transport-security", "max-age=60", -10),
            ("strict-transport-security", "", -20),
            ("x-content-type-options", "", -5),
            ("cross-origin-resource-policy", "cross-origin", -5),
        ],
    )
    def test_that_are_weaker_are_noticed(
        self, header: str, value: str, fault: int, production: Answers
    ) -> None:
        page = production["admin /"]

        weaker = Seen(page["headers"] | {header: value}, [], page["body"], True)

        assert faults(weaker) == {header: fault}

    @pytest.mark.parametrize(
        ("cookie", "fault"),
        [
            ("session=a; Secure; HttpOnly", -20),
            ("session=a; Secure; SameSite=Lax", -30),
            ("session=a; HttpOnly; SameSite=Lax", -40),
            ("session=a; Secure; HttpOnly; SameSite=None", -20),
        ],
    )
    def test_with_a_weaker_cookie_are_noticed(
        self, cookie: str, fault: int, production: Answers
    ) -> None:
        page = production["admin /"]

        assert faults(Seen(page["headers"], [cookie], "", True)) == {"cookies": fault}


class TestA44Page:
    @pytest.mark.parametrize("name", ["admin /", "admin /connections/new/"])
    def test_loads_nothing_from_elsewhere(self, name: str, production: Answers) -> None:
        body = production[name]["body"]
        loaded = re.findall(
            r"<(?:script|link|img|iframe)\b[^>]*(?:src|href)=\"([^\"]+)", body
        )

        assert loaded
        assert [each for each in loaded if "//" in each] == []

    def test_has_no_script_or_style_in_it(self, production: Answers) -> None:
        for answer in production.values():
            if answer["headers"].get("content-type", "").startswith("text/html"):
                assert not re.search(r"<script(?![^>]*\ssrc=)", answer["body"])
                assert not re.search(
                    r"<style|\sstyle=|\son\w+=|javascript:", answer["body"]
                )


NEXT = (
    "https://evil.example",
    "http://evil.example/",
    "//evil.example",
    "///evil.example",
    "////evil.example",
    "/\\evil.example",
    "\\\\evil.example",
    "\\/evil.example",
    "/\\/evil.example",
    "https:evil.example",
    "https:/evil.example",
    "http:///evil.example",
    "javascript:alert(1)",
    "JavaScript:alert(1)",
    "java\nscript:alert(1)",
    " javascript:alert(1)",
    "data:text/html,x",
    "vbscript:x",
    "ftp://evil.example",
    f"https://localhost:{PORTAL_PORT}@evil.example",
    f"http://localhost:{PORTAL_PORT}.evil.example",
    f"//localhost:{PORTAL_PORT}@evil.example",
    "http://localhost.evil.example",
    "\thttps://evil.example",
    "\x00//evil.example",
    "//evil.example%2f@localhost",
    "https://ev\u0130l.example",
    "http:\\\\evil.example",
    "mailto:evil@example.com",
)
assert len(NEXT) >= 25


class TestA42OpenRedirect:
    @pytest.mark.parametrize("place", ["address", "form"])
    @pytest.mark.parametrize("value", NEXT)
    def test_falls_back_to_the_first_page(
        self, value: str, place: str, admin: User, anonymous_client: Client
    ) -> None:
        form = {"username": admin.email, "password": PASSWORD}
        if place == "form":
            answer = anonymous_client.post(SIGN_IN, form | {"next": value})
        else:
            answer = anonymous_client.post(SIGN_IN, form, query_params={"next": value})

        assert answer["Location"] == "/"

    @pytest.mark.parametrize("value", NEXT)
    def test_does_not_catch_who_is_signed_in_already(
        self, value: str, admin_client: Client
    ) -> None:
        answer = admin_client.get(SIGN_IN, {"next": value})

        assert answer["Location"] == "/"

    @pytest.mark.parametrize("value", ["\\evil.example", "evil.example", "/..//evil"])
    def test_stays_here_with_an_odd_path(
        self, value: str, admin: User, anonymous_client: Client
    ) -> None:
        form = {"username": admin.email, "password": PASSWORD, "next": value}

        answer = anonymous_client.post(SIGN_IN, form)

        target = urljoin(f"{ORIGIN}{SIGN_IN}", answer["Location"])
        assert urlsplit(target).netloc == f"localhost:{PORTAL_PORT}"

    @pytest.mark.parametrize("value", NEXT)
    def test_falls_back_after_the_companys_sign_in_too(
        self, value: str, company: RunningProvider, anonymous_client: Client
    ) -> None:
        assert company.sign_in(anonymous_client, next=value)["Location"] == "/"

    def test_of_our_own_pages_works(
        self, admin: User, anonymous_client: Client
    ) -> None:
        form = {"username": admin.email, "password": PASSWORD, "next": "/deliveries/"}

        assert anonymous_client.post(SIGN_IN, form)["Location"] == "/deliveries/"

    def test_has_no_other_door_but_those_with_tests(self) -> None:
        mentions = {
            path.name for path in CODE if re.search(r"[\"']next[\"']", path.read_text())
        }

        # See above, and `tests/accounts/test_proof.py`.
        assert mentions == {"confirm.py", "proof.py", "go_on.py"}


NUMBER = re.compile(r'data-testid="request-id">([0-9a-f-]{36})<')
TELLING = re.compile(
    r"Traceback|Django|django|\.py\b|/site-packages|SELECT |opensesame|"
    r"SECRET_KEY|VAULT_KEYS|DATABASE|sqlite|psycopg|RuntimeError|OperationalError|"
    r"gunicorn|Python|DEBUG"
)


def own_page(answer: Any, *statuses: int) -> None:
    text = answer.content.decode()
    assert answer.status_code in statuses
    assert 'data-testid="error-page"' in text
    assert NUMBER.search(text)
    assert str(ROOT) not in text
    assert TELLING.findall(text) == []
    assert faults(seen(answer)) == {}


@pytest.fixture
def more_urls(settings: Any, admin_client: Client) -> None:
    settings.ROOT_URLCONF = "tests.security.more_urls"
    admin_client.raise_request_exception = False


@pytest.mark.usefixtures("more_urls")
class TestA74ErrorPage:
    def test_of_a_bad_request_is_ours(self, admin_client: Client) -> None:
        own_page(admin_client.get("/refusing/"), 400)

    def test_of_a_refusal_is_ours(self, staff_client: Client) -> None:
        own_page(staff_client.get("/connections/"), 403)

    def test_of_a_missing_page_is_ours(
        self, staff_client: Client, anonymous_client: Client
    ) -> None:
        own_page(staff_client.get("/no/such/page.php?a=<script>"), 404)
        own_page(anonymous_client.get("/no/such/page.php"), 404)

    def test_of_a_form_without_its_mark_is_ours(self, admin_client: Client) -> None:
        admin_client.handler.enforce_csrf_checks = True

        own_page(admin_client.post("/account/settings/"), 403)

    def test_of_a_fault_in_our_code_is_ours(self, admin_client: Client) -> None:
        own_page(admin_client.get("/broken/"), 500)

    def test_of_a_broken_database_is_ours(self, admin_client: Client) -> None:
        with database.cursor() as cursor:
            cursor.execute("ALTER TABLE outbox_delivery RENAME TO gone")

        # Each database has its own word for it; some words mean "not there yet".
        own_page(admin_client.get("/deliveries/"), 500, 503)

    def test_has_another_number_each_time(self, admin_client: Client) -> None:
        pages = [admin_client.get("/broken/").content.decode() for _ in range(2)]

        numbers = {match[1] for page in pages for match in NUMBER.finditer(page)}
        assert len(numbers) == 2

    def test_has_the_number_of_the_line_in_the_log(
        self, admin_client: Client, log: Any
    ) -> None:
        found = NUMBER.search(admin_client.get("/broken/").content.decode())

        assert found
        lines = [line for line in log.getvalue().splitlines() if found[1] in line]
        assert any("RuntimeError" in line for line in lines)

    def test_of_an_unknown_host_tells_nothing(self, admin_client: Client) -> None:
        answer = admin_client.get("/", HTTP_HOST="evil.example")

        assert answer.status_code == 400
        assert b'data-testid="error-page"' in answer.content
        assert TELLING.findall(answer.content.decode()) == []

    def test_of_a_wrong_method_tells_nothing(self, admin_client: Client) -> None:
        answer = admin_client.post("/oauth/callback/")

        assert answer.status_code == 405
        assert answer.content == b""

    def test_is_the_same_in_production(self, production: Answers) -> None:
        statuses = {
            "admin /refusing/": 400,
            "refused form": 403,
            "admin /nothing-here/": 404,
            "admin /broken/": 500,
        }

        for name, status in statuses.items():
            assert production[name]["status"] == status
            assert NUMBER.search(production[name]["body"])
        for name, answer in production.items():
            if "/static/" not in name:
                assert TELLING.findall(answer["body"]) == [], name


class TestA75Deployment:
    def test_has_nothing_to_say(self) -> None:
        command = ["manage.py", "check", "--deploy", "--fail-level", "WARNING"]
        done = subprocess.run(
            [sys.executable, *command],
            cwd=ROOT,
            # It wants HSTS for all names below the host's, which is for admins to say.
            env=ENVIRONMENT | {"HSTS": "preload"},
            capture_output=True,
            text=True,
            check=False,
        )

        assert done.returncode == 0
        said = done.stdout + done.stderr
        assert said == "System check identified no issues (0 silenced).\n"

    def test_is_not_silenced(self) -> None:
        assert portal.SILENCED_SYSTEM_CHECKS == []
        assert not any("SILENCED" in path.read_text() for path in CODE)
