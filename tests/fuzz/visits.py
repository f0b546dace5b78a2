"""Every page that asks Zoho, and everything that is sent to it, as somebody does it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from connections.models import Connection
from tests.campaigns.people import CONSENT, KIM, lists
from tests.crm.as_browser import form_of
from tests.zoho import SandboxZoho
from zohoportal.outbox.delivering.first_try import attempt
from zohoportal.outbox.models import Delivery


class Office:
    """An admin with a browser, and one of everything at Zoho."""

    def __init__(
        self, zoho: SandboxZoho, connection: Connection, client: Client
    ) -> None:
        self.client = client
        self.pk = connection.pk
        self.base = f"/c/{connection.slug}"
        self.zoho = zoho
        kept = zoho.records()
        self.contact = zoho.crm_records("Contacts")[0]["id"]
        self.ticket = kept["tickets"][0]["id"]
        self.department = kept["tickets"][0]["departmentId"]
        self.person = kept["desk_contacts"][0]["id"]
        self.lists = lists(zoho)

    def get(self, path: str) -> Any:
        return self.client.get(f"{self.base}{path}")

    def post(self, path: str, typed: dict[str, Any]) -> Any:
        return self.client.post(f"{self.base}{path}", typed)

    def send(self, path: str, **typed: Any) -> Iterator[Any]:
        """Open a form, fill it in and press its button; yield the pages."""
        opened = self.get(path)
        yield opened
        filled = form_of(opened) | typed
        page = self.post(path.partition("?")[0], filled)
        if page.context and page.context.get("preview"):
            yield page
            seen = {"seen": page.context["seen"]}
            page = self.post(path.partition("?")[0], filled | seen)
        yield page
        delivery = Delivery.objects.order_by("created_at").last()
        if delivery:
            yield self.client.get(delivery.get_absolute_url())


Go = Callable[[Office], Iterator[Any]]


@dataclass(frozen=True)
class Visit:
    name: str
    go: Go
    # Whether something is delivered when nothing is wrong.
    sends: bool = False

    def __str__(self) -> str:
        return self.name


def page(name: str, path: str) -> Visit:
    def go(office: Office) -> Iterator[Any]:
        yield office.get(path.format_map(vars(office)))

    return Visit(name, go)


def sending(name: str, path: str, **typed: Any) -> Visit:
    def go(office: Office) -> Iterator[Any]:
        yield from office.send(path.format_map(vars(office)), **typed)

    return Visit(name, go, sends=True)


def _found(office: Office) -> Iterator[Any]:
    typed = {"Email": "kim@example.com", "Last_Name": "Sample"}
    yield office.post("/crm/Contacts/found/", typed)


def _deletion(office: Office) -> Iterator[Any]:
    record = office.zoho.put_crm_record("Contacts", Last_Name="Sample")
    path = f"/crm/Contacts/{record['id']}/delete/"
    asked = office.get(path)
    yield asked
    key = asked.context.get("form_key", "") if asked.context else ""
    yield office.post(path, {"form_key": key})


def _record_file(office: Office) -> Iterator[Any]:
    yield from _file(office, f"/crm/Contacts/{office.contact}/files/")


def _ticket_file(office: Office) -> Iterator[Any]:
    yield from _file(office, f"/desk/files/new/?ticket={office.ticket}")


def _file(office: Office, path: str) -> Iterator[Any]:
    opened = office.get(path)
    key = opened.context["form_key"]
    typed = {"form_key": key, "ticket": office.ticket}
    typed |= {"attachments": SimpleUploadedFile("scan.txt", b"One page.")}
    yield office.client.post(f"{office.base}{path.partition('?')[0]}", typed)
    delivery = Delivery.objects.order_by("created_at").last()
    if delivery:
        yield office.client.get(delivery.get_absolute_url())


def _tickets(office: Office) -> Iterator[Any]:
    yield from office.send(TICKET.format_map(vars(office)), **OF_A_TICKET)
    yield office.get("/desk/tickets/")


def _test(office: Office) -> Iterator[Any]:
    yield office.client.post(f"/connections/{office.pk}/test/", follow=True)


def _look(office: Office) -> Iterator[Any]:
    """Look for a ticket whose answer was lost."""
    yield from office.send(TICKET.format_map(vars(office)), **OF_A_TICKET)
    delivery = Delivery.objects.order_by("created_at").last()
    if delivery:
        unknown = Delivery.objects.filter(pk=delivery.pk)
        unknown.update(
            state="unknown", retry_at=delivery.created_at, lease_owner="", looks=0
        )
        attempt(unknown.get())
        yield office.client.get(delivery.get_absolute_url())


def _subscription(office: Office) -> Iterator[Any]:
    typed = {"mailing_list": office.lists["Customers"], "email": KIM} | CONSENT
    yield from office.send(f"{PEOPLE}new/", **typed)


def _asked_by_mail(office: Office) -> Iterator[Any]:
    """Subscribe to a list that asks for a confirmation, and see how they stand."""
    typed = {"mailing_list": office.lists["Newsletter"], "email": KIM} | CONSENT
    yield from office.send(f"{PEOPLE}new/", **typed)
    delivery = Delivery.objects.filter(state=Delivery.State.DONE).last()
    if delivery:
        yield office.get(f"{PEOPLE}{delivery.pk}/")


def _leaving(office: Office) -> Iterator[Any]:
    typed = {"mailing_list": office.lists["Customers"], "email": KIM}
    yield from office.send("/campaigns/unsubscribe/", **typed)


PEOPLE = "/campaigns/subscriptions/"
TICKET = "/desk/tickets/new/?contact={person}&name=Ada&department={department}"
OF_A_TICKET = {"subject": "No paper", "description": "Since noon."}
ABOUT = {"Email": "kim@example.com", "Last_Name": "Sample", "Phone": "12345"}

VISITS = [
    page("modules", "/crm/"),
    page("records", "/crm/Contacts/"),
    page("records of others", "/crm/Deals/"),
    page("records searched", "/crm/Contacts/?q=ada"),
    page("record", "/crm/Contacts/{contact}/"),
    page("record's files", "/crm/Contacts/{contact}/?files=2"),
    page("record's change", "/crm/Contacts/{contact}/change/"),
    page("record's deletion", "/crm/Contacts/{contact}/delete/"),
    page("new record", "/crm/Contacts/new/"),
    page("new deal", "/crm/Deals/new/"),
    page("module's settings", "/crm/Contacts/settings/"),
    page("lookup", "/crm/Contacts/lookup/Account_Name/?q=acme"),
    page("record's file", "/crm/Contacts/{contact}/files/1/"),
    Visit("found", _found),
    Visit("tickets", _tickets, sends=True),
    page("new ticket", "/desk/tickets/new/"),
    page("new ticket for somebody", TICKET),
    page("new ticket by address", "/desk/tickets/new/?email=ada.archer@example.com"),
    page("ticket", "/desk/tickets/{ticket}/"),
    page("ticket's comment", "/desk/comments/new/?ticket={ticket}"),
    page("ticket's status", "/desk/status/new/?ticket={ticket}"),
    page("ticket's files", "/desk/files/new/?ticket={ticket}"),
    page("ticket's file", "/desk/tickets/{ticket}/files/1/"),
    page("people", "/desk/contacts/?q=ada"),
    page("somebody's tickets", "/desk/contacts/{person}/tickets/"),
    page("template", "/desk/templates/new/"),
    Visit("test", _test),
    sending("save of a contact", "/crm/Contacts/new/", **ABOUT),
    sending("save of a new contact", "/crm/Contacts/new/", Last_Name="Nobody"),
    sending("save of a deal", "/crm/Deals/new/", Deal_Name="Floor plan"),
    sending("change", "/crm/Contacts/{contact}/change/", Title="Manager"),
    Visit("deletion", _deletion, sends=True),
    Visit("record's new file", _record_file, sends=True),
    sending("opening of a ticket", TICKET, **OF_A_TICKET),
    sending(
        "comment",
        "/desk/comments/new/?ticket={ticket}",
        content="Done.",
        is_public="no",
    ),
    sending("status", "/desk/status/new/?ticket={ticket}", status="Closed"),
    Visit("ticket's new file", _ticket_file, sends=True),
    Visit("look", _look, sends=True),
    page("new subscription", f"{PEOPLE}new/"),
    page("unsubscribing", "/campaigns/unsubscribe/"),
    Visit("subscription", _subscription, sends=True),
    Visit("subscription asked by mail", _asked_by_mail, sends=True),
    Visit("leaving", _leaving, sends=True),
    sending("no more mail", "/campaigns/never-mail/", email=KIM, is_meant="on"),
]
