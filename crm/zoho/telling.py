"""What tells records of one name apart: an address, an account, when they came."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from crm.schema.metadata import Field, Metadata
from crm.zoho import values
from crm.zoho.search import Record, name_of

# The best known first.
TYPES = ("email", "lookup", "phone", "website", "picklist", "date", "text")
NAMES = {"First_Name", "Full_Name", "Last_Name"}
USUAL = 2
CREATED = Field("Created_Time", "added", "datetime")


@dataclass(frozen=True)
class Match:
    """A record to choose, by what people know it by."""

    id: str
    name: str
    details: str = ""


def told_apart(metadata: Metadata, records: Sequence[Record]) -> list[Match]:
    """Return records with as many details as they need to be told apart."""
    known = [
        (each, name_of(metadata, each), list(filter(None, _words(metadata, each))))
        for each in records
    ]
    found = []
    for record, name, words in known:
        others = [
            theirs
            for other, called, theirs in known
            if other is not record and called.casefold() == name.casefold()
        ]
        details = ", ".join(_enough(words, others))
        found.append(Match(str(record["id"]), name, details))
    return found


def _enough(words: list[str], others: list[list[str]]) -> list[str]:
    """Return the details that no other of the name begins with."""
    for count in range(USUAL, len(words)):
        if all(each[:count] != words[:count] for each in others):
            return words[:count]
    return words


def _words(metadata: Metadata, record: Record) -> Iterator[str]:
    """Yield what a record can be known by; when it came is the last resort."""
    names = NAMES | {metadata.name_field}
    for data_type in TYPES:
        for field in metadata.fields.values():
            if field.data_type == data_type and field.api_name not in names:
                yield values.shown(field, record.get(field.api_name))
    created = values.shown(CREATED, record.get("Created_Time"))
    yield f"added {created}" if created else ""
