"""The vault's keys and the database: proving that they fit, and changing them."""

from collections.abc import Iterator

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, IntegrityError, models, transaction

from connections.models import ClientSecret, Connection, Grant, VaultCheck
from connections.tokens import vault
from zohoportal.accounts.second_factor import sealed

SEALED: tuple[tuple[type[models.Model], str], ...] = (
    (ClientSecret, "sealed"),
    (Grant, "sealed_refresh_token"),
    (Grant, "sealed_access_token"),
    (VaultCheck, "sealed"),
)

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
            "stood in VAULT_KEYS before. If it is lost, `python manage.py "
            "forget_secrets` gives up what it sealed and keeps everything else."
        ) from None


def fit() -> bool:
    """Tell whether `VAULT_KEYS` open what they should, now."""
    check = VaultCheck.objects.filter(pk=_ONLY_ROW).first()
    try:
        return check is None or bool(vault.unseal(check, "sealed"))
    except vault.CannotOpen:
        return False


def rotate() -> tuple[int, int]:
    """Seal everything anew with the first key; return (sealed anew, unreadable).

    Can be stopped and started again at any time, while the portal works: each value
    is replaced only if it still is the one that was read.
    """
    anew, unreadable = _rotate_second_factors()
    for row, field in _sealed_with_other_keys():
        old = getattr(row, field)
        try:
            vault.seal(row, field, vault.unseal(row, field))
        except vault.CannotOpen:
            unreadable += 1
            continue
        same = type(row)._default_manager.filter(pk=row.pk, **{field: old})
        anew += same.update(**{field: getattr(row, field)})
    return anew, unreadable


def forget_secrets() -> int:
    """Give up everything sealed, for when the key is lost; return how many connections.

    People, names, organisations, deliveries and passkeys stay; each connection needs
    its client secret and a reconnect, and apps for codes have to be set up anew.
    """
    with transaction.atomic():
        Grant.objects.all().delete()
        ClientSecret.objects.all().delete()
        VaultCheck.objects.all().delete()
        sealed.rows().delete()
        return Connection.objects.filter(state=Connection.State.ACTIVE).update(
            state=Connection.State.RECONNECT
        )


def _rotate_second_factors() -> tuple[int, int]:
    anew = unreadable = 0
    first = f"{next(iter(settings.VAULT_KEYS))}:"
    for pk in list(sealed.rows().values_list("pk", flat=True)):
        # Codes are used up in the same field: nobody may do so meanwhile.
        with transaction.atomic():
            row = sealed.rows().select_for_update().filter(pk=pk).first()
            old = sealed.text(row) if row else first
            if old.startswith(first):
                continue
            try:
                value = vault.unseal_text(sealed.PURPOSE, old)
            except vault.CannotOpen:
                unreadable += 1
                continue
            sealed.put(row, vault.seal_text(sealed.PURPOSE, value))
            anew += 1
    return anew, unreadable


def _sealed_with_other_keys() -> Iterator[tuple[models.Model, str]]:
    first = next(iter(settings.VAULT_KEYS))
    for model, field in SEALED:
        others = model._default_manager.exclude(**{field: ""})
        others = others.exclude(**{f"{field}__startswith": f"{first}:"})
        for pk in list(others.values_list("pk", flat=True)):
            row = others.filter(pk=pk).first()
            if row is not None:
                yield row, field


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
