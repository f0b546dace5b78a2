"""What stops a start, at every door, and what a running process says of it."""

import os
import pkgutil
from collections.abc import Iterator
from datetime import timedelta
from importlib import import_module
from io import StringIO
from typing import Any

import pytest
from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.db.migrations.recorder import MigrationRecorder
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from connections import services
from connections.models import Connection, Grant
from connections.tokens import keys, revocation, vault
from connections.zoho.errors import Unavailable
from crm.envelope import CRM
from tests.support.deliveries import new_contact
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.run.guards.randomness import looks_random
from zohoportal.run.guards.start import ReadyCommand, prove_ready

OTHER_KEYS = {"other": vault.parse_keys(f"other:{vault.new_key()}")["other"]}
# The same id, another key: as if somebody had made a new .env.
WRONG_KEYS = {"test": OTHER_KEYS["other"]}

# What a start is refused for cannot be mended without these.
ALWAYS = {
    "backup": "what there is, is saved before anything is mended",
    "flush": "Django's own, which only ends the trail's refusal to be emptied",
    "forget_secrets": "the way out when the key is lost",
    "restore": "the database is empty before it, and is proven after it",
}


def own_commands() -> Iterator[tuple[str, type]]:
    for config in apps.get_app_configs():
        if not config.name.startswith(
            ("zohoportal", "connections", "crm", "desk", "campaigns", "books")
        ):
            continue
        folder = os.path.join(config.path, "management", "commands")  # noqa: PTH118  # pkgutil wants text
        for module in pkgutil.iter_modules([folder]):
            name = f"{config.name}.management.commands.{module.name}"
            yield module.name, import_module(name).Command


class TestA68EveryCommand:
    def test_runs_only_where_the_portal_would_start(self) -> None:
        unproven = {
            name
            for name, command in own_commands()
            if not issubclass(command, ReadyCommand)
        }

        assert unproven == set(ALWAYS)

    @pytest.mark.parametrize("wrong", [OTHER_KEYS, WRONG_KEYS], ids=["id", "key"])
    @pytest.mark.parametrize("command", ["doctor", "revoke_pending", "rotate_keys"])
    def test_does_nothing_with_a_wrong_key(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        settings: Any,
        command: str,
        wrong: dict[str, bytes],
    ) -> None:
        keys.prove_keys()
        a_day_ago = timezone.now() - timedelta(hours=25)
        Grant.objects.update(is_current=False, ended_at=a_day_ago)
        settings.VAULT_KEYS = wrong

        with pytest.raises(ImproperlyConfigured, match="VAULT_KEYS do not fit"):
            call_command(command, stdout=StringIO())

        assert Grant.objects.get().sealed_refresh_token
        assert Connection.objects.get().state == "active"


@pytest.mark.parametrize("wrong", [OTHER_KEYS, WRONG_KEYS], ids=["id", "key"])
class TestA67KeysChangedWhileAProcessRuns:
    """Somebody sealed everything anew, and this process was not started again."""

    def test_end_nothing_that_waits_to_be_ended(
        self, zoho: SandboxZoho, connection: Connection, settings: Any, wrong: Any
    ) -> None:
        keys.prove_keys()
        a_day_ago = timezone.now() - timedelta(hours=25)
        Grant.objects.update(is_current=False, ended_at=a_day_ago)
        settings.VAULT_KEYS = wrong

        assert revocation.revoke_pending() == (0, 1)

        assert Grant.objects.get().sealed_refresh_token

    def test_keep_what_is_disconnected_until_it_can_be_ended(
        self, zoho: SandboxZoho, connection: Connection, settings: Any, wrong: Any
    ) -> None:
        keys.prove_keys()
        right, settings.VAULT_KEYS = settings.VAULT_KEYS, wrong

        assert not revocation.disconnect(connection)

        settings.VAULT_KEYS = right
        assert revocation.revoke_pending() == (1, 0)

    def test_tell_nobody_to_reconnect(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        settings: Any,
        wrong: Any,
    ) -> None:
        keys.prove_keys()
        right, settings.VAULT_KEYS = settings.VAULT_KEYS, wrong

        with pytest.raises(Unavailable, match="vault_keys"):
            services.client_for(connection).call(CRM, "GET", "org")
        delivery = new_contact(connection, staff).delivery

        assert delivery.state == "waiting"
        assert Connection.objects.get().state == "active"
        settings.VAULT_KEYS = right
        assert services.client_for(connection).call(CRM, "GET", "org")


class TestADamagedToken:
    def test_needs_a_reconnect_as_before(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        keys.prove_keys()
        Grant.objects.update(sealed_refresh_token="test:AAAA", ended_at=timezone.now())

        assert revocation.revoke_pending() == (0, 1)

        assert not Grant.objects.exists()


@pytest.fixture
def older(db: None) -> None:
    newest = MigrationRecorder.Migration.objects.filter(app="outbox").order_by("-name")
    newest[0].delete()


@pytest.fixture
def newer(db: None) -> None:
    MigrationRecorder.Migration.objects.create(app="outbox", name="9999_of_tomorrow")


class TestAVersionThatDoesNotFit:
    def test_is_refused_with_what_to_do(self, older: None) -> None:
        with pytest.raises(ImproperlyConfigured, match=r"run “python manage.py migr"):
            prove_ready()

    def test_is_refused_where_the_database_is_ahead(self, newer: None) -> None:
        with pytest.raises(ImproperlyConfigured, match="newer version than this"):
            prove_ready()

    def test_stops_no_start_where_it_fits(self, db: None) -> None:
        prove_ready()

    def test_is_told_to_machines(self, newer: None, anonymous_client: Client) -> None:
        answer = anonymous_client.get("/healthz")

        assert answer.status_code == 503
        assert b"newer version" in answer.content

    def test_is_told_to_admins(self, newer: None, admin_client: Client) -> None:
        assert "newer version" in admin_client.get("/").content.decode()

    def test_is_nothing_for_staff(self, newer: None, staff_client: Client) -> None:
        assert "newer version" not in staff_client.get("/").content.decode()


class TestA69Keys:
    @given(st.randoms(use_true_random=True))
    def test_made_by_chance_are_taken(self, chance: Any) -> None:
        assert looks_random(chance.randbytes(32))

    @given(st.binary(min_size=1, max_size=12))
    def test_that_repeat_a_word_are_not(self, word: bytes) -> None:
        assert not looks_random((word * 60)[:50])

    @given(st.integers(0, 255), st.integers(0, 255))
    def test_that_count_are_not(self, start: int, step: int) -> None:
        assert not looks_random(bytes((start + n * step) % 256 for n in range(32)))
