"""A26, A31: who may subscribe people, take them off lists, and stop all mail."""

import pytest
from django.test import Client

from connections.models import Connection, Limit, Membership
from tests.campaigns.people import address, asked, filled, subscribe
from tests.outbox.lines import send
from tests.zoho import SandboxZoho
from zohoportal.outbox.models import Delivery

PAGES = {
    "subscriptions/": "campaigns.add",
    "subscriptions/new/": "campaigns.add",
    "unsubscribe/": "campaigns.remove",
    "never-mail/": "campaigns.never",
}
NEEDED = {"campaigns.never": ["campaigns.remove"]}


@pytest.mark.parametrize(("page", "right"), PAGES.items())
def test_each_page_asks_for_its_right(
    campaigns: Connection, staff_client: Client, page: str, right: str
) -> None:
    others = [each for each in PAGES.values() if each != right]
    for kept, status in ((others, 403), ([right, *NEEDED.get(right, [])], 200)):
        Membership.objects.update(rights=kept)

        assert staff_client.get(address(campaigns, page)).status_code == status


def test_a_right_that_went_meanwhile_holds_what_waits_a31(
    zoho: SandboxZoho, campaigns: Connection, staff_client: Client
) -> None:
    zoho.campaigns(lock="listunsubscribe", seconds=1)
    page = staff_client.get(address(campaigns, "unsubscribe/"))
    posted = filled(zoho, page, "Newsletter", email="bo.baker@example.com")
    staff_client.post(address(campaigns, "unsubscribe/"), posted)
    waiting = Delivery.objects.get()
    assert waiting.state == Delivery.State.WAITING
    Membership.objects.update(rights=["campaigns.add"])
    zoho.advance(60)
    _end_pause(waiting)

    send(waiting)

    assert waiting.held_for == Delivery.Held.PERSON
    assert len(asked(zoho, "/api/v1.1/json/listunsubscribe")) == 1


def test_never_mail_is_offered_to_who_may(
    campaigns: Connection, staff_client: Client
) -> None:
    link = b"Stop all mail to somebody"
    assert link in staff_client.get(address(campaigns, "unsubscribe/")).content
    Membership.objects.update(rights=["campaigns.remove"])

    assert link not in staff_client.get(address(campaigns, "unsubscribe/")).content


def test_subscribing_is_open_to_who_adds(
    zoho: SandboxZoho, campaigns: Connection, staff_client: Client
) -> None:
    Membership.objects.update(rights=["campaigns.add"])

    assert subscribe(zoho, staff_client, campaigns, "Customers").status_code == 200


def _end_pause(delivery: Delivery) -> None:
    Limit.objects.filter(pk=delivery.limit_key).update(paused_until=None, width=4)
