"""Why Zoho could not be asked, as its reader needs it: one page for all products."""

from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone

from connections.messages.explain import explain
from connections.messages.facts import facts_about
from connections.messages.texts import Explanation
from connections.models import Connection
from connections.product import Feature
from connections.views import status
from connections.zoho.errors import ZohoError
from zohoportal.accounts.access import PersonRequest, someone_to_ask
from zohoportal.accounts.models import User


def reason(
    person: User,
    connection: Connection,
    error: ZohoError,
    feature: Feature,
    *,
    named: str = "",
) -> Explanation:
    """Return the words for why Zoho could not be asked, as this person reads them.

    `named` is what is missing where the permission for a part of a feature is.
    """
    return _read_by(person, _words(connection, error, feature, named))


def explained(
    person: User,
    connection: Connection,
    error: ZohoError,
    feature: Feature,
    *,
    named: str = "",
) -> dict[str, Any]:
    """Return what `includes/explanation.html` shows: words, and an admin's buttons."""
    words = _words(connection, error, feature, named)
    return {"problem": _read_by(person, words)} | acts(person, connection, words)


def acts(person: User, connection: Connection, words: Explanation) -> dict[str, Any]:
    """Return the buttons by which this person can mend it: admins only have some."""
    offered = status.acts(connection, words) if person.is_admin else []
    return {"act": next(iter(offered), None), "also": offered[1:]}


def trouble(
    request: PersonRequest, connection: Connection, error: ZohoError, feature: Feature
) -> HttpResponse:
    """Return a page that says why Zoho could not be asked, and what to do."""
    context = {"connection": connection, "feature": feature}
    context |= explained(request.user, connection, error, feature)
    return render(request, "connections/unavailable.html", context)


def _read_by(person: User, words: Explanation) -> Explanation:
    return words if person.is_admin else words.for_staff(someone_to_ask())


def _words(
    connection: Connection, error: ZohoError, feature: Feature, named: str
) -> Explanation:
    facts = facts_about(connection, feature) | ({"feature": named} if named else {})
    zone = timezone.get_current_timezone()
    return explain(error, step="read", zone=zone, facts=facts)
