"""What people read when the database is in trouble, and what becomes of their form."""

import os
import re
import resource
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote

import psycopg
import pytest
from django.conf import settings as django_settings
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import DatabaseError, InterfaceError, connections
from django.db import connection as database
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils.crypto import get_random_string

from connections.models import Connection
from tests.desk import form
from tests.environment import PORTAL_PORT
from tests.support.pages import text
from tests.support.people import signed_in
from tests.support.small_disk import fill, small_disk
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery
from zohoportal.web import database_trouble
from zohoportal.web.database_trouble import Trouble, trouble_of

pytestmark = pytest.mark.django_db(transaction=True)

is_postgresql = "postgres" in os.environ["DATABASE_URL"]
only_postgresql = pytest.mark.skipif(not is_postgresql, reason="SQLite has no server")
only_sqlite = pytest.mark.skipif(is_postgresql, reason="PostgreSQL has its own disk")


def trouble_with(line: BaseDatabaseWrapper, statement: str) -> Trouble | None:
    """Return what is said of a statement that does not work."""
    for _ in range(2000):
        try:
            line.cursor().execute(statement)
        except (DatabaseError, InterfaceError) as error:
            return trouble_of(error)
    pytest.fail("It worked.")


@contextmanager
def line_to(**values: str) -> Iterator[BaseDatabaseWrapper]:
    """Open a connection of Django's own to a database somewhere else."""
    line = connections.create_connection("default")
    line.settings_dict = line.settings_dict | values
    try:
        yield line
    finally:
        line.close()


def say_it_lies_at(file: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Change what settings say alone: the suite's own connection reads the same."""
    values = django_settings.DATABASES["default"] | {"NAME": str(file)}
    monkeypatch.setattr(django_settings, "DATABASES", {"default": values})


INSERT = "INSERT INTO sample VALUES (hex(randomblob(3000)))"


@only_sqlite
class TestSqlite:
    @pytest.fixture
    def disk(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
        with small_disk(tmp_path, 1) as folder:
            file = folder / "portal.sqlite3"
            say_it_lies_at(file, monkeypatch)
            yield folder

    @pytest.fixture
    def line(self, disk: Path) -> Iterator[BaseDatabaseWrapper]:
        with line_to(NAME=str(disk / "portal.sqlite3")) as line:
            line.cursor().execute("CREATE TABLE sample (value)")
            yield line

    def test_on_a_full_disk(self, line: BaseDatabaseWrapper) -> None:
        assert trouble_with(line, INSERT) is database_trouble.FULL

    def test_that_reaches_a_quota_on_a_full_disk(
        self, disk: Path, line: BaseDatabaseWrapper
    ) -> None:
        fill(disk, 99)
        with files_up_to(100_000):
            assert trouble_with(line, INSERT) is database_trouble.FULL

    def test_that_reaches_a_limit_of_the_system(
        self, line: BaseDatabaseWrapper
    ) -> None:
        with files_up_to(100_000):
            assert trouble_with(line, INSERT) is database_trouble.BROKEN

    def test_that_may_only_be_read(self, line: BaseDatabaseWrapper) -> None:
        line.cursor().execute("PRAGMA query_only=1")

        assert trouble_with(line, INSERT) is database_trouble.READ_ONLY

    def test_on_a_disk_that_may_only_be_read(
        self, disk: Path, line: BaseDatabaseWrapper
    ) -> None:
        line.close()
        assert os.system(f"mount -o remount,ro {quote(str(disk))}") == 0

        assert trouble_with(line, "SELECT 1") is database_trouble.READ_ONLY

    def test_that_is_not_there(self, monkeypatch: pytest.MonkeyPatch) -> None:
        nowhere = Path("/nowhere/portal.sqlite3")
        say_it_lies_at(nowhere, monkeypatch)
        with line_to(NAME=str(nowhere)) as line:
            assert trouble_with(line, "SELECT 1") is database_trouble.AWAY

    def test_that_is_damaged(self, disk: Path) -> None:
        damaged = disk / "damaged.sqlite3"
        damaged.write_bytes(b"x" * 5000)
        with line_to(NAME=str(damaged)) as line:
            found = trouble_with(line, "SELECT * FROM sample")
        assert found is database_trouble.BROKEN

    def test_that_another_one_keeps(self, disk: Path, line: Any) -> None:
        options = line.settings_dict["OPTIONS"] | {"timeout": 0.1}
        with line_to(NAME=str(disk / "portal.sqlite3"), OPTIONS=options) as other:
            line.cursor().execute("BEGIN IMMEDIATE")
            found = trouble_with(other, INSERT)
            line.cursor().execute("ROLLBACK")
        assert found is database_trouble.BUSY


@contextmanager
def files_up_to(size: int) -> Iterator[None]:
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@only_postgresql
class TestPostgresql:
    @pytest.fixture
    def role(self) -> Iterator[str]:
        """A role that gets one connection and no more."""
        name = f"portal_{get_random_string(8).lower()}"
        with database.cursor() as cursor:
            cursor.execute(f"CREATE ROLE {name} LOGIN CONNECTION LIMIT 1")
        yield name
        with database.cursor() as cursor:
            cursor.execute(f"DROP ROLE {name}")

    def test_with_no_connection_left(self, role: str) -> None:
        with line_to(USER=role) as first, line_to(USER=role) as second:
            first.cursor().execute("SELECT 1")

            found = trouble_with(second, "SELECT 1")

        assert found is database_trouble.CROWDED

    def test_that_is_started_again(self, role: str) -> None:
        with line_to(USER=role) as line:
            line.cursor().execute("SELECT 1")
            session: psycopg.Connection = line.connection
            pid = session.info.backend_pid
            with database.cursor() as cursor:
                cursor.execute("SELECT pg_terminate_backend(%s, 5000)", [pid])

            assert trouble_with(line, "SELECT 1") is database_trouble.AWAY
            assert trouble_with(line, "SELECT 1") is database_trouble.AWAY

    def test_that_is_not_there(self) -> None:
        with line_to(PORT="1") as line:
            assert trouble_with(line, "SELECT 1") is database_trouble.AWAY

    def test_that_may_only_be_read(self, role: str) -> None:
        with line_to(USER=role) as line:
            line.cursor().execute("SET default_transaction_read_only = on")
            found = trouble_with(line, "CREATE TABLE sample (a int)")
        assert found is database_trouble.READ_ONLY

    def test_that_keeps_somebody_waiting(self, role: str) -> None:
        with line_to(USER=role) as line:
            line.cursor().execute("SET statement_timeout = 50")
            found = trouble_with(line, "SELECT pg_sleep(5)")
        assert found is database_trouble.BUSY


class TestAnotherVersion:
    def test_is_said_of_what_is_missing_while_it_is_so(self) -> None:
        future = MigrationRecorder.Migration.objects.create(
            app="outbox", name="9999_of_tomorrow"
        )
        with line_to() as line:
            assert trouble_with(line, "SELECT * FROM gone") is database_trouble.UPDATING
            future.delete()
            # Else the mistake is ours.
            assert trouble_with(line, "SELECT * FROM gone") is None

    def test_is_not_said_of_other_exceptions(self) -> None:
        assert trouble_of(ValueError("no such table")) is None
        assert trouble_of(None) is None


@pytest.fixture
def stuck(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    """Switches this process's database to reading only, and back."""
    sqlite = "PRAGMA query_only = {}"
    postgresql = "SET default_transaction_read_only = {}"
    statement = sqlite if database.vendor == "sqlite" else postgresql

    def switch(*, on: bool) -> None:
        with database.cursor() as cursor:
            cursor.execute(statement.format("on" if on else "off"))

    yield switch
    switch(on=False)


@pytest.fixture
def browser(staff: User) -> Client:
    """A browser whose forms are checked for where they come from."""
    client = signed_in(staff)
    client.raise_request_exception = False
    client.handler.enforce_csrf_checks = True
    return client


def fields(page: Any) -> dict[str, str]:
    """Return what the button "Send it again" sends."""
    found = re.findall(
        r'<input type="hidden" name="([^"]*)" value="([^"]*)">', page.content.decode()
    )
    return {unescape(name): unescape(value) for name, value in found}


class TestTyped:
    def test_is_sent_again_once_from_the_page_that_says_so(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        browser: Client,
        stuck: Any,
    ) -> None:
        values = {"subject": "“Printer” <3 & more", "description": "one\ntwo"}
        typed = form.filled(browser, connection, **values)
        typed["csrfmiddlewaretoken"] = browser.cookies["csrf"].value
        stuck(on=True)

        page = browser.post(form.url(connection), typed)

        assert page.status_code == 503
        assert "cannot save anything at the moment" in text(page)
        again = fields(page)
        assert {name: again[name].replace("\r", "") for name in values} == values
        assert again["form_key"] == typed["form_key"]
        assert browser.post(form.url(connection), again).status_code == 503
        stuck(on=False)
        for _ in range(2):
            assert browser.post(form.url(connection), again).status_code == 302
        assert form.created_tickets(zoho) == 1
        assert "“Printer” <3 & more" in Delivery.objects.get().title

    @pytest.mark.parametrize("missing", ["form_key", "csrfmiddlewaretoken"])
    def test_does_not_come_back_to_whom_it_is_not_from(
        self, connection: Connection, browser: Client, stuck: Any, missing: str
    ) -> None:
        """As with another site's form, and with forms that may hold secrets."""
        typed = form.filled(browser, connection)
        typed["csrfmiddlewaretoken"] = browser.cookies["csrf"].value
        typed[missing] = "made up"
        stuck(on=True)

        page = browser.post(form.url(connection), typed)

        assert "Send it again" not in page.content.decode()

    def test_with_files_is_kept_by_the_browser(
        self, connection: Connection, browser: Client, stuck: Any
    ) -> None:
        typed: dict[str, Any] = dict(form.filled(browser, connection))
        typed["csrfmiddlewaretoken"] = browser.cookies["csrf"].value
        typed["files"] = SimpleUploadedFile("a.txt", b"a")
        stuck(on=True)

        page = browser.post(form.url(connection), typed)

        assert page.status_code == 503
        assert "Go back: your browser keeps the form" in text(page)
        assert 'name="form_key"' not in page.content.decode()

    def test_password_is_never_shown(self, staff: User, stuck: Any) -> None:
        client = Client(
            HTTP_HOST=f"localhost:{PORTAL_PORT}", raise_request_exception=False
        )
        stuck(on=True)

        page = client.post(
            "/account/sign-in/", {"username": staff.email, "password": "a b c d e f g"}
        )

        assert "a b c d" not in page.content.decode()
