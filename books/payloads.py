"""What deliveries carry to Zoho Books, one class for each kind.

Values go by Books' names of fields; `billing_address__city` is the city in the
billing address, and `custom_` begins the id of a custom field.
"""

from enum import StrEnum

from zohoportal.outbox.payloads import Payload

Values = dict[str, str]


class Kind(StrEnum):
    """The kinds of deliveries, as they are kept."""

    CONTACT = "books.contact"
    CHANGE = "books.change"
    PERSON = "books.person"
    PRIMARY = "books.primary"
    REMOVAL = "books.removal"
    STATUS = "books.status"


class ContactPayload(Payload, frozen=True, kw_only=True):
    """A new customer or vendor.

    Attributes:
        persons: contact persons; the first one is the primary one.
        labels: of custom fields, by the names in `values`.
        reference_field: a custom field that takes the delivery's reference, and of
            which Books lets no two contacts have the same; empty where there is none.
    """

    values: Values
    persons: list[Values] = []
    labels: Values = {}
    reference_field: str = ""

    @property
    def name(self) -> str:
        return self.values["contact_name"]


class OfContact(Payload, frozen=True, kw_only=True):
    """About a contact that is there: its id, and what people call it."""

    contact: str
    contact_name: str


class ChangePayload(OfContact, frozen=True, kw_only=True):
    """Changes of the contact that was shown.

    Attributes:
        values: what is written; empty clears.
        before: what these fields held when they were shown.
        persons: contact persons to be added, if it has none like them.
        labels: of custom fields, by the names in `values`.
    """

    values: Values
    before: Values
    persons: list[Values] = []
    labels: Values = {}


class PersonPayload(OfContact, frozen=True, kw_only=True):
    """A new contact person, or changes of the one with the id `person`.

    Attributes:
        name: what people call them.
        before: what these fields held when they were shown.
    """

    person: str = ""
    name: str
    values: Values
    before: Values = {}


class OfPerson(OfContact, frozen=True, kw_only=True):
    """About a contact person: the id, and what people call them."""

    person: str
    name: str


class PrimaryPayload(OfPerson, frozen=True, kw_only=True):
    """The person becomes the contact's primary one."""


class RemovalPayload(OfPerson, frozen=True, kw_only=True):
    """The person is deleted."""


class StatusPayload(OfContact, frozen=True, kw_only=True):
    """The contact is made active, or inactive."""

    is_active: bool
