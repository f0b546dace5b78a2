from base64 import b64decode
from pathlib import Path

import pytest

from tests.sandbox.client import Client, connect
from tests.sandbox.desk_world import errors
from tests.zoho import SandboxZoho

# Everything a line-minded reader could trip over.
BYTES = bytes(range(256)) + b"\r\n--\r\n\r\n\n"


@pytest.fixture
def ticket_path(zoho: SandboxZoho) -> str:
    return f"/api/v1/tickets/{zoho.records()['tickets'][0]['id']}"


class TestAttachments:
    def test_keep_every_byte(
        self, zoho: SandboxZoho, client: Client, ticket_path: str
    ) -> None:
        made = client.upload(
            f"{ticket_path}/attachments", file=("scän.pdf", BYTES)
        ).json

        kept = client.get(made["href"].removeprefix(zoho.url))
        (record,) = zoho.records()["attachments"]
        assert made["name"] == "scän.pdf"
        assert made["size"] == str(len(BYTES))
        assert not made["isPublic"]
        assert kept.body == BYTES
        assert kept.headers["Content-Disposition"].endswith("''sc%C3%A4n.pdf")
        assert b64decode(record["content"]) == BYTES

    def test_are_listed_and_counted(self, client: Client, ticket_path: str) -> None:
        path = f"{ticket_path}/attachments"
        empty = client.get(path)
        made = [
            client.upload(f"{path}?isPublic=true", file=(name, b"x")).json
            for name in ("a.txt", "b.txt")
        ]

        assert empty.status == 204
        assert client.get(path).json["data"] == made
        assert all(each["isPublic"] for each in made)
        assert client.get(ticket_path).json["attachmentCount"] == "2"

    def test_are_journalled(
        self, zoho: SandboxZoho, client: Client, ticket_path: str
    ) -> None:
        made = client.upload(f"{ticket_path}/attachments", file=("a.txt", b"x")).json

        ticket_id = ticket_path.rpartition("/")[2]
        assert zoho.effects()[-1] == f"attached file {made['id']} to ticket {ticket_id}"

    def test_take_a_message_as_it_is(
        self, client: Client, ticket_path: str, zoho: SandboxZoho
    ) -> None:
        body = (
            b'--x\r\nContent-Disposition: form-data; name="file"; '
            b'filename="mail.eml"\r\nContent-Type: message/rfc822\r\n\r\n'
            b"Subject: Hello\r\n\r\nText\r\n--x--\r\n"
        )
        kind = {"Content-Type": "multipart/form-data; boundary=x"}

        client.send("POST", f"{ticket_path}/attachments", body, **kind)

        (record,) = zoho.records()["attachments"]
        assert b64decode(record["content"]) == b"Subject: Hello\r\n\r\nText"

    def test_must_arrive_whole(
        self, client: Client, ticket_path: str, zoho: SandboxZoho
    ) -> None:
        file = b'--x\r\nContent-Disposition: form-data; name="file"; filename="a"'
        cut_off = file + b"\r\n\r\nText\r\n--x\r\nContent-Disposition: form-d"
        kind = {"Content-Type": "multipart/form-data; boundary=x"}

        reply = client.send("POST", f"{ticket_path}/attachments", cut_off, **kind)

        assert errors(reply) == [("/file", "missing")]
        assert zoho.records()["attachments"] == []

    def test_must_not_be_too_big(self, zoho: SandboxZoho) -> None:
        zoho.reset(attachment_limit=3)
        client = connect(zoho)
        path = f"/api/v1/tickets/{zoho.records()['tickets'][0]['id']}/attachments"

        fits = client.upload(path, file=("a.txt", b"123"))
        refused = client.upload(path, file=("b.txt", b"1234"))

        assert fits.status == 200
        assert refused.status == 413
        assert refused.json["errorCode"] == "RESOURCE_SIZE_EXCEEDED"
        assert len(zoho.records()["attachments"]) == 1

    def test_must_not_be_of_a_banned_type(self, zoho: SandboxZoho) -> None:
        zoho.reset(banned_extensions=["exe"])
        path = f"/api/v1/tickets/{zoho.records()['tickets'][0]['id']}/attachments"

        reply = connect(zoho).upload(path, file=("setup.EXE", b"x"))

        assert (reply.status, reply.json["errorCode"]) == (422, "UNPROCESSABLE_ENTITY")

    def test_must_be_files(self, client: Client, ticket_path: str) -> None:
        path = f"{ticket_path}/attachments"

        assert errors(client.post(path, {})) == [("/file", "missing")]
        assert errors(client.upload(path, file=("a.txt", b""))) == [
            ("/file", "invalid")
        ]
        assert errors(client.upload(f"{path}?isPublic=1", file=("a.txt", b"x"))) == [
            ("/isPublic", "invalid")
        ]

    def test_want_a_ticket_and_the_scope(
        self, zoho: SandboxZoho, client: Client, ticket_path: str
    ) -> None:
        reader = connect(zoho, "Desk.tickets.READ")

        lost = client.upload("/api/v1/tickets/1/attachments", file=("a.txt", b"x"))
        refused = reader.upload(f"{ticket_path}/attachments", file=("a.txt", b"x"))

        assert (lost.status, refused.status) == (404, 403)
        assert zoho.records()["attachments"] == []

    def test_of_another_ticket_are_not_found(
        self, zoho: SandboxZoho, client: Client, ticket_path: str
    ) -> None:
        made = client.upload(f"{ticket_path}/attachments", file=("a.txt", b"x")).json
        other = zoho.records()["tickets"][1]["id"]

        reply = client.get(f"/api/v1/tickets/{other}/attachments/{made['id']}/content")

        assert reply.status == 404


class TestUploads:
    def test_wait_for_a_ticket(
        self, zoho: SandboxZoho, client: Client, ticket_path: str
    ) -> None:
        upload = client.upload("/api/v1/uploads", file=("a.txt", BYTES)).json

        changed = client.patch(ticket_path, {"uploads": [upload["id"]]})

        (attachment,) = client.get(f"{ticket_path}/attachments").json["data"]
        assert changed.json["attachmentCount"] == "1"
        assert attachment["name"] == "a.txt"
        assert client.get(attachment["href"].removeprefix(zoho.url)).body == BYTES

    def test_want_the_scope(self, zoho: SandboxZoho) -> None:
        reply = connect(zoho, "Desk.tickets.ALL").upload(
            "/api/v1/uploads", file=("a", b"x")
        )

        assert reply.status == 403

    def test_survive_a_restart(self, tmp_path: Path) -> None:
        state = str(tmp_path / "state.json")
        with SandboxZoho("--state", state) as zoho:
            connect(zoho).upload("/api/v1/uploads", file=("a.txt", BYTES))
        with SandboxZoho("--state", state) as zoho:
            (record,) = zoho.records()["uploads"]

        assert b64decode(record["content"]) == BYTES
