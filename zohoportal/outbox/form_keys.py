"""One key per form that was shown: what is submitted twice is sent once."""

import uuid

from django.core import signing

from zohoportal.accounts.models import User

_SALT = "outbox.form-key"


def issue(person: User) -> str:
    """Return a new key, signed and bound to the person."""
    return signing.dumps([str(person.pk), uuid.uuid4().hex], salt=_SALT)


def read(value: str, person: User) -> str | None:
    """Return what identifies the form, or None for a key that is not this person's."""
    owner, key = _opened(value)
    return key if owner == str(person.pk) else None


def owner(value: str) -> str:
    """Return the id of the person the form was shown to; empty for a made-up key."""
    return _opened(value)[0]


def _opened(value: str) -> tuple[str, str]:
    try:
        person_id, key = signing.loads(value, salt=_SALT)
    except (signing.BadSignature, ValueError):
        return "", ""
    return person_id, key
