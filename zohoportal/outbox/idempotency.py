"""One key per form that was shown: what is submitted twice is sent once."""

import uuid
from dataclasses import dataclass
from datetime import timedelta

from django.core import signing

from zohoportal.accounts.models import User

# The name stays: pages that were opened before an update bring keys of it.
_SALT = "outbox.form-key"
# Longer than a sign-in lasts, and far shorter than what was sent is remembered.
GOOD_FOR = timedelta(days=7)


@dataclass(frozen=True)
class IdempotencyKey:
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


def read(value: str, person: User) -> IdempotencyKey | None:
    """Return what identifies the form; None for an old key, or somebody else's."""
    person_id, idempotency_key = _opened(value, GOOD_FOR)
    return idempotency_key if person_id == str(person.pk) else None


def owner(value: str) -> str:
    """Return the id of the person the form was shown to; empty for a made-up key."""
    return _opened(value)[0]


def _opened(
    value: str, good_for: timedelta | None = None
) -> tuple[str, IdempotencyKey | None]:
    try:
        person_id, *content = signing.loads(value, salt=_SALT, max_age=good_for)
        return person_id, IdempotencyKey(*content)
    except (signing.BadSignature, ValueError, TypeError):
        return "", None
