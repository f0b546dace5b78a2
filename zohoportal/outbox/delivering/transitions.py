"""Every change of a delivery's state: a conditional UPDATE that names what it leaves.

A delivery in another state stays as it is and is not counted. Nobody else writes
`state`, nor what it brings along: by what it is held, when it goes on, when it ended.
"""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, F, QuerySet, UUIDField
from django.utils import timezone

from zohoportal.outbox.delivering import order
from zohoportal.outbox.models import KEPT_BACK, OPEN, Delivery
from zohoportal.outbox.senders import Outcome
from zohoportal.run.prepared import Given, Prepared

State = Delivery.State
Held = Delivery.Held
Rows = QuerySet[Delivery]

_NOT_LEASED = {"lease_owner": "", "lease_until": None}
_NOT_HELD = {"held_for": "", "held_at": None}


@dataclass(frozen=True)
class Ending:
    """What the end of a claim makes of its delivery.

    Attributes:
        state: None where it stays in doubt.
    """

    state: State | None = None
    values: Mapping[str, Any] = field(default_factory=dict)

    @property
    def outcome(self) -> Mapping[str, Any]:
        outcome: Mapping[str, Any] = self.values.get("outcome", {})
        return outcome

    def written(self) -> dict[str, Any]:
        """Return what is written into the row."""
        return {**self.values, **({"state": self.state} if self.state else {})}


def done(outcome: Outcome) -> Ending:
    values = {"outcome": asdict(outcome), "problem": {}, "retry_at": None}
    return Ending(State.DONE, values | {"finished_at": timezone.now()})


def refused() -> Ending:
    return Ending(State.REFUSED, {"retry_at": None, "finished_at": timezone.now()})


def waiting(until: datetime, **values: Any) -> Ending:
    """Let it wait until then; it goes on by itself."""
    return Ending(State.WAITING, {"retry_at": until, **values})


def held(reason: Held) -> Ending:
    """Let it wait until somebody has done what it is held for."""
    return waiting(timezone.now(), held_for=reason, held_at=timezone.now())


def in_doubt(first_look: datetime | None) -> Ending:
    """Leave open whether Zoho has it; without a first look only a person looks."""
    values: dict[str, Any] = {
        "looks": 0,
        "missed_at": None,
        "unsure_at": None,
        "retry_at": first_look,
        "problem": {},
    }
    return Ending(State.UNKNOWN, values)


def looked(again_at: datetime | None, **values: Any) -> Ending:
    """Leave in doubt what was looked for."""
    return Ending(None, {"retry_at": again_at, **values})


_claim = Prepared(
    lambda: Delivery.objects.filter(
        order.may_go(), pk=Given("pk", UUIDField()), state=State.WAITING
    ).exclude(held_for__in=KEPT_BACK),
    update={
        "state": State.SENDING,
        "lease_owner": Given("owner", CharField()),
        "lease_until": Given("until", DateTimeField()),
    },
)


def claim(pk: UUID, owner: str, until: datetime) -> int:
    """Begin to send what waits, if nothing else has to go first."""
    return _claim.count(pk=pk, owner=owner, until=until)


def claim_look(rows: Rows, owner: str, until: datetime) -> int:
    """Begin to look for what is in doubt, which it stays meanwhile."""
    lease = {"lease_owner": owner, "lease_until": until}
    return rows.filter(state=State.UNKNOWN).update(**lease)


def end_claim(rows: Rows, owner: str, ending: Ending, **values: Any) -> int:
    """End what `owner` holds, whether it was sent or looked for."""
    held_by_owner = rows.filter(
        lease_owner=owner, state__in=[State.SENDING, State.UNKNOWN]
    )
    return held_by_owner.update(**_NOT_LEASED, **(ending.written() | values))


def bury_holder(rows: Rows) -> int:
    """Take the lease from a dead holder, and count its death."""
    left = rows.filter(state=State.SENDING, lease_until__lt=timezone.now())
    return left.update(**_NOT_LEASED, deaths=F("deaths") + 1)


def take_over(rows: Rows, ending: Ending) -> int:
    """Settle where a delivery stands whose holder is buried."""
    left = rows.filter(state=State.SENDING, lease_until=None)
    return left.update(**ending.written())


def release(rows: Rows) -> int:
    """Let what waits go on at once, whatever it was held for."""
    ready = rows.filter(state=State.WAITING)
    return ready.update(**_NOT_HELD, retry_at=timezone.now())


def end_back_off(rows: Rows) -> int:
    """Let go on at once what waits because Zoho did not answer."""
    now = timezone.now()
    backed_off = rows.filter(state=State.WAITING, held_for="", retry_at__gt=now)
    return backed_off.update(retry_at=now, failures=0)


def hold_as_draft(rows: Rows) -> int:
    """Keep what would go by itself until its author sends it."""
    free = rows.filter(state=State.WAITING, held_for="")
    return free.update(held_for=Held.DRAFT, held_at=timezone.now())


def hold_restored(rows: Rows) -> int:
    """Hold what a restored backup has as open: it may be at Zoho by now."""
    is_open = rows.filter(state__in=OPEN)
    return is_open.update(
        **held(Held.RESTORED).written(),
        **_NOT_LEASED,
    )


def doubt(rows: Rows, first_look: datetime | None) -> int:
    """Have what waits looked for before it is sent."""
    waits = rows.filter(state=State.WAITING)
    return waits.update(**_NOT_HELD, **in_doubt(first_look).written())


def send_missing(rows: Rows) -> int:
    """Let what is in doubt wait to be sent: a person says that Zoho has it not."""
    free = rows.filter(state=State.UNKNOWN, lease_owner="")
    now = timezone.now()
    return free.update(state=State.WAITING, deaths=0, missed_at=now, retry_at=now)


def look_now(rows: Rows) -> int:
    """Have what is in doubt looked for at once."""
    free = rows.filter(state=State.UNKNOWN, lease_owner="")
    return free.update(retry_at=timezone.now())


def confirm(rows: Rows) -> int:
    """Take a person's word that Zoho has what is in doubt."""
    ending = done(Outcome("It was found in Zoho.", ""))
    return rows.filter(state=State.UNKNOWN).update(**ending.written())


def retry_refused(rows: Rows) -> int:
    """Let what Zoho refused wait to be sent once more."""
    was_refused = rows.filter(state=State.REFUSED)
    return was_refused.update(
        state=State.WAITING, problem={}, finished_at=None, retry_at=timezone.now()
    )


def cancel(rows: Rows) -> int:
    """Give up what waits."""
    return rows.filter(state=State.WAITING).update(
        state=State.CANCELLED,
        **_NOT_HELD,
        retry_at=None,
        finished_at=timezone.now(),
    )
