"""Odd text reaches Zoho unchanged or is refused beside its field."""

from html import unescape
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from django.test import Client

from connections.models import Connection
from tests.desk import form as ticket
from tests.support import contacts as contact
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

UNCHANGED = {
    "emoji": "👩🏽‍💻 fixed it 🎉",  # a family of code points joined to one picture
    "right to left": "שלום, عالم",
    "marks of direction": "a\u202eb\u2066c\u2069",
    "combining": "e\u0301\u0327 ﷽ Z\u0335\u0322",
    "beyond the basic plane": "\U0001d4b5 \U0002070e \U0010ffff",
    "controls": "a\tb\x0bc\x7f\u2028d",
    "quotes": "' OR 1=1 -- \\ \" ${7*7} {{7*7}} %s %00",
}
NO_TEXT = {"NUL": "a\x00b", "too long": "x" * 65_536}


def upserted(zoho: SandboxZoho) -> dict[str, Any]:
    (sent,) = [
        entry["body"]["data"][0]
        for entry in zoho.journal()
        if entry["path"] == "/crm/v8/Contacts/upsert"
    ]
    record: dict[str, Any] = sent
    return record


class TestOddText:
    @pytest.mark.parametrize("text", UNCHANGED.values(), ids=UNCHANGED)
    def test_reaches_the_crm_unchanged(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        text: str,
    ) -> None:
        contact.send(staff_client, connection, Last_Name=text, Description=text)

        assert Delivery.objects.get().state == "done"
        assert upserted(zoho)["Last_Name"] == text
        assert upserted(zoho)["Description"] == text

    @pytest.mark.parametrize("text", UNCHANGED.values(), ids=UNCHANGED)
    def test_reaches_desk_unchanged(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        text: str,
    ) -> None:
        ticket.send(staff_client, connection, subject=text, description=text)

        assert Delivery.objects.get().state == "done"
        sent = ticket.sent(zoho)
        assert sent["subject"] == text
        assert unescape(sent["description"]).startswith(f"{text}<br>")

    @pytest.mark.parametrize("text", NO_TEXT.values(), ids=NO_TEXT)
    @pytest.mark.parametrize(
        ("send", "field"),
        [(contact.send, "Description"), (ticket.send, "description")],
    )
    def test_is_refused_beside_its_field(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        send: Any,
        field: str,
        text: str,
    ) -> None:
        page = send(staff_client, connection, **{field: text})

        assert list(page.context["form"].errors) == [field]
        assert page.context["form"][field].value() == text
        assert not Delivery.objects.exists()
        assert not zoho.effects()

    def test_is_never_half_a_character(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        """Browsers send U+FFFD for a lone surrogate; whoever forges one gets it too."""
        page = staff_client.get(contact.url(connection))
        values = contact.CONTACT | {"form_key": page.context["form_key"]}
        forged = f"{urlencode(values)}&Description={quote('a')}%ED%A0%80b"
        kind = "application/x-www-form-urlencoded"
        preview: Any = staff_client.post(
            contact.url(connection), forged, content_type=kind
        )
        agreed = urlencode({"seen": preview.context["seen"]})

        staff_client.post(
            contact.url(connection), f"{forged}&{agreed}", content_type=kind
        )

        delivery = Delivery.objects.get()
        assert delivery.state == "done"
        assert (
            upserted(zoho)["Description"] == delivery.payload["values"]["Description"]
        )
        assert upserted(zoho)["Description"] == "a\ufffd\ufffd\ufffdb"
