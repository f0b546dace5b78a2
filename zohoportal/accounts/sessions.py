"""Sessions: kept under a hash of their key, ended by idleness and by age.

`SESSION_ENGINE` names this module, so that Django finds `SessionStore` here.
"""

import hashlib
import time
from datetime import UTC, datetime, timedelta
from typing import Any

from django.conf import settings
from django.contrib.sessions.backends import db
from django.contrib.sessions.backends.base import SessionBase
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from zohoportal.accounts.models import User
from zohoportal.accounts.signing_in.devices import device
from zohoportal.accounts.signing_in.models import Session
from zohoportal.run.durability import unsynced

BEGAN = "began"
DEVICE = "device"
ADDRESS = "address"
# A session's last use is known to this; a write for each request would cost more.
SEEN_EVERY = timedelta(minutes=1)


def hashed(key: str) -> str:
    """Return the key under which a session is kept."""
    return hashlib.sha256(key.encode()).hexdigest()


class SessionStore(db.SessionStore):
    """Django's sessions in the database, without their keys."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        return Session

    def _get_session_from_db(self) -> Session | None:
        rows = Session.objects.filter(
            session_key=hashed(self.session_key or ""), expire_date__gt=timezone.now()
        )
        self.row = rows.first()
        if self.row is None:
            self._session_key = None
        return self.row

    def exists(self, session_key: str) -> bool:
        return super().exists(hashed(session_key))

    def delete(self, session_key: str | None = None) -> None:
        key = session_key or self.session_key
        if key:
            super().delete(hashed(key))

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        began = data.setdefault(BEGAN, time.time())
        key = self._get_or_create_session_key()  # type: ignore[attr-defined]  # Django's
        began_at = datetime.fromtimestamp(began, UTC)
        now = timezone.now()
        return Session(
            session_key=hashed(key),
            session_data=self.encode(data),
            expire_date=_end(began_at, now),
            person_id=data.get("_auth_user_id"),
            device=data.get(DEVICE, ""),
            address=data.get(ADDRESS, ""),
            began_at=began_at,
            last_seen_at=now,
        )

    def get_expiry_age(self, **_kwargs: Any) -> int:
        """Return for how many seconds browsers keep the cookie: to its latest end."""
        began = float(self.get(BEGAN, time.time()))
        return max(int(began + settings.SESSION_COOKIE_AGE - time.time()), 0)


def begin(request: HttpRequest) -> None:
    """Note in the session of somebody who has just signed in when, where and how."""
    request.session[BEGAN] = time.time()
    request.session[DEVICE] = device(request.headers.get("User-Agent", ""))
    request.session[ADDRESS] = request.META.get("REMOTE_ADDR", "")


def seen(session: SessionBase) -> None:
    """Note that somebody works in this session; it ends later then, if it may."""
    row = getattr(session, "row", None)
    now = timezone.now()
    if row is None or now - row.last_seen_at < SEEN_EVERY:
        return
    with unsynced():
        Session.objects.filter(pk=row.pk).update(
            last_seen_at=now, expire_date=_end(row.began_at, now)
        )


def open_of(person: User) -> QuerySet[Session]:
    """Return a person's sessions that are not over, the one used last first."""
    rows = Session.objects.filter(person=person, expire_date__gt=timezone.now())
    return rows.order_by("-last_seen_at")


def end_all(person: User, keep: SessionBase | None = None) -> int:
    """Sign a person out everywhere, but for `keep`; return how many ended."""
    rows = Session.objects.filter(person=person)
    if keep is not None and keep.session_key:
        rows = rows.exclude(pk=hashed(keep.session_key))
    return rows.delete()[0]


def end(person: User, name: str) -> bool:
    """End one of a person's sessions by its hashed key; return whether it was there."""
    return bool(Session.objects.filter(person=person, pk=name).delete()[0])


def _end(began_at: datetime, seen_at: datetime) -> datetime:
    idle = timedelta(minutes=settings.SESSION_IDLE_MINUTES)
    latest = timedelta(seconds=settings.SESSION_COOKIE_AGE)
    return min(began_at + latest, seen_at + idle)
