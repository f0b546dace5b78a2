"""Finding records: by a person's term, and by the values that make duplicates.

No answer is believed: "equals" may mean "contains" at Zoho, so everything is compared
again here.
https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
"""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from connections.zoho import shapes
from connections.zoho.client import ZohoClient
from crm.envelope import CRM
from crm.schema.metadata import Metadata
from crm.schema.plans import Plan
from crm.zoho import values

Record = dict[str, Any]
LONGEST_TERM = 200
SHORTEST_WORD = 2
PER_PAGE = 50
MOST_RECORDS = 200
MOST_OFFERED = 20
PHONE = re.compile(r"[+(]?[0-9][0-9 ()/.-]{4,}")
NOT_DIGITS = re.compile(r"[^0-9]")
WORDED = {"text", "textarea", "email", "phone", "website"}


@dataclass(frozen=True)
class Page:
    """Records as Zoho pages them; `token` leads to the next page where there is one."""

    records: list[Record]
    number: int = 1
    has_more: bool = False


def escaped(value: str) -> str:
    r"""Return a value for criteria: Zoho wants \ before parentheses, commas and \."""
    return re.sub(r"([\\(),])", r"\\\1", value)


def same_by(plan: Plan, typed: Mapping[str, Any]) -> dict[str, str]:
    """Return the values that Zoho would know a record by."""
    return {
        name: str(typed[name])
        for name in plan.unique_fields
        if isinstance(typed.get(name), str | int)
    }


def find_same(client: ZohoClient, plan: Plan, typed: Mapping[str, Any]) -> list[Record]:
    """Return the records that an upsert of these values might update.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    given = same_by(plan, typed)
    return having(client, plan.module.api_name, given) if given else []


def having(client: ZohoClient, module: str, given: Mapping[str, str]) -> list[Record]:
    """Return the records with one of these values, those with the first one first.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    conditions = [f"({name}:equals:{escaped(value)})" for name, value in given.items()]
    criteria = f"({'or'.join(conditions)})" if len(conditions) > 1 else conditions[0]
    found = _search(client, module, {"criteria": criteria}).records
    same = {
        str(record["id"]): record
        for name, value in given.items()
        for record in found
        if str(record.get(name) or "").casefold() == value.casefold()
    }
    return list(same.values())


def find_named(client: ZohoClient, metadata: Metadata, name: str) -> list[Record]:
    """Return the records whose name has these words, an exact one alone.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    found = search(client, metadata, name).records
    wanted = name.casefold()
    names = [(name_of(metadata, record), record) for record in found]
    same = [record for own, record in names if own.casefold() == wanted]
    close = [record for own, record in names if wanted in own.casefold()]
    return same or close[:MOST_OFFERED]


def search(client: ZohoClient, metadata: Metadata, term: str, number: int = 1) -> Page:
    """Return the records with a term: an e-mail address, a phone number or words.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    term = term.strip()[:LONGEST_TERM]
    if len(term) < SHORTEST_WORD:
        return Page([])
    way = "phone" if PHONE.fullmatch(term) else "word"
    if "@" in term and " " not in term:
        way = "email"
    page = _search(client, metadata.module.api_name, {way: term}, number)
    fitting = [row for row in page.records if _fits(metadata, row, way, term)]
    return Page(fitting, page.number, page.has_more)


def name_of(metadata: Metadata, record: Mapping[str, Any]) -> str:
    """Return what people know a record by."""
    field = metadata.name_field
    if field not in metadata.fields:
        return str(record.get("id", ""))
    return values.shown(metadata.fields[field], record.get(field)) or "No name"


def typed_name(metadata: Metadata, typed: Mapping[str, Any]) -> str:
    """Return what people will know a record by, from what was typed."""
    parts = (typed.get("First_Name"), typed.get("Last_Name"))
    if "Last_Name" in metadata.fields:
        return " ".join(str(part) for part in parts if part)
    return str(typed.get(metadata.name_field) or "")


def _search(
    client: ZohoClient, module: str, way: Mapping[str, str], number: int = 1
) -> Page:
    params = {**way, "page": str(number), "per_page": str(PER_PAGE)}
    # https://www.zoho.com/crm/developer/docs/api/v8/search-records.html
    return page_of(client.call(CRM, "GET", f"{module}/search", params=params), number)


def last_changed(client: ZohoClient, module: str, name: str, by: str) -> list[Record]:
    """Return the records that were changed last, with one field; `by` is the time.

    Raises:
        ZohoError: Zoho could not be asked.
    """
    params = {
        "fields": f"{name},{by}",
        "sort_by": by,
        "sort_order": "desc",
        "per_page": str(MOST_RECORDS),
    }
    # https://www.zoho.com/crm/developer/docs/api/v8/get-records.html
    return page_of(client.call(CRM, "GET", module, params=params), 1).records


def page_of(reply: Mapping[str, Any], number: int) -> Page:
    """Return the records of an answer; what is no record is left out."""
    records = [
        row | {"id": record_id}
        for row in shapes.rows(reply.get("data"), MOST_RECORDS)
        if (record_id := shapes.identifier(row.get("id")))
    ]
    has_more = bool(shapes.mapping(reply.get("info")).get("more_records"))
    return Page(records, number, has_more)


def _fits(metadata: Metadata, record: Record, way: str, term: str) -> bool:
    texts = list(_texts(metadata, record, way))
    if way == "email":
        return any(text.casefold() == term.casefold() for text in texts)
    if way == "phone":
        digits = NOT_DIGITS.sub("", term)
        return any(digits in NOT_DIGITS.sub("", text) for text in texts)
    words = term.casefold().split()
    whole = " ".join(texts).casefold()
    return all(word in whole for word in words)


def _texts(metadata: Metadata, record: Record, way: str) -> Iterable[str]:
    types = WORDED if way == "word" else {way}
    for name, field in metadata.fields.items():
        value = record.get(name)
        if field.data_type in types and isinstance(value, str):
            yield value
