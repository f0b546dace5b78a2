import csv
import io
import re
from typing import Any
from uuid import UUID

import pytest
from django.test import Client

from tests.activity.entries import calls, events
from tests.support.pages import text
from zohoportal.activity.models import AuditEvent, ZohoCall

CALLS = "/activity/calls/"
TRAIL = "/activity/trail/"
OTHER = UUID(int=2)


def shown(page: Any) -> list[Any]:
    return list(page.context["rows"])


def exported(client: Client, address: str) -> list[list[str]]:
    """Return the rows of the file, its header first."""
    answer: Any = client.post(address)
    assert answer.status_code == 200
    assert answer["Content-Type"] == "text/csv; charset=utf-8"
    file = b"".join(answer.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(file, newline="")))


class TestCalls:
    def test_are_listed_newest_first(self, admin_client: Client) -> None:
        calls(path="/crm/v8/org")
        calls(path="/api/v1/tickets", method="POST", status=422, code="INVALID_DATA")
        calls(path="/oauth/v2/token", status=0, code="timeout")

        page = admin_client.get(CALLS)

        paths = re.findall(r"(?:GET|POST) (/[\w/]+)", text(page))
        assert paths == ["/oauth/v2/token", "/api/v1/tickets", "/crm/v8/org"]
        assert "No answer" in text(page)
        assert "INVALID_DATA" in text(page)
        assert "120 ms" in text(page)

    def test_say_when_there_are_none(self, admin_client: Client) -> None:
        page = text(admin_client.get(CALLS))

        assert "Zoho has not been asked for anything yet" in page
        assert "Export" not in page

    def test_are_filtered_by_connection_and_outcome_in_the_address(
        self, admin_client: Client
    ) -> None:
        calls(2)
        calls(status=429)
        calls(connection_id=OTHER, connection_name="Other", status=500)

        of_other = admin_client.get(f"{CALLS}?connection_id={OTHER}")
        failed = admin_client.get(f"{CALLS}?is_failed=True")
        both = admin_client.get(f"{CALLS}?is_failed=True&connection_id={UUID(int=1)}")

        assert [row.connection_name for row in shown(of_other)] == ["Other"]
        assert len(shown(failed)) == 2
        assert [(row.status) for row in shown(both)] == [429]
        assert 'value="True" selected' in both.content.decode()

    def test_offer_a_renamed_connection_by_its_newest_name_only(
        self, admin_client: Client
    ) -> None:
        calls(connection_name="Zebra, old")
        calls(connection_name="Acme, new")

        choices = admin_client.get(CALLS).context["form"]["connection_id"]

        assert [label for _, label in choices.field.choices] == [
            "All connections",
            "Acme, new",
        ]

    def test_say_when_none_fits(self, admin_client: Client) -> None:
        calls()

        page = text(admin_client.get(f"{CALLS}?is_failed=True"))

        assert "No call fits these filters" in page
        assert "Show all calls" in page

    @pytest.mark.parametrize("query", ["connection_id=x", "is_failed=2", "is_failed=0"])
    def test_are_not_shown_for_an_address_without_sense(
        self, admin_client: Client, query: str
    ) -> None:
        calls()

        page = admin_client.get(f"{CALLS}?{query}")

        assert page.status_code == 200
        assert "choose one from the list" in text(page)
        assert shown(page) == []

    @pytest.mark.parametrize("before", ["-1", "x", "9" * 30, "1e3", "²", "٣"])
    def test_bear_any_position(self, admin_client: Client, before: str) -> None:
        calls()

        assert admin_client.get(CALLS, {"before": before}).status_code == 200

    @pytest.mark.parametrize("address", [CALLS, TRAIL])
    def test_page_without_a_gap_and_keep_the_filters(
        self, admin_client: Client, address: str
    ) -> None:
        add = calls if address == CALLS else events
        add(30, connection_id=OTHER, connection_name="Other")
        add(60)
        seen: list[Any] = []
        url = f"{address}?connection_id={UUID(int=1)}"

        for _ in range(3):
            page = admin_client.get(url)
            assert len(shown(page)) <= 25
            seen += [row.pk for row in shown(page)]
            link = re.search(r'href="(\?[^"]+)">Show older', page.content.decode())
            url = address + link[1].replace("&amp;", "&") if link else ""

        assert url == ""
        assert len(seen) == len(set(seen)) == 60
        assert seen == sorted(seen, reverse=True)

    @pytest.mark.parametrize("address", [CALLS, TRAIL])
    def test_need_the_same_queries_for_a_full_page(
        self,
        admin_client: Client,
        django_assert_max_num_queries: Any,
        address: str,
    ) -> None:
        for number in range(1, 31):
            name, key = f"{number}", UUID(int=number)
            calls(2, connection_id=key, connection_name=name)
            events(2, connection_id=key, connection_name=name, person_id=name)

        # Session, person, navigation; who and what to choose from; the page itself.
        with django_assert_max_num_queries(9):
            admin_client.get(address)


class TestTrail:
    def test_lists_who_did_what(self, admin_client: Client) -> None:
        events()

        page = text(admin_client.get(TRAIL))

        assert "admin@example.com Changed name now: Acme Acme" in page

    def test_says_when_nothing_was_done(self, admin_client: Client) -> None:
        assert "Nobody has done anything yet" in text(admin_client.get(TRAIL))

    @pytest.mark.parametrize(
        ("query", "target"),
        [
            ("person_id=2", "theirs"),
            ("act=disconnected", "ended"),
            (f"connection_id={OTHER}", "elsewhere"),
            (f"person_id=1&act=changed&connection_id={UUID(int=1)}", "name"),
        ],
    )
    def test_is_filtered_in_the_address(
        self, admin_client: Client, query: str, target: str
    ) -> None:
        events()
        events(target="theirs", person_id="2", person_name="b@example.com")
        events(target="ended", act=AuditEvent.Act.DISCONNECTED)
        events(target="elsewhere", connection_id=OTHER, connection_name="Other")

        (row,) = shown(admin_client.get(f"{TRAIL}?{query}"))

        assert row.target == target

    def test_says_when_nothing_fits(self, admin_client: Client) -> None:
        events()

        page = text(admin_client.get(f"{TRAIL}?act=exported"))

        assert "Nothing fits these filters" in page


class TestExport:
    def test_of_calls_has_all_that_fit_the_filters(self, admin_client: Client) -> None:
        calls(40, status=500)
        calls(3)

        header, *rows = exported(admin_client, f"{CALLS}export/?is_failed=True")

        assert header[:4] == ["Time (UTC)", "Connection", "Method", "Host"]
        assert len(rows) == 40
        assert {row[5] for row in rows} == {"500"}

    def test_of_the_trail_has_what_the_page_has(self, admin_client: Client) -> None:
        events()

        header, itself, row = exported(admin_client, f"{TRAIL}export/")

        assert "who-did-what.csv" in itself
        found = dict(zip(header, row, strict=True))
        assert found["Person"] == "admin@example.com"
        assert (found["Act"], found["What"]) == ("Changed", "name")
        assert found["Details"] == "now: Acme"

    def test_does_not_attack_who_opens_it_a52(self, admin_client: Client) -> None:
        attack = '=HYPERLINK("https://evil.example","x")'
        calls(connection_name=attack)
        events(target=attack, connection_name="@SUM(1)")

        (_, call) = exported(admin_client, f"{CALLS}export/")
        rows = exported(admin_client, f"{TRAIL}export/")

        assert call[1] == f"'{attack}"
        assert f"'{attack}" in rows[-1]
        assert "'@SUM(1)" in rows[-1]

    def test_is_in_the_trail_itself(self, admin_client: Client) -> None:
        calls(status=500)

        exported(admin_client, f"{CALLS}export/?is_failed=True")

        event = AuditEvent.objects.get()
        assert event.act == AuditEvent.Act.EXPORTED
        assert event.person_name == "admin@example.com"
        assert event.target == "calls-to-zoho.csv"
        assert event.details == {"filters": "is_failed=True"}

    def test_is_a_download_that_streams(self, admin_client: Client) -> None:
        answer: Any = admin_client.post(f"{CALLS}export/")

        assert answer.streaming
        named = 'attachment; filename="calls-to-zoho.csv"'
        assert answer["Content-Disposition"] == named
        answer.close()

    def test_goes_through_many_rows(self, admin_client: Client) -> None:
        calls(2_000)

        assert len(exported(admin_client, f"{CALLS}export/")) == 2_001
        assert ZohoCall.objects.count() == 2_000


class TestLinks:
    def test_from_activity_are_for_admins_only(
        self, admin_client: Client, staff_client: Client
    ) -> None:
        for_admin = admin_client.get("/deliveries/").content.decode()
        for_staff = staff_client.get("/deliveries/").content.decode()

        for address in (CALLS, TRAIL):
            assert address in for_admin
            assert address not in for_staff
