"""The list of deliveries: whose, which, how many need a look, and as a file."""

import csv
import io
import re
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.utils import timezone

from connections.models import Connection
from tests.outbox.entries import add
from tests.support.pages import text
from zohoportal.accounts.models import User
from zohoportal.activity.models import AuditEvent
from zohoportal.outbox.models import Delivery, Job
from zohoportal.outbox.views import lists

LIST = "/deliveries/"
EXPORT = f"{LIST}export/"
AT = datetime(2026, 5, 14, 12, 0, 0, 123456, tzinfo=UTC)
LINK = "https://crm.example.com/1"


def add_many(person: User, connection: Connection, count: int) -> None:
    """Add deliveries that were all submitted in the same instant."""
    for number in range(count):
        add(person, connection, f"Row {number}")
    Delivery.objects.update(created_at=AT)


def add_every_state(person: User, connection: Connection) -> None:
    """Add one delivery for each way to stand, named after it."""
    soon = timezone.now() + timedelta(minutes=1)
    past = timezone.now() - timedelta(minutes=1)
    ways: dict[str, dict[str, Any]] = {
        "unknown": {"state": "unknown"},
        "looked for": {"state": "unknown", "retry_at": soon},
        "left": {"state": "sending", "retry_at": past, "lease_until": past}
        | {"kind": "desk.ticket"},
        "waiting": {"state": "waiting", "retry_at": soon},
        "held": {"state": "waiting", "retry_at": soon, "held_for": "reconnect"},
        "sending": {"state": "sending", "retry_at": past, "lease_until": soon},
        "done": {"outcome": {"sentence": "It was created.", "url": LINK}},
        "refused": {"state": "refused"},
        "cancelled": {"state": "cancelled"},
    }
    for title, values in ways.items():
        add(person, connection, title, **values)


def another(connection: Connection) -> Connection:
    """Return a second connection."""
    second = Connection.objects.get(pk=connection.pk)
    second.pk, second.name, second.slug = uuid4(), "Second Ltd", "second"
    second._state.adding = True
    second.save()
    return second


def let_worker_run() -> None:
    Job.objects.create(name="sweep", ran_at=timezone.now())


def titles(page: Any) -> set[str]:
    return {delivery.title for delivery in page.context["rows"]}


def exported(client: Client, address: str = EXPORT) -> list[dict[str, str]]:
    answer: Any = client.post(address)
    assert answer.status_code == 200
    file = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(file, newline="")))


class TestList:
    def test_says_when_there_is_nothing(self, staff_client: Client) -> None:
        page = text(staff_client.get(LIST))

        assert "Nothing has been sent yet" in page
        assert "Export" not in page

    def test_shows_staff_only_their_own_r51(
        self,
        staff: User,
        admin: User,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        add(staff, connection, "Mine")
        add(admin, connection, "Theirs")

        assert titles(staff_client.get(LIST)) == {"Mine"}
        assert titles(admin_client.get(LIST)) == {"Mine", "Theirs"}
        assert "staff@example.com" in text(admin_client.get(LIST))

    def test_leads_into_zoho_or_says_what_comes_next(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        let_worker_run()
        add_every_state(staff, connection)
        add(staff, connection, "tried", state="waiting", problem={"ref": "E20"})
        Delivery.objects.filter(title="tried").update(retry_at=AT)

        page = staff_client.get(LIST)

        assert f'href="{LINK}"' in page.content.decode()
        refused = Delivery.objects.get(title="refused").reference
        assert f"new/?from={refused}" in page.content.decode()
        for words in (
            "unknown Needs a look Look for it in Zoho",
            "looked for Being looked for Is looked for in Zoho",
            "left Being sent Waits for Zoho's answer",
            "waiting Kept, not sent yet Waits for its turn",
            "held Kept, not sent yet Waits for a reconnect",
            "sending Being sent Waits for Zoho's answer",
            "done Done Open in Zoho CRM",
            "refused Refused by Zoho Edit and send",
            "tried Kept, not sent yet Tries again at 14:00 on 14 May",
        ):
            assert words in text(page)

    def test_says_what_stands_still_without_a_worker(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        add_every_state(staff, connection)

        page = text(staff_client.get(LIST))

        assert "waiting Kept, not sent yet Waits for a worker" in page
        assert "looked for Needs a look Look for it in Zoho" in page
        assert "left Needs a look Look for it in Zoho" in page

    def test_names_connections_where_there_are_several(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        add(staff, connection, "One")
        assert "All connections" not in text(staff_client.get(LIST))

        add(staff, another(connection), "Two")

        assert "All connections" in text(staff_client.get(LIST))
        assert "Second Ltd" in text(staff_client.get(LIST))

    def test_needs_the_same_queries_for_a_full_page(
        self,
        staff: User,
        connection: Connection,
        admin_client: Client,
        django_assert_max_num_queries: Any,
    ) -> None:
        add_every_state(staff, connection)
        add_many(staff, connection, 60)
        last = Delivery.objects.order_by("-created_at", "-pk")[10]

        # Session, person; connections, people; worker, position, rows, corrections;
        # navigation, and the rights that it goes by.
        with django_assert_max_num_queries(12):
            admin_client.get(LIST, {"before": str(last.pk)})


class TestPaging:
    def test_has_no_gap_between_equal_times_and_keeps_the_filter(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        add_many(staff, connection, 60)
        add(staff, connection, "Other", state="refused")
        seen: list[Any] = []
        url = f"{LIST}?state=done"

        for _ in range(3):
            page = staff_client.get(url)
            seen += [delivery.pk for delivery in page.context["rows"]]
            link = re.search(r'href="(\?[^"]+)">Show older', page.content.decode())
            url = LIST + link[1].replace("&amp;", "&") if link else ""

        assert url == ""
        done = Delivery.objects.filter(state="done")
        assert len(seen) == 60
        assert set(seen) == set(done.values_list("pk", flat=True))

    @pytest.mark.parametrize("before", ["", "1", "x" * 40, str(uuid4()), "\0"])
    def test_bears_any_position(
        self, staff: User, connection: Connection, staff_client: Client, before: str
    ) -> None:
        add(staff, connection, "Row")

        page = staff_client.get(LIST, {"before": before})

        assert titles(page) == {"Row"}

    def test_does_not_go_by_what_others_sent_a27(
        self, staff: User, admin: User, connection: Connection, staff_client: Client
    ) -> None:
        theirs = add(admin, connection, "Theirs")
        add(staff, connection, "Mine")

        page = staff_client.get(LIST, {"before": str(theirs.pk)})

        assert titles(page) == {"Mine"}


class TestFilter:
    @pytest.mark.parametrize(
        ("state", "found"),
        [
            ("look", {"unknown"}),
            ("waiting", {"looked for", "left", "waiting", "held", "sending"}),
            ("done", {"done"}),
            ("refused", {"refused"}),
            ("cancelled", {"cancelled"}),
        ],
    )
    def test_by_state_stands_in_the_address_r51_r64(
        self,
        staff: User,
        connection: Connection,
        staff_client: Client,
        state: str,
        found: set[str],
    ) -> None:
        let_worker_run()
        add_every_state(staff, connection)

        page = staff_client.get(f"{LIST}?state={state}")

        assert titles(page) == found
        assert f'value="{state}" selected' in page.content.decode()

    def test_by_a_look_finds_what_no_worker_will_settle(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        add_every_state(staff, connection)

        look = titles(staff_client.get(f"{LIST}?state=look"))

        assert look == {"unknown", "looked for", "left"}

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("product=desk", {"A ticket"}),
            ("text=TICK", {"A ticket"}),
            ("text=zp-2222222222", {"A ticket"}),
            ("text=222222222", set()),
            ("connection_id={second}", {"Elsewhere"}),
            ("person_id={staff}&product=crm", {"A contact"}),
            ("person_id={staff}&connection_id={second}", set()),
        ],
    )
    def test_by_all_else_stands_in_the_address_r51(
        self,
        staff: User,
        admin: User,
        connection: Connection,
        admin_client: Client,
        query: str,
        found: set[str],
    ) -> None:
        second = another(connection)
        add(staff, connection, "A contact")
        add(
            staff,
            connection,
            "A ticket",
            kind="desk.ticket",
            reference="ZP-2222222222",
        )
        add(admin, second, "Elsewhere")

        address = f"{LIST}?{query.format(second=second.pk, staff=staff.pk)}"

        assert titles(admin_client.get(address)) == found

    def test_finds_nothing_of_others_a27(
        self, staff: User, admin: User, connection: Connection, staff_client: Client
    ) -> None:
        add(staff, connection, "Mine")
        add(admin, connection, "Theirs")

        page = staff_client.get(f"{LIST}?person_id={admin.pk}&text=e")

        assert titles(page) == {"Mine"}
        assert "admin@example.com" not in text(page)

    def test_says_when_nothing_matches(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        add(staff, connection, "Mine")

        page = text(staff_client.get(f"{LIST}?state=refused"))

        assert "Nothing matches" in page
        assert "Show everything" in page

    @pytest.mark.parametrize(
        "query",
        ["state=x", "product=x", "person_id=x", "text=%00", f"text={'x' * 101}"],
    )
    def test_bears_an_address_without_sense(
        self, admin: User, connection: Connection, admin_client: Client, query: str
    ) -> None:
        add(admin, connection, "Mine")

        page = admin_client.get(f"{LIST}?{query}")

        assert page.status_code == 200
        assert titles(page) == set()
        assert "There is a problem" in text(page)


class TestExport:
    def test_has_all_that_the_filter_shows_r51(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        let_worker_run()
        add_every_state(staff, connection)
        add_many(staff, connection, 30)

        assert len(exported(staff_client)) == 39
        (row,) = exported(staff_client, f"{EXPORT}?text=done")
        assert row["What"] == "done"
        assert row["State"] == "Done"
        assert row["Result"] == "It was created."
        assert row["Link"] == LINK
        assert row["Person"] == "staff@example.com"
        (held,) = exported(staff_client, f"{EXPORT}?text=held")
        assert held["Next"] == "Waits for a reconnect"

    def test_is_made_with_a_few_queries(
        self,
        staff: User,
        connection: Connection,
        staff_client: Client,
        django_assert_max_num_queries: Any,
    ) -> None:
        add_many(staff, connection, 30)

        with django_assert_max_num_queries(8):
            exported(staff_client)

    def test_does_not_attack_who_opens_it_a52(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        add(staff, connection, '=HYPERLINK("https://evil.example","x")')

        (row,) = exported(staff_client)

        assert row["What"] == '\'=HYPERLINK("https://evil.example","x")'

    def test_has_nothing_of_others_a27(
        self,
        admin: User,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        add(admin, connection, "Theirs")

        address = f"{EXPORT}?person_id={admin.pk}"

        assert exported(staff_client, address) == []
        assert len(exported(admin_client, address)) == 1

    def test_is_in_the_trail(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        exported(staff_client, f"{EXPORT}?state=look")

        event = AuditEvent.objects.get(act="exported")
        assert event.person_name == "staff@example.com"
        assert event.target == "activity.csv"
        assert event.details == {"filters": "state=look"}


class TestCount:
    def test_stands_beside_activity_and_leads_there(
        self,
        staff: User,
        admin: User,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        add(staff, connection, "One", state="unknown")
        add(admin, connection, "Two", state="unknown")

        for_staff, for_admin = staff_client.get("/account/"), admin_client.get("/")

        assert "Activity, 1 needs a look" in text(for_staff)
        assert "Activity, 2 need a look" in text(for_admin)
        assert f'href="{LIST}?state=look"' in for_staff.content.decode()

    def test_is_not_there_when_nothing_does(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        let_worker_run()
        add(staff, connection, "One", state="unknown", retry_at=timezone.now())

        page = text(staff_client.get("/"))

        assert "a look" not in page

    @pytest.mark.parametrize("is_working", [True, False])
    def test_is_the_number_of_rows_that_the_list_shows(
        self,
        staff: User,
        connection: Connection,
        staff_client: Client,
        is_working: bool,
    ) -> None:
        if is_working:
            let_worker_run()
        add_every_state(staff, connection)

        page = staff_client.get(f"{LIST}?state=look")

        assert page.context["needs_a_look"] == len(page.context["rows"])
        assert text(page).count("Look for it in Zoho") == len(page.context["rows"])

    def test_takes_one_query(
        self,
        staff: User,
        connection: Connection,
        django_assert_num_queries: Any,
    ) -> None:
        add_every_state(staff, connection)

        with django_assert_num_queries(1):
            assert lists.how_many_need_a_look(staff) == 3


class TestHome:
    def test_says_how_many_need_a_look(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        add(staff, connection, "One", state="unknown")

        page = text(staff_client.get("/"))

        assert "1 needs a look" in page
        assert "Look at it" in page

    def test_tells_admins_that_no_worker_runs_when_something_waits(
        self, staff: User, connection: Connection, admin_client: Client
    ) -> None:
        assert "No worker is running" not in text(admin_client.get("/"))

        add(staff, connection, "One", state="waiting", retry_at=timezone.now())

        assert "No worker is running" in text(admin_client.get("/"))
        let_worker_run()
        assert "No worker is running" not in text(admin_client.get("/"))

    def test_does_not_tell_staff(
        self, staff: User, connection: Connection, staff_client: Client
    ) -> None:
        add(staff, connection, "One", state="waiting")

        assert "No worker is running" not in text(staff_client.get("/"))
