import random
from typing import Any

import pytest
from django.test import Client

from connections.models import Connection, Reading
from crm.zoho.search import escaped
from tests.crm.change_form import opened
from tests.support.connected import connected
from tests.support.contacts import send
from tests.zoho import SandboxZoho
from zohoportal.accounts.models import User
from zohoportal.outbox.models import Delivery
from zohoportal.sandbox.crm.records.criteria import Condition, parse

EMAIL = "kim.sample@example.com"
# A53: what could widen a search, were it taken for a part of the criteria.
HOSTILE = [
    ")or(Email:starts_with:a",
    "a)or(Last_Name:not_equal:x",
    "*",
    "%",
    "a,b",
    "'",
    '"',
    "\\",
    "\\)",
    "(((",
    "x\\,)and(Email:contains:@",
]


def stored(zoho: SandboxZoho) -> dict[str, Any]:
    rows = zoho.crm_records("Contacts")
    return next(row for row in rows if row.get("Email") == EMAIL)


def records(connection: Connection) -> str:
    return f"/c/{connection.slug}/crm/Contacts/"


@pytest.fixture
def connection(zoho: SandboxZoho, admin: User, staff: User) -> Connection:
    """A connection that may do everything with records."""
    return connected(zoho, admin, staff, ["crm.contacts", "crm.records"])


@pytest.fixture
def kim(zoho: SandboxZoho, connection: Connection, staff_client: Client) -> str:
    """The address of a record's page."""
    send(staff_client, connection, Email=EMAIL)
    return f"{records(connection)}{stored(zoho)['id']}/"


class TestModuleOfTheAddress:
    @pytest.mark.parametrize("module", ["x" * 201, "9" * 201, "1--2"])
    def test_that_is_not_there_is_kept_nowhere(
        self,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
        module: str,
    ) -> None:
        place = f"/c/{connection.slug}/crm/{module}/"
        zoho.clear_journal()

        answers: list[Any] = [
            staff_client.get(place),
            staff_client.get(f"{place}new/"),
            staff_client.get(f"{place}1/"),
            staff_client.get(f"{place}1/change/"),
            staff_client.get(f"{place}1/files/"),
            staff_client.get(f"{place}lookup/{module}/"),
            staff_client.post(f"{place}found/"),
            admin_client.get(f"{place}settings/"),
        ]

        assert [each.status_code for each in answers] == [404] * len(answers)
        assert module not in str([each["query"] for each in zoho.journal()])
        assert not Reading.objects.filter(key__startswith=module).exists()


@pytest.mark.usefixtures("version")
class TestList:
    def test_shows_the_last_changed_first(
        self, kim: str, connection: Connection, staff_client: Client
    ) -> None:
        page: Any = staff_client.get(records(connection))

        assert page.context["rows"][0]["name"] == "Kim Sample"
        assert kim in page.content.decode()

    def test_goes_on_where_zoho_has_more(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        row = {"id": "1", "Full_Name": "Kim"}
        more = {"data": [row], "info": {"more_records": True}}
        zoho.script("GET", "/crm/v*/Contacts", {"status": 200, "body": more})

        page = staff_client.get(records(connection)).content.decode()

        assert 'href="?page=2"' in page

    @pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 50, "999"])
    def test_bears_any_page_number(
        self, number: str, connection: Connection, staff_client: Client
    ) -> None:
        page = staff_client.get(records(connection), {"page": number})

        assert page.status_code == 200

    def test_says_why_when_zoho_does_not_answer(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        zoho.script("GET", "/crm/v*/Contacts", *[{"status": 503, "body": ""}] * 3)

        page = staff_client.get(records(connection)).content.decode()

        assert "Zoho has a problem at the moment" in page
        assert "Try again" in page


class TestSearch:
    @pytest.mark.parametrize(
        "term", [EMAIL, EMAIL.upper(), "Sample", "kim samp", "+49 (170) 0000000"]
    )
    def test_finds_by_name_address_and_number(
        self, term: str, kim: str, connection: Connection, staff_client: Client
    ) -> None:
        page: Any = staff_client.get(records(connection), {"q": term})

        if term == "kim samp":
            # Zoho's word search takes it as it stands in one field.
            assert page.status_code == 200
        else:
            assert [row["name"] for row in page.context["rows"]] == ["Kim Sample"]

    @pytest.mark.parametrize("term", HOSTILE)
    def test_never_finds_more_than_the_term_a53(
        self,
        term: str,
        kim: str,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
    ) -> None:
        zoho.clear_journal()

        page: Any = staff_client.get(records(connection), {"q": term})

        assert page.status_code == 200
        assert page.context["rows"] == []
        searches = [e["query"] for e in zoho.journal() if "search" in e["path"]]
        assert all("criteria" not in query for query in searches)

    @pytest.mark.parametrize("term", ["x" * 201, "x" * 5_000, "x"])
    def test_says_how_long_a_term_may_be_a53(
        self, term: str, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        page = staff_client.get(records(connection), {"q": term})

        assert "characters or" in page.content.decode()
        assert [e for e in zoho.journal() if "search" in e["path"]] == []

    def test_does_not_believe_zoho_a53(
        self, zoho: SandboxZoho, connection: Connection, staff_client: Client
    ) -> None:
        row = {"id": "1", "Last_Name": "Somebody", "Email": "somebody@example.com"}
        answer = {"status": 200, "body": {"data": [row], "info": {}}}
        zoho.script("GET", "/crm/v*/Contacts/search", *[answer] * 2)

        for term in (EMAIL, "Sample"):
            page: Any = staff_client.get(records(connection), {"q": term})
            assert page.context["rows"] == []


class TestEscaped:
    def test_is_read_back_as_it_was_a53(self) -> None:
        letters = "ab(),\\:;'\"%* äß@.&=or"
        chance = random.Random(53)

        for _ in range(20_000):
            term = "".join(chance.choices(letters, k=chance.randint(1, 12)))
            criteria = parse(f"(Email:equals:{escaped(term)})")
            assert criteria == Condition("Email", "equals", [term])


@pytest.mark.usefixtures("version")
class TestRecordPage:
    def test_shows_what_zoho_has(self, kim: str, staff_client: Client) -> None:
        page = staff_client.get(kim).content.decode()

        assert "Kim Sample" in page
        assert "+49 170 0000000" in page

    def test_that_is_not_there_says_so(
        self, connection: Connection, staff_client: Client
    ) -> None:
        for step in ("", "change/"):
            assert staff_client.get(f"{records(connection)}1/{step}").status_code == 404

    def test_is_closed_to_strangers(self, kim: str, stranger_client: Client) -> None:
        for step in ("", "change/", "delete/"):
            assert stranger_client.get(f"{kim}{step}").status_code == 404


@pytest.mark.usefixtures("version")
class TestChange:
    def test_sends_only_what_was_changed(
        self, kim: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        values = opened(staff_client, kim) | {"Title": "Manager", "Mobile": ""}
        zoho.clear_journal()

        answer: Any = staff_client.post(f"{kim}change/", values)

        page = staff_client.get(answer.url).content.decode()
        assert "Kim Sample was updated. 2 fields changed." in page
        (entry,) = [each for each in zoho.journal() if each["method"] == "PUT"]
        assert entry["body"] == {"data": [{"Title": "Manager", "Mobile": None}]}
        # It is read for the form, and once more just before it is changed.
        assert [each["method"] for each in zoho.journal()] == ["GET", "GET", "PUT"]

    def test_says_so_when_nothing_was_changed(
        self, kim: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        page: Any = staff_client.post(f"{kim}change/", opened(staff_client, kim))

        assert "Nothing was changed" in page.content.decode()
        assert [each for each in zoho.journal() if each["method"] == "PUT"] == []

    def test_shows_a_colleagues_change_and_overwrites_nothing(
        self,
        kim: str,
        zoho: SandboxZoho,
        connection: Connection,
        staff_client: Client,
        admin_client: Client,
    ) -> None:
        mine = opened(staff_client, kim) | {"Title": "Mine"}
        theirs = opened(admin_client, kim) | {"Title": "Theirs", "Phone": "+49 30 9"}
        admin_client.post(f"{kim}change/", theirs)

        page: Any = staff_client.post(f"{kim}change/", mine)

        shown = [(c.label, c.theirs, c.ours) for c in page.context["clashes"]]
        assert ("Title", "Theirs", "Mine") in shown
        form = page.context["form"]
        assert form["Title"].value() == "Mine"
        # Where nothing was typed here, theirs stands in the form.
        assert form["Phone"].value() == "+49 30 9"
        assert stored(zoho)["Title"] == "Theirs"

        ours = {name: page.context[name] for name in ("form_key", "opened")}
        again = mine | {"Phone": "+49 30 9"} | ours
        staff_client.post(f"{kim}change/", again)

        assert stored(zoho)["Title"] == "Mine"
        assert stored(zoho)["Phone"] == "+49 30 9"

    def test_shows_one_that_came_at_the_last_moment_too(
        self, kim: str, zoho: SandboxZoho, staff_client: Client, admin_client: Client
    ) -> None:
        values = opened(staff_client, kim) | {"Title": "Mine"}
        theirs = opened(admin_client, kim) | {"Title": "Theirs"}
        as_it_was = {"status": 200, "body": {"data": [stored(zoho)]}}
        admin_client.post(f"{kim}change/", theirs)
        zoho.script("GET", f"/crm/v*/Contacts/{stored(zoho)['id']}", as_it_was)

        page: Any = staff_client.post(f"{kim}change/", values)

        assert [clash.theirs for clash in page.context["clashes"]] == ["Theirs"]
        assert page.context["form"]["Title"].value() == "Mine"
        assert stored(zoho)["Title"] == "Theirs"
        states = Delivery.objects.filter(kind="crm.change").values_list("state")
        assert {each for (each,) in states} == {"done", "refused"}

    def test_whose_answer_was_lost_is_not_taken_for_a_colleagues(
        self, kim: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        values = opened(staff_client, kim) | {"Title": "Mine"}
        path = f"/crm/v*/Contacts/{stored(zoho)['id']}"
        zoho.script("PUT", path, {"drop": "after"})
        staff_client.post(f"{kim}change/", values)
        delivery = Delivery.objects.get(kind="crm.change")
        assert delivery.state == "waiting"

        staff_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "done"
        assert stored(zoho)["Title"] == "Mine"

    def test_takes_no_token_but_its_own(
        self, kim: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        values = opened(staff_client, kim) | {"opened": "made up", "Title": "Mine"}

        page: Any = staff_client.post(f"{kim}change/", values)

        assert "This form was open too long" in page.content.decode()
        assert page.context["form"]["Title"].value() == "Mine"
        assert not stored(zoho).get("Title")


@pytest.mark.usefixtures("version")
class TestDelete:
    def test_asks_first_and_deletes_once(
        self, kim: str, zoho: SandboxZoho, admin_client: Client
    ) -> None:
        page: Any = admin_client.get(f"{kim}delete/")
        assert "Delete Kim Sample?" in page.content.decode()
        idempotency_key = {"form_key": page.context["form_key"]}

        answer: Any = admin_client.post(f"{kim}delete/", idempotency_key)

        assert "Kim Sample was deleted." in (
            admin_client.get(answer.url).content.decode()
        )
        deleted = [e for e in zoho.effects() if e.startswith("deleted Contacts")]
        assert len(deleted) == 1

    def test_needs_a_permission_of_its_own(
        self, kim: str, admin_client: Client
    ) -> None:
        Connection.objects.update(features=["crm.contacts"])

        assert "Delete" not in admin_client.get(kim).content.decode()
        assert admin_client.get(f"{kim}delete/").status_code == 404

    def test_is_for_admins(
        self, kim: str, zoho: SandboxZoho, staff_client: Client
    ) -> None:
        assert staff_client.get(f"{kim}delete/").status_code == 403
        assert staff_client.post(f"{kim}delete/").status_code == 403
        assert stored(zoho)

    def test_whose_answer_was_lost_is_done_all_the_same(
        self, kim: str, zoho: SandboxZoho, admin_client: Client
    ) -> None:
        page: Any = admin_client.get(f"{kim}delete/")
        path = f"/crm/v*/Contacts/{stored(zoho)['id']}"
        zoho.script("DELETE", path, {"drop": "after"})
        idempotency_key = {"form_key": page.context["form_key"]}
        admin_client.post(f"{kim}delete/", idempotency_key)
        delivery = Delivery.objects.get(kind="crm.deletion")
        assert delivery.state == "waiting"

        admin_client.post(f"{delivery.get_absolute_url()}again/")

        delivery.refresh_from_db()
        assert delivery.state == "done"


class TestLongValue:
    def test_is_cut_with_the_way_to_all_of_it(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        text = "A word. " * 50_000 + "The end."
        kept = zoho.put_crm_record("Contacts", Last_Name="Long", Description=text)

        page = staff_client.get(f"/c/{rich.slug}/crm/Contacts/{kept['id']}/")

        said = page.content.decode()
        assert len(said) < 40_000
        assert "Cut short here." in said
        assert "Read all of it in Zoho CRM" in said
        assert "The end." not in said

    def test_is_not_said_of_a_short_one(
        self, zoho: SandboxZoho, rich: Connection, staff_client: Client
    ) -> None:
        kept = zoho.put_crm_record("Contacts", Last_Name="L", Description="x" * 5_000)

        page = staff_client.get(f"/c/{rich.slug}/crm/Contacts/{kept['id']}/")

        assert "Cut short" not in page.content.decode()
