from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.test import Client
from django.utils import timezone

from connections import services as connections
from connections.models import Connection
from connections.zoho.errors import ZohoError
from tests.crm.contacts import upsert_contact
from tests.desk import form
from tests.outbox.lines import busy, change
from tests.recorded import body_of
from tests.support.connected import connected
from tests.support.contacts import save
from tests.support.contacts import send as send_contact
from tests.support.pages import text
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.delivering.explaining import attempt_words
from zohoportal.outbox.delivering.first_try import attempt
from zohoportal.outbox.models import Attempt, Delivery

UPSERT = "/crm/v8/Contacts/upsert"
IN_DOUBT = "so Zoho may have it all the same"


def press(client: Client, delivery: Delivery, button: str) -> str:
    """Post one of the buttons; return the words of the page that follows."""
    url = f"{delivery.get_absolute_url()}{button}/"
    return text(client.post(url, follow=True))


def waiting(zoho: SandboxZoho, connection: Connection, client: Client) -> Delivery:
    zoho.script("POST", UPSERT, {"status": 503, "body": "<p>"})
    send_contact(client, connection)
    return Delivery.objects.get()


def unknown(zoho: SandboxZoho, connection: Connection, client: Client) -> Delivery:
    zoho.script("POST", form.TICKETS, {"drop": "after"})
    form.send(client, connection)
    return Delivery.objects.get()


def errors() -> list[str]:
    """Return the names of what an answer of Zoho, or its absence, may become."""
    found = ZohoError.__subclasses__()
    for kind in found:
        found += kind.__subclasses__()
    return [kind.__name__ for kind in found if kind.__module__ == ZohoError.__module__]


class TestWaiting:
    def test_says_why_and_is_sent_again_by_a_button(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = waiting(zoho, connection, staff_client)
        page = text(staff_client.get(delivery.get_absolute_url()))
        assert "Zoho has a problem at the moment" in page
        assert "What you typed is kept." in page

        after = press(staff_client, delivery, "again")

        assert "Kim Sample was created." in after
        assert "Open in Zoho CRM" in after
        assert "Attempt 2" in after

    def test_is_cancelled_by_a_button(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = waiting(zoho, connection, staff_client)

        after = press(staff_client, delivery, "cancel")

        assert "It was cancelled and is not sent any more." in after
        assert f"?from={delivery.reference}" in (
            staff_client.get(delivery.get_absolute_url()).content.decode()
        )

    def test_says_when_cancelled_that_it_may_have_arrived(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = waiting(zoho, connection, staff_client)

        after = press(staff_client, delivery, "cancel")

        assert IN_DOUBT in after
        delivery.attempts.update(answered=True)
        page = text(staff_client.get(delivery.get_absolute_url()))
        assert IN_DOUBT not in page

    def test_says_when_refused_that_it_may_have_arrived(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = waiting(zoho, connection, staff_client)
        refusal = {"status": 400, "body": body_of("crm", "invalid_email")}
        zoho.script("POST", UPSERT, refusal)

        after = press(staff_client, delivery, "again")

        assert "Refused by Zoho" in after
        assert IN_DOUBT in after

    def test_gives_its_values_to_a_new_form(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = waiting(zoho, connection, staff_client)
        press(staff_client, delivery, "cancel")

        page = staff_client.get(
            f"/c/{connection.slug}/crm/contacts/new/?from={delivery.reference}"
        )

        assert page.context["form"]["Last_Name"].value() == "Sample"
        assert page.context["form"]["Mobile"].value() == "+49 170 0000000"

    def test_offers_set_up_to_admins_only(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff: User,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        zoho.revoke_tokens()
        upsert_contact(connection, staff, Email="kim@example.com", Last_Name="Sample")
        url = Delivery.objects.get().get_absolute_url()

        for_staff, for_admin = staff_client.get(url), admin_client.get(url)

        assert "Ask admin@example.com. Your form is kept." in text(for_staff)
        assert "Zoho is not connected at the moment" in text(for_staff)
        assert 'data-testid="act"' not in for_staff.content.decode()
        assert "Zoho has ended this connection" in text(for_admin)
        assert 'data-testid="act"' in for_admin.content.decode()


class TestNeedsALook:
    def test_tells_the_reference_and_sends_nothing_by_itself_f39(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = unknown(zoho, connection, staff_client)

        page = text(staff_client.get(delivery.get_absolute_url()))

        assert "Needs a look" in page
        assert "We do not know yet whether Zoho saved this" in page
        assert delivery.reference in page
        assert form.created_tickets(zoho) == 1

    def test_is_settled_when_it_was_found(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = unknown(zoho, connection, staff_client)

        after = press(staff_client, delivery, "found")

        assert "It was found in Zoho." in after
        assert form.created_tickets(zoho) == 1

    def test_is_sent_again_when_it_was_not_found(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", form.TICKETS, {"drop": "before"})
        form.send(staff_client, connection)

        after = press(staff_client, Delivery.objects.get(), "again")

        assert "was opened." in after
        assert form.created_tickets(zoho) == 1

    def test_says_that_it_was_not_saved_after_a_look_e25(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("POST", form.TICKETS, {"drop": "before"})
        form.send(staff_client, connection)
        Delivery.objects.update(retry_at=timezone.now())

        attempt(Delivery.objects.get())

        page = staff_client.get(Delivery.objects.get().get_absolute_url())
        assert "It was not saved" in text(page)
        assert "We looked for it in Zoho, and it is not there." in text(page)
        assert '<button class="btn btn-primary">Send again</button>' in (
            page.content.decode()
        )

    def test_says_that_something_may_be_it_e25(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = unknown(zoho, connection, staff_client)
        Delivery.objects.update(unsure_at=timezone.now())

        page = text(staff_client.get(delivery.get_absolute_url()))

        assert "It may be in Zoho already" in page
        assert "cannot tell whether something there is this one" in page
        assert "Send again, it is not there" in page

    def test_is_said_of_a_ticket_that_a_dead_process_left(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = waiting(zoho, connection, staff_client)
        Delivery.objects.update(kind="desk.ticket", **dead())

        page = text(staff_client.get(delivery.get_absolute_url()))

        assert "Needs a look" in page
        assert "Send again, it is not there" in page

    def test_is_not_asked_for_a_contact_that_is_harmless_to_repeat(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = waiting(zoho, connection, staff_client)
        Delivery.objects.update(**dead())

        page = text(staff_client.get(delivery.get_absolute_url()))

        assert "What you typed is kept." in page
        assert "it is not there" not in page

    def test_is_not_said_while_it_is_being_sent(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        delivery = waiting(zoho, connection, staff_client)
        soon = timezone.now() + timedelta(minutes=1)
        Delivery.objects.update(state="sending", lease_owner="x", lease_until=soon)

        page = text(staff_client.get(delivery.get_absolute_url()))

        assert "It is being sent to Zoho right now." in page


class TestRefused:
    def test_is_edited_and_sent(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        refusal = {"status": 400, "body": body_of("crm", "invalid_email")}
        zoho.script("POST", UPSERT, refusal)
        send_contact(staff_client, connection)
        delivery = Delivery.objects.get()
        url = f"/c/{connection.slug}/crm/contacts/new/?from={delivery.reference}"
        assert url in staff_client.get(delivery.get_absolute_url()).content.decode()
        page = staff_client.get(url)
        assert page.context["form"]["Email"].value() == "kim.sample@example.com"

        typed = page.context["form"].initial | {
            "form_key": page.context["form_key"],
            "Email": "kim@example.com",
        }
        answer = save(staff_client, url, typed)

        after = staff_client.get(answer.url)
        assert "was created." in text(after)
        assert f"Corrects Contact Kim Sample ({delivery.reference})" in text(after)
        refused = staff_client.get(delivery.get_absolute_url())
        assert "It was edited and sent:" in text(refused)
        assert answer.url in refused.content.decode()
        assert "Edit and send" not in text(refused)

    def test_can_be_sent_at_once_from_the_page_that_shows_the_refusal(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        refusal = {"status": 400, "body": body_of("crm", "invalid_email")}
        zoho.script("POST", UPSERT, refusal)
        page = send_contact(staff_client, connection)
        shown = page.context["form"].data.dict()

        answer: Any = staff_client.post(
            f"/c/{connection.slug}/crm/contacts/new/",
            shown | {"form_key": page.context["form_key"]},
        )

        assert "was created." in text(staff_client.get(answer.url))


class TestAttempts:
    def test_are_told_in_plain_words_and_to_admins_in_technical_ones_too(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        url = waiting(zoho, connection, staff_client).get_absolute_url()

        for_staff, for_admin = text(staff_client.get(url)), text(admin_client.get(url))

        assert "Zoho gave no clear answer" in for_staff
        assert "Unavailable" not in for_staff
        assert "Zoho gave no clear answer (Unavailable" in for_admin

    @pytest.mark.parametrize("kind", [*errors(), "done"])
    def test_have_words_for_everything_that_comes_of_them(self, kind: str) -> None:
        words = attempt_words(Attempt(result=f"{kind} SOME_CODE"))

        assert kind not in words
        assert "SOME_CODE" not in words
        assert words.startswith(("Zoho ", "The connection lacks a permission"))


class TestSameForm:
    def test_leads_to_the_first_result_when_sent_twice_f62(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        typed = form.filled(staff_client, connection)

        answers: list[Any] = [
            staff_client.post(form.url(connection), typed) for _ in range(3)
        ]

        assert len({answer.url for answer in answers}) == 1
        assert form.created_tickets(zoho) == 1

    def test_lets_the_person_choose_when_its_content_changed_f62(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        typed = form.filled(staff_client, connection)
        staff_client.post(form.url(connection), typed)

        page = staff_client.post(form.url(connection), typed | {"subject": "Other"})

        first = Delivery.objects.get()
        assert "This form was sent before, with other content" in text(page)
        assert first.get_absolute_url() in page.content.decode()
        assert page.context["form"]["subject"].value() == "Other"
        assert form.created_tickets(zoho) == 1

        again = typed | {"subject": "Other", "form_key": page.context["form_key"]}
        staff_client.post(form.url(connection), again)

        assert form.created_tickets(zoho) == 2

    def test_is_not_taken_from_another_person(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        typed = form.filled(admin_client, connection)

        page = staff_client.post(form.url(connection), typed)

        assert "or not by you." in text(page)
        assert page.context["form"]["subject"].value() == typed["subject"]
        assert page.context["form_key"] != typed["form_key"]
        assert form.created_tickets(zoho) == 0

    def test_keeps_its_key_while_nothing_was_submitted(
        self, connection: Connection, staff_client: Client
    ) -> None:
        typed = form.filled(staff_client, connection, subject="")

        page = staff_client.post(form.url(connection), typed)

        assert page.context["form_key"] == typed["form_key"]


class TestForeignDelivery:
    @pytest.mark.parametrize("button", ["again", "found", "cancel"])
    def test_is_not_there_for_other_staff(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        stranger: User,
        stranger_client: Client,
        button: str,
    ) -> None:
        delivery = waiting(zoho, connection, staff_client)
        connections.set_members(connection, [delivery.person, stranger])
        url = delivery.get_absolute_url()

        assert stranger_client.get(url).status_code == 404
        assert stranger_client.post(f"{url}{button}/").status_code == 404
        assert Delivery.objects.get().state == "waiting"

    def test_gives_no_values_to_a_form_of_others(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        reference = waiting(zoho, connection, staff_client).reference

        page = admin_client.get(
            f"/c/{connection.slug}/crm/contacts/new/?from={reference}"
        )

        assert not page.context["form"]["Last_Name"].value()

    @pytest.mark.parametrize("button", ["again", "found", "cancel"])
    def test_cannot_be_changed_once_the_connection_was_closed_to_its_author(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        button: str,
    ) -> None:
        delivery = waiting(zoho, connection, staff_client)
        connections.set_members(connection, [])
        url = delivery.get_absolute_url()

        assert staff_client.get(url).status_code == 200
        assert staff_client.post(f"{url}{button}/").status_code == 403
        assert Delivery.objects.get().state == "waiting"


def dead() -> dict[str, Any]:
    """Return what a process leaves that dies while it sends."""
    past = timezone.now() - timedelta(seconds=1)
    return {"state": "sending", "lease_owner": "x", "lease_until": past}


class TestOrder:
    """Two people, or one in two tabs, change the same contact."""

    @pytest.fixture
    def connection(self, zoho: SandboxZoho, admin: User, staff: User) -> Connection:
        return connected(zoho, admin, staff, ["crm.contacts", "crm.records"])

    @pytest.fixture
    def kim(
        self, zoho: SandboxZoho, connection: Connection, staff: User
    ) -> dict[str, Any]:
        upsert_contact(connection, staff, Email="kim@example.com", Last_Name="Sample")
        rows = zoho.crm_records("Contacts")
        return next(row for row in rows if row["Email"] == "kim@example.com")

    def changed(
        self, connection: Connection, kim: dict[str, Any], *people: User
    ) -> list[Delivery]:
        with busy(connection):
            return [
                change(connection, person, kim, Phone=str(number))
                for number, person in enumerate(people)
            ]

    def clock(self, delivery: Delivery) -> str:
        return f"{delivery.created_at.astimezone(ZoneInfo('Europe/Berlin')):%H:%M}"

    def test_says_after_which_one_it_goes(
        self, connection: Connection, kim: Any, staff: User, staff_client: Client
    ) -> None:
        first, second = self.changed(connection, kim, staff, staff)

        page = staff_client.get(second.get_absolute_url())

        assert f"It goes after your change of {self.clock(first)}" in text(page)
        assert first.get_absolute_url() in page.content.decode()
        assert "Send mine now" not in text(page)
        before = text(staff_client.get(first.get_absolute_url()))
        assert f"your change of {self.clock(second)} waits for it" in before

    def test_names_whose_it_is_and_leads_only_admins_there(
        self,
        connection: Connection,
        kim: Any,
        staff: User,
        admin: User,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        first, second = self.changed(connection, kim, admin, staff)

        page = staff_client.get(second.get_absolute_url())

        whose = f"after admin@example.com's change of {self.clock(first)}"
        assert whose in text(page)
        assert str(first.pk) not in page.content.decode()
        page = admin_client.get(second.get_absolute_url())
        assert first.get_absolute_url() in page.content.decode()

    def test_names_the_day_of_an_older_one(
        self, connection: Connection, kim: Any, staff: User, staff_client: Client
    ) -> None:
        first, second = self.changed(connection, kim, staff, staff)
        first.created_at = first.created_at.replace(month=2, day=3)
        first.save()

        page = text(staff_client.get(second.get_absolute_url()))

        assert f"your change of {self.clock(first)} on 3 February" in page

    @pytest.mark.parametrize(
        ("values", "words"),
        [
            (
                {"state": "unknown", "retry_at": None},
                "If Zoho saved the earlier one, this one goes over it.",
            ),
            ({"held_for": "reply"}, "Zoho does not have your change of"),
        ],
    )
    def test_offers_to_go_first_where_the_earlier_one_is_stuck(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        kim: Any,
        staff: User,
        staff_client: Client,
        values: dict[str, Any],
        words: str,
    ) -> None:
        first, second = self.changed(connection, kim, staff, staff)
        Delivery.objects.filter(pk=first.pk).update(**values)
        page = text(staff_client.get(second.get_absolute_url()))
        assert f"Goes after your change of {self.clock(first)}" in page
        assert words in page
        assert "Send mine now" in page
        assert "Send again now" not in page
        assert "Send mine now" in text(staff_client.get(first.get_absolute_url()))

        after = press(staff_client, second, "first")

        assert "Kim" in after or "Sample was updated" in after
        second.refresh_from_db()
        assert second.state == "done"

    def test_asks_before_an_older_one_goes_over_a_newer_one(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        kim: Any,
        staff: User,
        staff_client: Client,
    ) -> None:
        first, second = self.changed(connection, kim, staff, staff)
        Delivery.objects.filter(pk=first.pk).update(held_for="reply")
        press(staff_client, second, "first")
        Delivery.objects.filter(pk=first.pk).update(held_for="")

        # As from a page that was opened before.
        page = press(staff_client, first, "again")

        assert f"Overtaken by your change of {self.clock(second)}" in page
        assert "it goes over the newer one" in page
        assert "Needs a look" in page
        first.refresh_from_db()
        assert (first.state, first.attempt_count) == ("waiting", 0)

        staff_client.post(f"{first.get_absolute_url()}again/", {"over": str(second.pk)})

        first.refresh_from_db()
        assert first.attempt_count

    def test_is_told_in_the_list(
        self, connection: Connection, kim: Any, staff: User, staff_client: Client
    ) -> None:
        first, second = self.changed(connection, kim, staff, staff)

        page = text(staff_client.get("/deliveries/"))
        assert page.count("Goes after an earlier one") == 1

        Delivery.objects.filter(pk=first.pk).update(overtaken_by=second)
        page = text(staff_client.get("/deliveries/?state=look"))
        assert page.count("A later one went first") == 1

    def test_sends_the_earlier_one_along_where_no_worker_runs(
        self, connection: Connection, kim: Any, staff: User, staff_client: Client
    ) -> None:
        first, second = self.changed(connection, kim, staff, staff)

        press(staff_client, second, "again")

        ended = Delivery.objects.filter(kind="crm.change").order_by("finished_at")
        assert list(ended) == [first, second]
        first.refresh_from_db()
        assert first.state == "done"

    @pytest.mark.parametrize("is_saved", [True, False])
    def test_warns_before_a_correction_goes_over_a_newer_one(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        kim: Any,
        staff: User,
        staff_client: Client,
        is_saved: bool,
    ) -> None:
        first, second = self.changed(connection, kim, staff, staff)
        refusal = {"status": 400, "body": body_of("crm", "invalid_email")}
        zoho.script("PUT", "/crm/v8/Contacts/*", refusal)
        press(staff_client, first, "again")
        press(staff_client, second, "again" if is_saved else "cancel")
        address = f"/c/{connection.slug}/crm/Contacts/{kim['id']}/change/"

        page = text(staff_client.get(address, {"from": first.reference}))

        newer = f"This was typed before your change of {self.clock(second)}"
        assert (newer in page) is is_saved
        assert "Something newer" not in text(staff_client.get(address))
