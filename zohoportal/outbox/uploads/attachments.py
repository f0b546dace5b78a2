"""Files that hang at something at Zoho, as the products list them."""

from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

from zohoportal.outbox.senders import Outcome
from zohoportal.outbox.uploads.fields import MEGABYTE, readable
from zohoportal.outbox.uploads.names import sealed

# No more than this is brought from Zoho; there may be larger ones.
MOST_BYTES = 100 * MEGABYTE


@dataclass(frozen=True)
class Attachment:
    """A file, or a link to one that is somewhere else.

    Attributes:
        size: in bytes; None where Zoho does not say.
        by: who added it; empty where Zoho does not say.
        is_file: whether Zoho has it, so that it can be downloaded.
        url: where a link leads; empty where it is not safe to follow.
    """

    id: str
    name: str
    size: int | None
    at: datetime | None
    by: str = ""
    is_file: bool = True
    url: str = ""

    @property
    def host(self) -> str:
        return urlsplit(self.url).hostname or ""

    @property
    def size_words(self) -> str:
        return readable(self.size) if self.size is not None else ""

    @property
    def name_token(self) -> str:
        """Return the name as the link to the download carries it."""
        return sealed(self.name)


@dataclass(frozen=True)
class Page:
    """A page of the files at one place; its number counts from 1."""

    attachments: list[Attachment]
    number: int
    has_more: bool


def attached(name: str, attachment_id: str) -> Outcome:
    """Return what came of a file's delivery."""
    sentence = f"“{name or 'The file'}” was attached."
    return Outcome(sentence=sentence, external_id=attachment_id)
