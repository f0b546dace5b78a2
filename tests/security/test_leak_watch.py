"""The watch over the whole suite finds what is planted, in each place that it sees."""

import logging
import os
import subprocess
import sys
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request

import pytest

from tests.leak_plugin import LogWatch
from tests.leak_watch import Watch
from tests.openapi import recorder
from tests.zoho import OPENER, SandboxZoho

ROOT = Path(__file__).resolve().parents[2]
SECRET = "canary+canary/canary"
# Who asks wrongly on purpose says so.
ON_PURPOSE = {"User-Agent": recorder.TESTS}

# Each test leaks in one place, by the ways that the portal's own code could take.
LEAKING = """
import logging

import pytest
from django.conf import settings
from django.core.mail import send_mail
from django.utils import timezone

from zohoportal.accounts.models import User

TYPED = "canary-typed@example.com"


@pytest.mark.django_db
def test_page(client):
    User.objects.create(email="kim@example.com")
    client.post("/account/sign-in/", {"username": TYPED, "password": TYPED})


def test_log():
    logging.getLogger("anything").debug("look: %s", settings.SECRET_KEY)


def test_mail():
    send_mail("x", settings.SECRET_KEY, "a@example.com", ["b@example.com"])


@pytest.mark.django_db
def test_database():
    User.objects.create(email=settings.SECRET_KEY)


@pytest.mark.django_db
def test_session(client):
    session = client.session
    session["kept"] = settings.SECRET_KEY
    session.save()


@pytest.mark.django_db
def test_nothing(client):
    client.post("/account/sign-in/", {"username": "kim", "password": "a-long-password"})
"""


def leaks_of(watch: Watch) -> set[tuple[str, str]]:
    watch.judge("test")
    return {(hit.place, hit.secret) for hit in watch.found.get("test", [])}


class TestA18WatchOverTheSuite:
    def test_fails_a_session_and_names_the_tests_that_leaked(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "conftest.py").write_text(
            "from tests.conftest import _plain_settings, django_db_setup"
        )
        (tmp_path / "test_leaking.py").write_text(LEAKING)
        environment = {
            name: value
            for name, value in os.environ.items()
            if name not in {"TEST_DATABASE_URL", "DATABASE_URL"}
        }

        options = ["-c", str(ROOT / "pyproject.toml"), "--rootdir", str(ROOT)]
        options += ["-p", "no:cacheprovider"]
        run = subprocess.run(
            [sys.executable, "-m", "pytest", *options, tmp_path],
            cwd=ROOT,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )

        leaks = [line for line in run.stdout.splitlines() if line.startswith("LEAK")]
        found = {
            (line.split(":")[2].split()[0], line.rsplit(" in ")[-1])
            for line in leaks
            if "written as raw" in line
        }
        assert found == {
            ("test_page", "page accounts:sign_in"),
            ("test_log", "the log"),
            ("test_mail", "mail"),
            ("test_database", "table accounts_user"),
            ("test_session", "inside the sessions"),
        }
        assert "6 passed" in run.stdout
        assert run.returncode == pytest.ExitCode.TESTS_FAILED
        assert "canary-typed" not in run.stdout + run.stderr
        assert os.environ["SECRET_KEY"] not in run.stdout + run.stderr

    def test_finds_what_it_learns_about_only_later(self) -> None:
        watch = Watch()

        watch.show("page", f"<p>{SECRET}</p>")
        watch.learn("code", SECRET)

        assert leaks_of(watch) == {("page", "code 0")}

    def test_forgets_a_test_when_it_is_over(self) -> None:
        watch = Watch()
        watch.learn("code", SECRET)
        watch.judge("an earlier one")

        watch.show("page", SECRET)

        assert leaks_of(watch) == set()

    def test_finds_what_the_sandbox_gave_out(self, zoho: SandboxZoho) -> None:
        watch = Watch()
        watch.ask(zoho)
        client_id, secret = zoho.new_client("self")
        code = zoho.new_code(client_id, "ZohoCRM.org.READ")
        zoho.reset()

        watch.show("page", f"{code} {secret}")
        watch.ask(zoho)

        kinds = {secret.rstrip(" 0123456789") for _place, secret in leaks_of(watch)}
        assert kinds == {"client secret", "code"}

    def test_finds_a_secret_in_an_address_at_zoho(self, zoho: SandboxZoho) -> None:
        watch = Watch()

        for path in ("/oauth/v2/auth?state=x&code=y", "/crm/v8/org?access_token=z"):
            with pytest.raises(HTTPError) as refused:
                OPENER.open(Request(zoho.url + path, headers=ON_PURPOSE))
            refused.value.close()
        watch.ask(zoho)
        zoho.clear_journal()

        assert leaks_of(watch) == {
            ("address /oauth/v2/auth", "code"),
            ("address /crm/v8/org", "access_token"),
        }

    @pytest.mark.parametrize("disguise", [SECRET, "canary%2Bcanary%2Fcanary"])
    def test_finds_one_in_the_log(self, disguise: str) -> None:
        watch = Watch()
        watch.learn("password", SECRET)
        record = logging.makeLogRecord({"msg": disguise})

        LogWatch(watch).emit(record)

        assert leaks_of(watch) == {("the log", "password 0")}

    def test_finds_the_key_of_a_session_where_sessions_are_kept_a66(self) -> None:
        watch = Watch()
        watch.learn("session id", SECRET)
        watch.show("table accounts_session", SECRET)

        assert leaks_of(watch) == {("table accounts_session", "session id 0")}

    def test_finds_one_of_any_test_in_the_files_of_the_database(self) -> None:
        watch = Watch()
        watch.learn("code", SECRET)
        watch.learn("session id", "a-session-of-a-browser")
        watch.judge("an earlier one")

        watch.judge_files({"file": b"deleted row: a-session-of-a-browser"})
        assert watch.found == {}
        watch.judge_files({"file": f"deleted row: {SECRET}".encode()})

        assert set(watch.found) == {"the files of the database"}
