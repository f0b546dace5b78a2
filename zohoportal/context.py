"""What every page shows around its content."""

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import reverse

from connections import access
from connections.models import Connection
from zohoportal.accounts.models import User
from zohoportal.logs import request_id


@dataclass(frozen=True)
class Link:
    label: str
    url: str
    is_current: bool


def portal(request: HttpRequest) -> dict[str, Any]:
    """Return the navigation, the banner, and the request's number for error pages."""
    user = getattr(request, "user", None)
    return {
        "nav_links": _links(user, request.path) if isinstance(user, User) else [],
        "broken": _broken(user, request) if isinstance(user, User) else [],
        "portal_banner": settings.PORTAL_BANNER,
        "request_id": request_id(),
    }


def _broken(person: User, request: HttpRequest) -> list[Connection]:
    """Return what an admin has to reconnect, but not what the page is about anyway."""
    if not person.is_admin:
        return []
    match = request.resolver_match
    own = match.kwargs.get("pk") if match and match.namespace == "connections" else None
    return [broken for broken in access.broken_for(person) if broken.pk != own]


def _links(person: User, path: str) -> list[Link]:
    pages = []
    connections = list(access.open_to(person)[:2])
    if len(connections) == 1:
        pages += _work(connections[0])
    pages.append(("Activity", reverse("outbox:list")))
    if person.is_admin:
        pages.append(("Connections", reverse("connections:list")))
    # One place may lie within another: the inner one is where the person is.
    current = max(
        (url for _, url in pages if path.startswith(url)), key=len, default=""
    )
    return [Link(label, url, url == current) for label, url in pages]


def _work(connection: Connection) -> list[tuple[str, str]]:
    return [
        (feature.link, reverse(feature.page, args=[connection.slug]))
        for feature in connection.chosen_features
    ]
