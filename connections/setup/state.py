"""The one-time `state` that proves who began a trip to Zoho.

https://www.rfc-editor.org/rfc/rfc9700.html: bound to the browser and used once. Here
also to the person: whoever comes back must be the one who left.
"""

import hashlib
import secrets
from datetime import timedelta

from django.utils import timezone

from connections.models import Connection, ConsentState
from zohoportal.accounts.models import User

LIFE = timedelta(minutes=10)
# Of one browser; when one more is begun, the oldest ends.
MOST_AT_ONCE = 10


def issue_state(connection: Connection, *, person: User, session_key: str) -> str:
    """Return a new state for this connection, person and browser session."""
    now = timezone.now()
    session = _hash(session_key)
    ConsentState.objects.filter(expires_at__lt=now).delete()
    mine = ConsentState.objects.filter(session=session).order_by("-expires_at")
    surplus = list(mine.values_list("pk", flat=True)[MOST_AT_ONCE - 1 :])
    ConsentState.objects.filter(pk__in=surplus).delete()
    value = secrets.token_urlsafe(32)
    ConsentState.objects.create(
        hash=_hash(value),
        session=session,
        person=person,
        connection=connection,
        data_center=connection.data_center,
        expires_at=now + LIFE,
    )
    return value


def redeem_state(
    value: str, *, person: User | None, session_key: str
) -> Connection | None:
    """Use a state up; return its connection if it belongs to person and session.

    Deleting is the test: of two callers with the same state one deletes it.
    """
    states = ConsentState.objects.filter(hash=_hash(value))
    found = states.select_related("connection__client").first()
    deleted, _ = states.delete()
    if found is None or deleted != 1:
        return None
    belongs = (
        person is not None
        and found.expires_at > timezone.now()
        and found.person_id == person.pk
        and secrets.compare_digest(found.session, _hash(session_key))
        and found.data_center == found.connection.data_center
    )
    return found.connection if belongs else None


def _hash(value: str) -> str:
    return hashlib.sha256(value.encode()).hexdigest()
