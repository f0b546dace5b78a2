"""What the pages of Desk's forms say beside the form."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from connections.messages.texts import Explanation
from connections.views.status import Act
from desk.forms.filling import Filling
from desk.forms.placeholders import MEANINGS
from desk.forms.quick_times import QuickTime, quick_times
from desk.zoho.contacts import Contact
from desk.zoho.tickets import Ticket
from zohoportal.outbox.views.page import FormPage, Page


@dataclass
class DepartmentPage(Page):
    """Has the fields of a department.

    Attributes:
        shown_department: whose fields it shows.
        left_out: labels of what was typed and has no place there.
        gaps: what Desk does not tell, with the reason.
    """

    shown_department: str = ""
    left_out: list[str] = field(default_factory=list)
    gaps: dict[str, Explanation] = field(default_factory=dict)


@dataclass
class TicketPage(DepartmentPage, FormPage):
    """A new ticket.

    Attributes:
        found: people whom Desk knows, after a search; None before one.
        open_tickets: those of the contact that was chosen.
        filling: what a template brought; `no_template` if it is not there.
    """

    found: Sequence[Contact] | None = None
    open_tickets: Sequence[Ticket] = ()
    quick_times: list[QuickTime] = field(default_factory=quick_times)
    filling: Filling | None = None
    no_template: bool = False


@dataclass
class TemplatePage(DepartmentPage):
    """A template for tickets, which goes nowhere.

    Attributes:
        version: which of its versions the form shows.
        outgrown: what of it has no place at Desk any more.
    """

    form_key: str = ""
    is_kept: bool = False
    is_typed: bool = False
    problem: Explanation | None = None
    act: Act | None = None
    also: list[Act] = field(default_factory=list)
    version: int | str = ""
    is_gone: bool = False
    is_changed: bool = False
    outgrown: list[str] = field(default_factory=list)
    meanings: Mapping[str, Any] = field(default_factory=lambda: MEANINGS)
