"""What an address or a forged form names as an id is one, or is as good as nothing."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client

from connections.models import Connection, Reading
from connections.zoho import shapes
from desk.models import TicketTemplate
from desk.zoho.departments import departments_of
from tests.desk import form, templates
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

ODD = {
    "too long": "9" * 201,
    "NUL": "1\0",
    "digits of another script": "٣",
    "words": "1 or 2",
    "path": "1/../2",
}
NO_PERMISSION = {"status": 403, "body": {"errorCode": "FORBIDDEN"}, "times": 5}

odd_ids = pytest.mark.parametrize("odd", ODD.values(), ids=ODD)


def odd_keys() -> list[str]:
    """Return what answers are kept by that is no id."""
    kept = Reading.objects.filter(kind__in=["layout", "ticket"])
    return [row.key for row in kept if not shapes.identifier(row.key)]


def named(zoho: SandboxZoho, odd: str) -> bool:
    """Tell whether Zoho was asked about it."""
    return any(odd in f"{each['path']} {each['query']}" for each in zoho.journal())


@odd_ids
class TestOddIds:
    @pytest.mark.parametrize("page", ["templates", "comments", "status", "files"])
    def test_of_tickets_are_not_asked_for(
        self,
        zoho: SandboxZoho,
        answering: Connection,
        staff_client: Client,
        page: str,
        odd: str,
    ) -> None:
        zoho.clear_journal()
        asked = urlencode({"ticket": odd})

        answer = staff_client.get(f"/c/{answering.slug}/desk/{page}/new/?{asked}")

        assert answer.status_code == (200 if page == "templates" else 302)
        assert odd_keys() == []
        assert not named(zoho, odd)

    def test_of_contacts_are_not_asked_for(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        odd: str,
    ) -> None:
        zoho.clear_journal()
        asked = urlencode({"contact": odd})

        pages = [
            staff_client.get(f"{form.url(connection)}?{asked}"),
            staff_client.post(form.url(connection), form.TICKET | {"use": odd}),
        ]

        assert [page.status_code for page in pages] == [200, 200]
        assert not named(zoho, odd)

    @pytest.mark.parametrize("is_known", [True, False])
    @pytest.mark.parametrize("step", ["1", "again"])
    @pytest.mark.parametrize("place", ["new ticket", "new template"])
    def test_of_departments_are_no_key_of_the_store(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        odd: str,
        place: str,
        step: str,
        is_known: bool,
    ) -> None:
        departments_of(connection)
        if not is_known:
            form.know_nothing()
            zoho.script("GET", form.DEPARTMENTS, NO_PERMISSION)
        address = {
            "new ticket": form.url(connection),
            "new template": templates.url(connection, "new"),
        }[place]
        chosen = dict.fromkeys(["department", "shown_department"], odd)

        pages: list[Any] = [
            staff_client.get(f"{address}?{urlencode({'department': odd})}"),
            staff_client.post(address, form.TICKET | chosen | {"show_fields": step}),
            staff_client.post(address, form.TICKET | chosen | {"name": "Warranty"}),
        ]

        assert [page.status_code for page in pages] == [200] * 3
        assert "department" in pages[-1].context["form"].errors
        assert odd_keys() == []
        assert not TicketTemplate.objects.exists()


class TestNul:
    """Choices take what was typed where Desk does not tell its own; no NUL, though."""

    @pytest.mark.parametrize(
        "forged",
        [{"priority": "a\0"}, {"cf_a": ["a\0", "b"]}, {"cf_\0": "a"}],
        ids=["choice", "several choices", "name"],
    )
    def test_in_a_choice_is_not_kept(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        forged: dict[str, Any],
    ) -> None:
        typed = form.filled(staff_client, connection)
        form.forget(zoho)

        answer = staff_client.post(form.url(connection), typed | forged)

        assert answer.status_code in (200, 302)
        kept = Delivery.objects.values_list("payload", flat=True)
        assert "\\u0000" not in ascii(list(kept)).replace("\\x00", "\\u0000")

    def test_in_a_status_is_refused(
        self, zoho: SandboxZoho, answering: Connection, staff_client: Client
    ) -> None:
        ticket = zoho.records()["tickets"][0]["id"]
        address = f"/c/{answering.slug}/desk/status/new/"
        page: Any = staff_client.get(f"{address}?ticket={ticket}")
        key = page.context["form_key"]
        form.forget(zoho)
        typed = {"ticket": ticket, "status": "a\0", "shown": "{}", "form_key": key}

        page = staff_client.post(address, typed)

        assert "status" in page.context["form"].errors
        assert not Delivery.objects.exists()

    def test_in_what_a_status_form_showed_is_not_kept(
        self, zoho: SandboxZoho, answering: Connection, staff_client: Client
    ) -> None:
        ticket = zoho.records()["tickets"][0]["id"]
        address = f"/c/{answering.slug}/desk/status/new/"
        page: Any = staff_client.get(f"{address}?ticket={ticket}")
        key = page.context["form_key"]
        shown = r'{"status": "\u0000"}'
        typed = {"ticket": ticket, "status": "Closed", "shown": shown, "form_key": key}

        staff_client.post(address, typed)

        assert Delivery.objects.get().payload["shown"] == {}
