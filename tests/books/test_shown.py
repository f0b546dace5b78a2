"""Forms about who is there: what their person touched is sent, and nothing else."""

from typing import Any

from django.test import Client

from connections.models import Connection
from tests.books.customers import (
    ARCHER,
    CONTACTS,
    PERSONS,
    address,
    asked,
    people,
    sent,
    there,
)
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

BO = "bo.baker@example.com"


def written(zoho: SandboxZoho) -> list[Any]:
    """Return the bodies of all changes that Books was asked for."""
    return [each["body"] for each in asked(zoho, "PUT", CONTACTS)]


def test_a_person_changed_by_somebody_else_meanwhile_keeps_that(
    zoho: SandboxZoho, books: Connection, staff_client: Client
) -> None:
    (archer,) = there(zoho, ARCHER)
    bo = people(zoho, archer["id"])[BO]["id"]
    page = staff_client.get(address(books, f"contacts/{archer['id']}/people/{bo}/"))
    zoho.books(person=bo, values={"designation": "Head", "phone": "+44 1"})

    page = sent(staff_client, page, mobile="+44 2", phone="+44 3")

    words = text(page)
    assert "Somebody changed this in Zoho Books" in words
    assert "Somebody changed this to “Head”." in words
    assert "Somebody changed this to “+44 1”." in words
    assert Delivery.objects.count() == 0
    form = page.context["form"]
    shown = [form[each].value() for each in ("designation", "phone", "mobile")]
    assert shown == ["Head", "+44 3", "+44 2"]
    page = sent(staff_client, page)
    (delivery,) = Delivery.objects.all()
    assert delivery.payload["values"] == {"mobile": "+44 2", "phone": "+44 3"}
    assert delivery.payload["before"] == {"mobile": "", "phone": "+44 1"}
    now = people(zoho, archer["id"])[BO]
    assert (now["designation"], now["phone"]) == ("Head", "+44 3")


def test_a_customer_changed_by_somebody_else_meanwhile_keeps_that(
    zoho: SandboxZoho, books: Connection, staff_client: Client
) -> None:
    (archer,) = there(zoho, ARCHER)
    page = staff_client.get(address(books, f"contacts/{archer['id']}/change/"))
    form_key = page.context["form_key"]
    zoho.books(contact=archer["id"], values={"notes": "Pays by card"})

    page = sent(staff_client, page, company_name="Archer plc")

    assert "Somebody changed this to “Pays by card”." in text(page)
    assert Delivery.objects.count() == 0
    page = sent(staff_client, page)
    assert f"{ARCHER} was changed in Zoho Books." in text(page)
    (delivery,) = Delivery.objects.all()
    assert delivery.payload["values"] == {"company_name": "Archer plc"}
    assert there(zoho, ARCHER)[0]["notes"] == "Pays by card"
    # Without what was shown nothing can be told apart.
    typed = {"form_key": form_key, "contact_name": "X", "contact_type": "customer"}
    page = staff_client.post(page.request["PATH_INFO"] + "change/", typed)
    assert "It is not known what this form showed you." in text(page)
    assert Delivery.objects.count() == 1


def test_what_nobody_typed_is_not_written_back(
    zoho: SandboxZoho, books: Connection, staff_client: Client
) -> None:
    (archer,) = there(zoho, ARCHER)
    street = "1 Sample Street\r\nFloor 2 "
    own = {**archer["billing_address"], "address": street}
    values = {"billing_address": own, "custom": {"cf_region": "A\nB"}}
    zoho.books(
        contact=archer["id"], values={**values, "notes": "x" * 1_200, "website": " y "}
    )
    page = staff_client.get(address(books, f"contacts/{archer['id']}/change/"))
    (region,) = page.context["form"].labels
    html = page.content.decode()
    for name in ("billing_address__address", region):
        assert f'<textarea name="{name}"' in html, name
    assert "notes" not in page.context["form"].fields
    assert "Too long to be changed here" in text(page)
    # As browsers end lines.
    as_it_is = {"billing_address__address": street, region: "A\r\nB"}

    page = sent(staff_client, page, **as_it_is)

    assert "You changed nothing here." in text(page)
    sent(staff_client, page, **as_it_is, company_name="Archer plc")
    (body,) = written(zoho)
    assert body.keys() == {"contact_name", "contact_type", "company_name"}
    assert asked(zoho, "PUT", PERSONS) == []
