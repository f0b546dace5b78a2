from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.core.cache import cache
from django.test import Client

from connections.models import Connection, OAuthClient
from connections.setup import flow
from tests.campaigns import judge
from tests.environment import PORTAL_PORT, SANDBOX_PORT
from tests.leak_plugin import WATCH
from tests.openapi import recorder
from tests.security import leaks
from tests.support.connected import connected
from tests.support.oidc import RunningProvider
from tests.support.people import add_person, signed_in
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import Role, User
from zohoportal.accounts.oidc import provider
from zohoportal.activity import call_log
from zohoportal.run.later import later


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


@pytest.fixture(autouse=True)
def _nothing_left_for_later(request: pytest.FixtureRequest) -> Iterator[None]:
    """Do what a process leaves for later while the test still has its database."""
    needs = {"db", "transactional_db", "live_server"} & set(request.fixturenames)
    if needs or request.node.get_closest_marker("django_db"):
        request.getfixturevalue("_django_db_helper")
    yield
    later.finish()


@pytest.fixture(autouse=True)
def _calls_in_the_log_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Write each call to Zoho by itself: tests look for it when it is over."""
    monkeypatch.setattr(call_log, "BATCH", 1)


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
    asked = running_zoho.take_requests()
    assert recorder.problems(asked) + judge.problems(asked) == []


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


@pytest.fixture
def manager(db: None) -> User:
    return add_person("manager@example.com", Role.MANAGER)


@pytest.fixture
def auditor(db: None) -> User:
    return add_person("auditor@example.com", Role.AUDITOR)


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
def anonymous_client(admin: User) -> Client:
    """Somebody who is not signed in, at a portal in which an admin has an account."""
    return Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")


@pytest.fixture
def fresh_client(db: None) -> Client:
    """Somebody at a portal in which nobody has an account yet."""
    return Client(HTTP_HOST=f"localhost:{PORTAL_PORT}")


@pytest.fixture(scope="session")
def running_company() -> Iterator[RunningProvider]:
    """A company's OpenID provider, as a process of its own."""
    with RunningProvider() as company:
        yield company


@pytest.fixture
def company(running_company: RunningProvider, settings: Any) -> RunningProvider:
    """The company's sign-in, set up in the portal; Kim of the staff signs in there."""
    running_company.set()
    provider.forget()
    settings.OIDC = running_company.oidc
    return running_company


@pytest.fixture
def draft(admin: User) -> Connection:
    """A setup after its first step, by redirect, with both products."""
    return flow.begin_setup(
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


@pytest.fixture
def grown(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    """The same to a CRM as it has grown: its deals have files, rows and own names."""
    zoho.reset(crm_organizations=[{"name": "Grown Ltd", "sample": "grown"}])
    return connected(zoho, admin, staff, ["crm.contacts", "crm.records"])
