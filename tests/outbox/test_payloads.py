"""What is kept is read again by later versions, or set aside in words."""

import json
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import uuid4

import msgspec
import pytest
from django.test import Client
from hypothesis import given
from hypothesis import strategies as st

from connections import limits
from connections.models import Connection
from connections.product import every
from desk.zoho.departments import departments_of
from tests.outbox.lines import busy
from tests.support.deliveries import new_contact, new_ticket, upserts
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering import reaper, tasks
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.payloads import Payload, Unreadable
from zohoportal.outbox.senders import Sender, sender_of

BEFORE = Path(__file__).parents[1] / "workers/deliveries_before.json"
OLD = [
    (row["kind"], row["payload"])
    for row in json.loads(BEFORE.read_text())["rows"]["Delivery"]
]
SENDERS = [
    sender
    for product in every()
    for sender in product.senders
    if isinstance(sender, Sender) and "sample" not in sender.kind
]
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=4,
)


def payloads(kind: type[Payload]) -> st.SearchStrategy[Payload]:
    """Return payloads of a class with any values that its fields may have."""
    text = st.text(max_size=20)
    by_type = {
        str: text,
        bool: st.booleans(),
        list[str]: st.lists(text, max_size=2),
        dict[str, str]: st.dictionaries(text, text, max_size=2),
        dict[str, Any]: st.dictionaries(text, ANYTHING, max_size=2),
        list[dict[str, str]]: st.lists(st.dictionaries(text, text), max_size=2),
        dict[str, str] | None: st.none() | st.dictionaries(text, text, max_size=2),
    }
    fields = {each.name: by_type[each.type] for each in msgspec.structs.fields(kind)}
    return st.fixed_dictionaries(fields).map(lambda values: kind(**values))


def test_every_kind_waits_in_what_was_kept_before_versions() -> None:
    # All other products came later.
    of_then = {
        sender.kind for sender in SENDERS if sender.kind.startswith(("crm.", "desk."))
    }
    assert {kind for kind, _ in OLD} == of_then


@pytest.mark.parametrize(("kind", "stored"), OLD)
def test_without_a_version_is_read_as_it_was_typed(
    kind: str, stored: dict[str, Any]
) -> None:
    payload = sender_of(kind).payload.read(stored)

    again = payload.stored()
    assert {name: again[name] for name in stored} == stored
    assert sender_of(kind).payload.read(again) == payload


RECORD = {"module": "Contacts", "singular": "Contact", "name": "Kim", "clear": []}
VALUES = {"Email": "kim@example.com", "Phone": "1", "Title": "Dr"}


@pytest.mark.parametrize(
    ("kind", "stored", "read"),
    [
        (
            "crm.record",
            RECORD
            | {"values": VALUES, "unchanged": ["Phone"], "changes": 1}
            | {"duplicate_field": "Email", "layout": "", "automation": True},
            RECORD
            | {"values": {"Email": "kim@example.com", "Title": "Dr"}}
            | {"known_by": {"Email": None}},
        ),
        (
            "crm.change",
            {"module": "Contacts", "id": "7", "name": "Kim", "values": {"Phone": None}}
            | {"as_of": "2026-01-01T00:00:00+00:00", "automation": True},
            {"values": {"Phone": None}, "before": {}},
        ),
    ],
)
def test_of_the_first_versions_is_read_as_it_was_meant(
    kind: str, stored: dict[str, Any], read: dict[str, Any]
) -> None:
    assert read.items() <= sender_of(kind).payload.read(stored).stored().items()


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.kind)
@given(data=st.data())
def test_is_read_as_it_was_stored(sender: Sender[Any], data: st.DataObject) -> None:
    payload = data.draw(payloads(sender.payload))

    assert sender.payload.read(json.loads(json.dumps(payload.stored()))) == payload


@pytest.mark.parametrize("sender", SENDERS, ids=lambda sender: sender.kind)
@given(stored=ANYTHING)
def test_of_anything_else_is_told_in_words(sender: Sender[Any], stored: Any) -> None:
    with suppress(Unreadable):
        assert isinstance(sender.payload.read(stored), Payload)


def garbled(delivery: Delivery, how: str) -> None:
    """Make of a kept delivery what this version cannot read."""
    this = Delivery.objects.filter(pk=delivery.pk)
    match how:
        case "newer":
            this.update(payload=delivery.payload | {"version": 99})
        case "unknown field":
            this.update(payload=delivery.payload | {"sealed": True})
        case "garbage":
            this.update(payload=["what", 1, None])
        case "unknown kind":
            this.update(kind="crm.hologram")
        case "unknown product":
            this.update(kind="faxes.page")


TITLE = "This portal cannot read what was kept"
GONE = "This portal does not have what it was sent with any more"
TITLES = {"unknown kind": GONE, "unknown product": GONE}
WAYS = ("newer", "unknown field", "garbage", "unknown kind", "unknown product")


@pytest.mark.parametrize("how", WAYS)
class TestUnreadable:
    def test_is_set_aside_and_keeps_nobody_waiting(  # one journey
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
        admin_client: Client,
        how: str,
    ) -> None:
        with busy(connection):
            first = new_contact(connection, staff).delivery
            second = new_contact(connection, staff, Email="ada@example.com").delivery
        garbled(first, how)

        tasks.work_on.call(limits.key_of(connection, "crm"))

        first.refresh_from_db()
        second.refresh_from_db()
        assert (first.state, first.held_for) == ("waiting", "payload")
        assert second.state == "done"
        assert upserts(zoho) == 1
        for client in (staff_client, admin_client):
            page = client.get(first.get_absolute_url()).content.decode()
            assert TITLES.get(how, TITLE) in page
            assert "hoever runs this portal" in page
            assert first.title in client.get("/deliveries/").content.decode()

    def test_is_sent_once_by_the_version_that_reads_it(
        self, connection: Connection, staff: User, how: str
    ) -> None:
        with busy(connection):
            delivery = new_contact(connection, staff).delivery
        garbled(delivery, how)
        tasks.work_on.call(limits.key_of(connection, "crm"))
        kept = {"kind": delivery.kind, "payload": delivery.payload}
        Delivery.objects.filter(pk=delivery.pk).update(**kept)

        assert outbox.send_again(Delivery.objects.get())

        assert Delivery.objects.get().state == "done"

    def test_stays_in_doubt_if_it_may_have_been_sent(
        self, zoho: SandboxZoho, connection: Connection, staff: User, how: str
    ) -> None:
        # Known before all slots are taken.
        departments_of(connection)
        with busy(connection, "desk"):
            delivery = new_ticket(connection, staff).delivery
        delivery.attempts.create(number=1)
        doubt = {
            "state": "unknown",
            "attempt_count": 1,
            "limit_key": delivery.limit_key,
        }
        Delivery.objects.filter(pk=delivery.pk).update(**doubt)
        garbled(delivery, how)

        tasks.work_on.call(delivery.limit_key)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.retry_at) == ("unknown", None)
        assert delivery.problem["title"] == TITLES.get(how, TITLE)

    def test_is_taken_over_from_a_dead_worker(
        self, connection: Connection, staff: User, how: str
    ) -> None:
        with busy(connection):
            delivery = new_contact(connection, staff).delivery
        left = delivery.created_at
        Delivery.objects.filter(pk=delivery.pk).update(
            state="sending", lease_owner=uuid4().hex, lease_until=left
        )
        garbled(delivery, how)

        reaper.sweep()

        assert Delivery.objects.get().state in {"waiting", "unknown"}
