"""F29: what was lost is looked for; a mail goes out twice only if somebody wants it."""

from uuid import uuid4

import pytest
from django.test import Client

from campaigns.services import unsubscribe
from connections.models import Connection
from tests.campaigns.people import (
    KIM,
    SUBSCRIBE,
    SUBSCRIBERS,
    asked,
    chosen,
    lists,
    states,
    subscribed,
)
from tests.outbox.lines import send
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.idempotency import IdempotencyKey
from zohoportal.outbox.models import Delivery

LOST = {"drop": "after"}
NEVER_CAME = {"drop": "before"}
LOOKS = 4


class TestOnAListThatAsksFirst:
    def test_not_being_there_proves_nothing_and_is_said_so(
        self,
        zoho: SandboxZoho,
        campaigns: Connection,
        staff: User,
        staff_client: Client,
    ) -> None:
        zoho.script("POST", SUBSCRIBE, LOST)
        delivery = subscribed(zoho, campaigns, staff, "Newsletter")
        assert delivery.state == Delivery.State.UNKNOWN

        _look(delivery, LOOKS)

        assert delivery.state == Delivery.State.UNKNOWN
        assert delivery.unsure_at
        assert len(asked(zoho, SUBSCRIBE)) == 1
        page = text(staff_client.get(delivery.get_absolute_url()))
        assert "Kim is not on the list with these details. That proves nothing" in page
        assert "Sent again, it goes out a second time." in page

    def test_who_has_clicked_meanwhile_is_found(
        self, zoho: SandboxZoho, campaigns: Connection, staff: User
    ) -> None:
        zoho.script("POST", SUBSCRIBE, LOST)
        delivery = subscribed(zoho, campaigns, staff, "Newsletter")
        key = lists(zoho)["Newsletter"]
        zoho.campaigns(list=key, email=KIM, state="active")

        _look(delivery, 1)

        assert delivery.state == Delivery.State.DONE
        words = "Kim is on the list “Newsletter”."
        assert delivery.outcome["sentence"] == words
        assert len(asked(zoho, SUBSCRIBE)) == 1

    def test_who_was_on_it_with_other_details_is_not_taken_for_it(
        self, zoho: SandboxZoho, campaigns: Connection, staff: User
    ) -> None:
        zoho.script("POST", SUBSCRIBE, NEVER_CAME)
        ada = "ada.archer@example.com"
        delivery = subscribed(zoho, campaigns, staff, "Newsletter", ada)

        _look(delivery, 1)

        assert (delivery.state, bool(delivery.unsure_at)) == ("unknown", True)

    def test_a_locked_look_is_tried_again_without_counting(
        self, zoho: SandboxZoho, campaigns: Connection, staff: User
    ) -> None:
        zoho.script("POST", SUBSCRIBE, LOST)
        delivery = subscribed(zoho, campaigns, staff, "Newsletter")
        zoho.campaigns(lock="getlistsubscribers", seconds=60)

        _look(delivery, 1)
        _look(delivery, 1)

        assert (delivery.state, delivery.looks) == ("unknown", 0)
        # The pause is that of looking: nothing is asked while it lasts.
        assert len(asked(zoho, SUBSCRIBERS)) == 1
        bo = "bo.baker@example.com"
        other = subscribed(zoho, campaigns, staff, "Customers", bo)
        assert other.state == Delivery.State.DONE


class TestOnAListThatDoesNot:
    @pytest.mark.parametrize("lost", [LOST, NEVER_CAME])
    def test_it_goes_again_by_itself_and_changes_nothing_twice(
        self,
        lost: dict[str, str],
        zoho: SandboxZoho,
        campaigns: Connection,
        staff: User,
    ) -> None:
        zoho.script("POST", SUBSCRIBE, lost)
        delivery = subscribed(zoho, campaigns, staff, "Customers")
        assert delivery.state == Delivery.State.WAITING

        assert send(delivery) == ["done"]

        assert states(zoho, KIM) == {"Customers": "active"}


def test_leaving_twice_is_leaving(
    zoho: SandboxZoho, campaigns: Connection, staff: User
) -> None:
    zoho.script("POST", "/api/v1.1/json/listunsubscribe", LOST)
    delivery = unsubscribe(
        connection=campaigns,
        person=staff,
        idempotency_key=IdempotencyKey(uuid4().hex),
        mailing_list=chosen(zoho, "Newsletter"),
        email="ada.archer@example.com",
    ).delivery
    assert delivery.state == Delivery.State.WAITING

    assert send(delivery) == ["done"]

    found = states(zoho, "ada.archer@example.com")
    assert found == {"Newsletter": "unsub", "Customers": "active"}


def test_an_answer_in_xml_is_no_answer(
    zoho: SandboxZoho, campaigns: Connection, staff: User
) -> None:
    xml = {"status": 200, "body": "<response><code>0</code></response>"}
    zoho.script("POST", SUBSCRIBE, xml)

    delivery = subscribed(zoho, campaigns, staff, "Newsletter")

    assert delivery.state == Delivery.State.UNKNOWN


def test_an_answer_that_says_neither_yes_nor_no_is_no_answer(
    zoho: SandboxZoho, campaigns: Connection, staff: User
) -> None:
    zoho.script("POST", SUBSCRIBE, {"status": 200, "body": {"uri": "/x"}})

    delivery = subscribed(zoho, campaigns, staff, "Newsletter")

    assert delivery.state == Delivery.State.UNKNOWN


def _look(delivery: Delivery, times: int) -> None:
    for _ in range(times):
        Delivery.objects.filter(pk=delivery.pk, retry_at=None).update(looks=0)
        send(delivery)
