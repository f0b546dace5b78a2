"""What the look-ups of all products share: they claim nothing that may be another's."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from connections.zoho.client import ZohoClient
from connections.zoho.errors import OutcomeUnknown
from zohoportal.outbox.models import Delivery, Upload
from zohoportal.outbox.senders import Sending

# So far a product's clocks may be from the one that its answers show.
CLOCKS_APART = timedelta(minutes=15)
# What Zoho made earlier than this before a try is surely not of that try.
SURELY = timedelta(seconds=30)
# Whoever made something has heard of it since.
HEARD_WITHIN = timedelta(days=1)


@dataclass(frozen=True)
class Fit:
    """Something at Zoho that may be what was sent.

    Attributes:
        is_exact: it has all that was typed, as it was typed.
    """

    id: str
    made_at: datetime | None
    is_exact: bool = True


@dataclass(frozen=True)
class Hanging:
    """A file at Zoho, as the list of its place has it."""

    id: str
    made_at: datetime | None
    name: object
    size: str


def at_zoho(client: ZohoClient, moment: datetime) -> datetime:
    """Return a moment of ours by Zoho's clock, as its last answer showed it."""
    return moment - client.seen.clock_ahead


def is_old(client: ZohoClient, made_at: datetime | None, since: datetime) -> bool:
    """Tell whether something was there before the first try, whatever clocks say."""
    return made_at is not None and made_at < at_zoho(client, since) - CLOCKS_APART


def chosen(
    client: ZohoClient, kinds: Collection[str], since: datetime, fits: Iterable[Fit]
) -> str:
    """Return the id of what was sent; empty where it is surely not there.

    Args:
        kinds: of the deliveries that make such things; theirs are not ours.
        since: when it was sent first.

    Raises:
        OutcomeUnknown: this cannot be told, so a person has to look.
    """
    open_ones = [
        fit
        for fit in fits
        if not is_old(client, fit.made_at, since)
        and not _is_of_another(kinds, fit.id, since)
    ]
    if not open_ones:
        return ""
    surely = at_zoho(client, since) - SURELY
    exact = [fit for fit in open_ones if fit.is_exact]
    if len(exact) == 1 and exact[0].made_at and exact[0].made_at >= surely:
        return exact[0].id
    raise OutcomeUnknown("not_sure")


def file_sent(
    client: ZohoClient,
    kind: str,
    since: datetime,
    sending: Sending,
    hanging: Iterable[Hanging],
) -> str:
    """Return the id of the file that was sent, of those that hang in its place.

    Half of one has another size, and one whose name was tidied up has another name:
    neither is ours for sure, and neither is surely not ours.

    Raises:
        OutcomeUnknown: it cannot be told whether it is there.
    """
    upload = Upload.objects.filter(pk=sending.upload).first()
    if upload is None:
        raise OutcomeUnknown("file_gone")
    fits = []
    for each in hanging:
        same = (each.name == upload.name, each.size == str(upload.size))
        if any(same):
            fits.append(Fit(each.id, each.made_at, is_exact=all(same)))
    return chosen(client, [kind], since, fits)


def _is_of_another(kinds: Collection[str], external_id: str, since: datetime) -> bool:
    """Tell whether a delivery made this one: people say "Done." twice."""
    made = Delivery.objects.filter(
        kind__in=kinds,
        state=Delivery.State.DONE,
        finished_at__gte=since - HEARD_WITHIN,
        outcome__external_id=external_id,
    )
    return made.exists()
