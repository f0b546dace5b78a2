"""What a form's page says beside the form, and what it makes for that."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from connections.messages.texts import Explanation
from connections.models import Connection
from tests.support.connected import connected
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.views.form import DeliveryFormView


@pytest.fixture
def everything(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    features = ["crm.contacts", "crm.records", "desk.tickets", "desk.answers"]
    return connected(zoho, admin, staff, features)


@pytest.fixture
def made(monkeypatch: pytest.MonkeyPatch) -> list[Explanation]:
    """Every explanation that is made, in this order."""
    found: list[Explanation] = []
    plain = Explanation.__init__

    def counted(self: Explanation, *args: Any, **kwargs: Any) -> None:
        plain(self, *args, **kwargs)
        found.append(self)

    monkeypatch.setattr(Explanation, "__init__", counted)
    return found


def pages(zoho: SandboxZoho, connection: Connection) -> dict[str, str]:
    """Return an address of every view of a form, by the view's name."""
    contact = zoho.crm_records("Contacts")[0]["id"]
    ticket = zoho.records()["tickets"][0]["id"]
    of_record = [connection.slug, "Contacts", contact]
    of_ticket = f"?ticket={ticket}"
    return {
        "RecordView": reverse("crm:contact", args=[connection.slug]),
        "ChangeView": reverse("crm:change", args=of_record),
        "crm FilesView": reverse("crm:files", args=of_record),
        "TicketView": reverse("desk:ticket", args=[connection.slug]),
        "CommentView": reverse("desk:comment", args=[connection.slug]) + of_ticket,
        "StatusView": reverse("desk:status", args=[connection.slug]) + of_ticket,
        "FilesView": reverse("desk:files", args=[connection.slug]) + of_ticket,
    }


class TestFormWithoutAnError:
    def test_makes_no_explanation(
        self,
        zoho: SandboxZoho,
        everything: Connection,
        admin_client: Client,
        staff_client: Client,
        made: list[Explanation],
    ) -> None:
        for client in (staff_client, admin_client):
            for view, address in pages(zoho, everything).items():
                page = client.get(address)

                assert page.status_code == 200, view
                assert "form" in page.context, view
                assert page.context["problem"] is None, view
                assert made == [], view

    def test_makes_one_of_an_error_and_shows_it(
        self,
        zoho: SandboxZoho,
        everything: Connection,
        staff_client: Client,
        made: list[Explanation],
    ) -> None:
        Connection.objects.update(lacking=["desk.tickets"])

        page = staff_client.get(pages(zoho, everything)["TicketView"])

        assert made
        assert made[0].title in page.content.decode()


def test_every_form_is_among_those_above(
    zoho: SandboxZoho, everything: Connection
) -> None:
    def below(view: type[DeliveryFormView]) -> set[type[DeliveryFormView]]:
        return {view}.union(*(below(each) for each in view.__subclasses__()))

    served = [
        each
        for each in below(DeliveryFormView)
        if each.__module__.startswith(("crm.", "desk.")) and hasattr(each, "kinds")
    ]
    assert len(served) == len(pages(zoho, everything))
