from django.test import Client

from connections import services
from connections.models import Connection
from connections.tokens import revocation
from tests.desk.form import send as send_ticket
from tests.support.contacts import send as send_contact
from tests.support.pages import text
from tests.zoho import SandboxZoho

TITLES = [
    "Connect Zoho",
    "Choose who may use it",
    "Add a first contact",
    "Open a first ticket",
]


def states(client: Client) -> dict[str, str]:
    """Return how each task stands, by its title."""
    return {
        task.title: "done" if task.is_done else "open" if task.url else "later"
        for task in client.get("/").context["tasks"]
    }


class TestTasks:
    def test_begin_with_the_connection(self, admin_client: Client) -> None:
        others = ["Look at your records", "Subscribe a first person"]
        offered = [*TITLES, *others, "Add a first customer"]

        assert states(admin_client) == dict.fromkeys(offered, "later") | {
            "Connect Zoho": "open"
        }

    def test_do_not_count_an_unfinished_setup(
        self, admin_client: Client, draft: Connection
    ) -> None:
        assert states(admin_client)["Connect Zoho"] == "open"

    def test_go_on_once_zoho_is_connected(
        self, admin_client: Client, connection: Connection
    ) -> None:
        services.set_members(connection, [])

        assert states(admin_client) == dict(
            zip(TITLES, ["done", "open", "open", "open"], strict=True)
        )

    def test_name_only_what_the_connection_is_for(
        self, admin_client: Client, connection: Connection
    ) -> None:
        Connection.objects.update(features=["desk.tickets"])

        assert "Add a first contact" not in states(admin_client)

    def test_count_what_anybody_did(
        self, admin_client: Client, staff_client: Client, connection: Connection
    ) -> None:
        send_contact(staff_client, connection)

        assert states(admin_client)["Add a first contact"] == "done"
        assert states(admin_client)["Open a first ticket"] == "open"

    def test_do_not_count_what_only_waits(
        self,
        zoho: SandboxZoho,
        admin_client: Client,
        staff_client: Client,
        connection: Connection,
    ) -> None:
        zoho.script("POST", "/crm/v8/Contacts/upsert", {"status": 503})

        send_contact(staff_client, connection)

        assert states(admin_client)["Add a first contact"] == "open"

    def test_are_gone_when_all_is_done(
        self, admin_client: Client, staff_client: Client, connection: Connection
    ) -> None:
        send_contact(staff_client, connection)
        send_ticket(staff_client, connection)

        page = admin_client.get("/")

        assert page.context["tasks"] == []
        assert "What would you like to do?" in text(page)

    def test_are_for_admins_only(
        self, staff_client: Client, connection: Connection
    ) -> None:
        assert states(staff_client) == {}


class TestHome:
    def test_links_to_what_staff_can_do(
        self, staff_client: Client, connection: Connection
    ) -> None:
        page = staff_client.get("/").content.decode()

        assert f'href="/c/{connection.slug}/crm/contacts/new/"' in page
        assert f'href="/c/{connection.slug}/desk/tickets/new/"' in page
        assert 'href="/connections/"' not in page

    def test_shows_staff_their_last_results(
        self, staff_client: Client, admin_client: Client, connection: Connection
    ) -> None:
        send_contact(staff_client, connection)

        assert "Contact Kim Sample" in text(staff_client.get("/"))
        assert "Contact Kim Sample" not in text(admin_client.get("/"))

    def test_tells_staff_who_can_open_something_for_them(
        self, stranger_client: Client, connection: Connection
    ) -> None:
        page = text(stranger_client.get("/"))

        assert "Nothing is open to you yet" in page
        assert "admin@example.com can open a Zoho connection for you." in page
        assert "Example Ltd" not in page

    def test_says_when_a_connection_needs_an_admin(
        self, admin_client: Client, staff_client: Client, connection: Connection
    ) -> None:
        Connection.objects.update(state="reconnect")

        for_admin, for_staff = admin_client.get("/"), staff_client.get("/")

        assert "Example Ltd needs to be reconnected" in text(for_admin)
        assert f"/connections/{connection.pk}/" in for_admin.content.decode()
        assert "Ask admin@example.com. What you send is kept." in text(for_staff)
        assert f"/connections/{connection.pk}/" not in for_staff.content.decode()

    def test_offers_no_work_through_a_connection_that_was_ended(
        self, staff_client: Client, connection: Connection
    ) -> None:
        revocation.disconnect(connection)

        assert "Nothing is open to you yet" in text(staff_client.get("/"))

    def test_carries_a_banner_while_it_talks_to_a_sandbox(
        self, staff_client: Client
    ) -> None:
        assert "Practice mode" in text(staff_client.get("/"))


class TestHealth:
    def test_answers_machines_without_signing_in(
        self, anonymous_client: Client
    ) -> None:
        assert anonymous_client.get("/healthz").content == b"ok"
