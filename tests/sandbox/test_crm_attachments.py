from typing import Any

import pytest

from tests.sandbox.client import Client, Reply, connect
from tests.zoho import SandboxZoho

BYTES = bytes(range(256)) + b"\r\n--\r\n\n\x00"
PDF = ("invoice.pdf", BYTES, "application/pdf")


@pytest.fixture
def path(zoho: SandboxZoho) -> str:
    return f"/crm/v8/Contacts/{zoho.crm_records('Contacts')[0]['id']}/Attachments"


def attached(reply: Reply) -> str:
    attachment_id: str = reply.json["data"][0]["details"]["id"]
    return attachment_id


class TestUpload:
    def test_keeps_name_and_bytes(
        self, zoho: SandboxZoho, client: Client, path: str
    ) -> None:
        reply = client.upload(path, file=PDF)

        (item,) = reply.json["data"]
        (kept,) = zoho.attachments()
        assert (reply.status, item["code"]) == (200, "SUCCESS")
        assert (kept["id"], kept["File_Name"]) == (attached(reply), "invoice.pdf")
        assert kept["content"] == BYTES
        assert zoho.effects()[-1].startswith(f"attached {kept['id']} to Contacts ")

    @pytest.mark.parametrize(
        "name", ["Grüße.txt", "a b;c.txt", "..\\..\\evil.exe", "x" * 200, "名前.png"]
    )
    def test_takes_any_name(
        self, zoho: SandboxZoho, client: Client, path: str, name: str
    ) -> None:
        client.upload(path, file=(name, b"x", "text/plain"))

        assert zoho.attachments()[0]["File_Name"] == name

    @pytest.mark.parametrize("kind", ["message/rfc822", "multipart/mixed; boundary=a"])
    def test_keeps_a_mail_as_it_is(
        self, zoho: SandboxZoho, client: Client, path: str, kind: str
    ) -> None:
        mail = b"Subject: Hello\r\n\r\n--a\r\n\r\ntext\r\n--a--\r\n"

        client.upload(path, file=("mail.eml", mail, kind))

        assert zoho.attachments()[0]["content"] == mail

    def test_takes_an_empty_file(
        self, zoho: SandboxZoho, client: Client, path: str
    ) -> None:
        client.upload(path, file=("empty.txt", b"", "text/plain"))

        assert zoho.attachments()[0]["Size"] == "0"

    @pytest.mark.parametrize(("size", "status"), [(1_000, 200), (1_001, 413)])
    def test_has_a_limit(self, zoho: SandboxZoho, size: int, status: int) -> None:
        zoho.reset(crm_attachment_limit=1_000)
        record = zoho.crm_records("Contacts")[0]["id"]
        path = f"/crm/v8/Contacts/{record}/Attachments"

        reply = connect(zoho).upload(path, file=("a.bin", b"x" * size))

        assert reply.status == status
        assert len(zoho.attachments()) == (status == 200)

    def test_takes_no_half_of_a_file(
        self, zoho: SandboxZoho, client: Client, path: str
    ) -> None:
        head = (
            "--edge\r\nContent-Disposition: form-data; "
            'name="file"; filename="a.txt"\r\n\r\nhalf of'
        )
        kind = {"Content-Type": "multipart/form-data; boundary=edge"}

        reply = client.send("POST", path, head, **kind)

        assert (reply.status, reply.json["code"]) == (400, "INVALID_DATA")
        assert zoho.attachments() == []

    @pytest.mark.parametrize("parts", [{"other": PDF}, {"file": "no file"}])
    def test_wants_a_file(
        self, client: Client, path: str, parts: dict[str, Any]
    ) -> None:
        reply = client.upload(path, **parts)

        assert (reply.status, reply.json["code"]) == (400, "REQUIRED_PARAM_MISSING")

    def test_wants_a_record(self, client: Client) -> None:
        reply = client.upload("/crm/v8/Contacts/1/Attachments", file=PDF)

        assert (reply.status, reply.json["code"]) == (400, "INVALID_DATA")

    def test_leaves_no_file_in_the_journal(
        self, zoho: SandboxZoho, client: Client, path: str
    ) -> None:
        client.upload(path, file=("a.json", b"{}"))

        assert zoho.journal()[-1]["body"] is None


class TestList:
    def test_shows_the_newest_first(self, client: Client, path: str) -> None:
        for name in ("a.txt", "b.txt"):
            client.upload(path, file=(name, b"1234"))

        reply = client.get(f"{path}?fields=File_Name,Size&per_page=1")

        (found,) = reply.json["data"]
        assert (found["File_Name"], found["Size"]) == ("b.txt", "4")
        assert reply.json["info"]["more_records"] is True

    def test_wants_fields(self, client: Client, path: str) -> None:
        assert client.get(path).json["code"] == "REQUIRED_PARAM_MISSING"

    def test_has_no_body_when_there_are_none(self, client: Client, path: str) -> None:
        assert client.get(f"{path}?fields=id").status == 204


class TestDownload:
    def test_brings_the_bytes_back(self, client: Client, path: str) -> None:
        attachment = attached(client.upload(path, file=PDF))

        reply = client.get(f"{path}/{attachment}")

        assert reply.body == BYTES
        assert reply.headers["Content-Type"] == "application/pdf"
        assert reply.headers["Content-Disposition"].startswith("attachment")

    def test_has_no_body_when_unknown(self, client: Client, path: str) -> None:
        assert client.get(f"{path}/1").status == 204

    def test_has_nothing_to_bring_for_a_link(self, client: Client, path: str) -> None:
        link = {"attachmentUrl": "https://example.com/a.pdf", "title": "Plan"}
        attachment = attached(client.upload(path, **link))

        reply = client.get(f"{path}/{attachment}")

        assert reply.json["code"] == "DOWNLOAD_NOT_ALLOWED"


class TestDelete:
    def test_takes_the_file_away(
        self, zoho: SandboxZoho, client: Client, path: str
    ) -> None:
        attachment = attached(client.upload(path, file=PDF))

        reply = client.delete(f"{path}/{attachment}")

        assert reply.json["data"][0]["details"] == {"id": attachment}
        assert zoho.attachments() == []
        assert client.delete(f"{path}/{attachment}").json["code"] == "INVALID_DATA"

    def test_of_the_record_takes_its_files_too(
        self, zoho: SandboxZoho, client: Client, path: str
    ) -> None:
        client.upload(path, file=PDF)

        client.delete(path.removesuffix("/Attachments"))

        assert zoho.attachments() == []


class TestGate:
    @pytest.mark.parametrize(
        ("scope", "status"),
        [
            ("ZohoCRM.modules.contacts.READ", 401),
            ("ZohoCRM.modules.attachments.ALL", 401),
            ("ZohoCRM.modules.contacts.READ,ZohoCRM.modules.attachments.READ", 401),
            ("ZohoCRM.modules.contacts.READ,ZohoCRM.modules.attachments.CREATE", 200),
            ("ZohoCRM.modules.ALL", 200),
        ],
    )
    def test_wants_the_scopes_of_files_and_module(
        self, zoho: SandboxZoho, path: str, scope: str, status: int
    ) -> None:
        assert connect(zoho, scope).upload(path, file=PDF).status == status


class TestLinkInTheAddress:
    """Zoho's own SDKs send it there, and no body."""

    def test_is_attached(self, zoho: SandboxZoho, client: Client, path: str) -> None:
        link = "attachmentUrl=https%3A%2F%2Fexample.com%2Fa&title=A+page"

        reply = client.send("POST", f"{path}?{link}")

        (kept,) = zoho.attachments()
        assert attached(reply) == kept["id"]
        assert (kept["File_Name"], kept["link"]) == ("A page", "https://example.com/a")

    def test_is_not_empty(self, client: Client, path: str) -> None:
        reply = client.send("POST", f"{path}?attachmentUrl=&title=A")

        assert (reply.status, reply.json["code"]) == (400, "REQUIRED_PARAM_MISSING")


class TestDeleteOfMany:
    def test_says_what_became_of_each(
        self, zoho: SandboxZoho, client: Client, path: str
    ) -> None:
        own = attached(client.upload(path, file=PDF))

        reply = client.delete(f"{path}?ids={own},1")

        codes = [item["code"] for item in reply.json["data"]]
        assert (reply.status, codes) == (207, ["SUCCESS", "INVALID_DATA"])
        assert zoho.attachments() == []
