"""F29: what was lost is looked for, and sent again where it is not there, once."""

import re
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client as HTTPClient
from django.urls import reverse
from django.utils import timezone
from hypothesis import given, settings
from hypothesis import strategies as st

from connections.models import Connection, Limit
from connections.zoho.client import Seen, ZohoClient
from connections.zoho.errors import OutcomeUnknown
from crm.services import attach_files
from desk.zoho.answers import add_comment, add_files
from tests.desk.form import TICKETS
from tests.sandbox.client import Client, connect
from tests.support.connected import connected
from tests.support.deliveries import answer, new_ticket
from tests.workers.office import known
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox import services as outbox
from zohoportal.outbox.delivering import reconciling
from zohoportal.outbox.delivering.first_try import attempt
from zohoportal.outbox.delivering.reconciling import CLOCKS_APART, SURELY, Fit
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery
from zohoportal.outbox.status import line

LOOKS = 4
HIDDEN = re.compile('type="hidden" name="([^"]*)" value="([^"]*)"')
NOT_APPLIED = {"drop": "before"}
APPLIED = {"drop": "after"}


class Place:
    """A ticket and a record at Zoho, and somebody who writes to them by hand."""

    def __init__(self, zoho: SandboxZoho, connection: Connection, staff: User) -> None:
        self.zoho = zoho
        self.connection = connection
        self._who: dict[str, Any] = {"connection": connection, "person": staff}
        self.ticket = zoho.records()["tickets"][0]
        self.comments = f"{TICKETS}/{self.ticket['id']}/comments"
        self.attachments = f"{TICKETS}/{self.ticket['id']}/attachments"
        self.record = zoho.crm_records("Contacts")[0]["id"]
        self.files = f"/crm/v8/Contacts/{self.record}/Attachments"

    def open_ticket(self) -> Delivery:
        key = IdempotencyKey(uuid4().hex, is_second=True)
        return new_ticket(self.connection, self._who["person"], key).delivery

    def add_comment(self, content: str = "Done.") -> Delivery:
        return add_comment(
            **self._who,
            idempotency_key=IdempotencyKey(uuid4().hex, is_second=True),
            ticket=known(self.ticket["id"]),
            content=content,
            is_public=False,
        ).delivery

    def add_file(self) -> Delivery:
        (receipt,) = add_files(
            **self._who,
            idempotency_key=IdempotencyKey(uuid4().hex),
            ticket=known(self.ticket["id"]),
            files=[SimpleUploadedFile("a.txt", b"whole")],
        )
        return receipt.delivery

    def attach_file(self) -> Delivery:
        (receipt,) = attach_files(
            **self._who,
            idempotency_key=IdempotencyKey(uuid4().hex),
            module="Contacts",
            record_id=self.record,
            files=[SimpleUploadedFile("a.txt", b"whole")],
        )
        return receipt.delivery

    @property
    def by_hand(self) -> Client:
        client = connect(self.zoho)
        client.headers["orgId"] = self.ticket["org_id"]
        return client

    def comment_by_hand(self, content: str = "Done.", **more: Any) -> str:
        typed = {"content": content, "contentType": "plainText", "isPublic": False}
        reply = self.by_hand.post(self.comments, typed | more)
        return str(reply.json["id"])

    def said(self) -> list[str]:
        return [each["content"] for each in self.zoho.records()["comments"]]

    def posts(self, path: str) -> int:
        return sum(
            (entry["method"], entry["path"]) == ("POST", path)
            for entry in self.zoho.journal()
        )


@pytest.fixture
def place(zoho: SandboxZoho, admin: User, staff: User) -> Place:
    features = ["crm.contacts", "crm.records", "desk.tickets", "desk.answers"]
    return Place(zoho, connected(zoho, admin, staff, features), staff)


def look(delivery: Delivery, times: int = LOOKS) -> None:
    """Let the workers look so often; no time passes between."""
    for _ in range(times):
        attempt(delivery)


def press_again(client: HTTPClient, delivery: Delivery) -> None:
    """Press what its page has for sending it again, whatever that is called."""
    page = client.get(delivery.get_absolute_url()).content.decode()
    address = reverse("outbox:again", args=[delivery.pk])
    (inside,) = re.findall(rf'(?s)action="{address}".*?</form>', page)
    client.post(address, dict(HIDDEN.findall(inside)))
    delivery.refresh_from_db()


KINDS = [
    (Place.open_ticket, lambda place: TICKETS),
    (Place.add_comment, lambda place: place.comments),
    (Place.add_file, lambda place: place.attachments),
    (Place.attach_file, lambda place: place.files),
]
every_kind = pytest.mark.parametrize(
    ("send", "path_of"), KINDS, ids=["ticket", "comment", "desk file", "crm file"]
)
Send = Callable[[Place], Delivery]
PathOf = Callable[[Place], str]


class TestSentAgain:
    @every_kind
    def test_is_what_is_not_there_after_the_last_look_and_one_more_f29(
        self, place: Place, send: Send, path_of: PathOf
    ) -> None:
        place.zoho.script("POST", path_of(place), NOT_APPLIED)
        delivery = send(place)
        look(delivery, LOOKS - 1)
        assert (delivery.state, place.posts(path_of(place))) == ("unknown", 1)
        look(delivery, 1)
        assert (delivery.state, place.posts(path_of(place))) == ("waiting", 1)
        shown = line(delivery, is_anyone_working=True)
        assert shown.badge.word == "Kept, to be sent again"
        place.zoho.clear_journal()

        attempt(delivery)

        assert delivery.state == "done"
        *_, before, last = place.zoho.journal()
        assert (before["method"], last["method"]) == ("GET", "POST")
        assert place.posts(path_of(place)) == 1
        results = [each.answered for each in delivery.attempts.all()]
        assert results == [False, True]

    @every_kind
    def test_is_not_what_came_late_f29(
        self, place: Place, send: Send, path_of: PathOf
    ) -> None:
        """The look just before it is sent again finds what all others did not."""
        place.zoho.script("POST", path_of(place), APPLIED)
        delivery = send(place)
        lists = path_of(place)
        place.zoho.script("GET", lists, {"status": 204, "times": LOOKS})
        look(delivery)
        assert delivery.state == "waiting"

        attempt(delivery)

        assert delivery.state == "done"
        assert place.posts(path_of(place)) == 1

    @every_kind
    def test_happens_twice_at_most_f29(
        self, place: Place, send: Send, path_of: PathOf
    ) -> None:
        place.zoho.script("POST", path_of(place), NOT_APPLIED | {"times": 9})
        delivery = send(place)

        look(delivery, 20)

        assert place.posts(path_of(place)) == 3
        assert (delivery.state, delivery.retry_at) == ("unknown", None)

    def test_looks_again_after_a_wait_f29(self, place: Place) -> None:
        busy = answer("desk", "too_many_requests", 429)
        place.zoho.script("POST", TICKETS, APPLIED, busy)
        place.zoho.script("GET", TICKETS, {"status": 204, "times": LOOKS + 1})
        delivery = place.open_ticket()
        look(delivery, LOOKS + 1)
        assert delivery.state == "waiting"
        assert delivery.attempts.count() == 2
        Limit.objects.update(paused_until=None)
        long_ago = timezone.now() - timedelta(minutes=1)
        Delivery.objects.update(missed_at=long_ago)

        outbox.send_again(delivery)

        assert delivery.state == "done"
        assert delivery.attempts.count() == 2
        assert place.posts(TICKETS) == 2

    def test_is_not_done_to_what_the_portal_may_have_died_of_f33(
        self, place: Place
    ) -> None:
        place.zoho.script("POST", TICKETS, NOT_APPLIED)
        delivery = place.open_ticket()
        Delivery.objects.update(deaths=3)

        look(delivery, LOOKS + 2)

        assert delivery.was_set_aside
        assert (delivery.state, delivery.retry_at) == ("unknown", None)
        assert place.posts(TICKETS) == 1

    def test_is_left_to_a_person_where_looking_is_refused_f29(
        self, place: Place
    ) -> None:
        place.zoho.script("POST", place.comments, NOT_APPLIED)
        place.zoho.script(
            "GET", place.comments, answer("desk", "invalid_data", 422) | {"times": 99}
        )
        delivery = place.add_comment()
        look(delivery, LOOKS + 2)
        assert (delivery.state, delivery.retry_at) == ("unknown", None)
        assert place.posts(place.comments) == 1

        outbox.send_again(delivery)

        assert delivery.state == "done"
        assert place.posts(place.comments) == 2

    def test_finds_a_ticket_that_desk_moved_and_tidied_up_f29(
        self, place: Place
    ) -> None:
        place.zoho.script("POST", TICKETS, APPLIED)
        delivery = place.open_ticket()
        (made,) = [
            each
            for each in place.zoho.records()["tickets"]
            if each["subject"] == "The printer jams"
        ]
        others = {each["departmentId"] for each in place.zoho.records()["tickets"]}
        moved = {"subject": "The  printer jams."}
        if elsewhere := others - {made["departmentId"]}:
            moved["departmentId"] = elsewhere.pop()
        place.by_hand.patch(f"{TICKETS}/{made['id']}", moved)

        look(delivery, 1)

        assert delivery.state == "done"
        assert delivery.outcome["external_id"] == made["id"]


class TestClaims:
    """A look-up claims nothing that may be another's."""

    def test_leave_a_comment_that_was_there_before(self, place: Place) -> None:
        place.comment_by_hand()
        place.zoho.advance(60)
        place.zoho.script("POST", place.comments, NOT_APPLIED)
        delivery = place.add_comment()

        look(delivery, LOOKS)

        assert (delivery.state, delivery.retry_at) == ("unknown", None)
        assert place.posts(place.comments) == 2

    def test_leave_a_comment_that_others_read(self, place: Place) -> None:
        place.zoho.script("POST", place.comments, NOT_APPLIED)
        delivery = place.add_comment()
        other = place.comment_by_hand(isPublic=True)

        look(delivery, LOOKS + 1)

        assert delivery.state == "done"
        assert delivery.outcome["external_id"] != other
        assert place.said().count("Done.") == 2

    def test_leave_a_comment_of_another_delivery(self, place: Place) -> None:
        place.zoho.script("POST", place.comments, NOT_APPLIED)
        delivery = place.add_comment()
        # As if both had been on their way at the same time.
        Delivery.objects.filter(pk=delivery.pk).update(state="cancelled")
        delivery.targets.update(left_at=delivery.created_at)
        other = place.add_comment()
        assert other.state == "done"
        Delivery.objects.filter(pk=delivery.pk).update(state="unknown")

        look(delivery, LOOKS + 1)

        assert delivery.state == "done"
        assert delivery.outcome["external_id"] != other.outcome["external_id"]
        assert place.said().count("Done.") == 2

    @pytest.mark.parametrize("content", ["Done.", "done!"])
    def test_leave_two_that_fit_to_a_person(self, place: Place, content: str) -> None:
        """So is one that Desk, or a person, may have written a little otherwise."""
        place.zoho.script("POST", place.comments, NOT_APPLIED)
        delivery = place.add_comment()
        for _ in range(2 if content == "Done." else 1):
            place.comment_by_hand(content)

        look(delivery, LOOKS)

        assert (delivery.state, delivery.retry_at) == ("unknown", None)
        assert delivery.missed_at is None
        assert delivery.unsure_at

    @pytest.mark.parametrize("looks", [0, LOOKS - 1])
    def test_keep_what_a_person_sends_again_until_they_have_heard_of_them(
        self, place: Place, staff_client: HTTPClient, looks: int
    ) -> None:
        """The page they pressed the button on said that it is not there, or nothing."""
        place.zoho.script("POST", place.comments, NOT_APPLIED)
        delivery = place.add_comment()
        look(delivery, looks)
        for _ in range(2):
            place.comment_by_hand()

        press_again(staff_client, delivery)

        assert (delivery.state, delivery.missed_at) == ("unknown", None)
        assert delivery.unsure_at
        assert place.said().count("Done.") == 2
        press_again(staff_client, delivery)
        assert delivery.state == "done"
        assert place.said().count("Done.") == 3

    def test_are_not_spoken_of_when_the_next_look_finds_none(
        self, place: Place
    ) -> None:
        place.zoho.script("POST", place.comments, NOT_APPLIED)
        delivery = place.add_comment()
        Delivery.objects.update(unsure_at=timezone.now())

        look(delivery, 1)

        assert delivery.missed_at
        assert delivery.unsure_at is None

    def test_leave_a_ticket_that_only_quotes_the_reference(self, place: Place) -> None:
        place.zoho.script("POST", TICKETS, NOT_APPLIED)
        delivery = place.open_ticket()
        other = place.open_ticket()
        quoting = {"description": f"See {delivery.reference}"}
        path = f"{TICKETS}/{other.outcome['external_id']}"
        place.by_hand.patch(path, quoting)

        look(delivery, LOOKS + 1)

        assert delivery.state == "done"
        assert delivery.outcome["external_id"] != other.outcome["external_id"]

    @pytest.mark.parametrize("file", [("a.txt", b"half"), ("b.txt", b"whole")])
    def test_leave_a_file_that_is_not_quite_it_to_a_person(
        self, place: Place, file: tuple[str, bytes]
    ) -> None:
        place.zoho.script("POST", place.attachments, NOT_APPLIED)
        delivery = place.add_file()
        place.by_hand.upload(place.attachments, file=file)

        look(delivery, LOOKS)

        assert (delivery.state, delivery.retry_at) == ("unknown", None)
        assert delivery.missed_at is None


NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
AGES = [-CLOCKS_APART * 2, -CLOCKS_APART / 2, -SURELY / 2, timedelta(seconds=1)]


class TestChosen:
    @pytest.mark.django_db
    @given(
        made=st.lists(st.tuples(st.sampled_from(AGES), st.booleans()), max_size=4),
        ahead=st.integers(-7200, 7200),
    )
    @settings(max_examples=60, deadline=None)
    def test_is_what_alone_fits_whatever_the_clocks_say(
        self, made: list[tuple[timedelta, bool]], ahead: int
    ) -> None:
        seen = Seen()
        seen.clock_ahead = timedelta(seconds=ahead)
        client: ZohoClient = SimpleNamespace(seen=seen)  # type: ignore[assignment]  # the part it reads
        at_zoho = NOW - seen.clock_ahead
        fits = [
            Fit(str(number), at_zoho + age, is_exact)
            for number, (age, is_exact) in enumerate(made)
        ]

        try:
            found = reconciling.chosen(client, ["desk.comment"], NOW, fits)
        except OutcomeUnknown:
            found = "not sure"

        near = [number for number, (age, _) in enumerate(made) if age >= -CLOCKS_APART]
        exact = [number for number in near if made[number][1]]
        if not near:
            assert found == ""
        elif len(exact) == 1 and made[exact[0]][0] >= -SURELY:
            assert found == str(exact[0])
        else:
            assert found == "not sure"
