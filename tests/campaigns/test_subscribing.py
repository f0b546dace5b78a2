"""Subscribing somebody, as the form does it: what Zoho gets, and what people read."""

import json
from typing import Any

import pytest
from django.test import Client

from campaigns.probes import notices_of
from connections.models import Connection
from connections.zoho import datacenters
from tests.campaigns.people import (
    CONSENT,
    KIM,
    SUBSCRIBE,
    SUBSCRIBERS,
    address,
    asked,
    filled,
    lists,
    states,
    subscribe,
)
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.activity.models import AuditEvent
from zohoportal.outbox.models import Delivery

ROWS = {row.code: row for row in datacenters.ROWS}
ALL_FIELDS = "/api/v1.1/contact/allfields"


def test_is_said_to_zoho_as_it_was_seen_to_work(
    zoho: SandboxZoho, campaigns: Connection, staff_client: Client
) -> None:
    names = {"field_firstname": "Kim", "field_lastname": "Sample"}
    page = subscribe(
        zoho, staff_client, campaigns, "Customers", source="the fair", **names
    )

    (sent,) = asked(zoho, SUBSCRIBE)
    assert sent["query"] == {}
    assert sent["form"].keys() == {"resfmt", "listkey", "contactinfo", "source"}
    assert sent["form"]["resfmt"] == "JSON"
    assert sent["form"]["listkey"] == lists(zoho)["Customers"]
    assert json.loads(sent["form"]["contactinfo"]) == {
        "Contact Email": KIM,
        "First Name": "Kim",
        "Last Name": "Sample",
    }
    assert "Kim Sample is on the list “Customers”." in text(page)
    assert states(zoho, KIM) == {"Customers": "active"}


def test_says_that_a_mail_went_out_where_the_list_asks_first(
    zoho: SandboxZoho, campaigns: Connection, staff_client: Client
) -> None:
    page = subscribe(zoho, staff_client, campaigns, "Newsletter")

    words = f"A confirmation mail went out; {KIM} is on the list after a click in it."
    assert words in text(page)
    assert states(zoho, KIM) == {"Newsletter": "pending"}


def test_says_that_somebody_was_on_the_list(
    zoho: SandboxZoho, campaigns: Connection, staff_client: Client
) -> None:
    ada = {"email": "ada.archer@example.com", "field_firstname": "Ada"}

    page = subscribe(zoho, staff_client, campaigns, "Newsletter", **ada)

    assert "Ada was on the list; the details were updated." in text(page)


def test_offers_lists_with_what_people_need_to_know_of_them(
    campaigns: Connection, staff_client: Client
) -> None:
    page = text(staff_client.get(address(campaigns)))

    assert "Newsletter 2 contacts, asks for confirmation" in page
    assert "Customers 1 contact " in page


def test_takes_the_fields_of_campaigns_by_their_labels(
    zoho: SandboxZoho, campaigns: Connection, staff_client: Client
) -> None:
    typed = {"field_favourite_colour_cf": "grün 🌱"}

    subscribe(zoho, staff_client, campaigns, "Customers", **typed)

    (sent,) = asked(zoho, SUBSCRIBE)
    told = json.loads(sent["form"]["contactinfo"])
    assert told == {"Contact Email": KIM, "Favourite colour": "grün 🌱"}


class TestTopics:
    def test_are_offered_where_they_are_on(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        zoho.reset(keep_grants=True, campaigns_topics=True)

        page = subscribe(zoho, staff_client, campaigns, "Customers", topic="3z9e1c")

        (sent,) = asked(zoho, SUBSCRIBE)
        assert sent["form"]["topic_id"] == "3z9e1c"
        assert page.status_code == 200

    def test_are_not_mentioned_where_they_are_off(
        self, campaigns: Connection, staff_client: Client
    ) -> None:
        assert "Topic" not in text(staff_client.get(address(campaigns)))


class TestConsent:
    def test_is_kept_in_the_trail_and_not_sent(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        subscribe(zoho, staff_client, campaigns, "Customers", source="the fair")

        (entry,) = AuditEvent.objects.filter(act=AuditEvent.Act.SENT)
        kept = {name: entry.details[name] for name in (*CONSENT, "source")}
        assert kept == {**CONSENT, "source": "the fair"}
        (sent,) = asked(zoho, SUBSCRIBE)
        assert "on the phone" not in str(sent["form"])

    def test_is_asked_for(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        page = staff_client.get(address(campaigns))
        posted = filled(zoho, page, "Customers", consent_on="2199-01-01")

        page = staff_client.post(address(campaigns), posted)

        shown = text(page)
        assert "Enter who said yes." in shown
        assert "This day is still to come. Enter when it was." in shown
        assert not Delivery.objects.exists()


class TestSomebodyWhoLeft:
    CLEO = "cleo.carter@example.com"

    def test_is_not_subscribed_again_without_a_second_tick(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        page = subscribe(
            zoho, staff_client, campaigns, "Newsletter", email="CLEO.carter@example.com"
        )

        assert "has unsubscribed, or asked for no more mail" in text(page)
        assert "They asked to be on the list again" in text(page)
        assert not asked(zoho, SUBSCRIBE)
        assert not Delivery.objects.exists()

    def test_counts_from_the_moment_on_which_they_left(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        # The list is known with nobody who left it.
        staff_client.get(address(campaigns))
        zoho.campaigns(list=lists(zoho)["Customers"], email=KIM, state="unsub")

        page = subscribe(zoho, staff_client, campaigns, "Customers")

        assert "has unsubscribed, or asked for no more mail" in text(page)
        assert not asked(zoho, SUBSCRIBE)

    def test_is_subscribed_with_it(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        zoho.reset(keep_grants=True, campaigns_takes_back=True)
        back = {"email": self.CLEO, "is_back": "on"}

        subscribe(zoho, staff_client, campaigns, "Newsletter", **back)

        assert len(asked(zoho, SUBSCRIBE)) == 1
        assert states(zoho, self.CLEO)["Newsletter"] == "pending"

    def test_is_found_when_it_is_sent_where_the_form_could_not_look(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", SUBSCRIBERS, {"status": 503, "body": {}})

        page = subscribe(zoho, staff_client, campaigns, "Newsletter", email=self.CLEO)

        assert "has unsubscribed, or asked for no more mail" in text(page)
        assert not asked(zoho, SUBSCRIBE)

    def test_is_asked_about_where_only_zoho_knows_it(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        page = staff_client.get(address(campaigns, "never-mail/"))
        posted = {
            "email": KIM,
            "is_meant": "on",
            "form_key": page.context["form_key"],
        }
        staff_client.post(address(campaigns, "never-mail/"), posted)
        Delivery.objects.all().delete()

        page = subscribe(zoho, staff_client, campaigns, "Customers")

        assert "has unsubscribed, or asked for no more mail" in text(page)

    def test_counts_as_gone_after_never_mail_again_from_here(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        page = staff_client.get(address(campaigns, "never-mail/"))
        key = page.context["form_key"]
        posted = {"email": KIM, "is_meant": "on", "form_key": key}
        page = staff_client.post(address(campaigns, "never-mail/"), posted, follow=True)
        assert f"{KIM} gets no more mail from Zoho Campaigns." in text(page)

        page = subscribe(zoho, staff_client, campaigns, "Customers")

        assert "has unsubscribed, or asked for no more mail" in text(page)
        assert not asked(zoho, SUBSCRIBE)


class TestWhereCampaignsDoesNotTell:
    def test_its_lists_the_page_says_why(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        no = {"status": 200, "body": {"status": "error", "code": "2706"}}
        zoho.script("GET", "/api/v1.1/getmailinglists", no)

        page = text(staff_client.get(address(campaigns)))

        assert "The Zoho user behind this connection may not do this" in page

    def test_its_fields_the_usual_ones_serve(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", ALL_FIELDS, *[{"status": 503, "body": {}}] * 3)

        page = text(staff_client.get(address(campaigns)))

        assert "Zoho Campaigns does not tell its fields now" in page
        assert "First Name" in page

    def test_a_list_because_there_is_none(
        self, zoho: SandboxZoho, campaigns: Connection, staff_client: Client
    ) -> None:
        for key in lists(zoho).values():
            zoho.campaigns(delete_list=key)

        page = text(staff_client.get(address(campaigns)))

        assert "Zoho Campaigns has no mailing list yet" in page


@pytest.mark.parametrize(
    ("email", "words"),
    [
        ("info@example.com", "This is the address of a group."),
        ("a@b", "E-mail must be an address such as name@example.com."),
    ],
)
def test_objects_to_an_address_beside_it(
    zoho: SandboxZoho,
    campaigns: Connection,
    staff_client: Client,
    email: str,
    words: str,
) -> None:
    page = subscribe(zoho, staff_client, campaigns, "Customers", email=email)

    assert words in " ".join(page.context["form"].errors["email"])


def test_names_a_list_that_was_deleted_meanwhile(
    zoho: SandboxZoho, campaigns: Connection, staff_client: Client
) -> None:
    page = staff_client.get(address(campaigns))
    posted = filled(zoho, page, "Customers", **CONSENT)
    zoho.campaigns(delete_list=posted["mailing_list"])

    page = staff_client.post(address(campaigns), posted)

    words = "This list is not in Zoho Campaigns any more. Choose another one."
    assert page.context["form"].errors["mailing_list"] == [words]


def test_a_field_that_is_gone_is_said_with_what_was_typed(
    zoho: SandboxZoho, campaigns: Connection, staff_client: Client
) -> None:
    subscribe(
        zoho, staff_client, campaigns, "Customers", field_favourite_colour_cf="green"
    )
    sent = Delivery.objects.get()
    row = {"DISPLAY_NAME": "First Name", "FIELD_NAME": "firstname"}
    body = {"response": {"code": "0", "fieldname": [row]}}
    zoho.script("GET", ALL_FIELDS, {"status": 200, "body": body})
    posted = {"reload": "1", "form_key": ""}
    staff_client.post(address(campaigns), posted)

    page = staff_client.get(f"{address(campaigns)}?from={sent.reference}")

    assert "Zoho Campaigns has no such field any more" in text(page)
    assert "Favourite colour: green" in text(page)


def test_follows_from_a_contact_of_the_crm(
    zoho: SandboxZoho, campaigns: Connection, staff_client: Client
) -> None:
    Connection.objects.update(features=["crm.records", "campaigns.subscribe"])

    page = staff_client.get(f"{address(campaigns)}?name=Kim+Lee+Sample&email={KIM}")

    form = page.context["form"]
    assert form["email"].value() == KIM
    assert form["field_firstname"].value() == "Kim Lee"
    assert form["field_lastname"].value() == "Sample"


class TestStanding:
    @pytest.mark.parametrize(
        ("state", "words"),
        [
            ("pending", "Not confirmed yet"),
            ("active", "On the list"),
            ("unsub", "Unsubscribed"),
            ("bounce", "Their mail came back"),
        ],
    )
    def test_is_asked_of_zoho(
        self,
        zoho: SandboxZoho,
        campaigns: Connection,
        staff_client: Client,
        state: str,
        words: str,
    ) -> None:
        subscribe(zoho, staff_client, campaigns, "Newsletter")
        zoho.campaigns(list=lists(zoho)["Newsletter"], email=KIM, state=state)
        sent = Delivery.objects.get()

        page = text(staff_client.get(address(campaigns, f"subscriptions/{sent.pk}/")))

        assert words in page
        assert KIM in text(staff_client.get(address(campaigns, "subscriptions/")))

    def test_of_what_somebody_else_sent_is_not_there(
        self,
        zoho: SandboxZoho,
        campaigns: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        subscribe(zoho, staff_client, campaigns, "Newsletter")
        sent = Delivery.objects.get()

        page = admin_client.get(address(campaigns, f"subscriptions/{sent.pk}/"))

        assert page.status_code == 404


class TestConnection:
    def test_is_shown_to_work_by_its_lists(self, campaigns: Connection) -> None:
        checks = {each["key"]: each for each in campaigns.checks}

        assert checks["campaigns_lists"]["text"] == "Customers, Newsletter"
        assert all(each["ok"] for each in campaigns.checks)

    @pytest.mark.parametrize(("code", "told"), [("eu", False), ("uk", True)])
    def test_says_where_nobody_has_confirmed_the_host(
        self, campaigns: Connection, settings: Any, code: str, *, told: bool
    ) -> None:
        settings.DATA_CENTERS = ROWS
        campaigns.data_center = code

        notices = notices_of(campaigns)

        assert bool(notices) == told
        assert all("campaigns.zoho.uk" in each.lines[0] for each in notices)
