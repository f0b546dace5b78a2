"""Forms about people on Campaigns' lists, for the ledger; and what comes of them."""

from collections.abc import Callable
from datetime import date
from typing import Any

from campaigns import services
from campaigns.payloads import target_of
from campaigns.zoho.lists import MailingList
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

# The list that asks for a confirmation by mail.
ASKS = "Newsletter"
CONSENT = services.Consent("Kim Sample", date(2026, 3, 2), "on the phone")
Form = Callable[[str], dict[str, Any]]


def lists_of(zoho: SandboxZoho) -> dict[str, str]:
    """Return the keys of the lists by name."""
    found = zoho.campaigns()["mailing_lists"]
    return {each["listname"]: each["listkey"] for each in found}


class Mailing:
    """Somebody who subscribes people to lists, and takes them off; `lists` by name."""

    def __init__(self, lists: dict[str, str]) -> None:
        self._lists = [
            MailingList(key, name, None, confirms=name == ASKS)
            for name, key in lists.items()
        ]

    def come_and_leave(self, form: Form, name: str) -> None:
        """Subscribe a person twice, and take them off."""
        (chosen,) = [each for each in self._lists if not each.confirms]
        for version in ("first", "second"):
            self._subscribe(form(version), chosen, f"{name} {version}", _email(name))
        services.unsubscribe(**form("third"), mailing_list=chosen, email=_email(name))

    def ask(self, form: Form, name: str) -> None:
        """Subscribe a person who is asked by a mail whether that is right."""
        (chosen,) = [each for each in self._lists if each.confirms]
        self._subscribe(form(""), chosen, name, _email(name))

    def never_mail(self, form: Form, name: str) -> None:
        services.never_mail(**form(""), email=_email(name))

    def _subscribe(
        self, form: dict[str, Any], chosen: MailingList, name: str, email: str
    ) -> None:
        services.subscribe(
            **form,
            mailing_list=chosen,
            email=email,
            consent=CONSENT,
            values={"First Name": name},
            is_checked=True,
        )


def _email(name: str) -> str:
    return f"{name.replace(' ', '').lower()}@example.com"


def is_ours(delivery: Delivery) -> bool:
    return delivery.kind.startswith("campaigns.")


def asks_by_mail(delivery: Delivery) -> bool:
    return bool(delivery.payload.get("confirms"))


def person_of(delivery: Delivery) -> str:
    """Return who is meant: what is sent about one goes in order."""
    return target_of(delivery.payload["email"])


def key_of(delivery: Delivery) -> str:
    payload = delivery.payload
    match delivery.kind:
        case "campaigns.unsubscribe":
            return _off(payload["email"])
        case "campaigns.never_mail":
            return _never(payload["email"])
    name: str = payload["values"]["First Name"]
    return name


def _off(email: str) -> str:
    return f"{email} off"


def _never(email: str) -> str:
    return f"no mail to {email}"


def effects_at(zoho: SandboxZoho) -> dict[str, int]:
    """Return how often each key is there: who is on the list, off it, or was mailed."""
    held = zoho.campaigns()
    found = {_never(each["id"]): 1 for each in held["do_not_mail"]}
    for each in held["subscribers"]:
        name = each["values"].get("First Name", each["email"])
        if each["state"] == "unsub":
            found[_off(each["email"])] = 1
        else:
            # Each mail counts that asked for a confirmation.
            found[name] = each["mails"] or 1
    return found
