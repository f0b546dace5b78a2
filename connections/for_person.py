"""What can be done next for a person whom a product shows: links that others offer."""

from collections.abc import Iterable, Mapping
from urllib.parse import urlencode

from django.urls import reverse

from connections.access import offered
from connections.models import Connection
from zohoportal.accounts.models import User


def pages(
    person: User, connection: Connection, *, other_than: str
) -> list[tuple[str, str]]:
    """Return words and addresses of what other products than one offer `person`."""
    return [
        (feature.for_person, reverse(feature.page, args=[connection.slug]))
        for feature in offered(person, connection)
        if feature.for_person and feature.product != other_than
    ]


def links(
    pages: Iterable[tuple[str, str]], person: Mapping[str, str]
) -> list[tuple[str, str]]:
    """Return the pages with a person in their queries, by `name`, `email`, `phone`."""
    query = urlencode({name: value for name, value in person.items() if value})
    return [(words, f"{address}?{query}") for words, address in pages]
