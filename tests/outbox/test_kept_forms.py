from django.test import Client

from connections.models import Connection
from tests.outbox.kept import TYPED, send_after_the_session_ended, sign_in, url
from tests.support.contacts import save
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery


class TestF63SessionEndsWhileAFormIsOpen:
    def test_gives_the_text_back_after_signing_in(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        address = send_after_the_session_ended(staff_client, connection)
        said = staff_client.get(address).content.decode()
        sign_in(staff_client, address, staff)

        page = staff_client.get(url(connection))

        assert "your form is kept" in said
        assert "Your form was kept" in page.content.decode()
        form = page.context["form"]
        assert {name: form[name].value() for name in TYPED} == TYPED
        assert not Delivery.objects.exists()

    def test_tells_a_script_where_to_sign_in_instead_of_leading_it_there(
        self, connection: Connection, staff_client: Client
    ) -> None:
        idempotency_key = staff_client.get(url(connection)).context["form_key"]
        staff_client.logout()

        answer = staff_client.post(
            url(connection),
            TYPED | {"form_key": idempotency_key},
            headers={"X-Requested-With": "XMLHttpRequest"},
        )

        assert (answer.status_code, answer.get("Location")) == (200, None)
        page = staff_client.get(answer["X-Go-To"]).content.decode()
        assert "your form is kept" in page

    def test_shows_it_to_nobody_else_at_the_same_browser(
        self, connection: Connection, admin: User, staff_client: Client
    ) -> None:
        address = send_after_the_session_ended(staff_client, connection)
        sign_in(staff_client, address, admin)

        page = staff_client.get(url(connection))

        assert "kim@example.com" not in page.content.decode()

    def test_forgets_it_after_half_a_day(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        address = send_after_the_session_ended(staff_client, connection)
        sign_in(staff_client, address, staff)
        session = staff_client.session
        session["kept_form"][3] -= 12 * 60 * 60
        session.save()

        page = staff_client.get(url(connection))

        assert page.context["form"]["Email"].value() is None

    def test_forgets_it_when_it_was_sent(
        self, connection: Connection, staff: User, staff_client: Client
    ) -> None:
        address = send_after_the_session_ended(staff_client, connection)
        sign_in(staff_client, address, staff)
        page = staff_client.get(url(connection))
        again = TYPED | {"form_key": page.context["form_key"]}
        save(staff_client, url(connection), again)

        page = staff_client.get(url(connection))

        assert page.context["form"]["Email"].value() is None

    def test_keeps_nothing_without_a_key_of_ours(
        self, connection: Connection, anonymous_client: Client
    ) -> None:
        anonymous_client.post(url(connection), TYPED | {"form_key": "made up"})

        assert "kept_form" not in anonymous_client.session
