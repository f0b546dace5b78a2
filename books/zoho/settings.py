"""What a Books organisation has to choose from, kept for ten minutes."""

from dataclasses import dataclass

from books.zoho.contacts import read, search
from books.zoho.envelope import SETTINGS
from connections.models import Connection
from connections.schema import store
from connections.schema.sources import Kind, Source
from connections.zoho import shapes
from connections.zoho.client import ZohoClient

# There is one organisation for a connection, so all is kept under one key.
ALL = "all"
# So many customers are looked at for custom fields: Books lists those nowhere.
LOOKED_AT = 3


@dataclass(frozen=True)
class Currency:
    id: str
    code: str
    name: str
    is_base: bool


@dataclass(frozen=True)
class CustomField:
    """A custom field of customers; its name begins as those in values do."""

    name: str
    label: str


def currencies_of(connection: Connection) -> list[Currency]:
    """Return the currencies to choose from.

    Raises:
        ZohoError: they are not known, and Books could not be asked.
    """
    return store.read(connection, _CURRENCIES)


def custom_fields_of(connection: Connection) -> list[CustomField]:
    """Return the custom fields that the latest customers have. Raises likewise."""
    return store.read(connection, _FIELDS)


def forget(connection: Connection) -> None:
    """Have all of it read anew."""
    store.forget(connection, "books", ALL)


def read_currencies(client: ZohoClient) -> list[Currency]:
    """Ask Books for its currencies.

    Raises:
        ZohoError: it could not be asked, or answered strangely.
    """
    # https://www.zoho.com/books/api/v3/currency/#list-currencies
    body = SETTINGS.read(client, "settings/currencies", page="1", per_page="200")
    named = [
        Currency(
            shapes.identifier(row.get("currency_id")),
            shapes.text(row.get("currency_code"), 10),
            shapes.text(row.get("currency_name")),
            is_base=shapes.flag(row.get("is_base_currency")),
        )
        for row in shapes.rows(body.get("currencies"))
    ]
    found = [each for each in named if each.id and each.code]
    return sorted(found, key=lambda each: (not each.is_base, each.code))


def _read_fields(client: ZohoClient) -> list[CustomField]:
    latest = search(client, "")[:LOOKED_AT]
    found: dict[str, str] = {}
    for each in latest:
        found |= read(client, each.id).labels
    return [CustomField(name, label) for name, label in found.items() if name and label]


_CURRENCIES = Source("books", "currencies", ALL, list[Currency], read_currencies)
_FIELDS = Source("books", "fields", ALL, list[CustomField], _read_fields, is_side=True)
KINDS = (
    Kind("books", "currencies", lambda _connection, _key: _CURRENCIES),
    Kind("books", "fields", lambda _connection, _key: _FIELDS),
)
