"""What the pages of Books' forms say beside the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from books.zoho.records import Contact, Person
from connections.messages.texts import Explanation
from zohoportal.outbox.views.page import FormPage


@dataclass(frozen=True)
class Change:
    """One field as it is and as it will be."""

    label: str
    old: str
    new: str


@dataclass(frozen=True)
class Preview:
    """What a save will do to a customer who is there.

    Attributes:
        persons: names of contact persons who will be added.
    """

    contact: Contact
    changes: Sequence[Change] = ()
    persons: Sequence[str] = ()

    @property
    def changes_nothing(self) -> bool:
        return not (self.changes or self.persons)


@dataclass
class ContactPage(FormPage):
    """A customer or vendor, new or there.

    Attributes:
        candidates: those who may be meant; `is_name_taken` if one has the name.
        preview: what a save will do to the one that is meant.
        existing: the id of the one whose name Books would not have twice.
        contact: the one that is changed.
        gaps: what Books does not tell now, with the reason.
        left_out: what was typed for fields that it does not have any more.
        too_long: names of fields that hold more than the form takes.
    """

    candidates: Sequence[Contact] = ()
    is_name_taken: bool = False
    preview: Preview | None = None
    existing: str = ""
    contact: Contact | None = None
    gaps: Mapping[str, Explanation] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
    too_long: list[str] = field(default_factory=list)


@dataclass
class PersonPage(FormPage):
    """A contact person, or an act about a contact or one of its people."""

    contact: Contact | None = None
    known: Person | None = None
    too_long: list[str] = field(default_factory=list)
