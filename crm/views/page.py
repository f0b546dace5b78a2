"""What the pages of CRM's forms say beside the form."""

from dataclasses import dataclass, field

from connections.views.status import Act
from crm.forms.touched import Clash
from crm.taken import Taken
from crm.views.preview import Candidate, Preview
from zohoportal.outbox.views.page import FormPage


@dataclass
class PlannedPage(FormPage):
    """A form that is made of a module's metadata.

    Attributes:
        is_fixed: it has the usual fields, because Zoho does not tell others.
        lacks_permission: that is for want of a permission, which `wish` adds.
        is_makeshift: it has what was typed before, and nothing can be sent.
        drift: what changed at Zoho meanwhile, in words.
        taken: whose the value is that Zoho allows once.
        matches_url: says while somebody types whether Zoho has it already.
        beyond: fields that Zoho demands and that can be filled in there only.
    """

    is_fixed: bool = False
    lacks_permission: bool = False
    is_makeshift: bool = False
    drift: list[str] = field(default_factory=list)
    taken: Taken | None = None
    wish: Act | None = None
    matches_url: str = ""
    beyond: list[str] = field(default_factory=list)
    zoho_url: str = ""


@dataclass
class RecordPage(PlannedPage):
    """A new record, or one that may be there.

    Attributes:
        preview: what a save would do; `seen` is its seal.
        candidates: records to choose from; `target` is the one that was chosen.
        is_asked_again: what the preview asks was asked before.
    """

    preview: Preview | None = None
    seen: str = ""
    candidates: list[Candidate] = field(default_factory=list)
    target: str = ""
    is_asked_again: bool = False


@dataclass
class ChangePage(PlannedPage):
    """A record that is changed.

    Attributes:
        name: what people know it by.
        opened: the seal of how it was when its form was opened.
        clashes: what others changed meanwhile.
        is_gone: Zoho does not have it any more.
        is_outdated: the form came without its seal.
    """

    record_id: int = 0
    name: str = ""
    opened: str = ""
    clashes: list[Clash] = field(default_factory=list)
    is_gone: bool = False
    is_outdated: bool = False


@dataclass
class FilesPage(FormPage):
    """Files for a record."""

    module: str = ""
    record_id: str = ""
