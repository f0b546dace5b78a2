"""Where second factors keep what is sealed: the secret of an app, the seed of codes."""

from allauth.mfa.models import Authenticator
from django.db.models import QuerySet

PURPOSE = "second factor"
_FIELDS = {
    Authenticator.Type.TOTP: "secret",
    Authenticator.Type.RECOVERY_CODES: "seed",
}


def rows() -> QuerySet[Authenticator]:
    """Return everything that holds something sealed; passkeys hold public keys only."""
    return Authenticator.objects.filter(type__in=_FIELDS)


def text(row: Authenticator) -> str:
    return str(row.data[_FIELDS[row.type]])


def put(row: Authenticator, value: str) -> None:
    """Keep another sealed text in the same place."""
    row.data[_FIELDS[row.type]] = value
    row.save(update_fields=["data"])
