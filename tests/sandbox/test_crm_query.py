from typing import Any

import pytest

from tests.sandbox.client import Client, Reply, connect
from tests.zoho import SandboxZoho

PEOPLE = [
    {"Last_Name": "Smith", "Title": "Dr", "Date_of_Birth": "1970-05-01"},
    {"Last_Name": "O'Neil", "Title": "Head, North", "Date_of_Birth": "1990-05-01"},
    {"Last_Name": "Jones", "Date_of_Birth": "1980-05-01"},
]


@pytest.fixture
def crm(zoho: SandboxZoho, client: Client) -> Client:
    company = client.post("/crm/v8/Accounts", {"data": [{"Account_Name": "Acme"}]})
    account = {"id": company.json["data"][0]["details"]["id"]}
    first, *others = PEOPLE
    client.post(
        "/crm/v8/Contacts", {"data": [first | {"Account_Name": account}, *others]}
    )
    return client


def ask(client: Client, query: str) -> Reply:
    return client.post("/crm/v8/coql", {"select_query": query})


def names(client: Client, where: str) -> list[str]:
    reply = ask(client, f"select Last_Name from Contacts where {where}")
    return (
        [] if reply.status == 204 else [row["Last_Name"] for row in reply.json["data"]]
    )


class TestQuery:
    @pytest.mark.parametrize(
        ("where", "expected"),
        [
            ("Last_Name = 'Smith'", ["Smith"]),
            ("Last_Name = 'smit'", []),
            (r"Last_Name = 'O\'Neil'", ["O'Neil"]),
            ("Last_Name in ('Smith', 'Jones')", ["Smith", "Jones"]),
            ("Last_Name like 'J%'", ["Jones"]),
            ("Last_Name like '%eil' and Title is not null", ["O'Neil"]),
            ("Title like '%ead%'", ["O'Neil"]),
            ("Date_of_Birth between '1975-01-01' and '1985-01-01'", ["Jones"]),
            ("Date_of_Birth < '1975-01-01'", ["Smith"]),
            ("Date_of_Birth >= '1980-05-01'", ["O'Neil", "Jones"]),
            ("Title = 'Dr' or Last_Name = 'Jones'", ["Smith", "Jones"]),
            (
                "(Title is null and Last_Name = 'Jones') or Title = 'Dr'",
                ["Smith", "Jones"],
            ),
            ("Account_Name.Account_Name = 'Acme'", ["Smith"]),
            ("Date_of_Birth is not null and Last_Name != 'Smith'", ["O'Neil", "Jones"]),
            (
                "Date_of_Birth is not null and Last_Name not in ('Jones')",
                ["Smith", "O'Neil"],
            ),
        ],
    )
    def test_finds(self, crm: Client, where: str, expected: list[str]) -> None:
        assert names(crm, where) == expected

    def test_orders_and_pages(self, crm: Client) -> None:
        query = (
            "SELECT Last_Name FROM Contacts WHERE Date_of_Birth is not null"
            " ORDER BY Last_Name DESC LIMIT 1, 2"
        )

        reply = ask(crm, query)

        assert [row["Last_Name"] for row in reply.json["data"]] == ["O'Neil", "Jones"]
        assert reply.json["info"] == {"count": 2, "more_records": False}

    def test_follows_lookups(self, crm: Client) -> None:
        query = (
            "select Last_Name, Account_Name.Account_Name, Account_Name.id from Contacts"
            " where Last_Name = 'Smith' limit 1"
        )

        (row,) = ask(crm, query).json["data"]

        assert row["Account_Name.Account_Name"] == "Acme"
        assert row.keys() == {
            "Last_Name",
            "Account_Name.Account_Name",
            "Account_Name.id",
            "id",
        }

    @pytest.mark.parametrize(
        ("query", "code"),
        [
            ("select Last_Name from Contacts", "SYNTAX_ERROR"),
            ("select from Contacts where id = 1", "SYNTAX_ERROR"),
            ("select Last_Name from Contacts where id == 1", "SYNTAX_ERROR"),
            ("select Last_Name from Contacts where id in ()", "SYNTAX_ERROR"),
            ("select Last_Name from Contacts where id = 1 or", "SYNTAX_ERROR"),
            ("select Last_Name from Contacts where id = 1 limit x", "SYNTAX_ERROR"),
            ("select Last_Name from Contacts where id = 1 more", "SYNTAX_ERROR"),
            ("select Last_Name from Contacts where id = ~", "SYNTAX_ERROR"),
            (f"select id from Contacts where {'(' * 30}id = 1", "SYNTAX_ERROR"),
            ("select id from Nothing where id = 1", "INVALID_QUERY"),
            ("select Nothing from Contacts where id = 1", "INVALID_QUERY"),
            ("select id from Contacts where Account_Name.X = 1", "INVALID_QUERY"),
            ("select id from Contacts where id = 1 limit 201", "LIMIT_EXCEEDED"),
            ("select id from Contacts where id = 1 offset 10000", "LIMIT_EXCEEDED"),
            (
                f"select id from Contacts where id in ({','.join(['1'] * 51)})",
                "LIMIT_EXCEEDED",
            ),
        ],
    )
    def test_is_refused_when_wrong(self, crm: Client, query: str, code: str) -> None:
        reply = ask(crm, query)

        assert (reply.status, reply.json["code"]) == (400, code)

    @pytest.mark.parametrize("body", [{}, {"select_query": 1}, []])
    def test_is_needed(self, crm: Client, body: Any) -> None:
        assert crm.post("/crm/v8/coql", body).json["code"] == "MANDATORY_NOT_FOUND"

    def test_wants_the_modules_scope_too(self, zoho: SandboxZoho) -> None:
        reader = connect(zoho, "ZohoCRM.coql.READ,ZohoCRM.modules.leads.READ")

        assert ask(reader, "select id from Leads where id = 1").status == 204
        assert ask(reader, "select id from Contacts where id = 1").status == 401
