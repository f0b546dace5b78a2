import os
import re
import runpy
import socket
import string
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from connections.models import VaultCheck
from connections.tokens.keys import prove_keys
from connections.tokens.vault import encoded, new_key, parse_keys
from tests.check import PRODUCTION

ROOT = Path(__file__).resolve().parent.parent

# Empty, not missing: a developer's own .env would fill in what is missing.
OTHERS = (
    "BIND",
    "WEB_WORKERS",
    "EXTRA_HOSTS",
    "FORWARDED_ALLOW_IPS",
    "KEEP_CALLS_DAYS",
    "UPLOAD_DIR",
    "ZOHO_HOSTS",
    "TIME_ZONE",
    "LOG_LEVEL",
    "CALLS_AT_ONCE",
    "LOOK_AFTER",
    "WORKER_THREADS",
    "TASKS_REDIS_URL",
    "DATABASE_DIRECT_URL",
    "KEEP_CONTENT_DAYS",
    "KEEP_DELIVERIES_DAYS",
    "HSTS",
    "EMAIL_URL",
    "EMAIL_FROM",
    "SECOND_FACTOR",
    "OIDC_ISSUER",
    "OIDC_CLIENT_ID",
    "OIDC_CLIENT_SECRET",
    "OIDC_GROUPS",
)
KEY = new_key()
DEMO = {
    "DEMO": "1",
    "SITE_URL": "http://localhost:8000",
    "ZOHO_SANDBOX_URL": "http://127.0.0.1:8001",
}
OIDC = {
    "OIDC_ISSUER": "https://login.example.com/realms/firm",
    "OIDC_CLIENT_ID": "portal",
    "OIDC_CLIENT_SECRET": "secret",
    "OIDC_GROUPS": "Portal admins:admin,Sales: North:staff",
}
PUBLIC = {"SITE_URL": "http://portal.example.com"}

# What is set, the variable that the sentence names, and what else it says.
SENSELESS: dict[str, tuple[dict[str, str], str, str]] = {
    "no address": ({"SITE_URL": ""}, "SITE_URL", "https://portal.example.com"),
    "address without scheme": (
        {"SITE_URL": "portal.example.com"},
        "SITE_URL",
        "it starts with https://",
    ),
    "address with path, forms/12": (
        {"SITE_URL": "https://example.com/zoho"},
        "SITE_URL",
        "a path is not supported; leave out /zoho",
    ),
    "address with the path of the way back, forms/12": (
        {"SITE_URL": "https://example.com/oauth/callback/"},
        "SITE_URL",
        "a path is not supported; leave out /oauth/callback",
    ),
    "address with any host": ({"SITE_URL": "https://*.a.example"}, "SITE_URL", "set"),
    "address with port 0": ({"SITE_URL": "https://a.example:0"}, "SITE_URL", "set"),
    "address with no port": ({"SITE_URL": "https://a.example:x"}, "SITE_URL", "set"),
    "half an address": ({"SITE_URL": "http://[::1"}, "SITE_URL", "set"),
    "address with query": ({"SITE_URL": "https://a.example?x"}, "SITE_URL", "set"),
    "address with person": ({"SITE_URL": "https://me@a.example"}, "SITE_URL", "set"),
    "other scheme": ({"SITE_URL": "ftp://a.example"}, "SITE_URL", "https://"),
    "public without https": (PUBLIC, "SITE_URL", "use https://"),
    "no secret key": ({"SECRET_KEY": ""}, "SECRET_KEY", "50 or more"),
    "short secret key": ({"SECRET_KEY": "x" * 49}, "SECRET_KEY", "50 or more"),
    "secret key that repeats itself, A69": (
        {"SECRET_KEY": "only-for-now-" * 5},
        "SECRET_KEY",
        "50 or more random",
    ),
    "secret key that counts, A69": (
        {"SECRET_KEY": string.ascii_letters + string.digits},
        "SECRET_KEY",
        "50 or more random",
    ),
    "no vault key": ({"VAULT_KEYS": ""}, "VAULT_KEYS", "no key"),
    "vault key without id": ({"VAULT_KEYS": KEY}, "VAULT_KEYS", "id"),
    "vault key before its id": ({"VAULT_KEYS": f"{KEY}:a"}, "VAULT_KEYS", "id"),
    "vault key with empty id": ({"VAULT_KEYS": f":{KEY}"}, "VAULT_KEYS", "id"),
    "short vault key": ({"VAULT_KEYS": "a:c2hvcnQ"}, "VAULT_KEYS", "32 random bytes"),
    "long vault key": ({"VAULT_KEYS": f"a:{KEY}AAAA"}, "VAULT_KEYS", "32 random"),
    "weak vault key": ({"VAULT_KEYS": f"a:{'A' * 43}"}, "VAULT_KEYS", "32 random"),
    "vault key that repeats itself, A69": (
        {"VAULT_KEYS": f"a:{encoded(b'quiteabyteortwo!' * 2)}"},
        "VAULT_KEYS",
        "32 random",
    ),
    "vault key that counts, A69": (
        {"VAULT_KEYS": f"a:{encoded(bytes(range(32)))}"},
        "VAULT_KEYS",
        "32 random",
    ),
    "the same vault key twice, A69": (
        {"VAULT_KEYS": f"a:{KEY},b:{KEY}"},
        "VAULT_KEYS",
        "the same key",
    ),
    "vault key in the secret key, A69": (
        {"SECRET_KEY": f"{KEY}.{new_key()}", "VAULT_KEYS": f"a:{KEY}"},
        "VAULT_KEYS",
        "other keys than SECRET_KEY",
    ),
    "garbled vault key": ({"VAULT_KEYS": "a:ü"}, "VAULT_KEYS", "base64"),
    "doubled vault key": (
        {"VAULT_KEYS": f"a:{KEY},a:{new_key()}"},
        "VAULT_KEYS",
        "id of its own",
    ),
    "any host": ({"EXTRA_HOSTS": "*"}, "EXTRA_HOSTS", "in full"),
    "any sub-domain": ({"EXTRA_HOSTS": "a.example,.b.example"}, "EXTRA_HOSTS", "full"),
    "old name of proxies": (
        {"FORWARDED_ALLOW_IPS": "127.0.0.1"},
        "FORWARDED_ALLOW_IPS",
        "TRUSTED_PROXIES",
    ),
    "any proxy": ({"TRUSTED_PROXIES": "*"}, "TRUSTED_PROXIES", "no address"),
    "proxy by name": ({"TRUSTED_PROXIES": "front"}, "TRUSTED_PROXIES", "10.0.0.5"),
    "public proxy": ({"TRUSTED_PROXIES": "8.8.8.8"}, "TRUSTED_PROXIES", "public"),
    "public proxies": (
        {"TRUSTED_PROXIES": "10.0.0.5, 2606:4700::/48"},
        "TRUSTED_PROXIES",
        "2606:4700::/48 is a public",
    ),
    "nowhere as a proxy": ({"TRUSTED_PROXIES": "0.0.0.0"}, "TRUSTED_PROXIES", "public"),
    "proxies everywhere": (
        {"TRUSTED_PROXIES": "0.0.0.0/0"},
        "TRUSTED_PROXIES",
        "/16 or narrower",
    ),
    "too many proxies": (
        {"TRUSTED_PROXIES": "10.0.0.0/15"},
        "TRUSTED_PROXIES",
        "10.0.0.0/15 holds more",
    ),
    "too many proxies of IPv6": (
        {"TRUSTED_PROXIES": "fd00::/8"},
        "TRUSTED_PROXIES",
        "/48 or narrower",
    ),
    "half a proxy": (
        {"TRUSTED_PROXIES": "10.0.0.5/16"},
        "TRUSTED_PROXIES",
        "no address",
    ),
    "no workers": ({"WEB_WORKERS": "0"}, "WEB_WORKERS", "1 to 64"),
    "some workers": ({"WEB_WORKERS": "some"}, "WEB_WORKERS", "1 to 64"),
    "no days": ({"KEEP_CALLS_DAYS": "0"}, "KEEP_CALLS_DAYS", "1 to 3650"),
    "no calls": ({"CALLS_AT_ONCE": "0"}, "CALLS_AT_ONCE", "1 to 25"),
    "too many calls": ({"CALLS_AT_ONCE": "26"}, "CALLS_AT_ONCE", "1 to 25"),
    "no direct way": (
        {"DATABASE_DIRECT_URL": "sqlite:///portal.sqlite3"},
        "DATABASE_DIRECT_URL",
        "use postgres://",
    ),
    "no threads": ({"WORKER_THREADS": "0"}, "WORKER_THREADS", "1 to 64"),
    "too many threads": ({"WORKER_THREADS": "65"}, "WORKER_THREADS", "1 to 64"),
    "no content": ({"KEEP_CONTENT_DAYS": "0"}, "KEEP_CONTENT_DAYS", "1 to 36500"),
    "looks too soon": ({"LOOK_AFTER": "5,30"}, "LOOK_AFTER", "600 seconds"),
    "looks at words": ({"LOOK_AFTER": "5,soon"}, "LOOK_AFTER", "5,30,120,600"),
    "look at once": ({"LOOK_AFTER": "0,5"}, "LOOK_AFTER", "5,30,120,600"),
    "look before": ({"LOOK_AFTER": "-5"}, "LOOK_AFTER", "5,30,120,600"),
    "look next week": ({"LOOK_AFTER": "604800"}, "LOOK_AFTER", "a day at most"),
    "tasks over Redis": (
        {"TASKS_REDIS_URL": "redis://127.0.0.1:6379/0"},
        "TASKS_REDIS_URL",
        "take it out",
    ),
    "mail over the web": ({"EMAIL_URL": "https://h.example"}, "EMAIL_URL", "smtp+tls"),
    "mail to nowhere": ({"EMAIL_URL": "smtp://"}, "EMAIL_URL", "smtp+tls"),
    "mail to no port": ({"EMAIL_URL": "smtp://h.example:x"}, "EMAIL_URL", "smtp+tls"),
    "mail to a file": ({"EMAIL_URL": "filemail:///tmp"}, "EMAIL_URL", "smtp+tls"),
    "mail from nobody": ({"EMAIL_FROM": "portal"}, "EMAIL_FROM", "portal@example.com"),
    "mail with a header": (
        {"EMAIL_FROM": "a@example.com\nBcc: b"},
        "EMAIL_FROM",
        "one address",
    ),
    "no folder for files": (
        {"UPLOAD_DIR": "/dev/null/uploads"},
        "UPLOAD_DIR",
        "folder",
    ),
    "provider without a secret": (
        OIDC | {"OIDC_CLIENT_SECRET": ""},
        "OIDC_CLIENT_SECRET",
        "belong together",
    ),
    "provider alone": (
        {"OIDC_ISSUER": "https://login.example.com"},
        "OIDC_CLIENT_ID",
        "belong together",
    ),
    "provider without TLS": (
        OIDC | {"OIDC_ISSUER": "http://login.example.com"},
        "OIDC_ISSUER",
        "use https://",
    ),
    "provider on this machine without TLS": (
        OIDC | {"OIDC_ISSUER": "http://127.0.0.1:9000"},
        "OIDC_ISSUER",
        "use https://",
    ),
    "provider with a person": (
        OIDC | {"OIDC_ISSUER": "https://me@login.example.com"},
        "OIDC_ISSUER",
        "use https://",
    ),
    "half a provider": (
        OIDC | {"OIDC_ISSUER": "https://[::1"},
        "OIDC_ISSUER",
        "use https://",
    ),
    "second host of the provider that is none": (
        OIDC | {"OIDC_ISSUER": "https://login.example.com,keys"},
        "OIDC_ISSUER",
        "use https://",
    ),
    "group without a role": (
        OIDC | {"OIDC_GROUPS": "Sales"},
        "OIDC_GROUPS",
        "GROUP:ROLE",
    ),
    "time zone": ({"TIME_ZONE": "Berlin"}, "TIME_ZONE", "Europe/Berlin"),
    "log level": ({"LOG_LEVEL": "LOUD"}, "LOG_LEVEL", "INFO"),
    "flag": ({"DEBUG": "maybe"}, "DEBUG", "1 or 0"),
    "demo flag": ({"DEMO": "please"}, "DEMO", "1 or 0"),
    "demo without sandbox": (
        DEMO | {"ZOHO_SANDBOX_URL": ""},
        "ZOHO_SANDBOX_URL",
        "sandbox",
    ),
    "sandbox without demo": (
        {"ZOHO_SANDBOX_URL": "http://127.0.0.1:8001"},
        "ZOHO_SANDBOX_URL",
        "DEBUG and DEMO only",
    ),
    "sandbox that is no address": (
        DEMO | {"ZOHO_SANDBOX_URL": "127.0.0.1:8001"},
        "ZOHO_SANDBOX_URL",
        "not an address",
    ),
    "sandbox in an unknown region": (
        DEMO | {"ZOHO_SANDBOX_URL": "moon=http://127.0.0.1:8001"},
        "ZOHO_SANDBOX_URL",
        "moon",
    ),
    "demo at a public address, A23": (
        DEMO | {"SITE_URL": "https://portal.example.com"},
        "SITE_URL",
        "this machine only",
    ),
    "debug at a public address, A23": (
        {"DEBUG": "1", "SITE_URL": "http://portal.example.com:8000"},
        "SITE_URL",
        "this machine only",
    ),
    "plain http on every address": (
        {"SITE_URL": "http://localhost:8000", "BIND": "0.0.0.0:8000"},
        "SITE_URL",
        "BIND lets other machines in",
    ),
    "other browsers' habits": ({"HSTS": "1"}, "HSTS", "subdomains or preload"),
    "demo for everybody": (DEMO | {"BIND": "0.0.0.0:8000"}, "BIND", "this machine"),
    "debug for everybody": (
        {"DEBUG": "1", "SITE_URL": "http://localhost", "BIND": "192.0.2.1:8000"},
        "BIND",
        "this machine",
    ),
    "demo on every IPv6 address": (
        DEMO | {"BIND": "[::]:8000"},
        "BIND",
        "this machine",
    ),
    "correction of an unknown region": (
        {"ZOHO_HOSTS": "xx.desk=desk.zoho.example"},
        "ZOHO_HOSTS",
        "xx.desk",
    ),
    "correction of an unknown host": (
        {"ZOHO_HOSTS": "uk.mail=mail.zoho.uk"},
        "ZOHO_HOSTS",
        "uk.mail",
    ),
    "correction to nothing": ({"ZOHO_HOSTS": "uk.desk="}, "ZOHO_HOSTS", "host name"),
    "correction to a path": (
        {"ZOHO_HOSTS": "uk.desk=desk.zoho.uk/api"},
        "ZOHO_HOSTS",
        "host name",
    ),
    "correction to an address": (
        {"ZOHO_HOSTS": "uk.desk=http://desk.zoho.uk"},
        "ZOHO_HOSTS",
        "host name",
    ),
    **{
        f"correction to {host}, A49": (
            {"ZOHO_HOSTS": f"uk.desk={host}"},
            "ZOHO_HOSTS",
            "host name",
        )
        for host in (
            *("127.0.0.1", "0x7f.0.0.1", "2130706433", "localhost", "[::1]", "desk"),
            *("desk.zoho.uk:8443", "desk..uk", "-desk.zoho.uk", "dеsk.zoho.uk"),  # noqa: RUF001  # a Cyrillic e
        )
    },
    "correction with a person": (
        {"ZOHO_HOSTS": "uk.desk=desk.zoho.uk@evil.example"},
        "ZOHO_HOSTS",
        "host name",
    ),
}

SENSIBLE: dict[str, dict[str, str]] = {
    "as shipped": {},
    "proxies of all kinds": {"TRUSTED_PROXIES": "10.1.0.0/16,fd12:3:4::/48,::1"},
    "no proxy": {"TRUSTED_PROXIES": ""},
    "corrected hosts": {"ZOHO_HOSTS": "uk.desk=desk.zoho.co.uk, sg.api=api.zoho.sg"},
    "two vault keys": {"VAULT_KEYS": f"new:{KEY},old:{new_key()}"},
    "plain http on this machine": {"SITE_URL": "http://localhost:8000"},
    "a final slash": {"SITE_URL": "https://portal.example.com/"},
    "demo": DEMO,
    "demo on IPv6": DEMO | {"BIND": "[::1]:8000"},
    "mail": {"EMAIL_URL": "smtp+tls://me:secret@mail.example.com:587"},
    "several sandboxes": DEMO
    | {"ZOHO_SANDBOX_URL": "us=http://127.0.0.1:8001,eu=http://127.0.0.1:8002"},
}


# The first case of every variable also goes the whole way, in a process of its own.
ONE_EACH = list({SENSELESS[name][1]: name for name in reversed(SENSELESS)}.values())
PROVE = "import zohoportal.wsgi"


def environment(values: dict[str, str]) -> dict[str, str]:
    return os.environ | dict.fromkeys(OTHERS, "") | NORMAL | PRODUCTION | values


# What "empty" would not mean for these.
NORMAL = {
    "BIND": "127.0.0.1:8000",
    "TRUSTED_PROXIES": "127.0.0.1",
    "WEB_WORKERS": "2",
    "KEEP_CALLS_DAYS": "30",
    "TIME_ZONE": "UTC",
    "LOG_LEVEL": "INFO",
}


def run(values: dict[str, str], *command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment(values),
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


def read(values: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """Read the settings once more, with this environment."""
    for name, value in environment(values).items():
        monkeypatch.setenv(name, value)
    return runpy.run_path(str(ROOT / "zohoportal" / "settings.py"))


class TestA23TestSwitches:
    @pytest.mark.parametrize("switch", ["DEBUG", "DEMO"])
    def test_are_not_combined_with_an_address_that_others_reach(
        self, switch: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        values = DEMO | {"DEBUG": "0", "DEMO": "0", "BIND": "0.0.0.0:8000"}

        with pytest.raises(ImproperlyConfigured, match="BIND"):
            read(values | {switch: "1"}, monkeypatch)

    def test_do_not_start_in_production(self, monkeypatch: pytest.MonkeyPatch) -> None:
        values = DEMO | {"DEBUG": "0", "DEMO": "0"}

        with pytest.raises(ImproperlyConfigured, match="ZOHO_SANDBOX_URL"):
            read(values, monkeypatch)


class TestSetting:
    @pytest.mark.parametrize("name", SENSELESS)
    def test_without_sense_is_refused_and_named(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        values, variable, hint = SENSELESS[name]

        with pytest.raises(ImproperlyConfigured) as raised:
            read(values, monkeypatch)

        sentence = str(raised.value)
        assert variable in sentence
        assert hint in sentence
        for secret in (values.get("SECRET_KEY"), KEY):
            assert not secret or secret not in sentence

    @pytest.mark.parametrize("name", ONE_EACH)
    def test_without_sense_stops_the_start(self, name: str) -> None:
        values, variable, hint = SENSELESS[name]

        done = run(values, "manage.py", "check")

        assert done.returncode == 1
        assert done.stdout == ""
        (line,) = done.stderr.splitlines()
        assert line.startswith("Zoho Portal cannot start. ")
        assert variable in line
        assert hint in line

    @pytest.mark.parametrize(
        "values",
        [OIDC | {"OIDC_GROUPS": "Sales:boss"}, {"SECOND_FACTOR": "admin, boss"}],
        ids=["OIDC_GROUPS", "SECOND_FACTOR"],
    )
    def test_that_names_a_role_which_does_not_exist_stops_the_start(
        self, values: dict[str, str], request: pytest.FixtureRequest
    ) -> None:
        done = run(values, "manage.py", "check")

        (line,) = done.stderr.splitlines()
        assert line.startswith("Zoho Portal cannot start. ")
        assert request.node.callspec.id in line
        assert "there is no role “boss”" in line

    def test_of_the_provider_are_taken(self, monkeypatch: pytest.MonkeyPatch) -> None:
        issuer = f"{OIDC['OIDC_ISSUER']}, https://keys.example.com"

        found = read(OIDC | {"OIDC_ISSUER": issuer}, monkeypatch)

        oidc = found["OIDC"]
        origins = ("https://login.example.com", "https://keys.example.com")
        assert oidc.issuer == "https://login.example.com/realms/firm"
        assert oidc.origins == origins
        assert oidc.roles == (("Portal admins", "admin"), ("Sales: North", "staff"))
        assert "secret" not in repr(oidc)
        policy = found["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]["form-action"]
        assert set(origins) < set(policy)

    @pytest.mark.parametrize("name", SENSIBLE)
    def test_with_sense_is_taken(
        self, name: str, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = read(SENSIBLE[name], monkeypatch)

        assert found["REDIRECT_URI"] == f"{found['SITE_URL']}/oauth/callback/"
        assert found["VAULT_KEYS"]

    def test_as_shipped_lets_it_start(self) -> None:
        done = run({}, "manage.py", "check")

        assert done.returncode == 0
        assert done.stdout + done.stderr == (
            "System check identified no issues (0 silenced).\n"
        )

    @pytest.mark.parametrize(
        ("scope", "subdomains", "preload"),
        [("", False, False), ("subdomains", True, False), ("preload", True, True)],
    )
    def test_of_https_reaches_as_far_as_it_says(
        self,
        scope: str,
        subdomains: bool,
        preload: bool,
        monkeypatch: pytest.MonkeyPatch,
    ) -> None:
        found = read({"HSTS": scope}, monkeypatch)

        assert found["SECURE_HSTS_SECONDS"] > 0
        assert found["SECURE_HSTS_INCLUDE_SUBDOMAINS"] is subdomains
        assert found["SECURE_HSTS_PRELOAD"] is preload

    def test_of_hosts_corrects_the_table(self, monkeypatch: pytest.MonkeyPatch) -> None:
        hosts = "uk.desk=desk.zoho.co.uk, sg.api=API.zoho.sg"

        table = read({"ZOHO_HOSTS": hosts}, monkeypatch)["DATA_CENTERS"]

        assert table["uk"].hosts["desk"] == "https://desk.zoho.co.uk"
        assert table["sg"].api == "https://api.zoho.sg"
        assert table["uk"].accounts == "https://accounts.zoho.uk"
        assert len(table) == 11

    def test_for_production_leaves_the_sandbox_out(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        found = read({}, monkeypatch)

        assert "sandbox" not in found["DATA_CENTERS"]
        assert not found["DEBUG"]
        assert found["PORTAL_BANNER"] == ""

    def test_for_the_demo_leaves_the_real_zoho_out(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        assert set(read(DEMO, monkeypatch)["DATA_CENTERS"]) == {"sandbox"}

    def test_is_read_in_one_place_only(self) -> None:
        readers = {
            str(file.relative_to(ROOT))
            for folder in ("connections", "crm", "desk", "zohoportal")
            for file in (ROOT / folder).rglob("*.py")
            if re.search(r"os\.environ\b(?!\.setdefault)|getenv", file.read_text())
        }

        # They make an environment for others: the demo, and PostgreSQL's programs. The
        # sandbox is a program by itself; others see what stands in its command line.
        assert readers <= {
            "zohoportal/run/demo.py",
            "zohoportal/backup/dumps.py",
            "zohoportal/sandbox/__main__.py",
        }


class TestA68KeysOfAnotherDatabase:
    def test_are_noticed(self, settings: Any, db: None) -> None:
        prove_keys()
        settings.VAULT_KEYS = parse_keys(f"test:{KEY}")
        before = VaultCheck.objects.get().sealed

        with pytest.raises(ImproperlyConfigured, match="VAULT_KEYS do not fit") as no:
            prove_keys()

        assert KEY not in str(no.value)
        assert VaultCheck.objects.get().sealed == before

    def test_are_noticed_under_another_name(self, settings: Any, db: None) -> None:
        prove_keys()
        settings.VAULT_KEYS = parse_keys(f"other:{KEY}")

        with pytest.raises(ImproperlyConfigured, match="has no key “test”"):
            prove_keys()

    def test_may_stand_beside_the_right_one(self, settings: Any, db: None) -> None:
        prove_keys()
        settings.VAULT_KEYS = parse_keys(f"new:{KEY}") | settings.VAULT_KEYS

        prove_keys()

        assert VaultCheck.objects.count() == 1

    def test_are_noticed_when_the_check_was_damaged(self, db: None) -> None:
        prove_keys()
        VaultCheck.objects.update(sealed="test:AAAA")

        with pytest.raises(ImproperlyConfigured, match="VAULT_KEYS do not fit"):
            prove_keys()

    def test_stop_the_server(self, tmp_path: Path) -> None:
        server = ("-m", "gunicorn", "--config", "python:zohoportal.run.gunicorn_conf")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = probe.getsockname()[1]
        values = {
            "DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}",
            "BIND": f"127.0.0.1:{port}",
        }
        run(values, "manage.py", "migrate", "--verbosity", "0")
        proven = run(values, "-c", PROVE)
        assert proven.returncode == 0, proven.stderr

        done = run(values | {"VAULT_KEYS": f"check:{KEY}"}, *server, "zohoportal.wsgi")

        assert done.returncode != 0
        assert "Zoho Portal cannot start. VAULT_KEYS do not fit" in done.stderr
        assert KEY not in done.stderr
        assert "Traceback" not in done.stderr

    def test_stop_the_server_without_a_database(self, tmp_path: Path) -> None:
        server = ("-m", "gunicorn", "--config", "python:zohoportal.run.gunicorn_conf")
        values = {"DATABASE_URL": f"sqlite:///{tmp_path / 'portal.sqlite3'}"}

        done = run(values, *server, "zohoportal.wsgi")

        assert done.returncode != 0
        assert "manage.py migrate" in done.stderr
        assert "Traceback" not in done.stderr
