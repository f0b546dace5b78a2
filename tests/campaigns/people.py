"""Lists and people of the sandbox's Campaigns, and forms about them."""

from datetime import date
from typing import Any
from uuid import uuid4

from django.test import Client

from campaigns import services
from campaigns.zoho.lists import MailingList
from connections.models import Connection
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

KEYS = ["campaigns.subscribe", "campaigns.unsubscribe"]
KIM = "kim.sample@example.com"
SUBSCRIBE = "/api/v1.1/json/listsubscribe"
SUBSCRIBERS = "/api/v1.1/getlistsubscribers"
CONSENT = {
    "consent_by": "Kim Sample",
    "consent_on": "2026-03-02",
    "consent_how": "on the phone",
}


def lists(zoho: SandboxZoho) -> dict[str, str]:
    """Return the lists' keys by name."""
    found = zoho.campaigns()["mailing_lists"]
    return {each["listname"]: each["listkey"] for each in found}


def states(zoho: SandboxZoho, email: str) -> dict[str, str]:
    """Return how a person stands with each list, by the list's name."""
    names = {key: name for name, key in lists(zoho).items()}
    return {
        names[each["listkey"]]: each["state"]
        for each in zoho.campaigns()["subscribers"]
        if each["email"] == email
    }


def address(connection: Connection, page: str = "subscriptions/new/") -> str:
    return f"/c/{connection.slug}/campaigns/{page}"


def filled(zoho: SandboxZoho, page: Any, name: str, **typed: Any) -> dict[str, Any]:
    """Return what a browser posts for a list, with the key of the form it showed."""
    shown = {"form_key": page.context["form_key"], "mailing_list": lists(zoho)[name]}
    return {**shown, "email": KIM, **typed}


def subscribe(
    zoho: SandboxZoho, client: Client, connection: Connection, name: str, **typed: Any
) -> Any:
    """Fill in the form and send it; return the page that follows."""
    page = client.get(address(connection))
    posted = filled(zoho, page, name, **CONSENT, **typed)
    return client.post(address(connection), posted, follow=True)


def asked(zoho: SandboxZoho, path: str) -> list[dict[str, Any]]:
    return [entry for entry in zoho.journal() if entry["path"] == path]


def chosen(zoho: SandboxZoho, name: str) -> MailingList:
    confirms = name == "Newsletter"
    return MailingList(lists(zoho)[name], name, 1, confirms=confirms)


def subscribed(
    zoho: SandboxZoho, connection: Connection, person: User, name: str, email: str = KIM
) -> Delivery:
    return services.subscribe(
        connection=connection,
        person=person,
        idempotency_key=IdempotencyKey(uuid4().hex),
        mailing_list=chosen(zoho, name),
        email=email,
        consent=services.Consent("Kim Sample", date(2026, 3, 2), "on the phone"),
        values={"First Name": "Kim"},
        is_checked=True,
    ).delivery
