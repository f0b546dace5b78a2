"""What a save will do to a customer who is there: old and new values, side by side."""

from collections.abc import Mapping, Sequence

from books.views.page import Change, Preview
from books.zoho.names import LABELS
from books.zoho.records import Contact, person_name


def preview(
    contact: Contact,
    changes: Mapping[str, str],
    persons: Sequence[Mapping[str, str]] = (),
    words: Mapping[str, str] | None = None,
) -> Preview:
    """Return what writing `changes`, and adding these people, will do.

    `words` are what people call values, such as currencies by their ids.
    """
    labels = LABELS | dict(contact.labels)
    said = words or {}
    found = [
        Change(
            labels.get(name, "Another field"),
            said.get(old := contact.values.get(name, ""), old),
            said.get(value, value),
        )
        for name, value in changes.items()
    ]
    return Preview(contact, found, [person_name(each) for each in persons])
