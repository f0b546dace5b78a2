"""One answer of Zoho for all who need it, kept, renewed and waited for with measure."""

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import msgspec
import pytest
from django.core.cache import cache
from django.db import connections as databases
from django.http import HttpRequest, HttpResponse
from django.test import Client
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st

from connections.models import Connection, Reading
from connections.schema import asking, patience, refresh, store
from connections.schema.asking import LEASE, LEFT_ALONE
from connections.schema.patience import PAGE_SECONDS
from connections.schema.rows import as_text
from connections.schema.sources import Source
from connections.schema.types import Dependency
from connections.zoho.errors import Unavailable
from crm.schema.store import metadata_of
from desk.views.my_tickets import known_ticket
from desk.zoho.departments import (
    Department,
    departments_of,
    forget_departments,
    read_departments,
)
from desk.zoho.layouts import Field, Layout, forget_layout, layout_of
from tests.desk.form import DEPARTMENTS, LAYOUTS, TICKETS, department_url, url
from tests.processes import until
from tests.support.deliveries import UPSERT, answer, new_contact, new_ticket
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.activity.models import ZohoCall

SLOW = 6
# What a page costs beside its wait, on a machine that has much to do.
LEEWAY = 1.5
AWAY = {"status": 503, "times": 50}


TEXTS = st.lists(st.text(), max_size=2).map(tuple)
CHOICES = st.dictionaries(st.text(), TEXTS, max_size=2)
LAYOUT = st.builds(
    Layout,
    fields=st.builds(Field, values=TEXTS).map(lambda field: (field,)),
    dependencies=st.builds(Dependency, choices=CHOICES).map(lambda each: (each,)),
    gaps=TEXTS,
)


def grow_old() -> None:
    Reading.objects.update(fresh_until=timezone.now())


def asked(zoho: SandboxZoho, path: str) -> int:
    return sum(entry["path"] == path for entry in zoho.journal())


def departments_source(row: Reading) -> Source[list[Department]]:
    return Source("desk", "departments", row.key, list[Department], read_departments)


def departments_beside(connection: Connection) -> list[Department]:
    try:
        return departments_of(connection)
    finally:
        databases.close_all()


class Stopwatch:
    def __enter__(self) -> "Stopwatch":
        self._began = time.monotonic()
        return self

    def __exit__(self, *_about: object) -> None:
        self.seconds = time.monotonic() - self._began


class TestKept:
    @given(LAYOUT)
    def test_is_the_same_again(self, layout: Layout) -> None:
        assert msgspec.json.decode(as_text(layout), type=Layout) == layout

    @pytest.mark.parametrize("kept", ["", "[{}]", '{"a": 1}', "[["])
    def test_is_read_anew_where_it_has_another_shape(
        self, zoho: SandboxZoho, connection: Connection, kept: str
    ) -> None:
        before = departments_of(connection)
        Reading.objects.update(answer=kept)
        cache.clear()

        assert departments_of(connection) == before
        assert asked(zoho, DEPARTMENTS) == 2

    def test_is_read_anew_where_it_was_cleaned_up_meanwhile(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        before = departments_of(connection)
        cache.clear()

        with cleaned_up_before_answers_are_read():
            assert departments_of(connection) == before

        assert asked(zoho, DEPARTMENTS) == 2

    def test_is_there_after_a_restart(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        before = departments_of(connection)
        zoho.clear_journal()

        cache.clear()

        assert departments_of(connection) == before
        assert zoho.journal() == []

    def test_is_not_what_was_asked_before_it_was_forgotten(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        row = Reading.objects.create(
            connection=connection,
            product="desk",
            kind="departments",
            key=forgotten_key(connection),
            fresh_until=timezone.now(),
            used_at=timezone.now(),
        )
        Reading.objects.filter(pk=row.pk).update(
            lease_owner="other", lease_until=timezone.now() + LEASE
        )

        forget_departments(connection)

        late = Reading.objects.filter(pk=row.pk, lease_owner="other")
        assert late.update(answer="[]", read_at=timezone.now()) == 0
        assert departments_of(connection)

    def test_is_of_the_chosen_organisation_alone(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        departments_of(connection)
        connection.product_accounts.filter(product="desk").update(external_id="77")
        zoho.clear_journal()
        rows = {"data": [{"id": "5", "name": "Elsewhere"}]}
        zoho.script("GET", DEPARTMENTS, {"status": 200, "body": rows})

        assert departments_of(connection) == [Department("5", "Elsewhere")]


@contextmanager
def cleaned_up_before_answers_are_read() -> Iterator[None]:
    """Delete all rows just before the text of the first answer is read."""
    gone: list[str] = []

    def between(execute: Any, sql: str, *rest: Any) -> Any:
        columns, _, table = sql.partition(" FROM ")
        if not gone and "reading" in table and '"answer"' in columns:
            gone.append(sql)
            Reading.objects.all().delete()
        return execute(sql, *rest)

    with databases["default"].execute_wrapper(between):
        yield
    assert gone


def forgotten_key(connection: Connection) -> str:
    return str(connection.product_accounts.get(product="desk").external_id)


@pytest.mark.django_db(transaction=True)
class TestTwoReaders:
    @pytest.fixture
    def others(self) -> Iterator[ThreadPoolExecutor]:
        with ThreadPoolExecutor(4) as pool:
            yield pool

    def test_make_one_call_where_nothing_is_known(
        self, zoho: SandboxZoho, connection: Connection, others: ThreadPoolExecutor
    ) -> None:
        zoho.script("GET", DEPARTMENTS, {"delay": 1})

        found = list(others.map(departments_beside, [connection] * 4))

        assert asked(zoho, DEPARTMENTS) == 1
        assert found[0]
        assert all(each == found[0] for each in found)

    def test_go_on_with_what_is_known_while_one_asks(
        self, zoho: SandboxZoho, connection: Connection, others: ThreadPoolExecutor
    ) -> None:
        before = departments_of(connection)
        grow_old()
        zoho.script("GET", DEPARTMENTS, {"delay": 2})
        slow = others.submit(departments_beside, connection)
        until(lambda: asked(zoho, DEPARTMENTS) == 2)

        with Stopwatch() as watch:
            assert departments_of(connection) == before

        assert watch.seconds < 1
        assert slow.result() == before
        assert asked(zoho, DEPARTMENTS) == 2

    def test_take_what_was_read_since_they_looked(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        departments_of(connection)
        row = Reading.objects.get()
        zoho.clear_journal()
        now = timezone.now()
        Reading.objects.update(answer='[{"id": "5", "name": "New"}]', read_at=now)
        cache.clear()
        source = departments_source(row)

        assert asking.ask(connection, source, row, None) == [Department("5", "New")]
        assert zoho.journal() == []

    def test_ask_when_who_asked_first_has_died(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        departments_of(connection)
        Reading.objects.update(
            fresh_until=timezone.now(),
            lease_owner="dead",
            lease_until=timezone.now() - timedelta(seconds=1),
        )
        zoho.clear_journal()

        assert departments_of(connection)
        assert asked(zoho, DEPARTMENTS) == 1


@pytest.mark.django_db(transaction=True)
class TestSlowZoho:
    def test_costs_a_page_three_seconds_at_most_where_nothing_is_known(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", DEPARTMENTS, {"delay": SLOW})
        with Stopwatch() as first:
            page: Any = staff_client.get(url(connection))
        with Stopwatch() as second:
            staff_client.get(url(connection))

        assert PAGE_SECONDS <= first.seconds < PAGE_SECONDS + LEEWAY
        assert second.seconds < LEEWAY
        assert page.context["form"]
        assert "does not tell its departments" in page.content.decode()

        until(lambda: Reading.objects.exclude(read_at=None).exists())
        page = staff_client.get(url(connection))
        assert "Support" in page.content.decode()
        assert asked(zoho, DEPARTMENTS) == 1

    def test_leaves_an_answer_alone_that_comes_as_the_page_stops_waiting(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        departments_of(connection)
        grow_old()
        row = Reading.objects.defer("answer").get()
        source = departments_source(row)
        kept = asking.ask(connection, source, row, None)

        # So does a page that stops waiting just now.
        asking._too_slow(row)

        row.refresh_from_db()
        assert kept
        assert row.trouble == ""
        assert row.fresh_until > timezone.now()

    def test_is_logged_under_the_number_of_the_page(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        staff_client.get(url(connection))

        # The setup asked before, and was no page's.
        call = ZohoCall.objects.filter(path=DEPARTMENTS).latest("pk")
        assert call.request_id

    def test_costs_a_page_three_seconds_for_all_that_it_reads(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        address = department_url(connection)
        page: Any = staff_client.get(address)
        known = page.context["form"].fields.keys()
        grow_old()
        for path in (DEPARTMENTS, LAYOUTS):
            zoho.script("GET", path, {"delay": SLOW})

        with Stopwatch() as watch:
            page = staff_client.get(address)

        assert watch.seconds < PAGE_SECONDS + LEEWAY
        assert page.context["form"].fields.keys() == known
        assert not page.context["gaps"]
        until(lambda: not Reading.objects.exclude(lease_owner="").exists())

    def test_costs_the_crms_page_three_seconds_and_shows_the_usual_fields(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", "/crm/v8/settings/modules", {"delay": SLOW})

        with Stopwatch() as watch:
            page = staff_client.get(f"/c/{connection.slug}/crm/contacts/new/")

        assert watch.seconds < PAGE_SECONDS + LEEWAY
        assert "These are the usual fields" in page.content.decode()
        until(lambda: not Reading.objects.exclude(lease_owner="").exists())


class TestReaderBesideAPage:
    def test_tells_the_log_what_fails_after_the_page_has_gone(
        self, caplog: pytest.LogCaptureFixture
    ) -> None:
        def fail() -> None:
            raise LookupError("late")

        future = asking._beside(fail)

        assert isinstance(future.exception(5), LookupError)
        (line,) = [each for each in caplog.records if each.name == asking.__name__]
        assert line.levelname == "ERROR"
        assert "late" in str(line.exc_info)

    def test_leaves_the_pages_time_to_the_page(self) -> None:
        def page(_request: HttpRequest) -> HttpResponse:
            found = asking._beside(patience.is_page).result(5)
            return HttpResponse(f"{found} {patience.is_page()}")

        assert patience.of_a_page(page)(HttpRequest()).content == b"False True"


class TestOutage:
    def test_leaves_twelve_of_twelve_ticket_forms(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page: Any = staff_client.get(department_url(connection))
        known = page.context["form"].fields.keys()
        address = department_url(connection)
        grow_old()
        cache.clear()
        zoho.script("GET", "/api/v1/*", AWAY)
        zoho.clear_journal()

        pages: list[Any] = [staff_client.get(address) for _ in range(12)]

        assert [each.context["form"].fields.keys() for each in pages] == [known] * 12
        # Each thing is asked for once in thirty seconds.
        assert asked(zoho, DEPARTMENTS) == asked(zoho, LAYOUTS) == 1

    def test_with_nothing_known_asks_again_each_time(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        zoho.script("GET", DEPARTMENTS, AWAY | {"times": 2})
        for _ in range(2):
            with pytest.raises(Unavailable):
                departments_of(connection)

        assert departments_of(connection)

    def test_ends_with_what_is_forgotten_at_once(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        (department, *_) = departments_of(connection)
        layout_of(connection, department.id)
        grow_old()
        zoho.script("GET", LAYOUTS, {"status": 503})
        layout_of(connection, department.id)
        zoho.clear_journal()
        layout_of(connection, department.id)
        assert asked(zoho, LAYOUTS) == 0

        forget_layout(connection, department.id)

        layout_of(connection, department.id)
        assert asked(zoho, LAYOUTS) == 1


class TestRefresh:
    def test_reads_desks_set_up_before_it_grows_old(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        staff_client.get(department_url(connection))
        grow_old()
        zoho.clear_journal()

        refresh.refresh()

        assert asked(zoho, DEPARTMENTS) == asked(zoho, LAYOUTS) == 1
        zoho.clear_journal()
        staff_client.get(department_url(connection))
        refresh.refresh()
        assert zoho.journal() == []

    def test_gives_up_the_layout_of_a_department_that_is_gone(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        department, *_ = departments_of(connection)
        layout_of(connection, department.id)
        grow_old()
        zoho.show_department(department.id, visible=False)
        zoho.clear_journal()

        for _ in range(2):
            refresh.refresh()

        assert asked(zoho, LAYOUTS) == 0
        assert asked(zoho, DEPARTMENTS) == 1

    def test_goes_on_after_one_that_zoho_refuses(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        first, second = departments_of(connection)
        for each in (first, second):
            layout_of(connection, each.id)
        grow_old()
        zoho.clear_journal()
        zoho.script("GET", LAYOUTS, {"status": 422, "body": {"errorCode": "NO"}})

        refresh.refresh()

        assert asked(zoho, LAYOUTS) == 2

    def test_leaves_tickets_alone_and_keeps_them_for_a_day(
        self, zoho: SandboxZoho, connection: Connection
    ) -> None:
        ticket = zoho.records()["tickets"][0]["id"]
        known_ticket(connection, ticket)
        departments_of(connection)
        grow_old()
        zoho.clear_journal()

        refresh.refresh()

        assert asked(zoho, f"/api/v1/tickets/{ticket}") == 0
        Reading.objects.update(used_at=timezone.now() - timedelta(hours=25))
        refresh.refresh()
        assert [each.kind for each in Reading.objects.all()] == ["departments"]


class TestForget:
    @pytest.mark.parametrize("product", ["crm", "desk"])
    def test_follows_a_refusal_that_names_a_field_whoever_met_it(
        self, zoho: SandboxZoho, connection: Connection, staff: User, product: str
    ) -> None:
        department, *_ = departments_of(connection)
        layout_of(connection, department.id)
        metadata_of(connection, "Contacts")
        zoho.script("POST", UPSERT, answer("crm", "missing_field", 400))
        zoho.script("POST", TICKETS, answer("desk", "invalid_data", 422))

        new = {"crm": new_contact, "desk": new_ticket}[product](connection, staff)

        assert new.delivery.state == "refused"
        old = Reading.objects.filter(fresh_until__lte=timezone.now())
        expected = {"crm": {"modules", "module"}, "desk": {"layout"}}
        assert {each.kind for each in old} == expected[product]

    def test_takes_what_is_below_along_and_nothing_else(
        self, connection: Connection
    ) -> None:
        later = timezone.now() + LEFT_ALONE
        for key in ("Contacts", "Contacts/1", "Contacts_2", ""):
            Reading.objects.create(
                connection=connection,
                product="crm",
                kind="x",
                key=key,
                fresh_until=later,
                used_at=later,
            )

        store.forget(connection, "crm", "Contacts")

        fresh = Reading.objects.filter(fresh_until=later)
        assert {each.key for each in fresh} == {"Contacts_2", ""}
