"""What the pages of Campaigns' forms say beside the form."""

from dataclasses import dataclass, field

from connections.messages.texts import Explanation
from zohoportal.outbox.views.page import FormPage


@dataclass
class ListPage(FormPage):
    """A form with a list.

    Attributes:
        has_no_lists: there is none in Campaigns yet.
    """

    has_no_lists: bool = False


@dataclass
class SubscribePage(ListPage):
    """Somebody for a list.

    Attributes:
        gaps: what Campaigns does not tell now, with the reason.
        left_out: what was typed for fields that it does not have any more.
    """

    gaps: dict[str, Explanation] = field(default_factory=dict)
    left_out: list[str] = field(default_factory=list)
