import base64
import uuid
from typing import Any

import pytest
from django.conf import settings as django_settings

from connections.models import ClientSecret, Grant
from connections.tokens import vault
from connections.tokens.vault import BadKeys, CannotOpen, new_key, parse_keys

SECRET = "1000.a secret, with ümlauts"


def sealed_grant() -> Grant:
    grant = Grant(id=uuid.uuid4())
    vault.seal(grant, "sealed_refresh_token", SECRET)
    return grant


class TestSeal:
    def test_opens_again(self) -> None:
        assert vault.unseal(sealed_grant(), "sealed_refresh_token") == SECRET

    def test_names_its_key_and_hides_the_rest(self) -> None:
        sealed = sealed_grant().sealed_refresh_token

        key_id, _, box = sealed.partition(":")
        assert key_id == next(iter(django_settings.VAULT_KEYS))
        assert SECRET.encode() not in base64.urlsafe_b64decode(box)

    def test_never_looks_the_same_twice(self) -> None:
        grant = sealed_grant()
        first = grant.sealed_refresh_token

        vault.seal(grant, "sealed_refresh_token", SECRET)

        assert grant.sealed_refresh_token != first

    @pytest.mark.parametrize("value", ["", "x", "\U0001f511" * 1_000])
    def test_takes_any_text(self, value: str) -> None:
        grant = Grant(id=uuid.uuid4())

        vault.seal(grant, "sealed_access_token", value)

        assert vault.unseal(grant, "sealed_access_token") == value

    def test_leaves_empty_alone(self) -> None:
        assert vault.unseal(Grant(), "sealed_access_token") == ""


class TestTexts:
    def test_open_for_their_purpose_only(self) -> None:
        sealed = vault.seal_text("one purpose", SECRET)

        assert SECRET not in sealed
        assert vault.unseal_text("one purpose", sealed) == SECRET
        with pytest.raises(CannotOpen):
            vault.unseal_text("another purpose", sealed)

    def test_are_no_values_of_a_row(self) -> None:
        grant = sealed_grant()
        purpose = f"connections.Grant:{grant.pk}:sealed_refresh_token"

        with pytest.raises(CannotOpen):
            vault.unseal_text(purpose, grant.sealed_refresh_token)


class TestUnseal:
    def test_refuses_the_value_of_another_row(self) -> None:
        mine, other = sealed_grant(), Grant(id=uuid.uuid4())
        other.sealed_refresh_token = mine.sealed_refresh_token

        with pytest.raises(CannotOpen):
            vault.unseal(other, "sealed_refresh_token")

    def test_refuses_the_value_of_another_field(self) -> None:
        grant = sealed_grant()
        grant.sealed_access_token = grant.sealed_refresh_token

        with pytest.raises(CannotOpen):
            vault.unseal(grant, "sealed_access_token")

    def test_refuses_the_value_of_another_table(self) -> None:
        grant = sealed_grant()
        secret = ClientSecret(id=grant.id, sealed=grant.sealed_refresh_token)

        with pytest.raises(CannotOpen):
            vault.unseal(secret, "sealed")

    def test_refuses_a_change_of_any_byte(self) -> None:
        grant = sealed_grant()
        key_id, _, encoded = grant.sealed_refresh_token.partition(":")
        box = base64.urlsafe_b64decode(encoded)

        for position in range(len(box)):
            broken = bytearray(box)
            broken[position] ^= 1
            text = base64.urlsafe_b64encode(bytes(broken)).decode()
            grant.sealed_refresh_token = f"{key_id}:{text}"
            with pytest.raises(CannotOpen):
                vault.unseal(grant, "sealed_refresh_token")

    def test_refuses_a_value_cut_anywhere(self) -> None:
        grant = sealed_grant()
        whole = grant.sealed_refresh_token

        for length in range(1, len(whole)):
            grant.sealed_refresh_token = whole[:length]
            with pytest.raises(CannotOpen):
                vault.unseal(grant, "sealed_refresh_token")

    @pytest.mark.parametrize(
        "sealed", ["plain", ":", "test:", "test:%%%", "test:ü", "test:AAAA", "other:AA"]
    )
    def test_refuses_what_was_never_sealed(self, sealed: str) -> None:
        grant = Grant(sealed_refresh_token=sealed)

        with pytest.raises(CannotOpen):
            vault.unseal(grant, "sealed_refresh_token")

    def test_refuses_another_key_of_the_same_name(self, settings: Any) -> None:
        grant = sealed_grant()
        settings.VAULT_KEYS = parse_keys(f"test:{new_key()}")

        with pytest.raises(CannotOpen):
            vault.unseal(grant, "sealed_refresh_token")

    def test_names_a_key_that_is_not_there(self, settings: Any) -> None:
        settings.VAULT_KEYS = parse_keys(f"old:{new_key()}")
        grant = sealed_grant()
        settings.VAULT_KEYS = parse_keys(f"new:{new_key()}")

        with pytest.raises(CannotOpen, match="no key “old”"):
            vault.unseal(grant, "sealed_refresh_token")


class TestTwoKeys:
    def test_open_both_and_seal_with_the_first(self, settings: Any) -> None:
        old, new = new_key(), new_key()
        settings.VAULT_KEYS = parse_keys(f"old:{old}")
        before = sealed_grant()
        settings.VAULT_KEYS = parse_keys(f"new:{new},old:{old}")

        after = sealed_grant()

        assert vault.unseal(before, "sealed_refresh_token") == SECRET
        assert vault.unseal(after, "sealed_refresh_token") == SECRET
        assert after.sealed_refresh_token.startswith("new:")


class TestParseKeys:
    def test_reads_keys_in_their_order(self) -> None:
        keys = parse_keys(f" b:{new_key()} , a:{new_key()},")

        assert list(keys) == ["b", "a"]
        assert {len(key) for key in keys.values()} == {32}

    @pytest.mark.parametrize(
        "text",
        [
            "",
            " , ",
            new_key(),
            f":{new_key()}",
            f"a:{new_key()},a:{new_key()}",
            f"a:{new_key()}x",
            f"a:{new_key()[:20]}",
            f"a:{new_key()}{new_key()}",
            "a:ümlaut",
            "a:" + "A" * 43,
            "a:",
        ],
    )
    def test_refuses_what_makes_no_sense_without_showing_it(self, text: str) -> None:
        with pytest.raises(BadKeys) as caught:
            parse_keys(text)

        keys = [part.partition(":")[2] for part in text.split(",")]
        assert not [key for key in keys if key and key in str(caught.value)]
        assert new_key()[:8] not in str(caught.value)


class TestNewKey:
    def test_is_taken_by_parse_keys(self) -> None:
        assert parse_keys(f"main:{new_key()}").keys() == {"main"}
