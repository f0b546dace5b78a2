"""Campaigns locks a method that is asked 500 times a minute, whoever asks."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from django.utils import timezone

from campaigns.services import unsubscribe
from campaigns.zoho.envelope import SUBSCRIBE as SUBSCRIBING
from connections import limits
from connections.models import Connection, Slot
from tests.campaigns.people import KIM, SUBSCRIBE, asked, chosen, states, subscribed
from tests.outbox.lines import fill_slots
from tests.processes import until
from tests.sandbox.client import connect
from tests.sweeps.grants import say
from tests.workers.process import WorkerProcess
from tests.workers.waiting import waiting
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering import tasks
from zohoportal.outbox.idempotency import IdempotencyKey

PEOPLE = 600
MINUTE = timedelta(minutes=1)


@pytest.fixture
def clock() -> Iterator[time_machine.Traveller]:
    with time_machine.travel(datetime.now(UTC)) as traveller:
        yield traveller


@pytest.mark.long
@pytest.mark.django_db(transaction=True)
def test_six_hundred_go_without_a_lock_f44(
    zoho: SandboxZoho, campaigns: Connection, staff: User
) -> None:
    slots = fill_slots(limits.key_of(campaigns, "campaigns", SUBSCRIBING.pace))
    # However long it takes to fill in all the forms.
    Slot.objects.update(until=timezone.now() + timedelta(hours=1))
    for number in range(PEOPLE):
        subscribed(zoho, campaigns, staff, "Customers", f"no{number}@example.com")
    assert not asked(zoho, SUBSCRIBE)
    for slot in slots:
        slot.release()

    with WorkerProcess() as one, WorkerProcess() as other:
        one.wait_until_ready()
        other.wait_until_ready()
        until(lambda: waiting() == 0, 300)

    came = [datetime.fromisoformat(entry["at"]) for entry in asked(zoho, SUBSCRIBE)]
    most = most_in_a_minute(came)
    seconds = (came[-1] - came[0]).total_seconds()
    say("six hundred", calls=len(came), most_in_a_minute=most, seconds=seconds)
    assert zoho.campaigns()["locked"] == []
    assert len(came) == PEOPLE
    assert most <= 400
    # Nor is the pace slower than it has to be.
    assert most > 300


def most_in_a_minute(came: list[datetime]) -> int:
    """Return how many came at most in any minute."""
    return max(sum(at <= each < at + MINUTE for each in came) for at in came)


@pytest.mark.django_db(transaction=True)
def test_a_lock_by_another_client_ends_by_itself_f44(
    zoho: SandboxZoho,
    campaigns: Connection,
    staff: User,
    clock: time_machine.Traveller,
) -> None:
    zoho.reset(keep_grants=True, campaigns_limits={"listsubscribe": [20, 60]})
    other = connect(zoho, "ZohoCampaigns.contact.UPDATE")
    for _ in range(21):
        said = other.submit(SUBSCRIBE, resfmt="JSON")
    assert said.status == 429

    locked = subscribed(zoho, campaigns, staff, "Customers")
    behind = subscribed(zoho, campaigns, staff, "Customers", "lee@example.com")
    leaves = unsubscribe(
        connection=campaigns,
        person=staff,
        idempotency_key=IdempotencyKey("leaves"),
        mailing_list=chosen(zoho, "Newsletter"),
        email="bo.baker@example.com",
    ).delivery
    assert [each.state for each in (locked, behind)] == ["waiting", "waiting"]
    assert leaves.state == "done"
    # Who came next did not ask.
    assert len(asked(zoho, SUBSCRIBE)) == 21 + 1

    for wait, then in ((28, "waiting"), (3, "done")):
        zoho.advance(wait * 60)
        clock.shift(timedelta(minutes=wait))
        tasks.work_on.call(locked.limit_key)
        for each in (locked, behind):
            each.refresh_from_db()
            assert each.state == then
    assert len(asked(zoho, SUBSCRIBE)) == 21 + 1 + 2
    assert states(zoho, KIM) == {"Customers": "active"}
