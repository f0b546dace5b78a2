"""What deliveries carry to Zoho Desk, one class for each kind."""

from enum import StrEnum

from zohoportal.outbox.payloads import FilePayload, Payload


class Kind(StrEnum):
    """The kinds of deliveries, as they are kept."""

    TICKET = "desk.ticket"
    COMMENT = "desk.comment"
    STATUS = "desk.status"
    FILE = "desk.file"


class TicketPayload(Payload, frozen=True, kw_only=True):
    """A new ticket for a contact that Desk knows, or for a person as typed.

    Attributes:
        department: its id.
        contact: the id of a contact; empty for a person as typed.
        is_new: the person is none of those of the same name or number.
        values: of the department's layout, as Desk writes them.
    """

    subject: str
    department: str
    contact: str = ""
    contact_name: str = ""
    email: str = ""
    last_name: str = ""
    first_name: str = ""
    phone: str = ""
    is_new: bool = False
    description: str = ""
    values: dict[str, str] = {}


class OfTicket(Payload, frozen=True, kw_only=True):
    """About a ticket that is there: its id, what people call it, and its page."""

    ticket: str
    number: str = ""
    url: str = ""


class CommentPayload(OfTicket, frozen=True, kw_only=True):
    """A comment, for the desk alone or for the customer too."""

    content: str
    is_public: bool


class StatusPayload(OfTicket, frozen=True, kw_only=True):
    """Another status.

    Attributes:
        values: what Desk asks for with it, by Desk's names.
        shown: what the person saw of these fields; None where nothing was shown.
    """

    department: str = ""
    status: str
    values: dict[str, str] = {}
    shown: dict[str, str] | None = None


class TicketFilePayload(FilePayload, frozen=True, kw_only=True):
    """A file for a ticket."""
