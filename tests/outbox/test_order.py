"""Deliveries that change the same thing at Zoho, and what each knows of the others."""

from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from connections import limits
from connections.models import Connection, Limit
from crm.payloads import WithValues
from crm.zoho.senders import CHANGE, DELETION, INSERT, RECORD
from desk.services import open_ticket
from desk.zoho.departments import departments_of
from desk.zoho.status import STATUS
from tests.outbox.lines import KIM, attach, busy, change, comment, send, status
from tests.outbox.sample_files import TICKETS_FILES, chosen
from tests.support.connected import connected
from tests.support.deliveries import KEY, answer, new_contact
from tests.workers.office import known
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering import claims, order
from zohoportal.outbox.delivering.contents import payload_of, sending_of
from zohoportal.outbox.models import Delivery, Target
from zohoportal.outbox.senders import Earlier, Sender


@pytest.fixture
def connection(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    keys = ["crm.contacts", "crm.records", "desk.tickets", "desk.answers"]
    return connected(zoho, admin, staff, keys)


@pytest.fixture
def kim(zoho: SandboxZoho, connection: Connection, staff: User) -> dict[str, Any]:
    """A contact as Zoho has it."""
    made = new_contact(connection, staff, Email=KIM).delivery
    record_id = made.outcome["external_id"]
    rows = zoho.crm_records("Contacts")
    return next(row for row in rows if row["id"] == record_id)


def values_of(earlier: Earlier) -> dict[str, Any]:
    assert isinstance(earlier.payload, WithValues)
    return earlier.payload.values


class TestTargets:
    @pytest.mark.parametrize(
        ("sender", "payload", "targets"),
        [
            (
                RECORD,
                {"known_by": {"Email": None}, "values": {"Email": " KIM@Example.com "}},
                {"crm:Contacts:Email=kim@example.com"},
            ),
            (INSERT, {"known_by": {"Email": None}, "values": {}}, set()),
            (
                CHANGE,
                {
                    "id": "7",
                    "known_by": {"Email": "old@example.com"},
                    "values": {"Email": "new@example.com"},
                    "before": {},
                    "as_of": "",
                },
                {
                    "crm:Contacts:7",
                    "crm:Contacts:Email=old@example.com",
                    "crm:Contacts:Email=new@example.com",
                },
            ),
            (
                DELETION,
                {"id": "7", "name": "", "known_by": {"Email": "old@example.com"}},
                {"crm:Contacts:7", "crm:Contacts:Email=old@example.com"},
            ),
        ],
    )
    def test_are_the_id_and_the_old_and_new_duplicate_values(
        self, sender: Sender[Any], payload: dict[str, Any], targets: set[str]
    ) -> None:
        assert (
            set(sender.targets(sender.payload(module="Contacts", **payload), ""))
            == targets
        )

    def test_hold_nothing_of_what_was_typed(
        self, connection: Connection, staff: User
    ) -> None:
        delivery = new_contact(connection, staff, Email=KIM).delivery

        rows = Target.objects.filter(delivery=delivery).values()
        assert len(rows) == 2
        assert KIM not in str(list(rows))

    def test_of_two_organisations_are_never_the_same(
        self, zoho: SandboxZoho, connection: Connection, staff: User, admin: User
    ) -> None:
        other = connected(zoho, admin, staff, ["crm.contacts"])
        other.product_accounts.update(external_id="1")

        with busy(connection), busy(other):
            first = new_contact(connection, staff, Email=KIM).delivery
            second = new_contact(other, staff, Email=KIM).delivery

        keys = [set(each.targets.values_list("key")) for each in (first, second)]
        assert keys[0].isdisjoint(keys[1])


class TestEarlier:
    """What a sender is told of our own writes that its delivery waited for."""

    def test_is_what_was_saved_since_the_form_was_sent(
        self, connection: Connection, staff: User, kim: dict[str, Any]
    ) -> None:
        with busy(connection):
            first = change(connection, staff, kim, Phone="1")
            second = change(connection, staff, kim, Phone="2")
        send(first)

        (earlier,) = sending_of(second, payload_of(second)).earlier

        assert values_of(earlier) == {"Phone": "1"}
        assert earlier.stamp == first.outcome["stamp"] != ""

    def test_is_nothing_where_it_was_seen_before_the_form_was_sent(
        self, connection: Connection, staff: User, kim: dict[str, Any]
    ) -> None:
        change(connection, staff, kim, Phone="1")

        with busy(connection):
            second = change(connection, staff, kim, Phone="2")

        assert sending_of(second, payload_of(second)).earlier == []

    def test_knows_an_upsert_by_the_record_that_came_of_it(
        self, connection: Connection, staff: User, kim: dict[str, Any]
    ) -> None:
        without_address = kim | {"Email": None}
        with busy(connection):
            upsert = new_contact(connection, staff, Email=KIM, Phone="1").delivery
            second = change(connection, staff, without_address, Phone="2")
        assert send(upsert) == ["done"]

        earlier = sending_of(second, payload_of(second)).earlier

        assert [values_of(each)["Phone"] for each in earlier] == ["1"]

    def test_has_the_stamp_of_a_status_too(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        ticket = known(zoho.records()["tickets"][0]["id"])

        delivery = status(connection, staff, ticket, "Closed")

        (now,) = [e for e in zoho.records()["tickets"] if e["id"] == ticket.id]
        assert delivery.kind == STATUS.kind
        assert delivery.outcome["stamp"] == now["modifiedTime"]


Pair = tuple[Delivery, Delivery]


@pytest.fixture
def pair(connection: Connection, staff: User, kim: dict[str, Any]) -> Pair:
    """Two changes of one record that are kept, in the order they were submitted."""
    with busy(connection):
        first = change(connection, staff, kim, Phone="1")
        second = change(connection, staff, kim, Phone="2")
    return first, second


def phones(zoho: SandboxZoho) -> list[str]:
    """Return the phone numbers that were written, in the order Zoho got them."""
    return [
        entry["body"]["data"][0]["Phone"]
        for entry in zoho.journal()
        if entry["method"] == "PUT"
    ]


def next_in(limit_key: str) -> Delivery | None:
    found: Delivery | None = claims.due(limit_key).first()
    return found


class TestLine:
    def test_lets_a_later_one_wait_until_the_earlier_one_is_done(
        self, pair: Pair
    ) -> None:
        first, second = pair

        assert send(second) == ["waiting"]
        assert list(claims.due(first.limit_key)) == [first]

        assert send(first) == ["done"]
        assert list(claims.due(first.limit_key)) == [second]

    @pytest.mark.parametrize("end", ["cancelled", "found"])
    def test_goes_on_when_a_person_ends_the_earlier_one(
        self, pair: Pair, end: str
    ) -> None:
        first, second = pair
        if end == "found":
            Delivery.objects.filter(pk=first.pk).update(state="unknown")

        assert outbox.cancel(first) if end == "cancelled" else outbox.mark_found(first)

        assert next_in(second.limit_key) == second

    def test_goes_on_when_zoho_refuses_the_earlier_one(
        self, zoho: SandboxZoho, pair: Pair
    ) -> None:
        refusal = answer("crm", "invalid_email", 400)
        zoho.script("PUT", "/crm/v*/Contacts/*", refusal)
        first, second = pair

        assert send(first) == ["refused"]

        assert next_in(second.limit_key) == second

    @pytest.mark.parametrize(
        "values",
        [
            {"state": "unknown", "retry_at": None},
            {"held_for": "reply"},
            {"held_for": "person"},
            {"held_for": "draft"},
        ],
    )
    def test_does_not_pass_what_is_unknown_or_held(
        self, pair: Pair, values: dict[str, Any]
    ) -> None:
        first, second = pair
        Delivery.objects.filter(pk=first.pk).update(**values)

        assert next_in(second.limit_key) is None
        assert send(second) == ["waiting"]

    def test_delays_nobody_else(
        self, connection: Connection, staff: User, pair: Pair
    ) -> None:
        Delivery.objects.filter(pk=pair[0].pk).update(held_for="reply")
        with busy(connection):
            other = new_contact(connection, staff, Email="lee@example.com").delivery

        assert list(claims.due(other.limit_key)) == [other]

    def test_goes_by_place_whatever_the_clocks_say(self, pair: Pair) -> None:
        first, second = pair
        earlier = first.created_at - timedelta(hours=1)
        Delivery.objects.filter(pk=second.pk).update(created_at=earlier)

        assert send(second) == ["waiting"]
        assert send(first) == ["done"]

    @pytest.mark.parametrize(
        ("old", "new"),
        [("kim.sample@example.com", None), ("a@example.com", "Kim.Sample@Example.com")],
    )
    def test_knows_a_record_by_its_old_and_new_address(
        self,
        connection: Connection,
        staff: User,
        kim: dict[str, Any],
        old: str,
        new: str | None,
    ) -> None:
        values = {"Email": new} if new else {"Phone": "2"}
        with busy(connection):
            upsert = new_contact(connection, staff, Email=KIM, Phone="1").delivery
            later = change(connection, staff, kim | {"Email": old}, **values)

        assert list(claims.due(upsert.limit_key)) == [upsert]
        assert list(order.before(later)) == [upsert]

    def test_has_comments_and_status_in_the_order_they_were_sent(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        ticket = known(zoho.records()["tickets"][0]["id"])
        with busy(connection, "desk"):
            said = comment(connection, staff, ticket, "Done.")
            closed = status(connection, staff, ticket, "Closed")

        assert send(closed) == ["waiting"]
        assert send(said, closed) == ["done", "done"]

    def test_has_files_of_one_form_in_one_place(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        ticket = known(zoho.records()["tickets"][0]["id"])
        with busy(connection, "desk"):
            first, second = attach(connection, staff, ticket, "a.txt", "b.txt")
            said = comment(connection, staff, ticket, "See the files.")

        assert send(said) == ["waiting"]
        assert send(second, first, said) == ["done"] * 3

    def test_has_the_files_of_a_new_ticket_before_what_is_said_of_it(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        zoho.script("POST", TICKETS_FILES, {"status": 503})
        parent = open_ticket(
            connection=connection,
            person=staff,
            idempotency_key=KEY,
            email="ada.archer@example.com",
            subject="The printer jams",
            department=departments_of(connection)[0].id,
            files=chosen("a.txt"),
        ).delivery
        (file,) = parent.files.all()
        assert (parent.state, file.state) == ("done", "unknown")
        ticket = known(parent.outcome["external_id"])
        with busy(connection, "desk"):
            said = comment(connection, staff, ticket, "See the file.")

        assert list(order.before(said)) == [file]

    def test_wakes_the_later_one_at_once(
        self, zoho: SandboxZoho, connection: Connection, pair: Pair
    ) -> None:
        first, _ = pair
        Delivery.objects.filter(pk=first.pk).update(held_for="draft")
        Limit.objects.filter(pk=first.limit_key).update(woken_at=None)

        outbox.cancel(first)

        assert Limit.objects.get(pk=first.limit_key).woken_at


class TestSendFirst:
    @pytest.fixture(params=["unknown", "held"])
    def stuck(self, request: pytest.FixtureRequest, pair: Pair) -> Pair:
        values: dict[str, dict[str, Any]] = {
            "unknown": {"state": "unknown", "retry_at": None},
            "held": {"held_for": "reply", "held_at": timezone.now()},
        }
        Delivery.objects.filter(pk=pair[0].pk).update(**values[request.param])
        for each in pair:
            each.refresh_from_db()
        return pair

    def test_sends_the_later_one_and_keeps_the_earlier_one(
        self, zoho: SandboxZoho, stuck: Pair
    ) -> None:
        first, second = stuck

        assert outbox.send_first(second)

        first.refresh_from_db()
        second.refresh_from_db()
        assert second.state == "done"
        assert first.overtaken_by == second
        assert phones(zoho) == ["2"]

    def test_never_sends_the_earlier_one_over_it_unasked(
        self, zoho: SandboxZoho, stuck: Pair
    ) -> None:
        first, second = stuck
        outbox.send_first(second)
        Delivery.objects.filter(pk=first.pk).update(
            state="waiting", held_for="", retry_at=timezone.now()
        )

        assert next_in(first.limit_key) is None
        assert send(first) == ["waiting"]
        assert not outbox.send_again(first)
        assert phones(zoho) == ["2"]

    def test_sends_the_earlier_one_over_it_by_a_persons_word(
        self, zoho: SandboxZoho, stuck: Pair
    ) -> None:
        first, second = stuck
        outbox.send_first(second)

        assert outbox.send_again(first, over=str(second.pk))

        assert phones(zoho)[:2] == ["2", "1"]

    def test_does_not_wait_for_what_was_overtaken(
        self, connection: Connection, staff: User, kim: dict[str, Any], stuck: Pair
    ) -> None:
        outbox.send_first(stuck[1])

        third = change(connection, staff, kim, Phone="3")

        assert list(order.before(third)) == []

    def test_leaves_in_front_what_goes_by_itself(
        self, zoho: SandboxZoho, connection: Connection, staff: User, kim: Any
    ) -> None:
        with busy(connection):
            first = change(connection, staff, kim, Phone="1")
            second = change(connection, staff, kim, Phone="2")
            third = change(connection, staff, kim, Phone="3")
        Delivery.objects.filter(pk=first.pk).update(held_for="reply")

        assert outbox.send_first(third)

        assert phones(zoho)[0] == "2"
        assert list(order.before(third)) == []
        second.refresh_from_db()
        assert second.overtaken_by is None

    def test_asks_nobody_where_nothing_is_overwritten(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> None:
        ticket = known(zoho.records()["tickets"][0]["id"])
        with busy(connection, "desk"):
            said = comment(connection, staff, ticket, "Done.")
            closed = status(connection, staff, ticket, "Closed")
        Delivery.objects.filter(pk=said.pk).update(held_for="reply")

        assert outbox.send_first(closed)

        closed.refresh_from_db()
        assert closed.state == "done"
        assert outbox.send_again(said)
        said.refresh_from_db()
        assert said.state == "done"

    def test_begins_no_attempt_of_what_was_overtaken_meanwhile(
        self, zoho: SandboxZoho, stuck: Pair
    ) -> None:
        first, second = stuck
        Delivery.objects.filter(pk=first.pk).update(state="waiting", held_for="")
        slot = limits.take(first.limit_key)
        assert slot
        claim = claims.take(first.pk, slot)
        assert claim
        Delivery.objects.filter(pk=first.pk).update(overtaken_by=second)

        claim.go()

        assert phones(zoho) == []
