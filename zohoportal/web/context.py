"""What every page shows around its content."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from connections import access
from connections.models import Connection
from zohoportal.accounts.models import User
from zohoportal.outbox.views import lists
from zohoportal.run.logs import request_id

ACTIVITY = "Activity"


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_current: bool
    count: int = 0


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation, the banner, and the request's number for error pages."""
    user = getattr(request, "user", None)
    around = _for_person(user, request) if isinstance(user, User) else {}
    return around | {
        "portal_banner": settings.PORTAL_BANNER,
        "request_id": request_id(),
    }


def _for_person(person: User, request: HttpRequest) -> dict[str, Any]:
    count = lists.how_many_need_a_look(person)
    pages = _pages(person)
    # One place may lie within another: the inner one is where the person is.
    around = (url for _, url in pages if request.path.startswith(url))
    current = max(around, key=len, default="")
    links = [
        Link(label, url, url == current, count if label == ACTIVITY else 0)
        for label, url in pages
    ]
    broken = _broken(person, request)
    return {"nav_links": links, "needs_a_look": count, "broken": broken}


def _broken(person: User, request: HttpRequest) -> list[Connection]:
    """Return what an admin has to reconnect, but not what the page is about anyway."""
    if not person.is_admin:
        return []
    match = request.resolver_match
    own = match.kwargs.get("pk") if match and match.namespace == "connections" else None
    return [broken for broken in access.broken_for(person) if broken.pk != own]


def _pages(person: User) -> list[tuple[str, str]]:
    pages = []
    connections = list(access.open_to(person)[:2])
    if len(connections) == 1:
        pages += _work(person, connections[0])
    pages.append((ACTIVITY, reverse("outbox:list")))
    if person.is_admin:
        pages.append(("Connections", reverse("connections:list")))
        pages.append(("People", reverse("people:list")))
    elif person.may_manage:
        pages.append(("Rights", reverse("connections:staff")))
    return pages


def _work(person: User, connection: Connection) -> list[tuple[str, str]]:
    return [
        (feature.link, reverse(feature.page, args=[connection.slug]))
        for feature in access.offered(person, connection)
    ]
