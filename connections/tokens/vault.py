"""Seals secrets for the database; the only user of cryptography.

AES-GCM with a key id in front. The row's identity is bound in as associated data, so
a sealed value that is moved to another row or field, or edited, does not open.
Keys come from `VAULT_KEYS`, apart from `SECRET_KEY`: the first seals, all open.
"""

import base64
import binascii
import os
import re
from collections.abc import Mapping

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.conf import settings
from django.db import models

from zohoportal.run.guards.randomness import looks_random

KEY_BYTES = 32
_NONCE_BYTES = 12
_ID = re.compile(r"[0-9A-Za-z_-]{1,20}")


class BadKeys(ValueError):
    """`VAULT_KEYS` makes no sense; the text says why and never holds a key."""


class CannotOpen(Exception):
    """A sealed value does not open: another key, another row, or damaged."""


class NoSuchKey(CannotOpen):
    """The key that sealed it is not among ours: it may be in somebody else's."""


def parse_keys(text: str) -> Mapping[str, bytes]:
    """Read `id:key,id:key`, each key 32 random bytes in URL-safe base64.

    Raises:
        BadKeys: no key, a doubled id or key, or one that was not made by chance.
    """
    keys: dict[str, bytes] = {}
    for item in filter(None, (part.strip() for part in text.split(","))):
        key_id, _, encoded = item.partition(":")
        # Else it may be the key itself, and must not be shown.
        if not _ID.fullmatch(key_id) or key_id in keys:
            raise BadKeys("each key needs a short id of its own, as in main:KEY")
        try:
            keys[key_id] = base64.urlsafe_b64decode(encoded + "=" * (-len(encoded) % 4))
        except (binascii.Error, ValueError):
            raise BadKeys(f"the key “{key_id}” is not URL-safe base64") from None
        if len(keys[key_id]) != KEY_BYTES or not looks_random(keys[key_id]):
            raise BadKeys(f"the key “{key_id}” is not {KEY_BYTES} random bytes")
    if len(set(keys.values())) < len(keys):
        raise BadKeys("two ids have the same key")
    if not keys:
        raise BadKeys("there is no key")
    return keys


def new_key() -> str:
    """Return a fresh key as `VAULT_KEYS` takes it, without an id."""
    return encoded(os.urandom(KEY_BYTES))


def encoded(key: bytes) -> str:
    """Return a key as people write it."""
    return base64.urlsafe_b64encode(key).decode().rstrip("=")


def seal(row: models.Model, field: str, value: str) -> None:
    """Put `value` into `row.field`, sealed for just that row and field; no save."""
    setattr(row, field, _seal(_identity(row, field), value))


def unseal(row: models.Model, field: str) -> str:
    """Return the value sealed in `row.field`; empty stays empty.

    Raises:
        CannotOpen: another key, another row, or damaged.
    """
    sealed = getattr(row, field)
    return _unseal(_identity(row, field), sealed) if sealed else ""


def seal_text(purpose: str, value: str) -> str:
    """Return `value` sealed for a purpose: for what is no field of a row."""
    return _seal(f"text:{purpose}".encode(), value)


def unseal_text(purpose: str, sealed: str) -> str:
    """Return the value that was sealed for this purpose.

    Raises:
        CannotOpen: another key, another purpose, or damaged.
    """
    return _unseal(f"text:{purpose}".encode(), sealed)


def _seal(identity: bytes, value: str) -> str:
    key_id, key = next(iter(settings.VAULT_KEYS.items()))
    nonce = os.urandom(_NONCE_BYTES)
    box = nonce + AESGCM(key).encrypt(nonce, value.encode(), identity)
    return f"{key_id}:{base64.urlsafe_b64encode(box).decode()}"


def _unseal(identity: bytes, sealed: str) -> str:
    key_id, _, encoded = sealed.partition(":")
    key = settings.VAULT_KEYS.get(key_id)
    if key is None:
        raise NoSuchKey(f"VAULT_KEYS has no key “{key_id}”")
    try:
        box = base64.urlsafe_b64decode(encoded)
        opened = AESGCM(key).decrypt(box[:_NONCE_BYTES], box[_NONCE_BYTES:], identity)
    except (binascii.Error, ValueError, InvalidTag):
        raise CannotOpen(f"the key “{key_id}” does not open it") from None
    return opened.decode()


def _identity(row: models.Model, field: str) -> bytes:
    return f"{row._meta.label}:{row.pk}:{field}".encode()
