"""How long the provider's word counts: an hour, or until it takes it back."""

import uuid
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from django.contrib.auth import logout
from django.db.models import Q
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from zohoportal.accounts.models import ProviderProof, User
from zohoportal.accounts.oidc.tokens import Claims

GOOD_FOR = timedelta(minutes=60)
_KEY = "provider_proof"
_AGAIN = "prove_again"

Handler = Callable[[HttpRequest], HttpResponse]


def note(request: HttpRequest, person: User, claims: Claims) -> None:
    """Remember in the session that the provider vouched for this person just now."""
    now = timezone.now()
    ProviderProof.objects.filter(at__lt=now - GOOD_FOR).delete()
    row = ProviderProof.objects.create(
        user=person,
        subject=str(claims["sub"]),
        session=str(claims.get("sid") or "")[:200],
        at=now,
    )
    request.session[_KEY] = str(row.pk)
    request.session.pop(_AGAIN, None)


def is_there(request: HttpRequest, person: User) -> bool:
    """Tell whether the provider vouches for this person in this session.

    What it said of somebody else, who left the browser to this one, is forgotten.
    """
    if _is_fresh(request.session.get(_KEY), person):
        return True
    request.session.pop(_KEY, None)
    return False


def has_run_out(request: HttpRequest) -> bool:
    """Tell whether this browser's person has to prove it anew at the provider."""
    return bool(request.session.get(_AGAIN))


def needs_a_fresh_one(get_response: Handler) -> Handler:
    """End sessions that began at the provider and that it no longer vouches for."""

    def answer(request: HttpRequest) -> HttpResponse:
        key, person = request.session.get(_KEY), request.user
        if key and isinstance(person, User) and not _is_fresh(key, person):
            logout(request)
            request.session[_AGAIN] = True
        return get_response(request)

    return answer


def end_all(person: User) -> None:
    """End every session of this person's that began at the provider."""
    ProviderProof.objects.filter(user=person).delete()


def end(claims: Claims) -> None:
    """End the sessions that a logout token names."""
    subject, session = claims.get("sub"), claims.get("sid")
    # Some name the session in a logout only.
    named = Q(session__in=[str(session)[:200], ""]) if session else Q()
    if subject:
        named &= Q(subject=str(subject))
    elif session:
        named &= ~Q(session="")
    ProviderProof.objects.filter(named).delete()


def _is_fresh(key: Any, person: User) -> bool:
    try:
        pk = uuid.UUID(str(key))
    except ValueError:
        return False
    since = timezone.now() - GOOD_FOR
    return ProviderProof.objects.filter(pk=pk, user=person, at__gte=since).exists()
