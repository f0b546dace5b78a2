from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from connections import clients, features, services, setup
from connections.models import Connection, OAuthClient
from tests.environment import PORTAL_PORT, SANDBOX_PORT
from tests.leak_plugin import WATCH
from tests.openapi import recorder
from tests.security import leaks
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import Role, User

PASSWORD = "correct horse battery"


def pytest_configure(config: pytest.Config) -> None:
    # SITE_URL names this port, and Zoho sends browsers back to SITE_URL.
    config.option.liveserver = f"localhost:{PORTAL_PORT}"
    # WhiteNoise warns without it, and in a fresh clone nothing was collected yet.
    Path(django_settings.STATIC_ROOT).mkdir(parents=True, exist_ok=True)


def pytest_collection_modifyitems(
    config: pytest.Config, items: list[pytest.Item]
) -> None:
    """Look at pages on one database only: they do not show which one is behind them."""
    if django_settings.DATABASES["default"]["ENGINE"].endswith("sqlite3"):
        return
    looks = [item for item in items if item.get_closest_marker("looks")]
    config.hook.pytest_deselected(items=looks)
    items[:] = [item for item in items if item not in looks]


@pytest.fixture(scope="session")
def django_db_modify_db_settings(tmp_path_factory: pytest.TempPathFactory) -> None:
    """Keep SQLite in a file, as installations do: threads see one database."""
    database = django_settings.DATABASES["default"]
    if "sqlite" in database["ENGINE"]:
        folder: Path = tmp_path_factory.mktemp("database")
        database["TEST"]["NAME"] = str(folder / "test.sqlite3")


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None) -> Iterator[None]:
    """Search the database's files for leaks before they are deleted."""
    yield
    WATCH.judge_files(leaks.database_files())


@pytest.fixture(scope="session")
def live_server(django_db_setup: None, live_server: Any) -> Any:
    """Start only when the database is there: it would share an older connection."""
    return live_server


@pytest.fixture(autouse=True)
def _plain_settings(settings: Any) -> None:
    """Serve static files as they lie there, hash passwords fast, forget the cache."""
    settings.STORAGES = django_settings.STORAGES | {
        "staticfiles": {
            "BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"
        }
    }
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
    cache.clear()


@pytest.fixture(scope="session")
def running_zoho() -> Iterator[SandboxZoho]:
    """The sandbox that the portal's settings name, as a process of its own."""
    with SandboxZoho("--port", str(SANDBOX_PORT)) as zoho:
        yield zoho


@pytest.fixture
def zoho(running_zoho: SandboxZoho) -> Iterator[SandboxZoho]:
    """A Zoho in its first state, with an empty journal."""
    running_zoho.reset()
    running_zoho.clear_script()
    running_zoho.clear_chaos()
    running_zoho.take_requests()
    yield running_zoho
    WATCH.ask(running_zoho)
    assert recorder.problems(running_zoho.take_requests()) == []


def add_person(email: str, role: str) -> User:
    return User.objects.add(
        email, role=role, password=PASSWORD, time_zone="Europe/Berlin"
    )


@pytest.fixture
def admin(db: None) -> User:
    return add_person("admin@example.com", Role.ADMIN)


@pytest.fixture
def staff(db: None) -> User:
    """A member of staff who may use `connection`."""
    return add_person("staff@example.com", Role.STAFF)


@pytest.fixture
def stranger(db: None) -> User:
    """A member of staff to whom nothing is open."""
    return add_person("stranger@example.com", Role.STAFF)


def signed_in(person: User) -> Client:
    client = Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")
    client.force_login(person)
    return client


@pytest.fixture
def admin_client(admin: User) -> Client:
    return signed_in(admin)


@pytest.fixture
def staff_client(staff: User) -> Client:
    return signed_in(staff)


@pytest.fixture
def stranger_client(stranger: User) -> Client:
    return signed_in(stranger)


@pytest.fixture
def anonymous_client(db: None) -> Client:
    return Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")


@pytest.fixture
def draft(admin: User) -> Connection:
    """A setup after its first step, by redirect, with both products."""
    return setup.begin_setup(
        person=admin,
        data_center="sandbox",
        feature_keys=["crm.contacts", "desk.tickets"],
        kind=OAuthClient.Kind.SERVER,
    )


@pytest.fixture
def connection(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    """A working connection that `staff` may use, made the way people make it."""
    return connected(zoho, admin, staff, ["crm.contacts", "desk.tickets"])


@pytest.fixture
def rich(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    """The same to a CRM with every type of field and a module of its own."""
    zoho.reset(crm_organizations=[{"name": "Rich Ltd", "sample": "rich"}])
    return connected(zoho, admin, staff, ["crm.contacts", "crm.records"])


def connected(
    zoho: SandboxZoho, admin: User, staff: User, keys: list[str]
) -> Connection:
    """Connect by a Self Client, for these features."""
    made = setup.begin_setup(
        person=admin,
        data_center="sandbox",
        feature_keys=keys,
        kind=OAuthClient.Kind.SELF,
    )
    client_id, secret = zoho.new_client("self")
    clients.save_client(made, client_id=client_id, secret=secret)
    code = zoho.new_code(client_id, ",".join(features.scopes(keys)))
    setup.connect_with_code(made, code)
    services.set_members(made, [staff])
    zoho.clear_journal()
    return made
