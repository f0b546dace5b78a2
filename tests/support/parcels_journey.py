"""What people do with a product that was added: run by `tests.test_parcels`."""

from typing import Any

import pytest
from django.test import Client

from connections import product
from connections.models import Connection
from tests.support.connected import connected
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery

FORM = "/c/echo-ltd/parcels/parcels/new/"


@pytest.fixture
def parcels(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    return connected(zoho, admin, staff, ["parcels.parcels"])


def send(client: Client) -> Delivery:
    page: Any = client.get(FORM)
    typed = {"name": "Kim Sample", "form_key": page.context["form_key"]}
    client.post(FORM, typed)
    return Delivery.objects.get()


def take_out(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the settings not name it any more."""
    others = {each.key: each for each in product.every() if each.key != "parcels"}
    monkeypatch.setattr(product, "_products", others)


def test_the_wizard_offers_what_it_does(admin_client: Client) -> None:
    page = text(admin_client.get("/connections/new/"))

    assert "Send parcels" in page
    assert "Parcels in Zoho Parcels" in page


def test_it_is_asked_in_its_own_way(
    zoho: SandboxZoho, parcels: Connection, staff_client: Client
) -> None:
    assert parcels.slug == "echo-ltd"
    assert [check["key"] for check in parcels.checks if not check["ok"]] == []
    assert "New parcel" in text(staff_client.get("/"))

    delivery = send(staff_client)

    (asked,) = [each for each in zoho.journal() if each["path"].startswith("/echo/")]
    assert (asked["method"], asked["path"]) == ("POST", "/echo/parcels/v3/parcels")
    assert asked["query"] == {"organization_id": "60001234"}
    assert asked["effect"] == "echoed"
    assert (delivery.state, delivery.limit_key[:8]) == ("done", "parcels:")
    page = text(staff_client.get(delivery.get_absolute_url()))
    assert "Kim Sample was saved." in page


def test_its_connection_names_it_and_has_no_choice_of_versions(
    parcels: Connection, admin_client: Client
) -> None:
    page = text(admin_client.get(f"/connections/{parcels.pk}/"))

    assert "Zoho Parcels organisation Echo Ltd" in page
    assert "Zoho Parcels API" not in page
    address = f"/connections/{parcels.pk}/version/parcels/"
    assert admin_client.get(address).status_code == 404


def test_its_refusals_are_read_in_its_own_way(
    zoho: SandboxZoho, parcels: Connection, staff_client: Client
) -> None:
    no = {"status": 200, "body": {"code": 3062, "message": "The name is taken."}}
    zoho.script("POST", "/echo/parcels/v3/parcels", no)

    delivery = send(staff_client)

    assert delivery.state == "refused"
    assert delivery.problem["code"] == "3062"


def test_what_it_left_is_still_shown_once_it_is_gone(
    parcels: Connection,
    staff_client: Client,
    admin_client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    own = send(staff_client).get_absolute_url()

    take_out(monkeypatch)

    for page in ("/", "/deliveries/", own):
        assert "Parcel Kim Sample" in text(staff_client.get(page))
    for page in ("/", "/connections/", f"/connections/{parcels.pk}/", own):
        assert admin_client.get(page).status_code == 200


def test_what_waits_for_it_is_kept_when_it_is_gone(
    zoho: SandboxZoho,
    parcels: Connection,
    staff_client: Client,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    no = {"status": 403, "body": {"code": "FORBIDDEN", "message": "Not yours."}}
    zoho.script("POST", "/echo/parcels/v3/parcels", no)
    delivery = send(staff_client)
    assert delivery.state == "waiting"
    take_out(monkeypatch)

    staff_client.post(f"{delivery.get_absolute_url()}again/")

    delivery.refresh_from_db()
    assert (delivery.state, delivery.payload["name"]) == ("waiting", "Kim Sample")
    assert delivery.held_for
    page = text(staff_client.get(delivery.get_absolute_url()))
    assert "This portal does not have what it was sent with any more" in page
