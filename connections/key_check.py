"""Proves at start-up that the vault's keys are those of this database."""

from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, transaction

from connections import vault
from connections.models import VaultCheck

_KNOWN = "zoho portal"
_ONLY_ROW = 1


def prove_keys() -> None:
    """Open a known value with `VAULT_KEYS`; seal it on the very first start.

    Raises:
        ImproperlyConfigured: the keys do not open what is in the database.
    """
    try:
        check = VaultCheck.objects.filter(pk=_ONLY_ROW).first() or _first_check()
    except DatabaseError as error:
        raise ImproperlyConfigured(
            "The database is not ready: run `python manage.py migrate` first."
        ) from error
    try:
        vault.unseal(check, "sealed")
    except vault.CannotOpen as error:
        raise ImproperlyConfigured(
            f"VAULT_KEYS do not fit this database: {error}. Put the key back that "
            "stood in VAULT_KEYS before; a backup of the database needs it too."
        ) from None


def _first_check() -> VaultCheck:
    check = VaultCheck(pk=_ONLY_ROW)
    vault.seal(check, "sealed", _KNOWN)
    try:
        with transaction.atomic():
            check.save(force_insert=True)
    except IntegrityError:
        # Another process was first.
        return VaultCheck.objects.get(pk=_ONLY_ROW)
    return check
