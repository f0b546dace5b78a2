"""One key per form that was shown: what is submitted twice is sent once."""

import uuid
from dataclasses import dataclass

from django.core import signing

from zohoportal.accounts.models import User

_SALT = "outbox.form-key"


@dataclass(frozen=True)
class FormKey:
    """What identifies one shown form.

    Attributes:
        replaces: the reference of the refused delivery that the form corrects.
        is_second: the person was told that the same was sent a moment ago.
    """

    key: str
    replaces: str = ""
    is_second: bool = False


def issue(person: User, *, replaces: str = "", is_second: bool = False) -> str:
    """Return a new key, signed and bound to the person."""
    content = [str(person.pk), uuid.uuid4().hex, replaces, is_second]
    return signing.dumps(content, salt=_SALT)


def read(value: str, person: User) -> FormKey | None:
    """Return what identifies the form, or None for a key that is not this person's."""
    person_id, form_key = _opened(value)
    return form_key if person_id == str(person.pk) else None


def owner(value: str) -> str:
    """Return the id of the person the form was shown to; empty for a made-up key."""
    return _opened(value)[0]


def _opened(value: str) -> tuple[str, FormKey | None]:
    try:
        person_id, *content = signing.loads(value, salt=_SALT)
        return person_id, FormKey(*content)
    except (signing.BadSignature, ValueError, TypeError):
        return "", None
