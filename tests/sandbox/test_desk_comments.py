from typing import Any

import pytest

from tests.sandbox.client import Client, connect
from tests.zoho import SandboxZoho


@pytest.fixture
def ticket(client: Client) -> str:
    """The path of the newest ticket."""
    found = client.get("/api/v1/tickets?limit=1").json["data"][0]["id"]
    return f"/api/v1/tickets/{found}"


def errors(reply: Any) -> list[tuple[str, str]]:
    return [(each["fieldName"], each["errorType"]) for each in reply.json["errors"]]


class TestAdd:
    def test_answers_with_the_comment(self, client: Client, ticket: str) -> None:
        new = {"content": "Fixed 🎉", "contentType": "plainText", "isPublic": True}

        reply = client.post(f"{ticket}/comments", new)

        assert reply.status == 200
        assert reply.json | new == reply.json
        assert reply.json["commenter"]["type"] == "AGENT"
        assert reply.json["attachments"] == []

    def test_is_private_html_unless_told_otherwise(
        self, client: Client, ticket: str
    ) -> None:
        body = client.post(f"{ticket}/comments", {"content": "<b>x</b>"}).json

        assert (body["isPublic"], body["contentType"]) == (False, "html")

    def test_is_counted_and_remembered(
        self, zoho: SandboxZoho, client: Client, ticket: str
    ) -> None:
        comment_id = client.post(f"{ticket}/comments", {"content": "One"}).json["id"]
        client.post(f"{ticket}/comments", {"content": "Two"})

        listed = client.get("/api/v1/tickets?limit=2").json["data"]

        assert [each["commentCount"] for each in listed] == ["2", "0"]
        assert client.get(ticket).json["commentCount"] == "2"
        assert [each["content"] for each in zoho.records()["comments"]] == [
            "One",
            "Two",
        ]
        ticket_id = ticket.rpartition("/")[2]
        assert f"added comment {comment_id} to ticket {ticket_id}" in zoho.effects()

    def test_goes_with_a_reset(
        self, zoho: SandboxZoho, client: Client, ticket: str
    ) -> None:
        client.post(f"{ticket}/comments", {"content": "One"})

        zoho.reset()

        assert zoho.records()["comments"] == []

    @pytest.mark.parametrize(
        ("body", "found"),
        [
            ({"isPublic": True}, [("/content", "missing")]),
            ({"content": ""}, [("/content", "missing")]),
            ({"content": 1}, [("/content", "invalid")]),
            ({"content": "x" * 32_001}, [("/content", "invalid")]),
            ({"content": "x", "contentType": "md"}, [("/contentType", "invalid")]),
            ({"content": "x", "isPublic": "yes"}, [("/isPublic", "invalid")]),
            ({"content": "x", "attachmentIds": ["1"]}, [("/attachmentIds", "invalid")]),
        ],
        ids=lambda value: str(value)[:40],
    )
    def test_names_what_is_wrong(
        self,
        client: Client,
        ticket: str,
        body: dict[str, Any],
        found: list[tuple[str, str]],
    ) -> None:
        reply = client.post(f"{ticket}/comments", body)

        assert reply.status == 422
        assert errors(reply) == found

    def test_takes_the_longest_text(self, client: Client, ticket: str) -> None:
        new = {"content": "x" * 32_000}

        assert client.post(f"{ticket}/comments", new).status == 200

    def test_refuses_a_key_it_does_not_know(self, client: Client, ticket: str) -> None:
        reply = client.post(f"{ticket}/comments", {"content": "x", "text": "y"})

        assert (reply.status, reply.json["errorCode"]) == (422, "UNPROCESSABLE_ENTITY")

    def test_refuses_an_unknown_ticket(self, client: Client) -> None:
        reply = client.post("/api/v1/tickets/1/comments", {"content": "x"})

        assert reply.status == 404

    def test_wants_the_right_to_change_tickets(
        self, zoho: SandboxZoho, ticket: str
    ) -> None:
        app = connect(zoho, "Desk.tickets.READ,Desk.tickets.CREATE")

        assert app.post(f"{ticket}/comments", {"content": "x"}).status == 403
        assert app.get(f"{ticket}/comments").status == 204


class TestList:
    @pytest.fixture
    def comments(self, client: Client, ticket: str) -> str:
        for number in range(12):
            client.post(f"{ticket}/comments", {"content": str(number)})
        return f"{ticket}/comments"

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("", range(10)),
            ("?sortBy=commentedTime&limit=2", [0, 1]),
            ("?sortBy=-commentedTime&limit=3", [11, 10, 9]),
            ("?sortBy=-commentedTime&from=10&limit=50", [1, 0]),
        ],
    )
    def test_has_an_order_and_a_size(
        self, client: Client, comments: str, query: str, found: list[int]
    ) -> None:
        data = client.get(comments + query).json["data"]

        assert [int(each["content"]) for each in data] == list(found)

    def test_is_nothing_when_empty(self, client: Client, ticket: str) -> None:
        reply = client.get(f"{ticket}/comments")

        assert (reply.status, reply.text) == (204, "")

    @pytest.mark.parametrize("query", ["sortBy=content", "limit=101", "from=x"])
    def test_refuses_a_strange_query(
        self, client: Client, ticket: str, query: str
    ) -> None:
        assert client.get(f"{ticket}/comments?{query}").status == 422
