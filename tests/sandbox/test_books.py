"""Books' doors: organisations, rights, the form of a request, limits and faults."""

import json

import pytest

from tests.sandbox.books_client import DOE, SCOPE, Books, said
from tests.sandbox.client import Client, connect
from tests.zoho import SandboxZoho

FORM = {"Content-Type": "application/x-www-form-urlencoded"}
# Which calls each scope is for.
CALLS = {
    "ZohoBooks.settings.READ": ["GET organizations", "GET settings/currencies"],
    "ZohoBooks.contacts.READ": ["GET contacts", "GET contacts/1"],
    "ZohoBooks.contacts.CREATE": [
        "POST contacts",
        "POST contacts/1/inactive",
        "POST contacts/contactpersons",
        "POST contacts/contactpersons/1/primary",
    ],
    "ZohoBooks.contacts.UPDATE": [
        "PUT contacts",
        "PUT contacts/1",
        "PUT contacts/contactpersons/1",
    ],
    "ZohoBooks.contacts.DELETE": [
        "DELETE contacts/1",
        "DELETE contacts/contactpersons/1",
    ],
    "ZohoBooks.invoices.READ": ["GET invoices"],
}


@pytest.fixture
def books(zoho: SandboxZoho) -> Books:
    return Books(zoho)


class TestOrganisations:
    def test_are_told_with_plan_and_currency(self, zoho: SandboxZoho) -> None:
        two = {"name": "Two", "plan_name": "FREE", "currency_code": "JPY"}
        wishes = [{"name": "One"}, two | {"is_active": False}]
        zoho.reset(books_organizations=wishes)

        answer = connect(zoho, SCOPE).get("/books/v3/organizations").json

        first, second = answer["organizations"]
        assert (answer["code"], answer["message"]) == (0, "success")
        assert (first["is_default_org"], second["is_default_org"]) == (True, False)
        assert (first["plan_name"], first["currency_code"]) == ("PROFESSIONAL", "GBP")
        assert (second["plan_name"], second["currency_code"]) == ("FREE", "JPY")
        assert second["org_settings"] == {"is_org_active": False}
        assert first["organization_id"] != second["organization_id"]

    def test_may_be_none(self, zoho: SandboxZoho) -> None:
        zoho.reset(books_organizations=[])

        answer = connect(zoho, SCOPE).get("/books/v3/organizations").json

        assert (answer["code"], answer["organizations"]) == (0, [])

    def test_have_contacts_and_currencies_of_their_own(self, zoho: SandboxZoho) -> None:
        zoho.reset(books_organizations=[{"name": "One"}, {"name": "Two"}])
        one, two = Books(zoho), Books(zoho, organization=1)

        contact = one.make()

        assert two.names() == []
        assert said(two.get(f"contacts/{contact['contact_id']}")) == (404, 1002)
        assert two.make()["contact_name"] == contact["contact_name"]
        theirs = two.get("settings/currencies").json["currencies"][0]["currency_id"]
        wrong = DOE | {"contact_name": "Roe", "currency_id": theirs}
        assert said(one.post("contacts", wrong)) == (400, 2)

    def test_turn_strangers_away(self, zoho: SandboxZoho, books: Books) -> None:
        own = books.organization
        stranger = books.client.get("/books/v3/contacts?organization_id=1")
        nobody = books.client.get("/books/v3/contacts")
        zoho.books(organization=own, is_active=False)
        closed = books.get("contacts")

        for reply in (stranger, nobody, closed):
            assert said(reply) == (400, 6041)

    def test_list_their_currencies(self, books: Books) -> None:
        answer = books.get("settings/currencies", per_page="2").json

        codes = [each["currency_code"] for each in answer["currencies"]]
        assert codes == ["GBP", "EUR"]
        assert answer["currencies"][0]["is_base_currency"]
        assert answer["page_context"]["has_more_page"]


class TestRights:
    def test_need_a_token_that_lives(self, zoho: SandboxZoho, books: Books) -> None:
        path = books.path("contacts")
        without = Client(zoho).get(path)
        bearer = Client(zoho).get(path, Authorization="Bearer x")
        dead = Client(zoho, "1000.dead").get(path)

        assert [said(each) for each in (without, bearer, dead)] == [
            (401, 14),
            (401, 14),
            (401, 57),
        ]

    def test_are_asked_for(self, zoho: SandboxZoho) -> None:
        for needed, calls in CALLS.items():
            others = ",".join(each for each in SCOPE.split(",") if each != needed)
            without, only = Books(zoho, others), Books(zoho, needed)
            for call in calls:
                method, path = call.split()
                refused = without.client.send(method, without.path(path))
                admitted = only.client.send(method, only.path(path))
                assert said(refused) == (401, 57), call
                assert admitted.status != 401, call

    def test_are_all_in_the_full_access(self, zoho: SandboxZoho) -> None:
        assert Books(zoho, "ZohoBooks.fullaccess.all").make()

    def test_may_be_lacking_by_a_role(self, zoho: SandboxZoho, books: Books) -> None:
        zoho.books(forbidden=["ZohoBooks.contacts.CREATE"])

        assert said(books.post("contacts", DOE)) == (401, 57)
        assert books.get("contacts").status == 200


class TestForm:
    def test_may_be_json_or_the_older_field(self, books: Books) -> None:
        text = json.dumps(DOE)

        form = books.client.submit(books.path("contacts"), JSONString=text)
        parts = books.client.upload(
            books.path("contacts"), JSONString=text.replace("Doe", "Roe")
        )

        assert [each.status for each in (form, parts)] == [201, 201]
        assert books.names(contact_name_contains="oe ltd") == ["Doe Ltd", "Roe Ltd"]

    def test_has_to_be_sound(self, books: Books) -> None:
        wrong = {
            "{": 1038,
            "": 1038,
            "contact_name=Doe": 1038,
            "[]": 4,
            "JSONString={": 4,
            "JSONString=7": 4,
        }
        for body, code in wrong.items():
            kind = FORM if "=" in body else {}
            reply = books.client.send("POST", books.path("contacts"), body, **kind)
            assert said(reply) == (400, code), body

    def test_may_be_the_older_one_only(self, zoho: SandboxZoho, books: Books) -> None:
        for code in (4, 1038):
            zoho.books(refuses_json=code)
            assert said(books.post("contacts", DOE)) == (400, code)

        form = books.client.submit(books.path("contacts"), JSONString=json.dumps(DOE))
        assert form.status == 201


class TestLimits:
    def test_are_a_hundred_a_minute(self, zoho: SandboxZoho, books: Books) -> None:
        zoho.limit(books_minute=3)
        told = [books.get("contacts").headers for _ in range(3)]
        refused = books.get("contacts")

        left = [each["X-Rate-Limit-Remaining"] for each in told]
        assert (told[0]["X-Rate-Limit-Limit"], left) == ("3", ["2", "1", "0"])
        assert said(refused) == (429, 44)
        assert "Retry-After" not in refused.headers
        assert books.client.get("/books/v3/organizations").status == 200
        zoho.advance(int(refused.headers["X-Rate-Limit-Reset"]))
        assert books.get("contacts").status == 200

    def test_are_counted_by_organisation(self, zoho: SandboxZoho) -> None:
        zoho.reset(books_organizations=[{"name": "1"}, {"name": "2"}], books_minute=1)
        one, two = Books(zoho), Books(zoho, organization=1)

        asked = [one.get("contacts"), two.get("contacts"), one.get("contacts")]

        assert [each.status for each in asked] == [200, 200, 429]

    def test_are_also_daily(self, zoho: SandboxZoho, books: Books) -> None:
        zoho.limit(books_credits=1)

        assert books.get("contacts").status == 200
        assert said(books.post("contacts", DOE)) == (429, 45)
        zoho.lift_limits()
        assert "Doe Ltd" not in books.names()

    def test_are_also_for_calls_at_once(self, zoho: SandboxZoho, books: Books) -> None:
        zoho.limit(books_concurrency=0)

        assert said(books.post("contacts", DOE)) == (429, 1070)
        assert zoho.limits()["most_in_flight"]["books"] == 1


class TestFaults:
    def test_hang_up_before_and_after(self, zoho: SandboxZoho, books: Books) -> None:
        drops = [{"drop": "before"}, {"drop": "after"}]
        zoho.script("POST", "/books/v3/contacts", *drops)

        for name in ("Before", "After"):
            with pytest.raises(ConnectionResetError):
                books.post("contacts", DOE | {"contact_name": name})

        assert ("Before" in books.names(), "After" in books.names()) == (False, True)
        entries = [each for each in zoho.journal() if each["method"] == "POST"]
        told = [each for each in entries if each["path"] == "/books/v3/contacts"]
        assert [bool(each["effect"]) for each in told] == [False, True]
        assert [each["body"]["contact_name"] for each in told] == ["Before", "After"]

    def test_are_in_the_envelope(self, books: Books) -> None:
        assert said(books.get("nothing")) == (404, 5)
        assert said(books.get("contacts/1")) == (404, 1002)
        assert said(books.get("contacts", per_page="201")) == (400, 2)
        assert said(books.get("contacts", page="x")) == (400, 2)
        assert said(books.get("contacts", filter_by="Status.Odd")) == (400, 2)
        assert said(books.get("contacts", sort_column="odd")) == (400, 2)

    def test_say_400_where_a_thing_is_not_there(self, zoho: SandboxZoho) -> None:
        zoho.reset(books_unknown_status=400)

        assert said(Books(zoho).get("contacts/1")) == (400, 1002)
