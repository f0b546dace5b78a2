from io import StringIO
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.mfa.utils import decrypt
from django.conf import settings as django_settings
from django.core.exceptions import ImproperlyConfigured
from django.core.management import CommandError, call_command

from connections import services
from connections.models import Connection, Grant
from connections.tokens import keys, vault
from crm.envelope import CRM
from tests.connections import journey
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User

NEW = {"new": vault.parse_keys(f"new:{vault.new_key()}")["new"]}


def ciphertexts() -> list[str]:
    return [
        value
        for model, field in keys.SEALED
        for value in model._default_manager.values_list(field, flat=True)
        if value
    ]


class TestA67Rotation:
    def test_seals_everything_anew_and_the_old_key_can_go(
        self, zoho: SandboxZoho, connection: Connection, settings: Any
    ) -> None:
        keys.prove_keys()
        settings.VAULT_KEYS = {**NEW, **django_settings.VAULT_KEYS}
        out = StringIO()

        call_command("rotate_keys", stdout=out)

        assert "Sealed anew: 4. Unreadable: 0." in out.getvalue()
        settings.VAULT_KEYS = NEW
        keys.prove_keys()
        assert services.client_for(connection).call(CRM, "GET", "org")

    def test_goes_on_where_it_was_stopped(
        self, connection: Connection, settings: Any
    ) -> None:
        settings.VAULT_KEYS = {**NEW, **django_settings.VAULT_KEYS}
        grant = Grant.objects.get()
        vault.seal(grant, "sealed_access_token", "renewed meanwhile")
        grant.save()

        done = keys.rotate()

        assert done == (2, 0)
        assert keys.rotate() == (0, 0)
        assert all(value.startswith("new:") for value in ciphertexts())

    def test_reads_both_keys_while_it_runs(
        self, zoho: SandboxZoho, connection: Connection, settings: Any
    ) -> None:
        settings.VAULT_KEYS = {**NEW, **django_settings.VAULT_KEYS}

        assert services.client_for(connection).call(CRM, "GET", "org")

    def test_says_what_opens_with_no_key_and_exits_with_1(
        self, connection: Connection, settings: Any
    ) -> None:
        settings.VAULT_KEYS = NEW
        out, err = StringIO(), StringIO()

        with pytest.raises(SystemExit) as ended:
            call_command("rotate_keys", stdout=out, stderr=err)

        assert ended.value.code == 1
        assert "Unreadable: 3." in out.getvalue()
        assert "Keep the old keys" in err.getvalue()


class TestA68LostKey:
    def test_is_noticed_before_anything_starts_and_nothing_is_overwritten(
        self, connection: Connection, settings: Any
    ) -> None:
        keys.prove_keys()
        before = ciphertexts()
        settings.VAULT_KEYS = NEW

        with pytest.raises(ImproperlyConfigured, match="VAULT_KEYS do not fit"):
            keys.prove_keys()

        assert ciphertexts() == before

    def test_gives_up_the_secrets_and_keeps_everything_else(
        self, zoho: SandboxZoho, connection: Connection, settings: Any
    ) -> None:
        keys.prove_keys()
        settings.VAULT_KEYS = NEW
        out = StringIO()

        call_command("forget_secrets", "--yes", stdout=out)

        kept = journey.stored(connection)
        assert kept.state == "reconnect"
        assert (kept.name, kept.members.count()) == ("Example Ltd", 1)
        assert ciphertexts() == []
        keys.prove_keys()

    def test_asks_before_it_does(self, connection: Connection) -> None:
        with pytest.raises(CommandError, match="Add --yes"):
            call_command("forget_secrets")

        assert Grant.objects.exists()


class TestDoctor:
    def test_prints_the_checks_and_exits_with_0(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        out = StringIO()

        with pytest.raises(SystemExit) as ended:
            call_command("doctor", stdout=out)

        assert ended.value.code == 0
        assert "Example Ltd (example-ltd): Working" in out.getvalue()

    def test_exits_with_1_when_a_check_fails(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script("GET", "/crm/v8/org", {"status": 503, "body": "<p>"})
        out = StringIO()

        with pytest.raises(SystemExit) as ended:
            call_command("doctor", connection.slug, stdout=out)

        assert ended.value.code == 1
        assert "FAIL CRM organisation" in out.getvalue()

    def test_knows_only_connections_that_are_there(self, db: None) -> None:
        with pytest.raises(CommandError, match="no connection “nowhere”"):
            call_command("doctor", "nowhere")


class TestSecondFactors:
    @pytest.fixture
    def secret(self, staff: User) -> str:
        made = generate_totp_secret()
        TOTP.activate(staff, made)
        RecoveryCodes.activate(staff)
        return str(made)

    def test_are_sealed_anew_and_the_old_key_can_go_a67(
        self, staff: User, secret: str, settings: Any
    ) -> None:
        keys.prove_keys()
        before = RecoveryCodes.activate(staff).generate_codes()
        settings.VAULT_KEYS = {**NEW, **django_settings.VAULT_KEYS}

        assert keys.rotate() == (3, 0)
        assert keys.rotate() == (0, 0)

        settings.VAULT_KEYS = NEW
        app = Authenticator.objects.get(type="totp")
        assert decrypt(app.data["secret"]) == secret
        assert RecoveryCodes.activate(staff).generate_codes() == before

    def test_of_a_lost_key_go_and_passkeys_stay(self, staff: User, secret: str) -> None:
        Authenticator.objects.create(user=staff, type="webauthn", data={})

        keys.forget_secrets()

        assert [row.type for row in Authenticator.objects.all()] == ["webauthn"]

    def test_that_do_not_open_are_counted(
        self, staff: User, secret: str, settings: Any
    ) -> None:
        settings.VAULT_KEYS = NEW

        assert keys.rotate() == (0, 2)
