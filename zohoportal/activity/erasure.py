"""A customer's data, found and erased on request.

Every room registers a `Holder` for its own rows; nobody knows all tables. What is left
is a receipt in the trail, which names nobody but who erased.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.utils.crypto import salted_hmac

from zohoportal.activity.models import AuditEvent
from zohoportal.run.logs import request_id
from zohoportal.run.proxies import asking

ERASED = "Erased on request"
SHORTEST = 3


class Sought:
    """Whose data is sought: an e-mail address, a name, or a record's id at Zoho."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        self._words = self.text.casefold().split()
        inner = r"\s+".join(map(re.escape, self._words))
        # Not within another name, number or address; a full stop may follow.
        before, after = r"[\w@-]", r"[\w-]|[\w.+-]*@"
        if "@" in self.text:
            before, after = r"[\w.+@-]", r"[\w@-]|\.\w"
        self._whole = re.compile(f"(?<!{before}){inner}(?!{after})")

    @property
    def mark(self) -> str:
        """What a receipt has instead of it; made with this portal's own key."""
        made = salted_hmac(
            "activity.erasure", " ".join(self._words), algorithm="sha256"
        )
        return made.hexdigest()[:32]

    def is_in(self, *values: Any) -> bool:
        """Whether it stands in one of the texts, or its two halves are whole texts."""
        texts = [text.casefold() for value in values for text in texts_of(value)]
        if any(self._whole.search(text) for text in texts):
            return True
        whole = {" ".join(text.split()) for text in texts}
        cuts = range(1, len(self._words))
        return any(
            {" ".join(self._words[:cut]), " ".join(self._words[cut:])} <= whole
            for cut in cuts
        )


def texts_of(value: Any) -> Iterator[str]:
    """Yield every text and number in what JSON holds."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for each in value:
            yield from texts_of(each)
    elif isinstance(value, str | int) and not isinstance(value, bool):
        yield str(value)


@dataclass(frozen=True)
class Row:
    """One thing that holds a customer's data; `url` is empty where it has no page."""

    name: str
    url: str = ""


@dataclass(frozen=True)
class Found:
    """What a holder has: what can be erased, and what has to come to its end first."""

    rows: Sequence[Row]
    still_open: Sequence[Row] = ()


@dataclass(frozen=True)
class Holder:
    """One kind of rows.

    Attributes:
        what: they are, in the plural.
        find: them.
        erase: those that are not open still; returns how many.
    """

    what: str
    find: Callable[[Sought], Found]
    erase: Callable[[Sought], int]


_holders: list[Holder] = []


def register(*holders: Holder) -> None:
    """Add what can hold a customer's data."""
    _holders.extend(holders)


def find(sought: Sought) -> dict[str, Found]:
    """Return what there is, by what it is; nothing is changed."""
    found = {holder.what: holder.find(sought) for holder in _holders}
    return {what: each for what, each in found.items() if each.rows or each.still_open}


def receipts(sought: Sought) -> list[AuditEvent]:
    """Return when the same was erased before, the newest first."""
    events = AuditEvent.objects.filter(act=AuditEvent.Act.ERASED, target=sought.mark)
    return list(events.order_by("-pk"))


@transaction.atomic
def erase(sought: Sought, *, person_id: str, person_name: str) -> AuditEvent:
    """Erase what is not open still, in all rooms or in none; return the receipt."""
    left = sum(len(each.still_open) for each in find(sought).values())
    erased = {holder.what: holder.erase(sought) for holder in _holders}
    details = {what: number for what, number in erased.items() if number}
    return AuditEvent.objects.create(
        person_id=person_id,
        person_name=person_name,
        act=AuditEvent.Act.ERASED,
        target=sought.mark,
        details=details | ({"left because it is open": left} if left else {}),
        request_id=request_id(),
        address=asking(),
    )
