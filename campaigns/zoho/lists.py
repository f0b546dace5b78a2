"""The mailing lists, fields and topics of a Campaigns account, kept for ten minutes."""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass

from campaigns.zoho.envelope import AS_JSON, EMAIL, FIELDS, LISTS, TOPICS, Method
from connections.models import Connection
from connections.schema import store
from connections.schema.sources import Kind, Source
from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from connections.zoho.errors import UnexpectedReply
from connections.zoho.shapes import Json

# There is one account for a connection, so all is kept under one key.
ALL = "all"
PAGE = 100
MOST = 2_000
# Keys are hexadecimal, and longer than any id.
KEY = re.compile(r"[0-9A-Za-z_-]{1,200}")


@dataclass(frozen=True)
class MailingList:
    """A list to subscribe people to.

    Attributes:
        people: how many are on it; None where Campaigns does not say.
        confirms: who is subscribed gets a mail, and is on it after a click in that.
    """

    key: str
    name: str
    people: int | None
    confirms: bool


@dataclass(frozen=True)
class Field:
    """A field of a person: Campaigns takes its value by its label."""

    name: str
    label: str


@dataclass(frozen=True)
class Topic:
    id: str
    name: str


def lists_of(connection: Connection) -> list[MailingList]:
    """Return the lists to choose from; there may be none yet.

    Raises:
        ZohoError: they are not known, and Zoho could not be asked.
    """
    return store.read(connection, _LISTS)


def fields_of(connection: Connection) -> list[Field]:
    """Return a person's fields besides the address. Raises as `lists_of`."""
    return store.read(connection, _FIELDS)


def topics_of(connection: Connection) -> list[Topic]:
    """Return the topics, none where they are not in use. Raises as `lists_of`."""
    return store.read(connection, _TOPICS)


def forget(connection: Connection) -> None:
    """Have all of it read anew."""
    store.forget(connection, "campaigns", ALL)


def read_lists(client: ZohoClient) -> list[MailingList]:
    """Ask Campaigns for its lists.

    Raises:
        ZohoError: it could not be asked, or answered strangely.
    """
    found = [each for row in pages(client, LISTS, {}, MOST) if (each := _list(row))]
    return sorted(found, key=lambda each: each.name.casefold())


def _list(row: Json) -> MailingList | None:
    key, name = list_key(row.get("listkey")), shapes.text(row.get("listname"))
    if not key or not name:
        return None
    return MailingList(
        key,
        name,
        shapes.count(row.get("noofcontacts")),
        # A list is public by its sign-up form, and that asks for a confirmation.
        # https://www.zoho.com/campaigns/help/developers/update-list.html
        confirms=shapes.flag(row.get("is_public")),
    )


def list_key(value: object) -> str:
    """Return the key of a list; empty where it is none."""
    found = shapes.text(value)
    return found if KEY.fullmatch(found) else ""


def pages(
    client: ZohoClient,
    method: Method,
    asked: dict[str, str],
    most: int,
    size: int = PAGE,
) -> Iterator[Json]:
    """Yield the rows of a list, page by page, up to so many.

    Campaigns may give fewer than asked for: a page without any is the end.

    Raises:
        ZohoError: it could not be asked, or its rows make no sense.
    """
    first = 1
    while first <= most:
        page = {"sort": "asc", "fromindex": str(first), "range": str(size)}
        body = method.read(client, {**AS_JSON, **asked, **page})
        given = body.get("list_of_details", [])
        rows = shapes.rows(given)
        if not isinstance(given, list) or len(rows) != len(given):
            raise UnexpectedReply("no_list")
        yield from rows
        if not rows:
            return
        first += len(rows)


def read_fields(client: ZohoClient) -> list[Field]:
    """Ask for the fields of a person. Raises as `read_lists`."""
    body = FIELDS.read(client, {"type": "json"})
    rows = shapes.rows(shapes.mapping(body.get("response")).get("fieldname"))
    named = [
        Field(shapes.name(row.get("FIELD_NAME")), shapes.text(row.get("DISPLAY_NAME")))
        for row in rows
    ]
    found = [each for each in named if each.name and each.label not in ("", EMAIL)]
    if not found:
        raise UnexpectedReply("no_fields")
    return found


def read_topics(client: ZohoClient) -> list[Topic]:
    """Ask for the topics. Raises as `read_lists`."""
    wanted = json.dumps({"from_index": 0, "range": PAGE})
    body = TOPICS.read(client, {**AS_JSON, "details": wanted})
    named = [
        Topic(list_key(row.get("topicId")), shapes.text(row.get("topicName")))
        for row in shapes.rows(body.get("topicDetails"))
    ]
    return [each for each in named if each.id and each.name]


_LISTS = Source("campaigns", "lists", ALL, list[MailingList], read_lists)
_FIELDS = Source("campaigns", "fields", ALL, list[Field], read_fields, is_side=True)
_TOPICS = Source("campaigns", "topics", ALL, list[Topic], read_topics, is_side=True)
KINDS = (
    Kind("campaigns", "lists", lambda _connection, _key: _LISTS),
    Kind("campaigns", "fields", lambda _connection, _key: _FIELDS),
    Kind("campaigns", "topics", lambda _connection, _key: _TOPICS),
)
